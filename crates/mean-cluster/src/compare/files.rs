//! The files of a comparison; their columns are in `docs/closures.md`.

use super::Comparison;
use crate::StudyError;
use crate::output::{Manifest, OutputDirectory, number, optional, write_table};
use std::fmt;

impl Comparison {
    /// Writes all files into `directory`, whole or not at all.
    ///
    /// # Errors
    /// [`StudyError::File`] or [`StudyError::Format`] naming the file; earlier output is then left
    /// as it was.
    pub fn write(&self, directory: &OutputDirectory) -> Result<(), StudyError> {
        directory.replace(|path| {
            let header = [
                "closure",
                "calibration",
                "x",
                "mean_error",
                "worst_type",
                "worst_type_error",
                "marginal_residual",
                "negative",
            ];
            let rows = self.scores.iter().map(|row| {
                [
                    row.closure.to_owned(),
                    row.calibration.clone(),
                    number(row.x),
                    number(row.mean_error),
                    row.worst_type.ascii(),
                    number(row.worst_type_error),
                    number(row.marginal_residual),
                    number(row.negative),
                ]
            });
            write_table(path, "comparison.csv", header, rows)?;

            let rates = (1..=8).map(|number| format!("k{number}"));
            let keys = ["closure", "calibration", "x", "system", "misfit", "drift"];
            let header = keys.map(str::to_owned).into_iter().chain(rates);
            let rows = self.best_rates.iter().map(|row| {
                let keys = [
                    row.closure.to_owned(),
                    row.calibration.clone(),
                    number(row.x),
                    row.system.to_owned(),
                    number(row.misfit),
                    number(row.drift),
                ];
                keys.into_iter().chain(row.rates.map(number))
            });
            write_table(path, "best_rates.csv", header, rows)?;

            let header = [
                "closure",
                "calibration",
                "x",
                "system",
                "trials",
                "pp_negative",
                "mm_negative",
                "pm_negative",
                "undefined",
                "unfinished",
                "beyond_triangles",
                "first_exit",
                "median_exit",
            ];
            let rows = self.exits.iter().map(|row| {
                let [pp, mm, pm] = row.negative.map(|count| count.to_string());
                [
                    row.closure.to_owned(),
                    row.calibration.clone(),
                    number(row.x),
                    row.system.to_owned(),
                    row.trials.to_string(),
                    pp,
                    mm,
                    pm,
                    row.undefined.to_string(),
                    row.unfinished.to_string(),
                    row.beyond_triangles.to_string(),
                    optional(row.times.first().copied()),
                    optional(row.times.get(row.times.len() / 2).copied()),
                ]
            });
            write_table(path, "exits.csv", header, rows)?;

            let settings = toml::Table::try_from(&self.settings).map_err(|error| {
                StudyError::Format { file: "manifest.toml".to_owned(), reason: error.to_string() }
            })?;
            Manifest::of_directory(path, "compare", self.settings.seed, settings)?.write(path)
        })
    }
}

impl fmt::Display for Comparison {
    /// A table: for each closure the mean error over the ten against the pair approximation's, its
    /// least gain, the conserving system's best misfit in the mean, and the share of random rates
    /// that leave.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len().max(1) as f64;
        let errors = |name: &str| -> Vec<f64> {
            let rows = self.scores.iter().filter(|row| row.closure == name);
            rows.map(|row| row.mean_error).collect()
        };
        let pair = errors("pa");
        writeln!(
            formatter,
            "{:20} {:>10} {:>9} {:>9} {:>11} {:>8}",
            "closure", "mean error", "gain", "least", "misfit", "leave"
        )?;
        for compared in &self.closures {
            let own = errors(compared.name);
            let gains = pair.iter().zip(&own).map(|(pair, own)| pair / own);
            let least = gains.fold(f64::INFINITY, f64::min);
            let of = |name: &str, system: &str| name == compared.name && system == "conserving";
            let best = self.best_rates.iter().filter(|row| of(row.closure, row.system));
            let exits = self.exits.iter().filter(|row| of(row.closure, row.system));
            writeln!(
                formatter,
                "{:20} {:10.2e} {:9.3} {:9.3} {:11.3e} {:7.2}%",
                compared.name,
                mean(own.clone()),
                mean(pair.clone()) / mean(own),
                least,
                mean(best.map(|row| row.misfit).collect()),
                100.0 * mean(exits.map(super::Exits::fraction).collect())
            )?;
        }
        Ok(())
    }
}
