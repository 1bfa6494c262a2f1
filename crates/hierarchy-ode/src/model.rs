//! The closed systems: the hierarchy (5) with triplets from a closure.
//!
//! *Published*, eqs. (8): all three equations as they are. With constant rates C+ = C++ + C+- is
//! then in general not conserved, although swaps conserve it: [`Solution::composition_drift`]
//! says by how much it moves.
//!
//! *Conserving*: keep (5c) and set dC++ = dC-- = -dC+-, the orthogonal projection of (5) on the
//! motions that conserve C+ and C-.
//!
//! In both, C+ and C- in the closure are the marginals of the current pairs. The paper takes them
//! as constants; the two readings agree wherever composition is conserved.
//! Source: Ahmadi, Foster, Protas 2022, sections III and IV.

use crate::integration::{check_start, check_times, integrate};
use crate::{OdeError, RateConstants, Solution, pair_rates};
use closures::{Closure, ClosureError};
use cluster_stats::PairConcentrations;

/// A closed system of rate equations for the pairs, with a closure by value or by reference
/// (`C`, `&C`, `Box<dyn Closure>`, `&dyn Closure`, ...).
///
/// ```
/// use closures::PairApproximation;
/// use cluster_stats::PairConcentrations;
/// use hierarchy_ode::{ClosedModel, RateConstants};
///
/// let model = ClosedModel::conserving(PairApproximation);
/// let rates = RateConstants::from_array([0.9, 0.7, 0.3, 0.4, 0.2, 0.5, 0.6, 0.8])?;
/// let start = PairConcentrations::random_lattice(1.0 / 3.0);
/// let solution = model.solve(&rates, start, &[0.0, 0.5, 1.0])?;
/// assert!((solution.last().minus() - 1.0 / 3.0).abs() < 1e-15);
/// # Ok::<(), hierarchy_ode::OdeError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ClosedModel<C> {
    closure: C,
    system: PairSystem,
    pub(crate) rtol: f64,
    pub(crate) atol: f64,
    pub(crate) step_limit: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum PairSystem {
    Published,
    Conserving,
}

impl<C: Closure> ClosedModel<C> {
    /// The published system, eqs. (8): (5a)-(5c) with this closure.
    ///
    /// k is whatever multiplies the closure's values: the published k with
    /// [`WithPathShares`](closures::WithPathShares), the k of (5) with a closure per shape.
    pub fn published(closure: C) -> ClosedModel<C> {
        ClosedModel::new(closure, PairSystem::Published)
    }

    /// The composition-conserving system: (5c) with this closure, C++ = C+ - C+-,
    /// C-- = C- - C+-. k as in [`published`](Self::published).
    pub fn conserving(closure: C) -> ClosedModel<C> {
        ClosedModel::new(closure, PairSystem::Conserving)
    }

    fn new(closure: C, system: PairSystem) -> ClosedModel<C> {
        ClosedModel { closure, system, rtol: 1e-6, atol: 1e-9, step_limit: None }
    }

    /// Error control: each step's error in each pair concentration C is about `atol` +
    /// `rtol` |C| or less (root mean square over the pairs). Default 1e-6 and 1e-9.
    ///
    /// # Errors
    /// [`OdeError::InvalidValue`] unless both are finite and positive.
    pub fn with_tolerances(mut self, rtol: f64, atol: f64) -> Result<ClosedModel<C>, OdeError> {
        self.rtol = OdeError::check_positive("rtol", rtol, false)?;
        self.atol = OdeError::check_positive("atol", atol, false)?;
        Ok(self)
    }

    /// Gives a solve up after this many steps of the explicit method, rejected ones included: for
    /// samplers, which then reject rates that are too fast for the time span. Without a limit, the
    /// default, a solve that has taken 10 000 steps goes on with the implicit method where the
    /// equations are stiff, and is given up after 100 000 more.
    #[must_use]
    pub fn with_step_limit(mut self, steps: u32) -> ClosedModel<C> {
        self.step_limit = Some(steps);
        self
    }

    /// How far below 0 a pair concentration of a start may be, and how far one may come before the trajectory counts as having left
    /// the possible region: `atol` + `rtol`, because one that only tends to 0 misses it by the
    /// error of a step.
    pub fn region_tolerance(&self) -> f64 {
        self.atol + self.rtol
    }

    /// The start from which a trajectory sets out: with 0 for concentrations within the tolerance
    /// below it, which have no way back.
    pub(crate) fn possible(
        &self,
        initial: &PairConcentrations,
    ) -> Result<PairConcentrations, OdeError> {
        check_start(initial, self.region_tolerance())?;
        Ok(PairConcentrations::from_array(initial.to_array().map(|c| c.max(0.0))))
    }

    /// The same system with the closure by reference, and these tolerances.
    pub(crate) fn at_tolerances(&self, rtol: f64, atol: f64) -> ClosedModel<&C> {
        let (rtol, atol) = (self.rtol.min(rtol), self.atol.min(atol));
        let ClosedModel { ref closure, system, step_limit, .. } = *self;
        ClosedModel { closure, system, rtol, atol, step_limit }
    }

    /// The closure.
    pub fn closure(&self) -> &C {
        &self.closure
    }

    /// Whether this is the composition-conserving system.
    pub fn conserves_composition(&self) -> bool {
        self.system == PairSystem::Conserving
    }

    /// \[dC++/dt, dC--/dt, dC+-/dt\] at these pairs (ordered), in 1/time.
    ///
    /// # Errors
    /// Those of the closure.
    #[inline(always)]
    pub fn derivative(
        &self,
        rates: &RateConstants,
        pairs: &PairConcentrations,
    ) -> Result<[f64; 3], ClosureError> {
        let [plus, minus, unlike] = pair_rates(rates, &self.closure.chains(pairs)?);
        Ok(match self.system {
            PairSystem::Published => [plus, minus, unlike],
            PairSystem::Conserving => [-unlike, -unlike, unlike],
        })
    }

    /// The pairs at `times`, with `initial` at the first of them.
    ///
    /// # Errors
    /// As [`solve_from`](Self::solve_from).
    pub fn solve(
        &self,
        rates: &RateConstants,
        initial: PairConcentrations,
        times: &[f64],
    ) -> Result<Solution, OdeError> {
        let start = times.first().copied().ok_or(OdeError::NoTimes)?;
        self.solve_from(rates, start, initial, times)
    }

    /// The pairs at `times` (finite, strictly increasing, any sign and origin), with `initial`
    /// (ordered) at the time `start`, not later than the first of them.
    ///
    /// Integrates with Dormand-Prince 5(4) and its dense output, right at the last time too; from
    /// step 10 000 on, unless there is a [limit](Self::with_step_limit), with the implicit method
    /// Rodas5P of the same orders where the equations are stiff. The last row is a valid start.
    ///
    /// # Errors
    /// For the arguments: [`OdeError::NoTimes`], [`OdeError::TimesNotIncreasing`],
    /// [`OdeError::StartAfterFirstTime`], [`OdeError::InvalidValue`] (start),
    /// [`OdeError::ImpossibleStart`], [`OdeError::StartSum`]. For the trajectory:
    /// [`OdeError::LeftPossibleRegion`], [`OdeError::ClosureOnTrajectory`],
    /// [`OdeError::TooManySteps`], [`OdeError::StepUnderflow`]; these say when, and nothing is
    /// ever clipped.
    pub fn solve_from(
        &self,
        rates: &RateConstants,
        start: f64,
        initial: PairConcentrations,
        times: &[f64],
    ) -> Result<Solution, OdeError> {
        check_times(start, times)?;
        let initial = self.possible(&initial)?;
        let mut pairs = Vec::with_capacity(times.len());
        let mut composition_drift: f64 = 0.0;
        let effort = integrate(self, rates, start, initial, times, |_, state| {
            composition_drift = composition_drift.max((state.plus() - initial.plus()).abs());
            pairs.push(state);
        })?;
        Ok(Solution { times: times.to_vec(), pairs, composition_drift, effort })
    }
}
