//! Chains as a table: `chain,draw,log_density,stage` and one column for each parameter, by name.
//!
//! Numbers are written with as many digits as they need to read back to the same bits.

use std::fs::File;
use std::io;
use std::path::Path;

use ndarray::{Array2, Array3};
use whole_files::NewFile;

use super::{Chains, names_or_numbers};
use crate::{McmcError, Rejections};

/// The columns before those of the parameters.
const COLUMNS: [&str; 4] = ["chain", "draw", "log_density", "stage"];

impl Chains {
    /// Writes every `thin`-th draw of each chain, the first included, as CSV; 1 writes them all. Draws
    /// keep their number, from 0. The file appears whole or not at all. Thin only what is written, to
    /// keep it small: statistics are better with all draws.
    ///
    /// ```
    /// use bayes_mcmc::{Chains, DelayedRejection, from_fn};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let folder = tempfile::tempdir()?;
    /// # let path = folder.path().join("chains.csv");
    /// let normal = from_fn(|x| Ok(-0.5 * x[0] * x[0])).named(["height"]);
    /// let chains = DelayedRejection::new([2.0], [1.0])?.starting_at([0.0]).sample(&normal, 500, 7)?;
    /// chains.write_csv(&path, 10)?;
    /// assert_eq!(Chains::read_csv(&path)?.draws(), 50);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`McmcError::File`] if the file cannot be written; [`McmcError::InvalidSize`] for a `thin` of 0.
    pub fn write_csv(&self, path: impl AsRef<Path>, thin: usize) -> Result<(), McmcError> {
        let path = path.as_ref();
        if thin == 0 {
            return Err(McmcError::InvalidSize {
                chains: self.chains(),
                draws: self.draws(),
                dimension: self.names.len(),
                advice: "write every draw (1) or every n-th (n)",
            });
        }
        self.write(path, thin).map_err(|source| McmcError::File { path: path.to_owned(), source })
    }

    fn write(&self, path: &Path, thin: usize) -> io::Result<()> {
        let mut file = NewFile::beside(path)?;
        let mut table = csv::Writer::from_writer(&mut file);
        table.write_record(COLUMNS.into_iter().chain(self.names.iter().map(String::as_str)))?;
        for chain in 0..self.chains() {
            for draw in (0..self.draws()).step_by(thin) {
                let at = [chain, draw];
                let first = [
                    chain.to_string(),
                    draw.to_string(),
                    format!("{:?}", self.log_densities[at]),
                    self.stages[at].to_string(),
                ];
                let point = self.points.slice(ndarray::s![chain, draw, ..]);
                let numbers = point.iter().map(|x| format!("{x:?}"));
                table.write_record(first.into_iter().chain(numbers))?;
            }
        }
        table.flush()?;
        drop(table);
        file.place()
    }

    /// Reads what [`write_csv`](Self::write_csv) wrote. Rejections and swap rates are not in the file.
    ///
    /// # Errors
    /// [`McmcError::File`] if it cannot be read, [`McmcError::Table`] if it is no such table or its
    /// chains differ in length.
    pub fn read_csv(path: impl AsRef<Path>) -> Result<Self, McmcError> {
        let path = path.as_ref();
        let file =
            File::open(path).map_err(|source| McmcError::File { path: path.to_owned(), source })?;
        let table = |line, problem| McmcError::Table { path: path.to_owned(), line, problem };
        let unread = |error: csv::Error| {
            table(error.position().map_or(0, csv::Position::line), "this row cannot be read")
        };
        let mut reader = csv::Reader::from_reader(io::BufReader::new(file));
        let header = reader.headers().map_err(unread)?.clone();
        if header.len() <= COLUMNS.len() || header.iter().zip(COLUMNS).any(|(a, b)| a != b) {
            return Err(table(
                1,
                "the columns are not chain, draw, log_density, stage, parameters",
            ));
        }
        let names: Vec<String> = header.iter().skip(COLUMNS.len()).map(str::to_owned).collect();
        let (mut points, mut log_densities, mut stages) = (Vec::new(), Vec::new(), Vec::new());
        let mut lengths: Vec<usize> = Vec::new();
        for (row, record) in (2..).zip(reader.records()) {
            let record = record.map_err(unread)?;
            let broken = || table(row, "an entry is not a number");
            let whole = |column: usize| record[column].parse::<usize>().map_err(|_| broken());
            let number = |entry: &str| entry.parse::<f64>().map_err(|_| broken());
            let chain = whole(0)?;
            match chain + 1 {
                next if next == lengths.len() => lengths[chain] += 1,
                next if next == lengths.len() + 1 => lengths.push(1),
                _ => return Err(table(row, "chains do not follow each other from 0")),
            }
            log_densities.push(number(&record[2])?);
            stages.push(u8::try_from(whole(3)?).map_err(|_| broken())?);
            for entry in record.iter().skip(COLUMNS.len()) {
                points.push(number(entry)?);
            }
        }
        let draws = lengths.first().copied().unwrap_or(0);
        if draws == 0 || lengths.iter().any(|length| *length != draws) {
            return Err(table(0, "there are no draws, or chains differ in length"));
        }
        let (chains, dimension) = (lengths.len(), names.len());
        let ours = "every row has as many entries as the header";
        Ok(Self {
            names: names_or_numbers(names, dimension)?,
            points: Array3::from_shape_vec((chains, draws, dimension), points).expect(ours),
            log_densities: Array2::from_shape_vec((chains, draws), log_densities).expect(ours),
            stages: Array2::from_shape_vec((chains, draws), stages).expect(ours),
            rejections: vec![Rejections::default(); chains],
            swap_rates: vec![Vec::new(); chains],
        })
    }
}
