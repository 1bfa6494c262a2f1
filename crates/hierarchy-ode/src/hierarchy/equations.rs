//! A derived hierarchy: cluster types, exact equations as a sparse table, where each term came
//! from.

use super::derive::RateKey;
use super::{ClusterType, ClusterTypes, Lattice, Pattern, Rule, Site, Species};
use crate::OdeError;
use cluster_stats::ClusterNames;

/// A term of an equation: coefficient x rate constant x concentration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// How many events, gains minus losses.
    pub coefficient: i64,
    /// Position in [`Hierarchy::rates`].
    pub rate: usize,
    /// Position in [`Hierarchy::types`].
    pub cluster: usize,
}

/// One event at one place that makes or breaks a pattern: what the terms are sums of.
#[derive(Clone, Debug)]
pub struct Contribution {
    /// The type whose equation it belongs to, a position in [`Hierarchy::types`].
    pub equation: usize,
    /// The rule, a position in [`Hierarchy::rules`].
    pub rule: usize,
    /// The site of the window that changes.
    pub site: Site,
    /// The other site of the event, if it has two.
    pub partner: Option<Site>,
    /// True for a gain, false for a loss.
    pub gain: bool,
    /// The rate constant, a position in [`Hierarchy::all_rates`].
    pub rate: usize,
    /// The cluster before the event, a position in [`Hierarchy::types`] if that lists it.
    pub cluster: Pattern,
}

/// The exact rate equations of all connected clusters of up to [`order`](Self::order) sites.
///
/// Concentrations are per embedding: the probability of the pattern at one place, ordered and per
/// shape, so that on the triangular lattice they are those of the paper.
///
/// ```
/// use hierarchy_ode::{Hierarchy, Lattice, Rule, Species};
///
/// let species = Species::new(&["+", "-"])?;
/// let swaps = [Rule::exchange("+", "-").by_class()];
/// let hierarchy = Hierarchy::derive(Lattice::triangular(), species, &swaps, 2)?;
/// let equation = hierarchy.equation_text(2);
/// assert_eq!(equation, "dC++/dt = 4 k1 C∠+-+ + 2 k2 C+-+ - 4 k3 C∠++- - 2 k4 C++-"); // (5a)
/// # Ok::<(), hierarchy_ode::OdeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Hierarchy {
    pub(super) rules: Vec<Rule>,
    pub(super) order: usize,
    pub(super) types: ClusterTypes,
    pub(super) equations: Vec<Vec<Term>>,
    pub(super) rates: Vec<String>,
    /// What each of the rate constants is of.
    pub(super) rate_keys: Vec<RateKey>,
    pub(super) used_rates: usize,
    pub(super) contributions: Vec<Contribution>,
}

impl Hierarchy {
    /// The lattice.
    pub fn lattice(&self) -> &Lattice {
        self.types.lattice()
    }

    /// The species.
    pub fn species(&self) -> &Species {
        self.types.species()
    }

    /// The rules.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The largest number of sites of a cluster that has an equation.
    pub fn order(&self) -> usize {
        self.order
    }

    /// All types: first those with an equation, by size, then the larger ones that the equations
    /// need.
    pub fn types(&self) -> &ClusterTypes {
        &self.types
    }

    /// The equations, one for each of the first types; gains first, then losses.
    pub fn equations(&self) -> &[Vec<Term>] {
        &self.equations
    }

    /// The positions of the types of exactly [`order`](Self::order) sites: the state of a closed
    /// system, whose marginals the smaller ones are.
    pub fn state(&self) -> std::ops::Range<usize> {
        let smaller = |one: &&ClusterType| one.pattern.sites().len() < self.order;
        self.types.iter().take_while(smaller).count()..self.equations.len()
    }

    /// The larger types that the equations need: what a closure must supply.
    pub fn needed(&self) -> &[ClusterType] {
        &self.types[self.equations.len()..]
    }

    /// The names of the rate constants, in the order in which the equations show them.
    pub fn rates(&self) -> &[String] {
        &self.rates[..self.used_rates]
    }

    /// As [`rates`](Self::rates), then those of events that cancel in every equation.
    pub fn all_rates(&self) -> &[String] {
        &self.rates
    }

    /// Every event that was counted, also those that cancel.
    pub fn contributions(&self) -> &[Contribution] {
        &self.contributions
    }

    /// The events that brought a type into the equations: why the hierarchy grew.
    pub fn origins(&self, cluster: usize) -> impl Iterator<Item = &Contribution> {
        let pattern = self.types.get(cluster).map(|one| &one.pattern);
        self.contributions.iter().filter(move |one| Some(&one.cluster) == pattern)
    }

    /// The position in [`types`](Self::types) of the type with this name, as the equations print
    /// it. Names are unique.
    ///
    /// # Errors
    /// [`OdeError::Stats`] with those of [`ClusterTypes::position`].
    pub fn position(&self, name: &str) -> Result<usize, OdeError> {
        Ok(self.types.position(name)?)
    }

    /// The position of the type with this name among those with an equation.
    pub(super) fn position_with_equation(&self, name: &str) -> Result<usize, OdeError> {
        Ok(ClusterNames::of(&self.types[..self.equations.len()]).position(name)?)
    }

    /// The position of the type of a pattern of species by name at sites, in any orientation;
    /// `None` for a pattern that is no type here.
    ///
    /// # Errors
    /// [`OdeError::Lattice`] with an unknown species.
    pub fn find(&self, placed: &[(Site, &str)]) -> Result<Option<usize>, OdeError> {
        Ok(self.types.find(placed)?)
    }

    /// The windows and the order of their sites: what the numbers in names mean.
    pub fn windows_text(&self) -> String {
        self.types.windows_text()
    }

    /// The right-hand sides: dC/dt of each type with an equation, in 1/time.
    ///
    /// # Errors
    /// [`OdeError::WrongLength`] unless there is a rate for each of [`rates`](Self::rates) and a
    /// concentration for each of [`types`](Self::types); [`OdeError::InvalidRate`] for a rate that
    /// is negative or not finite.
    pub fn derivative(&self, rates: &[f64], concentrations: &[f64]) -> Result<Vec<f64>, OdeError> {
        self.check_rates(rates)?;
        let (expected, found) = (self.types.len(), concentrations.len());
        if expected != found {
            return Err(OdeError::WrongLength { name: "concentrations", expected, found });
        }
        let value =
            |term: &Term| term.coefficient as f64 * rates[term.rate] * concentrations[term.cluster];
        Ok(self.equations.iter().map(|terms| terms.iter().map(value).sum()).collect())
    }
}
