//! The explicit Runge-Kutta method of Dormand and Prince, order 5(4), with dense output of order 4,
//! for three autonomous equations, from time 0.
//!
//! Step control: RMS norm of the error estimate in units of atol + rtol |C|, proportional-integral
//! controller with beta = 0.04, safety 0.9, factors between 0.2 and 10, first step by the size of
//! the first two derivatives. The stages, the control and the interpolant are those of DOPRI5, so
//! that `ode_solvers`, which has them for any dimension, takes the same steps: a test holds this
//! one to it. Nothing is allocated, and the equations are inlined: a step costs little more than
//! its six evaluations.
//!
//! Sources: Dormand and Prince, J. Comput. Appl. Math. 6, 19 (1980); Hairer, Norsett, Wanner,
//! Solving Ordinary Differential Equations I (1993), sections II.4 to II.6.

pub(crate) type State = [f64; 3];

const BETA: f64 = 0.04;
const ALPHA: f64 = 0.2 - 0.75 * BETA;
const SAFETY: f64 = 0.9;
const LEAST_FACTOR: f64 = 0.2;
const LARGEST_FACTOR: f64 = 10.0;
/// Errors below this count as this in the controller's memory.
const LEAST_ERROR: f64 = 1e-4;

/// Error estimate and fourth-order term of the interpolant: weights of stages 1, 3, 4, 5, 6, 7.
const ERROR: [f64; 6] = [
    71.0 / 57600.0,
    -71.0 / 16695.0,
    71.0 / 1920.0,
    -17253.0 / 339200.0,
    22.0 / 525.0,
    -1.0 / 40.0,
];
const DENSE: [f64; 6] = [
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

/// Where an integration is: the end of the last accepted step, and what led there.
pub(crate) struct DormandPrince<R> {
    pub(crate) right_side: R,
    duration: f64,
    rtol: f64,
    atol: f64,
    step_limit: u32,
    pub(crate) time: f64,
    pub(crate) state: State,
    /// Of the last step: its length, its start, and the slopes of stages 1, 3, 4, 5, 6, 7.
    length: f64,
    before: State,
    slopes: [State; 6],
    next_length: f64,
    /// ln of the last accepted error.
    ln_error: f64,
    rejected: bool,
    pub(crate) accepted_steps: u32,
    pub(crate) rejected_steps: u32,
    pub(crate) evaluations: u32,
}

/// Three autonomous equations.
pub(crate) trait RightSide {
    /// dC/dt at C; `None` where it has no value: the step is then rejected and a shorter one tried.
    fn slope(&mut self, state: &State) -> Option<State>;
}

impl<R: RightSide> DormandPrince<R> {
    /// Starts at `state` with its slope, and chooses the first step.
    pub(crate) fn new(
        mut right_side: R,
        duration: f64,
        state: State,
        slope: State,
        (rtol, atol): (f64, f64),
        step_limit: u32,
    ) -> DormandPrince<R> {
        let scale = state.map(|c| atol + rtol * c.abs());
        let size = |of: State| -> f64 { (0..3).map(|i| (of[i] / scale[i]).powi(2)).sum() };
        let (value, first) = (size(state), size(slope));
        let guess =
            if value < 1e-10 || first < 1e-10 { 1e-6 } else { 0.01 * (value / first).sqrt() };
        let guess = guess.min(duration);
        let second = right_side
            .slope(&along(&state, guess, [(1.0, &slope)]))
            .map_or(0.0, |there| size(minus(&there, &slope)).sqrt() / guess);
        let largest = first.sqrt().max(second);
        let length =
            if largest <= 1e-15 { (1e-3 * guess).max(1e-6) } else { (0.01 / largest).powf(0.2) };
        DormandPrince {
            right_side,
            duration,
            rtol,
            atol,
            step_limit,
            time: 0.0,
            state,
            length: 0.0,
            before: state,
            slopes: [slope; 6],
            next_length: length.min(100.0 * guess).min(duration),
            ln_error: LEAST_ERROR.ln(),
            rejected: false,
            accepted_steps: 0,
            rejected_steps: 0,
            evaluations: 1,
        }
    }

    /// Takes a step that is accepted. The last one ends at the duration exactly.
    #[inline]
    pub(crate) fn step(&mut self) -> Result<(), Stop> {
        loop {
            if self.accepted_steps + self.rejected_steps >= self.step_limit {
                return Err(Stop::TooManySteps);
            }
            let mut length = self.next_length;
            if 0.1 * length <= f64::EPSILON * self.time {
                return Err(Stop::StepUnderflow);
            }
            let last = self.time + 1.01 * length > self.duration;
            if last {
                length = self.duration - self.time;
            }
            let trial = self.attempt(length);
            let error = trial.as_ref().map_or(f64::NAN, |(_, _, error)| *error);
            let ln_error = 0.5 * error.ln();
            if let Some((state, slopes, _)) = trial.filter(|_| error <= 1.0) {
                let shrink = (ALPHA * ln_error - BETA * self.ln_error).exp() / SAFETY;
                let next = length / shrink.clamp(1.0 / LARGEST_FACTOR, 1.0 / LEAST_FACTOR);
                self.next_length = next.min(if self.rejected { length } else { self.duration });
                self.ln_error = ln_error.max(LEAST_ERROR.ln());
                self.rejected = false;
                self.accepted_steps += 1;
                self.before = self.state;
                self.state = state;
                self.slopes = slopes;
                self.length = length;
                self.time = if last { self.duration } else { self.time + length };
                return Ok(());
            }
            // NaN gives the least factor
            self.next_length = length / ((ALPHA * ln_error).exp() / SAFETY).min(1.0 / LEAST_FACTOR);
            self.rejected = true;
            self.rejected_steps += 1;
        }
    }

    /// The state, the slopes and the square of the error of a step of this length.
    #[inline]
    fn attempt(&mut self, h: f64) -> Option<(State, [State; 6], f64)> {
        let y = &self.state;
        let k1 = &self.slopes[5];
        let mut at = |state: State| {
            self.evaluations += 1;
            self.right_side.slope(&state)
        };
        let k2 = &at(along(y, h, [(1.0 / 5.0, k1)]))?;
        let k3 = &at(along(y, h, [(3.0 / 40.0, k1), (9.0 / 40.0, k2)]))?;
        let k4 = &at(along(y, h, [(44.0 / 45.0, k1), (-56.0 / 15.0, k2), (32.0 / 9.0, k3)]))?;
        let k5 = &at(along(
            y,
            h,
            [
                (19372.0 / 6561.0, k1),
                (-25360.0 / 2187.0, k2),
                (64448.0 / 6561.0, k3),
                (-212.0 / 729.0, k4),
            ],
        ))?;
        let k6 = &at(along(
            y,
            h,
            [
                (9017.0 / 3168.0, k1),
                (-355.0 / 33.0, k2),
                (46732.0 / 5247.0, k3),
                (49.0 / 176.0, k4),
                (-5103.0 / 18656.0, k5),
            ],
        ))?;
        let state = along(
            y,
            h,
            [
                (35.0 / 384.0, k1),
                (500.0 / 1113.0, k3),
                (125.0 / 192.0, k4),
                (-2187.0 / 6784.0, k5),
                (11.0 / 84.0, k6),
            ],
        );
        let k7 = at(state)?;
        let slopes = [*k1, *k3, *k4, *k5, *k6, k7];
        let estimate = weighted(&ERROR, &slopes);
        let mut sum = 0.0;
        for i in 0..3 {
            let scale = self.atol + self.rtol * y[i].abs().max(state[i].abs());
            let ratio = h * estimate[i] / scale;
            sum += ratio * ratio;
        }
        Some((state, slopes, sum * (1.0 / 3.0)))
    }

    /// The slopes at the start and at the end of the last step.
    pub(crate) fn end_slopes(&self) -> [&State; 2] {
        [&self.slopes[0], &self.slopes[5]]
    }

    /// The length of the last step, and the state before it.
    pub(crate) fn last_step(&self) -> (f64, &State) {
        (self.length, &self.before)
    }

    /// The trajectory during the last step.
    #[inline]
    pub(crate) fn segment(&self) -> Segment {
        let h = self.length;
        let change = minus(&self.state, &self.before);
        let bend: State = std::array::from_fn(|i| h * self.slopes[0][i] - change[i]);
        let third = std::array::from_fn(|i| change[i] - bend[i] - h * self.slopes[5][i]);
        let fourth = weighted(&DENSE, &self.slopes).map(|value| h * value);
        Segment {
            end: self.time,
            length: h,
            per_length: 1.0 / h,
            coefficients: [self.before, change, bend, third, fourth],
        }
    }
}

/// The trajectory during one step, as a polynomial of degree 4.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Segment {
    end: f64,
    length: f64,
    per_length: f64,
    coefficients: [State; 5],
}

impl Segment {
    /// When it begins and ends.
    pub(crate) fn bounds(&self) -> [f64; 2] {
        [self.end - self.length, self.end]
    }

    #[inline]
    pub(crate) fn at(&self, time: f64) -> State {
        let back = (self.end - time) * self.per_length;
        let along = 1.0 - back;
        let [a, b, c, d, e] = &self.coefficients;
        std::array::from_fn(|i| {
            a[i] + along * (b[i] + back * (c[i] + along * (d[i] + back * e[i])))
        })
    }
}

/// y + h (w1 k1 + w2 k2 + ...), ready soon after the last slope, which is the last to be known.
#[inline(always)]
fn along<const TERMS: usize>(y: &State, h: f64, terms: [(f64, &State); TERMS]) -> State {
    let mut sum = *y;
    for (weight, slope) in terms {
        let weight = h * weight;
        for i in 0..3 {
            sum[i] += weight * slope[i];
        }
    }
    sum
}

#[inline(always)]
fn weighted(weights: &[f64; 6], slopes: &[State; 6]) -> State {
    std::array::from_fn(|i| (0..6).map(|j| weights[j] * slopes[j][i]).sum())
}

#[inline(always)]
fn minus(a: &State, b: &State) -> State {
    std::array::from_fn(|i| a[i] - b[i])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ClosedModel, RateConstants};
    use closures::{Closure, OptimalApproximation, PairApproximation, SparseApproximation};
    use cluster_stats::PairConcentrations;
    use ode_solvers::continuous_output_model::ContinuousOutputModel;
    use ode_solvers::{Dopri5, OutputType, SVector, System};

    #[derive(Clone, Copy)]
    struct Equations<F>(F);

    impl<F: Fn(&State) -> Option<State>> RightSide for Equations<F> {
        fn slope(&mut self, state: &State) -> Option<State> {
            self.0(state)
        }
    }

    impl<F: Fn(&State) -> Option<State>> System<f64, SVector<f64, 3>> for Equations<F> {
        fn system(&self, _: f64, state: &SVector<f64, 3>, slope: &mut SVector<f64, 3>) {
            *slope = self.0(&(*state).into()).unwrap_or([f64::NAN; 3]).into();
        }
    }

    /// Both solvers on the same equations: the same steps, and the same trajectory to rounding,
    /// inside steps and at the end.
    #[test]
    fn it_takes_the_steps_of_ode_solvers() {
        let half = OptimalApproximation::published_one_half();
        let closures: [&dyn Closure; 3] = [&PairApproximation, &SparseApproximation, &half];
        let slow = [0.9, 0.7, 0.3, 0.4, 0.2, 0.5, 0.6, 0.8].map(|k| 0.4 * k);
        let fast = [33.0, 21.0, 32.0, 43.0, 26.0, 28.0, 12.0, 47.0];
        let start = PairConcentrations::random_lattice(0.4);
        let mut rejected = 0;
        for (closure, k) in closures.into_iter().flat_map(|c| [(c, slow), (c, fast)]) {
            for (rtol, atol) in [(1e-6, 1e-9), (1e-3, 1e-6), (1e-11, 1e-13)] {
                let model = ClosedModel::conserving(closure);
                let rates = RateConstants::from_array(k).unwrap();
                let right_side = |state: &State| {
                    let seen = state.map(|c| c.max(0.0));
                    model.derivative(&rates, &PairConcentrations::from_array(seen)).ok()
                };
                let (state, duration) = (start.to_array(), 0.7);
                let slope = right_side(&state).unwrap();
                let mut reference = ContinuousOutputModel::new();
                let mut solver = Dopri5::from_param(
                    Equations(right_side),
                    0.0,
                    duration,
                    duration,
                    state.into(),
                    rtol,
                    atol,
                    0.9,
                    0.04,
                    0.2,
                    10.0,
                    duration,
                    0.0,
                    10_000,
                    u32::MAX,
                    OutputType::Continuous,
                );
                let stats = solver.integrate_with_continuous_output_model(&mut reference).unwrap();
                let mut path = DormandPrince::new(
                    Equations(right_side),
                    duration,
                    state,
                    slope,
                    (rtol, atol),
                    10_000,
                );
                while path.time < duration {
                    path.step().unwrap();
                    let segment = path.segment();
                    let [from, to] = segment.bounds();
                    for part in [0.0, 0.3, 0.8, 1.0] {
                        let time = (from + part * (to - from)).min(reference.bounds().1);
                        let expected = reference.evaluate(time).unwrap();
                        for (a, b) in segment.at(time).into_iter().zip(expected.iter()) {
                            assert!(
                                (a - b).abs() < 1e-12 * b.abs().max(1.0),
                                "t = {time}: {a}, {b}"
                            );
                        }
                    }
                }
                assert_eq!(path.accepted_steps, stats.accepted_steps);
                // the same trial steps; the other evaluates the start three times, and here once
                // before
                assert_eq!(path.evaluations + 2, stats.num_eval);
                rejected += path.rejected_steps;
            }
        }
        assert!(rejected > 5, "{rejected} steps were rejected");
    }
}
