//! Annealing at every composition, in parallel, with the same bits on any number of threads.

use super::{Checkpoints, Progress, StudySettings};
use crate::StudyError;
use cluster_stats::{CountClusters, Recorder, ReplicaMean, Trajectory};
use indicatif::ProgressBar;
use lattice_core::{
    Anneal, Annealing, Composition, Configuration, Ensemble, LatticeError, TriangularLattice,
};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64;
use rayon::prelude::*;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

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
type Block = (Vec<Trajectory>, [Configuration; 2]);

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
    checkpoints: Option<&Checkpoints>,
) -> Result<Vec<AnnealedComposition>, StudyError> {
    settings.check()?;
    let blocks = settings.replicas.div_ceil(settings.block_width);
    let work: Vec<(f64, usize)> =
        compositions.iter().flat_map(|&x| (0..blocks).map(move |block| (x, block))).collect();
    let samples = settings.schedule()?.samples();
    let bar = progress.start("annealing", (work.len() * samples) as u64);
    let done: Vec<Block> = work
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

/// All that a block needs to go on.
#[derive(Serialize, Deserialize)]
struct State<A> {
    annealing: Annealing,
    atoms: A,
    rng: Pcg64,
    recorder: Recorder,
    /// The first replica at random.
    before: Configuration,
}

fn anneal_block(
    settings: &StudySettings,
    x: f64,
    block: usize,
    bar: &ProgressBar,
    checkpoints: Option<&Checkpoints>,
) -> Result<Block, StudyError> {
    let lattice = TriangularLattice::new(settings.size, settings.size)?;
    let composition = Composition::of_minus(x)?;
    let run = Run { settings, x, block, bar, checkpoints };
    let replicas = settings.block_width.min(settings.replicas - block * settings.block_width);
    match settings.width().filter(|_| replicas > 1) {
        Some(width) => run.go(
            |rng| Ensemble::random(lattice, composition, replicas, width, rng),
            |atoms| atoms.replica(0),
        ),
        None => run
            .go(|rng| Configuration::random(lattice, composition, rng), |atoms| Ok(atoms.clone())),
    }
}

/// A block to be annealed.
struct Run<'a> {
    settings: &'a StudySettings,
    x: f64,
    block: usize,
    bar: &'a ProgressBar,
    checkpoints: Option<&'a Checkpoints>,
}

impl Run<'_> {
    fn go<A: Anneal + CountClusters + Serialize + DeserializeOwned>(
        &self,
        start: impl FnOnce(&mut Pcg64) -> Result<A, LatticeError>,
        first: impl Fn(&A) -> Result<Configuration, LatticeError>,
    ) -> Result<Block, StudyError> {
        let name = format!("annealing_{}_{}", self.x, self.block);
        let mut stage = self.checkpoints.map(|checkpoints| checkpoints.stage(&name));
        let saved = stage.as_ref().map_or(Ok(None), |stage| stage.load())?;
        let mut state = match saved {
            Some(state) => state,
            None => self.state(start, &first)?,
        };
        let resumed_at = state.annealing.taken();
        self.bar.inc(resumed_at as u64);
        while let Some(sample) = state.annealing.advance(&mut state.atoms, &mut state.rng)? {
            state.recorder.record(&sample);
            self.bar.inc(1);
            if let Some(stage) = &mut stage {
                stage.save_if_due(&state)?;
            }
        }
        if let Some(stage) = &mut stage
            && state.annealing.taken() > resumed_at
        {
            stage.save(&state)?;
        }
        let after = first(&state.atoms)?;
        Ok((state.recorder.into_trajectories()?, [state.before, after]))
    }

    fn state<A>(
        &self,
        start: impl FnOnce(&mut Pcg64) -> Result<A, LatticeError>,
        first: impl Fn(&A) -> Result<Configuration, LatticeError>,
    ) -> Result<State<A>, StudyError> {
        let settings = self.settings;
        let mut rng = generator(settings.seed, self.x, self.block as u64);
        let atoms = start(&mut rng)?;
        let schedule = settings.schedule()?;
        Ok(State {
            annealing: Annealing::new(&settings.energy(), &schedule, settings.swap_range()),
            before: first(&atoms)?,
            atoms,
            rng,
            recorder: Recorder::new(),
        })
    }
}

/// The generator of one block: it depends on the seed, the composition and the block's number alone,
/// so that more blocks or other compositions leave it as it is.
pub(crate) fn generator(seed: u64, x: f64, block: u64) -> Pcg64 {
    let mut of_seed = Pcg64::seed_from_u64(seed);
    let mut of_composition = Pcg64::seed_from_u64(of_seed.next_u64() ^ x.to_bits());
    Pcg64::seed_from_u64(of_composition.next_u64() ^ block)
}
