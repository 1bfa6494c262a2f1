//! What the benches share: annealed data at a fixed seed. The benches themselves are in `benches/`;
//! run them all with `cargo bench`, one with `cargo bench -p benches --bench ode`.

pub mod plain;
pub mod plain_clusters;
pub mod plain_species;

use cluster_stats::{Recorder, Trajectory};
use lattice_core::{
    Composition, Configuration, LatticeError, Schedule, SwapRange, TriangleEnergy,
    TriangularLattice, anneal,
};
use rand::SeedableRng;
use rand_pcg::Pcg64;

/// A random lattice of `size` x `size` sites with the fraction `minus` of (-), at a fixed seed.
///
/// # Errors
/// Those of the lattice.
pub fn random_atoms(size: usize, minus: f64) -> Result<Configuration, LatticeError> {
    let mut rng = Pcg64::seed_from_u64(7);
    let lattice = TriangularLattice::new(size, size)?;
    Configuration::random(lattice, Composition::of_minus(minus)?, &mut rng)
}

/// 61 samples of one 48 x 48 lattice on the default schedule, at a fixed seed.
///
/// # Errors
/// Those of annealing and recording.
pub fn annealed(minus: f64) -> Result<Trajectory, Box<dyn std::error::Error>> {
    let mut rng = Pcg64::seed_from_u64(11);
    let mut atoms = random_atoms(48, minus)?;
    let schedule = Schedule::geometric(0.8, 0.1, 20)?;
    let mut data = Recorder::new();
    let energy = TriangleEnergy::absolute_charge();
    anneal(&mut atoms, &energy, &schedule, SwapRange::Anywhere, &mut rng, |s| data.record(s))?;
    Ok(data.into_trajectory()?)
}
