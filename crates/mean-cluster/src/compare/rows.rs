//! What a comparison has for a closure, and what that comes to.

use super::{BEST_RATES, BestRates, ClosureScore, Comparison, EXITS, Exits, SCORES, System};
use crate::StudyError;
use crate::output::unreadable;
use std::fmt;

/// The closure that all others are measured by.
const PA: &str = "pa";

/// The mean error of a closure beside the pair approximation's.
#[derive(Clone, Debug, PartialEq)]
pub struct Gain {
    /// The mean over the compositions judged on of the mean error (30).
    pub mean_error: f64,
    /// The pair approximation's mean over compositions, divided by the closure's.
    pub of_means: f64,
    /// The pair approximation's error divided by the closure's, and the composition, where that is
    /// least.
    pub least: [f64; 2],
}

impl Comparison {
    /// The names of the closures, in the order of `comparison.csv`.
    pub fn closures(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for row in &self.scores {
            if !names.contains(&row.closure.as_str()) {
                names.push(&row.closure);
            }
        }
        names
    }

    /// The rows of `comparison.csv` of a closure, one for each composition judged on, in their
    /// order.
    ///
    /// # Errors
    /// [`StudyError::Unreadable`] naming the closure and the composition without a row.
    pub fn scores_of(&self, closure: &str) -> Result<Vec<&ClosureScore>, StudyError> {
        let mut all: Vec<f64> = self.settings.judge.clone();
        all.sort_by(f64::total_cmp);
        let at = |x| {
            let row = self.scores.iter().find(|row| row.closure == closure && row.x == x);
            row.ok_or_else(|| missing(SCORES, closure, x))
        };
        all.into_iter().map(at).collect()
    }

    /// The rows of `best_rates.csv` of a closure in a system, one for each of
    /// [`rate_compositions`](super::CompareSettings::rate_compositions).
    ///
    /// # Errors
    /// As [`scores_of`](Self::scores_of).
    pub fn rates_of(&self, closure: &str, system: System) -> Result<Vec<&BestRates>, StudyError> {
        self.at_rate_compositions(BEST_RATES, closure, |x| {
            let mut rows = self.best_rates.iter();
            rows.find(|row| row.closure == closure && row.x == x && row.system == system)
        })
    }

    /// The rows of `exits.csv`, as [`rates_of`](Self::rates_of).
    ///
    /// # Errors
    /// As [`scores_of`](Self::scores_of).
    pub fn exits_of(&self, closure: &str, system: System) -> Result<Vec<&Exits>, StudyError> {
        self.at_rate_compositions(EXITS, closure, |x| {
            let mut rows = self.exits.iter();
            rows.find(|row| row.closure == closure && row.x == x && row.system == system)
        })
    }

    fn at_rate_compositions<'a, T>(
        &self,
        file: &str,
        closure: &str,
        row: impl Fn(f64) -> Option<&'a T>,
    ) -> Result<Vec<&'a T>, StudyError> {
        let compositions = self.settings.rate_compositions().into_iter();
        compositions.map(|x| row(x).ok_or_else(|| missing(file, closure, x))).collect()
    }

    /// The gain of a closure over the pair approximation.
    ///
    /// # Errors
    /// As [`scores_of`](Self::scores_of), of either.
    pub fn gain(&self, closure: &str) -> Result<Gain, StudyError> {
        let (pair, own) = (self.scores_of(PA)?, self.scores_of(closure)?);
        let mean = |rows: &[&ClosureScore]| {
            rows.iter().map(|row| row.mean_error).sum::<f64>() / rows.len() as f64
        };
        let ratios = pair.iter().zip(&own).map(|(a, b)| [a.mean_error / b.mean_error, a.x]);
        let least = ratios.min_by(|a, b| a[0].total_cmp(&b[0]));
        Ok(Gain {
            mean_error: mean(&own),
            of_means: mean(&pair) / mean(&own),
            least: least.unwrap_or([f64::NAN; 2]),
        })
    }
}

fn missing(file: &str, closure: &str, x: f64) -> StudyError {
    unreadable(file, format!("it has no row for {closure} at x = {x}"))
}

impl fmt::Display for Comparison {
    /// A table: for each closure its mean error, its gain over the pair approximation and the least
    /// by composition, the conserving system's best misfit in the mean, and the share of random
    /// rates that leave.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len().max(1) as f64;
        writeln!(
            formatter,
            "{:20} {:>10} {:>9} {:>9} {:>11} {:>8}",
            "closure", "mean error", "gain", "least", "misfit", "leave"
        )?;
        for closure in self.closures() {
            let (Ok(gain), Ok(rates), Ok(exits)) = (
                self.gain(closure),
                self.rates_of(closure, System::Conserving),
                self.exits_of(closure, System::Conserving),
            ) else {
                continue;
            };
            writeln!(
                formatter,
                "{closure:20} {:10.2e} {:9.3} {:9.3} {:11.3e} {:7.2}%",
                gain.mean_error,
                gain.of_means,
                gain.least[0],
                mean(rates.iter().map(|row| row.misfit).collect()),
                100.0 * mean(exits.iter().map(|row| row.fraction()).collect())
            )?;
        }
        Ok(())
    }
}
