//! Independent Gaussians.

use std::f64::consts::PI;

use rand::Rng;

use super::{TruncatedNormal, per_component::PerComponent};
use crate::gaussian::standard_normal;
use crate::{Halt, LogDensity, McmcError, Prior, UniformBox};

/// Independent Gaussian components.
///
/// ln p(x) = -((x - mean) / sd)^2 / 2 - ln sd - ln(2 pi) / 2, summed over components: normalised.
/// It has no walls; for parameters between bounds see [`truncated`](Self::truncated).
#[derive(Clone, Debug, PartialEq)]
pub struct Normal {
    components: PerComponent<Component>,
}

/// A component: its mean and its standard deviation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Component {
    pub(super) mean: f64,
    pub(super) deviation: f64,
}

impl Normal {
    /// The same mean and standard deviation in every component, of any dimension.
    ///
    /// # Errors
    /// [`McmcError::InvalidNormal`] unless both are finite and the standard deviation is positive.
    pub fn new(mean: f64, standard_deviation: f64) -> Result<Self, McmcError> {
        Ok(Self { components: PerComponent::Same(component(0, (mean, standard_deviation))?) })
    }

    /// One `(mean, standard deviation)` for each component.
    ///
    /// # Errors
    /// Those of [`new`](Self::new); [`McmcError::NoParameters`] for an empty list.
    pub fn from_components(components: impl Into<Vec<(f64, f64)>>) -> Result<Self, McmcError> {
        Ok(Self { components: PerComponent::each(components.into(), component)? })
    }

    /// The same Gaussian within walls, normalised again.
    ///
    /// # Errors
    /// [`McmcError::EmptyTruncation`] where the walls are so far from the mean that no probability
    /// is left between them, [`McmcError::Dimension`] if both have a dimension and not the same.
    pub fn truncated(&self, walls: &UniformBox) -> Result<TruncatedNormal, McmcError> {
        TruncatedNormal::new(&self.components, walls)
    }
}

fn component(number: usize, (mean, deviation): (f64, f64)) -> Result<Component, McmcError> {
    if mean.is_finite() && deviation.is_finite() && deviation > 0.0 {
        Ok(Component { mean, deviation })
    } else {
        Err(McmcError::InvalidNormal { component: number, mean, standard_deviation: deviation })
    }
}

impl Component {
    /// The log-density at `x`, without walls.
    pub(super) fn log_density(&self, x: f64) -> f64 {
        let z = (x - self.mean) / self.deviation;
        -0.5 * z * z - libm::log(self.deviation) - 0.5 * libm::log(2.0 * PI)
    }
}

impl LogDensity for Normal {
    fn log_density(&self, point: &[f64]) -> Result<f64, Halt> {
        self.components.log_density(point, |component, x| Some(component.log_density(x)))
    }
}

impl Prior for Normal {
    fn draw(&self, dimension: usize, rng: &mut dyn Rng) -> Result<Vec<f64>, McmcError> {
        let draw = |one: &Component| one.mean + one.deviation * standard_normal(rng);
        Ok(self.components.all(dimension)?.map(draw).collect())
    }
}
