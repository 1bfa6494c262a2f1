//! Bayesian sampling of any log-density: the best point from many starts, delayed-rejection
//! Metropolis-Hastings around it, and whether the chains can be trusted. Not here: gradients, and any model.
//!
//! ```
//! use bayes_mcmc::{DelayedRejection, Posterior, Starts, UniformBox, from_fn, minimize};
//! use rand::SeedableRng;
//! use rand_pcg::Pcg64;
//!
//! // the decay of a signal, with noise of standard deviation 0.05
//! let data = [(0.0, 1.02), (1.0, 0.58), (2.0, 0.41), (3.0, 0.19)];
//! let likelihood = from_fn(|parameters| {
//!     let model = |time: f64| parameters[0] * (-parameters[1] * time).exp();
//!     Ok(-0.5 * data.iter().map(|(t, signal)| ((model(*t) - signal) / 0.05).powi(2)).sum::<f64>())
//! })
//! .named(["amplitude", "rate"]);
//! let posterior = Posterior::new(UniformBox::new(0.0, 10.0)?, likelihood);
//!
//! let best = minimize(&posterior, Starts::random(20), &mut Pcg64::seed_from_u64(7))?;
//! let chains = DelayedRejection::published(&best)?.chains(4).sample(&posterior, 20_000, 7)?;
//! println!("{}", chains.summary());
//! assert!(chains.summary().has_converged());
//! # Ok::<(), bayes_mcmc::McmcError>(())
//! ```
//!
//! # The parts
//! - [`LogDensity`]: what is sampled; [`from_fn`] or a [`Posterior`] of a prior and a likelihood.
//! - [`Prior`]: [`UniformBox`], [`LogUniform`], [`Normal`], also truncated, [`Independent`] groups of them.
//! - [`Transform`]: [`Log`], [`Logit`], [`Linear`], [`Blocks`] of them; see [`Transformed`].
//! - [`minimize`]: the best point of many Nelder-Mead searches, with all local optima.
//! - [`Sampler`]: [`DelayedRejection`], any number of stages of [`Kernel`]s; [`AdaptiveDelayedRejection`]
//!   learns its kernels in the warm-up; [`ParallelTempering`] for modes apart; [`FlatDirections`]. [`Sampling`] runs any.
//! - [`Chains`]: draws, log-densities, stages, statistics; [`Summary`] prints them and warns.
//! - [`r_hat`], [`bulk_ess`] ...: diagnostics of any draws. [`Calibration`]: is a posterior right?
//!
//! # A density of your own
//! One method. A rejection counts as density zero; any other error ends the run and names the point.
//! ```
//! use bayes_mcmc::{Halt, LogDensity, check_contract};
//! struct Exponential(f64);
//! impl LogDensity for Exponential {
//!     fn log_density(&self, point: &[f64]) -> Result<f64, Halt> {
//!         if point[0] < 0.0 { Err(Halt::reject("negative time")) } else { Ok(-point[0] / self.0) }
//!     }
//! }
//! check_contract(&Exponential(2.0), [[-1.0], [0.0], [3.5]])?;
//! # Ok::<(), bayes_mcmc::McmcError>(())
//! ```
//! Chains and searches run in parallel on rayon's threads; a seed gives the same bits on any number of them.

mod adaptive;
mod calibration;
mod chain;
mod chains;
mod checkpoint;
mod checks;
mod contract;
mod covariance;
mod delayed_rejection;
mod density;
mod diagnostics;
mod error;
mod flat_directions;
mod gaussian;
mod kernel;
mod matrix;
mod minimize;
mod posterior;
mod prior;
mod progress;
mod rejections;
mod room;
mod run;
mod sampler;
mod sampling;
mod slice;
mod stream;
mod summary;
mod target;
mod tempering;
mod transform;
mod transition;

pub use adaptive::AdaptiveDelayedRejection;
pub use calibration::{Calibration, Uniformity};
pub use chains::{Acceptance, Chains};
pub use contract::check_contract;
pub use delayed_rejection::DelayedRejection;
pub use density::{FromFn, Halt, LogDensity, from_fn};
pub use diagnostics::{
    bulk_ess, mcse_mean, mcse_median, mcse_quantile, mcse_sd, mean_ess, median_ess, quantile_ess,
    r_hat, r_hat_bulk, r_hat_folded, sd_ess, tail_ess,
};
pub use error::McmcError;
pub use flat_directions::FlatDirections;
pub use kernel::Kernel;
pub use minimize::{Minimum, Optimum, Starts, minimize};
pub use posterior::Posterior;
pub use prior::{
    Independent, LogUniform, Normal, OUTSIDE_PRIOR, Prior, TruncatedNormal, UniformBox,
    overdispersed_starts,
};
pub use progress::{Progress, on_terminal};
pub use rejections::{NOT_FINITE, Rejections, ZERO_PROBABILITY};
pub use run::Run;
pub use sampler::{Phase, Sampler, State};
pub use sampling::Sampling;
pub use summary::{ParameterSummary, Summary};
pub use target::Target;
pub use tempering::{ParallelTempering, recommended, swap_log_acceptance};
pub use transform::{
    Blocks, Identity, Linear, Log, Logit, OUTSIDE_TRANSFORM, Transform, Transformed,
    check_transform_contract,
};
pub use transition::{Path, Transition, delayed_rejection_step};
pub use whole_files::CheckpointError;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
