//! Kinetic Monte Carlo of the rules of a hierarchy: the exact process that its equations are the
//! mean motion of, by `lattice-core`.
#![cfg(feature = "kinetics")]

mod ensemble;
mod process;

pub use ensemble::KineticMeans;
pub use process::KineticProcess;
