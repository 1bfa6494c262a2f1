//! Integration: accuracy, clocks, errors, and the walls of the possible region.

use closures::{Closure, ClosureError, PairApproximation, WithPathShares};
use cluster_stats::{PairConcentrations, PairType, TripletConcentrations, TripletType};
use hierarchy_ode::{ClosedModel, OdeError, RateConstants, pair_rates};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

const THIRD: f64 = 1.0 / 3.0;

fn rates(k: [f64; 8]) -> RateConstants {
    RateConstants::from_array(k).unwrap()
}

fn example_rates() -> RateConstants {
    rates([0.9, 0.7, 0.3, 0.4, 0.2, 0.5, 0.6, 0.8])
}

fn random_rates(rng: &mut Pcg64, largest: f64) -> RateConstants {
    rates(std::array::from_fn(|_| rng.random_range(0.0..largest)))
}

fn even_times(start: f64, end: f64, count: usize) -> Vec<f64> {
    (0..count).map(|i| start + (end - start) * i as f64 / (count - 1) as f64).collect()
}

/// Classical Runge-Kutta of order 4 with a fixed step, straight on (5) with a closure.
fn reference(
    closure: &dyn Closure,
    k: &RateConstants,
    conserving: bool,
    initial: PairConcentrations,
    span: f64,
    steps: usize,
) -> PairConcentrations {
    let slope = |y: [f64; 3]| {
        let triplets = closure.triplets(&PairConcentrations::from_array(y)).unwrap();
        let [pp, mm, pm] = pair_rates(k, &triplets);
        if conserving { [-pm, -pm, pm] } else { [pp, mm, pm] }
    };
    let along = |y: [f64; 3], h: f64, s: [f64; 3]| std::array::from_fn(|i| y[i] + h * s[i]);
    let h = span / steps as f64;
    let mut y = initial.to_array();
    for _ in 0..steps {
        let a = slope(y);
        let b = slope(along(y, 0.5 * h, a));
        let c = slope(along(y, 0.5 * h, b));
        let d = slope(along(y, h, c));
        y = std::array::from_fn(|i| y[i] + h / 6.0 * (a[i] + 2.0 * b[i] + 2.0 * c[i] + d[i]));
    }
    PairConcentrations::from_array(y)
}

fn assert_close(a: PairConcentrations, b: PairConcentrations, tolerance: f64) {
    for (x, y) in a.to_array().into_iter().zip(b.to_array()) {
        assert!((x - y).abs() <= tolerance, "{a}\n{b}");
    }
}

#[test]
fn it_agrees_with_a_fine_fixed_step_reference() {
    let initial = PairConcentrations::random_lattice(THIRD);
    let times = even_times(0.0, 1.0, 9);
    for conserving in [false, true] {
        let model = match conserving {
            true => ClosedModel::conserving(PairApproximation),
            false => ClosedModel::published(PairApproximation),
        };
        let tight = model.with_tolerances(1e-12, 1e-14).unwrap();
        let (rough, fine) = (
            model.solve(&example_rates(), initial, &times).unwrap(),
            tight.solve(&example_rates(), initial, &times).unwrap(),
        );
        assert_eq!(rough.pairs()[0].plus_minus, initial.plus_minus);
        for (i, &time) in times.iter().enumerate().skip(1) {
            let exact =
                reference(&PairApproximation, &example_rates(), conserving, initial, time, 4000);
            assert_close(fine.pairs()[i], exact, 1e-12);
            assert_close(rough.pairs()[i], exact, 3e-6);
        }
        assert!(rough.effort().evaluations < fine.effort().evaluations / 4);
        assert!(rough.effort().accepted_steps < 15, "{:?}", rough.effort());
    }
}

#[test]
fn only_time_differences_matter() {
    let model = ClosedModel::published(PairApproximation);
    let initial = PairConcentrations::random_lattice(0.4);
    let base = model.solve(&example_rates(), initial, &[0.0, 0.25, 0.5, 2.0]).unwrap();
    for shift in [-2.0, -0.25, 8.0] {
        let times = [shift, shift + 0.25, shift + 0.5, shift + 2.0];
        let shifted = model.solve(&example_rates(), initial, &times).unwrap();
        assert_eq!(shifted.pairs(), base.pairs());
        assert_eq!(shifted.times(), times);
        // a start before the first requested time, and a single time
        let late = model.solve_from(&example_rates(), shift, initial, &times[1..]).unwrap();
        assert_eq!(late.pairs(), &base.pairs()[1..]);
        let single = model.solve_from(&example_rates(), shift, initial, &times[3..]).unwrap();
        assert_eq!(single.pairs(), &base.pairs()[3..]);
    }
    // rounding of the clock: 1/3 steps from an odd start, and the last point still there
    let awkward = model.solve(&example_rates(), initial, &even_times(0.1, 0.7, 8)).unwrap();
    let span = awkward.times()[7] - awkward.times()[0];
    let exact = reference(&PairApproximation, &example_rates(), false, initial, span, 4000);
    assert_close(awkward.last(), exact, 3e-6);
    // nothing to integrate
    let now = model.solve(&example_rates(), initial, &[-3.0]).unwrap();
    assert_eq!((now.pairs(), now.effort().evaluations), (&[initial][..], 0));
    assert_eq!(now.composition_drift(), 0.0);
}

#[test]
fn the_conserving_system_keeps_the_composition() {
    let mut rng = Pcg64::seed_from_u64(11);
    let mut solved = 0;
    let mut drifts = 0;
    for _ in 0..200 {
        let minus = rng.random_range(0.2..0.8);
        let initial = PairConcentrations::random_lattice(minus);
        let k = random_rates(&mut rng, 50.0);
        let times = even_times(0.0, 1.0, 20);
        if let Ok(solution) = ClosedModel::conserving(PairApproximation).solve(&k, initial, &times)
        {
            solved += 1;
            for pairs in solution.pairs() {
                assert!((pairs.plus() - initial.plus()).abs() < 1e-12);
                assert!((pairs.minus() - initial.minus()).abs() < 1e-12);
            }
            assert!(solution.composition_drift() < 1e-12);
        }
        if let Ok(solution) = ClosedModel::published(PairApproximation).solve(&k, initial, &times) {
            let worst = |f: fn(&PairConcentrations) -> f64, from: f64| {
                solution.pairs().iter().map(|p| (f(p) - from).abs()).fold(0.0, f64::max)
            };
            let drift = solution.composition_drift();
            assert_eq!(drift, worst(PairConcentrations::plus, initial.plus()));
            // (6): C- drifts as much
            assert!((drift - worst(PairConcentrations::minus, initial.minus())).abs() < 1e-12);
            drifts += usize::from(drift > 1e-3);
        }
    }
    assert!(solved > 150 && drifts > 150, "{solved} and {drifts} of 200");
}

#[test]
fn closures_go_in_by_value_by_reference_and_as_dyn() {
    let initial = PairConcentrations::random_lattice(0.5);
    let times = [0.0, 0.5, 1.0];
    let expected =
        ClosedModel::published(PairApproximation).solve(&example_rates(), initial, &times).unwrap();
    let boxed: Box<dyn Closure> = Box::new(PairApproximation);
    let borrowed: &dyn Closure = &PairApproximation;
    let by_box = ClosedModel::published(boxed).solve(&example_rates(), initial, &times);
    let by_dyn = ClosedModel::published(borrowed).solve(&example_rates(), initial, &times);
    let by_ref =
        ClosedModel::published(&PairApproximation).solve(&example_rates(), initial, &times);
    for solution in [by_box, by_dyn, by_ref] {
        assert_eq!(solution.unwrap(), expected);
    }
}

#[test]
fn published_rates_are_five_and_five_halves_times_those_per_shape() {
    let initial = PairConcentrations::random_lattice(0.4);
    let k = *example_rates().as_array();
    let published = rates(std::array::from_fn(|i| if i % 2 == 0 { 2.5 } else { 5.0 } * k[i]));
    let plain = ClosedModel::published(PairApproximation);
    let shares = ClosedModel::published(WithPathShares(PairApproximation));
    let plain = plain.solve(&example_rates(), initial, &[0.0, 1.0]).unwrap();
    let shares = shares.solve(&published, initial, &[0.0, 1.0]).unwrap();
    assert_close(plain.last(), shares.last(), 1e-14);
}

#[test]
fn bad_arguments_are_errors() {
    let model = ClosedModel::conserving(PairApproximation);
    let start = PairConcentrations::random_lattice(0.5);
    let solve = |initial, times: &[f64]| model.solve(&example_rates(), initial, times).unwrap_err();
    assert!(matches!(solve(start, &[]), OdeError::NoTimes));
    for times in [[0.0, 1.0, 1.0], [0.0, 2.0, 1.0], [0.0, f64::NAN, 1.0], [0.0, f64::INFINITY, 1.0]]
    {
        assert!(matches!(solve(start, &times), OdeError::TimesNotIncreasing { .. }), "{times:?}");
    }
    assert!(matches!(solve(start, &[f64::NAN]), OdeError::InvalidValue { name: "start", .. }));
    assert!(matches!(
        solve(start, &[-f64::MAX, f64::MAX]),
        OdeError::InvalidValue { name: "last time - start", .. }
    ));
    assert!(matches!(
        model.solve_from(&example_rates(), 0.5, start, &[0.25, 1.0]),
        Err(OdeError::StartAfterFirstTime { start: 0.5, first: 0.25 })
    ));
    for (bad, pair) in [
        (PairConcentrations::of_composition(0.2, 0.3), PairType::MinusMinus),
        (PairConcentrations::of_composition(0.5, -0.1), PairType::PlusMinus),
        (PairConcentrations { plus_plus: f64::NAN, ..start }, PairType::PlusPlus),
    ] {
        let error = solve(bad, &[0.0, 1.0]);
        assert!(matches!(error, OdeError::ImpossibleStart { pair: p, .. } if p == pair), "{error}");
        assert_eq!(error.rejection(), None);
    }
    let unordered = PairConcentrations::from_array(start.unordered());
    assert!(matches!(solve(unordered, &[0.0, 1.0]), OdeError::StartSum { .. }));
    for (rtol, atol) in [(0.0, 1e-9), (1e-6, -1.0), (f64::NAN, 1e-9), (1e-6, f64::INFINITY)] {
        let error = model.with_tolerances(rtol, atol).unwrap_err();
        assert!(matches!(error, OdeError::InvalidValue { .. }), "{error}");
    }
}

#[test]
fn fast_rates_need_many_steps_and_the_limit_says_so() {
    let start = PairConcentrations::random_lattice(0.5);
    let fast = rates([3e4, 2e4, 1e4, 1e4, 2e4, 2e4, 1e4, 1e4]);
    let model = ClosedModel::conserving(PairApproximation);
    let error = model.with_step_limit(100).solve(&fast, start, &[5.0, 6.0]).unwrap_err();
    assert_eq!(error.rejection(), Some("too many steps"));
    assert!(matches!(error, OdeError::TooManySteps { time, .. } if time > 5.0 && time < 5.1));
    // an explicit method gets there all the same, and keeps the composition over 1e4 steps
    let model = model.with_step_limit(100_000);
    let solution = model.solve(&fast, start, &[5.0, 6.0]).unwrap();
    assert!(solution.effort().accepted_steps > 5_000, "{:?}", solution.effort());
    assert!(solution.composition_drift() < 1e-12);
    let slope = model.derivative(&fast, &solution.last()).unwrap();
    assert!(slope[2].abs() < 1.0, "at rest within the tolerances, {slope:?}");
}

/// C++ and C-- turn into C+- at a constant rate, and C+- above `limit` has no value.
struct Limited {
    limit: f64,
}

impl Closure for Limited {
    fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        if pairs.plus_minus > self.limit {
            let triplet = TripletType::LinPpm;
            return Err(ClosureError::NotFinite { triplet, value: f64::NAN, pairs: *pairs });
        }
        Ok(TripletConcentrations::from_fn(|_| 1.0))
    }
}

#[test]
fn a_closure_that_fails_on_the_way_says_when() {
    let start = PairConcentrations::of_composition(0.5, 0.1);
    let k = rates([0.0, 0.0, 0.0, 0.1, 0.0, 0.0, 0.0, 0.0]); // dC+-/dt = 0.1
    let model = ClosedModel::conserving(Limited { limit: 0.3 });
    model.solve(&k, start, &[1.0, 2.9]).unwrap();
    let error = model.solve(&k, start, &[1.0, 5.0]).unwrap_err();
    assert!(
        matches!(error, OdeError::ClosureOnTrajectory { time, .. } if (time - 3.0).abs() < 1e-9)
    );
    assert_eq!(error.rejection(), Some("closure undefined"));
    assert!(std::error::Error::source(&error).is_some());
    // no value at the start
    let model = ClosedModel::conserving(Limited { limit: 0.05 });
    let error = model.solve(&k, start, &[1.0, 5.0]).unwrap_err();
    assert!(matches!(error, OdeError::Closure(ClosureError::NotFinite { .. })));
    // a value at the start and nowhere beyond
    let model = ClosedModel::conserving(Limited { limit: 0.1 });
    let error = model.solve(&k, start, &[1.0, 5.0]).unwrap_err();
    assert!(
        matches!(error, OdeError::ClosureOnTrajectory { time, .. } if (time - 1.0).abs() < 1e-9)
    );
}
