//! `mean-cluster reproduce`.

use super::config::Section;
use super::job::{self, Work};
use crate::StudyError;
use crate::output::OutputDirectory;
use crate::study::{Checkpoints, Progress, Study, StudySettings};
use clap::Args;
use serde::Serialize;

/// Those given; the others are those of the file, or the defaults.
#[derive(Debug, Args, Serialize)]
pub(crate) struct Flags {
    /// Seed of every random number: the same seed gives the same bytes on any number of threads
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: Option<u64>,
    /// Rows and columns of the lattice; with --quick 24
    #[arg(long, value_name = "L")]
    size: Option<usize>,
    /// Annealing runs for each composition
    #[arg(long, value_name = "R")]
    replicas: Option<usize>,
    /// Replicas annealed together: 64, 256 or 512, which cost little more than one; or 1, each alone
    #[arg(long, value_name = "W")]
    block_width: Option<usize>,
    /// Draws of each chain; with --quick 2000
    #[arg(long, value_name = "M")]
    samples: Option<usize>,
    /// Chains for each posterior
    #[arg(long, value_name = "C")]
    chains: Option<usize>,
    /// Random starts of the minimiser that finds where the chains begin; with --quick fewer
    #[arg(long, value_name = "S")]
    starts: Option<usize>,
    /// First temperature of the geometric schedule, in the unit of the energy
    #[arg(long, value_name = "T")]
    first_temperature: Option<f64>,
    /// Last temperature
    #[arg(long, value_name = "T")]
    last_temperature: Option<f64>,
    /// Geometric steps from the first to the last temperature
    #[arg(long, value_name = "N")]
    temperature_steps: Option<usize>,
    /// Samples at each temperature
    #[arg(long, value_name = "N")]
    samples_per_step: Option<usize>,
    /// Sweeps (a move a site) between samples
    #[arg(long, value_name = "N")]
    sweeps_between_samples: Option<u64>,
    /// A small, noisy run of all stages for a first look
    #[arg(long)]
    #[serde(skip)]
    quick: bool,
}

impl job::Flags for Flags {
    type Settings = StudySettings;

    fn defaults(&self) -> StudySettings {
        if self.quick { StudySettings::quick() } else { StudySettings::default() }
    }
}

impl Section for StudySettings {
    const NAME: &'static str = "reproduce";
}

impl Work for StudySettings {
    fn work(
        checkpoints: &Checkpoints<StudySettings>,
        directory: &OutputDirectory,
    ) -> Result<String, StudyError> {
        let study = Study::resume(checkpoints, Progress::Terminal)?;
        study.write(directory)?;
        Ok(study.summary().to_string())
    }
}
