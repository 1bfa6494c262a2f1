//! Densities in eight dimensions with their exact means and variances.

use bayes_mcmc::{Chains, LogDensity, Posterior, UniformBox, bulk_ess, from_fn, mcse_mean};

pub(crate) const DIMENSION: usize = 8;
/// One number for each parameter.
pub(crate) type Each = [f64; DIMENSION];

/// Correlation 0.5 between all components; these means and standard deviations.
pub(crate) fn correlated_gaussian(mean: Each, deviations: Each) -> impl LogDensity {
    from_fn(move |point| {
        let scaled = |i: usize| (point[i] - mean[i]) / deviations[i];
        let sum: f64 = (0..DIMENSION).map(scaled).sum();
        let squares: f64 = (0..DIMENSION).map(|i| scaled(i).powi(2)).sum();
        // inverse of (I + 11')/2 by Sherman and Morrison: 2 (I - 11'/9)
        Ok(-(squares - sum * sum / 9.0))
    })
}

/// x0 ~ N(0, 2^2), x1 | x0 ~ N(x0^2 / 4, 0.5^2), the rest standard: E x1 = 1, Var x1 = 1/4 + 2.
pub(crate) fn banana() -> (impl LogDensity, Each, Each) {
    let density = from_fn(|point| {
        let bend = point[1] - point[0] * point[0] / 4.0;
        let rest: f64 = point[2..].iter().map(|x| x * x).sum();
        Ok(-0.5 * (point[0] * point[0] / 4.0 + 4.0 * bend * bend + rest))
    });
    let mut mean = [0.0; DIMENSION];
    mean[1] = 1.0;
    let mut variance = [1.0; DIMENSION];
    variance[0] = 4.0;
    variance[1] = 2.25;
    (density, mean, variance)
}

/// N(1/2, 1) on [0, 2] in every component; the density itself knows no walls.
pub(crate) fn truncated_gaussian() -> (impl LogDensity, Each, Each) {
    let gaussian =
        from_fn(|point| Ok(-0.5 * point.iter().map(|x| (x - 0.5) * (x - 0.5)).sum::<f64>()));
    let walls = UniformBox::from_bounds(vec![(0.0, 2.0); DIMENSION]).unwrap();
    // SciPy 1.17.1: truncnorm(-0.5, 1.5, loc=0.5).mean(), .var()
    let (mean, variance) = (0.8562728841770597, 0.28024815015122506);
    (Posterior::new(walls, gaussian), [mean; DIMENSION], [variance; DIMENSION])
}

/// A box with sides over twelve decades.
pub(crate) fn uniform_box() -> (UniformBox, Each, Each) {
    let bounds = [(-1.0, 1.0), (0.0, 50.0), (2.0, 2.5), (0.0, 1.0), (0.0, 1.0), (0.0, 1.0)];
    let bounds = [&bounds[..], &[(0.0, 1e-6), (-1e6, 0.0)]].concat();
    let each = |of: fn((f64, f64)) -> f64| std::array::from_fn(|i| of(bounds[i]));
    let mean = each(|(lower, upper)| (lower + upper) / 2.0);
    let variance = each(|(lower, upper)| (upper - lower).powi(2) / 12.0);
    (UniformBox::from_bounds(bounds.clone()).unwrap(), mean, variance)
}

/// 0.3 N(-4, w1^2) + 0.7 N(4, w2^2) in every component: along the diagonal 23 apart.
pub(crate) fn two_modes(widths: [f64; 2]) -> (impl LogDensity, Each, Each) {
    let density = from_fn(move |point| {
        let hill = |weight: f64, at: f64, width: f64| {
            let squares = point.iter().map(|x| ((x - at) / width).powi(2)).sum::<f64>();
            libm::log(weight) - 0.5 * squares - DIMENSION as f64 * libm::log(width)
        };
        let (left, right) = (hill(0.3, -4.0, widths[0]), hill(0.7, 4.0, widths[1]));
        Ok(left.max(right) + libm::log1p(libm::exp(-(left - right).abs())))
    });
    // the variance is that within and that between
    let within = 0.3 * widths[0] * widths[0] + 0.7 * widths[1] * widths[1];
    (density, [1.6; DIMENSION], [within + 0.3 * 0.7 * 64.0; DIMENSION])
}

/// Compares the mean and the variance about the exact mean of every component, within four standard
/// errors, which must be below `largest` times the deviations; each from at least this many effective
/// draws.
pub(crate) fn check(chains: &Chains, mean: Each, variance: Each, (size, largest): (f64, f64)) {
    for i in 0..DIMENSION {
        let deviation = variance[i].sqrt();
        let draws = chains.parameter(i).unwrap().mapv(|x| (x - mean[i]) / deviation);
        let squares = draws.mapv(|x| x * x);
        for (values, exact) in [(draws, 0.0), (squares, 1.0)] {
            let (error, found) = (mcse_mean(values.view()), values.mean().unwrap());
            let effective = bulk_ess(values.view());
            assert!(effective > size, "component {i}: {effective} draws\n{}", chains.summary());
            assert!((found - exact).abs() < 4.0 * error, "component {i}: {found} is not {exact}");
            // a standard error that is large would let anything pass
            assert!(error < largest, "component {i}: {error}");
        }
    }
}
