//! Kirkwood's triangle, normalised to give back one of its pairs:
//! T_ijk = C_ij C_jk C_ki / (C_i S_jk),  S_jk = sum over a of C_aj C_ak / C_a,
//! so that the sum over i is C_jk. Which corner i is, is a choice: the mean over the three, which
//! still sums to 1. Chains are those of the pair approximation.
//!
//! Exact on a random lattice, non-negative; the triangle's sum holds, of its marginals only the
//! mean over the three pairs' roles improves.
//! Source: House and Keeling, J. Theor. Biol. 272, 1 (2011), "improved closure".

use crate::pair_approximation::ratio;
use crate::sites::{Sites, with_triangles};
use crate::{Closure, ClosureError, PairApproximation};
use cluster_stats::{PairConcentrations, TripletConcentrations};

/// The pair approximation with a normalised triangle.
#[derive(Clone, Copy, Debug, Default)]
pub struct NormalizedKirkwood;

impl Closure for NormalizedKirkwood {
    fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        let [pp, mm, pm] = pairs.to_array();
        let (plus, minus) = (pairs.plus(), pairs.minus());
        // S_++, S_--, S_+-
        let sums = [
            pp * ratio(pp, plus) + pm * ratio(pm, minus),
            pm * ratio(pm, plus) + mm * ratio(mm, minus),
            pp * ratio(pm, plus) + pm * ratio(mm, minus),
        ];
        // i is the corner opposite to the pair jk
        let triangle = |sites: &Sites| {
            let [ij, jk, ik] = sites.pairs;
            let [i, j, k] = sites.single;
            let like = |other: f64| j == other && k == other;
            let sum = match jk {
                _ if jk == pp && like(plus) => sums[0],
                _ if jk == mm && like(minus) => sums[1],
                _ => sums[2],
            };
            jk * ratio(ij * ratio(ik, i), sum)
        };
        let chains = PairApproximation.chains(pairs)?;
        ClosureError::check(with_triangles(chains, pairs, triangle), pairs)
    }

    fn chains(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        PairApproximation.chains(pairs)
    }
}
