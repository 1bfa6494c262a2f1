//! The contract of [`LogDensity`], as a test for any implementor.

use crate::{Halt, LogDensity, McmcError};

/// Checks the contract of [`LogDensity`] at these points: names match in number, values are finite
/// or negative infinity and repeat bit for bit, and the density is zero outside of its support.
/// Include points outside.
///
/// # Errors
/// [`McmcError::Contract`] with the first breach and its point; [`McmcError::Stopped`] if the density
/// stops.
pub fn check_contract<D: LogDensity + ?Sized, P: AsRef<[f64]>>(
    density: &D,
    points: impl IntoIterator<Item = P>,
) -> Result<(), McmcError> {
    let names = density.names().len();
    let support = density.support();
    for point in points {
        let point = point.as_ref();
        let breach = |breach| Err(McmcError::Contract { point: point.to_vec(), breach });
        if names != 0 && names != point.len() {
            return breach("there is not one name for each parameter");
        }
        let value = value(density, point)?;
        if value.is_some_and(|value| value.is_nan() || value == f64::INFINITY) {
            return breach("the value is NaN or +infinity");
        }
        if value.map(f64::to_bits) != self::value(density, point)?.map(f64::to_bits) {
            return breach("two evaluations differ");
        }
        let outside = support.as_ref().is_some_and(|support| !support.contains(point));
        if outside && value.is_some_and(f64::is_finite) {
            return breach("the density is positive outside of its support");
        }
    }
    Ok(())
}

/// The plain value; `None` for a rejection.
fn value<D: LogDensity + ?Sized>(density: &D, point: &[f64]) -> Result<Option<f64>, McmcError> {
    match density.log_density(point) {
        Ok(value) => Ok(Some(value)),
        Err(Halt::Reject(_)) => Ok(None),
        Err(Halt::Stop(source)) => Err(McmcError::Stopped { point: point.to_vec(), source }),
    }
}
