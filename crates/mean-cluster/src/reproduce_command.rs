//! `mean-cluster reproduce`.

use crate::StudyError;
use crate::resumable_run::ResumableRun;
use crate::study::{Progress, Study, StudySettings};
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Reproduce {
    /// Directory for the files; replaced as a whole at the end
    #[arg(long, value_name = "DIR", default_value = "out")]
    out: PathBuf,
    /// Seed of every random number: the same seed gives the same bytes on any number of threads
    #[arg(long, value_name = "N", default_value_t = StudySettings::default().seed)]
    seed: u64,
    /// Rows and columns of the lattice [default: 48, with --quick 24]
    #[arg(long, value_name = "L")]
    size: Option<usize>,
    /// Annealing runs for each composition
    #[arg(long, value_name = "R", default_value_t = StudySettings::default().replicas)]
    replicas: usize,
    /// Replicas annealed together: 64, 256 or 512, which cost little more than one; or 1, each alone
    #[arg(long, value_name = "W", default_value_t = StudySettings::default().block_width)]
    block_width: usize,
    /// Draws of each chain [default: 100000, with --quick 2000]
    #[arg(long, value_name = "M")]
    samples: Option<usize>,
    /// Chains for each posterior
    #[arg(long, value_name = "C", default_value_t = StudySettings::default().chains)]
    chains: usize,
    /// A small, noisy run of all stages for a first look
    #[arg(long)]
    quick: bool,
    /// Go on with the run into DIR that was interrupted or killed, with its settings, to the same bytes
    #[arg(
        long,
        value_name = "DIR",
        conflicts_with_all = [
            "out", "seed", "size", "replicas", "block_width", "samples", "chains", "quick"
        ]
    )]
    resume: Option<PathBuf>,
    #[command(flatten)]
    run: ResumableRun,
}

impl Reproduce {
    fn settings(&self) -> StudySettings {
        let defaults = if self.quick { StudySettings::quick() } else { StudySettings::default() };
        StudySettings {
            seed: self.seed,
            size: self.size.unwrap_or(defaults.size),
            replicas: self.replicas,
            block_width: self.block_width,
            samples: self.samples.unwrap_or(defaults.samples),
            chains: self.chains,
            ..defaults
        }
    }

    /// Whether the run came to its end, or was interrupted.
    pub(crate) fn run(&self) -> Result<bool, StudyError> {
        let directory = (self.out.as_path(), self.resume.as_deref());
        self.run.run("reproduce", directory, &self.settings(), |checkpoints, directory| {
            let study = Study::resume(checkpoints, Progress::Terminal)?;
            study.write(directory)?;
            Ok(study.summary().to_string())
        })
    }
}
