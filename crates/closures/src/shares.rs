//! The adaptor that turns a per-shape closure into its published form.

use crate::{Closure, ClosureError};
use cluster_stats::{PairConcentrations, TripletConcentrations};

/// A closure times the path shares 1/5, 2/5, 2/5: the published form of PA and SA (paper,
/// Tables I and III). Its values are ordered concentrations over **all triplets**, not per shape.
#[derive(Clone, Copy, Debug)]
pub struct WithPathShares<C>(pub C);

impl<C: Closure> Closure for WithPathShares<C> {
    fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        Ok(times_shares(&self.0.triplets(pairs)?))
    }

    fn chains(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        Ok(times_shares(&self.0.chains(pairs)?))
    }
}

fn times_shares(per_shape: &TripletConcentrations) -> TripletConcentrations {
    TripletConcentrations::from_fn(|t| t.shape().path_share() * per_shape[t])
}
