//! The state of a run in files, from which it goes on to the same bytes.
//!
//! `run.checkpoint` says which run it is; every stage that takes long has files of its own. A stage
//! without one is done again, so that any of them but the first may be missing.

use crate::StudyError;
use crate::output::shell_word;
use crate::settings::{Settings, whole};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use whole_files::{Checkpoint, CheckpointError, make_directories, shown};
use whole_files::{remove_directory, remove_file, remove_leftovers};

/// The file that is written first and removed last.
const RUN: &str = "run";

/// How the files begin that are ours: the states of stages, and of chains.
const STARTS: [&[u8]; 2] = [b"mean-cluster-checkpoint ", b"bayes-mcmc-checkpoint "];

/// A directory that holds the state of one run, with settings `S`.
#[derive(Clone, Debug)]
pub struct Checkpoints<S> {
    directory: PathBuf,
    every: Duration,
    settings: S,
    stop: Arc<AtomicBool>,
}

/// What every file holds: whose state it is, and the state.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved<S, T> {
    version: String,
    command: String,
    settings: S,
    stage: String,
    state: T,
}

/// What the first file is asked before it is known whose it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Run {
    version: String,
    #[serde(default)]
    command: String,
    settings: serde_json::Value,
    #[serde(rename = "stage")]
    _stage: String,
    #[serde(rename = "state")]
    _state: (),
}

impl<S: Settings> Checkpoints<S> {
    /// For a run from the beginning. The state of an earlier one of the same command in the
    /// same directory is removed.
    ///
    /// # Errors
    /// [`StudyError::Setting`] for settings out of range, [`StudyError::StateOfOther`] for the state of
    /// another command, [`StudyError::StateInTheWay`] for a directory that holds other things,
    /// [`StudyError::Checkpoint`] or [`StudyError::File`] if nothing can be written there; files are then
    /// left alone.
    pub fn start(
        directory: &Path,
        every: Duration,
        settings: &S,
    ) -> Result<Checkpoints<S>, StudyError> {
        settings.check()?;
        no_link(directory)?;
        make_directories(directory).map_err(in_file(directory))?;
        match Checkpoints::<S>::find(directory, every) {
            Ok(_) | Err(StudyError::OtherVersion { .. } | StudyError::WrongKeys { .. }) => {}
            // what cannot be gone on from is no loss
            Err(StudyError::Checkpoint(
                CheckpointError::Truncated { .. }
                | CheckpointError::Damaged { .. }
                | CheckpointError::OtherState { .. },
            )) => {}
            Err(error) => return Err(error),
        }
        if let Some(file) = clear(directory)? {
            let directory = directory.to_owned();
            return Err(StudyError::StateInTheWay { directory, file });
        }
        let checkpoints = Checkpoints::new(directory, every, settings.clone());
        checkpoints.stage(RUN).save(&())?;
        Ok(checkpoints)
    }

    /// Those of a run that was stopped or killed; none if the directory does not hold any.
    ///
    /// # Errors
    /// [`StudyError::Checkpoint`] for a file that is foreign, newer, cut off or damaged,
    /// [`StudyError::StateOfOther`] for a run of another command, [`StudyError::OtherVersion`],
    /// [`StudyError::SymbolicLink`], [`StudyError::WrongKeys`] if it does not state every setting, and
    /// those of [`Settings::check`].
    pub fn find(directory: &Path, every: Duration) -> Result<Option<Checkpoints<S>>, StudyError> {
        let path = file(directory, RUN);
        no_link(directory)?;
        no_link(&path)?;
        let Some(run) = Checkpoint::new(&path, every).load::<Run>()? else { return Ok(None) };
        if run.command != S::NAME && !run.command.is_empty() {
            return Err(StudyError::StateOfOther {
                directory: directory.to_owned(),
                found: shown(&run.command),
                seed: run.settings["seed"].as_u64().unwrap_or(0),
                path: shell_word(&directory.with_extension("")),
            });
        }
        if run.version != VERSION {
            return Err(other_version(&path, &run.version));
        }
        let name = path.display().to_string();
        let unreadable = |reason: String| StudyError::Unreadable { file: name.clone(), reason };
        let given =
            toml::Table::try_from(run.settings).map_err(|error| unreadable(error.to_string()))?;
        let settings: S = whole(&name, given)?;
        settings.check()?;
        Ok(Some(Checkpoints::new(directory, every, settings)))
    }

    fn new(directory: &Path, every: Duration, settings: S) -> Checkpoints<S> {
        Checkpoints { directory: directory.to_owned(), every, settings, stop: Arc::default() }
    }

    /// The settings of the run.
    pub fn settings(&self) -> &S {
        &self.settings
    }

    /// The directory.
    pub fn directory(&self) -> &Path {
        &self.directory
    }

    /// Set it, from a signal handler or another thread, and the run saves its state as soon as it can
    /// and ends with [`StudyError::Interrupted`].
    pub fn stop(&self) -> Arc<AtomicBool> {
        self.stop.clone()
    }

    /// Removes the files, once the run has written its output. Other people's files, and the directory
    /// with them, stay.
    ///
    /// # Errors
    /// [`StudyError::File`].
    pub fn remove(self) -> Result<(), StudyError> {
        remove_state(&self.directory)
    }

    /// How often the state is saved.
    pub(crate) fn every(&self) -> Duration {
        self.every
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// The file of a stage.
    pub(crate) fn stage(&self, name: &str) -> Stage<'_, S> {
        Stage {
            run: self,
            name: name.to_owned(),
            file: Checkpoint::new(file(&self.directory, name), self.every),
        }
    }
}

/// The state of one stage of a run.
pub(crate) struct Stage<'a, S> {
    run: &'a Checkpoints<S>,
    name: String,
    file: Checkpoint,
}

impl<S: Settings> Stage<'_, S> {
    /// The state saved, if there is one.
    ///
    /// # Errors
    /// [`StudyError::Checkpoint`], [`StudyError::OtherRun`], [`StudyError::OtherVersion`].
    pub(crate) fn load<T: DeserializeOwned>(&self) -> Result<Option<T>, StudyError> {
        no_link(self.file.path())?;
        let Some(saved) = self.file.load::<Saved<S, T>>()? else { return Ok(None) };
        if saved.version != VERSION {
            return Err(other_version(self.file.path(), &saved.version));
        }
        let is_of_run = saved.settings == self.run.settings && saved.command == S::NAME;
        if !is_of_run || saved.stage != self.name {
            return Err(StudyError::OtherRun { file: self.file.path().to_owned() });
        }
        Ok(Some(saved.state))
    }

    /// Saves the state.
    ///
    /// # Errors
    /// [`StudyError::Checkpoint`]; an earlier one is then left.
    pub(crate) fn save<T: Serialize>(&mut self, state: &T) -> Result<(), StudyError> {
        Ok(self.file.save(&self.saved(state))?)
    }

    /// Saves the state if the last time was long enough ago, or if the run is to stop.
    ///
    /// # Errors
    /// Those of [`save`](Self::save); [`StudyError::Interrupted`], with the state saved.
    pub(crate) fn save_if_due<T: Serialize>(&mut self, state: &T) -> Result<(), StudyError> {
        if self.run.is_stopped() {
            self.save(state)?;
            return Err(StudyError::Interrupted);
        }
        let saved = self.saved(state);
        self.file.save_if_due(&saved)?;
        Ok(())
    }

    fn saved<T>(&self, state: T) -> Saved<S, T> {
        Saved {
            version: VERSION.to_owned(),
            command: S::NAME.to_owned(),
            settings: self.run.settings.clone(),
            stage: self.name.clone(),
            state,
        }
    }
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Removes the state of a run, whichever command's, and the directory unless it holds other files.
///
/// # Errors
/// [`StudyError::File`].
pub(crate) fn remove_state(directory: &Path) -> Result<(), StudyError> {
    no_link(directory)?;
    if directory.is_dir() && clear(directory)?.is_none() {
        remove_directory(directory).map_err(in_file(directory))?;
    }
    Ok(())
}

/// Removes our files from a directory; the name of a file that is not ours, if there is one.
fn clear(directory: &Path) -> Result<Option<String>, StudyError> {
    remove_leftovers(directory).map_err(in_file(directory))?;
    let run = file(directory, RUN);
    let mut other = None;
    for entry in fs::read_dir(directory).map_err(in_file(directory))? {
        let entry = entry.map_err(in_file(directory))?;
        let path = entry.path();
        if !is_state(&path) {
            other = Some(entry.file_name().to_string_lossy().into_owned());
        } else if path != run {
            remove_file(&path).map_err(in_file(&path))?;
        }
    }
    // last, so that what a kill leaves here is still known as ours
    if is_state(&run) {
        remove_file(&run).map_err(in_file(&run))?;
    }
    Ok(other)
}

/// Whether a file is the state of a run, by how it begins.
fn is_state(path: &Path) -> bool {
    let mut start = [0; 24];
    let is_file = fs::symlink_metadata(path).is_ok_and(|found| found.is_file());
    // shorter files are none
    is_file
        && File::open(path).and_then(|mut file| file.read_exact(&mut start)).is_ok()
        && STARTS.iter().any(|name| start.starts_with(name))
}

/// That nothing is read through a symbolic link, nor removed: it is not ours.
///
/// # Errors
/// [`StudyError::SymbolicLink`].
pub(super) fn no_link(path: &Path) -> Result<(), StudyError> {
    match path.is_symlink() {
        true => Err(StudyError::SymbolicLink { path: path.to_owned() }),
        false => Ok(()),
    }
}

fn other_version(path: &Path, found: &str) -> StudyError {
    StudyError::OtherVersion {
        file: path.display().to_string(),
        found: format!("mean-cluster {}", shown(found)),
        supported: format!("mean-cluster {VERSION}"),
    }
}

fn file(directory: &Path, stage: &str) -> PathBuf {
    directory.join(format!("{stage}.checkpoint"))
}

fn in_file(path: &Path) -> impl Fn(io::Error) -> StudyError {
    let path = path.to_owned();
    move |source| StudyError::File { path: path.clone(), source }
}
