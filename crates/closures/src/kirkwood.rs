//! Kirkwood's superposition for every triplet, as if its ends were neighbours:
//! C_ijk = C_ij C_jk C_ki / (C_i C_j C_k).
//!
//! Exact on a random lattice; non-negative; no marginal holds. On chains it overrates order, whose
//! ends are not neighbours: the pair approximation uses it for triangles alone, where it belongs.
//! Source: Kirkwood, J. Chem. Phys. 3, 300 (1935).

use crate::pair_approximation::ratio;
use crate::sites::{Sites, by_formula, chains_by_formula};
use crate::{Closure, ClosureError};
use cluster_stats::{PairConcentrations, TripletConcentrations};

/// Kirkwood's superposition, shape-blind. [`PairApproximation`](crate::PairApproximation) has it on
/// triangles only.
#[derive(Clone, Copy, Debug, Default)]
pub struct KirkwoodSuperposition;

/// C_ij C_jk C_ki / (C_i C_j C_k), 0 where a pair is absent.
pub(crate) fn superposition(sites: &Sites) -> f64 {
    let Sites { single: [i, j, k], pairs: [ij, jk, ik] } = *sites;
    ratio(ij, i) * ratio(jk, j) * ratio(ik, k)
}

impl Closure for KirkwoodSuperposition {
    fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        ClosureError::check(by_formula(pairs, superposition, superposition), pairs)
    }

    fn chains(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        ClosureError::check(chains_by_formula(pairs, superposition), pairs)
    }
}
