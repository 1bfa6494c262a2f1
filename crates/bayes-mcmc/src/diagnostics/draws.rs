//! The draws of one quantity, laid out for the diagnostics.

use ndarray::ArrayView2;

use super::beta::beta_quantile;
use super::effective_size::EffectiveSize;
use super::quantile;
use super::ranks::{NormalScores, Ordered};
use super::sums::{are_alike, mean, sum_of, variance};

/// The shortest chain that can be split and judged.
pub(crate) const FEWEST_DRAWS: usize = 4;
/// The probabilities whose quantiles are the tails.
const TAILS: [f64; 2] = [0.05, 0.95];
/// The normal probabilities of one standard deviation to both sides, in ArviZ's digits.
const ONE_SIGMA: [f64; 2] = [0.1586553, 0.8413447];

/// The draws of all chains, one after the other, in a unit of their own: a power of two that brings the
/// largest finite one to between 1 and 2, so that no square or fourth power overflows or underflows,
/// whatever unit they came in. Multiplying by a power of two rounds nothing.
pub(super) struct Draws {
    pub(super) all: Vec<f64>,
    length: usize,
    exponent: i32,
}

impl Draws {
    pub(super) fn new(draws: ArrayView2<'_, f64>) -> Self {
        let sizes = draws.iter().map(|x| x.abs()).filter(|size| size.is_finite());
        let largest = sizes.fold(0.0, f64::max);
        let exponent = if largest > 0.0 { libm::ilogb(largest) } else { 0 };
        let all = draws.iter().map(|x| libm::scalbn(*x, -exponent)).collect();
        Self { all, length: draws.ncols(), exponent }
    }

    /// A statistic of these draws in the unit in which they came.
    pub(super) fn in_their_unit(&self, statistic: f64) -> f64 {
        libm::scalbn(statistic, self.exponent)
    }

    pub(super) fn mean(&self) -> f64 {
        self.in_their_unit(mean(&self.all))
    }

    pub(super) fn standard_deviation(&self) -> f64 {
        self.in_their_unit(variance(&self.all).sqrt())
    }

    /// Whether there are chains, long enough to be judged, without NaN, which have moved: of draws that
    /// are all alike nothing can be said but their value.
    pub(super) fn can_be_judged(&self) -> bool {
        self.length >= FEWEST_DRAWS
            && !self.all.iter().any(|x| x.is_nan())
            && !self.halves().iter().all(|half| are_alike(half) && half[0] == self.all[0])
    }

    /// The first halves of all chains, then the last ones.
    pub(super) fn halves(&self) -> Vec<&[f64]> {
        let half = self.length / 2;
        let chains = || self.all.chunks_exact(self.length.max(1));
        let first = chains().map(|chain| &chain[..half]);
        first.chain(chains().map(|chain| &chain[self.length - half..])).collect()
    }

    /// The draws of the halves, one after the other.
    pub(super) fn split(&self) -> impl Iterator<Item = &f64> {
        self.halves().into_iter().flatten()
    }

    /// Whether the halves hold all draws.
    pub(super) fn split_is_whole(&self) -> bool {
        self.length.is_multiple_of(2)
    }

    pub(super) fn sorted(&self) -> Vec<f64> {
        let mut sorted = self.all.clone();
        sorted.sort_unstable_by(f64::total_cmp);
        sorted
    }

    /// R-hat, bulk and folded, from the order of the split draws and their normal scores; NaN for a
    /// single chain.
    pub(super) fn r_hats(
        &self,
        order: &Ordered,
        normal: &[f64],
        scores: &NormalScores,
    ) -> [f64; 2] {
        if self.all.len() == self.length {
            return [f64::NAN; 2];
        }
        let reduction = |values: &[f64]| potential_scale_reduction(values, self.length / 2);
        let folded = order.folded();
        [normal, &folded.map_or_else(|| vec![f64::NAN], |folded| folded.normal_scores(scores))]
            .map(reduction)
    }

    /// The effective size of numbers that stand for the split draws.
    pub(super) fn size_of_scores(&self, scores: &[f64], size: &mut EffectiveSize) -> f64 {
        size.of(&scores.chunks_exact(self.length / 2).collect::<Vec<_>>(), |x| x, 0.0)
    }

    pub(super) fn mean_ess(&self, size: &mut EffectiveSize) -> f64 {
        size.of(&self.halves(), |x| x, 0.0)
    }

    pub(super) fn mcse_mean(&self, size: &mut EffectiveSize) -> f64 {
        self.standard_deviation() / self.mean_ess(size).sqrt()
    }

    pub(super) fn quantile_ess(
        &self,
        sorted: &[f64],
        probability: f64,
        size: &mut EffectiveSize,
    ) -> f64 {
        let quantile = quantile(sorted, probability);
        size.of_indicator(&self.halves(), |x| x <= quantile)
    }

    pub(super) fn tail_ess(&self, sorted: &[f64], size: &mut EffectiveSize) -> f64 {
        let [low, high] = TAILS.map(|probability| self.quantile_ess(sorted, probability, size));
        if high < low { high } else { low }
    }

    pub(super) fn sd_ess(&self, size: &mut EffectiveSize) -> f64 {
        let mean = mean(&self.all);
        let farthest = self.all.iter().map(|x| (x - mean).abs()).fold(0.0, f64::max);
        // of draws of at most 2 the mean is known to a few roundings
        let rounding = 16.0 * f64::EPSILON * farthest;
        size.of(&self.halves(), |x| (x - mean) * (x - mean), rounding)
    }

    pub(super) fn mcse_sd(&self, size: &mut EffectiveSize) -> f64 {
        let mean = mean(&self.all);
        let count = self.all.len() as f64;
        let square = |x: f64| (x - mean) * (x - mean);
        let second = sum_of(&self.all, &square) / count;
        let fourth = sum_of(&self.all, &|x| square(x) * square(x)) / count;
        let variance = match fourth - second * second {
            // that of two values alike far from the mean is 0 up to rounding
            rounding if rounding < 0.0 => 0.0,
            variance => variance,
        };
        self.in_their_unit((variance / self.sd_ess(size) / second / 4.0).sqrt())
    }

    pub(super) fn mcse_quantile(&self, probability: f64, size: &mut EffectiveSize) -> f64 {
        let sorted = self.sorted();
        let size = self.quantile_ess(&sorted, probability, size);
        if size.is_nan() {
            return f64::NAN;
        }
        let shape = [size * probability + 1.0, size * (1.0 - probability) + 1.0];
        let place = |at: f64| beta_quantile(at, shape) * sorted.len() as f64 - 1.0;
        let last = sorted.len() - 1;
        let low = place(ONE_SIGMA[0]).max(0.0).floor() as usize;
        let high = place(ONE_SIGMA[1]).min(last as f64).ceil() as usize;
        self.in_their_unit((sorted[high.min(last)] - sorted[low.min(last)]) / 2.0)
    }
}

/// Gelman and Rubin's ratio, from the variance between and within chains of this length.
fn potential_scale_reduction(values: &[f64], length: usize) -> f64 {
    let chains = || values.chunks(length);
    let between = length as f64 * variance(&chains().map(mean).collect::<Vec<_>>());
    let within = mean(&chains().map(variance).collect::<Vec<_>>());
    ((between / within + length as f64 - 1.0) / length as f64).sqrt()
}
