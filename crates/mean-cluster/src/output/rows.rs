//! Rows of a CSV file by the names of their columns, with errors that say where.

use crate::StudyError;
use crate::output::Table;
use closures::Convention;
use cluster_stats::{Concentrations, Record, SUM_RULE_TOLERANCE, TripletType};
use std::path::Path;
use whole_files::shown;

/// A row, with the columns of its table at 0, 1, 2, ...
pub(crate) struct Row<'a> {
    file: &'a str,
    columns: &'a [String],
    positions: &'a [usize],
    record: &'a csv::StringRecord,
}

/// Reads a table, calling `read` for each row.
///
/// # Errors
/// [`StudyError::File`], [`StudyError::EmptyTable`], [`StudyError::MissingColumn`],
/// [`StudyError::Unreadable`], and those of `read`.
pub(crate) fn read_rows<T>(
    directory: &Path,
    table: &Table,
    read: impl FnMut(&Row<'_>) -> Result<T, StudyError>,
) -> Result<Vec<T>, StudyError> {
    read_named_rows(directory, table.name, &table.columns(), read)
}

/// As [`read_rows`], of a table with a name that is known at run time.
///
/// # Errors
/// As [`read_rows`].
pub(crate) fn read_named_rows<T>(
    directory: &Path,
    name: &str,
    columns: &[String],
    mut read: impl FnMut(&Row<'_>) -> Result<T, StudyError>,
) -> Result<Vec<T>, StudyError> {
    let path = directory.join(name);
    let file = std::fs::File::open(&path).map_err(|source| StudyError::File { path, source })?;
    let broken =
        |e: csv::Error| StudyError::Unreadable { file: name.to_owned(), reason: e.to_string() };
    let empty = || StudyError::EmptyTable { file: name.to_owned() };
    let mut reader = csv::ReaderBuilder::new().buffer_capacity(1 << 16).from_reader(file);
    let header = reader.headers().map_err(broken)?.clone();
    if header.is_empty() {
        return Err(empty());
    }
    let position = |column: &String| {
        let mut found = (0..header.len()).filter(|index| header.get(*index) == Some(column));
        let position = found.next().ok_or_else(|| StudyError::MissingColumn {
            file: name.to_owned(),
            column: column.clone(),
            found: shown(&header.iter().collect::<Vec<_>>().join(",")),
        })?;
        match found.next() {
            None => Ok(position),
            Some(_) => Err(StudyError::Unreadable {
                file: name.to_owned(),
                reason: format!("the column {column} is there more than once"),
            }),
        }
    };
    let positions = columns.iter().map(position).collect::<Result<Vec<_>, _>>()?;
    let mut record = csv::StringRecord::new();
    let mut rows = Vec::new();
    while reader.read_record(&mut record).map_err(broken)? {
        let row = Row { file: name, columns, positions: &positions, record: &record };
        rows.push(read(&row)?);
    }
    if rows.is_empty() { Err(empty()) } else { Ok(rows) }
}

impl Row<'_> {
    pub(crate) fn text(&self, index: usize) -> &str {
        self.record.get(self.positions[index]).unwrap_or("").trim()
    }

    /// A finite number.
    pub(crate) fn number(&self, index: usize) -> Result<f64, StudyError> {
        let value: Option<f64> = self.text(index).parse().ok();
        value.filter(|v| v.is_finite()).ok_or_else(|| self.wrong(index, "a finite number"))
    }

    /// A finite number, or nothing where the field is empty.
    pub(crate) fn optional(&self, index: usize) -> Result<Option<f64>, StudyError> {
        match self.text(index) {
            "" => Ok(None),
            _ => self.number(index).map(Some),
        }
    }

    pub(crate) fn whole(&self, index: usize) -> Result<u64, StudyError> {
        self.text(index).parse().map_err(|_| self.wrong(index, "a whole number"))
    }

    pub(crate) fn convention(&self, index: usize) -> Result<Convention, StudyError> {
        let named = Convention::ALL.into_iter().find(|c| c.name() == self.text(index));
        named.ok_or_else(|| self.wrong(index, "consistent or as-published"))
    }

    pub(crate) fn triplet(&self, index: usize) -> Result<TripletType, StudyError> {
        self.text(index).parse().map_err(|_| self.wrong(index, "a triplet type such as lin_ppm"))
    }

    /// The record whose columns, see `record_columns`, stand from `first` on; its sum rules hold.
    pub(crate) fn record(&self, first: usize) -> Result<Record, StudyError> {
        let mut values = [0.0; 19];
        for (index, value) in values.iter_mut().enumerate() {
            *value = self.number(first + 5 + index)?;
        }
        let concentrations = Concentrations::from_array(values);
        concentrations.check(SUM_RULE_TOLERANCE).map_err(|e| self.broken(e.to_string()))?;
        Ok(Record {
            time: self.number(first)?,
            temperature: self.optional(first + 1)?,
            energy_per_site: self.optional(first + 2)?,
            concentrations,
        })
    }

    /// The error for a field that is not what it should be.
    pub(crate) fn wrong(&self, index: usize, expected: &'static str) -> StudyError {
        StudyError::Field {
            file: self.file.to_owned(),
            line: self.line(),
            column: self.columns[index].clone(),
            value: shown(self.text(index)),
            expected,
        }
    }

    /// The error for a row whose fields do not go together.
    pub(crate) fn broken(&self, reason: String) -> StudyError {
        let reason = format!("line {}: {reason}", self.line());
        StudyError::Unreadable { file: self.file.to_owned(), reason }
    }

    fn line(&self) -> u64 {
        self.record.position().map_or(0, csv::Position::line)
    }
}
