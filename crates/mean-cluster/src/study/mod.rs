//! The study of the paper, from annealing to posteriors: each stage a function, all of them in
//! [`Study`], which is a [`Run`].

mod comparison;
#[cfg(feature = "figures")]
mod figures;
mod files;
mod rates;
#[cfg(feature = "figures")]
mod report;
mod rows;
mod settings;
mod summary;
mod table_two;

use crate::StudyError;
use crate::annealing::anneal;
#[cfg(feature = "figures")]
use crate::figures::Figure;
use crate::run::{Run, Work};
use clap::{ArgMatches, Args};
use rates::sample_with;
use std::path::Path;
use std::time::Instant;

pub use crate::annealing::AnnealedComposition;
pub use crate::run::{Checkpoints, Progress};
pub use comparison::{
    BOUNDS, CalibratedClosure, ClosureErrors, ErrorKeys, REGULARIZATIONS, calibrate_all,
    compare_all, compare_bounds,
};
pub(crate) use rates::STEP_LIMIT;
pub use rates::{RatePosterior, SparseRates, fit_sparse_all, sample_posteriors};
pub use rows::{BoundedRow, DrawRow, FittedRow, SparseRow};
pub use settings::{LARGEST_RATE, ONE_HALF, ONE_THIRD, STOICHIOMETRIES, StudySettings};
pub use summary::{PosteriorSummary, Summary};
pub use table_two::TableTwoAgreement;

/// Everything that one run of the study found, as it stands in its files.
#[derive(Clone, Debug, PartialEq)]
pub struct Study {
    /// The settings it was run with; in files, in `manifest.toml`.
    pub settings: StudySettings,
    /// `summary.json`
    pub summary: Summary,
    /// The data: the ten stoichiometries and 1/3, in rising order. `annealing.csv` and
    /// `annealing_mean.csv`; the atoms are kept at 1/3, in `lattices.csv`.
    pub annealed: Vec<AnnealedComposition>,
    /// `table2.csv`: OA at 1/2 and 1/3, hard and soft, both conventions.
    pub fitted: Vec<FittedRow>,
    /// `errors_by_type.csv` and `errors.csv`: every closure at every composition, both conventions.
    pub errors: Vec<ClosureErrors>,
    /// `errors_by_bound.csv`: OA-1/3 with bounds of several widths, both conventions.
    pub bounded: Vec<BoundedRow>,
    /// `rates_sa.csv`: SA's (alpha1, alpha2) at every composition, both systems.
    pub sparse_rates: Vec<SparseRow>,
    /// `posterior_pa.csv` and `posterior_oa_half.csv`: the draws with PA and OA-1/2.
    pub posteriors: [Vec<DrawRow>; 2],
    /// `timings.json`: wall-clock seconds of each stage, which are nobody's result; empty if read from
    /// files.
    pub seconds: Vec<(&'static str, f64)>,
}

/// Anneals `settings.replicas` lattices at each of `compositions`, in blocks of
/// `settings.block_width`; what is left is a smaller block, and a block of one is a lattice alone.
///
/// # Errors
/// [`StudyError::AtComposition`] around what failed.
pub fn anneal_compositions(
    settings: &StudySettings,
    compositions: &[f64],
    progress: &Progress,
) -> Result<Vec<AnnealedComposition>, StudyError> {
    StudySettings::check(settings)?;
    anneal::<StudySettings>(&settings.annealing(), compositions, *progress, None)
}

/// The flag for a small run.
const QUICK: &str = "quick";

impl Run for Study {
    type Settings = StudySettings;

    const ABOUT: [&'static str; 2] = [
        "Reproduce the paper: annealing, Table II, errors, rates and posteriors, in both conventions",
        "Example: mean-cluster reproduce --out out --seed 7",
    ];
    const OUT: &'static str = "out";

    fn arguments(command: clap::Command) -> clap::Command {
        let help = "A small, noisy run of all stages for a first look";
        StudySettings::augment_args_for_update(command)
            .arg(clap::Arg::new(QUICK).long(QUICK).help(help).action(clap::ArgAction::SetTrue))
    }

    fn defaults(given: &ArgMatches) -> StudySettings {
        if given.get_flag(QUICK) { StudySettings::quick() } else { StudySettings::default() }
    }

    fn find(work: &Work<'_, StudySettings>) -> Result<Study, StudyError> {
        let (settings, progress) = (work.settings, &work.progress);
        let mut seconds = Vec::new();
        let mut clock = Instant::now();
        let mut stage = |name| {
            seconds.push((name, clock.elapsed().as_secs_f64()));
            clock = Instant::now();
            work.unless_stopped()
        };
        let (plan, compositions) = (settings.annealing(), settings.compositions());
        let mut annealed = anneal(&plan, &compositions, *progress, work.checkpoints)?;
        stage("annealing")?;
        let calibrated = calibrate_all(&annealed, progress)?;
        stage("calibration")?;
        let errors = compare_all(&annealed, &calibrated)?;
        let bounded = compare_bounds(&annealed)?;
        stage("comparison")?;
        let sparse_rates = fit_sparse_all(&annealed)?;
        stage("sparse rates")?;
        let posteriors = sample_with(work, &annealed, &calibrated)?;
        stage("posteriors")?;
        for at in annealed.iter_mut().filter(|at| at.x != ONE_THIRD) {
            at.atoms = None;
        }
        Ok(Study {
            settings: settings.clone(),
            summary: Summary::of(
                settings,
                &annealed,
                &calibrated,
                &errors,
                &sparse_rates,
                &posteriors,
            ),
            annealed,
            fitted: calibrated.iter().flat_map(FittedRow::of).collect(),
            errors,
            bounded,
            sparse_rates: sparse_rates.into_iter().map(|found| found.row).collect(),
            posteriors: posteriors.each_ref().map(DrawRow::of),
            seconds,
        })
    }

    fn settings(&self) -> &StudySettings {
        &self.settings
    }

    fn write_tables(&self, directory: &Path) -> Result<(), StudyError> {
        files::write(self, directory)
    }

    fn read_tables(directory: &Path, settings: StudySettings) -> Result<Study, StudyError> {
        files::read(directory, settings)
    }

    fn told(&self) -> String {
        self.summary.to_string()
    }

    fn seconds(&self) -> Option<&[(&'static str, f64)]> {
        Some(&self.seconds)
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
