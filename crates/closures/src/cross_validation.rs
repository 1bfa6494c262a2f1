//! Leave-one-composition-out cross-validation (Stone, J. R. Stat. Soc. B 36, 111, 1974).

use crate::{CalibrationData, Closure, ClosureError, mean_error};
use std::fmt;

/// The errors of closures on compositions that their calibration did not see.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CrossValidation {
    /// For each trajectory, the mean error (30) on it of the closure calibrated on the others.
    pub errors: Vec<f64>,
}

impl CrossValidation {
    /// The mean over the trajectories left out.
    pub fn mean(&self) -> f64 {
        self.errors.iter().sum::<f64>() / self.errors.len() as f64
    }
}

/// Leaves out each trajectory in turn, calls `calibrate` with the others and measures its closure
/// on the one left out. `calibrate` may be anything: a [`Calibrator`](crate::Calibrator) with any
/// family, or a fit of one's own.
///
/// # Errors
/// [`ClosureError::TooFewTrajectories`] under two, and those of `calibrate`.
pub fn cross_validate<C: Closure>(
    data: &[CalibrationData<'_>],
    calibrate: impl Fn(&[CalibrationData<'_>]) -> Result<C, ClosureError>,
) -> Result<CrossValidation, ClosureError> {
    if data.len() < 2 {
        return Err(ClosureError::TooFewTrajectories { given: data.len(), least: 2 });
    }
    let without = |left_out: usize| {
        let mut others = data.to_vec();
        let judge = others.remove(left_out);
        mean_error(&calibrate(&others)?, judge.trajectory)
    };
    Ok(CrossValidation { errors: (0..data.len()).map(without).collect::<Result<_, _>>()? })
}

/// A way to calibrate, with a name, for [`Selection`].
pub struct Candidate<'a> {
    /// Its name in the table.
    pub name: String,
    /// What it does.
    #[allow(clippy::type_complexity)] // a candidate is any function from data to a closure
    pub calibrate:
        Box<dyn Fn(&[CalibrationData<'_>]) -> Result<Box<dyn Closure>, ClosureError> + 'a>,
}

impl fmt::Debug for Candidate<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Candidate").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Candidates in the order of their cross-validated errors, best first.
#[derive(Debug)]
#[non_exhaustive]
pub struct Selection {
    /// Name and cross-validation of each; one that failed comes last, with its error.
    pub ranking: Vec<(String, Result<CrossValidation, ClosureError>)>,
}

impl Selection {
    /// Cross-validates every candidate: features, ridges, weights, closures of any kind.
    pub fn of(data: &[CalibrationData<'_>], candidates: &[Candidate<'_>]) -> Selection {
        let judge = |candidate: &Candidate<'_>| {
            (candidate.name.clone(), cross_validate(data, &candidate.calibrate))
        };
        let mut ranking: Vec<_> = candidates.iter().map(judge).collect();
        let key = |found: &Result<CrossValidation, ClosureError>| {
            found.as_ref().map_or(f64::INFINITY, CrossValidation::mean)
        };
        ranking.sort_by(|a, b| key(&a.1).total_cmp(&key(&b.1)));
        Selection { ranking }
    }

    /// The name of the best; `None` without candidates, or if all failed.
    pub fn best(&self) -> Option<&str> {
        self.ranking.first().filter(|(_, found)| found.is_ok()).map(|(name, _)| name.as_str())
    }
}

impl fmt::Display for Selection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.ranking.iter().try_for_each(|(name, found)| match found {
            Ok(found) => writeln!(formatter, "{:10.3e}  {name}", found.mean()),
            Err(error) => writeln!(formatter, "{:>10}  {name}: {error}", "-"),
        })
    }
}
