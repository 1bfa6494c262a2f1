//! The files of a comparison, written and read back; their columns are in `docs/closures.md`.

use super::tables::{BEST_RATES, COMPARISON, EXITS};
use super::{BestRates, ClosureScore, CompareSettings, Comparison, Exits, System};
use crate::StudyError;
use crate::output::{Manifest, OutputDirectory, Row, number, optional, read_rows};
use crate::run;
use std::path::Path;

impl Comparison {
    /// Writes all files into `directory`, whole or not at all.
    ///
    /// # Errors
    /// Those of [`OutputDirectory::replace`].
    pub fn write(&self, directory: &OutputDirectory) -> Result<(), StudyError> {
        run::write(&self.settings, directory, |path| self.write_tables(path), |_, _| Ok(()))
    }

    fn write_tables(&self, path: &Path) -> Result<(), StudyError> {
        let rows = self.scores.iter().map(|row| {
            [
                row.closure.clone(),
                row.calibration.clone(),
                number(row.x),
                number(row.mean_error),
                row.worst_type.ascii(),
                number(row.worst_type_error),
                number(row.marginal_residual),
                number(row.negative),
            ]
        });
        COMPARISON.write(path, rows)?;
        let rows = self.best_rates.iter().map(|row| {
            let keys = keys(&row.closure, &row.calibration, row.x, row.system);
            keys.into_iter().chain([row.misfit, row.drift].into_iter().chain(row.rates).map(number))
        });
        BEST_RATES.write(path, rows)?;
        let rows = self.exits.iter().map(|row| {
            let [pp, mm, pm] = row.negative;
            let counts =
                [row.trials, pp, mm, pm, row.undefined, row.unfinished, row.beyond_triangles];
            let times = [0, 1].map(|n| optional(row.first_and_median.map(|times| times[n])));
            let keys = keys(&row.closure, &row.calibration, row.x, row.system);
            keys.into_iter().chain(counts.map(|count| count.to_string())).chain(times)
        });
        EXITS.write(path, rows)
    }
}

fn keys(closure: &str, calibration: &str, x: f64, system: System) -> [String; 4] {
    [closure.to_owned(), calibration.to_owned(), number(x), system.to_string()]
}

impl Comparison {
    /// Reads a directory that `mean-cluster compare` of this version wrote. Further columns and
    /// files do not matter.
    ///
    /// # Errors
    /// [`StudyError::File`] for a missing file, [`StudyError::OtherVersion`],
    /// [`StudyError::MissingColumn`], [`StudyError::EmptyTable`], [`StudyError::Field`] or
    /// [`StudyError::Unreadable`], each naming the file.
    pub fn read(directory: &Path) -> Result<Comparison, StudyError> {
        let settings = Manifest::settings_of(directory)?;
        Comparison::read_tables(directory, settings)
    }

    pub(super) fn read_tables(
        directory: &Path,
        settings: CompareSettings,
    ) -> Result<Comparison, StudyError> {
        let scores = read_rows(directory, &COMPARISON, |row| {
            Ok(ClosureScore {
                closure: row.text(0).to_owned(),
                calibration: row.text(1).to_owned(),
                x: row.number(2)?,
                mean_error: row.number(3)?,
                worst_type: row.triplet(4)?,
                worst_type_error: row.number(5)?,
                marginal_residual: row.number(6)?,
                negative: row.number(7)?,
            })
        })?;
        let best_rates = read_rows(directory, &BEST_RATES, |row| {
            let mut rates = [0.0; 8];
            for (k, rate) in rates.iter_mut().enumerate() {
                *rate = row.number(6 + k)?;
            }
            Ok(BestRates {
                closure: row.text(0).to_owned(),
                calibration: row.text(1).to_owned(),
                x: row.number(2)?,
                system: system(row)?,
                rates,
                misfit: row.number(4)?,
                drift: row.number(5)?,
            })
        })?;
        let exits = read_rows(directory, &EXITS, |row| {
            let trials = row.whole(4)?;
            if trials == 0 {
                return Err(row.wrong(4, "at least 1"));
            }
            Ok(Exits {
                closure: row.text(0).to_owned(),
                calibration: row.text(1).to_owned(),
                x: row.number(2)?,
                system: system(row)?,
                trials,
                negative: [row.whole(5)?, row.whole(6)?, row.whole(7)?],
                undefined: row.whole(8)?,
                unfinished: row.whole(9)?,
                beyond_triangles: row.whole(10)?,
                first_and_median: match (row.optional(11)?, row.optional(12)?) {
                    (Some(first), Some(median)) => Some([first, median]),
                    (None, None) => None,
                    _ => return Err(row.wrong(12, "a time where first_exit is one")),
                },
            })
        })?;
        Ok(Comparison { settings, scores, best_rates, exits })
    }
}

fn system(row: &Row<'_>) -> Result<System, StudyError> {
    let named = System::ALL.into_iter().find(|system| system.name() == row.text(3));
    named.ok_or_else(|| row.wrong(3, "conserving or published"))
}
