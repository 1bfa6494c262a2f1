//! All figures of an inference from its files.

use super::{InferenceFiles, Setting};
use crate::StudyError;
use crate::figures::{
    Figure, PredictiveBand, autocorrelations, predictive_bands, rank_plots, traces,
};
use cluster_stats::PairType;

/// Of each closure predictions of C+- over the data and, of the recommended and the published
/// posterior, ranks, traces and autocorrelations.
///
/// # Errors
/// [`StudyError`] for files that do not have what a figure needs.
pub(super) fn all(files: &InferenceFiles) -> Result<Vec<Figure>, StudyError> {
    let bands: Vec<PredictiveBand> =
        files.settings.closure_names().iter().map(|closure| band(files, closure)).collect();
    let data = "Data: predictive.csv, data.csv.";
    let mut figures = vec![predictive_bands(&bands)?.captioned(data)];
    for (closure, setting, chains) in &files.posteriors {
        let data = format!("Rates in 1/(annealing). Data: posterior_{closure}.csv.");
        let kinds = match setting {
            Setting::Joint => &[][..],
            _ => &[rank_plots, traces, autocorrelations][..],
        };
        for kind in kinds {
            let figure = kind(chains)?;
            let name = format!("{}-{closure}-{}", figure.name(), setting.name());
            let title = format!("{}: {closure}, {}", figure.title(), setting.name());
            figures.push(figure.named(name).titled(title).captioned(&data));
        }
    }
    Ok(figures)
}

fn band(files: &InferenceFiles, closure: &str) -> PredictiveBand {
    let pair = PairType::PlusMinus.ascii();
    let own = files.predictive.iter().filter(|(keys, _)| keys[0] == closure && keys[1] == pair);
    let rows: Vec<[f64; 6]> = own.map(|(_, numbers)| *numbers).collect();
    let data = files.data.iter().filter(|(_, name, _)| name == pair);
    PredictiveBand {
        name: format!("C₊₋ with {closure}"),
        predicted: rows.iter().map(|r| [r[0], r[1], r[2], r[3]]).collect(),
        model: rows.iter().map(|r| [r[0], r[4], r[5]]).collect(),
        data: data.map(|(time, _, [mean, error])| [*time, *mean, *error]).collect(),
    }
}
