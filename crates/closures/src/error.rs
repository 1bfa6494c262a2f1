//! What can go wrong.

use cluster_stats::{PairConcentrations, TripletType};

/// Errors of `closures`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClosureError {
    /// A closure whose value is not a finite number at these pairs.
    #[error(
        "the closure gives {value} for {triplet} at {pairs}; a zero concentration stands under a negative exponent, or the pairs lie outside the possible region"
    )]
    NotFinite {
        /// The type.
        triplet: TripletType,
        /// What came out.
        value: f64,
        /// Where.
        pairs: PairConcentrations,
    },
}

impl ClosureError {
    /// Passes the values on if all are finite.
    pub(crate) fn check(
        values: cluster_stats::TripletConcentrations,
        pairs: &PairConcentrations,
    ) -> Result<cluster_stats::TripletConcentrations, ClosureError> {
        match values.iter().find(|(_, value)| !value.is_finite()) {
            Some((triplet, value)) => {
                Err(ClosureError::NotFinite { triplet, value, pairs: *pairs })
            }
            None => Ok(values),
        }
    }
}
