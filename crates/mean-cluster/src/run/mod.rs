//! What every run shares: a command that works into a directory, can be interrupted, goes on to the same
//! bytes, is made again from its manifest, and is drawn from its files.

mod checkpoints;
mod progress;
mod work;

use crate::StudyError;
#[cfg(feature = "figures")]
use crate::figures::{Figure, files_of};
#[cfg(feature = "figures")]
use crate::output::write_files;
use crate::output::{Manifest, OutputDirectory, write_json};
#[cfg(feature = "figures")]
use crate::page::REPORT;
use crate::settings::table;
use clap::{ArgMatches, Args};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

pub use crate::settings::Settings;
pub use checkpoints::Checkpoints;
pub(crate) use checkpoints::{Stage, remove_state};
pub use progress::Progress;
pub use work::Work;

/// Name of the file with the seconds of a run.
const TIMINGS: &str = "timings.json";

/// A run, as what it finds: one type that is computed, written, read again and drawn.
///
/// [`run`](Self::run), [`resume`](Self::resume), [`write`](Self::write) and [`read`](Self::read) are
/// for callers; the others are what a new run has to say.
pub trait Run: Sized {
    /// The settings, which say all that it does. They hold a seed.
    type Settings: Settings;

    /// What it is for, and an example.
    const ABOUT: [&'static str; 2];

    /// Where it writes unless it is told.
    const OUT: &'static str;

    /// Adds the flags: those of the settings, and shorthands for several.
    fn arguments(command: clap::Command) -> clap::Command {
        Self::Settings::augment_args_for_update(command)
    }

    /// What the flags are set over.
    fn defaults(_: &ArgMatches) -> Self::Settings {
        Self::Settings::default()
    }

    /// Works. The result depends on the settings alone, not on the number of threads. The settings are
    /// checked before.
    ///
    /// # Errors
    /// [`StudyError`] of the stage that failed.
    fn find(work: &Work<'_, Self::Settings>) -> Result<Self, StudyError>;

    /// The settings it was run with.
    fn settings(&self) -> &Self::Settings;

    /// Writes its tables into a new directory.
    ///
    /// # Errors
    /// [`StudyError::File`].
    fn write_tables(&self, directory: &Path) -> Result<(), StudyError>;

    /// Reads what [`write_tables`](Self::write_tables) wrote with these settings.
    ///
    /// # Errors
    /// As [`read`](Self::read), without those of the manifest.
    fn read_tables(directory: &Path, settings: Self::Settings) -> Result<Self, StudyError>;

    /// What a terminal is told at the end.
    fn told(&self) -> String;

    /// Wall-clock seconds of each stage, for a run that writes them into `timings.json`.
    fn seconds(&self) -> Option<&[(&'static str, f64)]> {
        None
    }

    /// All figures.
    ///
    /// # Errors
    /// [`StudyError`] for what cannot be drawn, such as a file without the rows for it.
    #[cfg(feature = "figures")]
    fn figures(&self) -> Result<Vec<Figure>, StudyError>;

    /// One page with them, as HTML.
    ///
    /// # Errors
    /// [`StudyError`], likewise.
    #[cfg(feature = "figures")]
    fn report(&self, figures: &[Figure]) -> Result<String, StudyError>;

    /// Runs it.
    ///
    /// # Errors
    /// [`StudyError`], from the settings or from the stage that failed.
    fn run(settings: &Self::Settings, progress: Progress) -> Result<Self, StudyError> {
        settings.check()?;
        Self::find(&Work { settings, progress, checkpoints: None })
    }

    /// Runs it with checkpoints, from where it was stopped, saving its state on the way. The result is
    /// that of [`run`](Self::run).
    ///
    /// # Errors
    /// Also [`StudyError::Interrupted`] when it is asked to [stop](Checkpoints::stop), and
    /// [`StudyError::Checkpoint`], [`StudyError::Mcmc`], [`StudyError::OtherRun`] and
    /// [`StudyError::OtherVersion`] for files that are no good, which are left alone.
    fn resume(
        checkpoints: &Checkpoints<Self::Settings>,
        progress: Progress,
    ) -> Result<Self, StudyError> {
        let settings = checkpoints.settings();
        settings.check()?;
        Self::find(&Work { settings, progress, checkpoints: Some(checkpoints) })
    }

    /// Writes all files into `directory`, whole or not at all: the tables, then what is drawn from
    /// them, as `figures` and `report` do later, and the manifest.
    ///
    /// # Errors
    /// Those of [`OutputDirectory::replace`].
    fn write(&self, directory: &OutputDirectory) -> Result<(), StudyError> {
        directory.replace(|path| {
            self.write_tables(path)?;
            let clock = Instant::now();
            #[cfg(feature = "figures")]
            write_files(
                path,
                &Drawn::of(&Self::read_tables(path, self.settings().clone())?)?.all()?,
            )?;
            if let Some(seconds) = self.seconds() {
                let drawing = ("figures and report", clock.elapsed().as_secs_f64());
                let drawing = cfg!(feature = "figures").then_some(drawing);
                let seconds: BTreeMap<_, _> = seconds.iter().copied().chain(drawing).collect();
                write_json(path, TIMINGS, &seconds)?;
            }
            let settings = table(self.settings())?;
            let seed = settings.get("seed").and_then(toml::Value::as_integer).unwrap_or(0);
            Manifest::of_directory(path, Self::Settings::NAME, seed.unsigned_abs(), settings)?
                .write(path)
        })
    }

    /// Reads a directory that the command of this version wrote. Further columns and files do not
    /// matter.
    ///
    /// # Errors
    /// [`StudyError::File`] for a missing file, [`StudyError::OtherVersion`],
    /// [`StudyError::MissingColumn`], [`StudyError::EmptyTable`], [`StudyError::Field`] or
    /// [`StudyError::Unreadable`], each naming the file.
    fn read(directory: &Path) -> Result<Self, StudyError> {
        Self::read_tables(directory, Manifest::settings_of(directory)?)
    }
}

/// Runs or goes on, writes the directory and returns what a terminal is told.
///
/// # Errors
/// Those of [`Run::resume`] and [`Run::write`].
pub(crate) fn work<R: Run>(
    checkpoints: &Checkpoints<R::Settings>,
    directory: &OutputDirectory,
) -> Result<String, StudyError> {
    let found = R::resume(checkpoints, Progress::Terminal)?;
    found.write(directory)?;
    Ok(found.told())
}

/// The figures of a run, with what makes its report.
#[cfg(feature = "figures")]
pub(crate) struct Drawn<'a, R> {
    run: &'a R,
    figures: Vec<Figure>,
}

#[cfg(feature = "figures")]
impl<R: Run> Drawn<'_, R> {
    /// Draws the figures.
    pub(crate) fn of(run: &R) -> Result<Drawn<'_, R>, StudyError> {
        Ok(Drawn { run, figures: run.figures()? })
    }

    /// The files of the figures: their names, and their bytes.
    pub(crate) fn figures(&self) -> Result<Vec<(String, Vec<u8>)>, StudyError> {
        files_of(&self.figures)
    }

    /// The file of the report.
    pub(crate) fn report(&self) -> Result<Vec<(String, Vec<u8>)>, StudyError> {
        Ok(vec![(REPORT.to_owned(), self.run.report(&self.figures)?.into_bytes())])
    }

    fn all(&self) -> Result<Vec<(String, Vec<u8>)>, StudyError> {
        Ok([self.figures()?, self.report()?].concat())
    }
}
