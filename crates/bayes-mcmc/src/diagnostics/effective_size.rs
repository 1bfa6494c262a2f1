//! Effective sample size from autocovariances.

use ndarray::{ArrayView1, ArrayView2, Axis};
use rustfft::FftPlannerScalar;
use rustfft::num_complex::Complex64;

/// The effective sample size of chains, chain x draw, with Geyer's (1992) initial monotone sequence.
/// The number of draws if they are all the same.
pub(super) fn effective_size(chains: ArrayView2<'_, f64>) -> f64 {
    let (count, length) = chains.dim();
    let draws = (count * length) as f64;
    let (least, largest) = chains
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(*x), high.max(*x)));
    // ArviZ's threshold: NumPy's resolution of a double
    if largest - least < 1e-15 {
        return draws;
    }
    let covariances = mean_autocovariances(chains);
    let n = length as f64;
    let within = covariances[0] * n / (n - 1.0);
    let means = chains.sum_axis(Axis(1)) / n;
    let between = if count > 1 { means.var(1.0) } else { 0.0 };
    let variance = covariances[0] + between;
    let correlation = |lag: usize| 1.0 - (within - covariances[lag]) / variance;

    // initial positive sequence: pairs of an even and the following odd lag while they sum above 0
    let mut correlations = vec![0.0; length];
    let (mut even, mut odd) = (1.0, correlation(1));
    correlations[0] = even;
    correlations[1] = odd;
    let mut lag = 1;
    while lag + 3 < length && even + odd > 0.0 {
        even = correlation(lag + 1);
        odd = correlation(lag + 2);
        if even + odd >= 0.0 {
            correlations[lag + 1] = even;
            correlations[lag + 2] = odd;
        }
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
        return f64::NAN;
    }
    let time = -1.0 + 2.0 * correlations[..kept].iter().sum::<f64>() + correlations[kept];
    // antithetic chains: the estimate is noisy, so it is bounded
    draws / time.max(1.0 / draws.log10())
}

/// Autocovariances at all lags, divided by the length (biased, but positive definite), averaged over
/// chains.
///
/// By Fourier transform, two chains at a time as real and imaginary parts: only the sum of their
/// power spectra is needed, and that is even in frequency.
fn mean_autocovariances(chains: ArrayView2<'_, f64>) -> Vec<f64> {
    let (count, length) = chains.dim();
    let size = (2 * length).next_power_of_two();
    let transform = FftPlannerScalar::new().plan_fft_forward(size);
    let mut scratch = vec![Complex64::ZERO; transform.get_inplace_scratch_len()];
    let mut pair = vec![Complex64::ZERO; size];
    let mut power = vec![Complex64::ZERO; size];
    for first in (0..count).step_by(2) {
        pair.fill(Complex64::ZERO);
        for (value, x) in pair.iter_mut().zip(centred(chains.row(first))) {
            value.re = x;
        }
        if first + 1 < count {
            for (value, x) in pair.iter_mut().zip(centred(chains.row(first + 1))) {
                value.im = x;
            }
        }
        transform.process_with_scratch(&mut pair, &mut scratch);
        for (frequency, power) in power.iter_mut().enumerate() {
            let mirrored = pair[(size - frequency) % size];
            power.re += (pair[frequency].norm_sqr() + mirrored.norm_sqr()) / 2.0;
        }
    }
    // the spectrum is real and even, so the forward transform is the inverse one, unnormalised
    transform.process_with_scratch(&mut power, &mut scratch);
    let scale = (size * count * length) as f64;
    power[..length].iter().map(|covariance| covariance.re / scale).collect()
}

/// The draws less their mean.
fn centred(draws: ArrayView1<'_, f64>) -> impl Iterator<Item = f64> {
    let mean = draws.sum() / draws.len() as f64;
    draws.into_iter().map(move |x| x - mean)
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn autocovariances_equal_the_direct_sums() {
        let chains = array![
            [1.0, -2.0, 3.5, 0.25, 1.5],
            [0.5, 0.75, -1.0, 2.0, 4.0],
            [3.0, 3.0, -7.0, 1.0, 0.0]
        ];
        let covariances = mean_autocovariances(chains.view());
        for (lag, covariance) in covariances.iter().enumerate() {
            let mut direct = 0.0;
            for chain in chains.rows() {
                let mean = chain.sum() / 5.0;
                for i in 0..5 - lag {
                    direct += (chain[i] - mean) * (chain[i + lag] - mean) / 15.0;
                }
            }
            approx::assert_abs_diff_eq!(*covariance, direct, epsilon = 1e-14);
        }
    }
}
