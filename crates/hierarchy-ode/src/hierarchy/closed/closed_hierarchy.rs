//! A hierarchy closed by a closure: state, right-hand side, starts.

use super::super::{Counter, Hierarchy, Pattern, PeriodicLattice, Site};
use super::cluster_closure::{ClosureTask, ClusterClosure, PreparedClosure};
use super::consistent::{Projection, conserved_sums};
use super::marginals::Marginals;
use super::sums::{Beside, Sum, Sums, value};
use crate::OdeError;
use crate::integration::START_SUM_TOLERANCE;
use crate::walls::START_TOLERANCE;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A derived hierarchy with a closure: a system of rate equations that can be integrated.
///
/// The state is the concentrations of the types of exactly `order` sites, per embedding, in the
/// order of [`Hierarchy::state`]; those of smaller clusters are marginals of it. Closures that do
/// not keep the marginals of their parts make two ways to a smaller cluster disagree in time, and
/// do not conserve what the rules conserve: [`ClusterTrajectory`](crate::ClusterTrajectory) says by
/// how much. [`conserving`](Self::conserving) takes only the part of the motion that keeps both.
///
/// ```
/// use hierarchy_ode::{ClosedHierarchy, Hierarchy, Lattice, PairFactorization, Rule, Species};
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
    pub(super) marginals: Marginals,
    parts: Sums,
    /// What is 0 while two ways to a smaller cluster agree.
    pub(super) differences: Vec<Sum>,
    /// Every smaller type with an equation, as a sum over the state.
    smaller: Sums,
    /// Where the needed patterns are in the types.
    needed: Vec<usize>,
    /// The equations of the state: columns are the state, then the needed patterns.
    equations: Sums,
    /// The rate constant of each of their terms, laid out beside it.
    rate_of: Beside<u32>,
    /// What the rules conserve, as sums over the state.
    pub(super) conserved: Vec<Sum>,
    projection: Option<Projection>,
    pub(super) rtol: f64,
    pub(super) atol: f64,
    pub(super) step_limit: u32,
}

impl ClosedHierarchy {
    /// The hierarchy as it is derived, with this closure.
    ///
    /// # Errors
    /// Those of the closure, such as [`OdeError::UnknownPart`] for pairs at order 1.
    pub fn new(
        hierarchy: impl Into<Arc<Hierarchy>>,
        closure: impl ClusterClosure,
    ) -> Result<ClosedHierarchy, OdeError> {
        let hierarchy = hierarchy.into();
        let marginals = Marginals::new(&hierarchy);
        let state = hierarchy.state();
        let used: BTreeSet<usize> = hierarchy.equations[state.clone()]
            .iter()
            .flatten()
            .map(|term| term.cluster)
            .filter(|cluster| !state.contains(cluster))
            .collect();
        let needed: Vec<usize> = used.into_iter().collect();
        let own = &hierarchy.equations[state.clone()];
        let column = |cluster: usize| match needed.binary_search(&cluster) {
            Ok(at) => state.len() + at,
            Err(_) => cluster - state.start,
        };
        let sum = own.iter().map(|terms| {
            terms.iter().map(|term| (column(term.cluster), term.coefficient as f64)).collect()
        });
        let equations = Sums::new(&sum.collect::<Vec<Sum>>());
        let rate_of = equations.laid_out(0, |at, term| Some(own[at].get(term)?.rate as u32));
        let patterns: Vec<Pattern> =
            needed.iter().map(|&at| hierarchy.types[at].pattern.clone()).collect();
        let mut task = ClosureTask::new(&hierarchy, &marginals, &patterns);
        let closure = closure.prepare(&mut task)?.into();
        let parts = task.into_parts();
        let smaller = hierarchy.types[..state.start].iter().map(|one| {
            let unknown =
                || OdeError::UnknownPart { part: one.name.clone(), order: hierarchy.order };
            marginals.of(&one.pattern).cloned().ok_or_else(unknown)
        });
        let smaller = Sums::new(&smaller.collect::<Result<Vec<Sum>, OdeError>>()?);
        let conserved = conserved_sums(&hierarchy, &marginals);
        let differences = marginals.differences();
        Ok(ClosedHierarchy {
            hierarchy,
            closure,
            marginals,
            differences,
            parts,
            smaller,
            needed,
            equations,
            rate_of,
            conserved,
            projection: None,
            rtol: 1e-6,
            atol: 1e-9,
            step_limit: 100_000,
        })
    }

    /// As [`new`](Self::new), with the motion projected orthogonally on those that keep the
    /// marginals of the state consistent and the numbers of the species that every rule conserves,
    /// patterns weighted alike. With closures that keep them anyway nothing changes; at order 2 on
    /// the triangular lattice, with exchanges, it is
    /// [`ClosedModel::conserving`](crate::ClosedModel::conserving).
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn conserving(
        hierarchy: impl Into<Arc<Hierarchy>>,
        closure: impl ClusterClosure,
    ) -> Result<ClosedHierarchy, OdeError> {
        let mut closed = ClosedHierarchy::new(hierarchy, closure)?;
        closed.projection = Some(Projection::new(&closed));
        Ok(closed)
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
        self.projection.is_some()
    }

    /// Concentrations of the state without correlations, from the density of each species.
    ///
    /// # Errors
    /// [`OdeError::WrongLength`] unless there is one for each species;
    /// [`OdeError::ImpossibleCluster`] for one that is negative or not finite,
    /// [`OdeError::WindowSum`] unless they sum to 1 within 1e-6.
    pub fn random_start(&self, densities: &[f64]) -> Result<Vec<f64>, OdeError> {
        let names = self.hierarchy.species.names();
        let (expected, found) = (names.len(), densities.len());
        if expected != found {
            return Err(OdeError::WrongLength { name: "densities", expected, found });
        }
        for (name, &value) in names.iter().zip(densities) {
            if !(value.is_finite() && value >= 0.0) {
                return Err(OdeError::ImpossibleCluster { name: format!("C{name}"), value });
            }
        }
        let deviation = densities.iter().sum::<f64>() - 1.0;
        if deviation.abs() > START_SUM_TOLERANCE {
            return Err(OdeError::WindowSum { name: format!("C{}", names[0]), deviation });
        }
        let state = &self.hierarchy.types[self.hierarchy.state()];
        let product = |pattern: &Pattern| {
            pattern.species().iter().map(|what| densities[usize::from(*what)]).product()
        };
        Ok(state.iter().map(|one| product(&one.pattern)).collect())
    }

    /// Concentrations of the state counted on a periodic configuration, in the numbering of
    /// [`PeriodicLattice`].
    ///
    /// # Errors
    /// As [`Counter::new`] and [`Counter::count`].
    pub fn counted_start(
        &self,
        periodic: &PeriodicLattice,
        states: &[u8],
    ) -> Result<Vec<f64>, OdeError> {
        let types = &self.hierarchy.types[self.hierarchy.state()];
        Counter::new(&self.hierarchy.lattice, self.hierarchy.species.len(), types)
            .count(periodic, states)
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
        let (smaller, own) = into.split_at_mut(self.smaller.len());
        self.smaller.evaluate(state, smaller);
        own.copy_from_slice(state);
    }

    /// The concentration of a part of a window of the state: of species by name at sites.
    ///
    /// # Errors
    /// [`OdeError::UnknownSpecies`]; [`OdeError::UnknownPart`] for sites that no connected window
    /// of `order` sites holds; [`OdeError::WrongLength`].
    pub fn marginal(&self, state: &[f64], placed: &[(Site, &str)]) -> Result<f64, OdeError> {
        self.check_length(state)?;
        let placed: Result<Vec<_>, OdeError> = placed
            .iter()
            .map(|(site, name)| Ok((*site, self.hierarchy.species.index(name)?)))
            .collect();
        let pattern = Pattern::canonical(&self.hierarchy.lattice, &placed?);
        match self.marginals.of(&pattern) {
            Some(sum) => Ok(value(sum, state)),
            None => {
                let part = self.hierarchy.notation().text(&pattern);
                Err(OdeError::UnknownPart { part, order: self.hierarchy.order })
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
        self.close(&mut work, state)?;
        Ok(self.needed.iter().copied().zip(work.values[state.len()..].iter().copied()).collect())
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
        let below = self.region_tolerance().max(START_TOLERANCE);
        self.marginals.check(&self.hierarchy, state, (below, START_SUM_TOLERANCE))
    }

    pub(super) fn check_length(&self, state: &[f64]) -> Result<(), OdeError> {
        let (expected, found) = (self.equations.len(), state.len());
        if expected == found {
            Ok(())
        } else {
            Err(OdeError::WrongLength { name: "concentrations of the state", expected, found })
        }
    }

    /// Buffers for evaluations at these rates.
    pub(super) fn workspace(&self, rates: &[f64]) -> Workspace {
        Workspace {
            equations: self.equations.scaled(&self.rate_of, rates),
            parts: vec![0.0; self.parts.len()],
            values: vec![0.0; self.equations.len() + self.needed.len()],
            projected: vec![0.0; self.equations.len()],
        }
    }

    fn close(&self, work: &mut Workspace, state: &[f64]) -> Result<(), OdeError> {
        let (known, needed) = work.values.split_at_mut(state.len());
        known.copy_from_slice(state);
        self.parts.evaluate(state, &mut work.parts);
        self.closure.evaluate(&work.parts, needed)
    }

    /// The right-hand side, at the rates of the workspace.
    #[inline]
    pub(super) fn slope(
        &self,
        work: &mut Workspace,
        state: &[f64],
        into: &mut [f64],
    ) -> Result<(), OdeError> {
        self.close(work, state)?;
        work.equations.evaluate(&work.values, into);
        if let Some(projection) = &self.projection {
            work.projected.copy_from_slice(into);
            projection.apply(&work.projected, into);
        }
        if into.iter().sum::<f64>().is_finite() { Ok(()) } else { Err(self.not_finite(work)) }
    }

    #[cold]
    fn not_finite(&self, work: &Workspace) -> OdeError {
        let all = self.hierarchy.state().chain(self.needed.iter().copied());
        let bad = all.zip(&work.values).find(|(_, value)| !value.is_finite());
        let (name, value) = bad.map_or(("dC/dt", f64::NAN), |(at, value)| {
            (self.hierarchy.types[at].name.as_str(), *value)
        });
        OdeError::ClusterNotFinite { name: name.to_owned(), value }
    }
}

impl std::fmt::Debug for ClosedHierarchy {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("ClosedHierarchy")
            .field("lattice", &self.hierarchy.lattice.name())
            .field("order", &self.hierarchy.order)
            .field("state", &self.equations.len())
            .field("needed", &self.needed.len())
            .field("conserving", &self.is_conserving())
            .finish_non_exhaustive()
    }
}

/// Buffers of one integration.
pub(super) struct Workspace {
    /// The equations with their rate constants in the coefficients.
    equations: Sums,
    parts: Vec<f64>,
    /// The state, then the needed patterns.
    values: Vec<f64>,
    projected: Vec<f64>,
}
