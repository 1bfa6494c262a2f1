//! How far a closure is from data, eqs. (15) and (30).

use crate::{Closure, ClosureError};
use cluster_stats::{Trajectory, TripletType};

/// The error J_i of each type in the order of [`TripletType::ALL`] (paper, eq. (15)): half the mean
/// over time, by trapezoids on the sample times, of (closure at the data's pairs - data's
/// triplet)^2, in (concentration)^2. It is the integral (15) with time in units of the data's
/// duration, as in the paper, and does not depend on the unit of the times. The data are ordered and per shape, the closure's values are taken as they come:
/// [`Convention::apply`](crate::Convention::apply) gives those of either convention.
///
/// # Errors
/// [`ClosureError::TooFewSamples`], and whatever the closure gives at a sample.
pub fn triplet_errors<C: Closure + ?Sized>(
    closure: &C,
    data: &Trajectory,
) -> Result<[f64; 16], ClosureError> {
    check_samples(data)?;
    let predictions = data
        .records()
        .iter()
        .map(|record| closure.triplets(&record.concentrations.pairs))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(TripletType::ALL.map(|triplet| {
        let mut predicted = predictions.iter();
        0.5 * data.mean_over_time(|record| {
            let value = predicted.next().map_or(f64::NAN, |prediction| prediction[triplet]);
            (value - record.concentrations.triplets[triplet]).powi(2)
        })
    }))
}

/// The mean error E = sum of J_i / 16 (paper, eq. (30)), every type with the same weight, in
/// (concentration)^2, whatever the unit of the times.
///
/// # Errors
/// Those of [`triplet_errors`].
///
/// ```
/// use closures::{PairApproximation, SparseApproximation, mean_error};
/// use cluster_stats::{Concentrations, Record, Trajectory};
/// let random = |time| Record {
///     time,
///     temperature: None,
///     energy_per_site: None,
///     concentrations: Concentrations::random_lattice(0.3),
/// };
/// let data = Trajectory::new(vec![random(0.0), random(1.0)])?;
/// assert!(mean_error(&PairApproximation, &data)? < 1e-30); // exact on a random lattice
/// assert!(mean_error(&SparseApproximation, &data)? > 1e-3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn mean_error<C: Closure + ?Sized>(
    closure: &C,
    data: &Trajectory,
) -> Result<f64, ClosureError> {
    Ok(triplet_errors(closure, data)?.iter().sum::<f64>() / 16.0)
}

/// Means over time need two samples and a finite duration.
pub(crate) fn check_samples(data: &Trajectory) -> Result<(), ClosureError> {
    let (samples, value) = (data.records().len(), data.duration());
    match samples {
        0..2 => Err(ClosureError::TooFewSamples { samples }),
        _ if value.is_finite() => Ok(()),
        _ => {
            let name = "last time - first time";
            Err(ClosureError::InvalidSetting { name, value, allowed: "finite" })
        }
    }
}
