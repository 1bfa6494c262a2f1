//! The rows of an inference's files; what they mean is in `docs/inference.md`.

use super::posteriors::InferredRates;
use super::{Discrepancy, Identified, MeasuredComposition, Prediction, Setting};
#[cfg(feature = "figures")]
use crate::{StudyError, output::unreadable};
#[cfg(feature = "figures")]
use bayes_mcmc::Chains;
use cluster_stats::PairType;
#[cfg(feature = "figures")]
use ndarray::{Array2, Array3};
use serde::{Deserialize, Serialize};

/// Draws of each chain that are kept of the published setting.
const PUBLISHED_DRAWS: usize = 1000;

/// A row of `data.csv`: the data of the one composition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DataRow {
    /// Nominal composition.
    pub x: f64,
    /// Fraction of the annealing.
    pub time: f64,
    /// The pair.
    #[serde(with = "crate::output")]
    pub pair: PairType,
    /// Mean over the replicas.
    pub mean: f64,
    /// Its standard error.
    pub standard_error: Option<f64>,
}

/// A row of `noise.csv`: how a model misses the data of one composition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoiseRow {
    /// Name of the closure in files.
    pub closure: String,
    /// How it was sampled.
    pub setting: Setting,
    /// Noise, misfit and the variance taken.
    pub miss: Discrepancy,
}

/// A row of `diagnostics.csv`: a rate, or a combination that the data determine, in one posterior. What is
/// undefined is absent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DiagnosticsRow {
    /// Name of the closure in files.
    pub closure: String,
    /// How it was sampled.
    pub setting: Setting,
    /// `k1`, or a sum of rates; in 1/(annealing).
    pub parameter: String,
    /// Mean.
    pub mean: Option<f64>,
    /// Standard deviation.
    #[serde(rename = "sd")]
    pub standard_deviation: Option<f64>,
    /// 5 % quantile.
    #[serde(rename = "q05")]
    pub low: Option<f64>,
    /// Median.
    #[serde(rename = "q50")]
    pub median: Option<f64>,
    /// 95 % quantile.
    #[serde(rename = "q95")]
    pub high: Option<f64>,
    /// Rank-normalised split R-hat.
    #[serde(rename = "rhat")]
    pub r_hat: Option<f64>,
    /// Bulk effective sample size.
    #[serde(rename = "ess_bulk")]
    pub bulk_ess: Option<f64>,
    /// Tail effective sample size.
    #[serde(rename = "ess_tail")]
    pub tail_ess: Option<f64>,
    /// Monte Carlo standard error of the mean.
    pub mcse_mean: Option<f64>,
}

/// A row of `identifiability.csv`: a direction of the rates with one closure and system.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct IdentifiabilityRow {
    /// Name of the closure in files.
    pub closure: String,
    /// `conserving`, `published` or `conserving-all`.
    pub system: String,
    /// From 1, the largest singular value first.
    pub index: u64,
    /// Singular value of the derivatives of the trajectory by the rates, weighted as J.
    pub singular_value: f64,
    /// `k1=0.5;k2=0.1;...`
    pub direction: String,
    /// Whether the direction is determined numerically.
    pub numerical: bool,
    /// Whether it is determined against the noise; absent where no noise is known.
    pub against_noise: Option<bool>,
    /// The variance that J is divided by.
    pub noise_variance: Option<f64>,
    /// Standard error along the direction, in 1/(annealing).
    pub standard_error: Option<f64>,
    /// Standard deviation of the prior, in 1/(annealing).
    pub prior_spread: Option<f64>,
}

/// A row of `best_rates.csv` or `prior_shares.csv`: a number for each rate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RatesRow {
    /// Name of the closure in files.
    pub closure: String,
    /// How it was sampled.
    pub setting: Setting,
    /// The best rates, in 1/(annealing), or the part of a rate's variance that is the prior's alone.
    #[serde(rename = "k")]
    pub rates: [f64; 8],
}

/// A row of `predictive.csv`: a predicted pair.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PredictiveRow {
    /// Name of the closure in files.
    pub closure: String,
    /// Fraction of the annealing.
    pub time: f64,
    /// The pair.
    #[serde(with = "crate::output")]
    pub pair: PairType,
    /// 5 % quantile of the predictions.
    #[serde(rename = "q05")]
    pub low: f64,
    /// Median of the predictions.
    #[serde(rename = "q50")]
    pub median: f64,
    /// 95 % quantile of the predictions.
    #[serde(rename = "q95")]
    pub high: f64,
    /// 5 % quantile of the trajectories without errors.
    #[serde(rename = "model_q05")]
    pub model_low: f64,
    /// 95 % quantile of the trajectories without errors.
    #[serde(rename = "model_q95")]
    pub model_high: f64,
}

/// A row of `posterior_CLOSURE.csv`: a draw of the rates.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DrawRow {
    /// How it was sampled.
    pub setting: Setting,
    /// From 0.
    pub chain: usize,
    /// From 0; in the published setting not all are kept.
    pub draw: usize,
    /// 0 for a repeated point, else the stage that accepted it.
    pub stage: u8,
    /// Logarithm of the density, up to a constant.
    pub log_density: f64,
    /// k1 to k8, in 1/(annealing).
    #[serde(rename = "k")]
    pub rates: [f64; 8],
}

pub(super) fn data(data: &MeasuredComposition) -> Vec<DataRow> {
    let (x, mean) = (data.annealed.x, &data.annealed.mean);
    let rows = mean.mean.records().iter().enumerate().flat_map(|(sample, record)| {
        PairType::ALL.map(|pair| {
            let errors = mean.standard_errors.as_ref();
            let standard_error = errors.map(|errors| errors[sample].concentrations.pairs.get(pair));
            let mean = record.concentrations.pairs.get(pair);
            DataRow { x, time: record.time, pair, mean, standard_error }
        })
    });
    rows.collect()
}

pub(super) fn noise(of: &InferredRates) -> impl Iterator<Item = NoiseRow> {
    of.discrepancies.iter().map(|miss| NoiseRow {
        closure: of.closure.clone(),
        setting: of.setting,
        miss: *miss,
    })
}

pub(super) fn diagnostics(of: &InferredRates) -> impl Iterator<Item = DiagnosticsRow> {
    let known = |value: f64| (!value.is_nan()).then_some(value);
    of.quantities.summary().parameters.into_iter().map(move |row| DiagnosticsRow {
        closure: of.closure.clone(),
        setting: of.setting,
        parameter: row.name,
        mean: known(row.mean),
        standard_deviation: known(row.standard_deviation),
        low: known(row.quantiles[0]),
        median: known(row.quantiles[1]),
        high: known(row.quantiles[2]),
        r_hat: known(row.r_hat),
        bulk_ess: known(row.bulk_ess),
        tail_ess: known(row.tail_ess),
        mcse_mean: known(row.mcse_mean),
    })
}

pub(super) fn identifiability(
    closure: &str,
    Identified { system, found, .. }: &Identified,
) -> Vec<IdentifiabilityRow> {
    let (errors, noise) = (found.standard_errors(), found.noise());
    let each = found.singular_values().iter().zip(found.directions()).enumerate();
    let rows = each.map(|(index, (value, direction))| {
        let parts = direction.iter().enumerate().map(|(k, part)| format!("k{}={part}", k + 1));
        IdentifiabilityRow {
            closure: closure.to_owned(),
            system: (*system).to_owned(),
            index: index as u64 + 1,
            singular_value: *value,
            direction: parts.collect::<Vec<_>>().join(";"),
            numerical: index < found.numerical_rank(),
            against_noise: found.noise_rank().map(|rank| index < rank),
            noise_variance: noise.map(|[variance, _]| variance),
            standard_error: errors.map(|errors| errors[index]).filter(|error| error.is_finite()),
            prior_spread: noise.map(|[_, spread]| spread),
        }
    });
    rows.collect()
}

pub(super) fn rates(of: &InferredRates, rates: [f64; 8]) -> RatesRow {
    RatesRow { closure: of.closure.clone(), setting: of.setting, rates }
}

pub(super) fn predictive<'a>(
    prediction: &'a Prediction,
    times: &'a [f64],
) -> impl Iterator<Item = PredictiveRow> + 'a {
    times.iter().zip(&prediction.bands).flat_map(|(time, bands)| {
        PairType::ALL.into_iter().zip(bands).map(|(pair, bands)| {
            let [low, median, high, model_low, model_high] = *bands;
            let (closure, time) = (prediction.closure.clone(), *time);
            PredictiveRow { closure, time, pair, low, median, high, model_low, model_high }
        })
    })
}

/// All draws, or in the published setting some of them, evenly spread.
pub(super) fn draws(of: &InferredRates) -> impl Iterator<Item = DrawRow> + '_ {
    let every = match of.setting {
        Setting::Published => of.chains.draws().div_ceil(PUBLISHED_DRAWS),
        Setting::Recommended | Setting::Joint => 1,
    };
    let (points, stages) = (of.chains.points(), of.chains.stages());
    let log_densities = of.chains.log_densities();
    let draws = move |chain| (0..of.chains.draws()).step_by(every).map(move |draw| (chain, draw));
    (0..of.chains.chains()).flat_map(draws).map(move |(chain, draw)| DrawRow {
        setting: of.setting,
        chain,
        draw,
        stage: stages[(chain, draw)],
        log_density: log_densities[(chain, draw)],
        rates: std::array::from_fn(|rate| points[(chain, draw, rate)]),
    })
}

/// The chains of one setting among the draws of the file `name`; none if it was not sampled.
#[cfg(feature = "figures")]
pub(super) fn chains(
    name: &str,
    draws: &[DrawRow],
    setting: Setting,
) -> Result<Option<Chains>, StudyError> {
    let own: Vec<&DrawRow> = draws.iter().filter(|draw| draw.setting == setting).collect();
    let Some(last) = own.last() else { return Ok(None) };
    let chains = last.chain + 1;
    let of_chain = own.len() / chains;
    if own.iter().enumerate().any(|(n, draw)| draw.chain != n / of_chain.max(1)) {
        return Err(unreadable(name, "its chains are not of equal length, one after another"));
    }
    let at = |chain: usize, draw: usize| own[chain * of_chain + draw];
    let points =
        Array3::from_shape_fn((chains, of_chain, 8), |(chain, draw, k)| at(chain, draw).rates[k]);
    let shape = (chains, of_chain);
    let densities = Array2::from_shape_fn(shape, |(chain, draw)| at(chain, draw).log_density);
    let stages = Array2::from_shape_fn(shape, |(chain, draw)| at(chain, draw).stage);
    let names = (1..=8).map(|k| format!("k{k}"));
    Ok(Some(Chains::new(names, points, densities, stages)?))
}
