//! `mean-cluster anneal`: lattices of the user's own, annealed in blocks of replicas.

use super::anneal_settings::{AnnealSettings, FrameFormat, Swaps, energy};
use super::fraction;
use super::job::{self, Work};
use crate::StudyError;
use crate::output::OutputDirectory;
use crate::study::{AnnealedBlock, Block, Checkpoints, Progress, generator};
use clap::Args;
use cluster_stats::Trajectory;
use indicatif::ProgressBar;
use lattice_core::{Annealing, Frame, TriangleEnergy};
use rayon::prelude::*;
use serde::Serialize;

/// Those given; the others are those of the file, or the defaults.
#[derive(Debug, Args, Serialize)]
pub(crate) struct Flags {
    /// Seed of every random number: the same seed gives the same bytes on any number of threads
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: Option<u64>,
    /// Rows of the lattice, at least 3
    #[arg(long, value_name = "R")]
    rows: Option<usize>,
    /// Columns of the lattice, at least 3
    #[arg(long, value_name = "C")]
    columns: Option<usize>,
    /// Fraction of (-) atoms, 0 to 1; on the command line also as 1/3
    #[arg(long, value_name = "X", value_parser = fraction)]
    x: Option<f64>,
    /// Energies of triangles of 0, 1, 2 and 3 (+): absolute, squared or four numbers
    #[arg(long, value_name = "E0,E1,E2,E3", value_parser = energy, allow_hyphen_values = true)]
    energy: Option<TriangleEnergy>,
    /// Which two sites may swap their atoms: anywhere or nearest-neighbor
    #[arg(long, value_enum)]
    swaps: Option<Swaps>,
    /// Temperatures, one after another, in the unit of the energy; none: the three that follow
    #[arg(long, value_name = "T,...", value_delimiter = ',')]
    temperatures: Option<Vec<f64>>,
    /// First temperature of a geometric schedule, in the unit of the energy
    #[arg(long, value_name = "T")]
    first_temperature: Option<f64>,
    /// Last temperature of a geometric schedule
    #[arg(long, value_name = "T")]
    last_temperature: Option<f64>,
    /// Temperatures of a geometric schedule
    #[arg(long, value_name = "N")]
    temperature_steps: Option<usize>,
    /// Samples at each temperature
    #[arg(long, value_name = "N")]
    samples_per_step: Option<usize>,
    /// Sweeps (a move a site) between samples
    #[arg(long, value_name = "N")]
    sweeps_between_samples: Option<u64>,
    /// Independent runs, whose mean is the trajectory
    #[arg(long, value_name = "R")]
    replicas: Option<usize>,
    /// Replicas annealed together: 64, 256 or 512, which cost little more than one; or 1, each alone
    #[arg(long, value_name = "W")]
    block_width: Option<usize>,
    /// Samples from one frame of the film (of the first replica) to the next; 0: no film
    #[arg(long, value_name = "N")]
    film_every: Option<usize>,
    /// Format of configurations: txt, npy, xyz (extended XYZ) or vasp (POSCAR, a file a frame)
    #[arg(long, value_enum)]
    format: Option<FrameFormat>,
    /// Nearest-neighbour distance in xyz and vasp files, in angstrom
    #[arg(long, value_name = "D")]
    distance: Option<f64>,
    /// Chemical symbol of (+)
    #[arg(long, value_name = "SYMBOL")]
    plus: Option<String>,
    /// Chemical symbol of (-)
    #[arg(long, value_name = "SYMBOL")]
    minus: Option<String>,
}

/// What an annealing gives.
pub(super) struct Annealed {
    pub(super) replicas: Vec<Trajectory>,
    pub(super) film: Vec<Frame>,
    pub(super) last: Vec<Frame>,
}

impl job::Flags for Flags {
    type Settings = AnnealSettings;
}

impl Work for AnnealSettings {
    fn work(
        checkpoints: &Checkpoints<AnnealSettings>,
        directory: &OutputDirectory,
    ) -> Result<String, StudyError> {
        let annealed = anneal(checkpoints, Progress::Terminal)?;
        super::anneal_files::write(directory, checkpoints.settings(), &annealed)?;
        Ok(String::new())
    }
}

fn anneal(
    checkpoints: &Checkpoints<AnnealSettings>,
    progress: Progress,
) -> Result<Annealed, StudyError> {
    let settings = checkpoints.settings();
    let blocks = settings.replicas.div_ceil(settings.block_width);
    let bar = progress.start("annealing", (blocks * settings.schedule()?.samples()) as u64);
    let done: Vec<_> = (0..blocks)
        .into_par_iter()
        .map(|number| anneal_block(checkpoints, number, &bar))
        .collect::<Result<_, _>>()?;
    bar.finish();
    let mut all = Annealed { replicas: Vec::new(), film: Vec::new(), last: Vec::new() };
    for block in done {
        all.replicas.extend(block.trajectories);
        all.film.extend(block.film); // only the first has one
        all.last.extend(block.last.into_iter().map(Frame::from));
    }
    Ok(all)
}

fn anneal_block(
    checkpoints: &Checkpoints<AnnealSettings>,
    number: usize,
    bar: &ProgressBar,
) -> Result<AnnealedBlock, StudyError> {
    let settings = checkpoints.settings();
    let replicas = settings.block_width.min(settings.replicas - number * settings.block_width);
    let schedule = settings.schedule()?;
    let (last, every) = (schedule.samples() - 1, settings.film_every);
    let block = Block {
        lattice: settings.lattice()?,
        composition: settings.composition()?,
        together: settings.width().filter(|_| replicas > 1).map(|width| (replicas, width)),
        annealing: Annealing::new(&settings.energy, &schedule, settings.swap_range()),
        rng: generator(settings.seed, settings.x, number as u64),
        bar,
        stage: Some(checkpoints.stage(&format!("annealing_{number}"))),
    };
    let has_film = number == 0 && every > 0;
    block.anneal(|sample| has_film && (sample.is_multiple_of(every) || sample == last))
}
