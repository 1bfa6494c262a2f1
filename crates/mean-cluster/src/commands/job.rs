//! A command that works into a directory, can be interrupted, and goes on to the same bytes.

use super::config::{Section, SettingsFile, resolve, table};
use crate::StudyError;
use crate::output::{Manifest, OutputDirectory, shell_word};
use crate::signals;
use crate::study::{Checkpoints, remove_state};
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
    /// Write into a directory that holds other files, or another command's result; they stay, and one whose name is needed is renamed to NAME.kept
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
        match &self.resume {
            None => {
                // what is wrong with the settings is told before anything is touched
                let settings =
                    resolve(&self.flags.defaults(), self.file.config.as_deref(), &self.flags)?;
                begin(&settings, &self.out, self.save_every, self.force)
            }
            Some(path) => self.go_on(path),
        }
    }

    fn go_on(&self, path: &Path) -> Result<bool, StudyError> {
        let nothing = |directory, finished| StudyError::NothingToResume { directory, finished };
        // a name with a slip makes no directories
        let parent =
            std::path::absolute(path).ok().and_then(|path| Some(path.parent()?.to_owned()));
        if parent.is_some_and(|parent| !parent.is_dir()) {
            return Err(nothing(path.to_owned(), String::new()));
        }
        let directory = OutputDirectory::open(path, self.force)?;
        let state = directory.beside("checkpoints");
        let found = Checkpoints::find(&state, self.save_every, F::Settings::NAME)?;
        let Some(checkpoints) = found else {
            remove_state(&state)?; // of a run that was killed before it said what it was
            let finished = match Manifest::read(directory.path()) {
                Ok(found) => format!(
                    ", and {} the finished result of `mean-cluster {}` with seed {}",
                    directory.path().display(),
                    found.command,
                    found.seed
                ),
                Err(_) => String::new(),
            };
            return Err(nothing(state, finished));
        };
        if !self.force {
            directory.expect_command(F::Settings::NAME)?;
        }
        let settings = table(checkpoints.settings())?;
        let seed =
            settings.get("seed").map_or_else(String::new, |seed| format!(" with seed {seed}"));
        let _ = writeln!(
            std::io::stderr(),
            "going on with `mean-cluster {}`{seed} into {}",
            F::Settings::NAME,
            directory.path().display()
        );
        work::<F::Settings>(checkpoints, &directory, self.force)
    }
}

/// Works with settings from the beginning. Whether it came to its end, or was interrupted.
pub(super) fn start<S: Work>(settings: &S, out: &Path, force: bool) -> Result<bool, StudyError> {
    settings.check()?;
    begin(settings, out, Duration::from_secs(5), force)
}

fn begin<S: Work>(
    settings: &S,
    out: &Path,
    every: Duration,
    force: bool,
) -> Result<bool, StudyError> {
    let directory = OutputDirectory::open(out, force)?;
    if !force {
        directory.expect_command(S::NAME)?;
    }
    let state = directory.beside("checkpoints");
    let checkpoints = Checkpoints::start(&state, every, S::NAME, settings)?;
    work(checkpoints, &directory, force)
}

fn work<S: Work>(
    checkpoints: Checkpoints<S>,
    directory: &OutputDirectory,
    force: bool,
) -> Result<bool, StudyError> {
    let path = directory.path().display();
    let force = if force { " --force" } else { "" };
    let again =
        format!("mean-cluster {} --resume {}{force}", S::NAME, shell_word(directory.path()));
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
