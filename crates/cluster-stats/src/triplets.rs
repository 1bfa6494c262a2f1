//! Concentrations of the 16 triplet types, and conversions between conventions.

use crate::{PairConcentrations, Shape, TripletPattern, TripletType};
use serde::{Deserialize, Serialize};
use std::ops::{Index, IndexMut};

/// Whether mirror images are counted apart or together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Orientation {
    /// `++-` is read in one direction; its mirror image `-++` has the same concentration.
    Ordered,
    /// `++-` stands for all its readings: two in a chain, three in a triangle.
    Unordered,
}

/// What a set of concentrations sums to 1 over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Normalization {
    /// Each shape by itself (paper, eq. (2)).
    PerShape,
    /// All paths of two bonds together, with the shares 1/5, 2/5, 2/5 (paper, eq. (13)).
    AllTriplets,
}

/// Concentrations of the 16 triplet types, **ordered and per shape**: one shape sums to 1 with the
/// weights of [`TripletType::multiplicity`]. Index it by [`TripletType`].
///
/// Other conventions are plain arrays ([`in_convention`](Self::in_convention)), so that they
/// cannot be passed on by mistake.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct TripletConcentrations([f64; 16]);

impl TripletConcentrations {
    /// From values in the order of [`TripletType::ALL`], ordered and per shape. Not checked.
    #[inline]
    pub const fn from_array(values: [f64; 16]) -> TripletConcentrations {
        TripletConcentrations(values)
    }

    /// From a value for each type, ordered and per shape. Not checked.
    pub fn from_fn(value: impl FnMut(TripletType) -> f64) -> TripletConcentrations {
        TripletConcentrations(TripletType::ALL.map(value))
    }

    /// Values in the order of [`TripletType::ALL`], ordered and per shape.
    #[inline]
    pub const fn to_array(&self) -> [f64; 16] {
        self.0
    }

    /// Each type with its concentration.
    pub fn iter(&self) -> impl Iterator<Item = (TripletType, f64)> + '_ {
        TripletType::ALL.into_iter().zip(self.0)
    }

    /// The triplets of an infinite random lattice with the fraction `minus` of (-) in [0, 1]:
    /// products of C+ and C-, alike in every shape.
    pub fn random_lattice(minus: f64) -> TripletConcentrations {
        let plus = 1.0 - minus;
        TripletConcentrations::from_fn(|triplet| match triplet.pattern() {
            TripletPattern::Ppp => plus * plus * plus,
            TripletPattern::Mmm => minus * minus * minus,
            TripletPattern::Ppm | TripletPattern::Pmp => plus * plus * minus,
            TripletPattern::Mmp | TripletPattern::Mpm => plus * minus * minus,
        })
    }

    /// The values in another convention, in the order of [`TripletType::ALL`].
    ///
    /// ```
    /// use cluster_stats::{Normalization, Orientation, TripletConcentrations};
    /// let half = TripletConcentrations::random_lattice(0.5);
    /// let unordered = half.in_convention(Orientation::Unordered, Normalization::AllTriplets);
    /// assert!((unordered.iter().sum::<f64>() - 1.0).abs() < 1e-15);
    /// ```
    pub fn in_convention(
        &self,
        orientation: Orientation,
        normalization: Normalization,
    ) -> [f64; 16] {
        TripletType::ALL.map(|t| self[t] * convention_factor(t, orientation, normalization))
    }

    /// From values in another convention, in the order of [`TripletType::ALL`]. Not checked.
    pub fn from_convention(
        values: [f64; 16],
        orientation: Orientation,
        normalization: Normalization,
    ) -> TripletConcentrations {
        TripletConcentrations::from_fn(|t| {
            values[t.index()] / convention_factor(t, orientation, normalization)
        })
    }

    /// Sum over one shape with the weights of the ordered readings; 1 for every lattice (2).
    pub fn shape_sum(&self, shape: Shape) -> f64 {
        let of_shape = self.iter().filter(|(t, _)| t.shape() == shape);
        of_shape.map(|(t, value)| t.multiplicity() as f64 * value).sum()
    }

    /// The pairs that triplets of this shape imply, ordered. C+- is read from the (+) side: chains
    /// C+- = C++- + C-+-, triangles C+- = T++- + T--+.
    pub fn pair_marginals(&self, shape: Shape) -> PairConcentrations {
        let at = |p| TripletType::of(shape, p).map_or(0.0, |t| self[t]);
        let other = if shape.is_chain() { TripletPattern::Mpm } else { TripletPattern::Mmp };
        PairConcentrations {
            plus_plus: at(TripletPattern::Ppp) + at(TripletPattern::Ppm),
            minus_minus: at(TripletPattern::Mmm) + at(TripletPattern::Mmp),
            plus_minus: at(TripletPattern::Ppm) + at(other),
        }
    }

    /// The same triplets with (+) and (-) exchanged.
    pub fn exchanged(&self) -> TripletConcentrations {
        TripletConcentrations::from_fn(|t| self[t.exchanged()])
    }
}

fn convention_factor(
    triplet: TripletType,
    orientation: Orientation,
    normalization: Normalization,
) -> f64 {
    let readings = match orientation {
        Orientation::Ordered => 1.0,
        Orientation::Unordered => triplet.multiplicity() as f64,
    };
    let share = match normalization {
        Normalization::PerShape => 1.0,
        Normalization::AllTriplets => triplet.shape().path_share(),
    };
    readings * share
}

impl Index<TripletType> for TripletConcentrations {
    type Output = f64;

    #[inline]
    fn index(&self, triplet: TripletType) -> &f64 {
        &self.0[triplet.index()]
    }
}

impl IndexMut<TripletType> for TripletConcentrations {
    #[inline]
    fn index_mut(&mut self, triplet: TripletType) -> &mut f64 {
        &mut self.0[triplet.index()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conventions_convert_back_and_sum_to_one() {
        let triplets = TripletConcentrations::random_lattice(0.3);
        for shape in Shape::ALL {
            assert!((triplets.shape_sum(shape) - 1.0).abs() < 1e-15);
        }
        for orientation in [Orientation::Ordered, Orientation::Unordered] {
            for normalization in [Normalization::PerShape, Normalization::AllTriplets] {
                let values = triplets.in_convention(orientation, normalization);
                let back =
                    TripletConcentrations::from_convention(values, orientation, normalization);
                for kind in TripletType::ALL {
                    assert!((back[kind] - triplets[kind]).abs() < 1e-16);
                }
            }
        }
    }

    #[test]
    fn a_random_lattice_has_the_marginals_of_its_pairs() {
        let triplets = TripletConcentrations::random_lattice(0.3);
        let pairs = PairConcentrations::random_lattice(0.3);
        for shape in Shape::ALL {
            let found = triplets.pair_marginals(shape).to_array();
            for (a, b) in found.into_iter().zip(pairs.to_array()) {
                assert!((a - b).abs() < 1e-15);
            }
        }
    }
}
