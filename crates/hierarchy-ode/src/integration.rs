//! Driving `ode_solvers`: Dormand-Prince 5(4) with dense output of order 4 (Hairer, Norsett,
//! Wanner 1993), on time shifted to start at 0.
//!
//! Trajectories may tend to a wall of the possible region, where a concentration is 0, or cross
//! it. To tell the two apart the closure sees 0 where the solver probes a negative concentration:
//! what only fades then stops at the wall, off by the error of a step at most, and what crosses it
//! goes on. Seeing the negative values would not do: near C+ = 0 or C- = 0 the pair approximation
//! divides by a sum of concentrations, all smaller than any error, and blows up if a sign is wrong.
//! States are never clipped, only what the closure sees of them.
//!
//! All three pairs are integrated in the conserving system too, so that the error control sees
//! each of them near 0; Runge-Kutta steps keep its linear invariants to rounding.

use crate::solution::Effort;
use crate::{ClosedModel, OdeError, RateConstants};
use closures::{Closure, ClosureError};
use cluster_stats::{PairConcentrations, PairType};
use ode_solvers::continuous_output_model::ContinuousOutputModel;
use ode_solvers::dop_shared::IntegrationError;
use ode_solvers::{Dopri5, OutputType, SVector, System};
use std::cell::RefCell;

type State = SVector<f64, 3>;
type Path = ContinuousOutputModel<f64, State>;

/// Largest |C++ + C-- + 2 C+- - 1| of initial pairs: six digits in a file pass, pairs in another
/// convention do not.
const START_SUM_TOLERANCE: f64 = 1e-6;

/// Initial pairs may be negative by this: the rounding that a trajectory of measured ones may have.
const START_TOLERANCE: f64 = 1e-9;

/// A step ends the trajectory if the closure fails just beyond it, and it is shorter than this
/// share of the duration and moves the concentrations by less than this.
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

pub(crate) fn check_start(initial: &PairConcentrations) -> Result<(), OdeError> {
    for pair in PairType::ALL {
        let value = initial.get(pair);
        if !value.is_finite() || value < -START_TOLERANCE {
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
    let mut path = Path::new();
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

    if let Some((i, time)) = watch.exit(&path) {
        let rate = slope_at(model, rates, value(&path, time))?[i];
        let (pair, time) = (PairType::ALL[i], start + time);
        return Err(OdeError::LeftPossibleRegion { pair, time, rate });
    }
    let time = start + watch.time;
    let stats = match (outcome, watch.stuck.or(failure.into_inner())) {
        (Err(IntegrationError::MaxNumStepReached { n_step, .. }), _) => {
            return Err(OdeError::TooManySteps { time, steps: n_step });
        }
        (_, Some(source)) => return Err(OdeError::ClosureOnTrajectory { time, source }),
        (Err(_), None) => return Err(OdeError::StepUnderflow { time }),
        (Ok(stats), None) => stats,
    };
    let (_, end) = path.bounds(); // rounding may put it just before the last time
    for (index, time) in times.iter().enumerate() {
        let state = value(&path, (time - start).min(end));
        visit(index, PairConcentrations::from_array(state.into()));
    }
    Ok(Effort {
        accepted_steps: stats.accepted_steps,
        rejected_steps: stats.rejected_steps,
        evaluations: stats.num_eval + 1,
    })
}

fn value(path: &Path, time: f64) -> State {
    path.evaluate(time).expect("only times within the bounds are asked for")
}

/// The right-hand side, with 0 for negative concentrations.
fn slope_at<C: Closure>(
    model: &ClosedModel<C>,
    rates: &RateConstants,
    state: State,
) -> Result<State, ClosureError> {
    let seen = PairConcentrations::from_array(state.map(|c| c.max(0.0)).into());
    model.derivative(rates, &seen).map(State::from)
}

struct Equations<'a, C> {
    model: &'a ClosedModel<C>,
    rates: &'a RateConstants,
    watch: &'a mut Watch,
    /// What the closure said in the latest trial step.
    failure: &'a RefCell<Option<ClosureError>>,
}

impl<C: Closure> System<f64, State> for Equations<'_, C> {
    /// Where the closure has no value the slope is NaN: the solver then rejects the step and tries
    /// a shorter one. The closure never sees the NaN of the later stages of such a step, because
    /// it might answer with a number and hide the failure.
    fn system(&self, _time: f64, state: &State, slope: &mut State) {
        *slope = State::repeat(f64::NAN);
        if state.sum().is_finite() {
            match slope_at(self.model, self.rates, *state) {
                Ok(values) => *slope = values,
                Err(error) => drop(self.failure.replace(Some(error))),
            }
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
    /// Why steps have become too short to go on.
    stuck: Option<ClosureError>,
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
            stuck: None,
        }
    }

    /// Takes in a step, and the closure's latest failure before it; true to stop.
    fn step(
        &mut self,
        time: f64,
        state: State,
        slope: State,
        failure: Option<ClosureError>,
    ) -> bool {
        let step = time - self.time;
        let short = step < SHORTEST_STEP * self.duration && step * slope.amax() < SHORTEST_STEP;
        self.stuck = failure.filter(|_| short);
        for i in 0..3 {
            if state[i] >= 0.0 {
                self.possible[i] = time;
            }
            if self.slope[i] < 0.0 && slope[i] > 0.0 {
                // a convex curve lies above the point where its end tangents meet
                let meet =
                    (state[i] - self.state[i] - slope[i] * step) / (self.slope[i] - slope[i]);
                if self.state[i] + self.slope[i] * meet < -self.tolerance {
                    self.dips.push((i, self.time, time));
                }
            }
        }
        (self.time, self.state, self.slope) = (time, state, slope);
        self.stuck.is_some() || state.min() < -self.tolerance
    }

    /// Which concentration passes 0 first, in a dip or for good, and when.
    fn exit(&self, path: &Path) -> Option<(usize, f64)> {
        let dips = self.dips.iter().filter_map(|&(i, from, to)| {
            let bottom = lowest(path, i, from, to);
            (value(path, bottom)[i] < -self.tolerance).then_some((i, from, bottom))
        });
        let ends = (0..3)
            .filter(|&i| self.state[i] < -self.tolerance)
            .map(|i| (i, self.possible[i], self.time));
        let exits = dips.chain(ends).map(|(i, from, to)| (i, passes_zero(path, i, from, to)));
        exits.min_by(|a, b| a.1.total_cmp(&b.1))
    }
}

/// The time before `to`, to rounding, at which concentration `i` passes 0.
fn passes_zero(path: &Path, i: usize, from: f64, to: f64) -> f64 {
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
fn lowest(path: &Path, i: usize, from: f64, to: f64) -> f64 {
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
