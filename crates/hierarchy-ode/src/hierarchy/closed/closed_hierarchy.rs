//! A hierarchy closed by a closure: state, right-hand side, starts.

use super::super::{Hierarchy, Pattern, Site};
use super::consistent::conserved_sums;
use super::divisions::divisions;
use super::lower::LowerEquations;
use super::marginals::Marginals;
use super::moments::{Moments, inactive_species};
use super::sums::{Sum, value};
use super::system::{Closing, System, Workspace};
use crate::OdeError;
use crate::integration::START_SUM_TOLERANCE;
use crate::walls::START_TOLERANCE;
use closures::{ClosureError, ClosureTask, ClusterClosure, PreparedClosure};
use std::sync::Arc;

/// A derived hierarchy with a closure: a system of rate equations that can be integrated.
///
/// The state is the concentrations of the types of exactly `order` sites, per embedding, in the
/// order of [`Hierarchy::state`]; those of smaller clusters are marginals of it. A closure that
/// keeps the marginals of its parts leaves one way to close the equations. Most do not, such as
/// pairs on triangles, and then there are several, which differ in their thresholds:
///
/// | constructor | what moves | what holds |
/// |---|---|---|
/// | [`new`](Self::new) | the concentrations of all patterns without the inactive species, each by its own equation: the pair approximation of the literature | the equations of the smaller clusters, marginals, what the rules conserve |
/// | [`conserving`](Self::conserving) | the largest windows, projected orthogonally on consistent motions | marginals, what the rules conserve |
/// | [`largest_windows`](Self::largest_windows) | the largest windows, as their equations say: (5) as published | nothing by itself |
///
/// What does not hold is reported, see [`ClusterSolution`](crate::ClusterSolution).
///
/// ```
/// use closures::PairFactorization;
/// use hierarchy_ode::{ClosedHierarchy, Hierarchy, Lattice, Rule, Species};
///
/// let rules = [
///     Rule::change_beside("S", "I", "I").rate("beta"),
///     Rule::change("I", "S").rate("gamma"),
/// ];
/// let species = Species::new(&["S", "I"])?;
/// let hierarchy = Hierarchy::derive(Lattice::square(), species, &rules, 2)?;
/// let closed = ClosedHierarchy::new(hierarchy, PairFactorization)?;
/// let start = closed.random_start(&[0.9, 0.1])?;
/// let rates = closed.hierarchy().rates_by_name(&[("beta", 0.6), ("gamma", 1.0)])?;
/// let solution = closed.solve(&rates, &start, &[0.0, 1.0, 2.0])?;
/// for (time, concentrations) in solution.times().iter().zip(solution.rows()) {
///     println!("{time} {concentrations:?}"); // in the order of solution.names()
/// }
/// assert!(solution.of("CI")?.last() > Some(&0.1));
/// # Ok::<(), hierarchy_ode::OdeError>(())
/// ```
#[derive(Clone)]
pub struct ClosedHierarchy {
    pub(super) hierarchy: Arc<Hierarchy>,
    closure: Arc<dyn PreparedClosure>,
    /// What the closure asked for.
    parts: Arc<[Pattern]>,
    pub(super) marginals: Arc<Marginals>,
    moments: Arc<Moments>,
    reference: u8,
    /// Linear combinations of the state that vanish while two ways to a smaller cluster agree.
    pub(super) differences: Arc<[Sum]>,
    /// What the rules conserve, as sums over the state.
    pub(super) conserved: Arc<[Sum]>,
    pub(super) lower: Arc<LowerEquations>,
    pub(super) system: Arc<System>,
    pub(super) rtol: f64,
    pub(super) atol: f64,
    pub(super) step_limit: u32,
}

impl ClosedHierarchy {
    /// The closed system in which the equations of the smaller clusters hold exactly.
    ///
    /// What is integrated are the concentrations of all patterns without one species, the
    /// [reference](Self::reference): of connected ones by their own equations, of others (the two
    /// ends of three sites) as marginals of the largest windows. All others follow from these, so
    /// that no two ways to a cluster can disagree. The reference is the species that the rules leave
    /// alone where nothing else is, such as the empty sites of the contact process, if there is
    /// just one; else the first of the list. Where the closure keeps its marginals, which one it is
    /// does not matter.
    ///
    /// On the triangular lattice the contact process then has with pairs the threshold .21498 of
    /// the literature, the root of 2 q^2 + 4 q = 1 in lambda = 1 / (6 (1 - q)); with
    /// [`conserving`](Self::conserving) it is another.
    ///
    /// # Errors
    /// Those of the closure, such as [`ClosureError::UnknownPart`] for pairs at order 1.
    pub fn new(
        hierarchy: impl Into<Arc<Hierarchy>>,
        closure: impl ClusterClosure,
    ) -> Result<ClosedHierarchy, OdeError> {
        ClosedHierarchy::build(hierarchy.into(), &closure, Closing::Exact, None)
    }

    /// As [`new`](Self::new), with this species as the reference.
    ///
    /// # Errors
    /// [`LatticeError::UnknownSpecies`](lattice_core::LatticeError::UnknownSpecies), and as [`new`](Self::new).
    pub fn new_without(
        reference: &str,
        hierarchy: impl Into<Arc<Hierarchy>>,
        closure: impl ClusterClosure,
    ) -> Result<ClosedHierarchy, OdeError> {
        let hierarchy = hierarchy.into();
        let reference = hierarchy.species().index(reference)?;
        ClosedHierarchy::build(hierarchy, &closure, Closing::Exact, Some(reference))
    }

    /// The equations of the largest windows, with their motion projected orthogonally on those that
    /// keep the marginals of the state consistent and the numbers of the species that every rule
    /// conserves, patterns weighted alike. The equations of smaller clusters hold only as far as
    /// the closure keeps marginals. At order 2 on the triangular lattice, with exchanges, it is
    /// [`ClosedModel::conserving`](crate::ClosedModel::conserving).
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn conserving(
        hierarchy: impl Into<Arc<Hierarchy>>,
        closure: impl ClusterClosure,
    ) -> Result<ClosedHierarchy, OdeError> {
        ClosedHierarchy::build(hierarchy.into(), &closure, Closing::Projected, None)
    }

    /// The equations of the largest windows as they are derived. With closures that do not keep
    /// their marginals, two ways to a smaller cluster drift apart, and what the rules conserve
    /// drifts. At order 2 on the triangular lattice, with exchanges by class, it is the published
    /// system, [`ClosedModel::published`](crate::ClosedModel::published).
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn largest_windows(
        hierarchy: impl Into<Arc<Hierarchy>>,
        closure: impl ClusterClosure,
    ) -> Result<ClosedHierarchy, OdeError> {
        ClosedHierarchy::build(hierarchy.into(), &closure, Closing::Windows, None)
    }

    fn build(
        hierarchy: Arc<Hierarchy>,
        closure: &dyn ClusterClosure,
        closing: Closing,
        reference: Option<u8>,
    ) -> Result<ClosedHierarchy, OdeError> {
        let reference = reference.unwrap_or_else(|| inactive_species(&hierarchy));
        let marginals = Marginals::new(&hierarchy);
        let moments = Moments::new(&hierarchy, &marginals, reference);
        let patterns: Vec<Pattern> =
            hierarchy.needed().iter().map(|one| one.pattern.clone()).collect();
        let divided = |pattern: &Pattern| divisions(&hierarchy, pattern);
        let mut task =
            ClosureTask::new(&hierarchy.types, hierarchy.order, &patterns).with_divisions(&divided);
        let closure: Arc<dyn PreparedClosure> = closure.prepare(&mut task)?.into();
        let parts = task.into_parts();
        let conserved = conserved_sums(&hierarchy, &marginals);
        let prepared = (Arc::clone(&closure), &parts[..]);
        let system = System::new(closing, &hierarchy, &marginals, &moments, &conserved, prepared)?;
        Ok(ClosedHierarchy {
            differences: marginals.differences().into(),
            lower: LowerEquations::new(&hierarchy, &marginals).into(),
            hierarchy,
            closure,
            parts: parts.into(),
            marginals: marginals.into(),
            moments: moments.into(),
            reference,
            conserved: conserved.into(),
            system: system.into(),
            rtol: 1e-6,
            atol: 1e-9,
            step_limit: 100_000,
        })
    }

    /// The same hierarchy and closure, closed in another way.
    pub(super) fn closed_by(&self, closing: Closing) -> Result<ClosedHierarchy, OdeError> {
        let mut other = self.clone();
        if self.system.closing != closing {
            let prepared = (Arc::clone(&self.closure), &self.parts[..]);
            let (hierarchy, marginals) = (&self.hierarchy, &self.marginals);
            let (moments, conserved) = (&self.moments, &self.conserved);
            let system = System::new(closing, hierarchy, marginals, moments, conserved, prepared)?;
            other.system = system.into();
        }
        Ok(other)
    }

    /// Error control: each step's error in each concentration C is about `atol` + `rtol` |C| or
    /// less (root mean square over the state). Default 1e-6 and 1e-9.
    ///
    /// # Errors
    /// [`OdeError::InvalidValue`] unless both are finite and positive.
    pub fn with_tolerances(mut self, rtol: f64, atol: f64) -> Result<ClosedHierarchy, OdeError> {
        self.rtol = OdeError::check_positive("rtol", rtol, false)?;
        self.atol = OdeError::check_positive("atol", atol, false)?;
        Ok(self)
    }

    /// The number of steps, rejected ones included, after which a solve is given up. Default
    /// 100 000.
    #[must_use]
    pub fn with_step_limit(mut self, steps: u32) -> ClosedHierarchy {
        self.step_limit = steps;
        self
    }

    /// The hierarchy.
    pub fn hierarchy(&self) -> &Hierarchy {
        &self.hierarchy
    }

    /// Whether the motion is projected, see [`conserving`](Self::conserving).
    pub fn is_conserving(&self) -> bool {
        self.system.closing == Closing::Projected
    }

    /// The species that the coordinates of [`new`](Self::new) leave out.
    pub fn reference(&self) -> &str {
        &self.hierarchy.species().names()[usize::from(self.reference)]
    }

    /// The concentrations of all types with an equation, in the order of [`Hierarchy::types`]:
    /// smaller clusters as marginals, then the state.
    ///
    /// # Errors
    /// [`OdeError::WrongLength`] unless `state` has a number for each type of the state.
    pub fn concentrations(&self, state: &[f64]) -> Result<Vec<f64>, OdeError> {
        self.check_length(state)?;
        let mut into = vec![0.0; self.hierarchy.equations.len()];
        self.write_concentrations(state, &mut into);
        Ok(into)
    }

    pub(super) fn write_concentrations(&self, state: &[f64], into: &mut [f64]) {
        let (smaller, own) = into.split_at_mut(self.hierarchy.state().start);
        for (one, value_of) in self.hierarchy.types.iter().zip(smaller) {
            *value_of = self.marginals.of(&one.pattern).map_or(f64::NAN, |sum| value(sum, state));
        }
        own.copy_from_slice(state);
    }

    /// The concentration of a part of a window of the state: of species by name at sites.
    ///
    /// # Errors
    /// [`LatticeError::UnknownSpecies`](lattice_core::LatticeError::UnknownSpecies); [`ClosureError::UnknownPart`] for sites that no connected window
    /// of `order` sites holds; [`OdeError::WrongLength`].
    pub fn marginal(&self, state: &[f64], placed: &[(Site, &str)]) -> Result<f64, OdeError> {
        self.check_length(state)?;
        let pattern = self.hierarchy.types.pattern(placed)?;
        match self.marginals.of(&pattern) {
            Some(sum) => Ok(value(sum, state)),
            None => {
                let part = self.hierarchy.types.name_of(&pattern);
                Err(ClosureError::UnknownPart { part, order: self.hierarchy.order }.into())
            }
        }
    }

    /// The larger patterns that the closure supplies, with their concentrations at this state:
    /// positions in [`Hierarchy::types`], and values.
    ///
    /// # Errors
    /// Those of the closure; [`OdeError::WrongLength`].
    pub fn supplied(&self, state: &[f64]) -> Result<Vec<(usize, f64)>, OdeError> {
        self.check_length(state)?;
        let mut work = self.workspace(&vec![0.0; self.hierarchy.used_rates]);
        self.system.write_coordinates(state, &mut work.coordinates);
        self.system.close(&mut work)?;
        let needed = self.hierarchy.equations.len()..self.hierarchy.types.len();
        Ok(needed.map(|at| (at, work.values[at])).collect())
    }

    /// dC/dt of the state, in 1/time, with a rate constant for each of [`Hierarchy::rates`].
    ///
    /// # Errors
    /// [`OdeError::WrongLength`], [`OdeError::InvalidRate`], and those of the closure.
    pub fn derivative(&self, rates: &[f64], state: &[f64]) -> Result<Vec<f64>, OdeError> {
        self.hierarchy.check_rates(rates)?;
        self.check_length(state)?;
        let mut work = self.workspace(rates);
        let mut slope = vec![0.0; state.len()];
        self.slope(&mut work, state, &mut slope)?;
        Ok(slope)
    }

    /// Refuses a state that no distribution has: see the errors.
    ///
    /// # Errors
    /// [`OdeError::WrongLength`]; [`OdeError::ImpossibleCluster`] for a concentration below 0 by
    /// more than the [`region_tolerance`](Self::region_tolerance) and 1e-9;
    /// [`OdeError::WindowSum`] for a window whose types, each times its weight, do not sum to 1
    /// within 1e-6; [`OdeError::InconsistentMarginals`] where two ways to a smaller cluster differ
    /// by more than 1e-6.
    pub fn check_state(&self, state: &[f64]) -> Result<(), OdeError> {
        self.marginals.check(&self.hierarchy, state, (self.impossible(), START_SUM_TOLERANCE))
    }

    /// How far below 0 a concentration is impossible.
    pub(super) fn impossible(&self) -> f64 {
        self.region_tolerance().max(START_TOLERANCE)
    }

    pub(super) fn check_length(&self, state: &[f64]) -> Result<(), OdeError> {
        let (expected, found) = (self.system.state_len(), state.len());
        if expected == found {
            Ok(())
        } else {
            Err(OdeError::WrongLength { name: "concentrations of the state", expected, found })
        }
    }

    /// Buffers for evaluations at these rates.
    pub(super) fn workspace(&self, rates: &[f64]) -> Workspace {
        self.system.workspace(rates, false)
    }

    /// The right-hand side, at the rates of the workspace.
    #[inline]
    pub(super) fn slope(
        &self,
        work: &mut Workspace,
        state: &[f64],
        into: &mut [f64],
    ) -> Result<(), OdeError> {
        self.system.write_coordinates(state, &mut work.coordinates);
        self.system.state_slope(work, into)?;
        self.check_finite(work, into)
    }

    /// The rates of change of the coordinates, at those and the rates of the workspace.
    pub(super) fn coordinate_slope(
        &self,
        work: &mut Workspace,
        into: &mut [f64],
    ) -> Result<(), OdeError> {
        self.system.coordinate_slope(work, into)?;
        self.check_finite(work, into)
    }

    fn check_finite(&self, work: &Workspace, slope: &[f64]) -> Result<(), OdeError> {
        if slope.iter().sum::<f64>().is_finite() { Ok(()) } else { Err(self.not_finite(work)) }
    }

    #[cold]
    fn not_finite(&self, work: &Workspace) -> OdeError {
        let bad =
            work.values.iter().zip(&self.hierarchy.types).find(|(value, _)| !value.is_finite());
        let (name, value) =
            bad.map_or(("dC/dt", f64::NAN), |(value, one)| (one.name.as_str(), *value));
        OdeError::ClusterNotFinite { name: name.to_owned(), value }
    }
}

impl std::fmt::Debug for ClosedHierarchy {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("ClosedHierarchy")
            .field("lattice", &self.hierarchy.lattice().name())
            .field("order", &self.hierarchy.order)
            .field("state", &self.system.state_len())
            .field("needed", &self.hierarchy.needed().len())
            .field("closing", &self.system.closing)
            .finish_non_exhaustive()
    }
}
