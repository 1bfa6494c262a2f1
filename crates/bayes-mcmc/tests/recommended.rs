//! The recommended sampler on densities of many shapes in eight dimensions, with nothing set but the
//! start: means and variances within four of their own standard errors.

#![allow(clippy::panic, clippy::unwrap_used, reason = "clippy does not know helpers of tests")]

use bayes_mcmc::{
    Chains, LogDensity, Posterior, UniformBox, bulk_ess, from_fn, mcse_mean, recommended,
};

const DIMENSION: usize = 8;

/// Compares the mean and the variance about the exact mean of every component.
fn check(chains: &Chains, mean: [f64; DIMENSION], variance: [f64; DIMENSION]) {
    for i in 0..DIMENSION {
        let deviation = variance[i].sqrt();
        let draws = chains.parameter(i).unwrap().mapv(|x| (x - mean[i]) / deviation);
        let squares = draws.mapv(|x| x * x);
        for (values, exact) in [(draws, 0.0), (squares, 1.0)] {
            let (error, found) = (mcse_mean(values.view()), values.mean().unwrap());
            let size = bulk_ess(values.view());
            assert!(size > 400.0, "component {i}: {size} effective draws\n{}", chains.summary());
            assert!((found - exact).abs() < 4.0 * error, "component {i}: {found} is not {exact}");
        }
    }
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
    // correlation 0.5 between all components, widths over three decades
    let deviations: [f64; DIMENSION] = [1.0, 2.0, 0.5, 1.0, 3.0, 1.0, 0.01, 10.0];
    let mean: [f64; DIMENSION] = [0.0, 1.0, -2.0, 0.0, 5.0, 0.0, 0.3, 0.0];
    let density = from_fn(|point| {
        let scaled = |i: usize| (point[i] - mean[i]) / deviations[i];
        let sum: f64 = (0..DIMENSION).map(scaled).sum();
        let squares: f64 = (0..DIMENSION).map(|i| scaled(i).powi(2)).sum();
        // inverse of (I + 11')/2 by Sherman and Morrison: 2 (I - 11'/9)
        Ok(-(squares - sum * sum / 9.0))
    });
    // no box: one start for all
    let chains = recommended().starting_at([1.0; DIMENSION]).sample(&density, 8000, 1).unwrap();
    check(&chains, mean, deviations.map(|deviation| deviation * deviation));
}

#[test]
fn narrow_ridge() {
    // x0 ~ N(0, 1), each next one the last plus N(0, 0.02^2)
    let density = from_fn(|point| {
        let steps: f64 = point.windows(2).map(|pair| ((pair[1] - pair[0]) / 0.02).powi(2)).sum();
        Ok(-0.5 * (point[0] * point[0] + steps))
    });
    let chains = sample(&boxed(density, 20.0), 8000);
    check(&chains, [0.0; DIMENSION], std::array::from_fn(|i| 1.0 + 4e-4 * i as f64));
}

#[test]
fn banana() {
    // x0 ~ N(0, 2^2), x1 | x0 ~ N(x0^2 / 4, 0.5^2), the rest standard: E x1 = 1, Var x1 = 1/4 + 2
    let density = from_fn(|point| {
        let bend = point[1] - point[0] * point[0] / 4.0;
        let rest: f64 = point[2..].iter().map(|x| x * x).sum();
        Ok(-0.5 * (point[0] * point[0] / 4.0 + 4.0 * bend * bend + rest))
    });
    let chains = recommended().starting_at([1.0; DIMENSION]).sample(&density, 20_000, 2).unwrap();
    let mut mean = [0.0; DIMENSION];
    mean[1] = 1.0;
    let mut variance = [1.0; DIMENSION];
    variance[0] = 4.0;
    variance[1] = 2.25;
    check(&chains, mean, variance);
}

#[test]
fn truncated_gaussian() {
    // N(1/2, 1) on [0, 2] in every component
    let gaussian =
        from_fn(|point| Ok(-0.5 * point.iter().map(|x| (x - 0.5) * (x - 0.5)).sum::<f64>()));
    let walls = UniformBox::from_bounds(vec![(0.0, 2.0); DIMENSION]).unwrap();
    let chains = sample(&Posterior::new(walls, gaussian), 8000);
    // SciPy 1.17.1: truncnorm(-0.5, 1.5, loc=0.5).mean(), .var()
    check(&chains, [0.8562728841770597; DIMENSION], [0.28024815015122506; DIMENSION]);
}

#[test]
fn uniform_box() {
    let bounds = [(-1.0, 1.0), (0.0, 50.0), (2.0, 2.5), (0.0, 1.0), (0.0, 1.0), (0.0, 1.0)];
    let bounds = [&bounds[..], &[(0.0, 1e-6), (-1e6, 0.0)]].concat();
    let each = |of: fn((f64, f64)) -> f64| std::array::from_fn(|i| of(bounds[i]));
    let mean = each(|(lower, upper)| (lower + upper) / 2.0);
    let variance = each(|(lower, upper)| (upper - lower).powi(2) / 12.0);
    check(&sample(&UniformBox::from_bounds(bounds.clone()).unwrap(), 8000), mean, variance);
}

#[test]
fn two_modes() {
    // 0.3 N(-4, 1) + 0.7 N(4, 1) along the diagonal: 23 standard deviations apart
    let density = from_fn(|point| {
        let hill = |weight: f64, at: f64| {
            weight.ln() - 0.5 * point.iter().map(|x| (x - at).powi(2)).sum::<f64>()
        };
        let (left, right) = (hill(0.3, -4.0), hill(0.7, 4.0));
        Ok(left.max(right) + (-(left - right).abs()).exp().ln_1p())
    });
    let chains = sample(&boxed(density, 20.0), 40_000);
    // the variance is that within, 1, and that between, 0.3 x 0.7 x 8^2
    check(&chains, [1.6; DIMENSION], [1.0 + 0.3 * 0.7 * 64.0; DIMENSION]);
    assert!(chains.swap_rates().iter().flatten().all(|rate| *rate > 0.3));
}

#[test]
fn ridge_with_four_flat_directions() {
    // only the sums of pairs are known: 10 with a standard deviation of 0.1, in a box of 0 to 50
    let density = from_fn(|point| {
        Ok(-0.5
            * point.chunks(2).map(|pair| ((pair[0] + pair[1] - 10.0) / 0.1).powi(2)).sum::<f64>())
    });
    let walls = UniformBox::from_bounds(vec![(0.0, 50.0); DIMENSION]).unwrap();
    let chains = sample(&Posterior::new(walls, density), 20_000);
    // the sum s has density s N(s; 10, 0.1^2), and each part is uniform below it:
    // E s = 10 + 0.01/10, E s^2 = (10^3 + 3 x 10 x 0.01)/10; E x = E s/2, E x^2 = E s^2/3
    let (mean, square) = (5.0005, 100.03 / 3.0);
    check(&chains, [mean; DIMENSION], [square - mean * mean; DIMENSION]);
}
