//! A command that works into a directory, can be interrupted, and goes on to the same bytes.

use super::config::{Section, SettingsFile, resolve};
use crate::StudyError;
use crate::output::{Manifest, OutputDirectory};
use crate::signals;
use crate::study::Checkpoints;
use clap::Args;
use serde::Serialize;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Settings that work can be done with.
pub(super) trait Work: Section {
    /// Works, writes the directory and returns what a terminal is told.
    fn work(
        checkpoints: &Checkpoints<Self>,
        directory: &OutputDirectory,
    ) -> Result<String, StudyError>;
}

/// The flags that stand for settings: a table of those given, over [`defaults`](Self::defaults).
/// Their type is called `Flags`, which is how `--resume` refuses them all.
pub(super) trait Flags: Args + Serialize {
    /// What they set.
    type Settings: Work;

    /// What they are set over.
    fn defaults(&self) -> Self::Settings {
        Self::Settings::default()
    }
}

/// Such a command, with the flags that all of them share.
#[derive(Debug, Args)]
pub(crate) struct Job<F: Flags> {
    #[command(flatten)]
    file: SettingsFile,
    #[command(flatten)]
    flags: F,
    /// Directory for the files; replaced as a whole at the end
    #[arg(long, value_name = "DIR", default_value = "out")]
    out: PathBuf,
    /// Go on with the run into DIR that was interrupted or killed, with its settings, to the same bytes
    #[arg(long, value_name = "DIR", conflicts_with_all = ["out", "config", "Flags"])]
    resume: Option<PathBuf>,
    /// Seconds between two savings of the state, which is in DIR.checkpoints until the run is done
    #[arg(long, value_name = "S", default_value = "5", value_parser = seconds)]
    save_every: Duration,
    /// Write into a directory that holds other files too; they stay unless a name collides
    #[arg(long)]
    force: bool,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|error| format!("{error}"))?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

impl<F: Flags> Job<F> {
    /// Whether the run came to its end, or was interrupted.
    pub(super) fn run(&self) -> Result<bool, StudyError> {
        // what is wrong with the settings is told before anything is touched
        let settings = match self.resume {
            None => resolve(&self.flags.defaults(), self.file.config.as_deref(), &self.flags)?,
            Some(_) => F::Settings::default(),
        };
        let path = self.resume.as_ref().unwrap_or(&self.out);
        let directory = OutputDirectory::open(path, self.force)?;
        let state = directory.beside("checkpoints");
        let found = Checkpoints::find(&state, self.save_every)?;
        let checkpoints = match (&self.resume, found) {
            (None, _) => Checkpoints::start(&state, self.save_every, &settings)?,
            (Some(_), Some(found)) => found,
            // it was killed after its last file
            (Some(_), None) if Manifest::read(directory.path()).is_ok() => return Ok(true),
            (Some(path), None) => {
                let path = path.clone();
                return Err(StudyError::NothingToResume { path, directory: state });
            }
        };
        work::<F::Settings>(checkpoints, &directory, self.force)
    }
}

/// Works with settings from the beginning. Whether it came to its end, or was interrupted.
pub(super) fn start<S: Work>(settings: &S, out: &Path) -> Result<bool, StudyError> {
    settings.check()?;
    let directory = OutputDirectory::open(out, false)?;
    let every = Duration::from_secs(5);
    let checkpoints = Checkpoints::start(&directory.beside("checkpoints"), every, settings)?;
    work(checkpoints, &directory, false)
}

fn work<S: Work>(
    checkpoints: Checkpoints<S>,
    directory: &OutputDirectory,
    force: bool,
) -> Result<bool, StudyError> {
    let (command, path) = (S::NAME, directory.path().display());
    let force = if force { " --force" } else { "" };
    let again = format!("mean-cluster {command} --resume {path}{force}");
    let mut messages = std::io::stderr();
    if messages.is_terminal() {
        // a terminal that went away is no reason to fail
        let _ = writeln!(messages, "If this is interrupted, go on with: {again}");
    }
    signals::stop_run(checkpoints.stop(), again.clone());
    let found = match S::work(&checkpoints, directory) {
        Err(StudyError::Interrupted) => {
            let _ = writeln!(messages, "interrupted, and saved; go on with: {again}");
            return Ok(false);
        }
        found => found?,
    };
    checkpoints.remove()?;
    let mut out = std::io::stdout().lock();
    if out.is_terminal() {
        let _ = write!(out, "{found}");
        let _ = writeln!(out, "The files are in {path}");
    }
    Ok(true)
}
