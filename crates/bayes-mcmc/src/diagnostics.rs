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
mod draws;
mod effective_size;
mod fourier;
mod ranks;
mod runs;
mod sums;

use ndarray::ArrayView2;

use crate::McmcError;
use draws::Draws;
use effective_size::{EffectiveSize, Transform};
use ranks::{NormalScores, Ordered};
use sums::{mean, variance};

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
    with_draws(draws, |draws, tools| {
        let scores = Ordered::new(draws.split()).normal_scores(&tools.scores);
        draws.size_of_scores(&scores, &mut tools.size)
    })
}

/// Tail effective sample size: the smaller of those of the 5 % and 95 % quantiles. See
/// [`bulk_ess`].
pub fn tail_ess(draws: ArrayView2<'_, f64>) -> f64 {
    with_draws(draws, |draws, tools| draws.tail_ess(&draws.sorted(), &mut tools.size))
}

/// Effective sample size for the mean: of the split chains themselves, without ranks. See
/// [`bulk_ess`]; NaN also for infinite draws, and below a variance that overflows.
pub fn mean_ess(draws: ArrayView2<'_, f64>) -> f64 {
    with_draws(draws, |draws, tools| tools.size.of(&draws.halves(), |x| x))
}

/// Effective sample size for the standard deviation: of the squared deviations from the mean. See
/// [`mean_ess`].
pub fn sd_ess(draws: ArrayView2<'_, f64>) -> f64 {
    with_draws(draws, |draws, tools| draws.sd_ess(&mut tools.size))
}

/// Effective sample size for the median; [`quantile_ess`] at 1/2.
pub fn median_ess(draws: ArrayView2<'_, f64>) -> f64 {
    with_draws(draws, |draws, tools| draws.quantile_ess(&draws.sorted(), 0.5, &mut tools.size))
}

/// Effective sample size for the quantile at `probability` (0..=1): of the indicators of draws up to
/// it. See [`bulk_ess`].
///
/// # Errors
/// [`McmcError::InvalidProbability`] outside of 0..=1.
pub fn quantile_ess(draws: ArrayView2<'_, f64>, probability: f64) -> Result<f64, McmcError> {
    check_probability(probability)?;
    Ok(with_draws(draws, |draws, tools| {
        draws.quantile_ess(&draws.sorted(), probability, &mut tools.size)
    }))
}

/// Monte Carlo standard error of the mean, in the unit of the draws: their standard deviation over
/// the root of [`mean_ess`].
///
/// `draws` is chain x draw. NaN for fewer than 4 draws and for NaN or infinity among them.
pub fn mcse_mean(draws: ArrayView2<'_, f64>) -> f64 {
    with_draws(draws, |draws, tools| {
        variance(&draws.all).sqrt() / tools.size.of(&draws.halves(), |x| x).sqrt()
    })
}

/// Monte Carlo standard error of the standard deviation, in the unit of the draws, by the variance of
/// the squared deviations (Kenney and Keeping 1951, p. 141).
///
/// See [`mcse_mean`]; NaN also for constant chains.
pub fn mcse_sd(draws: ArrayView2<'_, f64>) -> f64 {
    with_draws(draws, |draws, tools| draws.mcse_sd(&mut tools.size))
}

/// Monte Carlo standard error of the median; [`mcse_quantile`] at 1/2.
pub fn mcse_median(draws: ArrayView2<'_, f64>) -> f64 {
    with_draws(draws, |draws, tools| draws.mcse_quantile(0.5, &mut tools.size))
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
    Ok(with_draws(draws, |draws, tools| draws.mcse_quantile(probability, &mut tools.size)))
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

/// What chains of one shape share.
pub(crate) struct Shared {
    scores: NormalScores,
    transform: Transform,
}

impl Shared {
    pub(crate) fn new(chains: usize, draws: usize) -> Self {
        let half = draws / 2;
        Self { scores: NormalScores::new(2 * chains * half), transform: Transform::new(half) }
    }

    /// Room to find effective sizes in.
    pub(crate) fn room(&self) -> EffectiveSize {
        EffectiveSize::new(self.transform.clone())
    }
}

impl Diagnosis {
    pub(crate) fn of(
        draws: ArrayView2<'_, f64>,
        shared: &Shared,
        size: &mut EffectiveSize,
    ) -> Self {
        let nan = f64::NAN;
        let draws = Draws::new(draws);
        let valid = draws.can_be_judged();
        let ranks = Ordered::new(draws.split());
        // the split of an odd number of draws leaves some out
        let order = if draws.split_is_whole() { ranks.values() } else { draws.sorted() };
        let standard_deviation = variance(&draws.all).sqrt();
        let mut diagnosis = Self {
            mean: mean(&draws.all),
            standard_deviation,
            quantiles: [0.05, 0.5, 0.95].map(|probability| quantile(&order, probability)),
            r_hat: nan,
            bulk_ess: nan,
            tail_ess: nan,
            mcse_mean: nan,
            mcse_sd: nan,
        };
        if valid {
            let normal = ranks.normal_scores(&shared.scores);
            let [bulk, folded] = draws.r_hats(&ranks, &normal, &shared.scores);
            diagnosis.r_hat = larger(bulk, folded);
            diagnosis.bulk_ess = draws.size_of_scores(&normal, size);
            diagnosis.tail_ess = draws.tail_ess(&order, size);
            diagnosis.mcse_mean = standard_deviation / size.of(&draws.halves(), |x| x).sqrt();
            diagnosis.mcse_sd = draws.mcse_sd(size);
        }
        diagnosis
    }
}

/// What diagnostics of a single quantity need.
struct Tools {
    scores: NormalScores,
    size: EffectiveSize,
}

/// A diagnostic of draws that can be judged; NaN of others.
fn with_draws(draws: ArrayView2<'_, f64>, judge: impl Fn(&Draws, &mut Tools) -> f64) -> f64 {
    let laid_out = Draws::new(draws);
    if !laid_out.can_be_judged() {
        return f64::NAN;
    }
    let Shared { scores, transform } = Shared::new(draws.nrows(), draws.ncols());
    judge(&laid_out, &mut Tools { scores, size: EffectiveSize::new(transform) })
}

fn both_r_hats(draws: ArrayView2<'_, f64>) -> [f64; 2] {
    let laid_out = Draws::new(draws);
    if !laid_out.can_be_judged() {
        return [f64::NAN; 2];
    }
    let scores = Shared::new(draws.nrows(), draws.ncols()).scores;
    let order = Ordered::new(laid_out.split());
    laid_out.r_hats(&order, &order.normal_scores(&scores), &scores)
}

fn check_probability(probability: f64) -> Result<(), McmcError> {
    let valid = (0.0..=1.0).contains(&probability);
    if valid { Ok(()) } else { Err(McmcError::InvalidProbability { probability }) }
}

/// Where only one is NaN the first decides, as in Python.
fn larger(first: f64, second: f64) -> f64 {
    if second > first { second } else { first }
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
