//! Lattices of two kinds of atoms under simulated annealing.
//!
//! For mixtures such as Li_x Mn_{1-x} O2, whose cations Mn (+) and Li (-) share a triangular lattice:
//! place them at random at an exact composition, give each small triangle an energy by its number of
//! (+) corners, let atoms swap while the temperature falls, and look at every sample on the way.
//!
//! ```
//! use lattice_core::{
//!     Composition, Configuration, Schedule, SwapRange, TriangleEnergy, TriangularLattice, anneal,
//! };
//! use rand_pcg::{Pcg64, rand_core::SeedableRng};
//!
//! let mut rng = Pcg64::seed_from_u64(7);
//! let lattice = TriangularLattice::new(24, 24)?;
//! let mut atoms = Configuration::random(lattice, Composition::of_minus(1.0 / 3.0)?, &mut rng)?;
//! let energy = TriangleEnergy::absolute_charge();
//! let schedule = Schedule::geometric(0.8, 0.1, 20)?;
//!
//! anneal(&mut atoms, &energy, &schedule, SwapRange::Anywhere, &mut rng, |sample| {
//!     let temperature = sample.temperature.map_or("start".to_owned(), |t| format!("{t:.3}"));
//!     println!("{:.2} {temperature} {:.4}", sample.time, sample.energy_per_site());
//! })?;
//! // nearly every triangle has ordered into two (+) and one (-)
//! assert!(energy.per_site(&atoms) < 0.1);
//! # Ok::<(), lattice_core::LatticeError>(())
//! ```
//!
//! # What is here
//! - [`TriangularLattice`]: sites, neighbours and triangles, periodic.
//! - [`Composition`] and [`Configuration`]: how many atoms of each [`Species`], and where they are;
//!   drawn at random or read from a grid of +1 and -1.
//! - [`TriangleEnergy`]: the [absolute](TriangleEnergy::absolute_charge) and the
//!   [squared](TriangleEnergy::squared_charge) charge deviation of oxygen, or any table of four.
//! - [`Metropolis`]: swaps [`Anywhere`](SwapRange::Anywhere) or of
//!   [`NearestNeighbor`](SwapRange::NearestNeighbor)s, accepted with min(1, exp(-dE/T)).
//! - [`Schedule`], [`anneal`] and its steps, [`Annealing`]: what happens when, with [`Sample`]s.
//! - [`ConfigurationFormat`]: files of configurations, as text, NPY, extended XYZ and POSCAR.
//!
//! Energies and temperatures have one unit (k_B = 1); any generator of `rand` 0.10 will do.
//!
//! # Your own
//! An energy is a table: `TriangleEnergy::new([0.0, 0.0, 0.0, 1.0])`. A schedule is a list:
//! `Schedule::explicit([0.5, 0.4, 0.45])`. Atoms that move otherwise, or many replicas at once,
//! implement the one method of [`Anneal`]; [`check_anneal_contract`] tests them. Moves of your own
//! are made of [`Configuration::swap_change`], [`Metropolis::acceptance`] and
//! [`Configuration::swap`]:
//!
//! ```
//! use lattice_core::*;
//! use rand::RngExt;
//! use rand_pcg::{Pcg64, rand_core::SeedableRng};
//!
//! let mut rng = Pcg64::seed_from_u64(7);
//! let lattice = TriangularLattice::new(12, 12)?;
//! let mut atoms = Configuration::random(lattice, Composition::of_plus(0.5)?, &mut rng)?;
//! let energy = TriangleEnergy::squared_charge();
//! let metropolis = Metropolis::new(&energy, 0.5, SwapRange::Anywhere)?;
//! for site in 0..atoms.lattice().sites() {
//!     let above = atoms.lattice().neighbors_of(site)[4]; // columns only
//!     let change = atoms.swap_change(site, above)?;
//!     if rng.random::<f64>() < metropolis.acceptance(change) {
//!         atoms.swap(site, above)?;
//!     }
//! }
//! # Ok::<(), lattice_core::LatticeError>(())
//! ```
//!
//! # What is not here
//! Pairs and triplets (`cluster-stats`), models of them (`closures`, `hierarchy-ode`), other lattices,
//! more than two kinds of atoms, moves that change the composition.

mod acceptance;
mod anneal;
mod bits;
mod block;
mod composition;
mod configuration;
mod contract;
mod energy;
mod ensemble;
mod error;
mod files;
mod generator;
mod lattice;
mod metropolis;
mod prefetch;
mod ring;
mod saved;
mod schedule;
mod single;
mod sliced;
mod start;
mod tally;
mod torus;
mod windows;
mod word;

pub use anneal::{Anneal, Annealing, Sample, anneal};
pub use bits::PlusBits;
pub use composition::{Composition, Species};
pub use configuration::{Configuration, SwapChange};
pub use contract::check_anneal_contract;
pub use energy::TriangleEnergy;
pub use ensemble::{BlockWidth, Ensemble};
pub use error::LatticeError;
pub use files::{Arrangement, ConfigurationFormat, CrystalLayer, FileError, Frame};
pub use lattice::TriangularLattice;
pub use metropolis::{Metropolis, SwapRange};
pub use numerics::Instructions;
pub use schedule::Schedule;
pub use tally::{Patch, SiteTerms};
pub use word::ReplicaBits;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
