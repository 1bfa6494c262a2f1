//! How good a closure is on several trajectories, beside the pair approximation.

use crate::{CalibrationData, Closure, ClosureError, PairApproximation, triplet_errors};
use cluster_stats::TripletType;
use std::fmt;

/// The errors of a closure by composition and type, with those of the pair approximation.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorReport {
    rows: Vec<CompositionErrors>,
}

/// The errors J_i (15) on one trajectory, per unit of its duration, in the order of
/// [`TripletType::ALL`].
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct CompositionErrors {
    /// C- of the trajectory.
    pub minus: f64,
    /// Of the closure.
    pub errors: [f64; 16],
    /// Of the pair approximation.
    pub pair_errors: [f64; 16],
}

impl CompositionErrors {
    /// The mean error (30) of the closure.
    pub fn mean(&self) -> f64 {
        self.errors.iter().sum::<f64>() / 16.0
    }

    /// The mean error (30) of the pair approximation.
    pub fn pair_mean(&self) -> f64 {
        self.pair_errors.iter().sum::<f64>() / 16.0
    }

    /// How many times smaller the closure's mean error is than the pair approximation's.
    pub fn gain(&self) -> f64 {
        self.pair_mean() / self.mean()
    }

    /// The type with the largest error of the closure.
    pub fn worst_type(&self) -> TripletType {
        let by_error = |a: &TripletType, b: &TripletType| {
            self.errors[a.index()].total_cmp(&self.errors[b.index()])
        };
        TripletType::ALL.into_iter().max_by(by_error).expect("there are 16 types")
    }
}

impl ErrorReport {
    /// Measures a closure.
    ///
    /// # Errors
    /// [`ClosureError::TooFewTrajectories`] for none, and those of [`triplet_errors`].
    pub fn of<C: Closure + ?Sized>(
        closure: &C,
        data: &[CalibrationData<'_>],
    ) -> Result<ErrorReport, ClosureError> {
        if data.is_empty() {
            return Err(ClosureError::TooFewTrajectories { given: 0, least: 1 });
        }
        let row = |of: &CalibrationData<'_>| {
            Ok(CompositionErrors {
                minus: of.trajectory.minus(),
                errors: triplet_errors(closure, of.trajectory)?,
                pair_errors: triplet_errors(&PairApproximation, of.trajectory)?,
            })
        };
        Ok(ErrorReport { rows: data.iter().map(row).collect::<Result<_, ClosureError>>()? })
    }

    /// One for each trajectory, in their order; at least one.
    pub fn rows(&self) -> &[CompositionErrors] {
        &self.rows
    }

    /// (Mean of the pair approximation's errors) / (mean of the closure's errors).
    pub fn gain(&self) -> f64 {
        self.rows.iter().map(CompositionErrors::pair_mean).sum::<f64>()
            / self.rows.iter().map(CompositionErrors::mean).sum::<f64>()
    }

    /// The composition where the closure gains least on the pair approximation.
    pub fn worst(&self) -> &CompositionErrors {
        let by_gain =
            |a: &&CompositionErrors, b: &&CompositionErrors| a.gain().total_cmp(&b.gain());
        self.rows.iter().min_by(by_gain).expect("a report has a row")
    }
}

impl fmt::Display for ErrorReport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{:>7} {:>10} {:>10} {:>8}  worst type", "C-", "error", "PA", "gain")?;
        for row in &self.rows {
            let (minus, mean, pair) = (row.minus, row.mean(), row.pair_mean());
            let (gain, worst) = (row.gain(), row.worst_type());
            let error = row.errors[worst.index()];
            writeln!(
                formatter,
                "{minus:7.4} {mean:10.2e} {pair:10.2e} {gain:8.1}  {worst} {error:.2e}"
            )?;
        }
        let worst = self.worst();
        writeln!(
            formatter,
            "mean error of PA / mean error of the closure: {:.1}; least, {:.1}, at C- = {:.4}",
            self.gain(),
            worst.gain(),
            worst.minus
        )
    }
}
