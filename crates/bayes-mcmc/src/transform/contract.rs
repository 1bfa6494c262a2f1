//! The contract of [`Transform`], as a test for any implementor.

use ndarray::Array2;

use super::Transform;
use crate::matrix::invert;
use crate::{Halt, McmcError};

/// How far the way there and back may end from where it began, relative to the larger of 1 and it.
const ROUND_TRIP: f64 = 1e-9;
/// The same for the log-Jacobian beside that of differences.
const JACOBIAN: f64 = 1e-6;
/// Steps of the differences, relative likewise.
const STEP: f64 = 1e-3;

/// Checks the contract of [`Transform`] at these coordinates: there and back again, and the
/// log-Jacobian beside one from differences of the parameters. Take coordinates inside of the range,
/// neither huge nor where the transform bends on a scale of 1e-3.
///
/// # Errors
/// [`McmcError::TransformContract`] with the first breach and its coordinates.
pub fn check_transform_contract<T: Transform + ?Sized, P: AsRef<[f64]>>(
    transform: &T,
    points: impl IntoIterator<Item = P>,
) -> Result<(), McmcError> {
    for point in points {
        let coordinates = point.as_ref();
        let breach =
            |breach| McmcError::TransformContract { coordinates: coordinates.to_vec(), breach };
        let rejected = |_: Halt| breach("coordinates are rejected");
        let dimension = coordinates.len();
        let mut parameters = vec![0.0; dimension];
        let log_jacobian =
            transform.to_parameters(coordinates, &mut parameters).map_err(rejected)?;
        if !(log_jacobian.is_finite() && parameters.iter().all(|x| x.is_finite())) {
            return Err(breach("parameters or the log-Jacobian are not finite"));
        }
        let mut back = vec![0.0; dimension];
        transform.to_coordinates(&parameters, &mut back).map_err(rejected)?;
        let near = |(a, b): (&f64, &f64)| (a - b).abs() <= ROUND_TRIP * b.abs().max(1.0);
        if !back.iter().zip(coordinates).all(near) {
            return Err(breach("there and back again is elsewhere"));
        }
        let mut slopes = Array2::zeros((dimension, dimension));
        let mut shifted = coordinates.to_vec();
        for j in 0..dimension {
            let step = STEP * coordinates[j].abs().max(1.0);
            // differences of order four
            for (steps, weight) in [(-2.0, 1.0), (-1.0, -8.0), (1.0, 8.0), (2.0, -1.0)] {
                shifted[j] = coordinates[j] + steps * step;
                let exact = shifted[j] - coordinates[j];
                transform.to_parameters(&shifted, &mut parameters).map_err(rejected)?;
                let factor = weight * steps / (12.0 * exact);
                slopes
                    .column_mut(j)
                    .iter_mut()
                    .zip(&parameters)
                    .for_each(|(s, x)| *s += factor * x);
            }
            shifted[j] = coordinates[j];
        }
        let differences = invert(slopes.view()).map_or(f64::NEG_INFINITY, |(_, log)| log);
        let away = (differences - log_jacobian).abs();
        if away.is_nan() || away > JACOBIAN * log_jacobian.abs().max(1.0) {
            return Err(breach("the log-Jacobian is not that of the parameters"));
        }
    }
    Ok(())
}
