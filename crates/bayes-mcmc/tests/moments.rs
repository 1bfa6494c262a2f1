//! Means and variances of known densities in eight dimensions, within four of their own standard
//! errors. The scale ratio is 0.5: at the published 0.1 the second stage hardly matters.

use crate::densities;
use crate::densities::{DIMENSION, Each};
use bayes_mcmc::{Chains, DelayedRejection, LogDensity, OUTSIDE_PRIOR, mcse_mean};

const DRAWS: usize = 250_000;

fn sample(density: &dyn LogDensity, start: Each, scales: Each) -> Chains {
    DelayedRejection::new(scales, scales.map(|scale| 0.5 * scale))
        .unwrap()
        .starting_at(start)
        .chains(4)
        .sample(density, DRAWS, 20_221)
        .unwrap()
}

fn check(chains: &Chains, mean: Each, variance: Each) {
    densities::check(chains, mean, variance, (1000.0, 0.06));
    // both stages take part
    let acceptance = chains.acceptance();
    assert!(acceptance.first > 0.1 && acceptance.second > 0.1, "{acceptance:?}");
}

#[test]
fn correlated_gaussian() {
    let deviations = [1.0, 2.0, 0.5, 1.0, 3.0, 1.0, 0.1, 1.0];
    let mean = [0.0, 1.0, -2.0, 0.0, 5.0, 0.0, 0.3, 0.0];
    let density = densities::correlated_gaussian(mean, deviations);
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
    let (density, mean, variance) = densities::banana();
    check(&sample(&density, [0.0; DIMENSION], [1.0; DIMENSION]), mean, variance);
}

#[test]
fn truncated_gaussian() {
    let (density, mean, variance) = densities::truncated_gaussian();
    let chains = sample(&density, [1.0; DIMENSION], [0.7; DIMENSION]);
    check(&chains, mean, variance);
    assert!(chains.points().iter().all(|x| (0.0..=2.0).contains(x)));
    assert!(chains.rejections().count(OUTSIDE_PRIOR) > 100_000);
}

#[test]
fn uniform_box() {
    let (prior, mean, variance) = densities::uniform_box();
    // 0.3 of the sides
    let chains = sample(&prior, mean, variance.map(|square| 0.3 * (12.0 * square).sqrt()));
    check(&chains, mean, variance);
}
