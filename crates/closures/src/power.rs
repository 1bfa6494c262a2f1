//! The power closures, named after the power of the pairs in them.
//!
//! Power 1: `C_i C_jk + C_j C_ik + C_k C_ij - 2 C_i C_j C_k`: no third central moment. All
//! marginals hold; values may be negative.
//! Power 2, symmetric: half of `C_ij C_ik / C_i + C_ij C_jk / C_j + C_ik C_jk / C_k - C_i C_j C_k`.
//! Sums hold, marginals on chains only; values may be negative.
//! Power 3 is Kirkwood's superposition, see `kirkwood.rs`.
//!
//! The ends of a chain are not neighbours: C_ik = C_i C_k there, which is what pairs tell. All are
//! exact on a random lattice.
//! Source: Dieckmann and Law, in The Geometry of Ecological Interactions (Cambridge, 2000), ch. 21;
//! Murrell, Dieckmann and Law, J. Theor. Biol. 229, 421 (2004).

use crate::pair_approximation::ratio;
use crate::sites::{Sites, by_formula, chains_by_formula};
use crate::{Closure, ClosureError};
use cluster_stats::{PairConcentrations, TripletConcentrations};

/// The power-1 closure: no third central moment.
#[derive(Clone, Copy, Debug, Default)]
pub struct PowerOne;

/// The symmetric power-2 closure.
#[derive(Clone, Copy, Debug, Default)]
pub struct PowerTwo;

fn power_one(sites: &Sites) -> f64 {
    let Sites { single: [i, j, k], pairs: [ij, jk, ik] } = *sites;
    i * jk + j * ik + k * ij - 2.0 * i * j * k
}

fn power_two(sites: &Sites) -> f64 {
    let Sites { single: [i, j, k], pairs: [ij, jk, ik] } = *sites;
    0.5 * (ij * ratio(ik, i) + ij * ratio(jk, j) + ik * ratio(jk, k) - i * j * k)
}

fn power_one_chain(sites: &Sites) -> f64 {
    power_one(&sites.with_independent_ends())
}

fn power_two_chain(sites: &Sites) -> f64 {
    power_two(&sites.with_independent_ends())
}

impl Closure for PowerOne {
    fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        ClosureError::check(by_formula(pairs, power_one_chain, power_one), pairs)
    }

    fn chains(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        ClosureError::check(chains_by_formula(pairs, power_one_chain), pairs)
    }
}

impl Closure for PowerTwo {
    fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        ClosureError::check(by_formula(pairs, power_two_chain, power_two), pairs)
    }

    fn chains(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        ClosureError::check(chains_by_formula(pairs, power_two_chain), pairs)
    }
}
