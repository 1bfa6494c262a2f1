//! The columns that a record has in a file, and its fields: one place for reading and writing.

use crate::precision::Precision;
use crate::{Concentrations, PairType, Record, StatsError, TripletType};
use std::borrow::Cow;
use whole_files::shown;

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
pub(crate) struct ColumnPositions {
    positions: Vec<(String, Option<usize>)>,
    /// The other columns.
    pub(crate) others: Vec<String>,
}

/// Columns that may be missing.
const OPTIONAL: [&str; 2] = ["temperature", "energy_per_site"];

impl ColumnPositions {
    pub(crate) fn find(header: &csv::StringRecord) -> Result<ColumnPositions, StatsError> {
        let names: Vec<&str> = header.iter().map(str::trim).collect();
        let mut positions = Vec::new();
        let mut missing = Vec::new();
        for column in record_columns() {
            let mut found = (0..names.len()).filter(|index| names[*index] == column);
            let position = found.next();
            if found.next().is_some() {
                return Err(StatsError::TwoColumns { column });
            }
            if position.is_none() && !OPTIONAL.contains(&column.as_str()) {
                missing.push(column.clone());
            }
            positions.push((column, position));
        }
        if !missing.is_empty() {
            let more = missing.len().saturating_sub(3);
            missing.truncate(3);
            let mut column = missing.join(", ");
            if more > 0 {
                column.push_str(&format!(" and {more} more"));
            }
            return Err(StatsError::MissingColumn { column, found: shown(&names.join(",")) });
        }
        let is_known = |name: &str| positions.iter().any(|(column, _)| column == name);
        let others = names.iter().filter(|name| !is_known(name));
        let others = others.map(|name| (*name).to_owned()).collect();
        Ok(ColumnPositions { positions, others })
    }

    /// The numbers in a row, and how exactly its concentrations are written.
    pub(crate) fn values(
        &self,
        row: &csv::StringRecord,
        decimal: char,
        precision: &mut Precision,
    ) -> Result<[Option<f64>; COLUMNS], StatsError> {
        let mut values = [None; COLUMNS];
        for (index, (value, (column, position))) in
            values.iter_mut().zip(&self.positions).enumerate()
        {
            let text = position.and_then(|position| row.get(position)).unwrap_or("").trim();
            if let Some((number, text)) = parsed(text, decimal, column)? {
                *value = Some(number);
                if index >= 5 {
                    precision.add(&text);
                }
            }
        }
        Ok(values)
    }
}

/// The number in a field, and its text with a point; none for an empty field.
pub(crate) fn parsed<'a>(
    text: &'a str,
    decimal: char,
    column: &str,
) -> Result<Option<(f64, Cow<'a, str>)>, StatsError> {
    if text.is_empty() {
        return Ok(None);
    }
    let pointed = match decimal {
        ',' if !text.contains('.') => Cow::Owned(text.replacen(',', ".", 1)),
        _ => Cow::Borrowed(text),
    };
    match pointed.parse() {
        Ok(number) => Ok(Some((number, pointed))),
        Err(_) => {
            let (column, value) = (column.to_owned(), text.to_owned());
            Err(StatsError::NotANumber { column, value })
        }
    }
}

/// Number of columns of a record.
pub(crate) const COLUMNS: usize = 24;

/// The record of values in the order of [`record_columns`], with its sum rules and composition
/// checked to the precision of their numbers, but no less than `tolerance`.
pub(crate) fn checked_record(
    values: &[Option<f64>; COLUMNS],
    precision: Precision,
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
    precision.check(&concentrations, tolerance)?;
    let tolerance = precision.composition(&concentrations, tolerance);
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
