//! Bayesian sampling of any log-density.
//!
//! Give it a function that returns the logarithm of a density; it finds the best point from many
//! starts, samples around it with delayed-rejection Metropolis-Hastings on several chains, and says
//! whether the chains can be trusted.
//!
//! ```
//! use bayes_mcmc::{DelayedRejection, Posterior, Starts, UniformBox, from_fn, minimize};
//! use rand::SeedableRng;
//! use rand_pcg::Pcg64;
//!
//! // the decay of a signal, with noise of standard deviation 0.05
//! let data = [(0.0, 1.02), (1.0, 0.58), (2.0, 0.41), (3.0, 0.19)];
//! let likelihood = from_fn(|parameters| {
//!     let misfit = |(time, signal): &(f64, f64)| {
//!         (parameters[0] * (-parameters[1] * time).exp() - signal) / 0.05
//!     };
//!     Ok(-0.5 * data.iter().map(|datum| misfit(datum).powi(2)).sum::<f64>())
//! })
//! .named(["amplitude", "rate"]);
//! let posterior = Posterior::new(UniformBox::new(0.0, 10.0)?, likelihood);
//!
//! let best = minimize(&posterior, Starts::random(20), &mut Pcg64::seed_from_u64(7))?;
//! let chains = DelayedRejection::published(&best)?.chains(4).sample(&posterior, 20_000, 7)?;
//! println!("{}", chains.summary());
//! assert!((chains.mean()[1] - best.point[1]).abs() < 0.02);
//! assert!(chains.r_hat().iter().all(|r_hat| *r_hat < 1.01));
//! # Ok::<(), bayes_mcmc::McmcError>(())
//! ```
//!
//! # The parts
//! - [`LogDensity`]: what is sampled; [`from_fn`] makes one of a function, [`Posterior`] of a prior
//!   and a likelihood. [`UniformBox`] is the prior with walls.
//! - [`minimize`]: the best point of many Nelder-Mead searches, with all local optima.
//! - [`Sampler`]: the trait of samplers. [`DelayedRejection`], any number of stages of [`Kernel`]s;
//!   [`AdaptiveDelayedRejection`] learns its kernels in the warm-up; [`ParallelTempering`] for modes
//!   apart. [`Sampling`] runs chains of any of them, with progress and checkpoints.
//! - [`Chains`]: draws (chain x draw x parameter), log-densities, stages, rejections by reason,
//!   statistics; [`Summary`] prints them and warns.
//! - [`r_hat`], [`bulk_ess`], [`mcse_mean`] ...: diagnostics of any draws (Vehtari et al. 2021).
//!
//! # A density of your own
//! One method. An error says whether the density is zero here, which is counted by reason, or broken,
//! which ends the run with the point in the error; any other error, through `?`, counts as broken.
//! ```
//! use bayes_mcmc::{Halt, LogDensity, check_contract};
//! struct Exponential { mean: f64 }
//! impl LogDensity for Exponential {
//!     fn log_density(&self, point: &[f64]) -> Result<f64, Halt> {
//!         if point[0] < 0.0 { return Err(Halt::reject("negative time")); }
//!         Ok(-point[0] / self.mean)
//!     }
//! }
//! check_contract(&Exponential { mean: 2.0 }, [[-1.0], [0.0], [3.5]])?;
//! # Ok::<(), bayes_mcmc::McmcError>(())
//! ```
//!
//! # Threads and seeds
//! Chains and searches run in parallel on rayon's threads. A seed gives the same bits on any number
//! of them.
//!
//! # What is not here
//! Gradients, and any model: this crate knows densities only.

mod adaptive;
mod chain;
mod chains;
mod checkpoint;
mod checks;
mod cholesky;
mod contract;
mod covariance;
mod delayed_rejection;
mod density;
mod diagnostics;
mod error;
mod kernel;
mod ladder;
mod minimize;
mod posterior;
mod progress;
mod rejections;
mod run;
mod sampler;
mod sampling;
mod stream;
mod summary;
mod target;
mod tempering;
mod transition;
mod uniform_box;

pub use adaptive::AdaptiveDelayedRejection;
pub use chains::{Acceptance, Chains};
pub use checkpoint::CheckpointError;
pub use contract::check_contract;
pub use delayed_rejection::DelayedRejection;
pub use density::{FromFn, Halt, LogDensity, from_fn};
pub use diagnostics::{
    bulk_ess, mcse_mean, mcse_median, mcse_quantile, mcse_sd, mean_ess, median_ess, quantile_ess,
    r_hat, r_hat_bulk, r_hat_folded, sd_ess, tail_ess,
};
pub use error::McmcError;
pub use kernel::Kernel;
pub use minimize::{Minimum, Optimum, Starts, minimize};
pub use posterior::Posterior;
pub use progress::{Progress, on_terminal};
pub use rejections::{NOT_FINITE, Rejections, ZERO_PROBABILITY};
pub use run::Run;
pub use sampler::{Phase, Sampler, State};
pub use sampling::Sampling;
pub use summary::{ParameterSummary, Summary};
pub use target::Target;
pub use tempering::{ParallelTempering, recommended, swap_log_acceptance};
pub use transition::{Path, Transition, delayed_rejection_step};
pub use uniform_box::{OUTSIDE_PRIOR, UniformBox};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
