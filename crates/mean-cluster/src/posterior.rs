//! Joins the misfit of `hierarchy-ode` with the sampler of `bayes-mcmc`, which do not know each
//! other.

use bayes_mcmc::{Halt, LogDensity, Posterior, UniformBox};
use closures::Closure;
use hierarchy_ode::{Misfit, RateConstants};

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
        let rates: [f64; 8] = point.try_into().map_err(Halt::stop)?;
        let value = RateConstants::from_array(rates).and_then(|k| self.0.log_likelihood(&k));
        value.map_err(|error| match error.rejection() {
            Some(reason) => Halt::reject(reason),
            None => Halt::stop(error),
        })
    }

    fn names(&self) -> Vec<String> {
        (1..=8).map(|number| format!("k{number}")).collect()
    }
}
