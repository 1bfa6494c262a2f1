//! Lattices, species, energies, and atoms that swap while the temperature falls.
//!
//! For mixtures such as Li_x Mn_{1-x} O2, whose cations Mn (+) and Li (-) share a triangular lattice:
//! place them at random at an exact composition, give each small triangle an energy by its number of
//! (+) corners, anneal, and look at every sample on the way. Other lattices, more species and other
//! energies work the same way, with [`Occupation`] and [`ClusterEnergy`].
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
//! - [`Lattice`], [`PeriodicLattice`], [`Species`], [`Rule`]: systems of any kind.
//! - [`RuleProcess`]: rules as an exact process in continuous time, event by event.
//! - [`Occupation`]: any species on any lattice. [`ClusterEnergy`]: sums of [`Interaction`]s, such as
//!   pairs by shell, triangles, charges, cluster expansions. [`Energy`]: the trait of all energies.
//! - [`TriangularLattice`], [`Composition`], [`Configuration`], [`Ensemble`], [`TriangleEnergy`]: two
//!   kinds of [`Atom`]s on the triangular lattice, many times faster; they convert into the above.
//! - [`Metropolis`]: swaps [`Anywhere`](SwapRange::Anywhere) or of
//!   [`NearestNeighbor`](SwapRange::NearestNeighbor)s, accepted with min(1, exp(-dE/T)).
//! - [`Schedule`], [`anneal`] and its steps, [`Annealing`]: what happens when, with [`Sample`]s.
//! - [`ConfigurationFormat`]: files of configurations, as text, NPY, extended XYZ and POSCAR.
//!
//! Without default features only systems are left, and no dependency but `libm` and `thiserror`; the
//! feature `engines` adds all that moves, `files` adds files of configurations.
//!
//! Energies and temperatures have one unit (k_B = 1); any generator of `rand` 0.10 will do.
//!
//! # Your own
//! An energy has two methods, see [`Energy`]; [`check_energy`] tells whether they agree. A schedule
//! is a list: `Schedule::explicit([0.5, 0.4, 0.45])`. Atoms that move otherwise implement the one
//! method of [`Anneal`]; [`check_anneal_contract`] tests them. Moves of your own are made of
//! [`Configuration::swap_change`], [`Metropolis::acceptance`] and [`Configuration::swap`].
//!
//! # What is not here
//! Clusters (`cluster-stats`), models of them (`closures`, `hierarchy-ode`), moves that change the
//! composition.

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
mod general;
mod generator;
mod kinetic;
mod lattice;
mod metropolis;
mod prefetch;
mod ring;
mod saved;
mod schedule;
mod single;
mod sliced;
mod start;
mod system;
mod tally;
mod torus;
mod windows;
mod word;

pub use composition::{Atom, Composition};
pub use error::LatticeError;
pub use system::{Lattice, PeriodicLattice, Rule, Site, Species, Symmetry, Transition};

#[cfg(feature = "engines")]
pub use {
    anneal::{Anneal, Annealing, Sample, anneal},
    bits::PlusBits,
    configuration::{Configuration, SwapChange},
    contract::{check_anneal_contract, check_triangle_contract},
    energy::TriangleEnergy,
    ensemble::{BlockWidth, Ensemble},
    general::{ClusterEnergy, Energy, EnergyReport, Interaction, Occupation, check_energy},
    kinetic::{KineticRun, RuleProcess},
    lattice::TriangularLattice,
    metropolis::{Acceptances, Metropolis, SwapEnergy, SwapRange},
    numerics::Instructions,
    schedule::Schedule,
    tally::{Patch, SiteTerms},
    word::ReplicaBits,
};

#[cfg(feature = "files")]
pub use files::{Arrangement, ConfigurationFormat, CrystalLayer, FileError, Frame};

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
