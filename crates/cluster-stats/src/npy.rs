//! Trajectories as NPY: float64, samples x the 24 columns of [`record_columns`], exact round trip.

use crate::columns::{COLUMNS, checked_record};
use crate::files::reserved;
use crate::precision::Precision;
use crate::{Record, SUM_RULE_TOLERANCE, StatsError, Trajectory};
use std::io::Write;
use whole_files::{NpyArray, npy_header};

#[cfg(doc)]
use crate::record_columns;

impl Trajectory {
    /// Reads the bytes of an NPY file: samples x the 24 columns of [`record_columns`], in any type of
    /// numbers. NaN in `temperature` and `energy_per_site` is unknown. Sum rules are checked to
    /// the rounding of the numbers, as [`read_csv`](Self::read_csv) has it of the fewest digits that say
    /// them; floats of 4 bytes have 7, of 2 bytes 3.
    ///
    /// # Errors
    /// [`StatsError::Npy`] for a file that is cut off or holds no numbers,
    /// [`StatsError::ArrayShape`], [`StatsError::Row`] around what is wrong in a row, and those of
    /// [`Trajectory::new`].
    pub fn read_npy(bytes: &[u8]) -> Result<Trajectory, StatsError> {
        read(bytes, None)
    }

    /// Writes NPY; [`read_npy`](Self::read_npy) gives back the same bits. Unknown temperatures and
    /// energies are NaN.
    ///
    /// # Errors
    /// [`StatsError::Write`] if the writer fails.
    pub fn write_npy(&self, mut writer: impl Write) -> Result<(), StatsError> {
        let header = npy_header("<f8", &[self.records().len(), COLUMNS]);
        writer.write_all(&header)?;
        for record in self.records() {
            let bytes: Vec<u8> = row(record).into_iter().flat_map(f64::to_le_bytes).collect();
            writer.write_all(&bytes)?;
        }
        writer.flush()?;
        Ok(())
    }
}

pub(crate) fn read(bytes: &[u8], tolerance: Option<f64>) -> Result<Trajectory, StatsError> {
    let array = NpyArray::parse(bytes)?;
    let [_, COLUMNS] = *array.shape() else {
        return Err(StatsError::ArrayShape { shape: array.shape().to_vec(), columns: COLUMNS });
    };
    let mut values: Vec<Option<f64>> = reserved(array.shape().iter().product())?;
    values.extend(array.values().map(|value| (!value.is_nan()).then_some(value)));
    let (rows, _) = values.as_chunks::<COLUMNS>();
    let (precision, tolerance) = match tolerance {
        Some(tolerance) => (Precision::default(), tolerance),
        None => {
            let mut precision = Precision::of_values(rows);
            if let Some(digits) = array.significant_digits() {
                precision.limit(digits);
            }
            (precision, SUM_RULE_TOLERANCE)
        }
    };
    let mut records = reserved(rows.len())?;
    for (row, values) in (1..).zip(rows) {
        let record = checked_record(values, precision, tolerance);
        let in_row = |source| StatsError::Row { row, line: row as u64, source };
        records.push(record.map_err(|error| in_row(Box::new(error)))?);
    }
    Trajectory::new(records)
}

fn row(record: &Record) -> [f64; COLUMNS] {
    let pairs = record.concentrations.pairs;
    let concentrations = record.concentrations.to_array();
    std::array::from_fn(|column| match column {
        0 => record.time,
        1 => record.temperature.unwrap_or(f64::NAN),
        2 => record.energy_per_site.unwrap_or(f64::NAN),
        3 => pairs.plus(),
        4 => pairs.minus(),
        other => concentrations[other - 5],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Concentrations, record_columns};
    use proptest::prelude::*;

    fn trajectory(minus: f64, temperature: Option<f64>, samples: usize) -> Trajectory {
        let record = |index| Record {
            time: index as f64 * 0.1,
            temperature,
            energy_per_site: None,
            concentrations: Concentrations::random_lattice(minus),
        };
        Trajectory::new((0..samples).map(record).collect()).unwrap()
    }

    proptest! {
        #[test]
        fn round_trips_are_exact(
            minus in 0.0f64..1.0,
            temperature in proptest::option::of(0.01f64..10.0),
            samples in 1usize..5,
        ) {
            let written = trajectory(minus, temperature, samples);
            let mut bytes = Vec::new();
            written.write_npy(&mut bytes).unwrap();
            prop_assert_eq!(Trajectory::read_npy(&bytes).unwrap(), written);
        }
    }

    #[test]
    fn faults_are_named() {
        assert_eq!(record_columns().len(), COLUMNS);
        let mut good = Vec::new();
        trajectory(0.3, None, 2).write_npy(&mut good).unwrap();
        let error = |bytes: &[u8]| Trajectory::read_npy(bytes).unwrap_err();
        assert!(matches!(error(&good[..good.len() - 1]), StatsError::Npy(_)));
        assert!(matches!(error(b"time,pp"), StatsError::Npy(_)));
        let wrong = npy_header("<f8", &[0, 23]);
        assert!(matches!(error(&wrong), StatsError::ArrayShape { columns: 24, .. }));
        let none = npy_header("<f8", &[0, 24]);
        assert!(matches!(error(&none), StatsError::NoSamples));
        let mut unknown = good.clone();
        let end = unknown.len() - 8;
        unknown[end..].copy_from_slice(&f64::NAN.to_le_bytes());
        let message = error(&unknown).to_string();
        assert!(message.contains("row 2") && message.contains("tri_mmp"), "{message}");
    }
}
