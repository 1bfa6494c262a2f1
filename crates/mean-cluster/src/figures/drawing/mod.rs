//! What figures are drawn with: shapes on a canvas, written as SVG or as PNG.

mod axis;
mod canvas;
mod font;
mod legend;
mod panel;
mod png;
mod style;
mod svg;

pub(crate) use axis::{Axis, superscript};
pub(crate) use canvas::{Anchor, Canvas, Stroke, Text};
pub(crate) use legend::{Key, Legend};
pub(crate) use panel::{Area, Panel, label};
pub(crate) use style::*;
pub(crate) use svg::escape;
pub(crate) use svg::is_ours;
