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
fn ratio(numerator: f64, denominator: f64) -> f64 {
    if numerator == 0.0 { 0.0 } else { numerator / denominator }
}

impl Closure for PairApproximation {
    fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        let [pp, mm, pm] = pairs.to_array();
        let (plus, minus) = (pairs.plus(), pairs.minus());
        // in the order of `TripletType::ALL`; a chain's denominator is its middle site
        let chain = [
            ratio(pp * pp, plus),
            ratio(mm * mm, minus),
            ratio(pp * pm, plus),
            ratio(mm * pm, minus),
            ratio(pm * pm, minus),
            ratio(pm * pm, plus),
        ];
        let triangle = [
            ratio(pp * pp * pp, plus * plus * plus),
            ratio(mm * mm * mm, minus * minus * minus),
            ratio(pp * pm * pm, plus * plus * minus),
            ratio(mm * pm * pm, plus * minus * minus),
        ];
        let mut values = [0.0; 16];
        values[..6].copy_from_slice(&chain); // linear
        values[6..12].copy_from_slice(&chain); // angled
        values[12..].copy_from_slice(&triangle);
        ClosureError::check(TripletConcentrations::from_array(values), pairs)
    }
}
