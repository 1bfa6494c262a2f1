//! Uniform in the logarithm: the prior of a scale.

use rand::{Rng, RngExt};

use super::{per_component::PerComponent, uniform_box::check_bounds};
use crate::{Halt, LogDensity, McmcError, Prior, UniformBox};

/// Independent components whose logarithms are uniform (Jeffreys' prior of a scale, between bounds).
///
/// p(x) = 1 / (x ln(upper / lower)) on [lower, upper], 0 < lower < upper: normalised. Outside, and
/// at x <= 0, a rejection with the reason [`OUTSIDE_PRIOR`](crate::OUTSIDE_PRIOR). In logarithms
/// ([`Log`](crate::Log)) it is flat.
#[derive(Clone, Debug, PartialEq)]
pub struct LogUniform {
    components: PerComponent<Component>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Component {
    lower: f64,
    upper: f64,
    /// ln(upper / lower)
    decades: f64,
    /// ln of it, which normalises
    log_decades: f64,
}

impl LogUniform {
    /// Between the same bounds in every component, of any dimension.
    ///
    /// # Errors
    /// [`McmcError::InvalidBounds`] unless both are finite and `lower < upper`,
    /// [`McmcError::NotPositive`] unless `lower` is positive.
    pub fn new(lower: f64, upper: f64) -> Result<Self, McmcError> {
        Ok(Self { components: PerComponent::Same(component(0, (lower, upper))?) })
    }

    /// Between one `(lower, upper)` for each component.
    ///
    /// # Errors
    /// Those of [`new`](Self::new); [`McmcError::NoParameters`] for an empty list.
    pub fn from_bounds(bounds: impl Into<Vec<(f64, f64)>>) -> Result<Self, McmcError> {
        Ok(Self { components: PerComponent::each(bounds.into(), component)? })
    }
}

fn component(number: usize, bounds: (f64, f64)) -> Result<Component, McmcError> {
    let (lower, upper) = check_bounds(number, bounds)?;
    if lower <= 0.0 {
        return Err(McmcError::NotPositive { component: number, value: lower });
    }
    // not of the ratio, which can overflow, nor by a difference where it cancels
    let excess = (upper - lower) / lower;
    let decades =
        if excess < 1.0 { libm::log1p(excess) } else { libm::log(upper) - libm::log(lower) };
    Ok(Component { lower, upper, decades, log_decades: libm::log(decades) })
}

impl LogDensity for LogUniform {
    fn log_density(&self, point: &[f64]) -> Result<f64, Halt> {
        self.components.log_density(point, |component, x| {
            let inside = component.lower <= x && x <= component.upper;
            inside.then(|| -libm::log(x) - component.log_decades)
        })
    }

    fn support(&self) -> Option<UniformBox> {
        UniformBox::of(self.components.map(|_, one| Ok((one.lower, one.upper))).ok()?)
    }
}

impl Prior for LogUniform {
    fn draw(&self, dimension: usize, rng: &mut dyn Rng) -> Result<Vec<f64>, McmcError> {
        let draw = |one: &Component| {
            let x = libm::exp(libm::log(one.lower) + one.decades * rng.random::<f64>());
            x.clamp(one.lower, one.upper)
        };
        Ok(self.components.all(dimension)?.map(draw).collect())
    }
}
