//! The explicit Runge-Kutta method of Dormand and Prince, order 5(4), with dense output of order 4,
//! for three autonomous equations, from time 0.
//!
//! Step control: RMS norm of the error estimate in units of atol + rtol |C|, and what
//! [`StepControl`] says. The stages, the control and the interpolant are those of DOPRI5, so that
//! `ode_solvers`, which has them for any dimension, takes the same steps: a test holds this one to
//! it. Nothing is allocated, and the equations are inlined: a step costs little more than its six
//! evaluations.

use crate::walls::{ROUNDING, overshoots};
use numerics::{Stages, StepControl, Stop};

pub(crate) type State = [f64; 3];

/// Where an integration is: the end of the last accepted step, and what led there.
pub(crate) struct DormandPrince<R> {
    pub(crate) right_side: R,
    pub(crate) control: StepControl,
    rtol: f64,
    atol: f64,
    pub(crate) state: State,
    slope: State,
    /// Of the last step: its length, its start, the slope there, and the stages between.
    length: f64,
    before: State,
    slope_before: State,
    stages: Stages<State>,
    pub(crate) evaluations: u32,
}

/// Three autonomous equations.
pub(crate) trait RightSide {
    /// dC/dt at C; `None` where it has no value: the step is then rejected and a shorter one tried.
    fn slope(&mut self, state: &State) -> Option<State>;
}

/// The equations as the stages ask for them.
struct Counted<'a, R> {
    right_side: &'a mut R,
    evaluations: &'a mut u32,
}

impl<R: RightSide> numerics::RightSide<State> for Counted<'_, R> {
    #[inline(always)]
    fn slope(&mut self, state: &State, into: &mut State) -> bool {
        *self.evaluations += 1;
        match self.right_side.slope(state) {
            Some(slope) => {
                *into = slope;
                true
            }
            None => false,
        }
    }
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
        let per_duration = |slope: State| slope.map(|v| v * duration);
        let (value, first) = (size(state), size(per_duration(slope)));
        let guess = StepControl::guess(value, first);
        let second = right_side
            .slope(&std::array::from_fn(|i| state[i] + guess * duration * slope[i]))
            .map_or(0.0, |there| {
                size(per_duration(std::array::from_fn(|i| there[i] - slope[i]))).sqrt() / guess
            });
        let largest = first.sqrt().max(second);
        DormandPrince {
            right_side,
            control: StepControl::new(duration, step_limit, guess, largest),
            rtol,
            atol,
            state,
            length: 0.0,
            before: state,
            slope_before: slope,
            slope,
            stages: Stages::new(|| slope),
            evaluations: 1,
        }
    }

    /// Takes a step that is accepted. The last one ends at the duration exactly.
    #[inline]
    pub(crate) fn step(&mut self) -> Result<(), Stop> {
        loop {
            let (length, last) = self.control.propose()?;
            let trial = self.attempt(length);
            let error = trial.as_ref().map_or(f64::NAN, |(_, _, _, error)| *error);
            // after the last step nothing is controlled
            let is_done = last && error <= 1.0;
            let ln_error = if is_done { 0.0 } else { 0.5 * libm::log(error) };
            if let Some((state, slope, stages, _)) = trial.filter(|_| error <= 1.0) {
                if overshoots(length, &self.state, &state, &slope, ROUNDING) {
                    self.control.halve(length);
                    continue;
                }
                self.control.accept(length, last, ln_error);
                (self.before, self.slope_before) = (self.state, self.slope);
                (self.state, self.slope, self.stages) = (state, slope, stages);
                self.length = length;
                return Ok(());
            }
            self.control.reject(length, ln_error);
        }
    }

    /// The end, the slope there, the stages and the square of the error of a step of this length.
    #[inline]
    fn attempt(&mut self, h: f64) -> Option<(State, State, Stages<State>, f64)> {
        let DormandPrince { right_side, evaluations, state: y, slope, .. } = self;
        let mut stages = Stages::new(|| [0.0; 3]);
        let ([mut state, mut k7], mut estimate) = ([[0.0; 3]; 2], [0.0; 3]);
        let (from, to) = ((&*y, &*slope), (&mut state, &mut k7));
        let mut counted = Counted { right_side, evaluations };
        let tried = stages.attempt(h, from, to, &mut estimate, &mut counted);
        let mut sum = 0.0;
        for i in 0..3 {
            let scale = self.atol + self.rtol * y[i].abs().max(state[i].abs());
            let ratio = estimate[i] / scale;
            sum += ratio * ratio;
        }
        tried.then_some((state, k7, stages, sum * (1.0 / 3.0)))
    }

    /// Takes the last step back; the next one begins with this length.
    #[cold]
    pub(crate) fn take_back(&mut self, length: f64) {
        self.state = self.before;
        self.slope = self.slope_before;
        self.control.take_back(length);
    }

    /// The slopes at the start and at the end of the last step.
    pub(crate) fn end_slopes(&self) -> [&State; 2] {
        [&self.slope_before, &self.slope]
    }

    /// The length of the last step, and the state before it.
    pub(crate) fn last_step(&self) -> (f64, &State) {
        (self.length, &self.before)
    }

    /// The trajectory during the last step.
    #[inline]
    pub(crate) fn segment(&self) -> Segment {
        let DormandPrince { length, before, state, slope_before, slope, .. } = self;
        let bends: [[f64; 4]; 3] = std::array::from_fn(|i| {
            self.stages.bends(i, *length, state[i] - before[i], slope_before, slope)
        });
        let [b, c, d, e] = std::array::from_fn(|k| bends.map(|of| of[k]));
        Segment {
            end: self.control.time,
            length: *length,
            per_length: 1.0 / length,
            coefficients: [*before, b, c, d, e],
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
                let (state, duration) = (start.to_array(), 1.0); // where both start alike
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
                while path.control.time < duration {
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
                assert_eq!(path.control.accepted_steps, stats.accepted_steps);
                // the same trial steps; the other evaluates the start three times, and here once
                // before
                assert_eq!(path.evaluations + 2, stats.num_eval);
                rejected += path.control.rejected_steps;
            }
        }
        assert!(rejected > 5, "{rejected} steps were rejected");
    }
}
