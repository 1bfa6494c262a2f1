//! Integration of the pairs by Dormand-Prince 5(4), on time shifted to start at 0, and the walls of
//! the possible region.
//!
//! Trajectories may tend to a wall of the possible region, where a concentration is 0, or cross
//! it. To tell the two apart the closure sees 0 where the solver probes a negative concentration:
//! what only fades then stops at the wall, off by the error of a step at most, and what crosses it
//! goes on. Seeing the negative values would not do: near C+ = 0 or C- = 0 the pair approximation
//! divides by a sum of concentrations, all smaller than any error, and blows up if a sign is wrong.
//! States are never clipped, only what the closure sees of them. `walls.rs` says what counts as
//! possible.
//!
//! All three pairs are integrated in the conserving system too, so that the error control sees
//! each of them near 0; Runge-Kutta steps keep its linear invariants to rounding.

use crate::dormand_prince::{DormandPrince, RightSide, Segment, State};
use crate::follow::{End, follow};
use crate::motion::Motion;
use crate::path::Path;
use crate::solution::Effort;
use crate::walls::{ROUNDING, START_TOLERANCE, dips, round_up};
use crate::{ClosedModel, OdeError, RateConstants};
use closures::{Closure, ClosureError};
use cluster_stats::{PairConcentrations, PairType};
use numerics::Stop;
/// Largest |C++ + C-- + 2 C+- - 1| of initial pairs: six digits in a file pass, pairs in another
/// convention do not.
pub(crate) const START_SUM_TOLERANCE: f64 = 1e-6;

/// Where there is no step limit: explicit steps after which the method is chosen by the stiffness
/// of the equations, and steps after which the solve is given up then.
const EXPLICIT_STEPS: u32 = 10_000;
const FURTHER_STEPS: u32 = 100_000;

/// A step ends the trajectory if the closure fails just beyond it, and it is shorter than this
/// share of the duration and moves the concentrations by less than this.
pub(crate) const SHORTEST_STEP: f64 = 1e-12;

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

/// Refuses pairs that no lattice has, those below 0 by more than the tolerance of a solver.
pub(crate) fn check_start(initial: &PairConcentrations, below: f64) -> Result<(), OdeError> {
    for pair in PairType::ALL {
        let value = initial.get(pair);
        if !value.is_finite() || value < -below.max(START_TOLERANCE) {
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
/// pairs are checked already. Where the trajectory cannot be followed to the last of them, `visit`
/// has seen a part.
#[inline]
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
    let slope = model.derivative(rates, &initial)?;
    let equations = Equations { model, rates, failure: None };
    let tolerances = (model.rtol, model.atol);
    let initial = initial.to_array();
    let step_limit = model.step_limit.unwrap_or(EXPLICIT_STEPS);
    let mut path = DormandPrince::new(equations, duration, initial, slope, tolerances, step_limit);
    let mut watch = Watch { tolerance: model.region_tolerance(), crossings: [None; 3] };
    let mut index = 0;
    'steps: while index < times.len() {
        let (before, rejected) = (path.control.time, path.control.rejected_steps);
        if let Err(stop) = path.step() {
            if stop == Stop::TooManySteps && model.step_limit.is_none() {
                let from = (start, before, path.state);
                let mut effort = go_on(model, rates, from, times, index, visit)?;
                effort.accepted_steps += path.control.accepted_steps;
                effort.rejected_steps += path.control.rejected_steps;
                effort.evaluations += path.evaluations + 1;
                return Ok(effort);
            }
            let (time, steps) = (start + before, step_limit);
            return Err(match (stop, path.right_side.failure.take()) {
                (Stop::TooManySteps, _) => OdeError::TooManySteps { time, steps },
                (Stop::StepUnderflow, Some(source)) => {
                    OdeError::ClosureOnTrajectory { time, source }
                }
                (Stop::StepUnderflow, None) => OdeError::StepUnderflow { time },
            });
        }
        if let Some((i, time, state)) = watch.exit(&path) {
            let rate = slope_at(model, rates, &state)?[i];
            let (pair, time) = (PairType::ALL[i], start + time);
            return Err(OdeError::LeftPossibleRegion { pair, time, rate });
        }
        if path.control.rejected_steps > rejected
            && let Some(source) =
                path.right_side.failure.take().filter(|_| is_stuck(&path, duration))
        {
            return Err(OdeError::ClosureOnTrajectory { time: start + path.control.time, source });
        }
        if times[index] - start <= path.control.time {
            let segment = path.segment();
            while index < times.len() && times[index] - start <= path.control.time {
                let time = times[index] - start;
                let mut row = segment.at(time);
                if row[0].min(row[1]).min(row[2]) < 0.0 {
                    let [from, to] = segment.bounds();
                    let (length, (_, before)) = (time - from, path.last_step());
                    let is_new = length > SHORTEST_STEP * duration && time < to;
                    if is_new && dips(before, &path.state, &row, ROUNDING) {
                        path.take_back(length);
                        continue 'steps;
                    }
                    round_up(&mut row, ROUNDING);
                }
                visit(index, PairConcentrations::from_array(row));
                index += 1;
            }
        }
    }
    Ok(Effort {
        accepted_steps: path.control.accepted_steps,
        rejected_steps: path.control.rejected_steps,
        implicit_steps: 0,
        evaluations: path.evaluations + 1,
    })
}

/// What is left of the rows after [`EXPLICIT_STEPS`] explicit steps, by the method that suits.
#[cold]
fn go_on<C: Closure>(
    model: &ClosedModel<C>,
    rates: &RateConstants,
    (start, reached, base): (f64, f64, State),
    times: &[f64],
    index: usize,
    mut visit: impl FnMut(usize, PairConcentrations),
) -> Result<Effort, OdeError> {
    let equations = Displacements { model, rates, base };
    let duration = times[times.len() - 1] - start - reached;
    let state = vec![0.0; if model.conserves_composition() { 1 } else { 2 }];
    let tolerances = (model.rtol, model.atol);
    let mut path = Path::new(equations, duration, state, tolerances, FURTHER_STEPS)?;
    let rows = index..times.len();
    let time_of = |row: usize| times[row] - start - reached;
    let followed = follow(&mut path, model.region_tolerance(), rows, time_of, |index, _, row| {
        visit(index, PairConcentrations::from_array([row[0], row[1], row[2]]));
    });
    followed.map_err(|end| match end {
        End::Left { index, time, rate } => {
            let (pair, time) = (PairType::ALL[index], start + reached + time);
            OdeError::LeftPossibleRegion { pair, time, rate }
        }
        End::Stuck { time, source: OdeError::Closure(source) } => {
            OdeError::ClosureOnTrajectory { time: start + reached + time, source }
        }
        End::Stuck { source, .. } => source,
        End::TooManySteps { time } => OdeError::TooManySteps {
            time: start + reached + time,
            steps: EXPLICIT_STEPS + FURTHER_STEPS,
        },
        End::StepUnderflow { time } => OdeError::StepUnderflow { time: start + reached + time },
    })
}

/// The closed system as the motion of y = C+- and, where composition moves, z = (C++ - C--)/2 away
/// from `base`: a step along an inexact Jacobian keeps C++ + C-- + 2 C+- = 1 then too.
struct Displacements<'a, C> {
    model: &'a ClosedModel<C>,
    rates: &'a RateConstants,
    base: State,
}

impl<C: Closure> Motion for Displacements<'_, C> {
    fn slope(&mut self, state: &[f64], into: &mut [f64]) -> Result<(), OdeError> {
        let mut pairs = [0.0; 3];
        self.concentrations(state, &mut pairs);
        let [plus, minus, unlike] = slope_at(self.model, self.rates, &pairs)?;
        let parts = [unlike, 0.5 * (plus - minus)];
        into.iter_mut().zip(parts).for_each(|(to, part)| *to = part);
        Ok(())
    }

    fn concentration_count(&self, _state: usize) -> usize {
        3
    }

    fn concentrations(&self, state: &[f64], into: &mut [f64]) {
        self.changes(state, into);
        into.iter_mut().zip(self.base).for_each(|(c, base)| *c += base);
    }

    fn changes(&self, change: &[f64], into: &mut [f64]) {
        let (y, z) = (change[0], change.get(1).copied().unwrap_or(0.0));
        into.copy_from_slice(&[z - y, -z - y, y]);
    }
}

/// The closed system at some rates.
struct Equations<'a, C> {
    model: &'a ClosedModel<C>,
    rates: &'a RateConstants,
    /// What the closure said in the latest trial steps.
    failure: Option<ClosureError>,
}

impl<C: Closure> RightSide for Equations<'_, C> {
    #[inline(always)]
    fn slope(&mut self, state: &State) -> Option<State> {
        // the closure might answer overflow with a number and hide it
        if !(state[0] + state[1] + state[2]).is_finite() {
            return None;
        }
        match slope_at(self.model, self.rates, state) {
            Ok(slope) => Some(slope),
            Err(error) => self.fail(error),
        }
    }
}

impl<C> Equations<'_, C> {
    #[cold]
    fn fail(&mut self, error: ClosureError) -> Option<State> {
        self.failure = Some(error);
        None
    }
}

/// The right-hand side, with 0 for negative concentrations.
#[inline(always)]
fn slope_at<C: Closure>(
    model: &ClosedModel<C>,
    rates: &RateConstants,
    state: &State,
) -> Result<State, ClosureError> {
    model.derivative(rates, &PairConcentrations::from_array(state.map(|c| c.max(0.0))))
}

/// Whether the last step was too short to go on.
fn is_stuck<R: RightSide>(path: &DormandPrince<R>, duration: f64) -> bool {
    let (length, _) = path.last_step();
    let [_, slope] = path.end_slopes();
    let fastest = slope.iter().fold(0.0, |fastest: f64, c| fastest.max(c.abs()));
    length < SHORTEST_STEP * duration && length * fastest < SHORTEST_STEP
}

/// Notes where concentrations become negative.
struct Watch {
    tolerance: f64,
    /// Of each concentration that is negative, the step in which it became so.
    crossings: [Option<Segment>; 3],
}

impl Watch {
    /// Which concentration is below 0 by more than the tolerance at the end of the last step, or was
    /// in a dip inside it; when it passed 0, and the state then.
    #[inline]
    fn exit<R: RightSide>(&mut self, path: &DormandPrince<R>) -> Option<(usize, f64, State)> {
        let (length, before) = path.last_step();
        let [slope_before, slope] = path.end_slopes();
        let mut left = false;
        let mut dips = [false; 3];
        for i in 0..3 {
            if path.state[i] < 0.0 {
                self.crossings[i].get_or_insert_with(|| path.segment());
                left |= path.state[i] < -self.tolerance;
            } else {
                self.crossings[i] = None;
            }
            if slope_before[i] < 0.0 && slope[i] > 0.0 {
                // a convex curve lies above the point where its end tangents meet
                let meet =
                    (path.state[i] - before[i] - slope[i] * length) / (slope_before[i] - slope[i]);
                dips[i] = before[i] + slope_before[i] * meet < -self.tolerance;
            }
        }
        if left || dips.contains(&true) { self.locate(path, dips) } else { None }
    }

    #[cold]
    fn locate<R: RightSide>(
        &self,
        path: &DormandPrince<R>,
        dips: [bool; 3],
    ) -> Option<(usize, f64, State)> {
        let segment = path.segment();
        let [from, to] = segment.bounds();
        let in_dips = (0..3).filter(|&i| dips[i]).filter_map(|i| {
            let bottom = lowest(|time| segment.at(time)[i], from, to);
            let left = segment.at(bottom)[i] < -self.tolerance;
            left.then(|| (i, segment, passes_zero(|time| segment.at(time)[i], from, bottom)))
        });
        let for_good = (0..3).filter(|&i| path.state[i] < -self.tolerance).filter_map(|i| {
            let segment = self.crossings[i]?;
            let [from, to] = segment.bounds();
            Some((i, segment, passes_zero(|time| segment.at(time)[i], from, to)))
        });
        let first = in_dips.chain(for_good).min_by(|a, b| a.2.total_cmp(&b.2));
        first.map(|(i, segment, time)| (i, time, segment.at(time)))
    }
}

/// The time before `to`, to rounding, at which a concentration passes 0.
pub(crate) fn passes_zero(mut value: impl FnMut(f64) -> f64, from: f64, to: f64) -> f64 {
    let (mut possible, mut impossible) = (from, to);
    loop {
        let middle = 0.5 * (possible + impossible);
        if middle <= possible || middle >= impossible {
            return possible;
        }
        if value(middle) < 0.0 { impossible = middle } else { possible = middle }
    }
}

/// Where a concentration, which falls and then rises, is lowest.
pub(crate) fn lowest(mut value: impl FnMut(f64) -> f64, from: f64, to: f64) -> f64 {
    let (mut from, mut to) = (from, to);
    for _ in 0..100 {
        let third = (to - from) / 3.0;
        if value(from + third) < value(to - third) {
            to -= third;
        } else {
            from += third;
        }
    }
    0.5 * (from + to)
}
