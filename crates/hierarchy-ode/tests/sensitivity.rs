//! Sensitivities against the closed form of the sparse approximation and against differences.

use closures::{
    Closure, KirkwoodSuperposition, LogOdds, OptimalApproximation, PairApproximation, Reference,
    SparseApproximation, WithPathShares,
};
use cluster_stats::{PairConcentrations, TripletConcentrations};
use hierarchy_ode::{ClosedModel, OdeError, RateConstants};

const THIRD: f64 = 1.0 / 3.0;
const K: [f64; 8] = [0.9, 0.7, 0.3, 0.4, 0.2, 0.5, 0.6, 0.8];

fn rates(k: [f64; 8]) -> RateConstants {
    RateConstants::from_array(k).unwrap()
}

fn times(end: f64) -> Vec<f64> {
    (0..=12).map(|i| end * f64::from(i) / 12.0).collect()
}

/// d(C++, C--, C+-)/d(alpha1, alpha2) of (29), worked out by hand.
fn closed_form(alphas: [f64; 2], start: PairConcentrations, t: f64) -> [[f64; 2]; 3] {
    let r = alphas[0] + alphas[1];
    let m = start.plus_minus;
    let decay = libm::exp(-r * t);
    let h = (1.0 - decay) / r;
    let h_r = (t * decay - h) / r;
    let unlike = -t * m * decay;
    [
        [2.0 * m * (h + alphas[0] * h_r), 2.0 * m * alphas[0] * h_r],
        [2.0 * m * alphas[1] * h_r, 2.0 * m * (h + alphas[1] * h_r)],
        [unlike, unlike],
    ]
}

#[test]
fn those_of_the_sparse_approximation_are_the_closed_form() {
    let k = rates([0.9, 0.7, 0.3, 0.4, 0.4, 0.5, 0.3, 0.3]);
    let start = PairConcentrations::random_lattice(0.4);
    // alpha1 = 2 k1 + k2 - 2 k3 - k4, alpha2 alike
    let by_rate = [2.0, 1.0, -2.0, -1.0];
    let alphas = [1.5, 0.4];
    for conserving in [false, true] {
        let model = match conserving {
            true => ClosedModel::conserving(SparseApproximation),
            false => ClosedModel::published(SparseApproximation),
        };
        let found = model.sensitivities(&k, start, &times(1.0)).unwrap();
        assert_eq!(found.times(), times(1.0));
        for (index, time) in times(1.0).into_iter().enumerate() {
            let mean = 0.5 * (alphas[0] + alphas[1]);
            let exact = closed_form(if conserving { [mean; 2] } else { alphas }, start, time);
            for (pair, by_alpha) in exact.into_iter().enumerate() {
                for rate in 0..8 {
                    let expected = by_rate[rate % 4]
                        * match conserving {
                            // both alphas are their mean
                            true => 0.5 * (by_alpha[0] + by_alpha[1]),
                            false => by_alpha[rate / 4],
                        };
                    let entry = found.matrix()[3 * index + pair][rate];
                    let apart = (entry - expected).abs();
                    assert!(apart <= 1e-9 * expected.abs() + 1e-12, "{entry} and {expected}");
                }
            }
        }
    }
}

/// Central differences of fourth order of tight solutions: an independent route, right to 1e-8.
fn differences(
    model: &ClosedModel<&dyn Closure>,
    k: [f64; 8],
    start: PairConcentrations,
    times: &[f64],
) -> Vec<[f64; 8]> {
    let tight = model.with_tolerances(1e-13, 1e-15).unwrap();
    let mut matrix = vec![[0.0; 8]; 3 * times.len()];
    for rate in 0..8 {
        let step = 2e-3 * k[rate];
        let at = |steps: f64| -> Vec<f64> {
            let mut moved = k;
            moved[rate] += steps * step;
            let solution = tight.solve(&rates(moved), start, times).unwrap();
            solution.pairs().iter().flat_map(PairConcentrations::to_array).collect()
        };
        let [a, b, c, d] = [-2.0, -1.0, 1.0, 2.0].map(at);
        for (row, entries) in matrix.iter_mut().enumerate() {
            entries[rate] = (8.0 * (c[row] - b[row]) - (d[row] - a[row])) / (12.0 * step);
        }
    }
    matrix
}

#[test]
fn they_are_limits_of_differences_for_every_closure_and_system() {
    let half = OptimalApproximation::published_one_half();
    let third = OptimalApproximation::published_one_third();
    let odds = LogOdds::new(
        closures::Monomials::default(),
        Reference::TriangleRing,
        &[[0.4, -2.0, 0.1], [0.3, 1.0, -0.2], [0.2, -3.0, 0.0], [-0.3, 0.5, 0.3], [0.1, 2.0, 0.2]]
            .map(|row| row.to_vec()),
    )
    .unwrap();
    // neither smooth in a simple way nor one of ours
    let custom = closures::from_fn(|pairs| {
        let [pp, mm, pm] = pairs.to_array();
        TripletConcentrations::from_fn(|t| {
            (pm * (2.0 + libm::sin(t.index() as f64 * pp)) + mm * pp).sqrt() * pm
        })
    });
    let shares = WithPathShares(PairApproximation);
    let all: [(&str, &dyn Closure); 8] = [
        ("PA", &PairApproximation),
        ("PA as published", &shares),
        ("SA", &SparseApproximation),
        ("Kirkwood", &KirkwoodSuperposition),
        ("OA-1/2", &half),
        ("OA-1/3", &third),
        ("log-odds", &odds),
        ("custom", &custom),
    ];
    let k = K.map(|k| 0.3 * k);
    for (name, closure) in all {
        for model in [ClosedModel::published(closure), ClosedModel::conserving(closure)] {
            for (minus, times) in [(THIRD, times(0.4)), (0.5, times(0.5))] {
                let start = PairConcentrations::random_lattice(minus);
                let found = model.sensitivities(&rates(k), start, &times).unwrap();
                let expected = differences(&model, k, start, &times);
                for rate in 0..8 {
                    let largest = expected.iter().map(|row| row[rate].abs()).fold(0.0, f64::max);
                    assert!(largest > 1e-4, "{name}: k{} does nothing", rate + 1);
                    for (row, entries) in found.matrix().iter().enumerate() {
                        let apart = (entries[rate] - expected[row][rate]).abs();
                        assert!(apart < 3e-8 * largest, "{name}, k{}: {apart}", rate + 1);
                    }
                }
                let solution =
                    model.with_tolerances(1e-12, 1e-14).unwrap().solve(&rates(k), start, &times);
                for (a, b) in found.pairs().iter().zip(solution.unwrap().pairs()) {
                    assert!((a.plus_minus - b.plus_minus).abs() < 1e-10, "{name}: {a}, {b}");
                    assert!((a.plus() - b.plus()).abs() < 1e-10, "{name}: {a}, {b}");
                }
            }
        }
    }
}

#[test]
fn stiff_rates_and_late_clocks_change_nothing() {
    let start = PairConcentrations::random_lattice(THIRD);
    let k = [33.0, 21.0, 32.0, 43.0, 26.0, 28.0, 12.0, 47.0];
    let closure: &dyn Closure = &WithPathShares(PairApproximation);
    let model = ClosedModel::published(closure);
    let found = model.sensitivities(&rates(k), start, &times(1.0)).unwrap();
    let expected = differences(&model, k, start, &times(1.0));
    for (a, b) in found.matrix().as_flattened().iter().zip(expected.as_flattened()) {
        assert!((a - b).abs() < 1e-9, "{a} and {b}"); // of entries up to 0.05
    }
    let late: Vec<f64> = times(1.0).iter().map(|t| t - 8.0).collect();
    let late = model.sensitivities(&rates(k), start, &late).unwrap();
    for (a, b) in late.matrix().as_flattened().iter().zip(found.matrix().as_flattened()) {
        assert!((a - b).abs() < 1e-13, "{a} and {b}");
    }
    let now = model.sensitivities(&rates(k), start, &[3.0]).unwrap();
    assert_eq!((now.matrix(), now.pairs()), (&[[0.0; 8]; 3][..], &[start][..]));
}

#[test]
fn a_start_on_the_wall_has_one_sided_derivatives() {
    // the ordered state at x = 1/3, C-- = 0: PA is smooth from inside
    let ordered = PairConcentrations::of_composition(THIRD, THIRD);
    let closure: &dyn Closure = &PairApproximation;
    let model = ClosedModel::conserving(closure);
    let k = [1.0, 1.1, 0.2, 0.3, 1.2, 0.9, 0.1, 0.2];
    let found = model.sensitivities(&rates(k), ordered, &times(0.5)).unwrap();
    let expected = differences(&model, k, ordered, &times(0.5));
    for (a, b) in found.matrix().as_flattened().iter().zip(expected.as_flattened()) {
        assert!((a - b).abs() < 1e-8, "{a} and {b}");
    }
}

#[test]
fn what_has_no_sensitivities_is_a_typed_error() {
    let start = PairConcentrations::random_lattice(THIRD);
    let model = ClosedModel::published(SparseApproximation);
    let error = model.sensitivities(&rates(K), start, &times(1.0)).unwrap_err();
    assert!(matches!(error, OdeError::LeftPossibleRegion { .. }), "{error}");
    assert!(matches!(model.sensitivities(&rates(K), start, &[]), Err(OdeError::NoTimes)));
    // |C+- - 0.25| has no derivative where the trajectory starts and stays
    let kink = closures::from_fn(|pairs| {
        TripletConcentrations::from_fn(|_| (pairs.plus_minus - 0.25).abs())
    });
    let model = ClosedModel::conserving(kink);
    let rest = PairConcentrations::random_lattice(0.5);
    let error = model.sensitivities(&rates(K), rest, &times(1.0)).unwrap_err();
    assert!(matches!(error, OdeError::NotDifferentiable { .. }), "{error}");
    assert_eq!(error.rejection(), Some("closure not differentiable"));
}

#[test]
fn weights_multiply_by_their_roots() {
    let start = PairConcentrations::random_lattice(0.5);
    let model = ClosedModel::conserving(PairApproximation);
    let found = model.sensitivities(&rates(K), start, &[0.0, 0.5, 1.0]).unwrap();
    let rows = found.weighted(&[1.0, 4.0, 0.25]).unwrap();
    for (i, factor) in [1.0, 2.0, 0.5].into_iter().enumerate() {
        for pair in 0..3 {
            let expected = found.matrix()[3 * i + pair].map(|entry| factor * entry);
            assert_eq!(rows[3 * i + pair], expected);
        }
    }
    for bad in [&[1.0, 1.0][..], &[1.0, -1.0, 1.0], &[1.0, f64::NAN, 1.0]] {
        assert!(matches!(found.weighted(bad), Err(OdeError::InvalidValue { .. })));
    }
}
