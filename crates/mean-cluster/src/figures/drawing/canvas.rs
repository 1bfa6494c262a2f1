//! Shapes in the order they are drawn, in pixels from the upper left corner.

use super::font;

/// A colour, 0xRRGGBB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Colour(pub(crate) u32);

impl Colour {
    pub(super) fn channels(self) -> [u8; 3] {
        [(self.0 >> 16) as u8, (self.0 >> 8) as u8, self.0 as u8]
    }
}

/// A pen: colour, width in pixels, lengths of dashes and gaps (none for a solid line).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stroke {
    pub(crate) colour: Colour,
    pub(crate) width: f64,
    pub(crate) dashes: &'static [f64],
}

/// Where the given point lies on a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// A line of text on its baseline.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Text {
    pub(crate) at: [f64; 2],
    pub(crate) text: String,
    pub(crate) size: f64,
    pub(crate) anchor: Anchor,
    /// Turned by 90 degrees, to read upwards.
    pub(crate) upwards: bool,
    pub(crate) colour: Colour,
}

/// One element of a drawing.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    Lines {
        runs: Vec<Vec<[f64; 2]>>,
        stroke: Stroke,
    },
    Polygons {
        polygons: Vec<Vec<[f64; 2]>>,
        fill: Colour,
        opacity: f64,
    },
    Discs {
        centres: Vec<[f64; 2]>,
        radius: f64,
        fill: Colour,
    },
    Text(Text),
    /// What follows, up to `Close`, is one thing to a reader's pointer: attributes of an SVG group.
    Open(String),
    Close,
}

/// A drawing.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Canvas {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) shapes: Vec<Shape>,
}

impl Canvas {
    pub(crate) fn new(width: f64, height: f64) -> Canvas {
        Canvas { width, height, shapes: Vec::new() }
    }

    /// For figures whose height follows from what was drawn.
    pub(crate) fn set_height(&mut self, height: f64) {
        self.height = height;
    }

    pub(crate) fn line(&mut self, run: Vec<[f64; 2]>, stroke: Stroke) {
        self.lines(vec![run], stroke);
    }

    pub(crate) fn lines(&mut self, runs: Vec<Vec<[f64; 2]>>, stroke: Stroke) {
        let runs: Vec<_> = runs.into_iter().filter(|run| run.len() > 1).collect();
        if !runs.is_empty() {
            self.shapes.push(Shape::Lines { runs, stroke });
        }
    }

    pub(crate) fn polygons(&mut self, polygons: Vec<Vec<[f64; 2]>>, fill: Colour, opacity: f64) {
        if !polygons.is_empty() {
            self.shapes.push(Shape::Polygons { polygons, fill, opacity });
        }
    }

    pub(crate) fn rectangle(&mut self, from: [f64; 2], to: [f64; 2], fill: Colour) {
        self.polygons(vec![rectangle(from, to)], fill, 1.0);
    }

    pub(crate) fn discs(&mut self, centres: Vec<[f64; 2]>, radius: f64, fill: Colour) {
        if !centres.is_empty() {
            self.shapes.push(Shape::Discs { centres, radius, fill });
        }
    }

    pub(crate) fn text(&mut self, text: Text) {
        self.shapes.push(Shape::Text(text));
    }

    /// Draws what belongs together as one group with these SVG attributes; pictures are the same.
    pub(super) fn group(&mut self, attributes: String, draw: impl FnOnce(&mut Canvas)) {
        self.shapes.push(Shape::Open(attributes));
        draw(self);
        self.shapes.push(Shape::Close);
    }

    /// The boxes [left, top, right, bottom] of all texts, for tests of the layout.
    #[cfg(test)]
    pub(crate) fn text_boxes(&self) -> Vec<(String, [f64; 4])> {
        let texts = self.shapes.iter().filter_map(|shape| match shape {
            Shape::Text(text) if !text.text.is_empty() => Some(text),
            _ => None,
        });
        let boxed = |text: &Text| {
            let (width, ascent) = (font::width(&text.text, text.size), 0.73 * text.size);
            let start = match text.anchor {
                Anchor::Start => 0.0,
                Anchor::Middle => -0.5 * width,
                Anchor::End => -width,
            };
            let [x, y] = text.at;
            let corners = match text.upwards {
                true => [x - ascent, y - start - width, x, y - start],
                false => [x + start, y - ascent, x + start + width, y],
            };
            (text.text.clone(), corners)
        };
        texts.map(boxed).collect()
    }

    /// Width and height in pixels.
    #[cfg(test)]
    pub(crate) fn size(&self) -> [f64; 2] {
        [self.width, self.height]
    }

    /// Width of a text in pixels.
    pub(crate) fn text_width(text: &str, size: f64) -> f64 {
        font::width(text, size)
    }
}

/// The corners of a rectangle.
pub(crate) fn rectangle([x0, y0]: [f64; 2], [x1, y1]: [f64; 2]) -> Vec<[f64; 2]> {
    vec![[x0, y0], [x1, y0], [x1, y1], [x0, y1]]
}
