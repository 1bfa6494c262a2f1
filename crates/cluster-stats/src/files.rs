//! Trajectories as CSV: a header, one row a sample, exact round trip.

use crate::columns::{ColumnPositions, record_columns, record_fields};
use crate::{Record, StatsError, Trajectory};
use std::io::{Read, Write};
use std::path::Path;
use whole_files::NewFile;

/// How far a sum rule may be off before a row is refused: rounding of numbers written in full.
pub const SUM_RULE_TOLERANCE: f64 = 1e-9;

impl Trajectory {
    /// Reads CSV with the columns of [`record_columns`]; further columns are ignored, the order is
    /// free, and `temperature` and `energy_per_site` may be missing or empty. Sum rules are checked to [`SUM_RULE_TOLERANCE`].
    ///
    /// # Errors
    /// [`StatsError::MissingColumn`]; [`StatsError::Row`] around what is wrong in a row, naming
    /// it: not a number, out of [0, 1], a broken sum rule with its residual; and those of
    /// [`Trajectory::new`].
    pub fn read_csv(reader: impl Read) -> Result<Trajectory, StatsError> {
        Trajectory::read_csv_with_tolerance(reader, SUM_RULE_TOLERANCE)
    }

    /// As [`read_csv`](Self::read_csv), for files written with fewer digits: `tolerance` is the
    /// largest residual of a sum rule that passes, e.g. 1e-3 for numbers of three digits.
    ///
    /// # Errors
    /// As [`read_csv`](Self::read_csv).
    pub fn read_csv_with_tolerance(
        reader: impl Read,
        tolerance: f64,
    ) -> Result<Trajectory, StatsError> {
        let mut reader = csv::Reader::from_reader(reader);
        let columns = ColumnPositions::find(reader.headers()?)?;
        let mut records: Vec<Record> = Vec::new();
        for (index, row) in reader.records().enumerate() {
            let row = row?;
            let line = row.position().map_or(0, csv::Position::line);
            let in_row = |source| StatsError::Row { row: index + 1, line, source };
            let record = columns.record(&row, tolerance).map_err(|e| in_row(Box::new(e)))?;
            records.push(record);
        }
        Trajectory::new(records)
    }

    /// Reads a CSV file, see [`read_csv`](Self::read_csv); with the feature `lattice` also an NPY
    /// file, see `read_npy`, if it begins like one.
    ///
    /// # Errors
    /// [`StatsError::File`] if it cannot be read, and those of the format.
    pub fn load(path: impl AsRef<Path>) -> Result<Trajectory, StatsError> {
        let path = path.as_ref();
        let bytes = std::fs::read(path).map_err(|source| in_file(path, source))?;
        #[cfg(feature = "lattice")]
        if bytes.starts_with(b"\x93NUMPY") {
            return Trajectory::read_npy(&bytes);
        }
        Trajectory::read_csv(&bytes[..])
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

fn in_file(path: &Path, source: std::io::Error) -> StatsError {
    StatsError::File { path: path.display().to_string(), source }
}
