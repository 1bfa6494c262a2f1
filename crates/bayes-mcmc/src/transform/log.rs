//! Logarithms: u = ln x, x = e^u, ln |dx/du| = u for each component.

use super::{Transform, out_of_range, prefixed};
use crate::checks::check_dimension;
use crate::{Halt, UniformBox};

/// Positive parameters in their natural logarithms, all components.
///
/// Zero has no logarithm: it is out of range, and a box of parameters that begins at zero has no box
/// in logarithms. Where parameters may be zero to any precision, bound them below
/// ([`LogUniform`](crate::LogUniform)), or sample them as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Log;

impl Transform for Log {
    fn to_parameters(&self, coordinates: &[f64], parameters: &mut [f64]) -> Result<f64, Halt> {
        check_dimension("the parameters", coordinates.len(), parameters.len())?;
        let mut log_jacobian = 0.0;
        for (x, u) in parameters.iter_mut().zip(coordinates) {
            *x = libm::exp(*u);
            // subnormal numbers have lost their digits
            if !x.is_normal() {
                return Err(out_of_range());
            }
            log_jacobian += u;
        }
        Ok(log_jacobian)
    }

    fn to_coordinates(&self, parameters: &[f64], coordinates: &mut [f64]) -> Result<(), Halt> {
        check_dimension("the coordinates", parameters.len(), coordinates.len())?;
        for (u, x) in coordinates.iter_mut().zip(parameters) {
            if !(x.is_normal() && *x > 0.0) {
                return Err(out_of_range());
            }
            *u = libm::log(*x);
        }
        Ok(())
    }

    fn support(&self, parameters: &UniformBox) -> Option<UniformBox> {
        parameters.mapped(|_, (lower, upper)| (libm::log(lower), libm::log(upper)))
    }

    fn names(&self, parameters: &[String]) -> Vec<String> {
        prefixed("ln", parameters)
    }
}
