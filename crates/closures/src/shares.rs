//! The adaptor that turns a per-shape closure into its published form.

use crate::{Closure, ClosureError};
use cluster_stats::{PairConcentrations, TripletConcentrations, TripletType};

/// A closure times the path shares 1/5, 2/5, 2/5: the published form of PA and SA (paper,
/// Tables I and III). Its values are ordered concentrations over **all triplets**, not per shape.
#[derive(Clone, Copy, Debug)]
pub struct WithPathShares<C>(pub C);

impl<C: Closure> Closure for WithPathShares<C> {
    #[inline]
    fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        Ok(times_shares(&self.0.triplets(pairs)?))
    }

    #[inline]
    fn chains(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        Ok(times_shares(&self.0.chains(pairs)?))
    }
}

/// The share of each type, in the order of [`TripletType::ALL`].
const SHARES: [f64; 16] = {
    let mut shares = [0.0; 16];
    let mut index = 0;
    while index < 16 {
        shares[index] = TripletType::ALL[index].shape().path_share();
        index += 1;
    }
    shares
};

#[inline]
fn times_shares(per_shape: &TripletConcentrations) -> TripletConcentrations {
    let mut values = per_shape.to_array();
    for (value, share) in values.iter_mut().zip(SHARES) {
        *value *= share;
    }
    TripletConcentrations::from_array(values)
}
