//! A panel: two axes around an area, and series in it.

use super::Axis;
use super::canvas::{Anchor, Canvas, Colour, Stroke, Text, rectangle};
use super::style::{BLACK, FRAME, LABEL, Look, Marker, SMALL, WHITE};
use super::svg::decimal;

/// A rectangle in pixels: the inside of a frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Area {
    pub(crate) left: f64,
    pub(crate) top: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// Axes around an area.
#[derive(Clone, Debug)]
pub(crate) struct Panel {
    pub(crate) area: Area,
    x: Axis,
    y: Axis,
}

impl Panel {
    pub(crate) fn new(area: Area, x: Axis, y: Axis) -> Panel {
        Panel { area, x, y }
    }

    /// The pixel of a point; none if it has no place, such as 0 on a logarithmic axis.
    pub(crate) fn place(&self, [x, y]: [f64; 2]) -> Option<[f64; 2]> {
        let Area { left, top, width, height } = self.area;
        Some([left + width * self.x.part(x)?, top + height * (1.0 - self.y.part(y)?)])
    }

    /// Draws the frame with ticks, numbers and labels; `heading` above its left end.
    pub(crate) fn frame(&self, canvas: &mut Canvas, heading: &str) {
        let Area { left, top, width, height } = self.area;
        let (right, bottom) = (left + width, top + height);
        let mut ticks = Vec::new();
        let at_x = |value| left + width * self.x.part(value).unwrap_or(0.0);
        let at_y = |value| bottom - height * self.y.part(value).unwrap_or(0.0);
        for (value, text) in &self.x.ticks {
            let x = at_x(*value);
            ticks.push(vec![[x, bottom], [x, bottom + 5.0]]);
            canvas.text(label(text, [x, bottom + 18.0], SMALL, Anchor::Middle));
        }
        for (value, text) in &self.y.ticks {
            let y = at_y(*value);
            ticks.push(vec![[left - 5.0, y], [left, y]]);
            canvas.text(label(text, [left - 8.0, y + 4.5], SMALL, Anchor::End));
        }
        for value in &self.x.minor {
            ticks.push(vec![[at_x(*value), bottom], [at_x(*value), bottom + 3.0]]);
        }
        for value in &self.y.minor {
            ticks.push(vec![[left - 3.0, at_y(*value)], [left, at_y(*value)]]);
        }
        let mut frame = rectangle([left, top], [right, bottom]);
        frame.push([left, top]);
        frame.push([right, top]);
        ticks.push(frame);
        // where it is and what its axes say, for the pointer of a reader of the report
        let at = [left, top, width, height].map(decimal).join(" ");
        let (x, y) = (self.x.as_attributes("x"), self.y.as_attributes("y"));
        let attributes = format!("class=\"frame\" data-area=\"{at}\" {x} {y}");
        canvas.group(attributes, |canvas| canvas.lines(ticks, FRAME));
        if !self.x.label.is_empty() {
            let at = [left + width / 2.0, bottom + 37.0];
            canvas.text(label(&self.x.label, at, LABEL, Anchor::Middle));
        }
        if !self.y.label.is_empty() {
            let widths = self.y.ticks.iter().map(|(_, text)| Canvas::text_width(text, SMALL));
            let at = [left - 16.0 - widths.fold(0.0, f64::max), top + height / 2.0];
            let text = label(&self.y.label, at, LABEL, Anchor::Middle);
            canvas.text(Text { upwards: true, ..text });
        }
        if !heading.is_empty() {
            canvas.text(label(heading, [left, top - 7.0], LABEL, Anchor::Start));
        }
    }

    /// A line through points, broken where one has no place.
    pub(crate) fn line(
        &self,
        canvas: &mut Canvas,
        points: impl IntoIterator<Item = [f64; 2]>,
        stroke: Stroke,
    ) {
        let mut runs = vec![Vec::new()];
        for point in points {
            match (self.place(point), runs.last_mut()) {
                (Some(place), Some(run)) => run.push(place),
                _ => runs.push(Vec::new()),
            }
        }
        canvas.lines(runs, stroke);
    }

    /// The band between two curves: (x, lower, upper).
    pub(crate) fn band(&self, canvas: &mut Canvas, points: &[[f64; 3]], fill: Colour) {
        let lower = points.iter().filter_map(|[x, low, _]| self.place([*x, *low]));
        let upper = points.iter().rev().filter_map(|[x, _, high]| self.place([*x, *high]));
        canvas.polygons(vec![lower.chain(upper).collect()], fill, 0.3);
    }

    /// Markers of one look.
    pub(crate) fn markers(
        &self,
        canvas: &mut Canvas,
        points: impl IntoIterator<Item = [f64; 2]>,
        look: &Look,
        radius: f64,
    ) {
        let centres: Vec<_> = points.into_iter().filter_map(|point| self.place(point)).collect();
        draw_markers(canvas, centres, look.marker, look.colour, radius);
    }

    /// Thin bars between two points each, such as errors; points off the axes are moved to them.
    pub(crate) fn segments(
        &self,
        canvas: &mut Canvas,
        ends: impl IntoIterator<Item = [[f64; 2]; 2]>,
        colour: Colour,
    ) {
        let onto = |[x, y]: [f64; 2]| {
            self.place([x.clamp(self.x.low, self.x.high), y.clamp(self.y.low, self.y.high)])
        };
        let bars = ends.into_iter().filter_map(|[from, to]| Some(vec![onto(from)?, onto(to)?]));
        canvas.lines(bars.collect(), Stroke { colour, width: 1.2, dashes: &[] });
    }

    /// A line across the panel at height `y`.
    pub(crate) fn horizontal(&self, canvas: &mut Canvas, y: f64, stroke: Stroke) {
        self.line(canvas, [[self.x.low, y], [self.x.high, y]], stroke);
    }

    /// A line from bottom to top at `x`.
    pub(crate) fn vertical(&self, canvas: &mut Canvas, x: f64, stroke: Stroke) {
        self.line(canvas, [[x, self.y.low], [x, self.y.high]], stroke);
    }

    /// A filled bar from the bottom to `height` between two values of x.
    pub(crate) fn bar(&self, canvas: &mut Canvas, [from, to]: [f64; 2], height: f64, fill: Colour) {
        let corners = (self.place([from, self.y.low]), self.place([to, height]));
        if let (Some(low), Some(high)) = corners {
            canvas.rectangle(low, high, fill);
        }
    }
}

/// Black text.
pub(crate) fn label(text: &str, at: [f64; 2], size: f64, anchor: Anchor) -> Text {
    Text { at, text: text.to_owned(), size, anchor, upwards: false, colour: BLACK }
}

/// Markers at pixels.
pub(super) fn draw_markers(
    canvas: &mut Canvas,
    centres: Vec<[f64; 2]>,
    marker: Marker,
    colour: Colour,
    radius: f64,
) {
    let corners: &[[f64; 2]] = match marker {
        Marker::Disc => return canvas.discs(centres, radius, colour),
        Marker::Circle => {
            canvas.discs(centres.clone(), radius, colour);
            return canvas.discs(centres, radius - 1.4, WHITE);
        }
        Marker::Cross => {
            let stroke = Stroke { colour, width: 1.5, dashes: &[] };
            let arm = |[x, y]: [f64; 2], s: f64| vec![[x - radius, y - s], [x + radius, y + s]];
            let arms = centres.iter().flat_map(|at| [arm(*at, radius), arm(*at, -radius)]);
            return canvas.lines(arms.collect(), stroke);
        }
        Marker::Square => &[[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]],
        // its middle, not that of its height, is the value
        Marker::Triangle => &[[0.0, -1.3], [1.1, 0.65], [-1.1, 0.65]],
        Marker::Diamond => &[[0.0, -1.25], [1.25, 0.0], [0.0, 1.25], [-1.25, 0.0]],
    };
    let around = |[x, y]: &[f64; 2]| {
        let corner = |[dx, dy]: &[f64; 2]| [x + radius * dx, y + radius * dy];
        corners.iter().map(corner).collect()
    };
    canvas.polygons(centres.iter().map(around).collect(), colour, 1.0);
}
