//! A trajectory from step to step: rows at the requested times, and the walls of the possible
//! region.

use crate::OdeError;
use crate::integration::{SHORTEST_STEP, lowest, passes_zero};
use crate::motion::Motion;
use crate::path::Path;
use crate::solution::Effort;
use crate::walls::{dips, round_up};
use numerics::Stop;

/// Why a trajectory ends before the last of the times. Times are those of the path.
pub(crate) enum End {
    /// A concentration has become negative.
    Left { index: usize, time: f64, rate: f64 },
    /// The right-hand side has no value beyond.
    Stuck { time: f64, source: OdeError },
    /// The step limit.
    TooManySteps { time: f64 },
    /// A step below the resolution of time.
    StepUnderflow { time: f64 },
}

/// Calls `visit` with the number, the state and the concentrations of each of `rows`, whose times
/// increase and end at the duration of the path. A concentration may be below 0 by `tolerance`.
pub(crate) fn follow<M: Motion>(
    path: &mut Path<M>,
    tolerance: f64,
    rows: std::ops::Range<usize>,
    time_of: impl Fn(usize) -> f64,
    mut visit: impl FnMut(usize, &[f64], &[f64]),
) -> Result<Effort, End> {
    let duration = path.control.remaining();
    let mut watch = Watch { tolerance, crossed: vec![None; path.end.concentrations.len()] };
    let mut state = path.end.state.clone();
    let mut row = path.end.concentrations.clone();
    let mut next = rows.start;
    'steps: while next < rows.end {
        let (before, rejected) = (path.control.time, path.control.rejected_steps);
        if let Err(stop) = path.step() {
            return Err(match (stop, path.failure.take()) {
                (Stop::StepUnderflow, Some(source)) => End::Stuck { time: before, source },
                (Stop::StepUnderflow, None) => End::StepUnderflow { time: before },
                (Stop::TooManySteps, _) => End::TooManySteps { time: before },
            });
        }
        if let Some((index, time)) = watch.exit(path, &mut state, &mut row) {
            let mut slope = state.clone();
            path.state_at(time, &mut state);
            let rate = match path.motion.slope(&state, &mut slope) {
                Ok(()) => {
                    path.motion.changes(&slope, &mut row);
                    row[index]
                }
                Err(source) => return Err(End::Stuck { time, source }),
            };
            return Err(End::Left { index, time, rate });
        }
        if path.control.rejected_steps > rejected
            && let Some(source) = path.failure.take().filter(|_| is_stuck(path, duration))
        {
            return Err(End::Stuck { time: path.control.time, source });
        }
        while next < rows.end && time_of(next) <= path.control.time {
            path.state_at(time_of(next), &mut state);
            path.motion.concentrations(&state, &mut row);
            if dips(&path.before.concentrations, &path.end.concentrations, &row, path.rounding()) {
                let [from, to] = path.bounds();
                let length = time_of(next) - from;
                if length > SHORTEST_STEP * duration && time_of(next) < to {
                    path.take_back(length);
                    continue 'steps;
                }
            }
            // what the tolerance does not tell from 0 is 0, so that every row is a valid start
            round_up(&mut row, tolerance);
            visit(next, &state, &row);
            next += 1;
        }
    }
    Ok(Effort {
        accepted_steps: path.control.accepted_steps,
        rejected_steps: path.control.rejected_steps,
        implicit_steps: path.implicit_steps,
        evaluations: path.evaluations,
    })
}

/// Whether the last step was too short to go on.
fn is_stuck<M: Motion>(path: &Path<M>, duration: f64) -> bool {
    let rates = &path.end.rates;
    let fastest = rates.iter().fold(0.0, |fastest: f64, rate| fastest.max(rate.abs()));
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
    /// was in a dip inside it, and when it passed 0. Overwrites the state and the concentrations.
    fn exit<M: Motion>(
        &mut self,
        path: &mut Path<M>,
        state: &mut [f64],
        concentrations: &mut [f64],
    ) -> Option<(usize, f64)> {
        let [from, to] = path.bounds();
        let mut first: Option<(usize, f64)> = None;
        let mut left = |i: usize, time: f64| {
            if first.is_none_or(|(_, earliest)| time < earliest) {
                first = Some((i, time));
            }
        };
        for (i, crossed) in self.crossed.iter_mut().enumerate() {
            let [before, after] = [&path.before, &path.end].map(|end| end.concentrations[i]);
            let [rate_before, rate] = [&path.before, &path.end].map(|end| end.rates[i]);
            // a convex curve lies above the point where its end tangents meet
            let meet = (after - before - rate * path.length) / (rate_before - rate);
            let may_dip =
                rate_before < 0.0 && rate > 0.0 && before + rate_before * meet < -self.tolerance;
            if after >= 0.0 && !may_dip {
                *crossed = None;
                continue;
            }
            let mut along = |time: f64| {
                path.state_at(time, state);
                path.motion.concentrations(state, concentrations);
                concentrations[i]
            };
            if after < 0.0 {
                let time = *crossed.get_or_insert_with(|| passes_zero(&mut along, from, to));
                if after < -self.tolerance {
                    left(i, time);
                }
            } else {
                *crossed = None;
            }
            if may_dip {
                let bottom = lowest(&mut along, from, to);
                if along(bottom) < -self.tolerance {
                    left(i, passes_zero(&mut along, from, bottom));
                }
            }
        }
        first
    }
}
