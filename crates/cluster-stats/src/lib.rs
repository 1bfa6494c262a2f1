//! Concentrations of clusters on lattices: the vocabulary of mean-cluster models, counting,
//! trajectories, files. Pairs and triplets of two kinds of atoms on the triangular lattice are the
//! fast case; [`ClusterTypes`] are clusters of any species on any lattice.
//!
//! ```
//! use cluster_stats::{ClusterCounts, Shape, TripletType};
//! use ndarray::arr2;
//!
//! // +1 is (+), -1 is (-); rows and columns are periodic
//! let grid = arr2(&[[1, -1, 1], [1, 1, -1], [-1, 1, 1]]);
//! let found = ClusterCounts::of_grid(grid.view())?.concentrations();
//!
//! assert_eq!(found.pairs.plus(), 2.0 / 3.0);
//! let one_of_three = found.triplets["ang_ppm".parse::<TripletType>()?];
//! assert!((found.triplets.shape_sum(Shape::Angled) - 1.0).abs() < 1e-15);
//! found.check(1e-14)?; // every sum rule and every marginal
//! # let _ = one_of_three;
//! # Ok::<(), cluster_stats::StatsError>(())
//! ```
//!
//! # The convention
//! Every concentration here is **ordered** (`++-` is read in one direction; `-++` has the same
//! value) and normalised **per shape** (linear, angled and triangular triplets each sum to 1, with
//! the weights of [`TripletType::multiplicity`]), averaged over orientations. Other conventions
//! exist, and mixing them changes conclusions; they are plain arrays, made by
//! [`TripletConcentrations::in_convention`] and read by [`TripletConcentrations::from_convention`].
//!
//! # The types
//! - [`ClusterTypes`]: [`Pattern`]s up to symmetry, with unique names, on any lattice; [`Counter`] for
//!   their concentrations in a configuration of any species.
//! - [`Shape`], [`PairType`], [`TripletPattern`], [`TripletType`]: the names of pairs and triplets.
//! - [`PairConcentrations`], [`TripletConcentrations`], and both as [`Concentrations`] with the
//!   [`SumRule`]s that tie them.
//! - [`ClusterCounts`]: exact counts of an `ndarray` grid, and through [`CountClusters`] of
//!   anything that holds replicas.
//! - [`Trajectory`]: [`Record`]s over time, integrals over it, CSV and NPY in and out (feature
//!   `files`, on by default); [`ReplicaMean`]: means with standard errors.
//! - [`ClusterTrajectory`], [`ClusterRecorder`]: the same for clusters of any kind, with standard errors.
//! - `Recorder` (feature `lattice`, on by default): turns the samples of
//!   `lattice_core::anneal` into trajectories.
//!
//! With `default-features = false` neither the engines of `lattice-core`, `rand` nor `csv` is needed.
//!
//! # Not here
//! Annealing (`lattice-core`) and formulas that give larger clusters from smaller ones (`closures`).

mod around;
mod bit_rows;
#[cfg(target_arch = "x86_64")]
mod carry_save;
mod clusters;
#[cfg(feature = "files")]
mod columns;
mod concentrations;
mod counts;
#[cfg(feature = "lattice")]
mod ensemble;
mod error;
#[cfg(feature = "files")]
mod files;
mod instructions;
#[cfg(feature = "files")]
mod npy;
mod pairs;
mod population;
#[cfg(feature = "files")]
mod precision;
#[cfg(feature = "lattice")]
mod recorder;
mod replicas;
mod shape;
mod site_bits;
mod sums;
mod trajectory;
mod triplet_type;
mod triplets;

pub use clusters::{
    ClusterNames, ClusterRecorder, ClusterTrajectory, ClusterType, ClusterTypes, Counter, Pattern,
    assignments, connected_windows, latex_escaped,
};
#[cfg(feature = "files")]
pub use columns::{record_columns, record_fields};
pub use concentrations::{Concentrations, SumRule};
pub use counts::{ClusterCounts, CountClusters};
pub use error::StatsError;
#[cfg(feature = "files")]
pub use files::{ReadNotes, SUM_RULE_TOLERANCE};
/// Lattices, sites and species, for crates that depend on this one alone.
pub use lattice_core;
pub use pairs::{PairConcentrations, PairType};
#[cfg(feature = "lattice")]
pub use recorder::Recorder;
pub use replicas::{ReplicaMean, StandardErrors};
pub use shape::Shape;
pub use trajectory::{Record, Trajectory};
pub use triplet_type::{TripletPattern, TripletType};
pub use triplets::{Normalization, Orientation, TripletConcentrations};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
