//! Checks of what users hand in.

use crate::McmcError;

pub(crate) fn check_dimension(
    what: &'static str,
    expected: usize,
    found: usize,
) -> Result<(), McmcError> {
    if expected == found { Ok(()) } else { Err(McmcError::Dimension { what, expected, found }) }
}

pub(crate) fn check_finite(point: &[f64]) -> Result<(), McmcError> {
    match point.iter().position(|x| !x.is_finite()) {
        Some(component) => Err(McmcError::NonFinitePoint { component, value: point[component] }),
        None => Ok(()),
    }
}
