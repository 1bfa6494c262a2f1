//! The three-site distributions of largest entropy with given pairs.
//!
//! Chains: C_ijk = C_ij C_jk / C_j, the pair approximation. Triangle: the one without a
//! three-site interaction, T+++ T--+^3 = T++-^3 T---; Kirkwood's has none either, but misses the
//! pairs. Exact on a random lattice, non-negative, all marginals hold.
//! Range: pairs possible on triangles, C+- <= min(C+, C-, 1/3).
//! Source: Kikuchi, Phys. Rev. 81, 988 (1951); Rogers, J. Stat. Mech. P05007 (2011).

use crate::{Closure, ClosureError, PairApproximation, odds};
use cluster_stats::{PairConcentrations, TripletConcentrations};

/// The maximum-entropy closure: the pair approximation's chains, Kikuchi's triangle.
#[derive(Clone, Copy, Debug, Default)]
pub struct MaximumEntropy;

impl Closure for MaximumEntropy {
    fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        if !pairs.to_array().iter().all(|c| *c >= 0.0) {
            return Err(ClosureError::ImpossiblePairs { pairs: *pairs, bound: "0 <= C" });
        }
        let mut values = PairApproximation.triplets(pairs)?.to_array();
        values[12..].copy_from_slice(&odds::triangle(pairs, 0.0)?);
        ClosureError::check(TripletConcentrations::from_array(values), pairs)
    }

    fn chains(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        PairApproximation.chains(pairs)
    }
}
