//! Legends: keys in rows, beside or above panels, never on data.

use super::canvas::{Anchor, Canvas, Colour, Stroke};
use super::panel::{draw_markers, label};
use super::style::{LABEL, Look};

/// A key of a legend: what a line, a marker or a filled area stands for.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    text: String,
    stroke: Option<Stroke>,
    marker: Option<Look>,
    fill: Option<Colour>,
}

impl Key {
    fn new(text: impl Into<String>) -> Key {
        Key { text: text.into(), stroke: None, marker: None, fill: None }
    }

    pub(crate) fn line(text: impl Into<String>, look: &Look) -> Key {
        Key { stroke: Some(look.stroke()), ..Key::new(text) }
    }

    pub(crate) fn stroke(text: impl Into<String>, stroke: Stroke) -> Key {
        Key { stroke: Some(stroke), ..Key::new(text) }
    }

    pub(crate) fn marker(text: impl Into<String>, look: &Look) -> Key {
        Key { marker: Some(*look), ..Key::new(text) }
    }

    pub(crate) fn line_and_marker(text: impl Into<String>, look: &Look) -> Key {
        Key { marker: Some(*look), ..Key::line(text, look) }
    }

    pub(crate) fn area(text: impl Into<String>, fill: Colour) -> Key {
        Key { fill: Some(fill), ..Key::new(text) }
    }

    /// The sample and its text; `[x, y]` is the middle of the sample's left end.
    fn draw(&self, canvas: &mut Canvas, [x, y]: [f64; 2]) {
        if let Some(fill) = self.fill {
            canvas.rectangle([x, y - 6.0], [x + SAMPLE, y + 6.0], fill);
        }
        if let Some(stroke) = self.stroke {
            canvas.line(vec![[x, y], [x + SAMPLE, y]], stroke);
        }
        if let Some(look) = self.marker {
            draw_markers(canvas, vec![[x + SAMPLE / 2.0, y]], look.marker, look.colour, 4.0);
        }
        let at = [x + SAMPLE + 6.0, y + 5.0];
        canvas.text(label(&self.text, at, LABEL, Anchor::Start));
    }

    fn width(&self) -> f64 {
        SAMPLE + 6.0 + Canvas::text_width(&self.text, LABEL) + 20.0
    }
}

/// Width of the sample before a key's text in pixels.
const SAMPLE: f64 = 30.0;

/// Height of a row of keys in pixels.
const ROW: f64 = 20.0;

/// Keys, wrapped into rows.
pub(crate) struct Legend(pub(crate) Vec<Key>);

impl Legend {
    /// Draws the keys from (left, top) on, in rows of at most `width`; returns the height taken.
    pub(crate) fn draw(&self, canvas: &mut Canvas, [left, top]: [f64; 2], width: f64) -> f64 {
        let (mut x, mut y) = (left, top + ROW / 2.0);
        for key in &self.0 {
            if x > left && x + key.width() - 20.0 > left + width {
                (x, y) = (left, y + ROW);
            }
            canvas.group("class=\"key\"".to_owned(), |canvas| key.draw(canvas, [x, y]));
            x += key.width();
        }
        y + ROW / 2.0 - top
    }
}
