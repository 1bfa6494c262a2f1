//! The gradient of the misfit against differences, profiles against what is known by hand.

use closures::{
    Closure, OptimalApproximation, PairApproximation, SparseApproximation, WithPathShares,
};
use cluster_stats::{Concentrations, PairConcentrations, Record, Trajectory};
use hierarchy_ode::{ClosedModel, Misfit, OdeError, RateConstants, SparseFit, SparseSolution};

const K: [f64; 8] = [0.9, 0.7, 0.3, 0.4, 0.2, 0.5, 0.6, 0.8];

fn rates(k: [f64; 8]) -> RateConstants {
    RateConstants::from_array(k).unwrap()
}

fn trajectory(samples: impl Iterator<Item = (f64, PairConcentrations)>) -> Trajectory {
    let record = |(time, pairs)| {
        let mut concentrations = Concentrations::random_lattice(0.4);
        concentrations.pairs = pairs;
        Record { time, temperature: None, energy_per_site: None, concentrations }
    };
    Trajectory::new(samples.map(record).collect()).unwrap()
}

fn times() -> impl Iterator<Item = f64> {
    (0..21).map(|i| f64::from(i) / 20.0)
}

/// Data that no model here fits.
fn data() -> Trajectory {
    let unlike = |t: f64| 0.24 + 0.05 * (1.0 - libm::exp(-3.0 * t)) - 0.02 * t * t;
    trajectory(times().map(|t| (t, PairConcentrations::of_composition(0.4, unlike(t)))))
}

#[test]
fn the_gradient_is_the_limit_of_differences() {
    let data = data();
    let half = OptimalApproximation::published_one_half();
    let k = K.map(|k| 0.4 * k);
    for closure in [&PairApproximation as &dyn Closure, &half] {
        for model in [ClosedModel::published(closure), ClosedModel::conserving(closure)] {
            let model = model.with_tolerances(1e-12, 1e-14).unwrap();
            let plain = Misfit::new(&model, &data).unwrap();
            let misfits = [
                plain.clone(),
                plain.clone().alpha(0.3).unwrap(),
                plain.alpha_on_rate_ratios(0.2).unwrap(),
            ];
            for misfit in misfits {
                let slope = misfit.slope(&rates(k)).unwrap();
                let there = misfit.evaluate(&rates(k)).unwrap();
                assert!((slope.misfit - there).abs() < 1e-10 * there);
                let largest = slope.gradient.iter().map(|g| g.abs()).fold(0.0, f64::max);
                for rate in 0..8 {
                    let step = 2e-3 * k[rate];
                    let at = |steps: f64| {
                        let mut moved = k;
                        moved[rate] += steps * step;
                        misfit.evaluate(&rates(moved)).unwrap()
                    };
                    let difference =
                        (8.0 * (at(1.0) - at(-1.0)) - (at(2.0) - at(-2.0))) / (12.0 * step);
                    let apart = (slope.gradient[rate] - difference).abs();
                    assert!(apart < 1e-8 * largest, "k{}: {apart:e} {largest}", rate + 1);
                }
            }
        }
    }
}

#[test]
fn a_profile_is_flat_while_the_others_can_make_up_for_it() {
    // data of PA itself: 2 k1 + k2 = 2.5 fits, which k1 > 1.25 exceeds
    let start = PairConcentrations::random_lattice(0.4);
    let model = ClosedModel::published(PairApproximation);
    let tight = model.with_tolerances(1e-11, 1e-13).unwrap();
    let all: Vec<f64> = times().collect();
    let solution = tight.solve(&rates(K), start, &all).unwrap();
    let data = trajectory(times().zip(solution.pairs().iter().copied()));
    let misfit = Misfit::new(&model, &data).unwrap();
    let values = [0.0, 0.5, 1.0, 1.25, 1.5, 2.0, 3.0];
    let profile = misfit.profile(1, &values, &rates(K), 50.0).unwrap();
    assert_eq!(profile.number(), 1);
    let mut previous = 0.0;
    for (point, value) in profile.points().iter().zip(values) {
        let (best, least) = point.best.unwrap();
        assert!(point.converged && point.value == value && best.as_array()[0] == value);
        if value <= 1.25 {
            assert!(least < 1e-15, "{value}: {least:e}");
        } else {
            assert!(least > previous && least > 1e-10, "{value}: {least:e}");
            assert!(best.as_array()[1] == 0.0, "k2 presses against 0");
            // a minimum over the others: on walls the gradient presses, elsewhere it vanishes
            let slope = misfit.slope(&best).unwrap();
            for i in 1..8 {
                let (k, g) = (best.as_array()[i], slope.gradient[i]);
                let scale = (2.0 * least * slope.curvature[i][i]).sqrt();
                let at_rest = if k == 0.0 { g >= -1e-4 * scale } else { g.abs() < 1e-3 * scale };
                assert!(at_rest, "k1 = {value}: k{} = {k}, {g:e} of {scale:e}", i + 1);
            }
        }
        previous = least;
    }
    // bounded above, not below
    let least = |i: usize| profile.points()[i].best.unwrap().1;
    let rise = 0.5 * (least(4) + least(5));
    let [below, above] = profile.bounds(rise).unwrap();
    assert!(below.is_none() && (above.unwrap() - 1.75).abs() < 1e-6, "{below:?} {above:?}");
    assert_eq!(profile.bounds(1.0).unwrap(), [None, None]);
    assert!(matches!(profile.bounds(0.0), Err(OdeError::InvalidValue { .. })));
}

#[test]
fn profiles_of_the_sparse_approximation_are_the_closed_form() {
    // conserving: only alpha = (4 k1 + k2 - 4 k3 - k4 + 4 k5 + k6 - 4 k7 - k8)/10 matters, which
    // rates in [0, 0.2] can make at most 0.2 - 0.4 k3
    let start = PairConcentrations::random_lattice(0.4);
    let exact = SparseSolution::conserving(0.15, start).unwrap();
    let data = trajectory(times().map(|t| {
        let pairs = exact.at(t).unwrap();
        (t, PairConcentrations::of_composition(0.4, pairs.plus_minus + 1e-3 * libm::sin(9.0 * t)))
    }));
    let fit = SparseFit::conserving(&data).unwrap();
    let [alpha, _] = fit.alphas();
    let model = ClosedModel::conserving(WithPathShares(SparseApproximation));
    let misfit = Misfit::new(&model, &data).unwrap();
    let values = [0.0, 0.05, 0.1, 0.15, 0.2];
    let profile = misfit.profile(3, &values, &rates([0.1; 8]), 0.2).unwrap();
    for (point, value) in profile.points().iter().zip(values) {
        let most = 0.2 - 0.4 * value;
        let model = SparseSolution::conserving(alpha.min(most), start).unwrap();
        let expected = 0.5
            * data.mean_over_time(|record| {
                let found = model.at(record.time).unwrap().to_array();
                let data = record.concentrations.pairs.to_array();
                found.iter().zip(data).map(|(a, b)| (a - b) * (a - b)).sum()
            });
        let (_, least) = point.best.unwrap();
        assert!(point.converged && (least - expected).abs() < 1e-9 * expected, "{value}");
        assert_eq!(alpha > most, value > 0.12, "{alpha}");
    }
}

#[test]
fn bad_arguments_are_errors_and_impossible_values_are_empty() {
    let data = data();
    let model = ClosedModel::published(PairApproximation);
    let misfit = Misfit::new(&model, &data).unwrap();
    for (number, values, largest) in [
        (0, &[1.0][..], 5.0),
        (9, &[1.0], 5.0),
        (1, &[-0.1], 5.0),
        (1, &[1.0, 1.0], 5.0),
        (1, &[6.0], 5.0),
        (1, &[f64::NAN], 5.0),
        (1, &[0.1], 0.5),
        (1, &[1.0], f64::INFINITY),
    ] {
        let error = misfit.profile(number, values, &rates(K), largest).unwrap_err();
        assert!(matches!(error, OdeError::InvalidValue { .. }), "{error}");
    }
    // at k7 = 50 nothing else within the box keeps C-- of the sparse approximation positive
    let sparse = ClosedModel::published(SparseApproximation);
    let misfit = Misfit::new(&sparse, &data).unwrap();
    let slow = rates([0.1; 8]);
    let profile = misfit.profile(7, &[0.1, 50.0], &slow, 50.0).unwrap();
    let [near, far] = profile.points() else { panic!("{profile:?}") };
    assert!(near.best.is_some() && far.best.is_none() && !far.converged);
    let [_, above] = profile.bounds(1e-6).unwrap();
    assert!(above.is_some());
}
