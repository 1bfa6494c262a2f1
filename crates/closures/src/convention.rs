//! The two conventions in which closures are compared with data.

use crate::{Closure, WithPathShares};
use cluster_stats::TripletType;
use std::fmt;

/// How a closure is compared with data, which are always ordered and **per shape**.
///
/// The paper writes its closures (Tables I and III) with the path shares 1/5, 2/5, 2/5 in front,
/// that is normalised over all triplets, and fits and judges them against concentrations
/// normalised per shape. Only this mixture reproduces its Table II. Set right, conclusions change:
/// the pair approximation then beats the published optimal and sparse closures at most
/// compositions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Convention {
    /// Per shape on both sides. Name in files: `consistent`.
    #[default]
    Consistent,
    /// The share times the closure, against per-shape data. Name in files: `as-published`.
    AsPublished,
}

impl Convention {
    /// Both.
    pub const ALL: [Convention; 2] = [Convention::Consistent, Convention::AsPublished];

    /// Name in files: `consistent`, `as-published`.
    pub const fn name(self) -> &'static str {
        match self {
            Convention::Consistent => "consistent",
            Convention::AsPublished => "as-published",
        }
    }

    /// The constant c in front of the closures of Tables I and III: 1, or the
    /// [path share](cluster_stats::Shape::path_share).
    pub const fn factor(self, triplet: TripletType) -> f64 {
        match self {
            Convention::Consistent => 1.0,
            Convention::AsPublished => triplet.shape().path_share(),
        }
    }

    /// A per-shape closure as this convention uses it: itself, or [`WithPathShares`].
    pub fn apply<C: Closure + 'static>(self, closure: C) -> Box<dyn Closure> {
        match self {
            Convention::Consistent => Box::new(closure),
            Convention::AsPublished => Box::new(WithPathShares(closure)),
        }
    }
}

impl fmt::Display for Convention {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
