//! Every closure at all ten stoichiometries: calibrated on the compositions named, judged on other
//! runs of another lattice size, alone and as the right-hand side of the rate equations.

mod closures;
#[cfg(feature = "figures")]
mod figures;
mod files;
mod rates;
#[cfg(feature = "figures")]
mod report;
mod rows;
mod settings;
mod tables;

use crate::StudyError;
#[cfg(feature = "figures")]
use crate::figures::Figure;
use crate::output::OutputDirectory;
#[cfg(feature = "figures")]
use crate::run::Drawn;
use crate::run::{Checkpoints, Progress, Run};
use crate::settings::Settings;
use crate::study::{AnnealedComposition, anneal_compositions};
#[cfg(feature = "figures")]
use std::path::Path;

pub use closures::{ClosureScore, ComparedClosure, compared_closures};
pub use rates::{BestRates, Exits, System};
pub use rows::Gain;
pub use settings::CompareSettings;

/// Everything that one comparison found, or what [`read`](Comparison::read) found in its files.
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

impl Comparison {
    /// Runs the comparison. The result depends on the settings alone.
    ///
    /// # Errors
    /// [`StudyError`], from the settings or from the stage that failed.
    pub fn run(settings: &CompareSettings, progress: Progress) -> Result<Comparison, StudyError> {
        Comparison::run_with(settings, progress, None)
    }

    /// Runs the comparison of these checkpoints from where it was stopped, keeping each row of
    /// rates that is done. The result is that of [`run`](Self::run).
    ///
    /// # Errors
    /// Also [`StudyError::Interrupted`] when it is asked to [stop](Checkpoints::stop), and
    /// [`StudyError::Checkpoint`], [`StudyError::OtherRun`] and [`StudyError::OtherVersion`] for
    /// files that are no good, which are left alone.
    pub fn resume(
        checkpoints: &Checkpoints<CompareSettings>,
        progress: Progress,
    ) -> Result<Comparison, StudyError> {
        Comparison::run_with(checkpoints.settings(), progress, Some(checkpoints))
    }

    fn run_with(
        settings: &CompareSettings,
        progress: Progress,
        checkpoints: Option<&Checkpoints<CompareSettings>>,
    ) -> Result<Comparison, StudyError> {
        settings.check()?;
        let seen = anneal_compositions(
            &settings.annealing(settings.seed, settings.size),
            &settings.calibrate,
            &progress,
        )?;
        let all: Vec<AnnealedComposition> = anneal_compositions(
            &settings.annealing(settings.seed + 1, settings.judge_size),
            &settings.rate_compositions(),
            &progress,
        )?;
        let mut closures = compared_closures(&seen)?;
        closures.retain(|compared| settings.compares(compared.name));
        let judged = all.iter().filter(|at| settings.judge.contains(&at.x));
        let scores = closures::scores(&closures, judged)?;
        let rates = rates::Rates { settings, closures: &closures, judged: &all, checkpoints };
        let best_rates = rates.best(&progress)?;
        let exits = rates.exits(&progress)?;
        Ok(Comparison { settings: settings.clone(), scores, best_rates, exits })
    }
}

impl Run for CompareSettings {
    const ABOUT: [&'static str; 2] = [
        "Compare all closures at the ten stoichiometries, calibrated on some, judged on fresh runs",
        "Example: mean-cluster compare --calibrate 1/3 --calibrate 1/2 --out comparison",
    ];
    const OUT: &'static str = "comparison";

    #[cfg(feature = "figures")]
    type Files = Comparison;

    fn seed(&self) -> u64 {
        self.seed
    }

    fn work(
        checkpoints: &Checkpoints<Self>,
        directory: &OutputDirectory,
    ) -> Result<String, StudyError> {
        let comparison = Comparison::resume(checkpoints, Progress::Terminal)?;
        comparison.write(directory)?;
        Ok(comparison.to_string())
    }

    #[cfg(feature = "figures")]
    fn read(directory: &Path, settings: Self) -> Result<Comparison, StudyError> {
        Comparison::read_tables(directory, settings)
    }
}

#[cfg(feature = "figures")]
impl Drawn for Comparison {
    fn figures(&self) -> Result<Vec<Figure>, StudyError> {
        figures::all(self)
    }

    fn report(&self, figures: &[Figure]) -> Result<String, StudyError> {
        report::page(self, figures)
    }
}
