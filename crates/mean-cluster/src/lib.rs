//! Mean-cluster models end to end: annealed lattices, cluster concentrations, closures, rate
//! equations, Bayesian rates. This crate joins the five that do the work, which do not know each
//! other, and holds the study of the paper and the command that runs it.
//!
//! The study of the paper, small:
//!
//! ```
//! use mean_cluster::run::{Progress, Run};
//! use mean_cluster::study::{Study, StudySettings};
//!
//! let settings = StudySettings { size: 12, replicas: 2, samples: 100, ..StudySettings::quick() };
//! let study = Study::run(&settings, Progress::Silent)?;
//! println!("{}", study.summary); // noisy: a lattice of 144 sites
//! # Ok::<(), mean_cluster::StudyError>(())
//! ```
//!
//! The way from a lattice to a posterior, step by step with data of one's own, is in the README of
//! the workspace.
//!
//! # What is here
//! - [`lattice_core`], [`cluster_stats`], [`closures`], [`hierarchy_ode`], [`bayes_mcmc`]: the five
//!   crates, whole. Each can be depended on alone.
//! - [`posterior`]: a misfit and a prior as a density that the sampler takes.
//! - [`study`]: the paper, stage by stage, as functions of [`study::StudySettings`].
//! - [`compare`]: every closure, calibrated on some compositions, judged on fresh runs at ten.
//! - [`infer`]: what the data say about the rates, by posteriors that converge.
//! - [`run`]: what these three share: [`run::Run`], a run as one type that is computed, written, read again
//!   and drawn, checkpoints and progress.
//! - [`kinetic`]: means over many runs of the exact process of a hierarchy's rules.
//! - [`figures`]: kinds of pictures; behind the feature `figures`, which is on by default.
//! - [`output`]: output directories that are replaced whole and know whose they are.
//!
//! # Your own closure
//! Implement [`closures::Closure`] (one method) or use [`closures::from_fn`]; it goes wherever the
//! pair approximation goes.
//!
//! # Not here
//! Algorithms: each lives in its crate.

#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;

mod anneal;
mod annealing;
mod catalog;
mod cli;
pub mod compare;
mod error;
#[cfg(feature = "figures")]
pub mod figures;
pub mod infer;
pub mod kinetic;
mod limits;
pub mod output;
#[cfg(feature = "figures")]
mod page;
mod posterior;
pub mod run;
mod settings;
mod signals;
pub mod study;

pub use bayes_mcmc;
pub use closures;
pub use cluster_stats;
pub use hierarchy_ode;
pub use lattice_core;

pub use cli::{check_settings, run as run_command};
pub use error::StudyError;
pub use posterior::{Draws, JointLikelihood, RateLikelihood, posterior};
