//! CSV tables: UTF-8, header first, full precision.

use crate::StudyError;
use cluster_stats::record_columns;
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
/// [`StudyError::File`] naming the file, with the reason (no space, no permission).
pub fn write_table<H: AsRef<[u8]>, R: IntoIterator<Item = String>>(
    directory: &Path,
    name: &str,
    header: impl IntoIterator<Item = H>,
    rows: impl IntoIterator<Item = R>,
) -> Result<(), StudyError> {
    let path = directory.join(name);
    super::write_with(&path, |file| {
        let write = || -> Result<(), csv::Error> {
            let mut writer = csv::Writer::from_writer(file);
            writer.write_record(header)?;
            for row in rows {
                writer.write_record(row.into_iter().map(String::into_bytes))?;
            }
            Ok(writer.flush()?)
        };
        write().map_err(|error| StudyError::File { path: path.clone(), source: error.into() })
    })
}
