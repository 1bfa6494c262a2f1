//! The trait of closures of any lattice and order.

use super::ClosureTask;
use crate::ClosureError;

/// A closure of any windows: the concentrations of larger clusters, such as those that the equations
/// of a hierarchy need, as functions of those of smaller ones.
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
/// use closures::{ClosureError, ClosureTask, ClusterClosure, PreparedClosure};
/// use closures::cluster_stats::{ClusterTypes, lattice_core::{Lattice, Species}};
///
/// /// Sites without correlation.
/// struct Uncorrelated;
///
/// impl ClusterClosure for Uncorrelated {
///     fn prepare(&self, task: &mut ClosureTask<'_>) -> Result<Box<dyn PreparedClosure>, ClosureError> {
///         let mut sites = Vec::new();
///         for pattern in task.needed().to_vec() {
///             let parts = pattern.placed().into_iter().map(|site| task.part(&[site]));
///             sites.push(parts.collect::<Result<Vec<usize>, ClosureError>>()?);
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
/// // `ClosedHierarchy` of `hierarchy-ode` makes the task; by hand: pairs from densities
/// let species = Species::new(&["0", "1"])?;
/// let types = ClusterTypes::connected(Lattice::square(), species, 2)?;
/// let pairs: Vec<_> = types[2..].iter().map(|one| one.pattern.clone()).collect(); // C00 C11 C01
/// let mut task = ClosureTask::new(&types, 1, &pairs);
/// let closure = Uncorrelated.prepare(&mut task)?;
/// assert_eq!(task.into_parts().len(), 2); // C0 and C1
/// let mut values = [0.0; 3];
/// closure.evaluate(&[0.75, 0.25], &mut values)?;
/// assert_eq!(values, [0.5625, 0.0625, 0.1875]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait ClusterClosure: Send + Sync {
    /// Prepares the closure for one list of needed patterns.
    ///
    /// # Errors
    /// Where the closure does not fit: [`ClosureError::UnknownPart`] for a part that the order does not
    /// hold, and whatever the closure says.
    fn prepare(&self, task: &mut ClosureTask<'_>)
    -> Result<Box<dyn PreparedClosure>, ClosureError>;
}

impl<C: ClusterClosure + ?Sized> ClusterClosure for &C {
    fn prepare(
        &self,
        task: &mut ClosureTask<'_>,
    ) -> Result<Box<dyn PreparedClosure>, ClosureError> {
        (**self).prepare(task)
    }
}

impl<C: ClusterClosure + ?Sized> ClusterClosure for Box<C> {
    fn prepare(
        &self,
        task: &mut ClosureTask<'_>,
    ) -> Result<Box<dyn PreparedClosure>, ClosureError> {
        (**self).prepare(task)
    }
}

/// A closure made ready for one task. Functions `Fn(&[f64], &mut [f64]) -> Result<(),
/// ClosureError>` are prepared closures.
pub trait PreparedClosure: Send + Sync {
    /// Writes the concentration of each needed pattern, in the order of [`ClosureTask::needed`],
    /// from those of the parts, in the order in which they were first asked for.
    ///
    /// # Errors
    /// Where a value is undefined.
    fn evaluate(&self, parts: &[f64], needed: &mut [f64]) -> Result<(), ClosureError>;
}

impl<F> PreparedClosure for F
where
    F: Fn(&[f64], &mut [f64]) -> Result<(), ClosureError> + Send + Sync,
{
    fn evaluate(&self, parts: &[f64], needed: &mut [f64]) -> Result<(), ClosureError> {
        self(parts, needed)
    }
}

/// A closure made of a function; see [`cluster_closure_from_fn`].
#[derive(Clone, Copy)]
pub struct ClusterClosureFn<F>(F);

/// A closure from a function that does what [`ClusterClosure::prepare`] does.
///
/// ```
/// use closures::{ClosureTask, cluster_closure_from_fn};
/// // each needed pattern as the product of its sites
/// let uncorrelated = cluster_closure_from_fn(|task: &mut ClosureTask<'_>| {
///     task.products(|_, window| Ok(window.iter().map(|site| (vec![*site], 1)).collect()))
/// });
/// # let _: &dyn closures::ClusterClosure = &uncorrelated;
/// ```
pub fn cluster_closure_from_fn<F>(function: F) -> ClusterClosureFn<F>
where
    F: Fn(&mut ClosureTask<'_>) -> Result<Box<dyn PreparedClosure>, ClosureError> + Send + Sync,
{
    ClusterClosureFn(function)
}

impl<F> ClusterClosure for ClusterClosureFn<F>
where
    F: Fn(&mut ClosureTask<'_>) -> Result<Box<dyn PreparedClosure>, ClosureError> + Send + Sync,
{
    fn prepare(
        &self,
        task: &mut ClosureTask<'_>,
    ) -> Result<Box<dyn PreparedClosure>, ClosureError> {
        (self.0)(task)
    }
}

impl<F> std::fmt::Debug for ClusterClosureFn<F> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("ClusterClosureFn(..)")
    }
}
