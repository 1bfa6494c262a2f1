//! Calibration of any family of closures on one or several trajectories together.
//!
//! Least squares of the mean error (30) over the trajectories, E = mean of (1/16) sum of J_i (15),
//! or of the same with every residual divided by its standard error, plus a ridge
//! (Hoerl and Kennard, Technometrics 12, 55, 1970). The minimum found is local: the one downhill of
//! the family's start.

use crate::calibration::trapezoid_weights;
use crate::least_squares::{Problem, inverse};
use crate::triplet_errors::check_samples;
use crate::{ClosureError, ClosureFamily, ErrorReport};
use cluster_stats::{ReplicaMean, StandardErrors, Trajectory};
use std::fmt;

/// A trajectory to calibrate on, with standard errors where they are known.
#[derive(Clone, Copy, Debug)]
pub struct CalibrationData<'a> {
    /// Pairs and triplets over time; ordered, per shape.
    pub trajectory: &'a Trajectory,
    /// One entry a sample.
    pub standard_errors: Option<&'a [StandardErrors]>,
}

impl<'a> From<&'a Trajectory> for CalibrationData<'a> {
    fn from(trajectory: &'a Trajectory) -> CalibrationData<'a> {
        CalibrationData { trajectory, standard_errors: None }
    }
}

impl<'a> From<&'a ReplicaMean> for CalibrationData<'a> {
    fn from(mean: &'a ReplicaMean) -> CalibrationData<'a> {
        let standard_errors = mean.standard_errors.as_deref();
        CalibrationData { trajectory: &mean.mean, standard_errors }
    }
}

/// How closures are calibrated.
///
/// ```
/// # use closures::cluster_stats::*;
/// # use closures::{Closure, LogOdds, Reference};
/// use closures::{Calibrator, LogOddsFamily, PairApproximation, mean_error};
/// # let truth = LogOdds::without_coefficients(Reference::TriangleRing);
/// # let data: Vec<Trajectory> = [0.4, 0.6].map(|minus| {
/// #     let record = |i: u32| {
/// #         let pairs = PairConcentrations::of_composition(minus, 0.24 + 0.005 * f64::from(i));
/// #         let triplets = truth.triplets(&pairs).unwrap();
/// #         Record { time: f64::from(i), temperature: None, energy_per_site: None,
/// #                  concentrations: Concentrations { pairs, triplets } }
/// #     };
/// #     Trajectory::new((0..9).map(record).collect()).unwrap()
/// # }).into();
/// // `data`: trajectories of two compositions
/// let calibration = Calibrator::new()
///     .ridge(1e-6)?
///     .calibrate(&LogOddsFamily::default(), &[(&data[0]).into(), (&data[1]).into()])?;
/// println!("{calibration}"); // parameters with standard deviations, errors against PA
/// let closure = calibration.closure();
/// assert!(mean_error(closure, &data[0])? < mean_error(&PairApproximation, &data[0])?);
/// # Ok::<(), closures::ClosureError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Default)]
pub struct Calibrator {
    ridge: f64,
    by_standard_errors: bool,
}

/// A parameter with its uncertainty.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: f64,
    /// The square root of its variance; `None` where the data leave it open.
    pub standard_deviation: Option<f64>,
}

/// A calibrated closure, and what is to be known about it.
#[derive(Clone, Debug)]
pub struct JointCalibration<C> {
    closure: C,
    parameters: Vec<Parameter>,
    covariance: Option<Vec<Vec<f64>>>,
    report: ErrorReport,
    converged: bool,
}

impl Calibrator {
    /// No ridge, every sample with the weight of its time, every type alike: what is minimised is
    /// the mean error (30), which closures are compared by.
    pub fn new() -> Calibrator {
        Calibrator::default()
    }

    /// Pulls the parameters towards the family's start. Dimensionless: at 1 a parameter is pulled
    /// as strongly as the data pull at the start, in its own direction; 1e-6 only decides what data
    /// leave open.
    ///
    /// # Errors
    /// [`ClosureError::InvalidSetting`] unless finite and not negative.
    pub fn ridge(mut self, ridge: f64) -> Result<Calibrator, ClosureError> {
        if !(ridge.is_finite() && ridge >= 0.0) {
            let allowed = "finite and not negative";
            return Err(ClosureError::InvalidSetting { name: "ridge", value: ridge, allowed });
        }
        self.ridge = ridge;
        Ok(self)
    }

    /// Divides the residuals by their standard errors, where a trajectory has them: half the mean
    /// of squares then is 1/2 for a closure as good as the data. A standard error below a tenth of
    /// its type's root mean square over the trajectory counts as that tenth, as an ordered state
    /// has none.
    #[must_use]
    pub fn weighted_by_standard_errors(mut self) -> Calibrator {
        self.by_standard_errors = true;
        self
    }

    /// Fits the family to all of `data` together. Deterministic.
    ///
    /// # Errors
    /// [`ClosureError::TooFewTrajectories`], [`ClosureError::TooFewSamples`],
    /// [`ClosureError::CoefficientCount`] for a family whose start has another length than its
    /// names, and what the closure at the start says of the data's pairs.
    pub fn calibrate<F: ClosureFamily + ?Sized>(
        &self,
        family: &F,
        data: &[CalibrationData<'_>],
    ) -> Result<JointCalibration<F::Member>, ClosureError> {
        let (start, names) = (family.start(), family.parameters());
        if start.len() != names.len() {
            let (given, expected) = (start.len(), names.len());
            return Err(ClosureError::CoefficientCount { given, expected });
        }
        let samples = self.samples(data)?;
        let residuals = |parameters: &[f64]| -> Result<Vec<f64>, ClosureError> {
            let closure = family.member(parameters)?;
            let mut residuals = Vec::with_capacity(16 * samples.len());
            for (record, weights) in &samples {
                let concentrations = &record.concentrations;
                let found = crate::Closure::triplets(&closure, &concentrations.pairs)?.to_array();
                let measured = concentrations.triplets.to_array();
                residuals.extend((0..16).map(|i| weights[i] * (found[i] - measured[i])));
            }
            Ok(residuals)
        };
        let problem = Problem { residuals: &residuals, start, ridge: self.ridge };
        let solution = problem.solve()?;
        let closure = family.member(&solution.parameters)?;
        let freedom = (16 * samples.len()).saturating_sub(names.len()).max(1) as f64;
        let variance = 2.0 * solution.error / freedom;
        let covariance = inverse(&solution.curvature).map(|rows| {
            let scaled = |row: Vec<f64>| row.into_iter().map(|value| variance * value).collect();
            rows.into_iter().map(scaled).collect::<Vec<Vec<f64>>>()
        });
        let parameter = |(index, name): (usize, String)| Parameter {
            name,
            value: solution.parameters[index],
            standard_deviation: covariance.as_ref().map(|rows| rows[index][index].sqrt()),
        };
        let parameters = names.into_iter().enumerate().map(parameter).collect();
        let report = ErrorReport::of(&closure, data)?;
        let converged = solution.converged;
        Ok(JointCalibration { closure, parameters, covariance, report, converged })
    }

    /// All samples, with the weight of each type's residual.
    #[allow(clippy::type_complexity)] // used once
    fn samples<'a>(
        &self,
        data: &[CalibrationData<'a>],
    ) -> Result<Vec<(&'a cluster_stats::Record, [f64; 16])>, ClosureError> {
        if data.is_empty() {
            return Err(ClosureError::TooFewTrajectories { given: 0, least: 1 });
        }
        let mut samples = Vec::new();
        for of in data {
            check_samples(of.trajectory)?;
            let scales = match of.standard_errors {
                Some(errors) if self.by_standard_errors => Some(scales(errors)),
                _ => None,
            };
            let times = trapezoid_weights(&of.trajectory.times());
            for (index, (record, time)) in of.trajectory.records().iter().zip(times).enumerate() {
                let weight = (time / (16.0 * data.len() as f64)).sqrt();
                let by_type = match scales.as_ref().and_then(|scales| scales.get(index)) {
                    Some(scale) => scale.map(|scale| weight / scale),
                    None => [weight; 16],
                };
                samples.push((record, by_type));
            }
        }
        Ok(samples)
    }
}

/// The standard errors of the triplets at each sample, none far below the usual.
fn scales(errors: &[StandardErrors]) -> Vec<[f64; 16]> {
    let of = |errors: &StandardErrors| errors.concentrations.triplets.to_array();
    let mut floor = [0.0; 16];
    for sample in errors.iter().map(of) {
        for (floor, error) in floor.iter_mut().zip(sample) {
            *floor += error * error / errors.len() as f64;
        }
    }
    // of a type that never fluctuates every sample is exact to rounding
    let floor = floor.map(|square| (0.1 * square.sqrt()).max(1e-6));
    let scale = |sample: [f64; 16]| std::array::from_fn(|i| sample[i].max(floor[i]));
    errors.iter().map(of).map(scale).collect()
}

impl<C> JointCalibration<C> {
    /// The closure.
    pub fn closure(&self) -> &C {
        &self.closure
    }

    /// The closure, and nothing else.
    pub fn into_closure(self) -> C {
        self.closure
    }

    /// The parameters, in the order of the family.
    pub fn parameters(&self) -> &[Parameter] {
        &self.parameters
    }

    /// The covariance of the parameters, row by row: the inverse of the curvature (ridge included)
    /// times the mean square of the residuals. It takes residuals as independent; along a
    /// trajectory they are not, so that it is a lower bound. `None` where the data leave a
    /// combination open: use fewer parameters, more compositions or a ridge.
    pub fn covariance(&self) -> Option<&[Vec<f64>]> {
        self.covariance.as_deref()
    }

    /// The errors on the data of the calibration, beside those of the pair approximation.
    pub fn report(&self) -> &ErrorReport {
        &self.report
    }

    /// Whether the search ended at a minimum, and not for want of steps.
    pub fn converged(&self) -> bool {
        self.converged
    }
}

impl<C> fmt::Display for JointCalibration<C> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Parameter { name, value, standard_deviation } in &self.parameters {
            match standard_deviation {
                Some(deviation) => {
                    writeln!(formatter, "{name:24} {value:12.5} +- {deviation:.2e}")?
                }
                None => writeln!(formatter, "{name:24} {value:12.5}    not determined by itself")?,
            }
        }
        if !self.converged {
            writeln!(formatter, "not converged: a ridge helps")?;
        }
        write!(formatter, "{}", self.report)
    }
}
