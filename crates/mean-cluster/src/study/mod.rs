//! The study of the paper, from annealing to posteriors: each stage a function, all of them in
//! [`Study::run`].

mod annealing;
mod block;
mod chain_run;
mod comparison;
#[cfg(feature = "figures")]
mod figures;
mod files;
mod rates;
mod read;
#[cfg(feature = "figures")]
mod report;
mod settings;
mod summary;
mod table_two;
mod tables;

use crate::StudyError;
#[cfg(feature = "figures")]
use crate::figures::Figure;
use crate::output::OutputDirectory;
#[cfg(feature = "figures")]
use crate::run::Drawn;
use crate::run::Run;
use annealing::anneal_with;
use clap::{ArgMatches, Args};
use rates::sample_with;
#[cfg(feature = "figures")]
use std::path::Path;
use std::time::Instant;

pub use crate::run::{Checkpoints, Progress};
pub(crate) use annealing::generator;
pub use annealing::{AnnealedComposition, anneal_compositions};
pub(crate) use block::{AnnealedBlock, Block};
pub(crate) use chain_run::ChainRun;
pub(crate) use comparison::calibrated_log_odds;
pub use comparison::{
    BOUNDS, BoundedErrors, CalibratedClosure, ClosureErrors, REGULARIZATIONS, calibrate_all,
    compare_all, compare_bounds,
};
pub(crate) use rates::STEP_LIMIT;
pub use rates::{RatePosterior, SparseRates, fit_sparse_all, sample_posteriors};
pub use read::{BoundedRow, Draws, ErrorRow, FittedRow, SparseRow, StudyFiles};
pub use settings::{LARGEST_RATE, ONE_HALF, ONE_THIRD, STOICHIOMETRIES, StudySettings};
pub use summary::{PosteriorSummary, Summary};
pub use table_two::TableTwoAgreement;

/// Everything that one run of the study found.
#[derive(Clone, Debug)]
pub struct Study {
    /// The settings it was run with.
    pub settings: StudySettings,
    /// The data: the ten stoichiometries and 1/3, in rising order.
    pub annealed: Vec<AnnealedComposition>,
    /// OA at 1/2 and 1/3, hard and soft, both conventions.
    pub calibrated: Vec<CalibratedClosure>,
    /// Errors of every closure at every composition, both conventions.
    pub errors: Vec<ClosureErrors>,
    /// Errors of OA-1/3 with bounds of several widths, both conventions.
    pub bounded: Vec<BoundedErrors>,
    /// SA's (alpha1, alpha2) at every composition, both systems.
    pub sparse_rates: Vec<SparseRates>,
    /// Posteriors for PA and OA-1/2.
    pub posteriors: [RatePosterior; 2],
    /// Wall-clock seconds of each stage, which are nobody's result.
    pub seconds: Vec<(&'static str, f64)>,
}

impl Study {
    /// Runs the whole study. The result depends on the settings alone, not on the number of
    /// threads.
    ///
    /// # Errors
    /// [`StudyError`], from the settings or from the stage that failed.
    pub fn run(settings: &StudySettings, progress: Progress) -> Result<Study, StudyError> {
        Study::run_with(settings, progress, None)
    }

    /// Runs the study of these checkpoints from where it was stopped, saving its state on the way.
    /// The result is that of [`run`](Self::run).
    ///
    /// # Errors
    /// Also [`StudyError::Interrupted`] when it is asked to [stop](Checkpoints::stop), and
    /// [`StudyError::Checkpoint`], [`StudyError::OtherRun`] and [`StudyError::OtherVersion`] for
    /// files that are no good, which are left alone.
    pub fn resume(
        checkpoints: &Checkpoints<StudySettings>,
        progress: Progress,
    ) -> Result<Study, StudyError> {
        Study::run_with(checkpoints.settings(), progress, Some(checkpoints))
    }

    fn run_with(
        settings: &StudySettings,
        progress: Progress,
        checkpoints: Option<&Checkpoints<StudySettings>>,
    ) -> Result<Study, StudyError> {
        settings.check()?;
        let mut seconds = Vec::new();
        let mut clock = Instant::now();
        let mut stage = |name| {
            seconds.push((name, clock.elapsed().as_secs_f64()));
            clock = Instant::now();
            match checkpoints {
                Some(checkpoints) if checkpoints.is_stopped() => Err(StudyError::Interrupted),
                _ => Ok(()),
            }
        };
        let annealed = anneal_with(settings, &settings.compositions(), &progress, checkpoints)?;
        stage("annealing")?;
        let calibrated = calibrate_all(&annealed, &progress)?;
        stage("calibration")?;
        let errors = compare_all(&annealed, &calibrated)?;
        let bounded = compare_bounds(&annealed)?;
        stage("comparison")?;
        let sparse_rates = fit_sparse_all(&annealed)?;
        stage("sparse rates")?;
        let posteriors = sample_with(settings, &annealed, &calibrated, &progress, checkpoints)?;
        stage("posteriors")?;
        let settings = settings.clone();
        Ok(Study {
            settings,
            annealed,
            calibrated,
            errors,
            bounded,
            sparse_rates,
            posteriors,
            seconds,
        })
    }
}

/// The flag for a small run.
const QUICK: &str = "quick";

impl Run for StudySettings {
    const ABOUT: [&'static str; 2] = [
        "Reproduce the paper: annealing, Table II, errors, rates and posteriors, in both conventions",
        "Example: mean-cluster reproduce --out out --seed 7",
    ];
    const OUT: &'static str = "out";

    #[cfg(feature = "figures")]
    type Files = StudyFiles;

    fn arguments(command: clap::Command) -> clap::Command {
        let help = "A small, noisy run of all stages for a first look";
        Self::augment_args_for_update(command)
            .arg(clap::Arg::new(QUICK).long(QUICK).help(help).action(clap::ArgAction::SetTrue))
    }

    fn defaults(given: &ArgMatches) -> Self {
        if given.get_flag(QUICK) { StudySettings::quick() } else { StudySettings::default() }
    }

    fn seed(&self) -> u64 {
        self.seed
    }

    fn work(
        checkpoints: &Checkpoints<Self>,
        directory: &OutputDirectory,
    ) -> Result<String, StudyError> {
        let study = Study::resume(checkpoints, Progress::Terminal)?;
        study.write(directory)?;
        Ok(study.summary().to_string())
    }

    #[cfg(feature = "figures")]
    fn read(directory: &Path, _: Self) -> Result<StudyFiles, StudyError> {
        StudyFiles::read_tables(directory)
    }
}

#[cfg(feature = "figures")]
impl Drawn for StudyFiles {
    fn figures(&self) -> Result<Vec<Figure>, StudyError> {
        figures::all(self)
    }

    fn report(&self, figures: &[Figure]) -> Result<String, StudyError> {
        report::page(self, figures)
    }
}
