//! The misfit (17) against sums written out by hand, and equilibrium constants (7).

use closures::{Closure, PairApproximation, SparseApproximation, WithPathShares};
use cluster_stats::{
    Concentrations, PairConcentrations, Record, Trajectory, TripletConcentrations, TripletType,
};
use hierarchy_ode::{
    ClosedModel, EquilibriumConstants, Misfit, OdeError, RateConstants, SparseSolution,
};

fn rates() -> RateConstants {
    RateConstants::from_array([0.9, 0.7, 0.3, 0.4, 0.2, 0.5, 0.6, 0.8]).unwrap()
}

fn record(time: f64, plus_minus: f64) -> Record {
    let mut concentrations = Concentrations::random_lattice(0.4);
    concentrations.pairs = PairConcentrations::of_composition(0.4, plus_minus);
    Record { time, temperature: None, energy_per_site: None, concentrations }
}

/// Uneven times from a start that is not 0.
fn data() -> Trajectory {
    let samples = [(0.5, 0.24), (0.6, 0.25), (0.9, 0.27), (1.5, 0.26), (1.7, 0.28)];
    Trajectory::new(samples.map(|(time, pm)| record(time, pm)).to_vec()).unwrap()
}

fn squared_distance(a: PairConcentrations, b: PairConcentrations) -> f64 {
    let [pp, mm, pm] = a.to_array();
    let [qq, nn, qn] = b.to_array();
    (pp - qq).powi(2) + (mm - nn).powi(2) + (pm - qn).powi(2)
}

#[test]
fn it_is_the_trapezoid_written_out() {
    let data = data();
    let model = ClosedModel::published(PairApproximation);
    let misfit = Misfit::new(&model, &data).unwrap();
    let solution = model.solve(&rates(), data.first().concentrations.pairs, &data.times()).unwrap();
    let square =
        |i: usize| squared_distance(solution.pairs()[i], data.records()[i].concentrations.pairs);
    let s: Vec<f64> = (0..5).map(square).collect();
    // intervals 0.1, 0.3, 0.6, 0.2
    let integral = 0.5
        * (0.1 * (s[0] + s[1]) + 0.3 * (s[1] + s[2]) + 0.6 * (s[2] + s[3]) + 0.2 * (s[3] + s[4]));
    // (17) with time in units of the duration, 1.2, as in the paper
    assert_eq!(misfit.duration(), 1.2);
    let expected = 0.5 * integral / 1.2;
    let found = misfit.evaluate(&rates()).unwrap();
    assert!(found > 1e-6 && (found - expected).abs() < 1e-15, "{found} {expected}");
    assert_eq!(misfit.log_likelihood(&rates()).unwrap(), -found);
    let quiet = misfit.noise_variance(2.5e-5).unwrap();
    assert_eq!(quiet.log_likelihood(&rates()).unwrap(), -found / 2.5e-5);
    assert_eq!(quiet.evaluate(&rates()).unwrap(), found);
}

#[test]
fn data_of_the_model_itself_have_no_misfit() {
    let start = PairConcentrations::random_lattice(0.4);
    let model = ClosedModel::published(PairApproximation).with_tolerances(1e-10, 1e-12).unwrap();
    let times: Vec<f64> = (0..61).map(|i| f64::from(i) / 60.0).collect();
    let solution = model.solve(&rates(), start, &times).unwrap();
    let records = times.iter().zip(solution.pairs()).map(|(&time, &pairs)| {
        let mut record = record(time, 0.2);
        record.concentrations.pairs = pairs;
        record
    });
    let data = Trajectory::new(records.collect()).unwrap();
    let misfit = Misfit::new(&model, &data).unwrap();
    assert_eq!(misfit.evaluate(&rates()).unwrap(), 0.0);
    let other = RateConstants::from_array([0.5; 8]).unwrap();
    assert!(misfit.evaluate(&other).unwrap() > 1e-4);
    // PA with published shares: K enters through 4 k1 + k2, 4 k3 + k4, ... only
    let shares = ClosedModel::published(WithPathShares(PairApproximation));
    let misfit = Misfit::new(&shares, &data).unwrap();
    let mut k = *rates().as_array();
    let before = misfit.evaluate(&rates()).unwrap();
    (k[0], k[1]) = (k[0] - 0.1, k[1] + 0.4);
    (k[6], k[7]) = (k[6] + 0.1, k[7] - 0.4);
    let after = misfit.evaluate(&RateConstants::from_array(k).unwrap()).unwrap();
    assert!((before - after).abs() < 1e-12 && before > 1e-6);
}

#[test]
fn alpha_adds_the_equilibrium_constants_at_the_end() {
    let data = data();
    let model = ClosedModel::published(PairApproximation);
    let plain = Misfit::new(&model, &data).unwrap().evaluate(&rates()).unwrap();
    let end =
        model.solve(&rates(), data.first().concentrations.pairs, &data.times()).unwrap().last();
    // PA: Q1 = Q2 = C++ C-/(C+ C+-), Q3 = Q4 = C-- C+/(C- C+-); the measured triplets are random,
    // with Q = 1
    let q12 = end.plus_plus * end.minus() / (end.plus() * end.plus_minus);
    let q34 = end.minus_minus * end.plus() / (end.minus() * end.plus_minus);
    let expected = 2.0 * (q12 - 1.0).powi(2) + 2.0 * (q34 - 1.0).powi(2);
    let with = Misfit::new(&model, &data).unwrap().alpha(0.3).unwrap();
    let found = with.evaluate(&rates()).unwrap() - plain;
    assert!(expected > 1e-3 && (found - 0.3 * expected).abs() < 1e-14, "{found} {expected}");
    // the other reading: 0.9/0.3, 0.7/0.4, 0.2/0.6, 0.5/0.8
    let ratios = 4.0 + 0.75 * 0.75 + 4.0 / 9.0 + 0.375 * 0.375;
    let with = Misfit::new(&model, &data).unwrap().alpha_on_rate_ratios(0.3).unwrap();
    let found = with.evaluate(&rates()).unwrap() - plain;
    assert!((found - 0.3 * ratios).abs() < 1e-14, "{found} {ratios}");
    // SA: all 1
    let sparse = ClosedModel::published(SparseApproximation);
    let slow = RateConstants::from_array([0.1; 8]).unwrap();
    let plain = Misfit::new(&sparse, &data).unwrap();
    let with = plain.clone().alpha(7.0).unwrap();
    assert!((with.evaluate(&slow).unwrap() - plain.evaluate(&slow).unwrap()).abs() < 1e-15);
}

#[test]
fn an_equilibrium_constant_without_value_is_named() {
    let mut triplets = TripletConcentrations::random_lattice(0.4);
    triplets[TripletType::AngMpm] = 0.0;
    triplets[TripletType::AngMmp] = 0.0;
    let error = EquilibriumConstants::of_triplets(&triplets).unwrap_err();
    assert_eq!(error.to_string(), "Q3 = ∠--+ / ∠-+- = 0 / 0 has no value");
    let mut last = record(1.0, 0.2);
    last.concentrations.triplets = triplets;
    let data = Trajectory::new(vec![record(0.0, 0.2), last]).unwrap();
    let model = ClosedModel::published(PairApproximation);
    let misfit = Misfit::new(&model, &data).unwrap();
    misfit.clone().alpha(0.0).unwrap();
    let undefined =
        |error| matches!(error, OdeError::UndefinedEquilibriumConstant { number: 3, .. });
    assert!(undefined(misfit.alpha(0.1).unwrap_err()));
    let no_k4 = RateConstants::from_array([0.0, 1.0, 2.0, 0.0, 1.0, 1.0, 1.0, 1.0]).unwrap();
    assert!(matches!(
        EquilibriumConstants::of_rates(&no_k4),
        Err(OdeError::UndefinedEquilibriumConstant { number: 2, numerator: 1.0, .. })
    ));
    let ordered = PairConcentrations::of_composition(0.4, 0.0);
    let error = EquilibriumConstants::of_closure(&PairApproximation, &ordered).unwrap_err();
    assert!(matches!(error, OdeError::UndefinedEquilibriumConstant { number: 1, .. }));
    assert!(error.rejection().is_some());
}

#[test]
fn equilibrium_constants_do_not_depend_on_the_shares() {
    let pairs = PairConcentrations::of_composition(0.3, 0.25);
    let plain = EquilibriumConstants::of_closure(&PairApproximation, &pairs).unwrap();
    let shares: &dyn Closure = &WithPathShares(PairApproximation);
    let shares = EquilibriumConstants::of_closure(shares, &pairs).unwrap();
    assert!(plain.distance_squared(&shares) < 1e-30);
    let q = plain.as_array();
    assert!((q[0] - 0.45 * 0.3 / (0.7 * 0.25)).abs() < 1e-15 && q[0] == q[1]);
    assert!((q[2] - 0.05 * 0.7 / (0.3 * 0.25)).abs() < 1e-15 && q[2] == q[3]);
}

#[test]
fn bad_data_and_settings_are_errors() {
    let model = ClosedModel::published(PairApproximation);
    let single = Trajectory::new(vec![record(0.0, 0.2)]).unwrap();
    assert!(matches!(Misfit::new(&model, &single), Err(OdeError::TooFewSamples { samples: 1 })));
    let mut unordered = record(0.0, 0.2);
    let pairs = unordered.concentrations.pairs.unordered();
    unordered.concentrations.pairs = PairConcentrations::from_array(pairs);
    let wrong = Trajectory::new(vec![unordered, record(1.0, 0.2)]).unwrap();
    assert!(matches!(Misfit::new(&model, &wrong), Err(OdeError::StartSum { .. })));
    let data = data();
    let misfit = Misfit::new(&model, &data).unwrap();
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = misfit.clone().noise_variance(bad).unwrap_err();
        assert!(matches!(error, OdeError::InvalidValue { name: "noise variance", .. }));
        assert!(bad == 0.0 || misfit.clone().alpha(bad).is_err());
    }
}

#[test]
fn points_that_leave_the_region_are_rejections_with_a_reason() {
    let data = data();
    let model = ClosedModel::published(SparseApproximation);
    let misfit = Misfit::new(&model, &data).unwrap();
    let leaving = RateConstants::from_array([0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 3.0, 0.0]).unwrap();
    let alphas = SparseSolution::alphas_per_shape(&leaving);
    let start = data.first().concentrations.pairs;
    assert!(SparseSolution::new(alphas[0], alphas[1], start).unwrap().exit().unwrap().1 < 1.0);
    let error = misfit.log_likelihood(&leaving).unwrap_err();
    assert_eq!(error.rejection(), Some("left the possible region"));
}
