//! The state of a run in files, from which it goes on to the same bytes.
//!
//! `run.checkpoint` says which run it is; every stage that takes long has files of its own. A stage
//! without one is done again, so that any of them but the first may be missing.

use super::StudySettings;
use crate::StudyError;
use crate::{limits, output};
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
#[serde(deny_unknown_fields)]
struct Saved<S, T> {
    version: String,
    settings: S,
    stage: String,
    state: T,
}

/// Settings of a command, in files and in checkpoints.
pub trait Settings: Clone + Default + PartialEq + Serialize + DeserializeOwned {
    /// Checks the ranges.
    ///
    /// # Errors
    /// [`StudyError::Setting`] naming the setting and its range.
    fn check(&self) -> Result<(), StudyError>;
}

impl Settings for StudySettings {
    fn check(&self) -> Result<(), StudyError> {
        StudySettings::check(self)?;
        self.check_memory(self.schedule()?.samples(), self.compositions().len())?;
        let draws = StudySettings::bytes_of_draws(self.chains, self.samples);
        limits::memory(2.0 * draws, "--samples or --chains")
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
        if Self::run(directory)?.is_some() {
            Checkpoints::new(directory, every, settings.clone()).remove()?;
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
    /// [`StudyError::Checkpoint`] for a file that is foreign, newer, cut off or damaged,
    /// [`StudyError::OtherVersion`], [`StudyError::SymbolicLink`], [`StudyError::WrongKeys`] if it
    /// does not state every setting, and those of [`Settings::check`].
    pub fn find(directory: &Path, every: Duration) -> Result<Option<Checkpoints<S>>, StudyError> {
        let Some(run) = Self::run(directory)? else { return Ok(None) };
        let path = file(directory, RUN).display().to_string();
        check_version(&path, &run.version)?;
        let unreadable = |e: toml::ser::Error| StudyError::Unreadable {
            file: path.clone(),
            reason: e.to_string(),
        };
        let given = toml::Table::try_from(run.settings).map_err(unreadable)?;
        let settings: S = output::whole(&path, given)?;
        settings.check()?;
        Ok(Some(Checkpoints::new(directory, every, settings)))
    }

    /// The file that says which run it is, with settings of any command.
    fn run(directory: &Path) -> Result<Option<Saved<serde_json::Value, ()>>, StudyError> {
        for path in [directory, &file(directory, RUN)] {
            // what a link leads to is not ours to read, and never to remove
            if path.is_symlink() {
                return Err(StudyError::SymbolicLink { path: path.to_owned() });
            }
        }
        Ok(Checkpoint::new(file(directory, RUN), Duration::MAX).load()?)
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
        if self.file.path().is_symlink() {
            return Err(StudyError::SymbolicLink { path: self.file.path().to_owned() });
        }
        let Some(saved) = self.file.load::<Saved<S, T>>()? else { return Ok(None) };
        check_version(&self.file.path().display().to_string(), &saved.version)?;
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

fn check_version(file: &str, found: &str) -> Result<(), StudyError> {
    if found == VERSION {
        return Ok(());
    }
    Err(StudyError::OtherVersion {
        file: file.to_owned(),
        found: format!("mean-cluster {}", output::escaped(found, 40)),
        supported: format!("mean-cluster {VERSION}"),
    })
}

fn file(directory: &Path, stage: &str) -> PathBuf {
    directory.join(format!("{stage}.checkpoint"))
}

fn in_file(path: &Path) -> impl Fn(io::Error) -> StudyError {
    let path = path.to_owned();
    move |source| StudyError::File { path: path.clone(), source }
}
