//! CSV tables: UTF-8, header first, full precision.

use crate::{StudyError, signals};
use cluster_stats::record_columns;
use std::io::Write;
use std::path::Path;

/// A CSV file: its name and columns, once for writing and for reading.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table {
    /// Its name.
    pub(crate) name: &'static str,
    /// Its columns, joined by commas.
    columns: &'static str,
    /// Whether those of a record follow.
    records: bool,
}

impl Table {
    pub(crate) const fn new(name: &'static str, columns: &'static str) -> Table {
        Table { name, columns, records: false }
    }

    /// The same table with the columns of a record at the end.
    pub(crate) const fn and_records(self) -> Table {
        Table { records: true, ..self }
    }

    pub(crate) fn columns(&self) -> Vec<String> {
        let mut columns: Vec<String> = self.columns.split(',').map(str::to_owned).collect();
        if self.records {
            columns.extend(record_columns());
        }
        columns
    }

    pub(crate) fn write<R: IntoIterator<Item = String>>(
        &self,
        directory: &Path,
        rows: impl IntoIterator<Item = R>,
    ) -> Result<(), StudyError> {
        write_table(directory, self.name, self.columns(), rows)
    }
}

/// Writes a file whole or not at all: beside itself, then into place.
///
/// # Errors
/// [`StudyError::File`]; what was there stays.
pub(crate) fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), StudyError> {
    let in_file = |source| StudyError::File { path: path.to_owned(), source };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // it becomes an ordinary file
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    let _whole = signals::commit();
    let mut file = builder.tempfile_in(folder).map_err(in_file)?;
    file.write_all(bytes).map_err(in_file)?;
    file.persist(path).map_err(|error| in_file(error.error))?;
    Ok(())
}

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
