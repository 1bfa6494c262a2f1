//! Nothing depends on the unit of the values: diagnostics, summaries, minima and samplers.

use bayes_mcmc::{
    AdaptiveDelayedRejection, Chains, DelayedRejection, FlatDirections, LogDensity, Posterior,
    Sampling, Starts, UniformBox, bulk_ess, from_fn, mcse_mean, mcse_quantile, mcse_sd, mean_ess,
    median_ess, minimize, quantile_ess, r_hat, r_hat_bulk, r_hat_folded, sd_ess, tail_ess,
};
use ndarray::{Array2, Array3, ArrayView2};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

const UNITS: [f64; 9] = [1e-300, 1e-150, 1e-12, 1e-9, 1e-3, 1e3, 1e12, 1e150, 1e300];

/// x' = 0.95 x + uniform noise, from its own law after some steps.
fn autoregressive(chains: usize, draws: usize) -> Array2<f64> {
    let mut rng = Pcg64::seed_from_u64(1);
    let mut x = 0.0;
    Array2::from_shape_simple_fn((chains, draws), || {
        x = 0.95 * x + rng.random::<f64>() - 0.5;
        x
    })
}

/// Those without a unit, then those in the unit of the draws.
fn figures(draws: ArrayView2<'_, f64>) -> ([f64; 8], [f64; 3]) {
    let sizes = [
        r_hat(draws),
        r_hat_folded(draws),
        bulk_ess(draws),
        tail_ess(draws),
        mean_ess(draws),
        sd_ess(draws),
        median_ess(draws),
        quantile_ess(draws, 0.3).unwrap(),
    ];
    (sizes, [mcse_mean(draws), mcse_sd(draws), mcse_quantile(draws, 0.3).unwrap()])
}

fn assert_close(found: f64, expected: f64, what: &str) {
    let close = (found / expected - 1.0).abs() < 1e-9;
    assert!(close, "{what}: {found} for {expected}");
}

#[test]
fn diagnostics_do_not_depend_on_the_unit() {
    let draws = autoregressive(4, 1000);
    let (sizes, errors) = figures(draws.view());
    // (1 - r^2) / (1 + r^2) for squares of a Gaussian series: 205 of 4000, with its own noise
    assert!((150.0..300.0).contains(&sizes[5]), "{}", sizes[5]);
    // (1 - r) / (1 + r): 103
    assert!((70.0..150.0).contains(&sizes[4]), "{}", sizes[4]);
    assert_close(r_hat_bulk((&draws * 1e-9).view()), r_hat_bulk(draws.view()), "bulk R-hat");
    // a power of two rounds nothing
    for exponent in [-900, -30, 30, 900] {
        let unit = 2.0_f64.powi(exponent);
        let (in_unit, errors_in_unit) = figures((&draws * unit).view());
        assert_eq!((in_unit, errors_in_unit), (sizes, errors.map(|error| error * unit)));
    }
    for unit in UNITS {
        let (in_unit, errors_in_unit) = figures((&draws * unit).view());
        for (figure, (found, expected)) in in_unit.into_iter().zip(sizes).enumerate() {
            // The two middle draws are equally far from the median, so that rounding, as in ArviZ, decides
            // whether the folded R-hat ranks them as equal: its figures change by less than one rank in n.
            if figure < 2 {
                assert!((found - expected).abs() < 1.0 / 4000.0, "{found} for {expected}");
            } else {
                assert_close(found, expected, &format!("unit {unit}"));
            }
        }
        for (found, expected) in errors_in_unit.into_iter().zip(errors) {
            assert_close(found / unit, expected, &format!("error in unit {unit}"));
        }
    }
}

fn chains_of(points: Array3<f64>) -> Chains {
    let shape = (points.dim().0, points.dim().1);
    let names: Vec<String> = (0..points.dim().2).map(|i| format!("k{i}")).collect();
    Chains::new(names, points, Array2::zeros(shape), Array2::ones(shape)).unwrap()
}

#[test]
fn summaries_do_not_depend_on_the_unit() {
    let draws = autoregressive(4, 1000).into_shape_with_order((4, 1000, 1)).unwrap();
    let expected = chains_of(draws.clone());
    let row = &expected.summary().parameters[0];
    for unit in UNITS {
        let chains = chains_of(&draws * unit);
        let found = &chains.summary().parameters[0];
        let pairs = [
            (found.mean, row.mean),
            (found.standard_deviation, row.standard_deviation),
            (found.quantiles[0], row.quantiles[0]),
            (found.quantiles[2], row.quantiles[2]),
            (found.mcse_mean, row.mcse_mean),
            (found.mcse_sd, row.mcse_sd),
            (chains.mean()[0], row.mean),
            (chains.standard_deviation()[0], row.standard_deviation),
        ];
        for (found, expected) in pairs {
            assert_close(found / unit, expected, &format!("unit {unit}"));
        }
        assert!((found.r_hat - row.r_hat).abs() < 1.0 / 4000.0, "{}", found.r_hat);
        assert_close(found.tail_ess, row.tail_ess, "tail");
    }
}

/// Steps below the rounding of the point: each is accepted, and none moves.
#[test]
fn a_chain_that_never_moves_has_no_effective_size_and_accepts_nothing() {
    let flat = from_fn(|_| Ok(0.0)).named(["a", "b"]);
    let sampler = DelayedRejection::new([1e-20; 2], [1e-21; 2]).unwrap();
    let chains = sampler.starting_at([1.0, 0.1]).sample(&flat, 1000, 1).unwrap();
    assert_eq!(chains.acceptance().overall, 0.0);
    assert!(chains.stages().iter().all(|stage| *stage == 0));
    let summary = chains.summary();
    for row in &summary.parameters {
        let undefined = [row.bulk_ess, row.tail_ess, row.r_hat, row.mcse_mean, row.mcse_sd];
        assert!(undefined.iter().all(|figure| figure.is_nan()));
        assert_eq!(row.standard_deviation, 0.0);
    }
    assert_eq!(summary.parameters[1].mean, 0.1);
    assert!(!summary.has_converged() && summary.never_moved == 4);
    let text = summary.to_string();
    assert!(text.contains("4 of 4 chains never moved") && text.contains(" NA"), "{text}");
    assert!(!text.contains("NaN"), "{text}");
}

/// A ridge in a box, in this unit.
fn ridge(unit: f64) -> impl LogDensity {
    let density = from_fn(move |k: &[f64]| {
        let away = ((k[0] + 2.0 * k[1]) / unit - 3.0) / 0.05;
        Ok(-0.5 * away * away - 0.1 * k[1] / unit)
    });
    Posterior::new(UniformBox::from_bounds(vec![(0.0, 5.0 * unit); 2]).unwrap(), density)
}

#[test]
fn samplers_do_not_depend_on_the_unit() {
    let adaptive = |unit| {
        let sampling = Sampling::new(AdaptiveDelayedRejection::new());
        sampling.sample(&ridge(unit), 1000, 3).unwrap()
    };
    let flat = |unit: f64| {
        let (inner, walls) = (AdaptiveDelayedRejection::new(), vec![(0.0, 5.0 * unit); 2]);
        let sampler = FlatDirections::new(inner, walls, [[2.0, -1.0]]).unwrap();
        Sampling::new(sampler).sample(&ridge(unit), 500, 3).unwrap()
    };
    let expected = [adaptive(1.0), flat(1.0)];
    // powers of two round nothing: the chains are the same, step by step
    for exponent in [-40, -20, 20, 40] {
        let unit = 2.0_f64.powi(exponent);
        for (chains, expected) in [adaptive(unit), flat(unit)].iter().zip(&expected) {
            assert_eq!(chains.points(), expected.points().mapv(|x| x * unit));
            assert_eq!(chains.stages(), expected.stages());
        }
    }
    // powers of ten round, so that chains part; the law stays
    for unit in [1e-12, 1e-6, 1e6, 1e12] {
        for (chains, expected) in [adaptive(unit), flat(unit)].iter().zip(&expected) {
            let (found, expected) = (chains.summary(), expected.summary());
            for (found, expected) in found.parameters.iter().zip(&expected.parameters) {
                let error = libm::hypot(found.mcse_mean / unit, expected.mcse_mean);
                let away = (found.mean / unit - expected.mean).abs();
                assert!(away < 5.0 * error, "unit {unit}: {away} +- {error}");
            }
        }
    }
}

#[test]
fn minima_do_not_depend_on_units() {
    for unit in [1e-12, 1e-6, 1.0, 1e6, 1e12] {
        // of the parameters, in a box and without one, and of the misfit
        for height in [1e-12, 1.0, 1e9] {
            let misfit = from_fn(move |x: &[f64]| {
                let (a, b) = (x[0] / unit - 3.0, x[1] / unit - 1.0);
                Ok(-height * (a * a + 10.0 * (b - 0.3 * a) * (b - 0.3 * a)))
            });
            let mut rng = Pcg64::seed_from_u64(1);
            let walls = UniformBox::from_bounds(vec![(0.0, 50.0 * unit); 2]).unwrap();
            let boxed = Posterior::new(walls, &misfit);
            let starts = Starts::points([[0.5 * unit, 40.0 * unit]]);
            for best in [
                minimize(&boxed, Starts::random(3), &mut rng).unwrap(),
                minimize(&misfit, starts, &mut rng).unwrap(),
            ] {
                let [a, b] = [best.point[0] / unit, best.point[1] / unit];
                assert!(
                    (a - 3.0).abs() < 1e-4 && (b - 1.0).abs() < 1e-4,
                    "{unit} {height}: {a} {b}"
                );
            }
        }
    }
}
