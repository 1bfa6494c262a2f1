//! CSV tables: UTF-8, header first, full precision.

use crate::StudyError;
use std::path::Path;

/// The shortest text that reads back to the same bits.
pub fn number(value: f64) -> String {
    value.to_string()
}

/// A number, or empty where there is none.
pub fn optional(value: Option<f64>) -> String {
    value.map_or_else(String::new, number)
}

/// Writes the file `name` into a directory, row by row.
///
/// # Errors
/// [`StudyError::Format`] naming the file, with the reason (no space, no permission).
pub fn write_table<H: AsRef<[u8]>, R: IntoIterator<Item = String>>(
    directory: &Path,
    name: &str,
    header: impl IntoIterator<Item = H>,
    rows: impl IntoIterator<Item = R>,
) -> Result<(), StudyError> {
    let write = || -> Result<(), csv::Error> {
        let mut writer = csv::Writer::from_path(directory.join(name))?;
        writer.write_record(header)?;
        for row in rows {
            writer.write_record(row.into_iter().map(String::into_bytes))?;
        }
        Ok(writer.flush()?)
    };
    write().map_err(|e| StudyError::Format { file: name.to_owned(), reason: e.to_string() })
}
