//! Calibration of any family of closures on one or several trajectories together.
//!
//! Least squares of the mean error (30) over the trajectories, E = mean of (1/16) sum of J_i (15),
//! with time in units of each trajectory's duration, or of the same with every residual divided by its
//! standard error, plus a ridge
//! (Hoerl and Kennard, Technometrics 12, 55, 1970). The minimum found is local: the one downhill of
//! the family's start.

use crate::least_squares::{Problem, Solution, inverse};
use crate::triplet_errors::check_samples;
use crate::{Closure, ClosureError, ClosureFamily, ErrorReport, Stage};
use cluster_stats::{Concentrations, ReplicaMean, StandardErrors, Trajectory};
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
    covariance: Vec<Vec<f64>>,
    report: ErrorReport,
    converged: bool,
}

/// One sample, with the weight of each type's residual.
struct Sample<'a> {
    concentrations: &'a Concentrations,
    weights: [f64; 16],
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
        let mut point = start;
        // unknown until a stage tells
        let mut covariance = vec![vec![0.0; names.len()]; names.len()];
        (0..names.len()).for_each(|i| covariance[i][i] = f64::INFINITY);
        let mut converged = true;
        for stage in family.stages() {
            let fit = self.fit_stage(family, &stage, &point, &samples)?;
            point[stage.parameters.clone()].copy_from_slice(&fit.parameters);
            converged &= fit.converged;
            let residuals = stage.types.len() * samples.len();
            let freedom = residuals.saturating_sub(stage.parameters.len()).max(1) as f64;
            let scale = 2.0 * fit.error / freedom;
            for (index, row) in
                stage.parameters.clone().zip(inverse(&fit.curvature).into_iter().flatten())
            {
                for (other, value) in stage.parameters.clone().zip(row) {
                    covariance[index][other] = scale * value;
                }
            }
        }
        let closure = family.member(&point)?;
        let parameter = |(index, name): (usize, String)| Parameter {
            name,
            value: point[index],
            standard_deviation: Some(covariance[index][index].sqrt()).filter(|d| d.is_finite()),
        };
        let parameters = names.into_iter().enumerate().map(parameter).collect();
        let report = ErrorReport::of(&closure, data)?;
        Ok(JointCalibration { closure, parameters, covariance, report, converged })
    }

    /// Fits the parameters of one stage to its types, the others held where they are.
    fn fit_stage<F: ClosureFamily + ?Sized>(
        &self,
        family: &F,
        stage: &Stage,
        point: &[f64],
        samples: &[Sample<'_>],
    ) -> Result<Solution, ClosureError> {
        let residuals = |parameters: &[f64]| -> Result<Vec<f64>, ClosureError> {
            let mut all = point.to_vec();
            all[stage.parameters.clone()].copy_from_slice(parameters);
            let closure = family.member(&all)?;
            let mut residuals = Vec::with_capacity(stage.types.len() * samples.len());
            for Sample { concentrations, weights } in samples {
                let found = closure.triplets(&concentrations.pairs)?;
                residuals.extend(stage.types.iter().map(|&triplet| {
                    weights[triplet.index()] * (found[triplet] - concentrations.triplets[triplet])
                }));
            }
            Ok(residuals)
        };
        let start = point[stage.parameters.clone()].to_vec();
        Problem { residuals: &residuals, start, ridge: self.ridge }.solve()
    }

    /// All samples, with the weight of each type's residual.
    fn samples<'a>(&self, data: &[CalibrationData<'a>]) -> Result<Vec<Sample<'a>>, ClosureError> {
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
            let times = of.trajectory.trapezoid_shares();
            for (index, (record, time)) in of.trajectory.records().iter().zip(times).enumerate() {
                let weight = (time / (16.0 * data.len() as f64)).sqrt();
                let by_type = match scales.as_ref().and_then(|scales| scales.get(index)) {
                    Some(scale) => scale.map(|scale| weight / scale),
                    None => [weight; 16],
                };
                let concentrations = &record.concentrations;
                samples.push(Sample { concentrations, weights: by_type });
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
    /// times the mean square of the residuals, 0 between parameters of different stages, infinite
    /// variances where data leave a combination open (use fewer parameters, more compositions or a
    /// ridge). It takes residuals as independent; along a trajectory they are not, so that it is a
    /// lower bound.
    pub fn covariance(&self) -> &[Vec<f64>] {
        &self.covariance
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
