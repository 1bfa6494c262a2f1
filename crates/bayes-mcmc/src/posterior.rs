//! Prior times likelihood.

use crate::{Halt, LogDensity, UniformBox};

/// The posterior density, prior x likelihood, of any two log-densities.
///
/// The prior comes first: where it rejects, or is zero, the likelihood is not evaluated.
///
/// ```
/// use bayes_mcmc::{Posterior, UniformBox, from_fn};
///
/// # fn main() -> Result<(), bayes_mcmc::McmcError> {
/// let likelihood = from_fn(|rate| Ok(-rate[0] / 0.3));
/// let posterior = Posterior::new(UniformBox::new(0.0, 50.0)?, likelihood);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Posterior<P, L> {
    prior: P,
    likelihood: L,
}

impl<P: LogDensity, L: LogDensity> Posterior<P, L> {
    /// Joins a prior and a likelihood over the same parameters.
    pub fn new(prior: P, likelihood: L) -> Self {
        Self { prior, likelihood }
    }

    /// The prior.
    pub fn prior(&self) -> &P {
        &self.prior
    }

    /// The likelihood.
    pub fn likelihood(&self) -> &L {
        &self.likelihood
    }
}

impl<P: LogDensity, L: LogDensity> LogDensity for Posterior<P, L> {
    fn log_density(&self, point: &[f64]) -> Result<f64, Halt> {
        let prior = self.prior.log_density(point)?;
        if prior == f64::NEG_INFINITY {
            return Ok(prior);
        }
        Ok(prior + self.likelihood.log_density(point)?)
    }

    /// The likelihood's names, or else the prior's.
    fn names(&self) -> Vec<String> {
        let names = self.likelihood.names();
        if names.is_empty() { self.prior.names() } else { names }
    }

    /// The prior's box, or else the likelihood's.
    fn support(&self) -> Option<UniformBox> {
        self.prior.support().or_else(|| self.likelihood.support())
    }
}
