//! Closures by their names in files, calibrated on trajectories of the user's own.

use crate::StudyError;
use clap::ValueEnum;
use closures::{
    CalibrationData, Calibrator, Closure, ClusteringMixture, Convention, JointCalibration,
    KirkwoodSuperposition, LogOdds, LogOddsFamily, MaximumEntropy, Monomials, NormalizedKirkwood,
    PairApproximation, Reference, Regularization, SparseApproximation, calibrate_jointly,
};
use cluster_stats::Trajectory;
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
#[value(rename_all = "snake_case")]
pub(super) enum ClosureChoice {
    /// Pair approximation
    Pa,
    /// Sparse approximation
    Sa,
    /// Kirkwood superposition
    Kirkwood,
    /// Kirkwood superposition, normalised
    NormalizedKirkwood,
    /// Clustering mixture
    ClusteringMixture,
    /// Maximum entropy
    MaximumEntropy,
    /// Optimal approximation, hard regularization; calibrated on the data
    OaHard,
    /// Optimal approximation, soft regularization; calibrated on the data
    OaSoft,
    /// Log-odds closure; calibrated on the data
    LogOdds,
}

impl ClosureChoice {
    pub(super) fn needs_data(self) -> bool {
        matches!(self, Self::OaHard | Self::OaSoft | Self::LogOdds)
    }

    /// The closure, per shape, calibrated on `data` if it has parameters.
    pub(super) fn closure(
        self,
        data: &[Trajectory],
        ridge: f64,
    ) -> Result<Box<dyn Closure>, StudyError> {
        Ok(match self {
            Self::Pa => Box::new(PairApproximation),
            Self::Sa => Box::new(SparseApproximation),
            Self::Kirkwood => Box::new(KirkwoodSuperposition),
            Self::NormalizedKirkwood => Box::new(NormalizedKirkwood),
            Self::ClusteringMixture => Box::new(ClusteringMixture::default()),
            Self::MaximumEntropy => Box::new(MaximumEntropy::default()),
            Self::OaHard => optimal(data, Regularization::hard())?.closure(),
            Self::OaSoft => optimal(data, Regularization::soft())?.closure(),
            Self::LogOdds => {
                let sets: Vec<CalibrationData<'_>> = data.iter().map(Into::into).collect();
                // extrapolation stays of the order of the data
                Box::new(log_odds(data, ridge)?.into_closure().held_to_order_of(&sets))
            }
        })
    }
}

pub(super) fn optimal(
    data: &[Trajectory],
    regularization: Regularization,
) -> Result<closures::Calibration, StudyError> {
    let data: Vec<&Trajectory> = data.iter().collect();
    Ok(calibrate_jointly(&data, regularization, Convention::Consistent)?)
}

pub(super) fn log_odds(
    data: &[Trajectory],
    ridge: f64,
) -> Result<JointCalibration<LogOdds<Monomials>>, StudyError> {
    let sets: Vec<CalibrationData<'_>> = data.iter().map(Into::into).collect();
    let family = LogOddsFamily::new(Monomials::default(), Reference::TriangleRing);
    Ok(Calibrator::new().ridge(ridge)?.calibrate(&family, &sets)?)
}
