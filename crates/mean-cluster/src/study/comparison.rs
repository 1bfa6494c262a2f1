//! Calibrated closures, and the errors of all closures at all compositions, in both conventions.

use super::{AnnealedComposition, BoundedRow, ONE_HALF, ONE_THIRD};
use crate::StudyError;
use crate::run::Progress;
use closures::{
    Calibration, Closure, ClosureError, Convention, PairApproximation, Regularization,
    SparseApproximation, calibrate, mean_error, triplet_errors,
};
use cluster_stats::Trajectory;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

/// The two regularizations of the paper, with their names in files.
pub const REGULARIZATIONS: [(&str, Regularization); 2] =
    [("hard", Regularization::hard()), ("soft", Regularization::soft())];

/// The optimal approximation calibrated on one composition.
#[derive(Clone, Debug)]
pub struct CalibratedClosure {
    /// In which convention it was fitted and is to be used.
    pub convention: Convention,
    /// `hard` or `soft`.
    pub regularization: &'static str,
    /// Nominal composition of the data.
    pub calibration_x: f64,
    /// Exponents, errors, active bounds, uniqueness.
    pub calibration: Calibration,
}

impl CalibratedClosure {
    /// The closure as its convention uses it: with the path shares where `as-published`.
    pub fn closure(&self) -> Box<dyn Closure> {
        self.calibration.closure()
    }
}

/// Which closure is judged, and where: the first columns of tables of errors.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorKeys {
    /// The convention.
    #[serde(with = "crate::output")]
    pub convention: Convention,
    /// `pa`, `oa`, `sa`.
    pub closure: String,
    /// `hard` or `soft` for `oa`, else empty.
    pub regularization: String,
    /// Where `oa` was calibrated.
    pub calibration_x: Option<f64>,
    /// Nominal composition of the data.
    pub x: f64,
}

/// The errors (15) of one closure on the data of one composition.
#[derive(Clone, Debug, PartialEq)]
pub struct ClosureErrors {
    /// Which closure, and where.
    pub of: ErrorKeys,
    /// J_i in the order of `TripletType::ALL`.
    pub by_type: [f64; 16],
}

impl ClosureErrors {
    /// The mean error (30), unweighted over the 16 types.
    pub fn mean(&self) -> f64 {
        self.by_type.iter().sum::<f64>() / 16.0
    }
}

/// Calibrates OA at x = 1/2 and 1/3, hard and soft, in both conventions: 8 closures.
///
/// # Errors
/// [`StudyError::AtComposition`] around what the calibration says.
pub fn calibrate_all(
    data: &[AnnealedComposition],
    progress: &Progress,
) -> Result<Vec<CalibratedClosure>, StudyError> {
    let mut wanted = Vec::new();
    for convention in Convention::ALL {
        for regularization in REGULARIZATIONS {
            for calibration_x in [ONE_HALF, ONE_THIRD] {
                wanted.push((convention, regularization, calibration_x));
            }
        }
    }
    let bar = progress.start("calibration", wanted.len() as u64);
    let calibrated = wanted
        .into_par_iter()
        .map(|(convention, (name, regularization), calibration_x)| {
            let trajectory = mean_at(data, calibration_x);
            let calibration = calibrate(trajectory, regularization, convention)
                .map_err(|e| StudyError::at(calibration_x)(e.into()))?;
            bar.inc(1);
            Ok(CalibratedClosure { convention, regularization: name, calibration_x, calibration })
        })
        .collect();
    bar.finish();
    calibrated
}

/// The bounds tried, hard and soft.
pub const BOUNDS: [(&str, [f64; 4]); 2] =
    [("hard", [1.0, 2.0, 3.0, 4.0]), ("soft", [2.0, 4.0, 6.0, 8.0])];

/// Calibrates OA at 1/3 with each of [`BOUNDS`], in both conventions, and judges it everywhere.
///
/// # Errors
/// [`StudyError::AtComposition`] around what the calibration or the closure says.
pub fn compare_bounds(data: &[AnnealedComposition]) -> Result<Vec<BoundedRow>, StudyError> {
    let wanted = Convention::ALL.into_iter().flat_map(|convention| {
        BOUNDS.into_iter().flat_map(move |(regularization, bounds)| {
            bounds.map(move |bound| (convention, regularization, bound))
        })
    });
    let wanted: Vec<_> = wanted.collect();
    let one = |(convention, regularization, bound): (Convention, &str, f64)| {
        let xi =
            if regularization == "hard" { 0.0..=bound } else { f64::NEG_INFINITY..=f64::INFINITY };
        let third = |e: ClosureError| StudyError::at(ONE_THIRD)(e.into());
        let bounds = Regularization::bounds(0.0..=bound, xi).map_err(third)?;
        let fit = calibrate(mean_at(data, ONE_THIRD), bounds, convention).map_err(third)?;
        let closure = fit.closure();
        let row = |at: &AnnealedComposition| {
            let error = mean_error(&closure, &at.mean.mean);
            let mean_error = error.map_err(|e| StudyError::at(at.x)(e.into()))?;
            let regularization = regularization.to_owned();
            Ok(BoundedRow { convention, regularization, bound, x: at.x, mean_error })
        };
        data.iter().map(row).collect::<Result<Vec<_>, StudyError>>()
    };
    Ok(wanted.into_par_iter().map(one).collect::<Result<Vec<_>, _>>()?.concat())
}

/// The errors of PA, SA and the calibrated OA at every composition.
///
/// # Errors
/// [`StudyError::AtComposition`] around what the closure says.
pub fn compare_all(
    data: &[AnnealedComposition],
    calibrated: &[CalibratedClosure],
) -> Result<Vec<ClosureErrors>, StudyError> {
    let mut rows = Vec::new();
    for convention in Convention::ALL {
        let classical = [
            ("pa", convention.apply(PairApproximation)),
            ("sa", convention.apply(SparseApproximation)),
        ];
        for (name, closure) in &classical {
            for at in data {
                rows.push(errors_at(at, convention, name, None, closure)?);
            }
        }
        for fit in calibrated.iter().filter(|fit| fit.convention == convention) {
            let closure = fit.closure();
            for at in data {
                rows.push(errors_at(at, convention, "oa", Some(fit), &closure)?);
            }
        }
    }
    Ok(rows)
}

fn errors_at(
    at: &AnnealedComposition,
    convention: Convention,
    closure_name: &str,
    fit: Option<&CalibratedClosure>,
    closure: &dyn Closure,
) -> Result<ClosureErrors, StudyError> {
    let by_type =
        triplet_errors(closure, &at.mean.mean).map_err(|e| StudyError::at(at.x)(e.into()))?;
    let of = ErrorKeys {
        convention,
        closure: closure_name.to_owned(),
        regularization: fit.map_or("", |fit| fit.regularization).to_owned(),
        calibration_x: fit.map(|fit| fit.calibration_x),
        x: at.x,
    };
    Ok(ClosureErrors { of, by_type })
}

/// The fit of a column of the published Table II: as published, hard.
pub(crate) fn published_fit(calibrated: &[CalibratedClosure], x: f64) -> &CalibratedClosure {
    let found = calibrated.iter().find(|fit| {
        fit.convention == Convention::AsPublished
            && fit.regularization == "hard"
            && fit.calibration_x == x
    });
    found.expect("the study calibrates both columns of Table II")
}

/// The mean trajectory at a composition of the study.
pub(crate) fn mean_at(data: &[AnnealedComposition], x: f64) -> &Trajectory {
    let found = data.iter().find(|at| at.x == x);
    &found.expect("the study anneals every composition that it uses").mean.mean
}
