//! Driving `ode_solvers`: Dormand-Prince 5(4) with dense output of order 4 (Hairer, Norsett,
//! Wanner 1993), on time shifted to start at 0.
//!
//! The right-hand side has no value where a concentration is negative. A step that looks there is
//! rejected and repeated shorter, so that trajectories which tend to a wall of the possible region
//! stay inside, however small a concentration becomes, and those that cross it end there: their
//! steps shrink to nothing, which locates the exit. An absolute error tolerance alone cannot tell
//! the two apart: near C+ = 0 or C- = 0 the pair approximation divides by what is smaller than it.
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

/// Largest |C++ + C-- + 2 C+- - 1| of initial pairs: six digits in a file pass, pairs in another
/// convention do not.
const START_SUM_TOLERANCE: f64 = 1e-6;

/// Initial pairs may be negative by this: the rounding that a trajectory of measured ones may have.
const START_TOLERANCE: f64 = 1e-9;

/// A concentration closer to 0 than this is 0 to the closure: products of three underflow below.
const NOTHING: f64 = 1e-100;

/// A step ends the trajectory if there is no right-hand side just beyond it, and it is shorter than
/// this share of the duration and moves the concentrations by less than this.
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
    let mut progress = Progress { time: 0.0, slope, end: None };
    let obstacle = RefCell::new(None);
    let equations = Equations {
        model,
        rates,
        floor: state.map(|concentration| concentration.min(0.0) - NOTHING),
        duration,
        progress: &mut progress,
        obstacle: &obstacle,
    };
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

    let time = start + progress.time;
    let stats = match (outcome, progress.end.or(obstacle.into_inner())) {
        (Err(IntegrationError::MaxNumStepReached { n_step, .. }), _) => {
            return Err(OdeError::TooManySteps { time, steps: n_step });
        }
        (_, Some(Obstacle::Wall(pair))) => {
            let rate = progress.slope[pair as usize];
            return Err(OdeError::LeftPossibleRegion { pair, time, rate });
        }
        (_, Some(Obstacle::Closure(source))) => {
            return Err(OdeError::ClosureOnTrajectory { time, source });
        }
        (Err(_), None) => return Err(OdeError::StepUnderflow { time }),
        (Ok(stats), None) => stats,
    };
    let (_, end) = path.bounds(); // rounding may put it just before the last time
    for (index, time) in times.iter().enumerate() {
        let state = path.evaluate((time - start).min(end)).expect("a time within the bounds");
        visit(index, PairConcentrations::from_array(state.into()));
    }
    Ok(Effort {
        accepted_steps: stats.accepted_steps,
        rejected_steps: stats.rejected_steps,
        evaluations: stats.num_eval + 1,
    })
}

/// Why there is no right-hand side at a state.
enum Obstacle {
    /// This concentration is negative.
    Wall(PairType),
    /// The closure has no value.
    Closure(ClosureError),
}

/// The latest accepted step.
struct Progress {
    time: f64,
    slope: State,
    /// What the trajectory ends at.
    end: Option<Obstacle>,
}

struct Equations<'a, C> {
    model: &'a ClosedModel<C>,
    rates: &'a RateConstants,
    /// 0, or the initial value where rounding has put it below; less what is nothing.
    floor: State,
    duration: f64,
    progress: &'a mut Progress,
    /// What the latest trial steps met.
    obstacle: &'a RefCell<Option<Obstacle>>,
}

impl<C: Closure> System<f64, State> for Equations<'_, C> {
    /// A slope of NaN makes the solver reject the step. The closure never sees the NaN of the
    /// later stages of such a step: it might answer with a number and hide the failure.
    fn system(&self, _time: f64, state: &State, slope: &mut State) {
        *slope = State::repeat(f64::NAN);
        let seen = state.map(|c| if c.abs() < NOTHING { 0.0 } else { c });
        let pairs = PairConcentrations::from_array(seen.into());
        let beyond = PairType::ALL.into_iter().zip(&self.floor).find(|(p, f)| pairs.get(*p) < **f);
        if let Some((pair, _)) = beyond {
            self.obstacle.replace(Some(Obstacle::Wall(pair)));
        } else if state.sum().is_finite() {
            match self.model.derivative(self.rates, &pairs) {
                Ok(values) => *slope = State::from(values),
                Err(error) => drop(self.obstacle.replace(Some(Obstacle::Closure(error)))),
            }
        }
    }

    fn solout(&mut self, time: f64, _state: &State, slope: &State) -> bool {
        let step = time - self.progress.time;
        let obstacle = self.obstacle.take();
        (self.progress.time, self.progress.slope) = (time, *slope);
        let short = step < SHORTEST_STEP * self.duration && step * slope.amax() < SHORTEST_STEP;
        self.progress.end = obstacle.filter(|_| short);
        self.progress.end.is_some()
    }
}
