//! Annealed data on the default schedule, with any energy.

use mean_cluster::StudyError;
use mean_cluster::cluster_stats::{Recorder, ReplicaMean};
use mean_cluster::lattice_core::{
    BlockWidth, Composition, Ensemble, SwapRange, TriangleEnergy, TriangularLattice, anneal,
};
use mean_cluster::study::{AnnealedComposition, StudySettings};
use rand::SeedableRng;
use rand_pcg::Pcg64;

/// 64 replicas of 48 x 48 sites at the fraction `x` of (-), swaps anywhere, the default schedule.
///
/// # Errors
/// [`StudyError`], for `x` outside 0 to 1.
pub fn annealed(
    energy: &TriangleEnergy,
    x: f64,
    seed: u64,
) -> Result<AnnealedComposition, StudyError> {
    let settings = StudySettings::default();
    let mut rng = Pcg64::seed_from_u64((seed << 32) ^ (x.to_bits() >> 8));
    let lattice = TriangularLattice::new(settings.size, settings.size)?;
    let composition = Composition::of_minus(x)?;
    let mut atoms = Ensemble::random(lattice, composition, 64, BlockWidth::Bits64, &mut rng)?;
    let before = atoms.replica(0)?;
    let mut data = Recorder::new();
    let schedule = settings.schedule()?;
    anneal(&mut atoms, energy, &schedule, SwapRange::Anywhere, &mut rng, |s| data.record(s))?;
    let replicas = data.into_trajectories()?;
    let mean = ReplicaMean::of(&replicas)?;
    Ok(AnnealedComposition { x, replicas, mean, atoms: Some([before, atoms.replica(0)?]) })
}
