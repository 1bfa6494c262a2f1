//! Trajectories of any clusters as CSV: a header, one row a time, exact round trip.

use super::{ClusterNames, ClusterTrajectory};
use crate::StatsError;
use crate::columns::parsed;
use crate::files::{Table, all_of, in_file, push};
use std::io::{Read, Write};
use std::path::Path;
use whole_files::{NewFile, shown};

/// What the column of a standard error has behind the name of its type.
const ERROR: &str = " error";
/// Columns that are no types; the last two may be missing.
const CONDITIONS: [&str; 3] = ["time", "temperature", "energy_per_site"];

impl ClusterTrajectory {
    /// Writes CSV: `time`, `temperature` and `energy_per_site` where they are known, a column for each
    /// type with its name, and one for each standard error, such as `C+- error`, where they are known.
    /// [`read_csv`](Self::read_csv) gives back the same bits.
    ///
    /// # Errors
    /// [`StatsError::Csv`] if the writer fails.
    pub fn write_csv(&self, writer: impl Write) -> Result<(), StatsError> {
        // quotes tell a semicolon in a name from one between fields
        let odd = self.names().iter().any(|name| name.contains([';', '\t']));
        let style = if odd { csv::QuoteStyle::NonNumeric } else { csv::QuoteStyle::Necessary };
        let mut writer = csv::WriterBuilder::new().quote_style(style).from_writer(writer);
        let conditions = [&self.temperatures, &self.energies_per_site];
        let known: Vec<(&str, &Vec<Option<f64>>)> = CONDITIONS[1..]
            .iter()
            .copied()
            .zip(conditions)
            .filter(|(_, values)| !values.is_empty())
            .collect();
        let mut header = vec![CONDITIONS[0].to_owned()];
        header.extend(known.iter().map(|(name, _)| (*name).to_owned()));
        header.extend(self.names().iter().cloned());
        if self.standard_errors().is_some() {
            header.extend(self.names().iter().map(|name| format!("{name}{ERROR}")));
        }
        writer.write_record(&header)?;
        let mut errors = self.standard_errors();
        for (index, (time, row)) in self.times().iter().zip(self.rows()).enumerate() {
            let text = |value: Option<f64>| value.map_or_else(String::new, |v| v.to_string());
            let mut fields = vec![time.to_string()];
            fields.extend(known.iter().map(|(_, values)| text(values[index])));
            fields.extend(row.iter().map(f64::to_string));
            let own = errors.as_mut().and_then(Iterator::next).into_iter().flatten();
            fields.extend(own.map(f64::to_string));
            writer.write_record(&fields)?;
        }
        writer.flush().map_err(csv::Error::from)?;
        Ok(())
    }

    /// Reads CSV as [`write_csv`](Self::write_csv) writes it, in any order of columns: every column that
    /// is neither a time, a temperature, an energy nor a standard error is a type. Between fields are
    /// commas, or semicolons or tabs, and then decimals may have commas.
    ///
    /// # Errors
    /// [`StatsError::MissingColumn`] without a time, without any type, or for standard errors of some
    /// types only; [`StatsError::TwoColumns`]; [`StatsError::Row`] around a field that is no number;
    /// [`StatsError::OutOfMemory`]; those of
    /// [`ClusterTrajectory::new`].
    pub fn read_csv(reader: impl Read) -> Result<ClusterTrajectory, StatsError> {
        ClusterTrajectory::read(&all_of(reader)?)
    }

    fn read(bytes: &[u8]) -> Result<ClusterTrajectory, StatsError> {
        let mut table = Table::of(bytes);
        let header: Vec<String> =
            table.reader.headers()?.iter().map(|name| name.trim().to_owned()).collect();
        if let Some(twice) = (1..header.len()).find(|&at| header[..at].contains(&header[at])) {
            return Err(StatsError::TwoColumns { column: header[twice].clone() });
        }
        let place = |name: &str| header.iter().position(|column| column == name);
        let missing = |column: &str| StatsError::MissingColumn {
            column: column.to_owned(),
            found: shown(&header.join(",")),
        };
        let is_type =
            |name: &&String| !CONDITIONS.contains(&name.as_str()) && !name.ends_with(ERROR);
        let names: Vec<String> = header.iter().filter(is_type).cloned().collect();
        if names.is_empty() {
            return Err(missing("of a cluster type, such as C+-"));
        }
        let time = place(CONDITIONS[0]).ok_or_else(|| missing(CONDITIONS[0]))?;
        let [temperature, energy] = [place(CONDITIONS[1]), place(CONDITIONS[2])];
        let own: Vec<usize> = names.iter().filter_map(|name| place(name)).collect();
        let with_errors = header.iter().any(|name| name.ends_with(ERROR));
        let mut of_errors = Vec::new();
        for name in names.iter().filter(|_| with_errors) {
            let column = format!("{name}{ERROR}");
            of_errors.push(place(&column).ok_or_else(|| missing(&column))?);
        }
        // an error needs its type
        let of = |name: &String| name.strip_suffix(ERROR).map(str::to_owned);
        if let Some(lone) = header.iter().filter_map(of).find(|name| !names.contains(name)) {
            return Err(missing(&lone));
        }
        let (mut times, mut values, mut errors) = (Vec::new(), Vec::new(), Vec::new());
        let (mut temperatures, mut energies) = (Vec::new(), Vec::new());
        let decimal = table.decimal;
        for (index, row) in table.reader.records().enumerate() {
            let row = row?;
            let line = row.position().map_or(0, csv::Position::line);
            let in_row =
                |source| StatsError::Row { row: index + 1, line, source: Box::new(source) };
            let optional = |at: usize| -> Result<Option<f64>, StatsError> {
                let text = row.get(at).unwrap_or("").trim();
                Ok(parsed(text, decimal, &header[at]).map_err(in_row)?.map(|(value, _)| value))
            };
            let required = |at: usize| -> Result<f64, StatsError> {
                optional(at)?.ok_or_else(|| {
                    let (column, value) = (header[at].clone(), String::new());
                    in_row(StatsError::NotANumber { column, value })
                })
            };
            push(&mut times, required(time)?)?;
            push(&mut temperatures, temperature.map_or(Ok(None), optional)?)?;
            push(&mut energies, energy.map_or(Ok(None), optional)?)?;
            for &at in &own {
                push(&mut values, required(at)?)?;
            }
            for &at in &of_errors {
                push(&mut errors, required(at)?)?;
            }
        }
        let read = ClusterTrajectory::new(ClusterNames::plain(names), times, values)?
            .with_conditions(temperatures, energies)?;
        if with_errors { read.with_standard_errors(errors) } else { Ok(read) }
    }

    /// Reads a CSV file, see [`read_csv`](Self::read_csv).
    ///
    /// # Errors
    /// [`StatsError::File`] if it cannot be read, and those of `read_csv`.
    pub fn load(path: impl AsRef<Path>) -> Result<ClusterTrajectory, StatsError> {
        let path = path.as_ref();
        let bytes = std::fs::read(path).map_err(|source| in_file(path, source))?;
        ClusterTrajectory::read(&bytes)
    }

    /// Writes a CSV file, whole or not at all.
    ///
    /// # Errors
    /// [`StatsError::File`] with the path and the reason.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), StatsError> {
        let path = path.as_ref();
        let mut file = NewFile::beside(path).map_err(|e| in_file(path, e))?;
        self.write_csv(&mut file)?;
        file.place().map_err(|e| in_file(path, e))
    }
}
