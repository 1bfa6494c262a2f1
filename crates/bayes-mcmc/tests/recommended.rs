//! The recommended sampler on densities of many shapes in eight dimensions, with nothing set but the
//! start: means and variances within four of their own standard errors.

use crate::densities;
use crate::densities::{DIMENSION, Each};
use bayes_mcmc::{Chains, LogDensity, Posterior, UniformBox, from_fn, recommended};

fn check(chains: &Chains, mean: Each, variance: Each) {
    densities::check(chains, mean, variance, (400.0, 0.1));
    let summary = chains.summary();
    assert!(summary.has_converged() && summary.warnings().is_empty(), "{summary}");
}

fn sample(density: &impl LogDensity, draws: usize) -> Chains {
    recommended().sample(density, draws, 20_221).unwrap()
}

fn boxed<L: LogDensity>(likelihood: L, half_width: f64) -> Posterior<UniformBox, L> {
    let bounds = vec![(-half_width, half_width); DIMENSION];
    Posterior::new(UniformBox::from_bounds(bounds).unwrap(), likelihood)
}

#[test]
fn correlated_gaussian() {
    // widths over three decades
    let deviations = [1.0, 2.0, 0.5, 1.0, 3.0, 1.0, 0.01, 10.0];
    let mean = [0.0, 1.0, -2.0, 0.0, 5.0, 0.0, 0.3, 0.0];
    let density = densities::correlated_gaussian(mean, deviations);
    // no box: one start for all
    let chains = recommended().starting_at([1.0; DIMENSION]).sample(&density, 4000, 1).unwrap();
    check(&chains, mean, deviations.map(|deviation| deviation * deviation));
}

#[test]
fn narrow_ridge() {
    // x0 ~ N(0, 1), each next one the last plus N(0, 0.02^2)
    let density = from_fn(|point| {
        let steps: f64 = point.windows(2).map(|pair| ((pair[1] - pair[0]) / 0.02).powi(2)).sum();
        Ok(-0.5 * (point[0] * point[0] + steps))
    });
    let chains = sample(&boxed(density, 20.0), 4000);
    check(&chains, [0.0; DIMENSION], std::array::from_fn(|i| 1.0 + 4e-4 * i as f64));
}

#[test]
fn banana() {
    let (density, mean, variance) = densities::banana();
    let chains = recommended().starting_at([1.0; DIMENSION]).sample(&density, 15_000, 2).unwrap();
    check(&chains, mean, variance);
}

#[test]
fn truncated_gaussian() {
    let (density, mean, variance) = densities::truncated_gaussian();
    check(&sample(&density, 4000), mean, variance);
}

#[test]
fn uniform_box() {
    let (density, mean, variance) = densities::uniform_box();
    check(&sample(&density, 8000), mean, variance);
}

#[test]
fn two_modes() {
    let (density, mean, variance) = densities::two_modes([1.0, 1.0]);
    let chains = sample(&boxed(&density, 20.0), 8000);
    check(&chains, mean, variance);
    assert!(chains.swap_rates().iter().flatten().all(|rate| *rate > 0.3));
    // without a box, all chains from one of them
    let chains = recommended().starting_at([-4.0; DIMENSION]).sample(&density, 8000, 3).unwrap();
    check(&chains, mean, variance);
}

/// On hot levels the narrow mode has 1/256 of the volume, and few points of the box lie uphill of it.
#[test]
fn two_modes_of_unlike_width() {
    for widths in [[1.0, 0.5], [0.5, 1.0]] {
        let (density, mean, variance) = densities::two_modes(widths);
        check(&sample(&boxed(&density, 20.0), 4000), mean, variance);
    }
}

#[test]
fn ridge_with_four_flat_directions() {
    // only the sums of pairs are known: 10 with a standard deviation of 0.1, in a box of 0 to 50
    let density = from_fn(|point| {
        Ok(-0.5
            * point.chunks(2).map(|pair| ((pair[0] + pair[1] - 10.0) / 0.1).powi(2)).sum::<f64>())
    });
    let walls = UniformBox::from_bounds(vec![(0.0, 50.0); DIMENSION]).unwrap();
    let chains = sample(&Posterior::new(walls, density), 15_000);
    // the sum s has density s N(s; 10, 0.1^2), and each part is uniform below it:
    // E s = 10 + 0.01/10, E s^2 = (10^3 + 3 x 10 x 0.01)/10; E x = E s/2, E x^2 = E s^2/3
    let (mean, square) = (5.0005, 100.03 / 3.0);
    check(&chains, [mean; DIMENSION], [square - mean * mean; DIMENSION]);
}
