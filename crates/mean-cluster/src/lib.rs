//! Mean-cluster models end to end: annealed lattices, cluster concentrations, closures, rate
//! equations, Bayesian rates. This crate joins the five that do the work, which do not know each
//! other, and holds the study of the paper and the command that runs it.
//!
//! From a lattice to a posterior:
//!
//! ```
//! use mean_cluster::bayes_mcmc::{DelayedRejection, Starts, UniformBox, minimize};
//! use mean_cluster::closures::{OptimalApproximation, Regularization};
//! use mean_cluster::cluster_stats::Recorder;
//! use mean_cluster::hierarchy_ode::{ClosedModel, Misfit};
//! use mean_cluster::lattice_core::{
//!     Composition, Configuration, Schedule, SwapRange, TriangleEnergy, TriangularLattice, anneal,
//! };
//! use rand::SeedableRng;
//! use rand_pcg::Pcg64;
//!
//! let mut rng = Pcg64::seed_from_u64(7);
//! let lattice = TriangularLattice::new(24, 24)?;
//! let mut atoms = Configuration::random(lattice, Composition::of_minus(1.0 / 3.0)?, &mut rng)?;
//! let schedule = Schedule::geometric(0.8, 0.1, 20)?;
//! let energy = TriangleEnergy::absolute_charge();
//! let mut data = Recorder::new();
//! anneal(&mut atoms, &energy, &schedule, SwapRange::Anywhere, &mut rng, |sample| data.record(sample))?;
//! let data = data.into_trajectory()?;
//!
//! let closure = OptimalApproximation::fit(&data, Regularization::hard())?;
//! let model = ClosedModel::conserving(&closure);
//! let misfit = Misfit::new(&model, &data)?.noise_variance(2.5e-5)?;
//! let posterior = mean_cluster::posterior(&misfit, UniformBox::new(0.0, 50.0)?);
//! let start = minimize(&posterior, Starts::random(4), &mut rng)?;
//! let chains = DelayedRejection::published(&start)?.chains(2).sample(&posterior, 500, 7)?;
//! println!("{}", chains.summary());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What is here
//! - [`lattice_core`], [`cluster_stats`], [`closures`], [`hierarchy_ode`], [`bayes_mcmc`]: the five
//!   crates, whole. Each can be depended on alone.
//! - [`posterior`]: a misfit and a prior as a density that the sampler takes.
//! - [`study`]: the paper, stage by stage, as functions of [`study::StudySettings`].
//! - [`compare`]: every closure, calibrated on some compositions, judged on fresh runs at ten.
//! - [`output`]: output directories that are replaced whole and know whose they are.
//!
//! # Your own closure
//! Implement [`closures::Closure`] (one method) or use [`closures::from_fn`]; it goes wherever the
//! pair approximation goes.
//!
//! # Not here
//! Algorithms: each lives in its crate.

mod command;
pub mod compare;
mod compare_command;
mod error;
pub mod output;
mod posterior;
pub mod study;

pub use bayes_mcmc;
pub use closures;
pub use cluster_stats;
pub use hierarchy_ode;
pub use lattice_core;

pub use command::run as run_command;
pub use error::StudyError;
pub use posterior::{RateLikelihood, posterior};
