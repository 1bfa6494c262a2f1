//! What the data say about the rates: posteriors that converge, with a variance that replicas and the
//! misfit of the model set, beside the published setting.

mod arviz;
mod closures;
#[cfg(feature = "figures")]
mod figures;
mod files;
mod fit;
mod identified;
mod noise;
mod normal;
mod posteriors;
mod predictive;
mod read;
#[cfg(feature = "figures")]
mod report;
mod session;
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
use crate::study::{ONE_HALF, ONE_THIRD, STOICHIOMETRIES, anneal_compositions};
use rayon::prelude::*;
use session::Session;
use std::fmt;
#[cfg(feature = "figures")]
use std::path::Path;

pub(crate) use fit::residual;
pub use fit::{Discrepancy, MeasuredComposition};
pub use identified::Identified;
pub(crate) use identified::against_noise;
pub use noise::{ReplicaNoise, independent_values};
pub use posteriors::{InferredRates, Setting};
pub use predictive::Prediction;
pub use read::InferenceFiles;
pub use settings::InferSettings;

/// Everything that one inference found.
#[derive(Clone, Debug)]
pub struct Inference {
    /// The settings it was run with.
    pub settings: InferSettings,
    /// The data of the one composition.
    pub data: MeasuredComposition,
    /// The posteriors, closure by closure.
    pub posteriors: Vec<InferredRates>,
    /// Closure, and what the data determine with it in each system.
    pub identified: Vec<(String, Identified)>,
    /// Predictions of the recommended posterior of each closure.
    pub predictions: Vec<Prediction>,
}

impl Inference {
    /// Runs the inference. The result depends on the settings alone, not on the number of threads.
    ///
    /// # Errors
    /// [`StudyError`], from the settings or from the stage that failed.
    pub fn run(settings: &InferSettings, progress: Progress) -> Result<Inference, StudyError> {
        Inference::run_with(settings, progress, None)
    }

    /// Runs the inference of these checkpoints from where it was stopped: chains go on with the same
    /// bits, the rest is done again. The result is that of [`run`](Self::run).
    ///
    /// # Errors
    /// Also [`StudyError::Interrupted`] when it is asked to [stop](Checkpoints::stop), and
    /// [`StudyError::Mcmc`] for files of chains that are no good, which are left alone.
    pub fn resume(
        checkpoints: &Checkpoints<InferSettings>,
        progress: Progress,
    ) -> Result<Inference, StudyError> {
        Inference::run_with(checkpoints.settings(), progress, Some(checkpoints))
    }

    fn run_with(
        settings: &InferSettings,
        progress: Progress,
        checkpoints: Option<&Checkpoints<InferSettings>>,
    ) -> Result<Inference, StudyError> {
        settings.check()?;
        let session = Session { settings, progress, checkpoints };
        let fresh = settings.annealing(settings.seed + 1);
        let fresh = anneal_compositions(&fresh, &[ONE_THIRD, ONE_HALF], &progress)?;
        let closures = closures::named(&settings.closure_names(), &fresh)?;
        let ten = if settings.all { &STOICHIOMETRIES[..] } else { &[] };
        let mut all = ten.to_vec();
        if !all.contains(&settings.x) {
            all.push(settings.x);
        }
        let data = anneal_compositions(&settings.annealing(settings.seed), &all, &progress)?;
        let mut data =
            data.into_iter().map(MeasuredComposition::of).collect::<Result<Vec<_>, _>>()?;
        session.unless_stopped()?;
        let place = data.iter().position(|at| at.annealed.x == settings.x);
        let one = data[place.expect("it was annealed")].clone();
        data.truncate(ten.len());
        // side by side: one closure's search ends with one start while another's chains run
        let of_closures: Vec<_> = closures
            .par_iter()
            .map(|compared| {
                let of = posteriors::infer(&session, compared, &one, &data)?;
                let predicted = of.posteriors.first().map(|first| {
                    Prediction::new(&session, compared, &one, first, &first.discrepancies[0])
                });
                Ok((compared.name, of, predicted.transpose()?))
            })
            .collect::<Result<_, StudyError>>()?;
        let (mut posteriors, mut identified, mut predictions) = (vec![], vec![], vec![]);
        for (name, of, predicted) in of_closures {
            posteriors.extend(of.posteriors);
            identified.extend(of.identified.into_iter().map(|i| (name.to_owned(), i)));
            predictions.extend(predicted);
        }
        let settings = settings.clone();
        Ok(Inference { settings, data: one, posteriors, identified, predictions })
    }
}

impl fmt::Display for Inference {
    /// Noise and misfit of each closure, its posteriors as tables with warnings, and what the data
    /// determine in words.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for of in &self.posteriors {
            writeln!(formatter, "{}, {}", of.closure, of.setting.name())?;
            for miss in &of.discrepancies {
                writeln!(
                    formatter,
                    "x = {:.4}: variance of the noise {:.2e}, least misfit {:.2e} in {:.1} independent \
                     values, variance taken {:.2e}",
                    miss.x, miss.noise.variance, miss.misfit, miss.values, miss.variance
                )?;
            }
            writeln!(formatter, "{}", of.quantities.summary())?;
        }
        for (closure, Identified { system, found, .. }) in &self.identified {
            writeln!(formatter, "{closure}, {system} system: {found}")?;
        }
        Ok(())
    }
}

impl Run for InferSettings {
    const ABOUT: [&'static str; 2] = [
        "Infer the rates: posteriors that converge for several closures, beside the published setting",
        "Example: mean-cluster infer --closures pa,log_odds --out inference",
    ];
    const OUT: &'static str = "inference";

    #[cfg(feature = "figures")]
    type Files = InferenceFiles;

    fn seed(&self) -> u64 {
        self.seed
    }

    fn work(
        checkpoints: &Checkpoints<Self>,
        directory: &OutputDirectory,
    ) -> Result<String, StudyError> {
        let inference = Inference::resume(checkpoints, Progress::Terminal)?;
        inference.write(directory)?;
        Ok(inference.to_string())
    }

    #[cfg(feature = "figures")]
    fn read(directory: &Path, settings: Self) -> Result<InferenceFiles, StudyError> {
        InferenceFiles::read_tables(directory, settings)
    }
}

#[cfg(feature = "figures")]
impl Drawn for InferenceFiles {
    fn figures(&self) -> Result<Vec<Figure>, StudyError> {
        figures::all(self)
    }

    fn report(&self, figures: &[Figure]) -> Result<String, StudyError> {
        Ok(report::page(self, figures))
    }
}
