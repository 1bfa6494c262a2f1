//! Closures from a plain function.

use crate::{Closure, ClosureError};
use cluster_stats::{PairConcentrations, TripletConcentrations};

/// A closure made of a function; see [`from_fn`].
#[derive(Clone, Copy)]
pub struct FromFn<F>(F);

/// A closure from a function of the pairs (ordered) to the triplets (ordered, per shape).
///
/// The values are checked: one that is not finite is a [`ClosureError::NotFinite`]. Where the
/// function itself can fail, implement [`Closure`] for a struct instead.
///
/// ```
/// use closures::{Closure, from_fn};
/// use cluster_stats::{PairConcentrations, TripletConcentrations};
/// // no correlation at all: products of the composition
/// let uncorrelated = from_fn(|pairs| TripletConcentrations::random_lattice(pairs.minus()));
/// let triplets = uncorrelated.triplets(&PairConcentrations::of_composition(0.5, 0.3))?;
/// assert!(triplets.iter().all(|(_, value)| value == 0.125));
/// # Ok::<(), closures::ClosureError>(())
/// ```
pub fn from_fn<F>(function: F) -> FromFn<F>
where
    F: Fn(&PairConcentrations) -> TripletConcentrations + Send + Sync,
{
    FromFn(function)
}

impl<F> Closure for FromFn<F>
where
    F: Fn(&PairConcentrations) -> TripletConcentrations + Send + Sync,
{
    fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        ClosureError::check((self.0)(pairs), pairs)
    }
}

impl<F> std::fmt::Debug for FromFn<F> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("FromFn(..)")
    }
}
