//! Chains of the adaptive sampler arrive from starts drawn in a box, with nothing set.

use bayes_mcmc::{
    AdaptiveDelayedRejection, Halt, LogDensity, Posterior, Sampling, UniformBox, from_fn,
};

/// Chains, of 40, whose mean log-density is above `least`. The largest possible is 0.
fn arrived(likelihood: impl LogDensity, walls: Vec<(f64, f64)>, seed: u64, least: f64) -> usize {
    let posterior = Posterior::new(UniformBox::from_bounds(walls).unwrap(), likelihood);
    let sampling = Sampling::new(AdaptiveDelayedRejection::new()).chains(40);
    let chains = sampling.sample(&posterior, 2000, seed).unwrap();
    let log_densities = chains.log_densities();
    let means = log_densities.rows().into_iter().map(|row| row.mean().unwrap());
    means.filter(|mean| *mean > least).count()
}

/// Each pair of parameters, in this unit, lies on a line up to this width.
fn pairs(width: f64, unit: f64) -> impl LogDensity {
    from_fn(move |k: &[f64]| -> Result<f64, Halt> {
        let away = |k: &[f64]| ((1.6 * k[0] + 0.4 * k[1]) / unit - 1.0) / width;
        Ok(-0.5 * k.chunks(2).map(|pair| away(pair).powi(2)).sum::<f64>())
    })
}

/// On the line of each pair the mean log-density is -1/2: a chain off one line of width 0.05 has less
/// than -100.
#[test]
fn all_chains_arrive_at_narrow_ridges() {
    for seed in [5, 6, 7] {
        for count in [1, 2, 4] {
            for width in [0.05, 0.01, 0.001] {
                let walls = vec![(0.0, 5.0); 2 * count];
                let found = arrived(pairs(width, 1.0), walls, seed, -1.5 * count as f64 - 2.0);
                assert_eq!(found, 40, "{count} pairs of width {width}, seed {seed}");
            }
        }
    }
}

#[test]
fn arrival_does_not_depend_on_the_unit() {
    for unit in [1e-12, 1e-6, 1e6, 1e12] {
        let found = arrived(pairs(0.05, unit), vec![(0.0, 5.0 * unit); 8], 5, -8.0);
        assert_eq!(found, 40, "unit {unit}");
    }
}

#[test]
fn all_chains_arrive_at_other_shapes() {
    // the ridge ends in the corner of the box
    let corner = from_fn(|k: &[f64]| {
        let away = |k: &[f64]| (k[0] + 0.1 * k[1] - 0.02) / 0.01;
        Ok(-0.5 * k.chunks(2).map(|pair| away(pair).powi(2)).sum::<f64>())
    });
    assert_eq!(arrived(corner, vec![(0.0, 5.0); 8], 5, -8.0), 40);
    // the density is largest in the corner itself: the mean log-density is -8
    let edge = from_fn(|k: &[f64]| Ok(-1e3 * k.iter().sum::<f64>()));
    assert_eq!(arrived(edge, vec![(0.0, 5.0); 8], 5, -16.0), 40);
    // a Gaussian 100 times as long as wide, along the diagonal, in a box 2000 wide
    let diagonal = from_fn(|x: &[f64]| {
        let mean = x.iter().sum::<f64>() / 8.0;
        let away: f64 = x.iter().map(|x| (x - mean).powi(2)).sum();
        Ok(-0.5 * (away / 1e-4 + 8.0 * (mean - 20.0).powi(2)))
    });
    assert_eq!(arrived(diagonal, vec![(-1000.0, 1000.0); 8], 5, -12.0), 40);
    // products of two, each known to 1 %
    let products = from_fn(|k: &[f64]| {
        let away = |k: &[f64]| (k[0] * k[1] - 2.0) / 0.02;
        Ok(-0.5 * k.chunks(2).map(|pair| away(pair).powi(2)).sum::<f64>())
    });
    assert_eq!(arrived(products, vec![(0.0, 5.0); 8], 5, -8.0), 40);
}

/// The way from a start without a box, far away and at zero.
#[test]
fn arrival_without_a_box() {
    let far =
        from_fn(|x: &[f64]| Ok(-0.5 * x.iter().map(|x| (x / 1e-3 - 7.0).powi(2)).sum::<f64>()));
    for start in [[0.0; 4], [1e6, -1e3, 1e-9, 0.0]] {
        let sampling = Sampling::new(AdaptiveDelayedRejection::new()).starting_at(start);
        let summary = sampling.sample(&far, 5000, 3).unwrap().summary();
        assert!(summary.has_converged(), "{summary}");
        let mean = summary.parameters[0].mean;
        assert!((mean - 7e-3).abs() < 5.0 * summary.parameters[0].mcse_mean, "{mean}");
    }
}
