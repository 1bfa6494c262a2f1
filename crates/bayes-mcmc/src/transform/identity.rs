//! Parameters as they are.

use super::Transform;
use crate::checks::check_dimension;
use crate::{Halt, UniformBox};

/// Parameters as they are: for the components that [`Blocks`](crate::Blocks) leaves alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Identity;

impl Transform for Identity {
    fn to_parameters(&self, coordinates: &[f64], parameters: &mut [f64]) -> Result<f64, Halt> {
        check_dimension("the parameters", coordinates.len(), parameters.len())?;
        parameters.copy_from_slice(coordinates);
        Ok(0.0)
    }

    fn to_coordinates(&self, parameters: &[f64], coordinates: &mut [f64]) -> Result<(), Halt> {
        check_dimension("the coordinates", parameters.len(), coordinates.len())?;
        coordinates.copy_from_slice(parameters);
        Ok(())
    }

    fn support(&self, parameters: &UniformBox) -> Option<UniformBox> {
        Some(parameters.clone())
    }
}
