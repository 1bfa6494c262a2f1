//! Annealing at every composition, in parallel, with the same bits on any number of threads.

mod block;
mod settings;

use crate::StudyError;
use crate::run::{Checkpoints, Progress};
use crate::settings::Settings;
use cluster_stats::{ReplicaMean, Trajectory};
use lattice_core::Configuration;
use rayon::prelude::*;

pub(crate) use settings::AnnealingSettings;

/// The annealing runs of one composition.
#[derive(Clone, Debug, PartialEq)]
pub struct AnnealedComposition {
    /// The nominal fraction of (-); that of the lattice is the nearest possible.
    pub x: f64,
    /// One trajectory a replica.
    pub replicas: Vec<Trajectory>,
    /// Their mean, with standard errors: the data of everything that follows.
    pub mean: ReplicaMean,
    /// The atoms of the first replica before and after the annealing, where they are kept.
    pub atoms: Option<[Configuration; 2]>,
}

/// The trajectories of a block of replicas, the atoms of its first before and after.
type OfBlock = (Vec<Trajectory>, [Configuration; 2]);

/// Anneals the replicas at each of `compositions`, in blocks; what is left is a smaller block, and a block
/// of one is a lattice alone.
///
/// # Errors
/// [`StudyError::AtComposition`] around what failed.
pub(crate) fn anneal<S: Settings + Sync>(
    settings: &AnnealingSettings,
    compositions: &[f64],
    progress: Progress,
    checkpoints: Option<&Checkpoints<S>>,
) -> Result<Vec<AnnealedComposition>, StudyError> {
    let blocks = settings.blocks();
    let all: Vec<(f64, usize)> =
        compositions.iter().flat_map(|&x| (0..blocks).map(move |block| (x, block))).collect();
    let bar = progress.start("annealing", (all.len() * settings.samples()) as u64);
    let last = settings.samples() - 1;
    let one = |(x, number): (f64, usize)| -> Result<OfBlock, StudyError> {
        let name = || format!("annealing_{x}_{number}");
        let stage = checkpoints.map(|checkpoints| checkpoints.stage(&name()));
        let keeps = |sample| sample == 0 || sample == last;
        let annealed = settings.anneal_block(x, number, &bar, stage, keeps);
        let annealed = annealed.map_err(StudyError::at(x))?;
        let atoms = annealed.film.into_iter().map(|frame| frame.atoms).collect::<Vec<_>>();
        let atoms = atoms.try_into().expect("a schedule has at least 2 samples");
        Ok((annealed.trajectories, atoms))
    };
    let done: Vec<OfBlock> = all.into_par_iter().map(one).collect::<Result<_, _>>()?;
    bar.finish();
    let mut done = done.into_iter();
    let mut annealed = Vec::with_capacity(compositions.len());
    for &x in compositions {
        let (replicas, mut atoms): (Vec<_>, Vec<_>) = done.by_ref().take(blocks).unzip();
        let replicas = replicas.concat();
        let mean = ReplicaMean::of(&replicas).map_err(|e| StudyError::at(x)(e.into()))?;
        annealed.push(AnnealedComposition { x, replicas, mean, atoms: Some(atoms.swap_remove(0)) });
    }
    Ok(annealed)
}
