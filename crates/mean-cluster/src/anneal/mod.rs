//! `mean-cluster anneal`: lattices of the user's own, annealed in blocks of replicas.

#[cfg(feature = "figures")]
mod figures;
mod files;
#[cfg(feature = "figures")]
mod report;
mod settings;

use crate::StudyError;
#[cfg(feature = "figures")]
use crate::figures::Figure;
use crate::output::OutputDirectory;
#[cfg(feature = "figures")]
use crate::run::Drawn;
use crate::run::{Checkpoints, Progress, Run};
use crate::study::{AnnealedBlock, Block, generator};
use cluster_stats::Trajectory;
#[cfg(feature = "figures")]
use files::AnnealedFiles;
use indicatif::ProgressBar;
use lattice_core::{Annealing, Frame};
use rayon::prelude::*;
#[cfg(feature = "figures")]
use std::path::Path;

pub(crate) use settings::AnnealSettings;

/// What an annealing gives.
struct Annealed {
    replicas: Vec<Trajectory>,
    film: Vec<Frame>,
    last: Vec<Frame>,
}

impl Run for AnnealSettings {
    const ABOUT: [&'static str; 2] = [
        "Anneal lattices of your own: trajectories, a film and the last configurations",
        "Example: mean-cluster anneal --rows 24 --columns 24 --x 1/3 --out annealed",
    ];
    const OUT: &'static str = "annealed";

    #[cfg(feature = "figures")]
    type Files = AnnealedFiles;

    fn seed(&self) -> u64 {
        self.seed
    }

    fn work(
        checkpoints: &Checkpoints<AnnealSettings>,
        directory: &OutputDirectory,
    ) -> Result<String, StudyError> {
        let annealed = anneal(checkpoints, Progress::Terminal)?;
        files::write(directory, checkpoints.settings(), &annealed)?;
        Ok(String::new())
    }

    #[cfg(feature = "figures")]
    fn read(directory: &Path, settings: Self) -> Result<AnnealedFiles, StudyError> {
        AnnealedFiles::read(directory, settings)
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

#[cfg(feature = "figures")]
impl Drawn for AnnealedFiles {
    fn figures(&self) -> Result<Vec<Figure>, StudyError> {
        figures::all(self)
    }

    fn report(&self, figures: &[Figure]) -> Result<String, StudyError> {
        report::page(self, figures)
    }
}
