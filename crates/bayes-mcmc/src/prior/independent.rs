//! Priors side by side, each over its own parameters.

use std::fmt;
use std::sync::Arc;

use rand::Rng;

use super::per_component::PerComponent;
use crate::checks::check_dimension;
use crate::{Halt, LogDensity, McmcError, Prior, UniformBox};

/// Independent groups of parameters, each with a prior of its own and with names: the density is the
/// product. For a product over the *same* parameters see [`Posterior`](crate::Posterior).
///
/// Normalised if the priors of the groups are. Its support is a box if that of each group is.
///
/// ```
/// use bayes_mcmc::{Independent, LogDensity, LogUniform, Normal, UniformBox};
///
/// # fn main() -> Result<(), bayes_mcmc::McmcError> {
/// let prior = Independent::new()
///     .with(["k1", "k2"], UniformBox::positive(50.0)?)
///     .with(["variance"], LogUniform::new(1e-8, 1.0)?)
///     .with(["offset"], Normal::new(0.0, 0.1)?);
/// assert_eq!(prior.names(), ["k1", "k2", "variance", "offset"]);
/// assert!(prior.log_density(&[3.0, 40.0, 1e-4, -0.2]).is_ok());
/// assert!(prior.log_density(&[3.0, 40.0, 0.0, -0.2]).is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Independent {
    names: Vec<String>,
    groups: Vec<Group>,
}

#[derive(Clone)]
struct Group {
    dimension: usize,
    prior: Arc<dyn Prior + Send>,
}

impl Independent {
    /// No parameters yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds parameters of these names, with this prior.
    pub fn with<N: Into<String>>(
        mut self,
        names: impl IntoIterator<Item = N>,
        prior: impl Prior + Send + 'static,
    ) -> Self {
        let before = self.names.len();
        self.names.extend(names.into_iter().map(Into::into));
        let dimension = self.names.len() - before;
        self.groups.push(Group { dimension, prior: Arc::new(prior) });
        self
    }

    /// The number of parameters.
    pub fn dimension(&self) -> usize {
        self.names.len()
    }
}

impl LogDensity for Independent {
    fn log_density(&self, point: &[f64]) -> Result<f64, Halt> {
        check_dimension("the point", self.dimension(), point.len())?;
        let (mut sum, mut rest) = (0.0, point);
        for Group { dimension, prior } in &self.groups {
            let (own, after) = rest.split_at(*dimension);
            sum += prior.log_density(own)?;
            rest = after;
        }
        Ok(sum)
    }

    fn names(&self) -> Vec<String> {
        self.names.clone()
    }

    fn support(&self) -> Option<UniformBox> {
        let mut bounds = Vec::with_capacity(self.dimension());
        for Group { dimension, prior } in &self.groups {
            let walls = prior.support()?;
            bounds.extend(walls.per_component().all(*dimension).ok()?.copied());
        }
        UniformBox::of(PerComponent::Each(bounds)).filter(|_| self.dimension() > 0)
    }
}

impl Prior for Independent {
    fn draw(&self, dimension: usize, rng: &mut dyn Rng) -> Result<Vec<f64>, McmcError> {
        check_dimension("the point", self.dimension(), dimension)?;
        let mut point = Vec::with_capacity(dimension);
        for Group { dimension, prior } in &self.groups {
            point.extend(prior.draw(*dimension, rng)?);
        }
        Ok(point)
    }
}

impl fmt::Debug for Independent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Independent").field("names", &self.names).finish_non_exhaustive()
    }
}
