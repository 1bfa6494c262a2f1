//! What every run shares: a command that works into a directory, can be interrupted, goes on to the same
//! bytes, is made again from its manifest, and is drawn from its files.

mod checkpoints;
#[cfg(feature = "figures")]
mod drawn;
mod progress;

use crate::StudyError;
use crate::output::{Manifest, OutputDirectory};
use crate::settings::table;
use clap::ArgMatches;
use std::path::Path;

pub use crate::settings::Settings;
pub use checkpoints::Checkpoints;
pub(crate) use checkpoints::{Stage, no_link, remove_state};
#[cfg(feature = "figures")]
pub use drawn::Drawn;
#[cfg(feature = "figures")]
pub(crate) use drawn::report_of;
pub use progress::Progress;

/// A run, as its settings: they say all that it does.
pub(crate) trait Run: Settings {
    /// What it is for, and an example.
    const ABOUT: [&'static str; 2];

    /// Where it writes unless it is told.
    const OUT: &'static str;

    /// What was written, as far as figures and a report are made of it.
    #[cfg(feature = "figures")]
    type Files: Drawn + 'static;

    /// Adds the flags: those of the settings, and shorthands for several.
    fn arguments(command: clap::Command) -> clap::Command {
        Self::augment_args_for_update(command)
    }

    /// What the flags are set over.
    fn defaults(_: &ArgMatches) -> Self {
        Self::default()
    }

    /// The seed of its random numbers.
    fn seed(&self) -> u64;

    /// Works, writes the directory and returns what a terminal is told.
    fn work(
        checkpoints: &Checkpoints<Self>,
        directory: &OutputDirectory,
    ) -> Result<String, StudyError>;

    /// Reads what it wrote.
    #[cfg(feature = "figures")]
    fn read(directory: &Path, settings: Self) -> Result<Self::Files, StudyError>;
}

/// Writes the files of a run, whole or not at all: its tables, then what is drawn from them, as `figures`
/// and `report` do later, then what `last` has to say when all this has taken its seconds, and the
/// manifest.
///
/// # Errors
/// Those of [`OutputDirectory::replace`].
pub(crate) fn write<R: Run>(
    settings: &R,
    directory: &OutputDirectory,
    tables: impl FnOnce(&Path) -> Result<(), StudyError>,
    last: impl FnOnce(&Path, f64) -> Result<(), StudyError>,
) -> Result<(), StudyError> {
    directory.replace(|path| {
        tables(path)?;
        let clock = std::time::Instant::now();
        #[cfg(feature = "figures")]
        drawn::write_all(path, &R::read(path, settings.clone())?)?;
        last(path, clock.elapsed().as_secs_f64())?;
        Manifest::of_directory(path, R::NAME, settings.seed(), table(settings)?)?.write(path)
    })
}
