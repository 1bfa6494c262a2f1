//! The columns that a record has in a file, and its fields: one place for reading and writing.

use crate::{Concentrations, PairType, Record, StatsError, TripletType};

/// Names of the columns of a [`Record`], in the order of the files: `time`, `temperature`,
/// `energy_per_site`, `c_plus`, `c_minus`, the three pairs, the 16 triplets.
pub fn record_columns() -> Vec<String> {
    let fixed = ["time", "temperature", "energy_per_site", "c_plus", "c_minus"];
    let pairs = PairType::ALL.map(|pair| pair.ascii().to_owned());
    let triplets = TripletType::ALL.map(TripletType::ascii);
    fixed.map(str::to_owned).into_iter().chain(pairs).chain(triplets).collect()
}

/// The fields of a record in the order of [`record_columns`]; unknown values are empty, numbers are
/// the shortest text that reads back to the same bits.
pub fn record_fields(record: &Record) -> Vec<String> {
    let optional = |value: Option<f64>| value.map_or_else(String::new, |v| v.to_string());
    let pairs = record.concentrations.pairs;
    let mut fields = vec![
        record.time.to_string(),
        optional(record.temperature),
        optional(record.energy_per_site),
        pairs.plus().to_string(),
        pairs.minus().to_string(),
    ];
    fields.extend(record.concentrations.to_array().map(|value| value.to_string()));
    fields
}

/// Where the columns of a record stand in a header; those that may be unknown may be missing.
pub(crate) struct ColumnPositions(Vec<(String, Option<usize>)>);

impl ColumnPositions {
    pub(crate) fn find(header: &csv::StringRecord) -> Result<ColumnPositions, StatsError> {
        let may_miss = ["temperature", "energy_per_site"];
        let position = |column: String| match header.iter().position(|name| name == column) {
            Some(position) => Ok((column, Some(position))),
            None if may_miss.contains(&column.as_str()) => Ok((column, None)),
            None => {
                let found = header.iter().collect::<Vec<_>>().join(",");
                Err(StatsError::MissingColumn { column, found })
            }
        };
        record_columns().into_iter().map(position).collect::<Result<_, _>>().map(ColumnPositions)
    }

    /// The record in a row, with its sum rules and composition checked to `tolerance`.
    pub(crate) fn record(
        &self,
        row: &csv::StringRecord,
        tolerance: f64,
    ) -> Result<Record, StatsError> {
        let mut values = [None; COLUMNS];
        for (value, (column, position)) in values.iter_mut().zip(&self.0) {
            let text = position.and_then(|position| row.get(position)).unwrap_or("").trim();
            if !text.is_empty() {
                *value = Some(text.parse::<f64>().map_err(|_| StatsError::NotANumber {
                    column: column.clone(),
                    value: text.to_owned(),
                })?);
            }
        }
        checked_record(&values, tolerance)
    }
}

/// Number of columns of a record.
pub(crate) const COLUMNS: usize = 24;

/// The record of values in the order of [`record_columns`], with its sum rules and composition
/// checked to `tolerance`.
pub(crate) fn checked_record(
    values: &[Option<f64>; COLUMNS],
    tolerance: f64,
) -> Result<Record, StatsError> {
    let required = |index: usize| {
        values[index].ok_or_else(|| StatsError::NotANumber {
            column: record_columns().swap_remove(index),
            value: String::new(),
        })
    };
    let mut found = [0.0; 19];
    for (index, value) in found.iter_mut().enumerate() {
        *value = required(index + 5)?;
    }
    let concentrations = Concentrations::from_array(found);
    concentrations.check(tolerance)?;
    let from_pairs =
        [("c_plus", 3, concentrations.pairs.plus()), ("c_minus", 4, concentrations.pairs.minus())];
    for (name, index, from_pairs) in from_pairs {
        let value = required(index)?;
        let agrees = (value - from_pairs).abs() <= tolerance;
        if !agrees {
            return Err(StatsError::Composition { name, value, from_pairs });
        }
    }
    Ok(Record {
        time: required(0)?,
        temperature: values[1],
        energy_per_site: values[2],
        concentrations,
    })
}
