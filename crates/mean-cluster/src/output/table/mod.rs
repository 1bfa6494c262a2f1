//! CSV tables of rows: UTF-8, header first, full precision.
//!
//! A row is a struct with serde's derives. Its fields are the columns in their order, those of a struct in
//! it stand in its place, and an array `k` is the columns `k1`, `k2`, and so on. What is written is what is
//! read. The serde support of `csv` is not used: it writes other digits, takes no arrays under a header and
//! does not name the column of a broken field.

mod columns;
mod fields;
mod named;
pub(super) mod record;

use crate::StudyError;
use columns::{Columns, Fault};
use fields::Fields;
use serde::{Serialize, de::DeserializeOwned};
use std::io::Write;
use std::path::Path;
use whole_files::shown;

pub(crate) use named::{deserialize, serialize};

/// A number, or empty where there is none.
pub(crate) fn optional(value: Option<f64>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// Writes rows into the file `name` of a directory; without rows it has no header.
///
/// # Errors
/// [`StudyError::File`] naming the file, with the reason (no space, no permission).
pub(crate) fn write_rows<R: Serialize>(
    directory: &Path,
    name: &str,
    rows: impl IntoIterator<Item = R>,
) -> Result<(), StudyError> {
    let path = directory.join(name);
    super::write_with(&path, |file| write_table(file, &path, rows))
}

/// As [`write_rows`], into anything; `path` is its name in messages.
///
/// # Errors
/// As [`write_rows`].
pub(crate) fn write_table<R: Serialize>(
    to: impl Write,
    path: &Path,
    rows: impl IntoIterator<Item = R>,
) -> Result<(), StudyError> {
    let in_file =
        |error: csv::Error| StudyError::File { path: path.to_owned(), source: error.into() };
    let mut writer = csv::Writer::from_writer(to);
    let mut columns = Columns::default();
    for (index, row) in rows.into_iter().enumerate() {
        columns.fields.clear();
        columns.names = (index == 0).then(Vec::new);
        row.serialize(&mut columns).map_err(|fault| StudyError::Format {
            file: path.display().to_string(),
            reason: fault.reason(),
        })?;
        if let Some(names) = &columns.names {
            writer.write_record(names).map_err(in_file)?;
        }
        writer.write_record(&columns.fields).map_err(in_file)?;
    }
    writer.flush().map_err(|error| in_file(error.into()))
}

/// Reads the rows of the file `name` of a directory. Further columns do not matter.
///
/// # Errors
/// [`StudyError::File`], [`StudyError::EmptyTable`], [`StudyError::MissingColumn`],
/// [`StudyError::Field`] with the line and the column, [`StudyError::Unreadable`].
pub(crate) fn read_rows<R: DeserializeOwned>(
    directory: &Path,
    name: &str,
) -> Result<Vec<R>, StudyError> {
    let path = directory.join(name);
    let file = std::fs::File::open(&path).map_err(|source| StudyError::File { path, source })?;
    let broken = |error: csv::Error| unreadable(name, error.to_string());
    let empty = || StudyError::EmptyTable { file: name.to_owned() };
    let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 16).from_reader(file);
    let header = reader.headers().map_err(broken)?.clone();
    if header.is_empty() {
        return Err(empty());
    }
    let mut fields = Fields::new(&header);
    let mut rows = Vec::new();
    while reader.read_record(fields.next()).map_err(broken)? {
        let line = fields.line();
        rows.push(fields.row().map_err(|fault| match fault {
            Fault::Missing(column) => StudyError::MissingColumn {
                file: name.to_owned(),
                column,
                found: shown(&header.iter().collect::<Vec<_>>().join(",")),
            },
            Fault::Twice(column) => {
                unreadable(name, format!("the column {column} is there more than once"))
            }
            Fault::Wrong { column, value, expected } => {
                StudyError::Field { file: name.to_owned(), line, column, value, expected }
            }
            Fault::Row(reason) => unreadable(name, format!("line {line}: {reason}")),
        })?);
    }
    if rows.is_empty() { Err(empty()) } else { Ok(rows) }
}

/// The error for a field of a row that was read, by its index, where the fields do not go together.
pub(crate) fn wrong(
    file: &str,
    index: usize,
    column: &str,
    value: impl ToString,
    expected: &str,
) -> StudyError {
    StudyError::Field {
        file: file.to_owned(),
        line: index as u64 + 2,
        column: column.to_owned(),
        value: shown(&value.to_string()),
        expected: expected.to_owned(),
    }
}

/// The error for a file that cannot be read as what it is.
pub(crate) fn unreadable(file: &str, reason: impl Into<String>) -> StudyError {
    StudyError::Unreadable { file: file.to_owned(), reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Inner {
        missing: Option<f64>,
        is_true: Option<bool>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Row {
        name: String,
        inner: Inner,
        count: u64,
        #[serde(rename = "k")]
        rates: [f64; 2],
    }

    #[test]
    fn rows_read_back_to_the_same_bits_and_broken_fields_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let row = |value, is_true| Row {
            name: "a, \"b\"".to_owned(),
            inner: Inner { missing: value, is_true },
            count: 3,
            rates: [1.0, 1e-9 / 3.0],
        };
        let rows = [row(None, Some(true)), row(Some(-0.1), None)];
        write_rows(folder.path(), "rows.csv", &rows).unwrap();
        let path = folder.path().join("rows.csv");
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(
            text.starts_with(
                "name,missing,is_true,count,k1,k2\n\"a, \"\"b\"\"\",,true,3,1,0.00000"
            )
        );
        assert_eq!(read_rows::<Row>(folder.path(), "rows.csv").unwrap(), rows);
        for (from, to, expected) in [
            (",3,", ",x,", "rows.csv, line 2: count is \"x\", but must be a whole number"),
            (",3,1,", ",3,NaN,", "rows.csv, line 2: k1 is \"NaN\", but must be a finite number"),
            (",true,", ",yes,", "is_true is \"yes\", but must be true, false or empty"),
            ("count", "number", "rows.csv has no column count; its columns are name,"),
            ("k2", "k1", "the column k1 is there more than once"),
        ] {
            std::fs::write(&path, text.replacen(from, to, 1)).unwrap();
            let message = read_rows::<Row>(folder.path(), "rows.csv").unwrap_err().to_string();
            assert!(message.contains(expected), "{message}");
        }
    }
}
