//! Convergence diagnostics, in the definitions of Vehtari, Gelman, Simpson, Carpenter and Buerkner
//! 2021, Bayesian Analysis 16, 667, with the conventions of ArviZ 0.23 at the edges.
//!
//! All take the draws of one quantity, chain x draw, and give NaN if a draw is NaN.

mod effective_size;
mod ranks;

use ndarray::{Array2, ArrayView2, Axis, concatenate, s};

use effective_size::effective_size;
use ranks::Ordered;

/// The shortest chain that can be split and judged.
const FEWEST_DRAWS: usize = 4;

/// Rank-normalised split R-hat: the larger of that of the draws (bulk: do the chains agree in
/// location?) and that of their distances from the median (folded: in scale?). Close to 1 if the
/// chains agree; above 1.01 they should not be used.
///
/// `draws` is chain x draw. Of an odd number of draws the middle one is dropped by the split. NaN for
/// fewer than 2 chains or 4 draws, for NaN among the draws, and for constant chains.
pub fn r_hat(draws: ArrayView2<'_, f64>) -> f64 {
    split_chains(draws).map_or(f64::NAN, |split| {
        let order = Ordered::new(&split);
        split_r_hat(&order, order.normal_scores().view())
    })
}

/// Bulk effective sample size: how many independent draws would tell as much about the location of
/// the distribution. From rank-normalised split chains, with Geyer's initial monotone sequence. At
/// most n log10(n) for n draws in all; below 400 neither it nor R-hat can be relied on.
///
/// `draws` is chain x draw. Of an odd number of draws the middle one is dropped by the split.
/// NaN for fewer than 4 draws and for NaN among them; the number of draws for constant chains.
pub fn bulk_ess(draws: ArrayView2<'_, f64>) -> f64 {
    split_chains(draws)
        .map_or(f64::NAN, |split| effective_size(Ordered::new(&split).normal_scores().view()))
}

/// Monte Carlo standard error of the mean, in the unit of the draws: their standard deviation over
/// the root of the effective sample size of the split chains, without ranks.
///
/// `draws` is chain x draw. NaN for fewer than 4 draws and for NaN among them.
pub fn mcse_mean(draws: ArrayView2<'_, f64>) -> f64 {
    split_chains(draws)
        .map_or(f64::NAN, |split| draws.std(1.0) / effective_size(split.view()).sqrt())
}

/// The three diagnostics at once, which share the splitting and the ranks.
pub(crate) struct Diagnosis {
    pub(crate) r_hat: f64,
    pub(crate) bulk_ess: f64,
    pub(crate) mcse_mean: f64,
}

impl Diagnosis {
    pub(crate) fn of(draws: ArrayView2<'_, f64>) -> Self {
        let Some(split) = split_chains(draws) else {
            return Self { r_hat: f64::NAN, bulk_ess: f64::NAN, mcse_mean: f64::NAN };
        };
        let order = Ordered::new(&split);
        let scores = order.normal_scores();
        Self {
            r_hat: split_r_hat(&order, scores.view()),
            bulk_ess: effective_size(scores.view()),
            mcse_mean: draws.std(1.0) / effective_size(split.view()).sqrt(),
        }
    }
}

/// R-hat of split chains, from their order and normal scores.
fn split_r_hat(order: &Ordered, scores: ArrayView2<'_, f64>) -> f64 {
    // a single chain was split in two
    if scores.nrows() < 4 {
        return f64::NAN;
    }
    let bulk = potential_scale_reduction(scores);
    let folded = order
        .folded()
        .map_or(f64::NAN, |folded| potential_scale_reduction(folded.normal_scores().view()));
    // where only the folded draws are constant (two values, equally often) the bulk decides
    if folded > bulk { folded } else { bulk }
}

/// The first and the last halves of all chains, as chains: 2 chains x draws/2. `None` if there are
/// too few draws or one is NaN.
fn split_chains(draws: ArrayView2<'_, f64>) -> Option<Array2<f64>> {
    if draws.nrows() == 0 || draws.ncols() < FEWEST_DRAWS || draws.iter().any(|x| x.is_nan()) {
        return None;
    }
    let half = draws.ncols() / 2;
    let last = draws.ncols() - half;
    let halves = [draws.slice(s![.., ..half]), draws.slice(s![.., last..])];
    Some(concatenate(Axis(0), &halves).expect("both halves have as many draws"))
}

/// Gelman and Rubin's ratio, from the variance between and within chains.
fn potential_scale_reduction(chains: ArrayView2<'_, f64>) -> f64 {
    let draws = chains.ncols() as f64;
    let means = chains.sum_axis(Axis(1)) / draws;
    let between = draws * means.var(1.0);
    let within = chains.var_axis(Axis(1), 1.0).sum() / chains.nrows() as f64;
    ((between / within + draws - 1.0) / draws).sqrt()
}
