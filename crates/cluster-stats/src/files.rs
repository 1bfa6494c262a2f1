//! Trajectories as CSV: a header, one row a sample, exact round trip.

use crate::columns::{COLUMNS, ColumnPositions, checked_record, record_columns, record_fields};
use crate::precision::Precision;
use crate::{Record, StatsError, Trajectory};
use std::io::{Read, Write};
use std::path::Path;
use whole_files::{NewFile, is_npy};

/// How far a sum rule of numbers that are written in full may be off before a row is refused.
pub const SUM_RULE_TOLERANCE: f64 = 1e-9;

/// What a file holds that a trajectory has no place for.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ReadNotes {
    /// Columns that are not read, in the order of the file.
    pub unread_columns: Vec<String>,
    /// The largest residual of a sum rule, in units of concentration: above [`SUM_RULE_TOLERANCE`]
    /// where numbers are rounded.
    pub largest_residual: f64,
}

impl Trajectory {
    /// Reads CSV with the columns of [`record_columns`], each once; further columns are not read, the
    /// order is free, and `temperature` and `energy_per_site` may be missing or empty. Between fields
    /// are commas, or semicolons or tabs, and then decimals may have commas.
    ///
    /// Sum rules are checked to the rounding of the numbers as they are written: to 15, 9 or 4 digits,
    /// significant or after the point, but no fewer than 3 and no closer than
    /// [`SUM_RULE_TOLERANCE`].
    ///
    /// # Errors
    /// [`StatsError::MissingColumn`], [`StatsError::TwoColumns`]; [`StatsError::Row`] around what is
    /// wrong in a row, naming it: not a number, out of [0, 1], a broken sum rule with its residual;
    /// and those of [`Trajectory::new`].
    pub fn read_csv(reader: impl Read) -> Result<Trajectory, StatsError> {
        read_csv(&all_of(reader)?, None).map(|(trajectory, _)| trajectory)
    }

    /// As [`read_csv`](Self::read_csv), for measured numbers: `tolerance` is the largest residual of a
    /// sum rule that passes, e.g. 1e-2 for noise of 1e-3.
    ///
    /// # Errors
    /// As [`read_csv`](Self::read_csv).
    pub fn read_csv_with_tolerance(
        reader: impl Read,
        tolerance: f64,
    ) -> Result<Trajectory, StatsError> {
        read_csv(&all_of(reader)?, Some(tolerance)).map(|(trajectory, _)| trajectory)
    }

    /// Reads a CSV file, see [`read_csv`](Self::read_csv); also an NPY file, see
    /// [`read_npy`](Self::read_npy), if it begins like one.
    ///
    /// # Errors
    /// [`StatsError::File`] if it cannot be read, and those of the format.
    pub fn load(path: impl AsRef<Path>) -> Result<Trajectory, StatsError> {
        Trajectory::load_with_notes(path, None).map(|(trajectory, _)| trajectory)
    }

    /// As [`load`](Self::load), with what is not read of the file; sum rules are checked to
    /// `tolerance` where one is given, see [`read_csv_with_tolerance`](Self::read_csv_with_tolerance).
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_with_notes(
        path: impl AsRef<Path>,
        tolerance: Option<f64>,
    ) -> Result<(Trajectory, ReadNotes), StatsError> {
        let path = path.as_ref();
        let bytes = std::fs::read(path).map_err(|source| in_file(path, source))?;
        if is_npy(&bytes) {
            let trajectory = crate::npy::read(&bytes, tolerance)?;
            let notes = ReadNotes::of(&trajectory, Vec::new());
            return Ok((trajectory, notes));
        }
        #[cfg(feature = "lattice")]
        if let Some(other) = lattice_core::FileError::of_other_format(&bytes) {
            return Err(other.into());
        }
        read_csv(&bytes, tolerance)
    }

    /// Writes CSV with the columns of [`record_columns`]; [`read_csv`](Self::read_csv) gives back
    /// the same bits.
    ///
    /// # Errors
    /// [`StatsError::Csv`] if the writer fails.
    pub fn write_csv(&self, writer: impl Write) -> Result<(), StatsError> {
        let mut writer = csv::Writer::from_writer(writer);
        writer.write_record(record_columns())?;
        for record in self.records() {
            writer.write_record(record_fields(record))?;
        }
        writer.flush().map_err(csv::Error::from)?;
        Ok(())
    }

    /// Writes a CSV file: to a temporary file beside it, then renamed, so that an older file stays
    /// whole if anything fails.
    ///
    /// # Errors
    /// [`StatsError::File`] with the path and the reason, e.g. no space or no permission.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), StatsError> {
        let path = path.as_ref();
        let mut file = NewFile::beside(path).map_err(|e| in_file(path, e))?;
        self.write_csv(&mut file)?;
        file.place().map_err(|e| in_file(path, e))
    }
}

impl ReadNotes {
    fn of(trajectory: &Trajectory, unread_columns: Vec<String>) -> ReadNotes {
        let records = trajectory.records().iter();
        let residuals = records.map(|record| record.concentrations.worst_residual().1.abs());
        ReadNotes { unread_columns, largest_residual: residuals.fold(0.0, f64::max) }
    }
}

pub(crate) fn all_of(mut reader: impl Read) -> Result<Vec<u8>, StatsError> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).map_err(csv::Error::from)?;
    Ok(bytes)
}

/// The rows of a file, with what stands between fields and in decimals.
pub(crate) struct Table<'a> {
    pub(crate) reader: csv::Reader<&'a [u8]>,
    pub(crate) decimal: char,
}

impl<'a> Table<'a> {
    pub(crate) fn of(bytes: &'a [u8]) -> Table<'a> {
        // what stands between the fields of the first line, quoted ones left out: a header of commas
        // has the most commas, and of other delimiters none
        let all = [b'\t', b';', b','];
        let (mut counts, mut quoted, mut begun) = ([0; 3], false, false);
        for &byte in bytes {
            match byte {
                b'\n' | b'\r' if !quoted && begun => break,
                b'\n' | b'\r' => continue,
                b'"' => quoted = !quoted,
                _ if quoted => {}
                _ => all.iter().zip(&mut counts).for_each(|(d, n)| *n += i32::from(*d == byte)),
            }
            begun = true;
        }
        let delimiter =
            all.into_iter().zip(counts).max_by_key(|(_, n)| *n).map_or(b',', |(d, _)| d);
        let reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(bytes);
        Table { reader, decimal: if delimiter == b',' { '.' } else { ',' } }
    }
}

fn read_csv(bytes: &[u8], tolerance: Option<f64>) -> Result<(Trajectory, ReadNotes), StatsError> {
    let mut table = Table::of(bytes);
    let columns = ColumnPositions::find(table.reader.headers()?)?;
    let mut precision = Precision::default();
    let mut rows: Vec<([Option<f64>; COLUMNS], u64)> = Vec::new();
    let in_row = |index: usize, line: u64| {
        move |source| StatsError::Row { row: index + 1, line, source: Box::new(source) }
    };
    for (index, row) in table.reader.records().enumerate() {
        let row = row?;
        let line = row.position().map_or(0, csv::Position::line);
        let values = columns.values(&row, table.decimal, &mut precision);
        push(&mut rows, (values.map_err(in_row(index, line))?, line))?;
    }
    let (precision, tolerance) = match tolerance {
        Some(tolerance) => (Precision::default(), tolerance),
        None => (precision, SUM_RULE_TOLERANCE),
    };
    let mut records: Vec<Record> = reserved(rows.len())?;
    for (index, (values, line)) in rows.iter().enumerate() {
        records.push(checked_record(values, precision, tolerance).map_err(in_row(index, *line))?);
    }
    let trajectory = Trajectory::new(records)?;
    let notes = ReadNotes::of(&trajectory, columns.others);
    Ok((trajectory, notes))
}

/// An empty list with room for `count` values.
pub(crate) fn reserved<T>(count: usize) -> Result<Vec<T>, StatsError> {
    let mut list = Vec::new();
    list.try_reserve_exact(count).map_err(|_| no_memory::<T>(count))?;
    Ok(list)
}

/// Adds to a list whose length a file decides.
pub(crate) fn push<T>(list: &mut Vec<T>, value: T) -> Result<(), StatsError> {
    list.try_reserve(1).map_err(|_| no_memory::<T>(list.len() + 1))?;
    list.push(value);
    Ok(())
}

fn no_memory<T>(count: usize) -> StatsError {
    StatsError::OutOfMemory { count, bytes_each: size_of::<T>() }
}

pub(crate) fn in_file(path: &Path, source: std::io::Error) -> StatsError {
    StatsError::File { path: path.display().to_string(), source }
}
