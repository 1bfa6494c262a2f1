//! Every closure at all ten stoichiometries: calibrated on the compositions named, judged on other
//! runs of another lattice size, alone and as the right-hand side of the rate equations.

mod closures;
mod files;
mod rates;

use crate::StudyError;
use crate::study::{
    AnnealedComposition, ONE_HALF, ONE_THIRD, Progress, STOICHIOMETRIES, StudySettings,
    anneal_compositions,
};
use serde::{Deserialize, Serialize};

pub use closures::{ClosureScore, ComparedClosure, compared_closures};
pub use rates::{BestRates, Exits};

/// Settings of a comparison. The same settings make the same bytes on any number of threads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CompareSettings {
    /// Compositions to calibrate on: fractions of (-) between 0 and 1.
    pub calibrate: Vec<f64>,
    /// Seed of the calibration runs; the judging runs have the next one.
    pub seed: u64,
    /// Annealing runs for each composition.
    pub replicas: usize,
    /// Rows and columns of the lattices calibrated on.
    pub size: usize,
    /// Rows and columns of the lattices judged on.
    pub judge_size: usize,
    /// Random rates for each closure, composition and system.
    pub trials: usize,
    /// Random starts of the search for the best rates, besides one next to rest.
    pub starts: usize,
}

impl Default for CompareSettings {
    fn default() -> CompareSettings {
        CompareSettings {
            calibrate: vec![ONE_THIRD, ONE_HALF],
            seed: 1,
            replicas: 16,
            size: 48,
            judge_size: 60,
            trials: 200,
            starts: 1,
        }
    }
}

impl CompareSettings {
    /// Checks the ranges.
    ///
    /// # Errors
    /// [`StudyError::Setting`] naming the setting and its range.
    pub fn check(&self) -> Result<(), StudyError> {
        self.annealing(self.seed, self.size).check()?;
        self.annealing(self.seed.saturating_add(1), self.judge_size).check()?;
        let refuse =
            |setting, value: String, allowed| Err(StudyError::Setting { setting, value, allowed });
        if let Some(x) = self.calibrate.iter().find(|x| !(**x > 0.0 && **x < 1.0)) {
            return refuse("calibrate", x.to_string(), "between 0 and 1: the fraction of (-)");
        }
        if self.calibrate.is_empty() {
            return refuse("calibrate", "empty".to_owned(), "at least one composition");
        }
        if self.starts == 0 {
            return refuse("starts", "0".to_owned(), "at least 1");
        }
        Ok(())
    }

    fn annealing(&self, seed: u64, size: usize) -> StudySettings {
        let replicas = self.replicas;
        StudySettings { seed, size, replicas, ..StudySettings::default() }
    }
}

/// Everything that one comparison found.
#[derive(Debug)]
pub struct Comparison {
    /// The settings it was run with.
    pub settings: CompareSettings,
    /// The closures.
    pub closures: Vec<ComparedClosure>,
    /// Errors, closure by closure, the ten stoichiometries in rising order.
    pub scores: Vec<ClosureScore>,
    /// The best rates of each closure, composition and system.
    pub best_rates: Vec<BestRates>,
    /// How trajectories of random rates end.
    pub exits: Vec<Exits>,
}

impl Comparison {
    /// Runs the comparison. The result depends on the settings alone.
    ///
    /// # Errors
    /// [`StudyError`], from the settings or from the stage that failed.
    pub fn run(settings: &CompareSettings, progress: Progress) -> Result<Comparison, StudyError> {
        settings.check()?;
        let seen = anneal_compositions(
            &settings.annealing(settings.seed, settings.size),
            &settings.calibrate,
            &progress,
        )?;
        let judged: Vec<AnnealedComposition> = anneal_compositions(
            &settings.annealing(settings.seed + 1, settings.judge_size),
            &STOICHIOMETRIES,
            &progress,
        )?;
        let closures = compared_closures(&seen)?;
        let scores = closures::scores(&closures, &judged)?;
        let best_rates = rates::best_rates(settings, &closures, &judged, &progress)?;
        let exits = rates::exits(settings, &closures, &judged, &progress)?;
        Ok(Comparison { settings: settings.clone(), closures, scores, best_rates, exits })
    }
}
