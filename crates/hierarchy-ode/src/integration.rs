//! Driving `ode_solvers`: Dormand-Prince 5(4) with dense output of order 4 (Hairer, Norsett,
//! Wanner 1993), on time shifted to start at 0, watched for concentrations below 0.
//!
//! All three pairs are integrated in the conserving system too, so that the error control sees
//! each of them near 0; Runge-Kutta steps keep its linear invariants.

use crate::model::PairSystem;
use crate::solution::Effort;
use crate::{ClosedModel, OdeError, RateConstants};
use closures::{Closure, ClosureError};
use cluster_stats::{PairConcentrations, PairType};
use ode_solvers::continuous_output_model::ContinuousOutputModel;
use ode_solvers::dop_shared::IntegrationError;
use ode_solvers::{Dopri5, OutputType, SVector, System};
use std::cell::RefCell;

type State = SVector<f64, 3>;

/// Largest |C++ + C-- + 2 C+- - 1| of initial pairs: six digits in a file pass, pairs in another
/// convention do not.
const START_SUM_TOLERANCE: f64 = 1e-6;

/// A step shorter than this share of the duration, with a closure that fails just beyond it, means
/// that the trajectory ends here: its end is then known to this share.
const SHORTEST_STEP: f64 = 1e-12;

pub(crate) fn check_times(start: f64, times: &[f64]) -> Result<(), OdeError> {
    OdeError::check_finite("start", start)?;
    let first = times.first().copied().ok_or(OdeError::NoTimes)?;
    let mut previous = f64::NEG_INFINITY;
    for (index, &time) in times.iter().enumerate() {
        if !time.is_finite() || time <= previous {
            return Err(OdeError::TimesNotIncreasing { index, time, previous });
        }
        previous = time;
    }
    if start > first {
        return Err(OdeError::StartAfterFirstTime { start, first });
    }
    OdeError::check_finite("last time - start", previous - start)?;
    Ok(())
}

pub(crate) fn check_start(initial: &PairConcentrations, tolerance: f64) -> Result<(), OdeError> {
    for pair in PairType::ALL {
        let value = initial.get(pair);
        if !value.is_finite() || value < -tolerance {
            return Err(OdeError::ImpossibleStart { pair, value });
        }
    }
    let deviation = initial.deviation();
    if deviation.abs() > START_SUM_TOLERANCE {
        return Err(OdeError::StartSum { deviation });
    }
    Ok(())
}

/// Calls `visit` with the position and the pairs of each of `times`, in order. Times and initial
/// pairs are checked already.
pub(crate) fn integrate<C: Closure>(
    model: &ClosedModel<C>,
    rates: &RateConstants,
    start: f64,
    initial: PairConcentrations,
    times: &[f64],
    mut visit: impl FnMut(usize, PairConcentrations),
) -> Result<Effort, OdeError> {
    let duration = times[times.len() - 1] - start;
    if duration == 0.0 {
        visit(0, initial);
        return Ok(Effort::default());
    }
    let state = State::from(initial.to_array());
    let slope = State::from(model.derivative(rates, &initial)?);
    let mut watch = Watch::new(duration, state, slope, model.region_tolerance());
    let failure = RefCell::new(None);
    let equations = Equations { model, rates, watch: &mut watch, failure: &failure };
    let mut path = ContinuousOutputModel::new();
    let outcome = Dopri5::from_param(
        equations,
        0.0,
        duration,
        duration, // no effect on continuous output
        state,
        model.rtol,
        model.atol,
        0.9,
        0.04,
        0.2,
        10.0,
        duration,
        0.0, // the solver chooses the first step
        model.step_limit,
        u32::MAX, // the step limit judges stiffness
        OutputType::Continuous,
    )
    .integrate_with_continuous_output_model(&mut path);

    watch.check(start, &path)?;
    let stats = match (outcome, watch.stuck.take()) {
        (Ok(stats), None) => stats,
        (Ok(_), Some(failure)) => return Err(watch.explain(start, failure)),
        (Err(IntegrationError::MaxNumStepReached { n_step, .. }), _) => {
            return Err(OdeError::TooManySteps { time: start + watch.time, steps: n_step });
        }
        (Err(_), _) => return Err(OdeError::StepUnderflow { time: start + watch.time }),
    };
    let plus = initial.plus();
    let minus = initial.minus();
    let (_, end) = path.bounds(); // rounding may put it just before the last time
    for (index, time) in times.iter().enumerate() {
        let state = value(&path, (time - start).min(end));
        let pairs = match model.system {
            PairSystem::Published => PairConcentrations::from_array(state.into()),
            PairSystem::Conserving => PairConcentrations {
                plus_plus: plus - state[2],
                minus_minus: minus - state[2],
                plus_minus: state[2],
            },
        };
        visit(index, pairs);
    }
    Ok(Effort {
        accepted_steps: stats.accepted_steps,
        rejected_steps: stats.rejected_steps,
        evaluations: stats.num_eval + 1,
    })
}

fn value(path: &ContinuousOutputModel<f64, State>, time: f64) -> State {
    path.evaluate(time).expect("only times within the bounds are asked for")
}

/// Where a closure had no value: the pairs and its error.
type Failure = (PairConcentrations, ClosureError);

struct Equations<'a, C> {
    model: &'a ClosedModel<C>,
    rates: &'a RateConstants,
    watch: &'a mut Watch,
    failure: &'a RefCell<Option<Failure>>,
}

impl<C: Closure> System<f64, State> for Equations<'_, C> {
    /// Where there is no value the slope is NaN: the solver then rejects the step and tries a
    /// shorter one, because a trial step may end where the closure has no value although the
    /// trajectory does not.
    fn system(&self, _time: f64, state: &State, slope: &mut State) {
        *slope = State::repeat(f64::NAN);
        if !state.sum().is_finite() {
            return; // a later stage of a step that failed already
        }
        let pairs = PairConcentrations::from_array((*state).into());
        match self.model.derivative(self.rates, &pairs) {
            Ok(values) => *slope = State::from(values),
            Err(error) => *self.failure.borrow_mut() = Some((pairs, error)),
        }
    }

    fn solout(&mut self, time: f64, state: &State, slope: &State) -> bool {
        self.watch.step(time, *state, *slope, self.failure.take())
    }
}

/// Follows the accepted steps and notes where a concentration is, or may have been, negative.
struct Watch {
    duration: f64,
    tolerance: f64,
    time: f64,
    state: State,
    slope: State,
    /// When each concentration was last seen at or above 0 at the end of a step.
    possible: [f64; 3],
    /// Steps inside which a concentration may have dipped: which, from, to.
    dips: Vec<(usize, f64, f64)>,
    left: bool,
    /// Why steps have become too short to go on.
    stuck: Option<Failure>,
}

impl Watch {
    fn new(duration: f64, state: State, slope: State, tolerance: f64) -> Watch {
        Watch {
            duration,
            tolerance,
            time: 0.0,
            state,
            slope,
            possible: [0.0; 3],
            dips: Vec::new(),
            left: false,
            stuck: None,
        }
    }

    /// Takes in a step, and the closure's latest failure before it; true to stop.
    fn step(&mut self, time: f64, state: State, slope: State, failure: Option<Failure>) -> bool {
        if time - self.time < SHORTEST_STEP * self.duration {
            self.stuck = failure;
        }
        for i in 0..3 {
            if state[i] >= 0.0 {
                self.possible[i] = time;
            }
            self.left |= state[i] < -self.tolerance;
            if self.slope[i] < 0.0 && slope[i] > 0.0 {
                // a convex curve lies above the point where its end tangents meet
                let meet = (state[i] - self.state[i] - slope[i] * (time - self.time))
                    / (self.slope[i] - slope[i]);
                if self.state[i] + self.slope[i] * meet < -self.tolerance {
                    self.dips.push((i, self.time, time));
                }
            }
        }
        (self.time, self.state, self.slope) = (time, state, slope);
        self.left || self.stuck.is_some()
    }

    /// The earliest time at which a concentration passes 0 for good or in a dip.
    fn check(&self, start: f64, path: &ContinuousOutputModel<f64, State>) -> Result<(), OdeError> {
        let dips = self.dips.iter().filter_map(|&(i, from, to)| {
            let bottom = lowest(path, i, from, to);
            (value(path, bottom)[i] < -self.tolerance).then_some((i, from, bottom))
        });
        let ends = (0..3)
            .filter(|&i| self.state[i] < -self.tolerance)
            .map(|i| (i, self.possible[i], self.time));
        let exits = dips.chain(ends).map(|(i, from, to)| (passes_zero(path, i, from, to), i, to));
        match exits.min_by(|a, b| a.0.total_cmp(&b.0)) {
            None => Ok(()),
            Some((time, i, found_at)) => Err(OdeError::LeftPossibleRegion {
                pair: PairType::ALL[i],
                time: start + time,
                value: value(path, found_at)[i],
                found_at: start + found_at,
            }),
        }
    }

    /// Why the closure's failure stopped the trajectory.
    fn explain(&self, start: f64, (probe, source): Failure) -> OdeError {
        let time = start + self.time;
        // many closures have no value below 0, so that the path ends at the wall itself
        let at_wall = |pair: &PairType| {
            self.state[*pair as usize] <= self.tolerance && probe.get(*pair) < 0.0
        };
        match PairType::ALL.into_iter().find(at_wall) {
            Some(pair) => {
                let value = probe.get(pair);
                OdeError::LeftPossibleRegion { pair, time, value, found_at: time }
            }
            None => OdeError::ClosureOnTrajectory { time, source },
        }
    }
}

/// The last time before `to`, to rounding, at which concentration `i` is not negative.
fn passes_zero(path: &ContinuousOutputModel<f64, State>, i: usize, from: f64, to: f64) -> f64 {
    let (mut possible, mut impossible) = (from, to);
    loop {
        let middle = 0.5 * (possible + impossible);
        if middle <= possible || middle >= impossible {
            return possible;
        }
        if value(path, middle)[i] < 0.0 { impossible = middle } else { possible = middle }
    }
}

/// Where concentration `i`, which falls and then rises, is lowest.
fn lowest(path: &ContinuousOutputModel<f64, State>, i: usize, from: f64, to: f64) -> f64 {
    let (mut from, mut to) = (from, to);
    for _ in 0..100 {
        let third = (to - from) / 3.0;
        if value(path, from + third)[i] < value(path, to - third)[i] {
            to -= third;
        } else {
            from += third;
        }
    }
    0.5 * (from + to)
}
