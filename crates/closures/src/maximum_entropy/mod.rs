//! The three-site distributions of largest entropy with given pairs.
//!
//! Chains: C_ijk = C_ij C_jk / C_j, the pair approximation. Triangle: the one without a
//! three-site interaction, T+++ T--+^3 = T++-^3 T---; Kirkwood's has none either, but misses the
//! pairs. Exact on a random lattice, non-negative, all marginals hold.
//! Range: pairs possible on triangles, C+- <= min(C+, C-, 1/3).
//! Source: Kikuchi, Phys. Rev. 81, 988 (1951); Rogers, J. Stat. Mech. P05007 (2011).

pub(crate) mod fitting;
mod windows;

use crate::{Closure, ClosureError, PairApproximation, odds};
use cluster_stats::{PairConcentrations, TripletConcentrations};

/// The maximum-entropy closure: the distribution of largest entropy with the known marginals.
///
/// As a [`Closure`] it is the pair approximation's chains and Kikuchi's triangle, each the root of one
/// equation, with no setting. As a [`ClusterClosure`](crate::ClusterClosure) it fits the distribution on
/// any window.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MaximumEntropy {
    tolerance: f64,
    sweeps: u32,
}

impl Default for MaximumEntropy {
    /// Tolerance 1e-13, up to 10 000 iterations.
    fn default() -> MaximumEntropy {
        MaximumEntropy { tolerance: 1e-13, sweeps: 10_000 }
    }
}

impl MaximumEntropy {
    /// On windows, fits until no marginal is off by more than `tolerance` times itself, and gives up
    /// after `sweeps` sweeps and Newton steps. Where rounding or the boundary of what is possible keeps
    /// it from that, marginals that are off by at most 1e-9 (probabilities), as the marginals of an
    /// integrated state may be, are still accepted.
    ///
    /// # Errors
    /// [`ClosureError::InvalidSetting`] unless the tolerance is finite and positive.
    pub fn new(tolerance: f64, sweeps: u32) -> Result<MaximumEntropy, ClosureError> {
        if tolerance.is_finite() && tolerance > 0.0 {
            return Ok(MaximumEntropy { tolerance, sweeps });
        }
        let (name, allowed) = ("tolerance", "finite and positive");
        Err(ClosureError::InvalidSetting { name, value: tolerance, allowed })
    }
}

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
