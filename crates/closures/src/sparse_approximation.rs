//! The sparse approximation, Table III.

use crate::{Closure, ClosureError};
use cluster_stats::{PairConcentrations, TripletConcentrations, TripletPattern};

/// The sparse approximation (paper, Table III), without the path shares: `+++` -> C++,
/// `---` -> C--, all other types -> C+-, in every shape.
#[derive(Clone, Copy, Debug, Default)]
pub struct SparseApproximation;

impl Closure for SparseApproximation {
    fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        let values = TripletConcentrations::from_fn(|triplet| match triplet.pattern() {
            TripletPattern::Ppp => pairs.plus_plus,
            TripletPattern::Mmm => pairs.minus_minus,
            _ => pairs.plus_minus,
        });
        ClosureError::check(values, pairs)
    }
}
