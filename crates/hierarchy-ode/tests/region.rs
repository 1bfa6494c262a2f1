//! The walls of the possible region: found, located, and no false alarms.

use closures::{Closure, ClosureError, LogOdds, PairApproximation, Reference, SparseApproximation};
use cluster_stats::{PairConcentrations, PairType, TripletConcentrations, TripletType};
use hierarchy_ode::{ClosedModel, OdeError, RateConstants};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

const THIRD: f64 = 1.0 / 3.0;

fn rates(k: [f64; 8]) -> RateConstants {
    RateConstants::from_array(k).unwrap()
}

fn even_times(start: f64, end: f64, count: usize) -> Vec<f64> {
    (0..count).map(|i| start + (end - start) * i as f64 / (count - 1) as f64).collect()
}

/// Constant triplets, and no value where C-- is negative.
struct Walled;

impl Closure for Walled {
    fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        let value = libm::pow(pairs.minus_minus, 1e-3); // NaN below 0
        if !value.is_finite() {
            let triplet = TripletType::LinMmm;
            return Err(ClosureError::NotFinite { triplet, value, pairs: *pairs });
        }
        Ok(TripletConcentrations::from_fn(|_| 1.0))
    }
}

#[test]
fn the_wall_is_found_with_closures_that_have_no_value_behind_it() {
    let start = PairConcentrations::of_composition(0.4, 0.1);
    let k = rates([0.0, 0.0, 0.0, 0.1, 0.0, 0.0, 0.0, 0.0]); // dC--/dt = -0.1
    let error = ClosedModel::conserving(Walled).solve(&k, start, &[-1.0, 5.0]).unwrap_err();
    let OdeError::LeftPossibleRegion { pair, time, rate, .. } = error else { panic!("{error}") };
    assert_eq!(pair, PairType::MinusMinus);
    assert!((time - 2.0).abs() < 1e-9 && (rate + 0.1).abs() < 1e-12, "{time} {rate}");
}

/// C++ rises steadily, C-- falls while C++ < 0.3 and then rises: a smooth dip.
struct Dip;

impl Closure for Dip {
    fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        // published system, k8 = 1: dC-- = -2 lin_mmp, and k4 = 1: dC++ = -2 lin_ppm
        let mut triplets = TripletConcentrations::default();
        triplets[TripletType::LinMmp] = 0.3 - pairs.plus_plus;
        triplets[TripletType::LinPpm] = -0.5;
        Ok(triplets)
    }
}

#[test]
fn a_dip_below_zero_inside_one_step_is_found() {
    // C++ = 0.2 + t, C-- = depth + 0.01 - 0.2 t + t^2: lowest, and equal to depth, at t = 0.1
    let k = rates([0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]);
    let start = |depth: f64| PairConcentrations {
        plus_plus: 0.2,
        minus_minus: depth + 0.01,
        plus_minus: 0.5 * (0.8 - depth - 0.01),
    };
    let model = ClosedModel::published(Dip).with_tolerances(1e-5, 1e-6).unwrap();
    let solution = model.solve(&k, start(1e-4), &[0.0, 0.3]).unwrap();
    assert!(solution.effort().accepted_steps < 10, "{:?}", solution.effort());
    let error = model.solve(&k, start(-1e-4), &[0.0, 0.3]).unwrap_err();
    let OdeError::LeftPossibleRegion { pair, time, rate } = error else { panic!("{error}") };
    assert_eq!(pair, PairType::MinusMinus);
    assert!((time - 0.09).abs() < 1e-9, "{time}");
    assert!((rate + 0.02).abs() < 1e-9, "{rate}");
}

/// The conserving system is one equation dy/dt = f(y) for y = C+-, so that it reaches the wall
/// y = min(C+, C-) exactly if f > 0 all the way, after the time int dy / f.
fn time_to_the_wall(k: &RateConstants, initial: PairConcentrations) -> Option<f64> {
    let model = ClosedModel::conserving(PairApproximation);
    let minus = initial.minus();
    let wall = minus.min(initial.plus());
    let steps = 20_000;
    let width = (wall - initial.plus_minus) / steps as f64;
    let speed = |i: f64| {
        let pairs = PairConcentrations::of_composition(minus, initial.plus_minus + i * width);
        model.derivative(k, &pairs).unwrap()[2]
    };
    if (0..=steps).any(|i| speed(f64::from(i)) <= 0.0) {
        return None;
    }
    // Simpson
    let part = |i: i32| {
        let i = f64::from(i);
        1.0 / speed(i) + 4.0 / speed(i + 0.5) + 1.0 / speed(i + 1.0)
    };
    Some((0..steps).map(part).sum::<f64>() * width / 6.0)
}

#[test]
fn the_conserving_pair_approximation_leaves_where_and_when_it_must() {
    let mut rng = Pcg64::seed_from_u64(21);
    let start = PairConcentrations::random_lattice(THIRD);
    let model = ClosedModel::conserving(PairApproximation).with_tolerances(1e-11, 1e-13).unwrap();
    let mut exits = 0;
    for _ in 0..400 {
        let k = rates(std::array::from_fn(|_| rng.random_range(0.0..50.0)));
        let outcome = model.solve(&k, start, &even_times(-1.0, 99.0, 60));
        match (time_to_the_wall(&k, start), outcome) {
            (None, Ok(_)) => {}
            (Some(expected), Err(OdeError::LeftPossibleRegion { pair, time, .. })) => {
                assert_eq!(pair, PairType::MinusMinus);
                assert!((time + 1.0 - expected).abs() < 1e-9, "{time}, {expected}");
                exits += 1;
            }
            (expected, outcome) => panic!("{k:?}: {expected:?} and {outcome:?}"),
        }
    }
    println!("{exits} of 400 leave");
    assert!((5..60).contains(&exits), "{exits}");
}

#[test]
fn concentrations_that_tend_to_zero_are_no_false_alarm() {
    // With PA the published system cannot leave: every loss vanishes with what it uses up. But
    // where composition runs away, towards C+ = 0 or C- = 0, whole sets of concentrations fade
    // together, and PA divides by their sum.
    let mut rng = Pcg64::seed_from_u64(22);
    let mut smallest: f64 = 0.0;
    for (rtol, atol) in [(1e-4, 1e-7), (1e-6, 1e-9), (1e-6, 1e-12), (1e-9, 1e-12)] {
        let model = ClosedModel::published(PairApproximation).with_tolerances(rtol, atol).unwrap();
        for _ in 0..400 {
            let scale = libm::pow(10.0, rng.random_range(-1.0..2.5));
            let k = rates(std::array::from_fn(|_| {
                if rng.random_bool(0.5) { 0.0 } else { rng.random_range(0.0..scale) }
            }));
            let start = PairConcentrations::random_lattice(rng.random_range(0.05..0.95));
            let span = rng.random_range(0.1..10.0);
            let solution = model.solve(&k, start, &even_times(0.0, span, 60)).unwrap();
            for value in solution.pairs().iter().flat_map(PairConcentrations::to_array) {
                smallest = smallest.min(value / model.region_tolerance());
            }
        }
    }
    assert!(smallest >= 0.0, "in units of the tolerance: {smallest}");
    // the conserving SA: C+- fades away
    let start = PairConcentrations::random_lattice(THIRD);
    let model = ClosedModel::conserving(SparseApproximation);
    let fading = rates([50.0, 50.0, 0.0, 0.0, 50.0, 50.0, 0.0, 0.0]);
    let solution = model.solve(&fading, start, &even_times(0.0, 50.0, 100)).unwrap();
    assert!(solution.last().plus_minus.abs() < 1e-8);
}

#[test]
fn a_start_on_the_wall_may_stay_or_leave() {
    // the ordered state at x = 1/3: C-- = 0, C+- = C-
    let ordered = PairConcentrations::of_composition(THIRD, THIRD);
    let model = ClosedModel::conserving(PairApproximation);
    let inwards = rates([1.0, 1.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0]);
    model.solve(&inwards, ordered, &[0.0, 1.0]).unwrap();
    let outwards = rates([0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
    let error = model.solve(&outwards, ordered, &[3.0, 4.0]).unwrap_err();
    let OdeError::LeftPossibleRegion { pair, time, .. } = error else { panic!("{error}") };
    assert_eq!(pair, PairType::MinusMinus);
    assert!((time - 3.0).abs() < 1e-9, "{time}");
}

#[test]
fn at_equal_composition_no_rates_lead_out_of_what_chains_allow() {
    // with exact marginals the gains of C+- vanish with C++ and C--, which vanish together; that no
    // triangle has C+- above 1/3 is not in the equations
    let mut rng = Pcg64::seed_from_u64(23);
    let closure = LogOdds::without_coefficients(Reference::TriangleRing);
    let model = ClosedModel::conserving(closure);
    let start = PairConcentrations::random_lattice(0.5);
    let mut beyond = 0;
    for _ in 0..2000 {
        let k = rates(std::array::from_fn(|_| rng.random_range(0.0..50.0)));
        let solution = model.solve(&k, start, &[0.0, 1.0]).unwrap();
        assert!(solution.composition_drift() < 1e-12);
        beyond += usize::from(solution.last().plus_minus > THIRD);
    }
    println!("{beyond} of 2000 end where no triangle is");
    assert!((20..200).contains(&beyond), "{beyond}");
}
