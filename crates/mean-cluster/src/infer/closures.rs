//! The closures inferred with, calibrated on fresh runs.

use crate::StudyError;
use crate::compare::{ComparedClosure, compared_closures};
use crate::study::AnnealedComposition;
use closures::{Closure, OptimalApproximation, WithPathShares};

/// The closures of these names, calibrated on the means of `data` together.
///
/// # Errors
/// [`StudyError::Setting`] for a name that is none, with the names there are; those of the
/// calibrations.
pub(super) fn named(
    names: &[String],
    data: &[AnnealedComposition],
) -> Result<Vec<ComparedClosure>, StudyError> {
    let mut all = compared_closures(data)?;
    let mut found = Vec::new();
    for name in names {
        match all.iter().position(|closure| closure.name == name) {
            Some(index) => found.push(all.swap_remove(index)),
            None => {
                let value = name.clone();
                return Err(StudyError::Setting { setting: "closures", value, allowed: NAMES });
            }
        }
    }
    Ok(found)
}

/// The names that [`named`] knows.
pub(super) const NAMES: &str = "one of pa, oa (short for oa_hard), sa, log_odds, log_odds_pa, oa_hard, oa_soft, \
                     oa_hard_projected, oa_half_published, oa_third_published, kirkwood, \
                     clustering_mixture, normalized_kirkwood, maximum_entropy, triangle_ring, \
                     power_1, power_2";

/// The form in which the paper would use it: with the path shares; of an optimal approximation the
/// one of Table II at x = 1/2.
pub(super) fn as_published(compared: &ComparedClosure) -> Box<dyn Closure + '_> {
    if compared.name.starts_with("oa_") {
        Box::new(OptimalApproximation::published_one_half())
    } else {
        Box::new(WithPathShares(&*compared.closure))
    }
}
