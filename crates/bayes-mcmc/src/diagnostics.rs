//! Convergence diagnostics, in the definitions of Vehtari, Gelman, Simpson, Carpenter and Buerkner
//! 2021, Bayesian Analysis 16, 667, with the conventions of ArviZ 0.23 at the edges.
//!
//! All take the draws of one quantity, chain x draw, at least 4 draws (R-hat: and 2 chains), and give
//! NaN for fewer and if a draw is NaN. Chains are split in halves, so that one chain can be judged;
//! of an odd number of draws the middle one is dropped by the split. Infinite draws are ranked like
//! others, so that R-hat, bulk, tail, median and quantiles bear them; what uses the draws themselves
//! (mean, standard deviation) is NaN with them. Draws that are all alike within 1e-15 count as
//! independent: the effective size is their number, and R-hat is NaN.

mod beta;
mod effective_size;
mod ranks;
mod sums;

use ndarray::{Array2, ArrayView2, Axis, concatenate, s};

use crate::McmcError;
use beta::beta_quantile;
use effective_size::effective_size;
pub(crate) use ranks::NormalScores;
use ranks::Ordered;
use sums::{mean, sum, variance};

/// The shortest chain that can be split and judged.
const FEWEST_DRAWS: usize = 4;
/// The probabilities whose quantiles are the tails.
const TAILS: [f64; 2] = [0.05, 0.95];
/// The normal probabilities of one standard deviation to both sides, in ArviZ's digits.
const ONE_SIGMA: [f64; 2] = [0.1586553, 0.8413447];

/// Rank-normalised split R-hat: the larger of [`r_hat_bulk`] and [`r_hat_folded`]. Close to 1 if the
/// chains agree; above 1.01 they should not be used.
///
/// `draws` is chain x draw. NaN for fewer than 2 chains or 4 draws, for NaN among the draws, and for
/// draws that are all alike.
pub fn r_hat(draws: ArrayView2<'_, f64>) -> f64 {
    let [bulk, folded] = both_r_hats(draws);
    larger(bulk, folded)
}

/// Rank-normalised split R-hat of the draws: do the chains agree in location? See [`r_hat`].
pub fn r_hat_bulk(draws: ArrayView2<'_, f64>) -> f64 {
    both_r_hats(draws)[0]
}

/// Rank-normalised split R-hat of the distances from the median: do the chains agree in scale? See
/// [`r_hat`]. NaN also if the median is infinite.
pub fn r_hat_folded(draws: ArrayView2<'_, f64>) -> f64 {
    both_r_hats(draws)[1]
}

/// Bulk effective sample size: how many independent draws would tell as much about the location of
/// the distribution. From rank-normalised split chains, with Geyer's initial monotone sequence. At
/// most n log10(n) for n draws in all; below 400 neither it nor R-hat can be relied on.
///
/// `draws` is chain x draw. NaN for fewer than 4 draws and for NaN among them; the number of draws
/// for constant chains.
pub fn bulk_ess(draws: ArrayView2<'_, f64>) -> f64 {
    split_of(draws).map_or(f64::NAN, |split| {
        let scores = NormalScores::new(split.len());
        effective_size(Ordered::new(split.view()).normal_scores(&scores).view())
    })
}

/// Tail effective sample size: the smaller of those of the 5 % and 95 % quantiles. See
/// [`bulk_ess`].
pub fn tail_ess(draws: ArrayView2<'_, f64>) -> f64 {
    if !is_valid(draws) {
        return f64::NAN;
    }
    tail_ess_of(draws, &sorted(draws))
}

/// Effective sample size for the mean: of the split chains themselves, without ranks. See
/// [`bulk_ess`]; NaN also for infinite draws, and below a variance that overflows.
pub fn mean_ess(draws: ArrayView2<'_, f64>) -> f64 {
    split_of(draws).map_or(f64::NAN, |split| effective_size(split.view()))
}

/// Effective sample size for the standard deviation: of the squared deviations from the mean. See
/// [`mean_ess`].
pub fn sd_ess(draws: ArrayView2<'_, f64>) -> f64 {
    mean_ess(squared_deviations(draws).view())
}

/// Effective sample size for the median; [`quantile_ess`] at 1/2.
pub fn median_ess(draws: ArrayView2<'_, f64>) -> f64 {
    if is_valid(draws) { quantile_ess_of(draws, quantile(&sorted(draws), 0.5)) } else { f64::NAN }
}

/// Effective sample size for the quantile at `probability` (0..=1): of the indicators of draws up to
/// it. See [`bulk_ess`].
///
/// # Errors
/// [`McmcError::InvalidProbability`] outside of 0..=1.
pub fn quantile_ess(draws: ArrayView2<'_, f64>, probability: f64) -> Result<f64, McmcError> {
    check_probability(probability)?;
    if !is_valid(draws) {
        return Ok(f64::NAN);
    }
    Ok(quantile_ess_of(draws, quantile(&sorted(draws), probability)))
}

/// Monte Carlo standard error of the mean, in the unit of the draws: their standard deviation over
/// the root of [`mean_ess`].
///
/// `draws` is chain x draw. NaN for fewer than 4 draws and for NaN or infinity among them.
pub fn mcse_mean(draws: ArrayView2<'_, f64>) -> f64 {
    match split_of(draws) {
        Some(split) => variance(flat(draws)).sqrt() / effective_size(split.view()).sqrt(),
        None => f64::NAN,
    }
}

/// Monte Carlo standard error of the standard deviation, in the unit of the draws, by the variance of
/// the squared deviations (Kenney and Keeping 1951, p. 141).
///
/// See [`mcse_mean`]; NaN also for constant chains.
pub fn mcse_sd(draws: ArrayView2<'_, f64>) -> f64 {
    if is_valid(draws) { mcse_sd_of(draws) } else { f64::NAN }
}

/// Monte Carlo standard error of the median; [`mcse_quantile`] at 1/2.
pub fn mcse_median(draws: ArrayView2<'_, f64>) -> f64 {
    if is_valid(draws) { mcse_quantile_of(draws, 0.5) } else { f64::NAN }
}

/// Monte Carlo standard error of the quantile at `probability` (0..=1), in the unit of the draws: half
/// the distance of the order statistics that a beta distribution of the quantile's effective sample
/// size puts one standard deviation to both sides.
///
/// See [`mcse_mean`]; infinite draws are borne.
///
/// # Errors
/// [`McmcError::InvalidProbability`] outside of 0..=1.
pub fn mcse_quantile(draws: ArrayView2<'_, f64>, probability: f64) -> Result<f64, McmcError> {
    check_probability(probability)?;
    Ok(if is_valid(draws) { mcse_quantile_of(draws, probability) } else { f64::NAN })
}

/// What a summary shows of one parameter, with the sorting and the ranks shared.
pub(crate) struct Diagnosis {
    pub(crate) mean: f64,
    pub(crate) standard_deviation: f64,
    /// At 5 %, 50 % and 95 %.
    pub(crate) quantiles: [f64; 3],
    pub(crate) r_hat: f64,
    pub(crate) bulk_ess: f64,
    pub(crate) tail_ess: f64,
    pub(crate) mcse_mean: f64,
    pub(crate) mcse_sd: f64,
}

impl Diagnosis {
    /// `scores` are those of the number of draws in the split chains.
    pub(crate) fn of(draws: ArrayView2<'_, f64>, scores: &NormalScores) -> Self {
        let nan = f64::NAN;
        let standard_deviation = variance(flat(draws)).sqrt();
        let order = sorted(draws);
        let mut diagnosis = Self {
            mean: mean(flat(draws)),
            standard_deviation,
            quantiles: [0.05, 0.5, 0.95].map(|probability| quantile(&order, probability)),
            r_hat: nan,
            bulk_ess: nan,
            tail_ess: nan,
            mcse_mean: nan,
            mcse_sd: nan,
        };
        if let Some(split) = split_of(draws) {
            let ranks = Ordered::new(split.view());
            let normal = ranks.normal_scores(scores);
            let [bulk, folded] = r_hats(&ranks, normal.view(), scores);
            diagnosis.r_hat = larger(bulk, folded);
            diagnosis.bulk_ess = effective_size(normal.view());
            diagnosis.tail_ess = tail_ess_of(draws, &order);
            diagnosis.mcse_mean = standard_deviation / effective_size(split.view()).sqrt();
            diagnosis.mcse_sd = mcse_sd_of(draws);
        }
        diagnosis
    }

    /// The scores that the draws of chains of this shape share.
    pub(crate) fn scores(chains: usize, draws: usize) -> NormalScores {
        NormalScores::new(chains * (draws / 2) * 2)
    }
}

fn is_valid(draws: ArrayView2<'_, f64>) -> bool {
    draws.nrows() > 0 && draws.ncols() >= FEWEST_DRAWS && !draws.iter().any(|x| x.is_nan())
}

fn check_probability(probability: f64) -> Result<(), McmcError> {
    let valid = (0.0..=1.0).contains(&probability);
    if valid { Ok(()) } else { Err(McmcError::InvalidProbability { probability }) }
}

/// Where only one is NaN the first decides, as in Python.
fn larger(first: f64, second: f64) -> f64 {
    if second > first { second } else { first }
}

/// The first and the last halves of all chains, as chains: 2 chains x draws/2.
fn split(draws: ArrayView2<'_, f64>) -> Array2<f64> {
    let half = draws.ncols() / 2;
    let last = draws.ncols() - half;
    let halves = [draws.slice(s![.., ..half]), draws.slice(s![.., last..])];
    concatenate(Axis(0), &halves).expect("both halves have as many draws")
}

fn split_of(draws: ArrayView2<'_, f64>) -> Option<Array2<f64>> {
    is_valid(draws).then(|| split(draws))
}

/// All draws, chain after chain.
fn flat(draws: ArrayView2<'_, f64>) -> Vec<f64> {
    draws.iter().copied().collect()
}

fn sorted(draws: ArrayView2<'_, f64>) -> Vec<f64> {
    let mut sorted = flat(draws);
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

/// The quantile of ordered draws, interpolated linearly between order statistics (Hyndman and Fan
/// 1996, type 7; the default of R and NumPy); NaN for none. In the arithmetic of SciPy's `mquantiles`,
/// because draws are compared with it.
pub(crate) fn quantile(sorted: &[f64], probability: f64) -> f64 {
    let count = sorted.len();
    if count < 2 {
        return sorted.first().copied().unwrap_or(f64::NAN);
    }
    let place = count as f64 * probability + (1.0 - probability);
    let below = place.clamp(1.0, (count - 1) as f64).floor();
    let part = (place - below).clamp(0.0, 1.0);
    let below = below as usize;
    (1.0 - part) * sorted[below - 1] + part * sorted[below]
}

fn both_r_hats(draws: ArrayView2<'_, f64>) -> [f64; 2] {
    match split_of(draws) {
        // a single chain was split in two
        Some(split) if draws.nrows() > 1 => {
            let scores = NormalScores::new(split.len());
            let order = Ordered::new(split.view());
            r_hats(&order, order.normal_scores(&scores).view(), &scores)
        }
        _ => [f64::NAN; 2],
    }
}

/// R-hat of split chains, bulk and folded, from their order and normal scores.
fn r_hats(order: &Ordered, normal: ArrayView2<'_, f64>, scores: &NormalScores) -> [f64; 2] {
    if normal.nrows() < 4 {
        return [f64::NAN; 2];
    }
    let folded = order
        .folded()
        .map_or(f64::NAN, |folded| potential_scale_reduction(folded.normal_scores(scores).view()));
    [potential_scale_reduction(normal), folded]
}

/// Gelman and Rubin's ratio, from the variance between and within chains.
fn potential_scale_reduction(chains: ArrayView2<'_, f64>) -> f64 {
    let draws = chains.ncols() as f64;
    let rows = || chains.rows().into_iter().map(|row| row.to_vec());
    let between = draws * variance(rows().map(mean).collect());
    let within = mean(rows().map(variance).collect());
    ((between / within + draws - 1.0) / draws).sqrt()
}

fn quantile_ess_of(draws: ArrayView2<'_, f64>, quantile: f64) -> f64 {
    effective_size(split(draws.mapv(|x| f64::from(x <= quantile)).view()).view())
}

fn tail_ess_of(draws: ArrayView2<'_, f64>, sorted: &[f64]) -> f64 {
    let [low, high] =
        TAILS.map(|probability| quantile_ess_of(draws, quantile(sorted, probability)));
    if high < low { high } else { low }
}

fn squared_deviations(draws: ArrayView2<'_, f64>) -> Array2<f64> {
    let mean = mean(flat(draws));
    draws.mapv(|x| (x - mean) * (x - mean))
}

fn mcse_sd_of(draws: ArrayView2<'_, f64>) -> f64 {
    let squares = squared_deviations(draws);
    let size = mean_ess(squares.view());
    let count = squares.len() as f64;
    let second = mean(flat(squares.view()));
    let fourth = sum(&flat(squares.mapv(|square| square * square).view())) / count;
    ((fourth - second * second) / size / second / 4.0).sqrt()
}

fn mcse_quantile_of(draws: ArrayView2<'_, f64>, probability: f64) -> f64 {
    let order = sorted(draws);
    let size = quantile_ess_of(draws, quantile(&order, probability));
    let shape = [size * probability + 1.0, size * (1.0 - probability) + 1.0];
    let place = |at: f64| beta_quantile(at, shape) * order.len() as f64 - 1.0;
    let last = order.len() - 1;
    // NaN, from an undefined size, leads to the ends
    let low = place(ONE_SIGMA[0]).max(0.0).floor() as usize;
    let high = place(ONE_SIGMA[1]).min(last as f64).ceil() as usize;
    (order[high.min(last)] - order[low.min(last)]) / 2.0
}
