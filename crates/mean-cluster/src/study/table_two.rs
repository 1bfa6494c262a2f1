//! Our exponents beside those of the published Table II.

use super::comparison::published_fit;
use super::{CalibratedClosure, ONE_HALF, ONE_THIRD};
use closures::{Exponent, OptimalApproximation};
use cluster_stats::TripletType;
use serde::Serialize;

/// How far a calibration is from a column of the published Table II.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct TableTwoAgreement {
    /// Types of which every exponent lies within 0.1 of the published, of 16.
    pub types_within_0_1: usize,
    /// Mean over the 16 types of the largest deviation of an exponent.
    pub mean_largest_deviation: f64,
}

impl TableTwoAgreement {
    /// Compares exponents with the published ones, type by type.
    pub fn between(ours: &OptimalApproximation, published: &OptimalApproximation) -> Self {
        let deviations = TripletType::ALL.map(|triplet| {
            let (ours, published) = (ours.exponents(triplet), published.exponents(triplet));
            let both = |e| Some((ours.get(e)?, published.get(e)?));
            let deviations = Exponent::ALL.into_iter().filter_map(both);
            deviations.map(|(a, b): (f64, f64)| (a - b).abs()).fold(0.0, f64::max)
        });
        TableTwoAgreement {
            types_within_0_1: deviations.iter().filter(|deviation| **deviation <= 0.1).count(),
            mean_largest_deviation: deviations.iter().sum::<f64>() / 16.0,
        }
    }

    /// The agreement of OA-1/2 and of OA-1/3, hard, as published.
    pub(crate) fn of_study(calibrated: &[CalibratedClosure]) -> [TableTwoAgreement; 2] {
        let columns = [
            (ONE_HALF, OptimalApproximation::published_one_half()),
            (ONE_THIRD, OptimalApproximation::published_one_third()),
        ];
        columns.map(|(x, published)| {
            let ours = published_fit(calibrated, x);
            TableTwoAgreement::between(&ours.calibration.formula(), &published.0)
        })
    }
}
