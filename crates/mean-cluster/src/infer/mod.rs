//! What the data say about the rates: posteriors that converge, with a variance that replicas and the
//! misfit of the model set, beside the published setting.

mod arviz;
#[cfg(feature = "figures")]
mod figures;
mod fit;
mod identified;
mod noise;
mod normal;
mod posteriors;
mod predictive;
#[cfg(feature = "figures")]
mod report;
mod rows;
mod session;
mod settings;

use crate::StudyError;
use crate::annealing::{AnnealingSettings, anneal};
use crate::catalog;
use crate::compare::closures_of;
#[cfg(feature = "figures")]
use crate::figures::Figure;
use crate::output::{read_rows, write_file, write_rows};
use crate::run::{Run, Work};
use crate::study::{ONE_HALF, ONE_THIRD, STOICHIOMETRIES};
use posteriors::InferredRates;
use predictive::Prediction;
use rayon::prelude::*;
use session::Session;
use std::fmt::Write;
use std::path::Path;

pub use fit::Discrepancy;
use fit::MeasuredComposition;
pub(crate) use fit::residual;
pub(crate) use identified::{Identified, against_noise};
pub use noise::{ReplicaNoise, independent_values};
pub use posteriors::Setting;
pub use rows::{
    DataRow, DiagnosticsRow, DrawRow, IdentifiabilityRow, NoiseRow, PredictiveRow, RatesRow,
};
pub use settings::InferSettings;

/// Everything that one inference found, as it stands in its files.
#[derive(Clone, Debug, PartialEq)]
pub struct Inference {
    /// The settings it was run with; in files, in `manifest.toml`.
    pub settings: InferSettings,
    /// `data.csv`: the pairs of the one composition, sample by sample.
    pub data: Vec<DataRow>,
    /// `noise.csv`
    pub noise: Vec<NoiseRow>,
    /// `diagnostics.csv`
    pub diagnostics: Vec<DiagnosticsRow>,
    /// `identifiability.csv`: eight rows for each closure and system.
    pub identifiability: Vec<IdentifiabilityRow>,
    /// `best_rates.csv`
    pub best_rates: Vec<RatesRow>,
    /// `prior_shares.csv`
    pub prior_shares: Vec<RatesRow>,
    /// `predictive.csv`: predictions of the recommended posterior of each closure.
    pub predictive: Vec<PredictiveRow>,
    /// `posterior_CLOSURE.csv` of each closure of the settings: chain after chain.
    pub draws: Vec<Vec<DrawRow>>,
    /// `posterior.json`, for `arviz.from_json`; absent if read from files, as nothing is made of it.
    pub arviz: Option<serde_json::Value>,
    /// Posteriors with warnings, and in words what the data determine; empty if read from files.
    pub told: String,
}

impl Inference {
    fn of(
        settings: &InferSettings,
        one: &MeasuredComposition,
        posteriors: &[InferredRates],
        identified: &[(String, Identified)],
        predictions: &[Prediction],
    ) -> Inference {
        let times = one.annealed.mean.mean.times();
        let names = settings.closure_names();
        let draws = |name: &String| {
            posteriors.iter().filter(|of| of.closure == *name).flat_map(rows::draws).collect()
        };
        Inference {
            settings: settings.clone(),
            data: rows::data(one),
            noise: posteriors.iter().flat_map(rows::noise).collect(),
            diagnostics: posteriors.iter().flat_map(rows::diagnostics).collect(),
            identifiability: identified
                .iter()
                .flat_map(|(c, of)| rows::identifiability(c, of))
                .collect(),
            best_rates: posteriors.iter().map(|of| rows::rates(of, of.best)).collect(),
            prior_shares: posteriors.iter().map(|of| rows::rates(of, of.prior_shares)).collect(),
            predictive: predictions.iter().flat_map(|of| rows::predictive(of, &times)).collect(),
            draws: names.iter().map(draws).collect(),
            arviz: Some(arviz::json_of(one, posteriors, predictions)),
            told: told(posteriors, identified),
        }
    }
}

fn file_of_draws(closure: &str) -> String {
    format!("posterior_{closure}.csv")
}

/// Noise and misfit of each closure, its posteriors as tables with warnings, and what the data
/// determine in words.
fn told(posteriors: &[InferredRates], identified: &[(String, Identified)]) -> String {
    let mut told = String::new();
    for of in posteriors {
        let _ = writeln!(told, "{}, {}", of.closure, of.setting.name());
        for miss in &of.discrepancies {
            let _ = writeln!(
                told,
                "x = {:.4}: variance of the noise {:.2e}, least misfit {:.2e} in {:.1} independent \
                 values, variance taken {:.2e}",
                miss.x, miss.noise.variance, miss.misfit, miss.values, miss.variance
            );
        }
        let _ = writeln!(told, "{}", of.quantities.summary());
    }
    for (closure, Identified { system, found, .. }) in identified {
        let _ = writeln!(told, "{closure}, {system} system: {found}");
    }
    told
}

impl Run for Inference {
    type Settings = InferSettings;

    const ABOUT: [&'static str; 2] = [
        "Infer the rates: posteriors that converge for several closures, beside the published setting",
        "Example: mean-cluster infer --closures pa,log_odds --out inference",
    ];
    const OUT: &'static str = "inference";

    /// Chains go on with the same bits after an interruption, the rest is done again.
    fn find(work: &Work<'_, InferSettings>) -> Result<Inference, StudyError> {
        let settings = work.settings;
        let session = Session(work);
        let anneal = |runs: &AnnealingSettings, compositions: &[f64]| {
            anneal::<InferSettings>(runs, compositions, work.progress, None)
        };
        let fresh = anneal(&settings.calibration_runs(), &[ONE_THIRD, ONE_HALF])?;
        let named = settings.closure_names();
        let closures = closures_of(named.iter().filter_map(|name| catalog::find(name)), &fresh)?;
        let ten = if settings.all { &STOICHIOMETRIES[..] } else { &[] };
        let mut all = ten.to_vec();
        if !all.contains(&settings.x) {
            all.push(settings.x);
        }
        let data = anneal(&settings.data_runs(), &all)?;
        let mut data =
            data.into_iter().map(MeasuredComposition::of).collect::<Result<Vec<_>, _>>()?;
        work.unless_stopped()?;
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
        Ok(Inference::of(settings, &one, &posteriors, &identified, &predictions))
    }

    fn settings(&self) -> &InferSettings {
        &self.settings
    }

    fn write_tables(&self, path: &Path) -> Result<(), StudyError> {
        write_rows(path, "data.csv", &self.data)?;
        write_rows(path, "noise.csv", &self.noise)?;
        write_rows(path, "diagnostics.csv", &self.diagnostics)?;
        write_rows(path, "best_rates.csv", &self.best_rates)?;
        write_rows(path, "prior_shares.csv", &self.prior_shares)?;
        for (closure, draws) in self.settings.closure_names().iter().zip(&self.draws) {
            write_rows(path, &file_of_draws(closure), draws)?;
        }
        write_rows(path, "identifiability.csv", &self.identifiability)?;
        write_rows(path, "predictive.csv", &self.predictive)?;
        match &self.arviz {
            Some(json) => write_file(&path.join("posterior.json"), format!("{json}\n").as_bytes()),
            None => Ok(()),
        }
    }

    fn read_tables(path: &Path, settings: InferSettings) -> Result<Inference, StudyError> {
        let draws = |closure: &String| read_rows(path, &file_of_draws(closure));
        Ok(Inference {
            data: read_rows(path, "data.csv")?,
            noise: read_rows(path, "noise.csv")?,
            diagnostics: read_rows(path, "diagnostics.csv")?,
            identifiability: read_rows(path, "identifiability.csv")?,
            best_rates: read_rows(path, "best_rates.csv")?,
            prior_shares: read_rows(path, "prior_shares.csv")?,
            predictive: read_rows(path, "predictive.csv")?,
            draws: settings.closure_names().iter().map(draws).collect::<Result<_, _>>()?,
            arviz: None,
            told: String::new(),
            settings,
        })
    }

    fn told(&self) -> String {
        self.told.clone()
    }

    #[cfg(feature = "figures")]
    fn figures(&self) -> Result<Vec<Figure>, StudyError> {
        figures::all(self)
    }

    #[cfg(feature = "figures")]
    fn report(&self, figures: &[Figure]) -> Result<String, StudyError> {
        Ok(report::page(self, figures))
    }
}
