//! Annealing at every composition, in parallel, with the same bits on any number of threads.

use super::StudySettings;
use super::block::Block;
use crate::StudyError;
use crate::run::{Checkpoints, Progress};
use cluster_stats::{ReplicaMean, Trajectory};
use indicatif::ProgressBar;
use lattice_core::{Annealing, Composition, Configuration, TriangularLattice};
use rand::{Rng, SeedableRng};
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

/// The trajectories of a block of replicas, the atoms of its first before and after.
type OfBlock = (Vec<Trajectory>, [Configuration; 2]);

/// Anneals `settings.replicas` lattices at each of `compositions`, in blocks of
/// `settings.block_width`; what is left is a smaller block, and a block of one is a lattice alone.
///
/// # Errors
/// [`StudyError::AtComposition`] around what failed.
pub fn anneal_compositions(
    settings: &StudySettings,
    compositions: &[f64],
    progress: &Progress,
) -> Result<Vec<AnnealedComposition>, StudyError> {
    anneal_with(settings, compositions, progress, None)
}

pub(super) fn anneal_with(
    settings: &StudySettings,
    compositions: &[f64],
    progress: &Progress,
    checkpoints: Option<&Checkpoints<StudySettings>>,
) -> Result<Vec<AnnealedComposition>, StudyError> {
    settings.check()?;
    let blocks = settings.replicas.div_ceil(settings.block_width);
    let work: Vec<(f64, usize)> =
        compositions.iter().flat_map(|&x| (0..blocks).map(move |block| (x, block))).collect();
    let samples = settings.schedule()?.samples();
    let bar = progress.start("annealing", (work.len() * samples) as u64);
    let done: Vec<OfBlock> = work
        .into_par_iter()
        .map(|(x, block)| {
            anneal_block(settings, x, block, &bar, checkpoints).map_err(StudyError::at(x))
        })
        .collect::<Result<_, _>>()?;
    bar.finish();
    let mut done = done.into_iter();
    let mut annealed = Vec::with_capacity(compositions.len());
    for &x in compositions {
        let (replicas, mut atoms): (Vec<_>, Vec<_>) = done.by_ref().take(blocks).unzip();
        let replicas = replicas.concat();
        let mean = ReplicaMean::of(&replicas).map_err(|e| StudyError::at(x)(e.into()))?;
        annealed.push(AnnealedComposition { x, replicas, mean, atoms: atoms.swap_remove(0) });
    }
    Ok(annealed)
}

fn anneal_block(
    settings: &StudySettings,
    x: f64,
    number: usize,
    bar: &ProgressBar,
    checkpoints: Option<&Checkpoints<StudySettings>>,
) -> Result<OfBlock, StudyError> {
    let replicas = settings.block_width.min(settings.replicas - number * settings.block_width);
    let schedule = settings.schedule()?;
    let last = schedule.samples() - 1;
    let block = Block {
        lattice: TriangularLattice::new(settings.size, settings.size)?,
        composition: Composition::of_minus(x)?,
        together: settings.width().filter(|_| replicas > 1).map(|width| (replicas, width)),
        annealing: Annealing::new(&settings.energy(), &schedule, settings.swap_range()),
        rng: generator(settings.seed, x, number as u64),
        bar,
        stage: checkpoints.map(|checkpoints| checkpoints.stage(&format!("annealing_{x}_{number}"))),
    };
    let annealed = block.anneal(|sample| sample == 0 || sample == last)?;
    let atoms = annealed.film.into_iter().map(|frame| frame.atoms).collect::<Vec<_>>();
    let atoms = atoms.try_into().expect("a schedule has at least 2 samples");
    Ok((annealed.trajectories, atoms))
}

/// The generator of one block: it depends on the seed, the composition and the block's number alone,
/// so that more blocks or other compositions leave it as it is.
pub(crate) fn generator(seed: u64, x: f64, block: u64) -> Pcg64 {
    let mut of_seed = Pcg64::seed_from_u64(seed);
    let mut of_composition = Pcg64::seed_from_u64(of_seed.next_u64() ^ x.to_bits());
    Pcg64::seed_from_u64(of_composition.next_u64() ^ block)
}
