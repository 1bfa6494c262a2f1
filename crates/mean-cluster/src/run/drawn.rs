//! Figures and report of a run, from its files.

use crate::StudyError;
use crate::figures::{Figure, files_of};
use crate::output::write_files;
use crate::page::REPORT;
use std::path::Path;

/// What figures and a report are made of.
pub trait Drawn {
    /// All figures.
    ///
    /// # Errors
    /// [`StudyError`] for what cannot be drawn, such as a file without the rows for it.
    fn figures(&self) -> Result<Vec<Figure>, StudyError>;

    /// One page with them, as HTML.
    ///
    /// # Errors
    /// [`StudyError`], likewise.
    fn report(&self, figures: &[Figure]) -> Result<String, StudyError>;
}

/// The file of the report: its name, and its bytes.
///
/// # Errors
/// Those of [`Drawn::report`].
pub(crate) fn report_of(
    files: &dyn Drawn,
    figures: &[Figure],
) -> Result<(String, Vec<u8>), StudyError> {
    Ok((REPORT.to_owned(), files.report(figures)?.into_bytes()))
}

/// Writes everything that is drawn.
///
/// # Errors
/// Those of [`Drawn`], [`StudyError::File`].
pub(super) fn write_all(directory: &Path, files: &dyn Drawn) -> Result<(), StudyError> {
    let figures = files.figures()?;
    let mut all = files_of(&figures)?;
    all.push(report_of(files, &figures)?);
    write_files(directory, &all)
}
