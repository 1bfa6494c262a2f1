//! A triplet seen as three sites, for closures that are one formula for all of them.

use cluster_stats::{PairConcentrations, TripletConcentrations, TripletPattern, TripletType};

/// The concentrations that a formula for C_ijk, j in the middle, is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sites {
    /// C_i, C_j, C_k.
    pub(crate) single: [f64; 3],
    /// C_ij, C_jk, and C_ik as if the ends were neighbours too.
    pub(crate) pairs: [f64; 3],
}

impl Sites {
    fn of(pairs: &PairConcentrations, [i, j, k]: [bool; 3]) -> Sites {
        let single = |plus| if plus { pairs.plus() } else { pairs.minus() };
        let pair = |a, b| match (a, b) {
            (true, true) => pairs.plus_plus,
            (false, false) => pairs.minus_minus,
            _ => pairs.plus_minus,
        };
        Sites { single: [i, j, k].map(single), pairs: [pair(i, j), pair(j, k), pair(i, k)] }
    }

    /// The same for a chain, whose ends are not neighbours and count as independent.
    pub(crate) fn with_independent_ends(mut self) -> Sites {
        self.pairs[2] = self.single[0] * self.single[2];
        self
    }
}

/// Whether i, j, k are (+), in the reading of the pattern.
pub(crate) const fn species(pattern: TripletPattern) -> [bool; 3] {
    match pattern {
        TripletPattern::Ppp => [true, true, true],
        TripletPattern::Mmm => [false, false, false],
        TripletPattern::Ppm => [true, true, false],
        TripletPattern::Mmp => [false, false, true],
        TripletPattern::Pmp => [true, false, true],
        TripletPattern::Mpm => [false, true, false],
    }
}

/// The chains of a formula, the same of both shapes; triangles are 0.
pub(crate) fn chains_by_formula(
    pairs: &PairConcentrations,
    chain: impl Fn(&Sites) -> f64,
) -> TripletConcentrations {
    use TripletPattern::{Mmm, Mmp, Mpm, Pmp, Ppm, Ppp};
    let [ppp, mmm, ppm, mmp, pmp, mpm] =
        [Ppp, Mmm, Ppm, Mmp, Pmp, Mpm].map(|pattern| chain(&Sites::of(pairs, species(pattern))));
    TripletConcentrations::from_array([
        ppp, mmm, ppm, mmp, pmp, mpm, ppp, mmm, ppm, mmp, pmp, mpm, 0.0, 0.0, 0.0, 0.0,
    ])
}

/// The triplets of a formula. In a triangle every corner may be called the middle: the mean over
/// the three.
pub(crate) fn by_formula(
    pairs: &PairConcentrations,
    chain: impl Fn(&Sites) -> f64,
    triangle: impl Fn(&Sites) -> f64,
) -> TripletConcentrations {
    with_triangles(chains_by_formula(pairs, chain), pairs, triangle)
}

/// The same with the triangles of a formula.
pub(crate) fn with_triangles(
    mut triplets: TripletConcentrations,
    pairs: &PairConcentrations,
    triangle: impl Fn(&Sites) -> f64,
) -> TripletConcentrations {
    for triplet in TripletType::ALL.into_iter().filter(|triplet| !triplet.shape().is_chain()) {
        let [i, j, k] = species(triplet.pattern());
        let corners = [[i, j, k], [j, k, i], [k, i, j]];
        triplets[triplet] =
            corners.map(|sites| triangle(&Sites::of(pairs, sites))).iter().sum::<f64>() / 3.0;
    }
    triplets
}
