//! All figures of an inference from its files.

use super::{Inference, Setting, file_of_draws, rows};
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
pub(super) fn all(files: &Inference) -> Result<Vec<Figure>, StudyError> {
    let bands: Vec<PredictiveBand> =
        files.settings.closure_names().iter().map(|closure| band(files, closure)).collect();
    let data = "Data: predictive.csv, data.csv.";
    let mut figures = vec![predictive_bands(&bands)?.captioned(data)];
    for (closure, draws) in files.settings.closure_names().iter().zip(&files.draws) {
        let file = file_of_draws(closure);
        let data = format!("Rates in 1/(annealing). Data: {file}.");
        for setting in [Setting::Recommended, Setting::Published] {
            let Some(chains) = rows::chains(&file, draws, setting)? else { continue };
            for kind in [rank_plots, traces, autocorrelations] {
                let figure = kind(&chains)?;
                let name = format!("{}-{closure}-{}", figure.name(), setting.name());
                let title = format!("{}: {closure}, {}", figure.title(), setting.name());
                figures.push(figure.named(name).titled(title).captioned(&data));
            }
        }
    }
    Ok(figures)
}

fn band(files: &Inference, closure: &str) -> PredictiveBand {
    let pair = PairType::PlusMinus;
    let rows = files.predictive.iter().filter(|row| row.closure == closure && row.pair == pair);
    let data = files.data.iter().filter(|row| row.pair == pair);
    PredictiveBand {
        name: format!("C₊₋ with {closure}"),
        predicted: rows.clone().map(|row| [row.time, row.low, row.median, row.high]).collect(),
        model: rows.map(|row| [row.time, row.model_low, row.model_high]).collect(),
        data: data.map(|row| [row.time, row.mean, row.standard_error.unwrap_or(0.0)]).collect(),
    }
}
