//! Counting, concentrations and files of them.

#![allow(clippy::unwrap_used, clippy::panic)] // a test that fails stops

mod clusters;
mod counting;
mod files;
#[cfg(feature = "lattice")]
mod replica_counts;
#[cfg(feature = "lattice")]
mod symmetry;
#[cfg(all(feature = "files", feature = "lattice"))]
mod trajectories;
