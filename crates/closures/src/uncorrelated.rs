//! No correlation: C_ijk = C_i C_j C_k.
//!
//! Exact on a random lattice; non-negative; marginals hold only there.

use crate::{Closure, ClosureError};
use cluster_stats::{PairConcentrations, TripletConcentrations};

/// Triplets as if every site were drawn alone.
#[derive(Clone, Copy, Debug, Default)]
pub struct Uncorrelated;

impl Closure for Uncorrelated {
    fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        ClosureError::check(TripletConcentrations::random_lattice(pairs.minus()), pairs)
    }
}
