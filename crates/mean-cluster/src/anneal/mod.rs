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
use crate::run::{Run, Work};
use cluster_stats::{ReplicaMean, Trajectory};
use lattice_core::Frame;
use rayon::prelude::*;
use settings::AnnealSettings;
use std::path::Path;

/// What an annealing gives, as it stands in its files.
pub(crate) struct Annealed {
    settings: AnnealSettings,
    /// `replicas.csv`: one trajectory a replica.
    replicas: Vec<Trajectory>,
    /// Their mean: `trajectory.csv`, and `standard_errors.csv`.
    mean: ReplicaMean,
    /// Frames of the first replica; of files none in a format that is written only.
    film: Vec<Frame>,
    /// The last configuration of each replica, likewise.
    last: Vec<Frame>,
}

impl Run for Annealed {
    type Settings = AnnealSettings;

    const ABOUT: [&'static str; 2] = [
        "Anneal lattices of your own: trajectories, a film and the last configurations",
        "Example: mean-cluster anneal --rows 24 --columns 24 --x 1/3 --out annealed",
    ];
    const OUT: &'static str = "annealed";

    fn find(work: &Work<'_, AnnealSettings>) -> Result<Annealed, StudyError> {
        let settings = work.settings.clone();
        let annealing = settings.annealing();
        let (blocks, samples, every) =
            (annealing.blocks(), annealing.samples(), settings.film_every);
        let bar = work.progress.start("annealing", (blocks * samples) as u64);
        let block = |number| {
            let stage = work.stage(&format!("annealing_{number}"));
            let has_film = number == 0 && every > 0;
            annealing.anneal_block(settings.x, number, &bar, stage, |sample| {
                has_film && (sample.is_multiple_of(every) || sample == samples - 1)
            })
        };
        let done: Vec<_> =
            (0..blocks).into_par_iter().map(block).collect::<Result<_, StudyError>>()?;
        bar.finish();
        let (mut replicas, mut film, mut last) = (Vec::new(), Vec::new(), Vec::new());
        for block in done {
            replicas.extend(block.trajectories);
            film.extend(block.film); // only the first has one
            last.extend(block.last.into_iter().map(Frame::from));
        }
        let mean = ReplicaMean::of(&replicas)?;
        Ok(Annealed { settings, replicas, mean, film, last })
    }

    fn settings(&self) -> &AnnealSettings {
        &self.settings
    }

    fn write_tables(&self, directory: &Path) -> Result<(), StudyError> {
        files::write(self, directory)
    }

    fn read_tables(directory: &Path, settings: AnnealSettings) -> Result<Annealed, StudyError> {
        files::read(directory, settings)
    }

    fn told(&self) -> String {
        String::new()
    }

    #[cfg(feature = "figures")]
    fn figures(&self) -> Result<Vec<Figure>, StudyError> {
        figures::all(self)
    }

    #[cfg(feature = "figures")]
    fn report(&self, figures: &[Figure]) -> Result<String, StudyError> {
        Ok(report::page(self, figures))
    }
}
