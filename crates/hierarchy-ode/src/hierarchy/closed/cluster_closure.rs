//! The trait of closures of any lattice and order.

use super::super::{Hierarchy, Lattice, Pattern, Site};
use super::marginals::Marginals;
use super::products::Products;
use crate::OdeError;
use std::collections::HashMap;

/// A closure of a derived hierarchy: the concentrations of the larger clusters that its equations
/// need, as functions of those of smaller ones.
///
/// It works in two steps. [`prepare`](Self::prepare) sees the patterns that are
/// [`needed`](ClosureTask::needed), once, and asks for the parts whose concentrations it wants; the
/// [`PreparedClosure`] that it returns gets the values of these parts at every call, computed as
/// marginals of the state, and writes those of the needed patterns.
///
/// # Contract
/// - Concentrations are per embedding: the probability of the pattern at one place.
/// - Pure: the same parts give the same bits.
/// - Every value is finite, or the call is an error. Parts may be 0; where a concentration in a
///   denominator is 0, so is one in the numerator, and the value is 0.
/// - Parts are not negative in an integration. A search for steady states may probe slightly
///   negative ones: give a continuation or an error.
///
/// Non-negativity, exactness for a random lattice and the marginals are properties that a closure
/// may or may not have.
///
/// ```
/// use hierarchy_ode::{
///     ClosedHierarchy, ClosureTask, ClusterClosure, Hierarchy, Lattice, OdeError, PreparedClosure,
///     Rule, Species,
/// };
///
/// /// Sites without correlation.
/// struct Uncorrelated;
///
/// impl ClusterClosure for Uncorrelated {
///     fn prepare(&self, task: &mut ClosureTask<'_>) -> Result<Box<dyn PreparedClosure>, OdeError> {
///         let mut sites = Vec::new();
///         for pattern in task.needed().to_vec() {
///             let parts = pattern.placed().into_iter().map(|site| task.part(&[site]));
///             sites.push(parts.collect::<Result<Vec<usize>, OdeError>>()?);
///         }
///         Ok(Box::new(move |parts: &[f64], needed: &mut [f64]| {
///             for (value, sites) in needed.iter_mut().zip(&sites) {
///                 *value = sites.iter().map(|&site| parts[site]).product();
///             }
///             Ok(())
///         }))
///     }
/// }
///
/// let rules = [Rule::change_beside("0", "1", "1").rate("lambda"), Rule::change("1", "0")];
/// let species = Species::new(&["0", "1"])?;
/// let hierarchy = Hierarchy::derive(Lattice::square(), species, &rules, 1)?;
/// let closed = ClosedHierarchy::new(hierarchy, Uncorrelated)?;
/// let solution = closed.solve(&[1.0, 1.0], &closed.random_start(&[0.5, 0.5])?, &[0.0, 20.0])?;
/// assert!((solution.last()[1] - 0.75).abs() < 1e-6); // 1 - 1 / (4 lambda)
/// # Ok::<(), OdeError>(())
/// ```
pub trait ClusterClosure: Send + Sync {
    /// Prepares the closure for one hierarchy.
    ///
    /// # Errors
    /// Where the closure does not fit: [`OdeError::UnknownPart`] for a part that the order does not
    /// hold, and whatever the closure says.
    fn prepare(&self, task: &mut ClosureTask<'_>) -> Result<Box<dyn PreparedClosure>, OdeError>;
}

impl<C: ClusterClosure + ?Sized> ClusterClosure for &C {
    fn prepare(&self, task: &mut ClosureTask<'_>) -> Result<Box<dyn PreparedClosure>, OdeError> {
        (**self).prepare(task)
    }
}

impl<C: ClusterClosure + ?Sized> ClusterClosure for Box<C> {
    fn prepare(&self, task: &mut ClosureTask<'_>) -> Result<Box<dyn PreparedClosure>, OdeError> {
        (**self).prepare(task)
    }
}

/// A closure made ready for one hierarchy. Functions `Fn(&[f64], &mut [f64]) -> Result<(),
/// OdeError>` are prepared closures.
pub trait PreparedClosure: Send + Sync {
    /// Writes the concentration of each needed pattern, in the order of [`ClosureTask::needed`],
    /// from those of the parts, in the order in which they were first asked for.
    ///
    /// # Errors
    /// Where a value is undefined.
    fn evaluate(&self, parts: &[f64], needed: &mut [f64]) -> Result<(), OdeError>;
}

impl<F> PreparedClosure for F
where
    F: Fn(&[f64], &mut [f64]) -> Result<(), OdeError> + Send + Sync,
{
    fn evaluate(&self, parts: &[f64], needed: &mut [f64]) -> Result<(), OdeError> {
        self(parts, needed)
    }
}

/// What a closure is to supply for one hierarchy, and what it may ask for.
pub struct ClosureTask<'a> {
    hierarchy: &'a Hierarchy,
    marginals: &'a Marginals,
    needed: &'a [Pattern],
    known: HashMap<Pattern, usize>,
    parts: Vec<Pattern>,
}

impl<'a> ClosureTask<'a> {
    pub(super) fn new(
        hierarchy: &'a Hierarchy,
        marginals: &'a Marginals,
        needed: &'a [Pattern],
    ) -> ClosureTask<'a> {
        ClosureTask { hierarchy, marginals, needed, known: HashMap::new(), parts: Vec::new() }
    }

    /// The hierarchy.
    pub fn hierarchy(&self) -> &'a Hierarchy {
        self.hierarchy
    }

    /// The lattice.
    pub fn lattice(&self) -> &'a Lattice {
        self.hierarchy.lattice()
    }

    /// The largest number of sites of a known cluster.
    pub fn order(&self) -> usize {
        self.hierarchy.order
    }

    /// The patterns whose concentrations are needed.
    pub fn needed(&self) -> &'a [Pattern] {
        self.needed
    }

    /// Whether the patterns on these sites are known: whether the sites lie in a connected window of
    /// [`order`](Self::order) sites. They need not be connected themselves.
    pub fn knows(&self, sites: &[Site]) -> bool {
        let placed: Vec<(Site, u8)> = sites.iter().map(|site| (*site, 0)).collect();
        self.marginals.of(&Pattern::canonical(self.lattice(), &placed)).is_some()
    }

    /// Asks for the concentration of a part, what is on some sites: its position in what
    /// [`PreparedClosure::evaluate`] gets. Asking twice gives one position.
    ///
    /// # Errors
    /// [`OdeError::UnknownPart`] where it is not [known](Self::knows).
    pub fn part(&mut self, placed: &[(Site, u8)]) -> Result<usize, OdeError> {
        let pattern = Pattern::canonical(self.lattice(), placed);
        if let Some(&position) = self.known.get(&pattern) {
            return Ok(position);
        }
        if self.marginals.of(&pattern).is_none() {
            let part = self.hierarchy.types.name_of(&pattern);
            return Err(OdeError::UnknownPart { part, order: self.hierarchy.order });
        }
        self.parts.push(pattern.clone());
        self.known.insert(pattern, self.parts.len() - 1);
        Ok(self.parts.len() - 1)
    }

    /// A closure by products of powers of parts: `factors` gives those of a window, as lists of
    /// its sites with their powers. Where a factor of the numerator is 0, so is the product.
    ///
    /// # Errors
    /// [`OdeError::UnknownPart`] as [`part`](Self::part).
    pub fn products(
        &mut self,
        mut factors: impl FnMut(&ClosureTask<'_>, &[Site]) -> Result<Vec<(Vec<Site>, i32)>, OdeError>,
    ) -> Result<Box<dyn PreparedClosure>, OdeError> {
        let mut products = Products::default();
        for patterns in self.needed.chunk_by(|one, other| one.sites() == other.sites()) {
            let window = patterns[0].sites();
            let factors = factors(self, window)?;
            for pattern in patterns {
                let what: HashMap<Site, u8> = pattern.placed().into_iter().collect();
                let mut powers = Vec::with_capacity(factors.len());
                for (sites, power) in &factors {
                    let placed = sites.iter().map(|site| Some((*site, *what.get(site)?)));
                    let placed = placed.collect::<Option<Vec<_>>>().ok_or_else(|| {
                        let part = format!("sites {sites:?} outside the window {window:?}");
                        OdeError::UnknownPart { part, order: self.order() }
                    })?;
                    powers.push((self.part(&placed)?, *power));
                }
                products.push(&powers);
            }
        }
        Ok(Box::new(products))
    }

    /// The parts that were asked for, in the order of their positions.
    pub(super) fn into_parts(self) -> Vec<Pattern> {
        self.parts
    }
}

/// A closure made of a function; see [`cluster_closure_from_fn`].
#[derive(Clone, Copy)]
pub struct ClusterClosureFn<F>(F);

/// A closure from a function that does what [`ClusterClosure::prepare`] does.
///
/// ```
/// use hierarchy_ode::{ClosureTask, cluster_closure_from_fn};
/// // each needed pattern as the product of its sites
/// let uncorrelated = cluster_closure_from_fn(|task: &mut ClosureTask<'_>| {
///     task.products(|_, window| Ok(window.iter().map(|site| (vec![*site], 1)).collect()))
/// });
/// # let _: &dyn hierarchy_ode::ClusterClosure = &uncorrelated;
/// ```
pub fn cluster_closure_from_fn<F>(function: F) -> ClusterClosureFn<F>
where
    F: Fn(&mut ClosureTask<'_>) -> Result<Box<dyn PreparedClosure>, OdeError> + Send + Sync,
{
    ClusterClosureFn(function)
}

impl<F> ClusterClosure for ClusterClosureFn<F>
where
    F: Fn(&mut ClosureTask<'_>) -> Result<Box<dyn PreparedClosure>, OdeError> + Send + Sync,
{
    fn prepare(&self, task: &mut ClosureTask<'_>) -> Result<Box<dyn PreparedClosure>, OdeError> {
        (self.0)(task)
    }
}

impl<F> std::fmt::Debug for ClusterClosureFn<F> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("ClusterClosureFn(..)")
    }
}
