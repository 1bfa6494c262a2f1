//! The one font of all figures: a part of DejaVu Sans, in the binary, so that widths and rasters do
//! not depend on what a machine has installed. Its licence is `assets/figure-sans-license.txt`.

use tiny_skia::{Path, PathBuilder, Transform};
use ttf_parser::{Face, GlyphId, OutlineBuilder};

static FONT: &[u8] = include_bytes!("../../../assets/figure-sans.ttf");

fn face() -> Face<'static> {
    Face::parse(FONT, 0).expect("the font in the binary is whole")
}

/// The glyph of a character, and how far it moves the pen, in units of the font.
fn glyph(face: &Face<'_>, character: char) -> (GlyphId, f64) {
    let id = face.glyph_index(character).unwrap_or(GlyphId(0));
    (id, face.glyph_hor_advance(id).map_or(0.0, f64::from))
}

/// Width of a text of this size in pixels.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let face = face();
    let units: f64 = text.chars().map(|character| glyph(&face, character).1).sum();
    units * size / f64::from(face.units_per_em())
}

/// The outlines of a text of this size, its baseline starting at (0, 0); none if it is blank.
pub(super) fn outlines(text: &str, size: f64) -> Option<Path> {
    let face = face();
    let scale = size / f64::from(face.units_per_em());
    let mut pen = Pen { path: PathBuilder::new(), left: 0.0, scale };
    for character in text.chars() {
        let (id, advance) = glyph(&face, character);
        face.outline_glyph(id, &mut pen);
        pen.left += advance * scale;
    }
    pen.path.finish()?.transform(Transform::identity())
}

struct Pen {
    path: PathBuilder,
    left: f64,
    scale: f64,
}

impl Pen {
    fn x(&self, x: f32) -> f32 {
        (self.left + f64::from(x) * self.scale) as f32
    }

    /// Fonts have y upwards, pictures downwards.
    fn y(&self, y: f32) -> f32 {
        (-f64::from(y) * self.scale) as f32
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.path.move_to(self.x(x), self.y(y));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.path.line_to(self.x(x), self.y(y));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.path.quad_to(self.x(x1), self.y(y1), self.x(x), self.y(y));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.path.cubic_to(self.x(x1), self.y(y1), self.x(x2), self.y(y2), self.x(x), self.y(y));
    }

    fn close(&mut self) {
        self.path.close();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_of_the_figures_is_in_the_font() {
        let used = "0123456789.,:;()[]=<>+−-±×·/%|ABCDEFGJKLMQRSTxyzαβγδξΔσ₀₁₂₃₄₅₆₇₈₊₋⁰¹²³⁴⁵⁶⁷⁸⁹⁻∠△≤≥–—\u{200a}";
        let face = face();
        let missing: String = used.chars().filter(|c| face.glyph_index(*c).is_none()).collect();
        assert_eq!(missing, "");
    }

    #[test]
    fn widths_are_those_of_dejavu_sans() {
        // advance of "0" in DejaVu Sans: 1303 of 2048 units
        assert!((width("00", 2048.0) - 2.0 * 1303.0).abs() < 1e-9);
        assert!(outlines(" ", 12.0).is_none() && outlines("0", 12.0).is_some());
    }
}
