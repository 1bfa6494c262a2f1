//! Every closure at all ten stoichiometries: calibrated on the compositions named, judged on other
//! runs of another lattice size, alone and as the right-hand side of the rate equations.

mod closures;
#[cfg(feature = "figures")]
mod figures;
mod rates;
#[cfg(feature = "figures")]
mod report;
mod rows;
mod settings;

use crate::StudyError;
use crate::annealing::{AnnealingSettings, anneal};
use crate::catalog::CATALOG;
#[cfg(feature = "figures")]
use crate::figures::Figure;
use crate::output::{optional, read_rows, write_rows, wrong};
use crate::run::{Run, Work};
use std::path::Path;

pub(crate) use closures::closures_of;
pub use closures::{ClosureScore, ComparedClosure, compared_closures};
pub use rates::{BestRates, Exits, System};
pub use rows::Gain;
pub use settings::CompareSettings;

/// Everything that one comparison found, as it stands in its files.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The settings it was run with; in files, in `manifest.toml`.
    pub settings: CompareSettings,
    /// `comparison.csv`: errors, closure by closure, the compositions judged on in rising order.
    pub scores: Vec<ClosureScore>,
    /// `best_rates.csv`: the best rates of each closure, composition (1/3 too) and system.
    pub best_rates: Vec<BestRates>,
    /// `exits.csv`: how trajectories of random rates end, for the same.
    pub exits: Vec<Exits>,
}

/// The file of [`Comparison::scores`].
const SCORES: &str = "comparison.csv";
/// The file of [`Comparison::best_rates`].
const BEST_RATES: &str = "best_rates.csv";
/// The file of [`Comparison::exits`].
const EXITS: &str = "exits.csv";

impl Run for Comparison {
    type Settings = CompareSettings;

    const ABOUT: [&'static str; 2] = [
        "Compare all closures at the ten stoichiometries, calibrated on some, judged on fresh runs",
        "Example: mean-cluster compare --calibrate 1/3 --calibrate 1/2 --out comparison",
    ];
    const OUT: &'static str = "comparison";

    /// Each row of rates that is done is kept on an interruption.
    fn find(work: &Work<'_, CompareSettings>) -> Result<Comparison, StudyError> {
        let settings = work.settings;
        let anneal = |runs: &AnnealingSettings, compositions: &[f64]| {
            anneal::<CompareSettings>(runs, compositions, work.progress, None)
        };
        let seen = anneal(&settings.calibration_runs(), &settings.calibrate)?;
        let all = anneal(&settings.judging_runs(), &settings.rate_compositions())?;
        let compared = CATALOG.iter().filter(|entry| settings.compares(entry.name));
        let closures = closures_of(compared, &seen)?;
        let judged = all.iter().filter(|at| settings.judge.contains(&at.x));
        let scores = closures::scores(&closures, judged)?;
        let rates = rates::Rates { work, closures: &closures, judged: &all };
        let (best_rates, exits) = (rates.best()?, rates.exits()?);
        Ok(Comparison { settings: settings.clone(), scores, best_rates, exits })
    }

    fn settings(&self) -> &CompareSettings {
        &self.settings
    }

    fn write_tables(&self, path: &Path) -> Result<(), StudyError> {
        write_rows(path, SCORES, &self.scores)?;
        write_rows(path, BEST_RATES, &self.best_rates)?;
        write_rows(path, EXITS, &self.exits)
    }

    fn read_tables(path: &Path, settings: CompareSettings) -> Result<Comparison, StudyError> {
        let exits: Vec<Exits> = read_rows(path, EXITS)?;
        for (index, row) in exits.iter().enumerate() {
            if row.trials == 0 {
                return Err(wrong(EXITS, index, "trials", row.trials, "at least 1"));
            }
            if row.first_exit.is_some() != row.median_exit.is_some() {
                let (median, expected) =
                    (optional(row.median_exit), "a time where first_exit is one");
                return Err(wrong(EXITS, index, "median_exit", median, expected));
            }
        }
        let (scores, best_rates) = (read_rows(path, SCORES)?, read_rows(path, BEST_RATES)?);
        Ok(Comparison { settings, scores, best_rates, exits })
    }

    fn told(&self) -> String {
        self.to_string()
    }

    #[cfg(feature = "figures")]
    fn figures(&self) -> Result<Vec<Figure>, StudyError> {
        figures::all(self)
    }

    #[cfg(feature = "figures")]
    fn report(&self, figures: &[Figure]) -> Result<String, StudyError> {
        report::page(self, figures)
    }
}
