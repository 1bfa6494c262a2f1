//! What a sampler is: one method that moves the state of a chain.

use rand_pcg::Pcg64;
use serde::{Deserialize, Serialize};

use crate::{McmcError, Target};

/// Where a chain stands.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The point, one number for each parameter.
    pub point: Vec<f64>,
    /// The log-density at the point, finite, as the [`Target`] gave it.
    pub log_density: f64,
    /// The stage at which the last step accepted a proposal, from 1; 0 if it accepted none.
    pub stage: u8,
}

/// What a step is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// The step is not kept. A sampler may learn from it: all that depends on the chain's history
    /// belongs here.
    WarmUp {
        /// The steps of the warm-up before this one.
        done: usize,
        /// The steps of the whole warm-up.
        of: usize,
    },
    /// The step is kept as a draw. The law of the step must depend on the present state alone.
    Draw,
}

/// A Markov chain's transition. [`Sampling`](crate::Sampling) runs one clone of the sampler for each
/// chain, which makes the draws, checkpoints and statistics that every sampler shares.
///
/// The sampler owns its parameters, and what it learns and needs to go on; the caller owns the state,
/// the density and the random numbers.
///
/// Contract:
/// - in [`Phase::Draw`] a step leaves the density of the target invariant;
/// - a step leaves in the state a point at which the target was finite, with its log-density;
/// - the random numbers come from `rng` alone, so that a seed means the same bits everywhere.
///
/// To be resumed from a checkpoint a sampler implements serde's `Serialize` and `DeserializeOwned`;
/// what it reads back must go on with the same bits.
///
/// ```
/// use bayes_mcmc::{McmcError, Phase, Sampler, Sampling, State, Target, from_fn};
/// use rand::RngExt;
/// use rand_pcg::Pcg64;
///
/// /// Plain Metropolis, one component at a time.
/// #[derive(Clone)]
/// struct OneAtATime {
///     half_width: f64,
/// }
///
/// impl Sampler for OneAtATime {
///     fn step(
///         &mut self,
///         state: &mut State,
///         target: &mut Target<'_>,
///         _: Phase,
///         rng: &mut Pcg64,
///     ) -> Result<(), McmcError> {
///         state.stage = 0;
///         for component in 0..state.point.len() {
///             let before = state.point[component];
///             state.point[component] += self.half_width * (2.0 * rng.random::<f64>() - 1.0);
///             let log_density = target.log_density(&state.point)?;
///             if libm::log(rng.random()) < log_density - state.log_density {
///                 state.log_density = log_density;
///                 state.stage = 1;
///             } else {
///                 state.point[component] = before;
///             }
///         }
///         Ok(())
///     }
/// }
///
/// # fn main() -> Result<(), McmcError> {
/// let normal = from_fn(|x| Ok(-0.5 * (x[0] * x[0] + x[1] * x[1])));
/// let sampler = OneAtATime { half_width: 3.0 };
/// let chains = Sampling::new(sampler).starting_at([0.0, 0.0]).sample(&normal, 5000, 7)?;
/// assert!(chains.r_hat().iter().all(|r_hat| *r_hat < 1.01));
/// # Ok(())
/// # }
/// ```
pub trait Sampler: Send + Sync {
    /// Moves the state by one transition.
    ///
    /// # Errors
    /// What the target returns.
    fn step(
        &mut self,
        state: &mut State,
        target: &mut Target<'_>,
        phase: Phase,
        rng: &mut Pcg64,
    ) -> Result<(), McmcError>;

    /// Called once for each chain, before its first step: checks that the sampler fits the start, and
    /// sets what depends on it. Does nothing unless overridden.
    ///
    /// # Errors
    /// [`McmcError::Dimension`] if the start has another number of parameters; what the target
    /// returns.
    fn begin(
        &mut self,
        _start: &State,
        _target: &mut Target<'_>,
        _rng: &mut Pcg64,
    ) -> Result<(), McmcError> {
        Ok(())
    }

    /// The length of the warm-up unless the user asks for another; 0 unless overridden.
    fn warm_up_draws(&self, _dimension: usize) -> usize {
        0
    }

    /// How often neighbouring temperatures exchanged their states, as fractions; empty (the default)
    /// for samplers without temperatures.
    fn swap_rates(&self) -> Vec<f64> {
        Vec::new()
    }
}

impl<S: Sampler + ?Sized> Sampler for Box<S> {
    fn step(
        &mut self,
        state: &mut State,
        target: &mut Target<'_>,
        phase: Phase,
        rng: &mut Pcg64,
    ) -> Result<(), McmcError> {
        (**self).step(state, target, phase, rng)
    }

    fn begin(
        &mut self,
        start: &State,
        target: &mut Target<'_>,
        rng: &mut Pcg64,
    ) -> Result<(), McmcError> {
        (**self).begin(start, target, rng)
    }

    fn warm_up_draws(&self, dimension: usize) -> usize {
        (**self).warm_up_draws(dimension)
    }

    fn swap_rates(&self) -> Vec<f64> {
        (**self).swap_rates()
    }
}
