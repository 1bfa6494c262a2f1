//! Means and variances of known densities in eight dimensions, within four of their own standard
//! errors. The scale ratio is 0.5: at the published 0.1 the second stage hardly matters.

#![allow(clippy::panic, clippy::unwrap_used, reason = "clippy does not know helpers of tests")]

use bayes_mcmc::{
    Chains, DelayedRejection, LogDensity, OUTSIDE_PRIOR, Posterior, UniformBox, bulk_ess, from_fn,
    mcse_mean,
};

const DIMENSION: usize = 8;
const DRAWS: usize = 250_000;

fn sample(density: &dyn LogDensity, start: [f64; DIMENSION], scales: [f64; DIMENSION]) -> Chains {
    DelayedRejection::new(scales, scales.map(|scale| 0.5 * scale))
        .unwrap()
        .starting_at(start)
        .chains(4)
        .sample(density, DRAWS, 20_221)
        .unwrap()
}

/// Compares the mean and the variance about the exact mean of every component.
fn check(chains: &Chains, mean: [f64; DIMENSION], variance: [f64; DIMENSION]) {
    for i in 0..DIMENSION {
        let draws = chains.parameter(i).unwrap().to_owned();
        let squares = draws.mapv(|x| (x - mean[i]).powi(2));
        for (values, exact) in [(draws, mean[i]), (squares, variance[i])] {
            let (error, found) = (mcse_mean(values.view()), values.mean().unwrap());
            assert!(bulk_ess(values.view()) > 1000.0, "component {i}: the error is not reliable");
            assert!((found - exact).abs() < 4.0 * error, "component {i}: {found} is not {exact}");
            // a standard error that is large would let anything pass
            assert!(error < 0.06 * variance[i].max(variance[i].sqrt()), "component {i}: {error}");
        }
    }
    // both stages take part
    let acceptance = chains.acceptance();
    assert!(acceptance.first > 0.1 && acceptance.second > 0.1, "{acceptance:?}");
}

#[test]
fn correlated_gaussian() {
    // correlation 0.5 between all components
    let deviations: [f64; DIMENSION] = [1.0, 2.0, 0.5, 1.0, 3.0, 1.0, 0.1, 1.0];
    let mean: [f64; DIMENSION] = [0.0, 1.0, -2.0, 0.0, 5.0, 0.0, 0.3, 0.0];
    let density = from_fn(|point| {
        let scaled = |i: usize| (point[i] - mean[i]) / deviations[i];
        let sum: f64 = (0..DIMENSION).map(scaled).sum();
        let squares: f64 = (0..DIMENSION).map(|i| scaled(i).powi(2)).sum();
        // inverse of (I + 11')/2 by Sherman and Morrison: 2 (I - 11'/9)
        Ok(-(squares - sum * sum / 9.0))
    });
    let chains = sample(&density, mean, deviations.map(|deviation| 0.9 * deviation));
    check(&chains, mean, deviations.map(|deviation| deviation * deviation));
    assert!(chains.r_hat().iter().all(|r_hat| *r_hat < 1.01));

    // the covariance of the first two, 0.5 x 1 x 2
    let product = &chains.parameter(0).unwrap() * &(&chains.parameter(1).unwrap() - 1.0);
    let error = mcse_mean(product.view());
    assert!((product.mean().unwrap() - 1.0).abs() < 4.0 * error && error < 0.03);
}

#[test]
fn banana() {
    // x0 ~ N(0, 2^2), x1 | x0 ~ N(x0^2 / 4, 0.5^2), the rest standard: E x1 = 1, Var x1 = 1/4 + 2
    let density = from_fn(|point| {
        let bend = point[1] - point[0] * point[0] / 4.0;
        let rest: f64 = point[2..].iter().map(|x| x * x).sum();
        Ok(-0.5 * (point[0] * point[0] / 4.0 + 4.0 * bend * bend + rest))
    });
    let chains = sample(&density, [0.0; DIMENSION], [1.0; DIMENSION]);
    let mut mean = [0.0; DIMENSION];
    mean[1] = 1.0;
    let mut variance = [1.0; DIMENSION];
    variance[0] = 4.0;
    variance[1] = 2.25;
    check(&chains, mean, variance);
}

#[test]
fn truncated_gaussian() {
    // N(1/2, 1) on [0, 2] in every component; the density itself knows no walls
    let gaussian =
        from_fn(|point| Ok(-0.5 * point.iter().map(|x| (x - 0.5) * (x - 0.5)).sum::<f64>()));
    let density = Posterior::new(UniformBox::new(0.0, 2.0).unwrap(), gaussian);
    let chains = sample(&density, [1.0; DIMENSION], [0.7; DIMENSION]);
    // SciPy 1.17.1: truncnorm(-0.5, 1.5, loc=0.5).mean(), .var()
    check(&chains, [0.8562728841770597; DIMENSION], [0.28024815015122506; DIMENSION]);
    assert!(chains.points().iter().all(|x| (0.0..=2.0).contains(x)));
    assert!(chains.rejections().count(OUTSIDE_PRIOR) > 100_000);
}

#[test]
fn uniform_box() {
    let bounds = [(-1.0, 1.0), (0.0, 50.0), (2.0, 2.5), (0.0, 1.0), (0.0, 1.0), (0.0, 1.0)];
    let bounds = [&bounds[..], &[(0.0, 1e-6), (-1e6, 0.0)]].concat();
    let prior = UniformBox::from_bounds(bounds.clone()).unwrap();
    let each = |of: fn((f64, f64)) -> f64| std::array::from_fn(|i| of(bounds[i]));
    let mean = each(|(lower, upper)| (lower + upper) / 2.0);
    let chains = sample(&prior, mean, each(|(lower, upper)| 0.3 * (upper - lower)));
    let squares = each(|(lower, upper)| (upper - lower).powi(2) / 12.0);
    for i in 0..DIMENSION {
        let draws = chains.parameter(i).unwrap().to_owned();
        let deviation = squares[i].sqrt();
        let scaled = draws.mapv(|x| (x - mean[i]) / deviation);
        let spread = scaled.mapv(|x| x * x);
        assert!(scaled.mean().unwrap().abs() < 4.0 * mcse_mean(scaled.view()));
        assert!((spread.mean().unwrap() - 1.0).abs() < 4.0 * mcse_mean(spread.view()));
        assert!(mcse_mean(spread.view()) < 0.03);
    }
}
