//! Evaluating a density and counting by reason where it is zero.

use std::borrow::Cow;
use std::fmt;

use crate::{Halt, LogDensity, McmcError};

/// The label under which values of negative infinity are counted.
pub const ZERO_PROBABILITY: &str = "zero probability";
/// The label under which NaN values are counted.
pub const NOT_FINITE: &str = "not finite";

/// How many evaluations of a log-density were rejected, by reason, in alphabetical order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rejections {
    counts: Vec<(Cow<'static, str>, u64)>,
}

impl Rejections {
    /// The rejections for `reason`; 0 if there were none.
    pub fn count(&self, reason: &str) -> u64 {
        self.counts.iter().find(|(known, _)| known == reason).map_or(0, |(_, count)| *count)
    }

    /// All rejections.
    pub fn total(&self) -> u64 {
        self.counts.iter().map(|(_, count)| count).sum()
    }

    /// The reasons with their counts, in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, u64)> {
        self.counts.iter().map(|(reason, count)| (reason.as_ref(), *count))
    }

    /// Adds the counts of `other`.
    pub(crate) fn merge(&mut self, other: &Rejections) {
        for (reason, count) in &other.counts {
            self.add(reason.clone(), *count);
        }
    }

    fn add(&mut self, reason: Cow<'static, str>, count: u64) {
        match self.counts.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, known)) => *known += count,
            None => {
                let place = self.counts.partition_point(|(known, _)| *known < reason);
                self.counts.insert(place, (reason, count));
            }
        }
    }
}

impl fmt::Display for Rejections {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.counts.is_empty() {
            return formatter.write_str("no rejected evaluations");
        }
        for (i, (reason, count)) in self.iter().enumerate() {
            let comma = if i == 0 { "" } else { ", " };
            write!(formatter, "{comma}{reason}: {count}")?;
        }
        Ok(())
    }
}

/// The value of a density at a point, with zero told from broken.
pub(crate) enum Value {
    Finite(f64),
    Zero(Cow<'static, str>),
}

/// Evaluates a density; the only place where its answers are judged.
pub(crate) fn evaluate<D: LogDensity + ?Sized>(
    density: &D,
    point: &[f64],
) -> Result<Value, McmcError> {
    match density.log_density(point) {
        Ok(value) if value.is_finite() => Ok(Value::Finite(value)),
        Ok(f64::NEG_INFINITY) => Ok(Value::Zero(ZERO_PROBABILITY.into())),
        Ok(f64::INFINITY) => Err(McmcError::InfiniteDensity { point: point.to_vec() }),
        Ok(_) => Ok(Value::Zero(NOT_FINITE.into())),
        Err(Halt::Reject(reason)) => Ok(Value::Zero(reason)),
        Err(Halt::Stop(source)) => Err(McmcError::Stopped { point: point.to_vec(), source }),
    }
}

/// A density with a count of its rejections.
pub(crate) struct Counted<'a, D: ?Sized> {
    density: &'a D,
    pub(crate) rejections: Rejections,
}

impl<'a, D: LogDensity + ?Sized> Counted<'a, D> {
    pub(crate) fn new(density: &'a D) -> Self {
        Self { density, rejections: Rejections::default() }
    }

    /// The log-density: finite, or negative infinity where it was rejected, and counted.
    #[inline]
    pub(crate) fn log_density(&mut self, point: &[f64]) -> Result<f64, McmcError> {
        match evaluate(self.density, point)? {
            Value::Finite(value) => Ok(value),
            Value::Zero(reason) => {
                self.rejections.add(reason, 1);
                Ok(f64::NEG_INFINITY)
            }
        }
    }
}
