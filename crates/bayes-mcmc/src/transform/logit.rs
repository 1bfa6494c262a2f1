//! Parameters between two bounds, on the whole line.
//!
//! u = ln((x - a) / (b - x)), x = a + (b - a) / (1 + e^-u),
//! ln |dx/du| = ln(b - a) - |u| - 2 ln(1 + e^-|u|), for each component.

use super::{Transform, out_of_range, prefixed};
use crate::checks::check_dimension;
use crate::prior::PerComponent;
use crate::{Halt, McmcError, UniformBox};

/// Parameters of an open box, without walls in their coordinates.
///
/// The walls themselves are out of range. In these coordinates a sampler that knows no walls wastes
/// no steps on them; but a density that is largest on a wall is better sampled as it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Logit {
    bounds: UniformBox,
}

impl Logit {
    /// Between the same bounds in every component, of any dimension.
    ///
    /// # Errors
    /// [`McmcError::InvalidBounds`] unless both are finite and `lower < upper`.
    pub fn new(lower: f64, upper: f64) -> Result<Self, McmcError> {
        Ok(Self { bounds: UniformBox::new(lower, upper)? })
    }

    /// Between the walls of this box.
    pub fn within(bounds: UniformBox) -> Self {
        Self { bounds }
    }

    fn bounds(&self) -> &PerComponent<(f64, f64)> {
        self.bounds.per_component()
    }
}

impl Transform for Logit {
    fn to_parameters(&self, coordinates: &[f64], parameters: &mut [f64]) -> Result<f64, Halt> {
        let bounds = self.bounds().all(coordinates.len())?;
        check_dimension("the parameters", coordinates.len(), parameters.len())?;
        let mut log_jacobian = 0.0;
        for ((x, u), &(lower, upper)) in parameters.iter_mut().zip(coordinates).zip(bounds) {
            let width = upper - lower;
            let small = libm::exp(-u.abs());
            // from the nearer wall, where it keeps its digits
            let depth = width * (small / (1.0 + small));
            *x = if *u > 0.0 { upper - depth } else { lower + depth };
            if !(lower < *x && *x < upper) {
                return Err(out_of_range());
            }
            log_jacobian += libm::log(width) - u.abs() - 2.0 * libm::log1p(small);
        }
        Ok(log_jacobian)
    }

    fn to_coordinates(&self, parameters: &[f64], coordinates: &mut [f64]) -> Result<(), Halt> {
        let bounds = self.bounds().all(parameters.len())?;
        check_dimension("the coordinates", parameters.len(), coordinates.len())?;
        for ((u, x), &(lower, upper)) in coordinates.iter_mut().zip(parameters).zip(bounds) {
            if !(lower < *x && *x < upper) {
                return Err(out_of_range());
            }
            *u = libm::log(x - lower) - libm::log(upper - x);
        }
        Ok(())
    }

    fn support(&self, parameters: &UniformBox) -> Option<UniformBox> {
        // a wall that is one of ours lies infinitely far away: then there is no box
        let dimension = self.bounds.dimension().or(parameters.dimension());
        let walls = |i| (self.bounds.bounds(i), parameters.bounds(i));
        let mapped = |i| match walls(i) {
            (Some((lower, upper)), Some((from, to))) => {
                let logit = |x: f64| libm::log(x - lower) - libm::log(upper - x);
                (logit(from), logit(to))
            }
            _ => (f64::NAN, f64::NAN),
        };
        UniformBox::of(match dimension {
            None => PerComponent::Same(mapped(0)),
            Some(dimension) => PerComponent::Each((0..dimension).map(mapped).collect()),
        })
    }

    fn names(&self, parameters: &[String]) -> Vec<String> {
        prefixed("logit", parameters)
    }
}
