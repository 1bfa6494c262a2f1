//! Integration of a closed hierarchy, and the walls of the possible region.
//!
//! As for the pairs: closure and equations see 0 where the solver probes a negative concentration,
//! so that what only fades stops at the wall and what crosses it goes on; states are never clipped.

use super::super::names::TypeNames;
use super::closed_hierarchy::ClosedHierarchy;
use super::sums::{largest, value};
use super::system::Workspace;
use super::trajectory::ClusterTrajectory;
use crate::OdeError;
use crate::dormand_prince_any::{DormandPrinceAny, RightSides};
use crate::integration::{SHORTEST_STEP, check_times, lowest, passes_zero};
use crate::solution::Effort;
use crate::step_control::Stop;

impl ClosedHierarchy {
    /// The concentrations at `times`, with the state `start` at the first of them.
    ///
    /// # Errors
    /// As [`solve_from`](Self::solve_from).
    pub fn solve(
        &self,
        rates: &[f64],
        start: &[f64],
        times: &[f64],
    ) -> Result<ClusterTrajectory, OdeError> {
        let from = times.first().copied().ok_or(OdeError::NoTimes)?;
        self.solve_from(rates, from, start, times)
    }

    /// The concentrations at `times` (finite, strictly increasing, any sign and origin), with the
    /// state `start` at the time `from`, not later than the first of them. `rates` has a constant
    /// for each of [`Hierarchy::rates`](crate::Hierarchy::rates), in 1/time.
    ///
    /// Integrates with Dormand-Prince 5(4) and its dense output, right at the last time too.
    ///
    /// # Errors
    /// For the arguments: [`OdeError::NoTimes`], [`OdeError::TimesNotIncreasing`],
    /// [`OdeError::StartAfterFirstTime`], [`OdeError::InvalidValue`] (from),
    /// [`OdeError::InvalidRate`], [`OdeError::WrongLength`] and those of
    /// [`check_state`](Self::check_state). For the trajectory:
    /// [`OdeError::ClusterBecameNegative`], [`OdeError::ClusterClosureOnTrajectory`],
    /// [`OdeError::TooManySteps`], [`OdeError::StepUnderflow`]; these say when, and nothing is
    /// ever clipped.
    pub fn solve_from(
        &self,
        rates: &[f64],
        from: f64,
        start: &[f64],
        times: &[f64],
    ) -> Result<ClusterTrajectory, OdeError> {
        check_times(from, times)?;
        self.hierarchy.check_rates(rates)?;
        self.check_state(start)?;
        let types = &self.hierarchy.types[..self.hierarchy.equations.len()];
        let mut trajectory = ClusterTrajectory {
            times: times.to_vec(),
            names: TypeNames::new(types),
            values: vec![0.0; times.len() * types.len()],
            conservation_drift: 0.0,
            marginal_residual: 0.0,
            lower_equation_residual: 0.0,
            effort: Effort::default(),
        };
        let mut rows = trajectory.values.chunks_exact_mut(types.len());
        let conserved: Vec<f64> = self.conserved.iter().map(|sum| value(sum, start)).collect();
        let (mut drift, mut off) = (0.0_f64, 0.0_f64);
        let mut work = self.workspace(rates);
        let mut slope = vec![0.0; start.len()];
        trajectory.effort = self.integrate(rates, from, start, times, |state| {
            if let Some(row) = rows.next() {
                self.write_concentrations(state, row);
                // a closure without a value here has stopped the trajectory already
                if self.slope(&mut work, state, &mut slope).is_ok() {
                    off = off.max(self.lower.residual(rates, &slope, row));
                }
            }
            for (sum, before) in self.conserved.iter().zip(&conserved) {
                drift = drift.max((value(sum, state) - before).abs());
            }
        })?;
        trajectory.conservation_drift = drift;
        trajectory.lower_equation_residual = off;
        let states = trajectory.rows().map(|row| &row[self.hierarchy.state()]);
        trajectory.marginal_residual = largest(&self.differences, start.len(), states);
        Ok(trajectory)
    }

    /// Calls `visit` with the state at each of `times`, in order. Arguments are checked already.
    fn integrate(
        &self,
        rates: &[f64],
        from: f64,
        start: &[f64],
        times: &[f64],
        mut visit: impl FnMut(&[f64]),
    ) -> Result<Effort, OdeError> {
        let duration = times[times.len() - 1] - from;
        if duration == 0.0 {
            visit(start);
            return Ok(Effort::default());
        }
        let mut right_side = Equations {
            closed: self,
            work: self.system.workspace(rates, true),
            seen: vec![0.0; start.len()],
            failure: None,
        };
        let mut first = vec![0.0; start.len()];
        right_side.evaluate(start, &mut first)?;
        let tolerances = (self.rtol, self.atol);
        let limit = self.step_limit;
        let mut path =
            DormandPrinceAny::new(right_side, duration, start.to_vec(), first, tolerances, limit);
        let mut watch =
            Watch { tolerance: self.rtol + self.atol, crossed: vec![None; start.len()] };
        let (mut state, mut slope) = (vec![0.0; start.len()], vec![0.0; start.len()]);
        let mut index = 0;
        while index < times.len() {
            let (before, rejected) = (path.control.time, path.control.rejected_steps);
            let stuck_at = |time: f64, source: OdeError| OdeError::ClusterClosureOnTrajectory {
                time: from + time,
                source: Box::new(source),
            };
            if let Err(stop) = path.step() {
                return Err(match (stop, path.right_side.failure.take()) {
                    (Stop::StepUnderflow, Some(source)) => stuck_at(before, source),
                    (Stop::StepUnderflow, None) => OdeError::StepUnderflow { time: from + before },
                    (Stop::TooManySteps, _) => {
                        OdeError::TooManySteps { time: from + before, steps: self.step_limit }
                    }
                });
            }
            if let Some((i, time)) = watch.exit(&path) {
                path.at(time, &mut state);
                path.right_side.evaluate(&state, &mut slope)?;
                let name = self.hierarchy.types[self.hierarchy.state().start + i].name.clone();
                let (time, rate) = (from + time, slope[i]);
                return Err(OdeError::ClusterBecameNegative { name, time, rate });
            }
            if path.control.rejected_steps > rejected
                && let Some(source) =
                    path.right_side.failure.take().filter(|_| is_stuck(&path, duration))
            {
                return Err(stuck_at(path.control.time, source));
            }
            while index < times.len() && times[index] - from <= path.control.time {
                path.at(times[index] - from, &mut state);
                visit(&state);
                index += 1;
            }
        }
        Ok(Effort {
            accepted_steps: path.control.accepted_steps,
            rejected_steps: path.control.rejected_steps,
            evaluations: path.evaluations + 1,
        })
    }
}

/// The closed system at some rates.
struct Equations<'a> {
    closed: &'a ClosedHierarchy,
    work: Workspace,
    seen: Vec<f64>,
    /// What the closure said in the latest trial steps.
    failure: Option<OdeError>,
}

impl Equations<'_> {
    /// The right-hand side, with 0 for negative concentrations.
    #[inline]
    fn evaluate(&mut self, state: &[f64], into: &mut [f64]) -> Result<(), OdeError> {
        self.seen.iter_mut().zip(state).for_each(|(seen, c)| *seen = c.max(0.0));
        self.closed.slope(&mut self.work, &self.seen, into)
    }
}

impl RightSides for Equations<'_> {
    #[inline]
    fn slope(&mut self, state: &[f64], into: &mut [f64]) -> bool {
        // 0 in place of NaN would hide an overflow
        if !state.iter().sum::<f64>().is_finite() {
            return false;
        }
        match self.evaluate(state, into) {
            Ok(()) => true,
            Err(error) => {
                self.failure = Some(error);
                false
            }
        }
    }
}

/// Whether the last step was too short to go on.
fn is_stuck<R: RightSides>(path: &DormandPrinceAny<R>, duration: f64) -> bool {
    let [_, slope] = path.end_slopes();
    let fastest = slope.iter().fold(0.0, |fastest: f64, c| fastest.max(c.abs()));
    path.length < SHORTEST_STEP * duration && path.length * fastest < SHORTEST_STEP
}

/// Notes where concentrations become negative.
struct Watch {
    tolerance: f64,
    /// For each concentration that is negative, when it became so.
    crossed: Vec<Option<f64>>,
}

impl Watch {
    /// Which concentration is below 0 by more than the tolerance at the end of the last step, or
    /// was in a dip inside it, and when it passed 0.
    fn exit<R: RightSides>(&mut self, path: &DormandPrinceAny<R>) -> Option<(usize, f64)> {
        let [from, to] = path.bounds();
        let [slope_before, slope] = path.end_slopes();
        let mut first: Option<(usize, f64)> = None;
        let mut left = |i: usize, time: f64| {
            if first.is_none_or(|(_, earliest)| time < earliest) {
                first = Some((i, time));
            }
        };
        for (i, crossed) in self.crossed.iter_mut().enumerate() {
            let along = |time: f64| path.value_at(time, i);
            if path.state[i] < 0.0 {
                let time = *crossed.get_or_insert_with(|| passes_zero(along, from, to));
                if path.state[i] < -self.tolerance {
                    left(i, time);
                }
            } else {
                *crossed = None;
            }
            if slope_before[i] < 0.0 && slope[i] > 0.0 {
                // a convex curve lies above the point where its end tangents meet
                let meet = (path.state[i] - path.before[i] - slope[i] * path.length)
                    / (slope_before[i] - slope[i]);
                if path.before[i] + slope_before[i] * meet < -self.tolerance {
                    let bottom = lowest(along, from, to);
                    if along(bottom) < -self.tolerance {
                        left(i, passes_zero(along, from, bottom));
                    }
                }
            }
        }
        first
    }
}
