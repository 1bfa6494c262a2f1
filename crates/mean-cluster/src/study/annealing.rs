//! Annealing at every composition, in parallel, with the same bits on any number of threads.

use super::{Progress, StudySettings};
use crate::StudyError;
use cluster_stats::{Recorder, ReplicaMean, Trajectory};
use lattice_core::{Annealing, Composition, Configuration, TriangularLattice};
use rand::SeedableRng;
use rand_pcg::Pcg64;
use rayon::prelude::*;

/// The annealing runs of one composition.
#[derive(Clone, Debug)]
pub struct AnnealedComposition {
    /// The nominal fraction of (-); that of the lattice is the nearest possible.
    pub x: f64,
    /// One trajectory a replica.
    pub replicas: Vec<Trajectory>,
    /// Their mean, with standard errors: the data of everything that follows.
    pub mean: ReplicaMean,
    /// The atoms of the first replica before and after the annealing.
    pub atoms: [Configuration; 2],
}

/// One replica: its trajectory, its atoms before and after.
type Replica = (Trajectory, [Configuration; 2]);

/// Anneals `settings.replicas` lattices at each of `compositions`.
///
/// # Errors
/// [`StudyError::AtComposition`] around what failed.
pub fn anneal_compositions(
    settings: &StudySettings,
    compositions: &[f64],
    progress: &Progress,
) -> Result<Vec<AnnealedComposition>, StudyError> {
    let runs: Vec<(usize, u64)> = (0..compositions.len())
        .flat_map(|index| (0..settings.replicas as u64).map(move |replica| (index, replica)))
        .collect();
    let bar = progress.start("annealing", runs.len() as u64);
    let runs: Vec<Replica> = runs
        .into_par_iter()
        .map(|(index, replica)| {
            let x = compositions[index];
            let annealed = anneal_one(settings, x, replica).map_err(StudyError::at(x));
            bar.inc(1);
            annealed
        })
        .collect::<Result<_, _>>()?;
    bar.finish();
    let mut runs = runs.into_iter();
    let mut annealed = Vec::with_capacity(compositions.len());
    for &x in compositions {
        let (replicas, mut atoms): (Vec<_>, Vec<_>) = runs.by_ref().take(settings.replicas).unzip();
        let mean = ReplicaMean::of(&replicas).map_err(|e| StudyError::at(x)(e.into()))?;
        annealed.push(AnnealedComposition { x, replicas, mean, atoms: atoms.swap_remove(0) });
    }
    Ok(annealed)
}

fn anneal_one(settings: &StudySettings, x: f64, replica: u64) -> Result<Replica, StudyError> {
    let mut rng = generator(settings.seed, x, replica);
    let lattice = TriangularLattice::new(settings.size, settings.size)?;
    let mut atoms = Configuration::random(lattice, Composition::of_minus(x)?, &mut rng)?;
    let before = atoms.clone();
    let schedule = settings.schedule()?;
    let mut annealing = Annealing::new(&settings.energy(), &schedule, settings.swap_range());
    let mut data = Recorder::new();
    while let Some(sample) = annealing.advance(&mut atoms, &mut rng)? {
        data.record(&sample);
    }
    Ok((data.into_trajectory()?, [before, atoms]))
}

/// The generator of one replica: it depends on the seed, the composition and the replica's number
/// alone, so that more replicas or other compositions leave it as it is.
fn generator(seed: u64, x: f64, replica: u64) -> Pcg64 {
    let mut of_seed = Pcg64::seed_from_u64(seed);
    let mut of_composition = Pcg64::seed_from_u64(next(&mut of_seed) ^ x.to_bits());
    Pcg64::seed_from_u64(next(&mut of_composition) ^ replica)
}

fn next(rng: &mut Pcg64) -> u64 {
    rand::Rng::next_u64(rng)
}
