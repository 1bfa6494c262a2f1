//! A density while it is sampled: its answers are judged and counted here, and nowhere else.

use std::borrow::Cow;

use crate::{Halt, LogDensity, McmcError, NOT_FINITE, Rejections, ZERO_PROBABILITY};

/// A log-density as samplers see it: a number or an error that ends the run. Zero density, for
/// whatever reason, is negative infinity, and counted.
pub struct Target<'a> {
    density: &'a dyn LogDensity,
    power: f64,
    evaluations: u64,
    rejections: Rejections,
}

/// The value of a density at a point, with zero told from broken.
pub(crate) enum Value {
    Finite(f64),
    Zero(Cow<'static, str>),
}

impl<'a> Target<'a> {
    /// A density that has not been asked yet.
    pub fn new(density: &'a dyn LogDensity) -> Self {
        Self { density, power: 1.0, evaluations: 0, rejections: Rejections::default() }
    }

    /// The log-density at `point`: finite, or negative infinity where the density is zero. Never NaN.
    ///
    /// # Errors
    /// [`McmcError::Stopped`] and [`McmcError::InfiniteDensity`], with the point.
    #[inline]
    pub fn log_density(&mut self, point: &[f64]) -> Result<f64, McmcError> {
        self.evaluations += 1;
        match self.value(point)? {
            Value::Finite(value) => Ok(self.power * value),
            Value::Zero(reason) => {
                self.rejections.add(reason, 1);
                Ok(f64::NEG_INFINITY)
            }
        }
    }

    /// The plain value, with the reason where it is zero; not counted.
    #[inline]
    pub(crate) fn value(&self, point: &[f64]) -> Result<Value, McmcError> {
        match self.density.log_density(point) {
            Ok(value) if value.is_finite() => Ok(Value::Finite(value)),
            Ok(f64::NEG_INFINITY) => Ok(Value::Zero(ZERO_PROBABILITY.into())),
            Ok(f64::INFINITY) => Err(McmcError::InfiniteDensity { point: point.to_vec() }),
            Ok(_) => Ok(Value::Zero(NOT_FINITE.into())),
            Err(Halt::Reject(reason)) => Ok(Value::Zero(reason)),
            Err(Halt::Stop(source)) => Err(McmcError::Stopped { point: point.to_vec(), source }),
        }
    }

    /// The density itself, for its names and its support.
    pub fn density(&self) -> &'a dyn LogDensity {
        self.density
    }

    /// From now on the log-density is this many times what the density says; 1 to begin with. How
    /// tempering flattens a density.
    pub fn set_power(&mut self, power: f64) {
        self.power = power;
    }

    /// How often the density was asked.
    pub fn evaluations(&self) -> u64 {
        self.evaluations
    }

    /// How often it was zero, by reason.
    pub fn rejections(&self) -> &Rejections {
        &self.rejections
    }

    pub(crate) fn into_rejections(self) -> Rejections {
        self.rejections
    }
}
