//! What figures are drawn with: shapes on a canvas, written as SVG or as PNG.

mod axis;
mod canvas;
mod font;
mod legend;
mod panel;
mod png;
mod style;
mod svg;

pub(super) use axis::{Axis, superscript};
pub(super) use canvas::{Anchor, Canvas, Stroke, Text};
pub(super) use legend::{Key, Legend};
pub(super) use panel::{Area, Panel, label};
pub(super) use style::*;
pub(crate) use svg::escape;
pub(super) use svg::is_ours;
