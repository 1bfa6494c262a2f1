//! `mean-cluster reproduce`.

use crate::StudyError;
use crate::output::{Manifest, OutputDirectory};
use crate::study::{Checkpoints, Progress, Study, StudySettings};
use clap::Args;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Exit code of a run that was interrupted, as shells have it for Ctrl-C.
pub(crate) const INTERRUPTED: u8 = 130;

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
    /// Seconds between two savings of the state, which is in DIR.checkpoints until the run is done
    #[arg(long, value_name = "S", default_value = "5", value_parser = seconds)]
    save_every: Duration,
    /// Write into a directory that holds other files too; they stay unless a name collides
    #[arg(long)]
    force: bool,
}

pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|error| format!("{error}"))?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
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

    /// For a run with the settings of a directory, into that or another.
    pub(crate) fn into_directory(out: PathBuf) -> Reproduce {
        let StudySettings { seed, replicas, block_width, chains, .. } = StudySettings::default();
        let save_every = Duration::from_secs(5);
        let (size, samples, quick, resume, force) = (None, None, false, None, false);
        Reproduce {
            out,
            seed,
            size,
            replicas,
            block_width,
            samples,
            chains,
            quick,
            resume,
            save_every,
            force,
        }
    }

    /// Whether the run came to its end, or was interrupted.
    pub(crate) fn run(&self) -> Result<bool, StudyError> {
        self.run_with(&self.settings())
    }

    /// As [`run`](Self::run), with settings that need not be those of the flags.
    pub(crate) fn run_with(&self, settings: &StudySettings) -> Result<bool, StudyError> {
        settings.check()?;
        let path = self.resume.as_ref().unwrap_or(&self.out);
        let directory = OutputDirectory::open(path, self.force)?;
        let checkpoints = directory.beside("checkpoints");
        let checkpoints = match (&self.resume, Checkpoints::find(&checkpoints, self.save_every)?) {
            (None, _) => Checkpoints::start(&checkpoints, self.save_every, settings)?,
            (Some(_), Some(found)) => found,
            // it was killed after its last file
            (Some(_), None) if Manifest::read(directory.path()).is_ok() => return Ok(true),
            (Some(path), None) => {
                let path = path.clone();
                return Err(StudyError::NothingToResume { path, directory: checkpoints });
            }
        };
        let force = if self.force { " --force" } else { "" };
        let again =
            format!("mean-cluster reproduce --resume {}{force}", directory.path().display());
        let mut messages = std::io::stderr();
        if messages.is_terminal() {
            // a terminal that went away is no reason to fail
            let _ = writeln!(messages, "If this is interrupted, go on with: {again}");
        }
        stop_on_signals(checkpoints.stop());
        let study = match Study::resume(&checkpoints, Progress::Terminal) {
            Err(StudyError::Interrupted) => {
                let _ = writeln!(messages, "interrupted, and saved; go on with: {again}");
                return Ok(false);
            }
            study => study?,
        };
        study.write(&directory)?;
        checkpoints.remove()?;
        let mut out = std::io::stdout().lock();
        if out.is_terminal() {
            let _ = write!(out, "{}", study.summary());
            let _ = writeln!(out, "The files are in {}", directory.path().display());
        }
        Ok(true)
    }
}

/// The first signal saves the state and ends the run, the second ends it at once. Without a handler
/// an interruption costs the seconds since the last saving, no more.
pub(crate) fn stop_on_signals(stop: Arc<AtomicBool>) {
    let _ = ctrlc::set_handler(move || {
        if stop.swap(true, Ordering::Relaxed) {
            std::process::exit(INTERRUPTED.into());
        }
    });
}
