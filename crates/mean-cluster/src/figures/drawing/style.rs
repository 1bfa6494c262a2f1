//! One style for all figures: the colours of Okabe and Ito (2008), which the colour-blind tell
//! apart, each with its own dashes and marker, so that black and white print does too.

use super::canvas::{Colour, Stroke};

pub(crate) const BLACK: Colour = Colour(0x00_0000);
pub(crate) const WHITE: Colour = Colour(0xff_ffff);
pub(crate) const GREY: Colour = Colour(0x8c_8c8c);
pub(crate) const LIGHT: Colour = Colour(0xdd_dddd);
pub(crate) const ORANGE: Colour = Colour(0xe6_9f00);
pub(crate) const SKY: Colour = Colour(0x56_b4e9);
pub(crate) const GREEN: Colour = Colour(0x00_9e73);
pub(crate) const BLUE: Colour = Colour(0x00_72b2);
pub(crate) const VERMILLION: Colour = Colour(0xd5_5e00);
pub(crate) const PURPLE: Colour = Colour(0xcc_79a7);

/// Width of every figure in pixels: with text of 13 it reads at the width of a page and at half.
pub(crate) const WIDTH: f64 = 680.0;
/// Size of labels in pixels.
pub(crate) const LABEL: f64 = 14.0;
/// Size of the numbers at ticks in pixels.
pub(crate) const SMALL: f64 = 12.5;

/// How one series looks everywhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Look {
    pub(crate) colour: Colour,
    pub(crate) dashes: &'static [f64],
    pub(crate) marker: Marker,
}

/// Shapes of markers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marker {
    Disc,
    Circle,
    Square,
    Triangle,
    Diamond,
    Cross,
}

impl Look {
    const fn new(colour: Colour, dashes: &'static [f64], marker: Marker) -> Look {
        Look { colour, dashes, marker }
    }

    pub(crate) fn stroke(&self) -> Stroke {
        Stroke { colour: self.colour, width: 2.0, dashes: self.dashes }
    }
}

/// The pair approximation.
pub(crate) const PA: Look = Look::new(VERMILLION, &[], Marker::Disc);
/// The optimal approximation calibrated at x = 1/3.
pub(crate) const OA_THIRD: Look = Look::new(SKY, &[8.0, 3.0], Marker::Square);
/// The optimal approximation calibrated at x = 1/2.
pub(crate) const OA_HALF: Look = Look::new(BLUE, &[8.0, 3.0, 2.0, 3.0], Marker::Triangle);
/// The sparse approximation.
pub(crate) const SA: Look = Look::new(BLACK, &[2.0, 3.0], Marker::Diamond);

/// Looks of series without a fixed one, in order; vermillion is PA's alone.
pub(crate) const SERIES: [Look; 6] = [
    Look::new(BLUE, &[], Marker::Disc),
    Look::new(ORANGE, &[8.0, 3.0], Marker::Square),
    Look::new(GREEN, &[2.0, 3.0], Marker::Triangle),
    Look::new(PURPLE, &[8.0, 3.0, 2.0, 3.0], Marker::Diamond),
    Look::new(BLACK, &[12.0, 4.0], Marker::Circle),
    Look::new(SKY, &[4.0, 2.0], Marker::Cross),
];

/// The frame of a panel.
pub(crate) const FRAME: Stroke = Stroke { colour: BLACK, width: 1.0, dashes: &[] };

/// A thin line to compare with.
pub(crate) const REFERENCE: Stroke = Stroke { colour: GREY, width: 1.2, dashes: &[] };

/// A colour scale from dark (0) to light (1), readable in grey: viridis at five points.
pub(crate) fn dark_to_light(part: f64) -> Colour {
    const POINTS: [u32; 5] = [0x44_0154, 0x3b_528b, 0x21_918c, 0x5e_c962, 0xfd_e725];
    let place = part.clamp(0.0, 1.0) * 4.0;
    let below = (place as usize).min(3);
    let [from, to] = [Colour(POINTS[below]).channels(), Colour(POINTS[below + 1]).channels()];
    let mut colour = 0;
    for (a, b) in from.into_iter().zip(to) {
        let mixed = f64::from(a) + (place - below as f64) * (f64::from(b) - f64::from(a));
        colour = colour << 8 | mixed.round() as u32;
    }
    Colour(colour)
}
