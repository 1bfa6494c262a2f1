//! A command that works into a directory, can be interrupted, and goes on to the same bytes.

use super::row::{Given, Outcome, Row, SettingsFile};
use crate::StudyError;
use crate::output::{Manifest, OutputDirectory, shell_word};
use crate::run::{self, Checkpoints, Run, Settings, remove_state};
use crate::settings::table;
use crate::signals;
use clap::Args;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The flags that all runs share.
#[derive(Debug, Args)]
struct Job {
    /// Directory for the files; replaced as a whole at the end
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Go on with the run into DIR that was interrupted or killed, with its settings, to the same bytes
    #[arg(long, value_name = "DIR", conflicts_with = "out")]
    resume: Option<PathBuf>,
    /// Seconds between two savings of the state, which is in DIR.checkpoints until the run is done
    #[arg(long, value_name = "S", default_value = "5", value_parser = seconds)]
    save_every: Duration,
    /// Write into a directory that holds other files, or another command's result; they stay, and one whose name is needed is renamed to NAME.kept
    #[arg(long)]
    force: bool,
}

/// What a run takes: its settings, and what all runs take.
pub(super) fn arguments<R: Run>(command: clap::Command, _: &[Row]) -> clap::Command {
    let settings = R::arguments(SettingsFile::augment_args(command));
    let names: Vec<clap::Id> = settings.get_arguments().map(|one| one.get_id().clone()).collect();
    Job::augment_args(settings)
        .mut_arg("out", |out| out.required(false).default_value(R::OUT))
        .mut_arg("resume", |resume| resume.conflicts_with_all(names))
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|error| format!("{error}"))?;
    Duration::try_from_secs_f64(seconds).map_err(|error| error.to_string())
}

/// Works: from the beginning, or from where the run was interrupted.
pub(super) fn run<R: Run>(given: &Given<'_>) -> Result<Outcome, StudyError> {
    let job: Job = given.parse()?;
    match &job.resume {
        None => {
            // what is wrong with the settings is told before anything is touched
            let defaults = R::defaults(given.arguments);
            let settings = given.settings(defaults, &given.parse::<SettingsFile>()?)?;
            begin::<R>(&settings, &job.out, job.save_every, job.force)
        }
        Some(path) => job.go_on::<R>(path),
    }
}

impl Job {
    fn go_on<R: Run>(&self, path: &Path) -> Result<Outcome, StudyError> {
        let nothing = |directory, finished| StudyError::NothingToResume { directory, finished };
        // a name with a slip makes no directories
        let parent =
            std::path::absolute(path).ok().and_then(|path| Some(path.parent()?.to_owned()));
        if parent.is_some_and(|parent| !parent.is_dir()) {
            return Err(nothing(path.to_owned(), String::new()));
        }
        let directory = OutputDirectory::open(path, self.force)?;
        let state = directory.beside("checkpoints");
        let found = Checkpoints::<R::Settings>::find(&state, self.save_every)?;
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
            directory.expect_command(R::Settings::NAME)?;
        }
        let settings = table(checkpoints.settings())?;
        let seed =
            settings.get("seed").map_or_else(String::new, |seed| format!(" with seed {seed}"));
        let _ = writeln!(
            std::io::stderr(),
            "going on with `mean-cluster {}`{seed} into {}",
            R::Settings::NAME,
            directory.path().display()
        );
        work::<R>(checkpoints, &directory, self.force)
    }
}

/// Works with settings from the beginning.
pub(super) fn start<R: Run>(
    settings: &R::Settings,
    out: &Path,
    force: bool,
) -> Result<Outcome, StudyError> {
    settings.check()?;
    begin::<R>(settings, out, Duration::from_secs(5), force)
}

fn begin<R: Run>(
    settings: &R::Settings,
    out: &Path,
    every: Duration,
    force: bool,
) -> Result<Outcome, StudyError> {
    let directory = OutputDirectory::open(out, force)?;
    if !force {
        directory.expect_command(R::Settings::NAME)?;
    }
    let state = directory.beside("checkpoints");
    let checkpoints = Checkpoints::start(&state, every, settings)?;
    work::<R>(checkpoints, &directory, force)
}

fn work<R: Run>(
    checkpoints: Checkpoints<R::Settings>,
    directory: &OutputDirectory,
    force: bool,
) -> Result<Outcome, StudyError> {
    let path = directory.path().display();
    let force = if force { " --force" } else { "" };
    let again = format!(
        "mean-cluster {} --resume {}{force}",
        R::Settings::NAME,
        shell_word(directory.path())
    );
    let mut messages = std::io::stderr();
    if messages.is_terminal() {
        // a terminal that went away is no reason to fail
        let _ = writeln!(messages, "If this is interrupted, go on with: {again}");
    }
    signals::stop_run(checkpoints.stop(), again.clone());
    let found = match run::work::<R>(&checkpoints, directory) {
        Err(StudyError::Interrupted) => {
            let _ = writeln!(messages, "interrupted, and saved; go on with: {again}");
            return Ok(Outcome::Interrupted);
        }
        found => found?,
    };
    checkpoints.remove()?;
    let mut out = std::io::stdout().lock();
    if out.is_terminal() {
        let _ = write!(out, "{found}");
        let _ = writeln!(out, "The files are in {path}");
    }
    Ok(Outcome::Done)
}
