//! How the temperature falls.
#![cfg(feature = "engines")]

use std::num::{NonZeroU64, NonZeroUsize};

use serde::{Deserialize, Serialize};

use crate::{LatticeError, error::reserve, saved::SavedSchedule};

/// Temperatures of an annealing, step by step, with how long each step takes and how often it is
/// sampled.
///
/// By default a step is 3 times 30 sweeps with a sample after each 30. With the initial state that
/// makes 1 + 3 x steps samples.
///
/// ```
/// use lattice_core::Schedule;
///
/// let schedule = Schedule::geometric(0.8, 0.1, 20)?;
/// assert_eq!(schedule.samples(), 61);
/// let longer = schedule.with_sweeps_between_samples(100)?.with_samples_per_step(5)?;
/// assert_eq!(longer.samples(), 101);
/// # Ok::<(), lattice_core::LatticeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "SavedSchedule", into = "SavedSchedule")]
pub struct Schedule {
    temperatures: Vec<f64>,
    sweeps_between_samples: NonZeroU64,
    samples_per_step: NonZeroUsize,
}

impl Schedule {
    /// `steps` temperatures from `start` to `end`, both included, each the same multiple of the
    /// one before. A single step is at `start`.
    ///
    /// # Errors
    /// [`LatticeError::EmptySchedule`] for 0 steps, [`LatticeError::ScheduleTemperature`] unless both
    /// temperatures are finite and above 0.
    pub fn geometric(start: f64, end: f64, steps: usize) -> Result<Self, LatticeError> {
        Self::between(start, end, steps, |fraction| {
            // logarithms, as end / start may overflow
            libm::exp((1.0 - fraction) * libm::log(start) + fraction * libm::log(end))
        })
    }

    /// `steps` temperatures from `start` to `end`, both included, equally far apart. A single step
    /// is at `start`.
    ///
    /// # Errors
    /// As [`geometric`](Self::geometric).
    pub fn linear(start: f64, end: f64, steps: usize) -> Result<Self, LatticeError> {
        Self::between(start, end, steps, |fraction| (1.0 - fraction) * start + fraction * end)
    }

    /// The temperatures given, in the unit of the energy; they may also rise.
    ///
    /// # Errors
    /// [`LatticeError::EmptySchedule`] without temperatures, [`LatticeError::ScheduleTemperature`]
    /// for the first that is not finite and above 0.
    pub fn explicit(temperatures: impl Into<Vec<f64>>) -> Result<Self, LatticeError> {
        let temperatures = temperatures.into();
        if temperatures.is_empty() {
            return Err(LatticeError::EmptySchedule);
        }
        let unusable = |value: f64| !(value.is_finite() && value > 0.0);
        if let Some(index) = temperatures.iter().position(|&value| unusable(value)) {
            return Err(LatticeError::ScheduleTemperature { index, value: temperatures[index] });
        }
        Self {
            temperatures,
            sweeps_between_samples: const { NonZeroU64::new(30).unwrap() },
            samples_per_step: NonZeroUsize::MIN,
        }
        .with_samples_per_step(3)
    }

    fn between(
        start: f64,
        end: f64,
        steps: usize,
        at: impl Fn(f64) -> f64,
    ) -> Result<Self, LatticeError> {
        let last = steps.checked_sub(1).ok_or(LatticeError::EmptySchedule)?;
        for (index, value) in [(0, start), (last, end)] {
            if !(value.is_finite() && value > 0.0) {
                return Err(LatticeError::ScheduleTemperature { index, value });
            }
        }
        let mut temperatures = reserve(steps)?;
        temperatures.extend((0..steps).map(|step| match step {
            0 => start,
            step if step == last => end,
            step => at(step as f64 / last as f64),
        }));
        Self::explicit(temperatures)
    }

    /// With this many sweeps before each sample but the initial one (default 30).
    ///
    /// # Errors
    /// [`LatticeError::NoSweepsBetweenSamples`] for 0.
    pub fn with_sweeps_between_samples(mut self, sweeps: u64) -> Result<Self, LatticeError> {
        self.sweeps_between_samples =
            NonZeroU64::new(sweeps).ok_or(LatticeError::NoSweepsBetweenSamples)?;
        Ok(self)
    }

    /// With this many samples at each temperature (default 3).
    ///
    /// # Errors
    /// [`LatticeError::NoSamplesPerStep`] for 0, [`LatticeError::TooManySamples`] if they cannot be
    /// numbered.
    pub fn with_samples_per_step(mut self, samples: usize) -> Result<Self, LatticeError> {
        self.samples_per_step = NonZeroUsize::new(samples).ok_or(LatticeError::NoSamplesPerStep)?;
        let steps = self.temperatures.len();
        match steps.checked_mul(samples).and_then(|count| count.checked_add(1)) {
            Some(_) => Ok(self),
            None => Err(LatticeError::TooManySamples { steps, samples_per_step: samples }),
        }
    }

    /// The temperature of each step.
    pub fn temperatures(&self) -> &[f64] {
        &self.temperatures
    }

    /// Sweeps before each sample but the initial one.
    pub fn sweeps_between_samples(&self) -> u64 {
        self.sweeps_between_samples.get()
    }

    /// Samples at each temperature.
    pub fn samples_per_step(&self) -> usize {
        self.samples_per_step.get()
    }

    /// Number of samples in all, the initial one included: 1 + steps x samples a step.
    pub fn samples(&self) -> usize {
        1 + self.temperatures.len() * self.samples_per_step.get()
    }

    /// The temperature of a sample: none for the initial state, number 0.
    pub(crate) fn temperature_of(&self, sample: usize) -> Option<f64> {
        Some(self.temperatures[sample.checked_sub(1)? / self.samples_per_step])
    }
}
