//! What commands print.

use crate::StudyError;
use std::io::{self, Write};
#[cfg(feature = "figures")]
use std::path::Path;

/// Prints a text. A reader that has seen enough closes the pipe, and that is no error.
pub(super) fn print(text: &str) -> Result<(), StudyError> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(StudyError::File { path: "standard output".into(), source: error })
        }
        _ => Ok(()),
    }
}

/// Writes figures into a directory, which is made if it is missing.
#[cfg(feature = "figures")]
pub(super) fn save_figures(
    directory: &Path,
    figures: &[crate::figures::Figure],
) -> Result<(), StudyError> {
    whole_files::make_directories(directory)
        .map_err(|source| StudyError::File { path: directory.to_owned(), source })?;
    figures.iter().try_for_each(|figure| figure.save(directory))
}

/// JSON over several lines.
pub(super) fn pretty_json(value: &serde_json::Value) -> String {
    format!("{value:#}\n")
}
