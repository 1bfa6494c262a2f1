//! The classical pair approximation, eqs. (9)-(13).
//!
//! Chains: C_ijk = C_ij C_jk / C_j. Triangles: T_ijk = C_ij C_jk C_ki / (C_i C_j C_k) (Kirkwood).
//! Exact on a random lattice. The chains keep the pair marginals, the triangles do not.
//! Sources: Dickman 1986; Matsuda et al. 1992; Morris 1997 and Keeling 1999 for the triangle;
//! Ahmadi, Foster, Protas 2022, eqs. (9)-(13) without the path shares.

use crate::{Closure, ClosureError};
use cluster_stats::{PairConcentrations, TripletConcentrations};

/// The pair approximation, per shape. For the published form wrap it in
/// [`WithPathShares`](crate::WithPathShares).
#[derive(Clone, Copy, Debug, Default)]
pub struct PairApproximation;

/// a / b with the limit 0 where the numerator is 0.
#[inline]
pub(crate) fn ratio(numerator: f64, denominator: f64) -> f64 {
    if numerator == 0.0 { 0.0 } else { numerator / denominator }
}

/// The chains, and P(neighbour | site) of which they are made: + of +, - of +, + of -, - of -.
#[inline]
fn chains(pairs: &PairConcentrations) -> ([f64; 6], [f64; 4]) {
    let [pp, mm, pm] = pairs.to_array();
    let (plus, minus) = (pairs.plus(), pairs.minus());
    let (plus_of_plus, minus_of_plus) = (ratio(pp, plus), ratio(pm, plus));
    let (plus_of_minus, minus_of_minus) = (ratio(pm, minus), ratio(mm, minus));
    let (ppp, ppm, mpm) = (pp * plus_of_plus, pm * plus_of_plus, pm * minus_of_plus);
    let (mmm, mmp, pmp) = (mm * minus_of_minus, pm * minus_of_minus, pm * plus_of_minus);
    let conditional = [plus_of_plus, minus_of_plus, plus_of_minus, minus_of_minus];
    ([ppp, mmm, ppm, mmp, pmp, mpm], conditional)
}

/// Both chain shapes alike, and these triangles.
#[inline]
fn values([ppp, mmm, ppm, mmp, pmp, mpm]: [f64; 6], triangles: [f64; 4]) -> TripletConcentrations {
    let [tppp, tmmm, tppm, tmmp] = triangles;
    TripletConcentrations::from_array([
        ppp, mmm, ppm, mmp, pmp, mpm, ppp, mmm, ppm, mmp, pmp, mpm, tppp, tmmm, tppm, tmmp,
    ])
}

impl Closure for PairApproximation {
    #[inline]
    fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        let (chains, [plus_of_plus, minus_of_plus, plus_of_minus, minus_of_minus]) = chains(pairs);
        let mixed = minus_of_plus * plus_of_minus;
        let triangles = [
            plus_of_plus * plus_of_plus * plus_of_plus,
            minus_of_minus * minus_of_minus * minus_of_minus,
            plus_of_plus * mixed,
            minus_of_minus * mixed,
        ];
        ClosureError::check(values(chains, triangles), pairs)
    }

    #[inline]
    fn chains(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        ClosureError::check(values(chains(pairs).0, [0.0; 4]), pairs)
    }
}
