//! The fit of the sparse approximation: exact recovery, global minimum, curvature.

use closures::{SparseApproximation, WithPathShares};
use cluster_stats::{Concentrations, PairConcentrations, Record, Trajectory};
use hierarchy_ode::{ClosedModel, Misfit, OdeError, RateConstants, SparseFit, SparseSolution};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

fn trajectory(samples: impl Iterator<Item = (f64, PairConcentrations)>) -> Trajectory {
    let record = |(time, pairs)| {
        let mut concentrations = Concentrations::random_lattice(0.4);
        concentrations.pairs = pairs;
        Record { time, temperature: None, energy_per_site: None, concentrations }
    };
    Trajectory::new(samples.map(record).collect()).unwrap()
}

fn times(count: usize) -> impl Iterator<Item = f64> {
    (0..count).map(move |i| i as f64 / (count - 1) as f64)
}

/// J (17) of the closed form, written out.
fn misfit(data: &Trajectory, alpha1: f64, alpha2: f64) -> f64 {
    let start = data.first();
    let model = SparseSolution::new(alpha1, alpha2, start.concentrations.pairs).unwrap();
    0.5 * data.mean_over_time(|record| {
        let found = model.at(record.time - start.time).unwrap().to_array();
        let data = record.concentrations.pairs.to_array();
        found.iter().zip(data).map(|(a, b)| (a - b) * (a - b)).sum()
    })
}

/// Noisy data about a trajectory that is not of the model's family.
fn noisy(seed: u64, conserving: bool) -> Trajectory {
    let mut rng = Pcg64::seed_from_u64(seed);
    let shape = rng.random_range(0.5..6.0);
    let height = rng.random_range(-0.15..0.09);
    let pairs: Vec<_> = times(61)
        .map(|t| {
            let noise = if t == 0.0 { 0.0 } else { rng.random_range(-0.01..0.01) };
            let drift = if conserving { 0.0 } else { 0.02 * t };
            let y = 0.24 + height * (1.0 - libm::exp(-shape * t)) + noise;
            let even = PairConcentrations::of_composition(0.4, y);
            PairConcentrations { plus_plus: even.plus_plus + drift, ..even }
        })
        .collect();
    trajectory(times(61).map(|t| 3.0 + 2.0 * t).zip(pairs))
}

#[test]
fn data_of_the_model_give_its_alphas_back() {
    let start = PairConcentrations::random_lattice(1.0 / 3.0);
    for (alpha1, alpha2) in
        [(-0.083, -0.166), (0.3, 0.2), (0.2, -0.2), (0.0, 0.0), (5.0, 4.0), (-0.2, 0.9)]
    {
        let model = SparseSolution::new(alpha1, alpha2, start).unwrap();
        let data = trajectory(times(61).map(|t| (t - 0.5, model.at(t).unwrap())));
        let fit = SparseFit::published(&data).unwrap();
        let [found1, found2] = fit.alphas();
        assert!((found1 - alpha1).abs() < 1e-10, "{found1} {alpha1}");
        assert!((found2 - alpha2).abs() < 1e-10, "{found2} {alpha2}");
        assert!(fit.misfit() < 1e-24);
        assert_eq!(fit.solution().alphas(), fit.alphas());

        let model = SparseSolution::conserving(alpha1, start).unwrap();
        let data = trajectory(times(2).map(|t| (t, model.at(t).unwrap())));
        let fit = SparseFit::conserving(&data).unwrap();
        assert_eq!(fit.alphas()[0], fit.alphas()[1]);
        assert!((fit.alphas()[0] - alpha1).abs() < 1e-10, "{:?} {alpha1}", fit.alphas());
    }
}

#[test]
fn it_is_the_global_minimum_on_a_dense_grid_and_its_gradient_vanishes() {
    for seed in 0..6 {
        let data = noisy(seed, false);
        let fit = SparseFit::published(&data).unwrap();
        let [alpha1, alpha2] = fit.alphas();
        assert!((fit.misfit() - misfit(&data, alpha1, alpha2)).abs() < 1e-15);
        let mut least = f64::INFINITY;
        let scale = |i: i32| libm::sinh(f64::from(i) * 0.05) * 0.05;
        for i in -120..=160 {
            for j in -120..=160 {
                let (a, b) = (scale(i), scale(j));
                if a + b > -20.0 {
                    least = least.min(misfit(&data, a, b));
                }
            }
        }
        assert!(fit.misfit() <= least && fit.misfit() > 0.9 * least, "{fit:?} {least}");
        // converged: the Newton step from central differences is below 1e-7, their own accuracy
        let h = 1e-4;
        let slope = |da: f64, db: f64| {
            (misfit(&data, alpha1 + da, alpha2 + db) - misfit(&data, alpha1 - da, alpha2 - db))
                / (2.0 * h)
        };
        let covariance = fit.covariance(1.0).unwrap();
        let gradient = [slope(h, 0.0), slope(0.0, h)];
        for row in covariance {
            let step = row[0] * gradient[0] + row[1] * gradient[1];
            assert!(step.abs() < 1e-7, "seed {seed}: {step}");
        }
    }
}

#[test]
fn the_conserving_fit_is_the_minimum_over_equal_alphas() {
    for seed in 0..10 {
        let data = noisy(seed, seed % 2 == 0);
        let fit = SparseFit::conserving(&data).unwrap();
        let [alpha, _] = fit.alphas();
        let least = (-2000..4000)
            .map(|i| misfit(&data, 0.002 * f64::from(i), 0.002 * f64::from(i)))
            .fold(f64::INFINITY, f64::min);
        assert!(fit.misfit() <= least && fit.misfit() > 0.99 * least, "{alpha} {least}");
        let free = SparseFit::published(&data).unwrap();
        assert!(free.misfit() <= fit.misfit());
        if seed % 2 == 0 {
            assert!((free.alphas()[0] - free.alphas()[1]).abs() < 1e-12, "no drift in the data");
        }
    }
}

#[test]
fn the_covariance_is_the_inverse_of_second_differences() {
    let data = noisy(3, false);
    let fit = SparseFit::published(&data).unwrap();
    let [a, b] = fit.alphas();
    let h = 1e-3;
    let at = |i: f64, j: f64| misfit(&data, a + i * h, b + j * h) / (h * h);
    let (aa, bb) = (
        at(1.0, 0.0) - 2.0 * at(0.0, 0.0) + at(-1.0, 0.0),
        at(0.0, 1.0) - 2.0 * at(0.0, 0.0) + at(0.0, -1.0),
    );
    let ab = 0.25 * (at(1.0, 1.0) - at(1.0, -1.0) - at(-1.0, 1.0) + at(-1.0, -1.0));
    let det = aa * bb - ab * ab;
    let expected = [[bb / det, -ab / det], [-ab / det, aa / det]];
    let found = fit.covariance(1.0).unwrap();
    for (row, expected_row) in found.iter().zip(expected) {
        for (x, y) in row.iter().zip(expected_row) {
            assert!((x - y).abs() < 1e-5 * expected[0][0], "{found:?} {expected:?}");
        }
    }
    let scaled = fit.covariance(2.5e-5).unwrap();
    assert!((scaled[0][1] / found[0][1] - 2.5e-5).abs() < 1e-18);

    let fit = SparseFit::conserving(&data).unwrap();
    let [a, _] = fit.alphas();
    let along = |i: f64| misfit(&data, a + i * h, a + i * h) / (h * h);
    let second = along(1.0) - 2.0 * along(0.0) + along(-1.0);
    let [[found, _], [_, same]] = fit.covariance(1.0).unwrap();
    assert!((found * second - 1.0).abs() < 1e-5 && found == same);
    assert!(matches!(fit.covariance(0.0), Err(OdeError::InvalidValue { .. })));
}

#[test]
fn it_agrees_with_the_misfit_of_the_integrated_model() {
    let data = noisy(4, false);
    let model = ClosedModel::published(WithPathShares(SparseApproximation));
    let model = model.with_tolerances(1e-11, 1e-13).unwrap();
    let fit = SparseFit::published(&data).unwrap();
    // alpha1 = (k2 - k4)/5, alpha2 = (k6 - k8)/5
    let [a, b] = fit.alphas().map(|alpha| 5.0 * alpha);
    let k = [0.0, a.max(0.0), 0.0, (-a).max(0.0), 0.0, b.max(0.0), 0.0, (-b).max(0.0)];
    let rates = RateConstants::from_array(k).unwrap();
    let found = Misfit::new(&model, &data).unwrap().evaluate(&rates).unwrap();
    assert!((found - fit.misfit()).abs() < 1e-12, "{found} {}", fit.misfit());
}

#[test]
fn data_without_an_answer_are_errors() {
    let start = PairConcentrations::random_lattice(0.4);
    let single = trajectory([(0.0, start)].into_iter());
    assert!(matches!(SparseFit::published(&single), Err(OdeError::TooFewSamples { .. })));
    let apart = PairConcentrations::of_composition(0.4, 0.0);
    let nothing = trajectory(times(5).map(|t| (t, apart)));
    assert!(matches!(SparseFit::conserving(&nothing), Err(OdeError::NoUnlikePairs)));
    // all unlike pairs are gone at the second sample
    let sudden = trajectory(times(5).map(|t| (t, if t == 0.0 { start } else { apart })));
    for fit in [SparseFit::published(&sudden), SparseFit::conserving(&sudden)] {
        let error = fit.unwrap_err();
        assert!(matches!(error, OdeError::NoMinimum { .. }), "{error}");
        assert_eq!(error.rejection(), None);
    }
}
