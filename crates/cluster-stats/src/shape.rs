//! The three shapes of a triplet on the triangular lattice.

use std::fmt;

/// The geometry of three sites joined by two (chains) or three (triangle) bonds.
///
/// Source: Ahmadi, Foster, Protas 2022, section III and Fig. 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Shape {
    /// 180 degrees at the middle site; 3 a site. In the paper: plain.
    Linear,
    /// 120 degrees at the middle site; 6 a site. In the paper: hat.
    Angled,
    /// 60 degrees, three mutual neighbours, no middle; 2 a site. In the paper: tilde triangle.
    Triangular,
}

impl Shape {
    /// All shapes, in the order of the files.
    pub const ALL: [Shape; 3] = [Shape::Linear, Shape::Angled, Shape::Triangular];

    /// Triplets of this shape for each site of the lattice: 3, 6, 2.
    pub const fn per_site(self) -> usize {
        match self {
            Shape::Linear => 3,
            Shape::Angled => 6,
            Shape::Triangular => 2,
        }
    }

    /// Share of this shape among the paths of two bonds: 1/5, 2/5, 2/5.
    ///
    /// A site is the middle of 3 linear, 6 angled and 6 closed paths (each triangle is three).
    /// The share of the closed ones is the paper's clumping intensity theta = 2/5, and the shares
    /// are the prefactors of its eq. (13).
    pub const fn path_share(self) -> f64 {
        match self {
            Shape::Linear => 1.0 / 5.0,
            Shape::Angled | Shape::Triangular => 2.0 / 5.0,
        }
    }

    /// Whether the triplet is an open chain with a middle site.
    pub const fn is_chain(self) -> bool {
        !matches!(self, Shape::Triangular)
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Shape::Linear => "linear",
            Shape::Angled => "angled",
            Shape::Triangular => "triangular",
        })
    }
}
