//! Joins the misfit of `hierarchy-ode` with the sampler of `bayes-mcmc`, which do not know each
//! other.

mod draws;

use bayes_mcmc::{Halt, LogDensity, Posterior, UniformBox};
use closures::Closure;
use hierarchy_ode::{Misfit, OdeError, RateConstants};

pub use draws::Draws;

/// The likelihood exp(-J(K)/variance) of the rate constants K = (k1, ..., k8), as a log-density.
///
/// A trajectory that cannot be computed at some K rejects that K, counted by reason; what is wrong
/// at every K stops the run.
#[derive(Clone, Copy, Debug)]
pub struct RateLikelihood<'a, C>(&'a Misfit<'a, C>);

/// The posterior of the rate constants: a uniform prior on a box times the likelihood of `misfit`.
///
/// The prior needs an explicit upper end, because the likelihood of a closed mean-cluster model
/// stays bounded away from zero on a cone of infinite volume (`docs/theory.md`).
pub fn posterior<'a, C: Closure>(
    misfit: &'a Misfit<'a, C>,
    prior: UniformBox,
) -> Posterior<UniformBox, RateLikelihood<'a, C>> {
    Posterior::new(prior, RateLikelihood(misfit))
}

impl<C: Closure> LogDensity for RateLikelihood<'_, C> {
    fn log_density(&self, point: &[f64]) -> Result<f64, Halt> {
        at_rates(point, |rates| self.0.log_likelihood(rates))
    }

    fn names(&self) -> Vec<String> {
        rate_names()
    }
}

/// The likelihood of the rate constants from several compositions: the product of exp(-J/variance),
/// each with the variance of its misfit.
#[derive(Clone, Debug)]
pub struct JointLikelihood<'a, C>(Vec<Misfit<'a, C>>);

impl<'a, C: Closure> JointLikelihood<'a, C> {
    /// Joins the misfits of compositions.
    pub fn new(misfits: Vec<Misfit<'a, C>>) -> JointLikelihood<'a, C> {
        JointLikelihood(misfits)
    }

    /// The misfits.
    pub fn misfits(&self) -> &[Misfit<'a, C>] {
        &self.0
    }
}

impl<C: Closure> LogDensity for JointLikelihood<'_, C> {
    fn log_density(&self, point: &[f64]) -> Result<f64, Halt> {
        at_rates(point, |rates| self.0.iter().map(|misfit| misfit.log_likelihood(rates)).sum())
    }

    fn names(&self) -> Vec<String> {
        rate_names()
    }
}

/// A value at rates, as a log-density has it.
pub(crate) fn at_rates(
    point: &[f64],
    value: impl FnOnce(&RateConstants) -> Result<f64, OdeError>,
) -> Result<f64, Halt> {
    let rates: [f64; 8] = point.try_into().map_err(Halt::stop)?;
    let value = RateConstants::from_array(rates).and_then(|rates| value(&rates));
    value.map_err(|error| match error.rejection() {
        Some(reason) => Halt::reject(reason),
        None => Halt::stop(error),
    })
}

/// `k1` to `k8`
pub(crate) fn rate_names() -> Vec<String> {
    (1..=8).map(|number| format!("k{number}")).collect()
}
