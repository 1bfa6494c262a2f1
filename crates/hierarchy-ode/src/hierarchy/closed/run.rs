//! Integration of a closed hierarchy, and the walls of the possible region.
//!
//! As for the pairs: closure and equations see 0 where the solver probes a negative concentration,
//! so that what only fades stops at the wall and what crosses it goes on. What counts as possible
//! is the same for starts, steps and rows: see `walls.rs`. Stiff equations are integrated by an
//! implicit method: see `path.rs`.

use super::closed_hierarchy::ClosedHierarchy;
use super::solution::ClusterSolution;
use super::sums::{largest, value};
use super::system::Workspace;
use crate::OdeError;
use crate::follow::{End, follow};
use crate::integration::check_times;
use crate::motion::Motion;
use crate::path::Path;
use crate::solution::Effort;
use cluster_stats::{ClusterNames, ClusterTrajectory};

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
    ) -> Result<ClusterSolution, OdeError> {
        let from = times.first().copied().ok_or(OdeError::NoTimes)?;
        self.solve_from(rates, from, start, times)
    }

    /// The concentrations at `times` (finite, strictly increasing, any sign and origin), with the
    /// state `start` at the time `from`, not later than the first of them. `rates` has a constant
    /// for each of [`Hierarchy::rates`](crate::Hierarchy::rates), in 1/time.
    ///
    /// Integrates with Dormand-Prince 5(4) and its dense output, right at the last time too; where
    /// the equations are stiff, with the implicit method Rodas5P of the same orders. Any end time
    /// is reached, and the last row is a valid start.
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
    ) -> Result<ClusterSolution, OdeError> {
        check_times(from, times)?;
        self.hierarchy.check_rates(rates)?;
        self.check_state(start)?;
        let start = &self.possible(start)[..];
        let types = &self.hierarchy.types[..self.hierarchy.equations.len()];
        let mut values = vec![0.0; times.len() * types.len()];
        let mut rows = values.chunks_exact_mut(types.len());
        let conserved: Vec<f64> = self.conserved.iter().map(|sum| value(sum, start)).collect();
        let (mut drift, mut off) = (0.0_f64, 0.0_f64);
        let mut work = self.workspace(rates);
        let mut slope = vec![0.0; start.len()];
        let effort = self.integrate(rates, from, start, times, |state| {
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
        let trajectory = ClusterTrajectory::new(ClusterNames::of(types), times.to_vec(), values)?;
        let states = trajectory.rows().map(|row| &row[self.hierarchy.state()]);
        Ok(ClusterSolution {
            marginal_residual: largest(&self.differences, start.len(), states),
            trajectory,
            conservation_drift: drift,
            lower_equation_residual: off,
            effort,
        })
    }

    /// How far below 0 a concentration of a start may be, and how far one may come before the
    /// trajectory counts as having left the possible region: `atol` + `rtol`, because one that only
    /// tends to 0 misses it by the error of a step.
    pub fn region_tolerance(&self) -> f64 {
        self.atol + self.rtol
    }

    /// The start from which the trajectory sets out: with 0 for concentrations within the tolerance
    /// below it, which have no way back.
    fn possible(&self, start: &[f64]) -> Vec<f64> {
        start.iter().map(|c| c.max(0.0)).collect()
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
        let equations = Equations {
            closed: self,
            work: self.system.workspace(rates, true),
            seen: vec![0.0; start.len()],
        };
        let (state, tolerances) = (start.to_vec(), (self.rtol, self.atol));
        let mut path = Path::new(equations, duration, state, tolerances, self.step_limit)?;
        let rows = 0..times.len();
        let time_of = |row: usize| times[row] - from;
        let followed =
            follow(&mut path, self.region_tolerance(), rows, time_of, |_, _, row| visit(row));
        followed.map_err(|end| match end {
            End::Left { index, time, rate } => {
                let at = self.hierarchy.state().start + index;
                let name = self.hierarchy.types[at].name.clone();
                OdeError::ClusterBecameNegative { name, time: from + time, rate }
            }
            End::Stuck { time, source } => {
                OdeError::ClusterClosureOnTrajectory { time: from + time, source: Box::new(source) }
            }
            End::TooManySteps { time } => {
                OdeError::TooManySteps { time: from + time, steps: self.step_limit }
            }
            End::StepUnderflow { time } => OdeError::StepUnderflow { time: from + time },
        })
    }
}

/// The closed system at some rates; its state is the concentrations.
struct Equations<'a> {
    closed: &'a ClosedHierarchy,
    work: Workspace,
    seen: Vec<f64>,
}

impl Motion for Equations<'_> {
    /// With 0 for negative concentrations.
    #[inline]
    fn slope(&mut self, state: &[f64], into: &mut [f64]) -> Result<(), OdeError> {
        self.seen.iter_mut().zip(state).for_each(|(seen, c)| *seen = c.max(0.0));
        self.closed.slope(&mut self.work, &self.seen, into)
    }
}
