//! Priors: densities over the parameters that can be drawn from.

mod independent;
mod log_uniform;
mod normal;
mod per_component;
mod truncated_normal;
mod uniform_box;

use rand::Rng;

pub use independent::Independent;
pub use log_uniform::LogUniform;
pub use normal::Normal;
pub(crate) use per_component::PerComponent;
pub use truncated_normal::TruncatedNormal;
pub use uniform_box::UniformBox;

use crate::target::{Target, Value};
use crate::{Halt, LogDensity, McmcError, State};

/// The label under which points beyond the walls of a prior are counted.
pub const OUTSIDE_PRIOR: &str = "outside the prior";

/// Draws of a prior until the density is positive at one.
const START_TRIALS: usize = 1000;

/// A log-density that can be drawn from.
///
/// Contract: draws have the law whose log-density this is, so it is positive at each of them; the
/// same generator gives the same bits. Most priors here fit any number of parameters, which the
/// caller then chooses.
///
/// ```
/// use bayes_mcmc::{Independent, LogUniform, Normal, Prior};
/// use rand::SeedableRng;
/// use rand_pcg::Pcg64;
///
/// # fn main() -> Result<(), bayes_mcmc::McmcError> {
/// let prior = Independent::new()
///     .with(["k1", "k2"], LogUniform::new(1e-3, 50.0)?)
///     .with(["offset"], Normal::new(0.0, 2.0)?);
/// let point = prior.draw(3, &mut Pcg64::seed_from_u64(7))?;
/// assert!(point[0] > 0.0 && point[1] > 0.0);
/// # Ok(())
/// # }
/// ```
pub trait Prior: LogDensity {
    /// A point of `dimension` parameters, drawn from this density.
    ///
    /// # Errors
    /// [`McmcError::Dimension`] if it is over another number of parameters.
    fn draw(&self, dimension: usize, rng: &mut dyn Rng) -> Result<Vec<f64>, McmcError>;
}

macro_rules! forward_prior {
    ($($pointer:ty),*) => {$(
        impl<P: Prior + ?Sized> Prior for $pointer {
            fn draw(&self, dimension: usize, rng: &mut dyn Rng) -> Result<Vec<f64>, McmcError> {
                (**self).draw(dimension, rng)
            }
        }
    )*};
}

forward_prior!(&P, Box<P>);

/// Points drawn from a prior where a density is positive, spread as wide as the prior: starts for
/// [`Sampling::starting_at_each`](crate::Sampling::starting_at_each), one for each chain, or for
/// [`Starts::points`](crate::Starts::points). Needed where the density has no box from which chains
/// draw their starts by themselves.
///
/// ```
/// use bayes_mcmc::{AdaptiveDelayedRejection, Normal, Posterior, Sampling, from_fn};
/// use bayes_mcmc::overdispersed_starts;
/// use rand::SeedableRng;
/// use rand_pcg::Pcg64;
///
/// # fn main() -> Result<(), bayes_mcmc::McmcError> {
/// let likelihood = from_fn(|x| Ok(-0.5 * ((x[0] - 3.0) / 0.2).powi(2))).named(["height"]);
/// let posterior = Posterior::new(Normal::new(0.0, 5.0)?, likelihood);
/// let mut rng = Pcg64::seed_from_u64(1);
/// let starts = overdispersed_starts(posterior.prior(), &posterior, 4, &mut rng)?;
/// let sampling = Sampling::new(AdaptiveDelayedRejection::new()).starting_at_each(starts);
/// assert!(sampling.sample(&posterior, 2000, 7)?.summary().has_converged());
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`McmcError::UnknownDimension`] if neither the names nor a box tells the number of parameters;
/// [`McmcError::StartRejected`] if the density is zero at a thousand draws; what the prior and the
/// density return.
pub fn overdispersed_starts<P: Prior + ?Sized, D: LogDensity + ?Sized, R: Rng + ?Sized>(
    prior: &P,
    density: &D,
    count: usize,
    mut rng: &mut R,
) -> Result<Vec<Vec<f64>>, McmcError> {
    let dimension = dimension_of(&density, &prior)?;
    let start = |chain| Ok(first_state(&prior, &density, dimension, chain, &mut rng)?.point);
    (0..count).map(start).collect()
}

/// The number of parameters, from the boxes of both densities or from their names.
pub(crate) fn dimension_of(
    density: &dyn LogDensity,
    prior: &dyn LogDensity,
) -> Result<usize, McmcError> {
    let boxed = |density: &dyn LogDensity| density.support().and_then(|walls| walls.dimension());
    let named = |density: &dyn LogDensity| Some(density.names().len()).filter(|names| *names > 0);
    let known = boxed(prior).or_else(|| boxed(density)).or_else(|| named(density));
    known.or_else(|| named(prior)).ok_or(McmcError::UnknownDimension)
}

/// A draw of the prior at which the density is positive, with its log-density.
pub(crate) fn first_state(
    prior: &dyn Prior,
    density: &dyn LogDensity,
    dimension: usize,
    chain: usize,
    rng: &mut dyn Rng,
) -> Result<State, McmcError> {
    let mut trial = state_at(density, prior.draw(dimension, rng)?, chain);
    for _ in 1..START_TRIALS {
        if !matches!(trial, Err(McmcError::StartRejected { .. })) {
            break;
        }
        trial = state_at(density, prior.draw(dimension, rng)?, chain);
    }
    trial
}

/// The state of a chain that starts at `point`.
pub(crate) fn state_at(
    density: &dyn LogDensity,
    point: Vec<f64>,
    chain: usize,
) -> Result<State, McmcError> {
    match Target::new(density).value(&point)? {
        Value::Finite(log_density) => Ok(State { point, log_density, stage: 0 }),
        Value::Zero(reason) => Err(McmcError::StartRejected { chain, point, reason }),
    }
}

/// What priors say beyond their walls.
fn outside() -> Halt {
    Halt::reject(OUTSIDE_PRIOR)
}
