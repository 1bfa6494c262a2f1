//! The sparse approximation: its integrated system against the closed form (29).

use closures::{SparseApproximation, WithPathShares};
use cluster_stats::{PairConcentrations, PairType};
use hierarchy_ode::{ClosedModel, OdeError, RateConstants, SparseSolution};

const THIRD: f64 = 1.0 / 3.0;

/// Sets of rates whose r = alpha1 + alpha2 is positive, negative, zero and nearly zero.
fn rate_sets() -> Vec<RateConstants> {
    [
        [0.9, 0.7, 0.3, 0.4, 0.2, 0.5, 0.1, 0.3],
        [0.1, 0.0, 0.15, 0.02, 0.0, 0.1, 0.1, 0.15],
        [0.4, 0.1, 0.2, 0.3, 0.2, 0.3, 0.4, 0.1],
        [0.4, 0.1, 0.2, 0.3, 0.2, 0.3, 0.4, 0.1 + 1e-9],
        [3.0, 2.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.5],
        [0.0; 8],
    ]
    .map(|k| RateConstants::from_array(k).unwrap())
    .to_vec()
}

fn assert_equal_everywhere(model: &ClosedModel<impl closures::Closure>, published: bool) {
    let initial = PairConcentrations::random_lattice(THIRD);
    for rates in rate_sets() {
        let mut alphas = match published {
            true => SparseSolution::alphas_as_published(&rates),
            false => SparseSolution::alphas_per_shape(&rates),
        };
        if model.conserves_composition() {
            alphas = [0.5 * (alphas[0] + alphas[1]); 2];
        }
        let exact = SparseSolution::new(alphas[0], alphas[1], initial).unwrap();
        // up to t = 1, or to just before the trajectory leaves the possible region
        let span = exact.exit().map_or(1.0, |(_, exit)| exit.min(1.0) * 0.999);
        let times: Vec<f64> = (0..60).map(|i| -0.3 + span * i as f64 / 59.0).collect();
        let solution = model.solve(&rates, initial, &times).unwrap();
        assert_eq!(solution.times(), times);
        for (time, found) in times.iter().zip(solution.pairs()) {
            let exact = exact.at(time - times[0]).unwrap();
            for (a, b) in found.to_array().into_iter().zip(exact.to_array()) {
                assert!((a - b).abs() <= 1e-9 * b.abs(), "{rates:?} t = {time}: {a} and {b}");
            }
        }
    }
}

#[test]
fn the_integrated_system_is_the_closed_form_in_both_conventions_and_systems() {
    let tight = |rtol: f64| (rtol, 1e-3 * rtol);
    let (rtol, atol) = tight(1e-12);
    let per_shape = ClosedModel::published(SparseApproximation);
    assert_equal_everywhere(&per_shape.with_tolerances(rtol, atol).unwrap(), false);
    let shares = ClosedModel::published(WithPathShares(SparseApproximation));
    assert_equal_everywhere(&shares.with_tolerances(rtol, atol).unwrap(), true);
    let per_shape = ClosedModel::conserving(SparseApproximation);
    assert_equal_everywhere(&per_shape.with_tolerances(rtol, atol).unwrap(), false);
    let shares = ClosedModel::conserving(WithPathShares(SparseApproximation));
    assert_equal_everywhere(&shares.with_tolerances(rtol, atol).unwrap(), true);
}

/// Published rates with alpha1 = -0.083, alpha2 = -0.166.
fn published_fit() -> RateConstants {
    RateConstants::from_array([0.0, 0.0, 0.0, 5.0 * 0.083, 0.0, 0.0, 0.0, 5.0 * 0.166]).unwrap()
}

#[test]
fn the_published_fit_drifts_and_leaves_the_possible_region() {
    let initial = PairConcentrations::random_lattice(THIRD);
    let exact = SparseSolution::new(-0.083, -0.166, initial).unwrap();
    let model = ClosedModel::published(WithPathShares(SparseApproximation));
    let solution = model.solve(&published_fit(), initial, &[0.0, 0.5, 1.0]).unwrap();
    for pairs in [solution.last(), exact.at(1.0).unwrap()] {
        for (value, expected) in pairs.to_array().into_iter().zip([0.40256, 0.02734, 0.28505]) {
            assert!((value - expected).abs() < 5e-6, "{pairs}");
        }
    }
    assert!((solution.composition_drift() - 0.0209).abs() < 5e-5);

    let (pair, exit) = exact.exit().unwrap();
    assert_eq!(pair, PairType::MinusMinus);
    assert!((exit - 1.279).abs() < 5e-4, "{exit}");
    assert!(exact.at(exit).unwrap().minus_minus.abs() < 1e-15);

    let tight = model.with_tolerances(1e-11, 1e-13).unwrap();
    for last in [exit + 1e-6, 1.3, 2.0, 40.0] {
        let error = tight.solve(&published_fit(), initial, &[0.0, last]).unwrap_err();
        assert_eq!(error.rejection(), Some("left the possible region"));
        let OdeError::LeftPossibleRegion { pair, time, rate } = error else { panic!("{error}") };
        assert_eq!(pair, PairType::MinusMinus);
        assert!((time - exit).abs() < 1e-9, "{time} and {exit}");
        assert!((rate - 2.0 * -0.166 * exact.at(exit).unwrap().plus_minus).abs() < 1e-9);
    }
    tight.solve(&published_fit(), initial, &[0.0, exit - 1e-6]).unwrap();
}

#[test]
fn the_exit_of_the_closed_form_is_where_a_concentration_is_zero() {
    let half = PairConcentrations::random_lattice(0.5);
    for (alpha1, alpha2, pair) in [
        (-0.3, 0.1, PairType::PlusPlus),
        (0.2, -0.4, PairType::MinusMinus),
        (-0.7, 0.7, PairType::PlusPlus), // r = 0
    ] {
        let solution = SparseSolution::new(alpha1, alpha2, half).unwrap();
        let (found, time) = solution.exit().unwrap();
        assert_eq!(found, pair);
        assert!(solution.at(time).unwrap().get(pair).abs() < 1e-15);
        assert!(solution.at(time + 1e-6).unwrap().get(pair) < 0.0);
    }
    // r > 0 and alpha1 < 0: C+- dies out before C++ does
    assert_eq!(SparseSolution::new(-0.1, 1.0, half).unwrap().exit(), None);
    assert_eq!(SparseSolution::conserving(0.5, half).unwrap().exit(), None);
}

#[test]
fn bad_alphas_starts_and_times_are_errors() {
    let half = PairConcentrations::random_lattice(0.5);
    assert!(matches!(
        SparseSolution::new(f64::NAN, 0.0, half),
        Err(OdeError::InvalidValue { name: "alpha1", .. })
    ));
    let unordered = PairConcentrations::from_array(half.unordered());
    assert!(matches!(
        SparseSolution::new(0.0, 0.0, unordered),
        Err(OdeError::StartSum { deviation }) if (deviation - 0.5).abs() < 1e-15
    ));
    let fast = SparseSolution::conserving(-50.0, half).unwrap();
    for time in [f64::NAN, f64::INFINITY, 10.0] {
        assert!(matches!(fast.at(time), Err(OdeError::InvalidValue { name: "time", .. })));
    }
}
