//! Effective sample size from autocovariances.

use std::sync::{Arc, OnceLock};

use super::fourier::{Complex, Fourier};
use super::runs::Runs;
use super::sums::{mean, sum_of, sum_of_products, variance};

/// Chains below this length are always transformed in full.
const SHORT_CHAIN: usize = 1000;

/// A correlation that noise does not make of chains this long.
const STILL_ALIKE: f64 = 0.05;

/// The Fourier transforms for the autocovariances of chains of one length, which all that judge such
/// chains can share.
#[derive(Clone)]
pub(crate) struct Transform {
    length: usize,
    /// Just longer than the chains: enough for the first lags, which mostly are all that count.
    short: Arc<Fourier>,
    /// Twice as long as the chains, for all lags; made when it is needed.
    full: Arc<OnceLock<Arc<Fourier>>>,
}

impl Transform {
    pub(crate) fn new(length: usize) -> Self {
        let lags = if length < SHORT_CHAIN { length } else { length / 8 };
        let size = quick_size(length + lags);
        Self { length, short: Arc::new(Fourier::new(size)), full: Arc::default() }
    }

    fn full(&self) -> Arc<Fourier> {
        let size = quick_size(2 * self.length);
        Arc::clone(self.full.get_or_init(|| Arc::new(Fourier::new(size))))
    }
}

/// The least even size, not below `least`, that transforms quickly: powers of 2 times one of a few odd
/// numbers, so that little is transformed beyond what is needed.
fn quick_size(least: usize) -> usize {
    let odd = [1_usize, 3, 5, 9, 15, 25, 27];
    let size = |odd: usize| odd * least.div_ceil(odd).next_power_of_two().max(2);
    odd.map(size).into_iter().fold(usize::MAX, usize::min)
}

/// Finds effective sample sizes, with room to work in.
pub(crate) struct EffectiveSize {
    transform: Transform,
    scratch: Vec<Complex>,
    pair: Vec<Complex>,
    power: Vec<Complex>,
    /// The quantity of all draws, chain after chain.
    values: Vec<f64>,
}

impl EffectiveSize {
    pub(super) fn new(transform: Transform) -> Self {
        Self {
            scratch: Vec::new(),
            pair: Vec::new(),
            power: Vec::new(),
            values: Vec::new(),
            transform,
        }
    }

    /// The effective sample size of `quantity` of the draws of chains of the transform's length, with
    /// Geyer's (1992) initial monotone sequence. The number of draws if they are all the same.
    pub(super) fn of(&mut self, chains: &[&[f64]], quantity: impl Fn(f64) -> f64) -> f64 {
        self.values.clear();
        for chain in chains {
            self.values.extend(chain.iter().map(|x| quantity(*x)));
        }
        let draws = self.values.len() as f64;
        let (mut least, mut largest, mut any_nan) = (f64::INFINITY, f64::NEG_INFINITY, false);
        for value in &self.values {
            any_nan |= value.is_nan();
            least = if *value < least { *value } else { least };
            largest = if *value > largest { *value } else { largest };
        }
        if any_nan {
            return f64::NAN;
        }
        // ArviZ's threshold: NumPy's resolution of a double
        if largest - least < 1e-15 {
            return draws;
        }
        let short = Arc::clone(&self.transform.short);
        let few_lags = if self.reaches_far() { None } else { self.time(&short) };
        let time = few_lags.unwrap_or_else(|| {
            let full = self.transform.full();
            self.time(&full).unwrap_or(f64::NAN)
        });
        draws / time
    }

    /// Likewise of the indicator, 1 or 0, of draws that `holds` is true or false of.
    pub(super) fn of_indicator(&mut self, chains: &[&[f64]], holds: impl Fn(f64) -> bool) -> f64 {
        let Some(runs) = Runs::few(chains, &holds) else {
            return self.of(chains, |x| f64::from(holds(x)));
        };
        let length = self.transform.length;
        let draws = (length * chains.len()) as f64;
        if runs.all_alike() {
            return draws;
        }
        let covariances = runs.autocovariances();
        let covariance = |lag: usize| covariances.get(lag).map(|sum| sum / draws);
        draws / correlation_time(length, &runs.means(), covariance).unwrap_or(f64::NAN)
    }

    /// Whether draws are still alike at the farthest lags of the short transform, so that it would
    /// most likely be made in vain. A guess from three lags, chains that stand apart included.
    fn reaches_far(&self) -> bool {
        let length = self.transform.length;
        // rounded up, the short transform may be the full one
        if length < SHORT_CHAIN || self.transform.short.len() >= 2 * length {
            return false;
        }
        let mean = mean(&self.values);
        let all = sum_of(&self.values, &|value| (value - mean) * (value - mean));
        let farthest = self.transform.short.len() - length;
        [farthest / 4, farthest / 2, farthest].into_iter().all(|lag| {
            let product = |chain: &[f64]| sum_of_products(&chain[lag..], chain, mean);
            self.values.chunks_exact(length).map(product).sum::<f64>() > STILL_ALIKE * all
        })
    }

    /// The integrated autocorrelation time; none if it takes lags that this transform cannot tell.
    fn time(&mut self, fourier: &Fourier) -> Option<f64> {
        let means = self.autocovariances(fourier);
        let length = self.transform.length;
        let scale = (fourier.len() * self.values.len()) as f64;
        // at longer lags the ends of the chains meet
        let lags = fourier.len() + 1 - length;
        let covariance = |lag: usize| (lag < lags).then(|| self.power[lag].re / scale);
        correlation_time(length, &means, covariance)
    }

    /// Fills `power` with the autocovariances at all lags, divided by the length (biased, but positive
    /// definite) and averaged over chains, up to a factor; returns the chains' means.
    ///
    /// Two chains at a time are transformed, as real and imaginary parts: only the sum of their power
    /// spectra is needed, and that is even in frequency.
    fn autocovariances(&mut self, fourier: &Fourier) -> Vec<f64> {
        let Self { transform: Transform { length, .. }, scratch, pair, power, values } = self;
        let size = fourier.len();
        scratch.resize(size, Complex::default());
        pair.resize(size, Complex::default());
        power.resize(size, Complex::default());
        let mut means = Vec::with_capacity(values.len() / *length);
        power.fill(Complex::default());
        for two in values.chunks(2 * *length) {
            pair.fill(Complex::default());
            for (part, chain) in two.chunks_exact(*length).enumerate() {
                let mean = mean(chain);
                means.push(mean);
                for (value, x) in pair.iter_mut().zip(chain) {
                    let part = if part == 0 { &mut value.re } else { &mut value.im };
                    *part = x - mean;
                }
            }
            fourier.transform(pair, scratch);
            power[0].re += pair[0].norm_sqr();
            for frequency in 1..=size / 2 {
                let mirrored = &pair[size - frequency];
                power[frequency].re += (pair[frequency].norm_sqr() + mirrored.norm_sqr()) / 2.0;
            }
        }
        let (first, second) = power.split_at_mut(size / 2 + 1);
        second.copy_from_slice(&first[1..size / 2]);
        second.reverse();
        // the spectrum is real and even, so the forward transform is the inverse one, unnormalised
        fourier.transform(power, scratch);
        means
    }
}

/// The integrated autocorrelation time from the means of chains of this length and their average
/// autocovariances at lags from 0 to below it; NaN if one that is used is NaN, none if one is not known.
fn correlation_time(
    length: usize,
    means: &[f64],
    covariance: impl Fn(usize) -> Option<f64>,
) -> Option<f64> {
    let n = length as f64;
    let at_no_lag = covariance(0)?;
    let within = at_no_lag * n / (n - 1.0);
    let between = if means.len() > 1 { variance(means) } else { 0.0 };
    let all = at_no_lag + between;
    let correlation = |lag: usize| Some(1.0 - (within - covariance(lag)?) / all);
    // initial positive sequence: pairs of an even and the following odd lag while they sum above 0
    let (mut even, mut odd) = (1.0, correlation(1)?);
    let mut correlations = vec![even, odd];
    let mut lag = 1;
    while lag + 3 < length && even + odd > 0.0 {
        even = correlation(lag + 1)?;
        odd = correlation(lag + 2)?;
        let kept = even + odd >= 0.0;
        correlations.extend(if kept { [even, odd] } else { [0.0; 2] });
        lag += 2;
    }
    // the number of lags kept in pairs; one more even lag counts once if it is positive
    let kept = lag - 1;
    if even > 0.0 {
        correlations[kept] = even;
    }
    // initial monotone sequence: no pair above the one before
    let mut lag = 1;
    while lag + 3 <= kept {
        let before = correlations[lag - 1] + correlations[lag];
        if correlations[lag + 1] + correlations[lag + 2] > before {
            correlations[lag + 1] = before / 2.0;
            correlations[lag + 2] = before / 2.0;
        }
        lag += 2;
    }
    if correlations.iter().any(|correlation| correlation.is_nan()) {
        return Some(f64::NAN);
    }
    let time = -1.0 + 2.0 * correlations[..kept].iter().sum::<f64>() + correlations[kept];
    // antithetic chains: the estimate is noisy, so it is bounded
    Some(time.max(1.0 / ((means.len() * length) as f64).log10()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slow_chains_of_any_length_have_the_size_of_all_lags() {
        for length in [4, 999, 1000, 1024, 1025, 1821, 2000, 2048, 2049, 3641, 4097] {
            let ramp: Vec<f64> = (0..length).map(|draw| draw as f64 / length as f64).collect();
            let wave: Vec<f64> = ramp.iter().map(|x| (3.0 * x).sin()).collect();
            let transform = Transform::new(length);
            let full = transform.full();
            let mut size = EffectiveSize::new(transform);
            size.values = [ramp.as_slice(), &wave].concat();
            let time = size.time(&full).unwrap();
            let expected = (2 * length) as f64 / time;
            assert!((size.of(&[&ramp, &wave], |x| x) / expected - 1.0).abs() < 1e-9, "{length}");
        }
    }

    #[test]
    fn autocovariances_equal_the_direct_sums() {
        let chains: [&[f64]; 3] = [
            &[1.0, -2.0, 3.5, 0.25, 1.5],
            &[0.5, 0.75, -1.0, 2.0, 4.0],
            &[3.0, 3.0, -7.0, 1.0, 0.0],
        ];
        let transform = Transform::new(5);
        let full = transform.full();
        let mut size = EffectiveSize::new(transform);
        size.values = chains.concat();
        let means = size.autocovariances(&*full);
        for lag in 0..5 {
            let mut direct = 0.0;
            for (chain, found) in chains.iter().zip(&means) {
                let mean = mean(chain);
                assert_eq!(mean, *found);
                for i in 0..5 - lag {
                    direct += (chain[i] - mean) * (chain[i + lag] - mean) / 15.0;
                }
            }
            let found = size.power[lag].re / (full.len() as f64 * 15.0);
            approx::assert_abs_diff_eq!(found, direct, epsilon = 1e-14);
        }
    }
}
