//! Lattices of two kinds of atoms under simulated annealing.
mod anneal;
mod composition;
mod configuration;
mod energy;
mod error;
mod lattice;
mod metropolis;
mod ring;
mod schedule;

pub use anneal::{Anneal, Annealing, Sample, anneal};
pub use composition::{Composition, Species};
pub use configuration::{Configuration, SwapChange};
pub use energy::TriangleEnergy;
pub use error::LatticeError;
pub use lattice::TriangularLattice;
pub use metropolis::{Metropolis, SwapRange};
pub use schedule::Schedule;
