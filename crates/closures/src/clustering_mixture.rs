//! Keeling's clustering mixture, for triplets whose shape is not told apart:
//! C_ijk = (1 - phi) C_ij C_jk / C_j + phi C_ij C_jk C_ki / (C_i C_j C_k),
//! phi the share of triplets that are closed: 2/5 of the paths of two bonds on the triangular
//! lattice (the paper's clumping intensity theta).
//!
//! Exact on a random lattice, non-negative. All shapes get the same value; on a lattice where they
//! can be told apart that is what it loses. Marginals hold for phi = 0 on chains only.
//! Source: Keeling, Proc. R. Soc. B 266, 859 (1999).

use crate::kirkwood::superposition;
use crate::pair_approximation::ratio;
use crate::sites::{Sites, by_formula, chains_by_formula};
use crate::{Closure, ClosureError};
use cluster_stats::{PairConcentrations, TripletConcentrations};

/// Keeling's mixture of an open and a closed triplet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClusteringMixture {
    clustering: f64,
}

impl Default for ClusteringMixture {
    /// phi = 2/5, that of the triangular lattice.
    fn default() -> ClusteringMixture {
        ClusteringMixture { clustering: 0.4 }
    }
}

impl ClusteringMixture {
    /// With the share phi of closed triplets, 0 to 1.
    ///
    /// # Errors
    /// [`ClosureError::InvalidSetting`] outside.
    pub fn new(clustering: f64) -> Result<ClusteringMixture, ClosureError> {
        if (0.0..=1.0).contains(&clustering) {
            return Ok(ClusteringMixture { clustering });
        }
        let allowed = "from 0 to 1: a share of triplets";
        Err(ClosureError::InvalidSetting { name: "clustering", value: clustering, allowed })
    }

    /// phi.
    pub fn clustering(&self) -> f64 {
        self.clustering
    }

    fn mixture(&self, sites: &Sites) -> f64 {
        let open = sites.pairs[0] * ratio(sites.pairs[1], sites.single[1]);
        (1.0 - self.clustering) * open + self.clustering * superposition(sites)
    }
}

impl Closure for ClusteringMixture {
    fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        let mixture = |sites: &Sites| self.mixture(sites);
        ClosureError::check(by_formula(pairs, mixture, mixture), pairs)
    }

    fn chains(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        ClosureError::check(chains_by_formula(pairs, |sites| self.mixture(sites)), pairs)
    }
}
