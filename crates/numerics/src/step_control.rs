//! Step control of Dormand-Prince 5(4), whatever the number of equations.
//!
//! Proportional-integral controller with beta = 0.04, safety 0.9, factors between 0.2 and 10, first
//! step by the size of the first two derivatives: those of DOPRI5, with time in units of the
//! duration. In the caller's unit the first step would depend on that unit.
//! Any other method with an error estimate of the same order can share the controller.
//!
//! Sources: Dormand and Prince, J. Comput. Appl. Math. 6, 19 (1980); Hairer, Norsett, Wanner,
//! Solving Ordinary Differential Equations I (1993), sections II.4 to II.6.

const BETA: f64 = 0.04;
const ALPHA: f64 = 0.2 - 0.75 * BETA;
const SAFETY: f64 = 0.9;
const LEAST_FACTOR: f64 = 0.2;
const LARGEST_FACTOR: f64 = 10.0;
/// ln of 1e-4: errors below this count as this in the controller's memory.
const LN_LEAST_ERROR: f64 = -9.210340371976182;

/// Why there is no further step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// As many steps were tried as are allowed.
    TooManySteps,
    /// The step is below the resolution of time.
    StepUnderflow,
}

/// How far an integration from time 0 is, and how long its next step will be.
///
/// Times are in the unit of the duration. Errors are in units of the tolerance.
#[derive(Clone, Debug)]
pub struct StepControl {
    duration: f64,
    step_limit: u32,
    /// The end of the last accepted step.
    pub time: f64,
    /// Its start.
    time_before: f64,
    /// The length of the next step to be tried.
    pub next_length: f64,
    /// ln of the last accepted error.
    ln_error: f64,
    rejected: bool,
    /// Steps that were accepted and not taken back.
    pub accepted_steps: u32,
    /// Steps that were rejected or taken back.
    pub rejected_steps: u32,
}

impl StepControl {
    /// Returns the length of a first trial, as a share of the duration, from the squared sizes of the
    /// state and of its slope in units of the tolerance, the slope per duration.
    pub fn guess(state: f64, slope: f64) -> f64 {
        let guess =
            if state < 1e-10 || slope < 1e-10 { 1e-6 } else { 0.01 * (state / slope).sqrt() };
        guess.min(1.0)
    }

    /// Starts with a step by `largest`, the larger of the sizes of the first two derivatives, and
    /// the [`guess`](Self::guess); all with the duration as the unit of time.
    pub fn new(duration: f64, step_limit: u32, guess: f64, largest: f64) -> StepControl {
        let share = if largest <= 1e-15 {
            (1e-3 * guess).max(1e-6)
        } else {
            libm::pow(0.01 / largest, 0.2)
        };
        let next_length = share.min(100.0 * guess).min(1.0) * duration;
        StepControl::starting_with(duration, step_limit, next_length)
    }

    /// Starts with a step of this length.
    pub fn starting_with(duration: f64, step_limit: u32, length: f64) -> StepControl {
        StepControl {
            duration,
            step_limit,
            time: 0.0,
            time_before: 0.0,
            next_length: length.min(duration),
            ln_error: LN_LEAST_ERROR,
            rejected: false,
            accepted_steps: 0,
            rejected_steps: 0,
        }
    }

    /// Returns the length of the step to try, and whether it ends at the duration.
    ///
    /// # Errors
    /// [`Stop`] where there is no further step.
    #[inline(always)]
    pub fn propose(&self) -> Result<(f64, bool), Stop> {
        if self.accepted_steps + self.rejected_steps >= self.step_limit {
            return Err(Stop::TooManySteps);
        }
        let length = self.next_length;
        if 0.1 * length <= f64::EPSILON * self.time {
            return Err(Stop::StepUnderflow);
        }
        let last = self.time + 1.01 * length > self.duration;
        Ok((if last { self.duration - self.time } else { length }, last))
    }

    /// Goes on after a step with an error of 1 or less.
    #[inline(always)]
    pub fn accept(&mut self, length: f64, last: bool, ln_error: f64) {
        self.accepted_steps += 1;
        self.time_before = self.time;
        if last {
            // there is no next step, or this one is taken back and the length of the next one given
            self.time = self.duration;
            return;
        }
        let shrink = exp(ALPHA * ln_error - BETA * self.ln_error) / SAFETY;
        let next = length / shrink.clamp(1.0 / LARGEST_FACTOR, 1.0 / LEAST_FACTOR);
        self.next_length = next.min(if self.rejected { length } else { self.duration });
        self.ln_error = ln_error.max(LN_LEAST_ERROR);
        self.rejected = false;
        self.time += length;
    }

    /// Shortens the step after one with a larger error, or NaN, which gives the least factor.
    #[inline(always)]
    pub fn reject(&mut self, length: f64, ln_error: f64) {
        self.next_length = length / (exp(ALPHA * ln_error) / SAFETY).min(1.0 / LEAST_FACTOR);
        self.rejected = true;
        self.rejected_steps += 1;
    }

    /// Halves the step after one that is accurate and ends where no state may be.
    #[cold]
    pub fn halve(&mut self, length: f64) {
        self.next_length = 0.5 * length;
        self.rejected = true;
        self.rejected_steps += 1;
    }

    /// Takes the last accepted step back, to take one of this length in its place.
    #[cold]
    pub fn take_back(&mut self, length: f64) {
        self.time = self.time_before;
        self.next_length = length;
        self.rejected = true;
        self.accepted_steps -= 1;
        self.rejected_steps += 1;
    }

    /// Returns how much time is left.
    pub fn remaining(&self) -> f64 {
        self.duration - self.time
    }
}

/// e^x by 2^x, which `libm` finds in two thirds of the time.
#[inline(always)]
fn exp(x: f64) -> f64 {
    libm::exp2(std::f64::consts::LOG2_E * x)
}
