//! The state of a run in files, from which it goes on to the same bytes.
//!
//! `run.checkpoint` says which run it is; every stage that takes long has files of its own. A stage
//! without one is done again, so that any of them but the first may be missing.

use super::StudySettings;
use crate::StudyError;
use lattice_core::Checkpoint;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The file that is written first and removed last.
const RUN: &str = "run";

/// A directory that holds the state of one run, of the study or of another command with settings `S`.
#[derive(Clone, Debug)]
pub struct Checkpoints<S = StudySettings> {
    directory: PathBuf,
    every: Duration,
    settings: S,
    stop: Arc<AtomicBool>,
}

/// What every file holds: whose state it is, and the state.
#[derive(Serialize, Deserialize)]
struct Saved<S, T> {
    version: String,
    settings: S,
    stage: String,
    state: T,
}

/// Settings of a command, in files and in checkpoints.
pub trait Settings: Clone + PartialEq + Serialize + DeserializeOwned {
    /// Checks the ranges.
    ///
    /// # Errors
    /// [`StudyError::Setting`] naming the setting and its range.
    fn check(&self) -> Result<(), StudyError>;
}

impl Settings for StudySettings {
    fn check(&self) -> Result<(), StudyError> {
        StudySettings::check(self)
    }
}

impl<S: Settings> Checkpoints<S> {
    /// For a run from the beginning. The state of an earlier one in the same directory is removed.
    ///
    /// # Errors
    /// [`StudyError::Setting`] for settings out of range, [`StudyError::ForeignDirectory`] for a
    /// directory that holds other things, [`StudyError::Checkpoint`] or [`StudyError::File`] if
    /// nothing can be written there; files are then left alone.
    pub fn start(
        directory: &Path,
        every: Duration,
        settings: &S,
    ) -> Result<Checkpoints<S>, StudyError> {
        settings.check()?;
        if let Some(earlier) = Checkpoints::<S>::find(directory, every)? {
            earlier.remove()?;
        }
        fs::create_dir_all(directory).map_err(in_file(directory))?;
        if fs::read_dir(directory).map_err(in_file(directory))?.next().is_some() {
            return Err(StudyError::ForeignDirectory { path: directory.to_owned() });
        }
        let checkpoints = Checkpoints::new(directory, every, settings.clone());
        checkpoints.stage(RUN).save(&())?;
        Ok(checkpoints)
    }

    /// Those of a run that was stopped or killed; none if the directory does not hold any.
    ///
    /// # Errors
    /// [`StudyError::Checkpoint`] for a file that is foreign, newer, cut off or damaged.
    pub fn find(directory: &Path, every: Duration) -> Result<Option<Checkpoints<S>>, StudyError> {
        let run: Option<Saved<S, ()>> = Checkpoint::new(file(directory, RUN), every).load()?;
        Ok(run.map(|run| Checkpoints::new(directory, every, run.settings)))
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

    /// Removes the files, once the run has written its output.
    ///
    /// # Errors
    /// [`StudyError::File`].
    pub fn remove(self) -> Result<(), StudyError> {
        let run = file(&self.directory, RUN);
        for entry in fs::read_dir(&self.directory).map_err(in_file(&self.directory))? {
            let path = entry.map_err(in_file(&self.directory))?.path();
            if path != run {
                fs::remove_file(&path).map_err(in_file(&path))?;
            }
        }
        // last, so that what a kill leaves here is still known as ours
        fs::remove_file(&run).map_err(in_file(&run))?;
        fs::remove_dir(&self.directory).map_err(in_file(&self.directory))
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
pub(crate) struct Stage<'a, S = StudySettings> {
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
        let Some(saved) = self.file.load::<Saved<S, T>>()? else { return Ok(None) };
        if saved.version != VERSION {
            return Err(StudyError::OtherVersion {
                file: self.file.path().display().to_string(),
                found: format!("mean-cluster {}", saved.version),
                supported: format!("mean-cluster {VERSION}"),
            });
        }
        if saved.settings != self.run.settings || saved.stage != self.name {
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
            settings: self.run.settings.clone(),
            stage: self.name.clone(),
            state,
        }
    }
}

const VERSION: &str = env!("CARGO_PKG_VERSION");

fn file(directory: &Path, stage: &str) -> PathBuf {
    directory.join(format!("{stage}.checkpoint"))
}

fn in_file(path: &Path) -> impl Fn(io::Error) -> StudyError {
    let path = path.to_owned();
    move |source| StudyError::File { path: path.clone(), source }
}
