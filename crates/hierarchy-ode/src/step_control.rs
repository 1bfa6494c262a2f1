//! Step control of Dormand-Prince 5(4), whatever the number of equations, and its tableau.
//!
//! Proportional-integral controller with beta = 0.04, safety 0.9, factors between 0.2 and 10, first
//! step by the size of the first two derivatives: those of DOPRI5, with time in units of the
//! duration. In the caller's unit the first step would depend on that unit.
//! The implicit method has an error estimate of the same order and shares the controller.
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

/// Weights of stages 1, 2, ... in stages 2 to 6.
pub(crate) const STAGES: (f64, [f64; 2], [f64; 3], [f64; 4], [f64; 5]) = (
    1.0 / 5.0,
    [3.0 / 40.0, 9.0 / 40.0],
    [44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0],
    [19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0],
    [9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0],
);
/// Weights of stages 1, 3, 4, 5, 6 in the result.
pub(crate) const RESULT: [f64; 5] =
    [35.0 / 384.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0];
/// Error estimate and fourth-order term of the interpolant: weights of stages 1, 3, 4, 5, 6, 7.
pub(crate) const ERROR: [f64; 6] = [
    71.0 / 57600.0,
    -71.0 / 16695.0,
    71.0 / 1920.0,
    -17253.0 / 339200.0,
    22.0 / 525.0,
    -1.0 / 40.0,
];
pub(crate) const DENSE: [f64; 6] = [
    -12715105075.0 / 11282082432.0,
    87487479700.0 / 32700410799.0,
    -10690763975.0 / 1880347072.0,
    701980252875.0 / 199316789632.0,
    -1453857185.0 / 822651844.0,
    69997945.0 / 29380423.0,
];

/// Why there is no further step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    TooManySteps,
    StepUnderflow,
}

/// How far an integration from time 0 is, and how long its next step will be.
pub(crate) struct StepControl {
    duration: f64,
    step_limit: u32,
    /// The end of the last accepted step.
    pub(crate) time: f64,
    /// Its start.
    time_before: f64,
    pub(crate) next_length: f64,
    /// ln of the last accepted error.
    ln_error: f64,
    rejected: bool,
    pub(crate) accepted_steps: u32,
    pub(crate) rejected_steps: u32,
}

impl StepControl {
    /// The length of a first trial, as a share of the duration, from the squared sizes of the
    /// state and of its slope in units of the tolerance, the slope per duration.
    pub(crate) fn guess(state: f64, slope: f64) -> f64 {
        let guess =
            if state < 1e-10 || slope < 1e-10 { 1e-6 } else { 0.01 * (state / slope).sqrt() };
        guess.min(1.0)
    }

    /// Starts with a step by `largest`, the larger of the sizes of the first two derivatives, and
    /// the [`guess`](Self::guess); all with the duration as the unit of time.
    pub(crate) fn new(duration: f64, step_limit: u32, guess: f64, largest: f64) -> StepControl {
        let share = if largest <= 1e-15 {
            (1e-3 * guess).max(1e-6)
        } else {
            libm::pow(0.01 / largest, 0.2)
        };
        let next_length = share.min(100.0 * guess).min(1.0) * duration;
        StepControl::starting_with(duration, step_limit, next_length)
    }

    /// Starts with a step of this length.
    pub(crate) fn starting_with(duration: f64, step_limit: u32, length: f64) -> StepControl {
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

    /// The length of the step to try, and whether it ends at the duration.
    #[inline(always)]
    pub(crate) fn propose(&self) -> Result<(f64, bool), Stop> {
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

    /// After a step with an error of 1 or less.
    #[inline(always)]
    pub(crate) fn accept(&mut self, length: f64, last: bool, ln_error: f64) {
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

    /// After a step with a larger error, or NaN, which gives the least factor.
    #[inline(always)]
    pub(crate) fn reject(&mut self, length: f64, ln_error: f64) {
        self.next_length = length / (exp(ALPHA * ln_error) / SAFETY).min(1.0 / LEAST_FACTOR);
        self.rejected = true;
        self.rejected_steps += 1;
    }

    /// After a step that is accurate and ends with a concentration below 0.
    #[cold]
    pub(crate) fn halve(&mut self, length: f64) {
        self.next_length = 0.5 * length;
        self.rejected = true;
        self.rejected_steps += 1;
    }

    /// Takes the last accepted step back, to take one of this length in its place.
    #[cold]
    pub(crate) fn take_back(&mut self, length: f64) {
        self.time = self.time_before;
        self.next_length = length;
        self.rejected = true;
        self.accepted_steps -= 1;
        self.rejected_steps += 1;
    }

    /// How much time is left.
    pub(crate) fn remaining(&self) -> f64 {
        self.duration - self.time
    }
}

/// e^x by 2^x, which `libm` finds in two thirds of the time.
#[inline(always)]
fn exp(x: f64) -> f64 {
    libm::exp2(std::f64::consts::LOG2_E * x)
}
