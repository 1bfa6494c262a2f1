//! A run of a command into a directory that can be interrupted, and goes on to the same bytes.

use crate::StudyError;
use crate::output::{Manifest, OutputDirectory};
use crate::study::{Checkpoints, Resumable};
use clap::Args;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// Exit code of a run that was interrupted, as shells have it for Ctrl-C.
pub(crate) const INTERRUPTED: u8 = 130;

/// The flags that such commands share; each has `--out` and `--resume` beside its settings.
#[derive(Debug, Args)]
pub(crate) struct ResumableRun {
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

impl ResumableRun {
    /// Into `out`, or going on with the run into `resume`. Calls `run`, which works, writes the directory and returns what a terminal is told. Whether it came to its end, or was
    /// interrupted.
    pub(crate) fn run<S: Resumable>(
        &self,
        command: &str,
        (out, resume): (&Path, Option<&Path>),
        settings: &S,
        run: impl FnOnce(&Checkpoints<S>, &OutputDirectory) -> Result<String, StudyError>,
    ) -> Result<bool, StudyError> {
        settings.check()?;
        let directory = OutputDirectory::open(resume.unwrap_or(out), self.force)?;
        let checkpoints = directory.beside("checkpoints");
        let checkpoints = match (resume, Checkpoints::find(&checkpoints, self.save_every)?) {
            (None, _) => Checkpoints::start(&checkpoints, self.save_every, settings)?,
            (Some(_), Some(found)) => found,
            // it was killed after its last file
            (Some(_), None) if Manifest::read(directory.path()).is_ok() => return Ok(true),
            (Some(path), None) => {
                let path = path.to_owned();
                return Err(StudyError::NothingToResume { path, directory: checkpoints });
            }
        };
        let force = if self.force { " --force" } else { "" };
        let again =
            format!("mean-cluster {command} --resume {}{force}", directory.path().display());
        let mut messages = std::io::stderr();
        if messages.is_terminal() {
            // a terminal that went away is no reason to fail
            let _ = writeln!(messages, "If this is interrupted, go on with: {again}");
        }
        stop_on_signals(&checkpoints);
        let found = match run(&checkpoints, &directory) {
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
            let _ = writeln!(out, "The files are in {}", directory.path().display());
        }
        Ok(true)
    }
}

/// The first signal saves the state and ends the run, the second ends it at once. Without a handler
/// an interruption costs the seconds since the last saving, no more.
fn stop_on_signals<S: Resumable>(checkpoints: &Checkpoints<S>) {
    let stop = checkpoints.stop();
    let _ = ctrlc::set_handler(move || {
        if stop.swap(true, Ordering::Relaxed) {
            std::process::exit(INTERRUPTED.into());
        }
    });
}
