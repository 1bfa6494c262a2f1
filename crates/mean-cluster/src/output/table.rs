//! CSV tables with a header and full precision.

use crate::StudyError;
use std::path::Path;

/// A table that becomes one CSV file.
#[derive(Clone, Debug)]
pub struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

/// The shortest text that reads back to the same bits.
pub fn number(value: f64) -> String {
    value.to_string()
}

/// A number, or empty where there is none.
pub fn optional(value: Option<f64>) -> String {
    value.map_or_else(String::new, number)
}

impl Table {
    /// An empty table with these columns.
    pub fn new(header: impl IntoIterator<Item = impl Into<String>>) -> Table {
        Table { header: header.into_iter().map(Into::into).collect(), rows: Vec::new() }
    }

    /// Adds a row.
    pub fn push(&mut self, row: impl IntoIterator<Item = impl Into<String>>) {
        self.rows.push(row.into_iter().map(Into::into).collect());
    }

    /// Writes `name` into a directory: UTF-8, comma, header first.
    ///
    /// # Errors
    /// [`StudyError::Format`] naming the file.
    pub fn write(&self, directory: &Path, name: &str) -> Result<(), StudyError> {
        let write = || -> Result<(), csv::Error> {
            let mut writer = csv::Writer::from_path(directory.join(name))?;
            writer.write_record(&self.header)?;
            for row in &self.rows {
                writer.write_record(row)?;
            }
            Ok(writer.flush()?)
        };
        write().map_err(|e| StudyError::Format { file: name.to_owned(), reason: e.to_string() })
    }
}
