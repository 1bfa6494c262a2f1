//! Files in the folder of a run that takes its place as a whole.

use super::ownership::{in_file, make_room};
use crate::StudyError;
use std::io::Write;
use std::path::Path;
use whole_files::NewFile;

/// Writes a new file from bytes.
///
/// # Errors
/// [`StudyError::File`].
pub(crate) fn write_file(path: &Path, bytes: &[u8]) -> Result<(), StudyError> {
    write_with(path, |file| file.write_all(bytes).map_err(in_file(path)))
}

/// Writes a value as JSON over several lines.
///
/// # Errors
/// [`StudyError::Format`], [`StudyError::File`].
pub(crate) fn write_json(
    directory: &Path,
    name: &str,
    value: &impl serde::Serialize,
) -> Result<(), StudyError> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| StudyError::Format { file: name.to_owned(), reason: error.to_string() })?;
    write_file(&directory.join(name), (text + "\n").as_bytes())
}

/// Writes a new file by a function.
///
/// # Errors
/// Those of the function; [`StudyError::File`].
pub(crate) fn write_with(
    path: &Path,
    write: impl FnOnce(&mut NewFile) -> Result<(), StudyError>,
) -> Result<(), StudyError> {
    let mut file = NewFile::at(path).map_err(in_file(path))?;
    write(&mut file)?;
    file.place().map_err(in_file(path))
}

/// Writes files (path from the directory with `/`, bytes), making their folders.
///
/// # Errors
/// [`StudyError::File`].
pub(crate) fn write_files(directory: &Path, files: &[(String, Vec<u8>)]) -> Result<(), StudyError> {
    for (name, bytes) in files {
        // the directory itself is not made again: where a signal removed it, it stays away
        make_room(directory, name)?;
        write_file(&directory.join(name), bytes)?;
    }
    Ok(())
}
