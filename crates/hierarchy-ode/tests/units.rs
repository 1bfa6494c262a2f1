//! Changes of the unit of time: J, ranks and all that has no unit stay the same, rates change by the
//! unit. By a power of two the bits are the same; powers of ten are not exact in binary.

use crate::common;
use closures::{Closure, LogOdds, PairApproximation, PairFactorization, Reference};
use cluster_stats::{Concentrations, PairConcentrations, Record, Trajectory};
use hierarchy_ode::{
    ClosedHierarchy, ClosedModel, Hierarchy, Identifiability, Lattice, Misfit, RateConstants, Rule,
    SparseFit, Species,
};
use rand_pcg::{Pcg64, rand_core::SeedableRng};

const RATES: [f64; 8] = [3.1, 0.7, 1.3, 2.4, 0.2, 2.5, 0.6, 1.8];
/// The units that are tried: exact ones, and those of decimal prefixes with minutes and hours.
const EXACT: [i32; 6] = [-40, -3, -1, 1, 10, 40];
const DECIMAL: [f64; 10] = [1e-12, 1e-9, 1e-6, 1e-3, 0.1, 10.0, 60.0, 3600.0, 1e6, 1e12];

fn two_to(power: i32) -> f64 {
    2_f64.powi(power)
}

/// Relaxation that no rates of the model give, with a slow wobble, in a unit of time.
fn data(unit: f64) -> Trajectory {
    let record = |i: u32| {
        let t = f64::from(i) / 40.0;
        let pm = 0.24 + 0.06 * (1.0 - 1.0 / (1.0 + 8.0 * t)) + 1e-3 * (t - t * t) * (2.0 * t - 1.0);
        let pairs = PairConcentrations::of_composition(0.4, pm);
        let concentrations = Concentrations { pairs, ..Concentrations::random_lattice(0.4) };
        Record { time: unit * t, temperature: None, energy_per_site: None, concentrations }
    };
    Trajectory::new((0..=40).map(record).collect()).unwrap()
}

fn rates(unit: f64) -> RateConstants {
    RateConstants::from_array(RATES.map(|k| k / unit)).unwrap()
}

fn model() -> ClosedModel<LogOdds> {
    ClosedModel::published(LogOdds::without_coefficients(Reference::TriangleRing))
}

fn close(found: f64, expected: f64, tolerance: f64) -> bool {
    (found - expected).abs() <= tolerance * expected.abs()
}

/// What has no unit, then what has one, multiplied out.
fn found(unit: f64) -> [Vec<f64>; 2] {
    let (data, model) = (data(unit), model());
    let misfit = Misfit::new(&model, &data).unwrap();
    let slope = misfit.slope(&rates(unit)).unwrap();
    let solution = model.solve(&rates(unit), data.first().concentrations.pairs, &data.times());
    let solution = solution.unwrap();
    let mut plain = vec![misfit.evaluate(&rates(unit)).unwrap(), slope.misfit];
    plain.extend(solution.pairs().iter().flat_map(|pairs| pairs.to_array()));
    plain.push(f64::from(solution.effort().evaluations));
    let conserving = ClosedModel::conserving(PairApproximation);
    let values = [0.2, 1.0, 2.0].map(|k| k / unit);
    let profile = Misfit::new(&conserving, &data).unwrap();
    let profile = profile.profile(3, &values, &rates(unit), 5.0 / unit).unwrap();
    plain.extend(profile.points().iter().map(|point| point.best.unwrap().1));
    let fits = [SparseFit::published(&data).unwrap(), SparseFit::conserving(&data).unwrap()];
    plain.extend(fits.iter().map(SparseFit::misfit));
    let scaled = fits.iter().flat_map(|fit| {
        let covariance = fit.covariance(1e-6).unwrap();
        let errors = [covariance[0][0].sqrt(), covariance[1][1].sqrt()];
        fit.alphas().into_iter().chain(errors).map(|alpha| alpha * unit).collect::<Vec<_>>()
    });
    let mut scaled: Vec<f64> = scaled.collect();
    scaled.extend(slope.gradient.map(|entry| entry / unit));
    let sensitivities = misfit.sensitivities(&rates(unit)).unwrap();
    scaled.extend(sensitivities.iter().flatten().map(|entry| entry / unit));
    [plain, scaled]
}

#[test]
fn another_unit_of_time_by_a_power_of_two_changes_no_bit() {
    let expected = found(1.0);
    for power in EXACT {
        assert_eq!(found(two_to(power)), expected, "2^{power}");
    }
}

#[test]
fn another_unit_of_time_changes_results_by_the_unit_alone() {
    let expected = found(1.0);
    for unit in DECIMAL {
        for (found, expected) in found(unit).iter().zip(&expected) {
            assert_eq!(found.len(), expected.len());
            let size = expected.iter().fold(0.0_f64, |size, value| size.max(value.abs()));
            for (found, expected) in found.iter().zip(expected) {
                let difference = (found - expected).abs();
                assert!(
                    difference <= 1e-6 * expected.abs() + 1e-9 * size,
                    "{unit:e}: {found} {expected}"
                );
            }
        }
    }
}

#[test]
fn the_least_misfit_along_a_rate_and_the_trajectory_do_not_depend_on_the_origin_of_time() {
    let shifted = |origin: f64| {
        let unshifted = data(1.0);
        let records = unshifted.records().iter().map(|r| Record { time: origin + r.time, ..*r });
        Trajectory::new(records.collect()).unwrap()
    };
    let model = model();
    let of = |data: &Trajectory| Misfit::new(&model, data).unwrap().evaluate(&rates(1.0)).unwrap();
    for origin in [-64.0, 3.0, 1024.0] {
        assert!(close(of(&shifted(origin)), of(&data(1.0)), 1e-9), "{origin}");
    }
}

/// Both ranks, and the standard errors of all combinations in units of the prior's spread.
fn ranks(unit: f64, variance: f64) -> (usize, usize, Vec<String>, Vec<f64>) {
    let (data, model) = (data(unit), model());
    let misfit = Misfit::new(&model, &data).unwrap();
    let seen = misfit.identifiability(&rates(unit)).unwrap();
    assert_eq!((seen.rank(), seen.noise_rank()), (seen.numerical_rank(), None));
    let spread = 50.0 / unit / 12_f64.sqrt();
    let seen = seen.against_noise(variance, spread).unwrap();
    assert_eq!(seen.noise_rank(), Some(seen.rank()));
    let combinations = seen.combinations();
    let errors = combinations.iter().map(|c| seen.standard_error(c).unwrap() / spread).collect();
    let names = combinations.iter().map(ToString::to_string).collect();
    (seen.numerical_rank(), seen.rank(), names, errors)
}

#[test]
fn both_ranks_are_the_same_in_every_unit_of_time_and_noise_lowers_one() {
    let mut last = 8;
    for variance in [1e-16, 1e-10, 1e-6, 1e-3, 1e4] {
        let (numerical, rank, names, errors) = ranks(1.0, variance);
        assert!(rank <= last && rank <= numerical, "{variance}: {rank} after {last}");
        last = rank;
        for unit in DECIMAL {
            let (other, other_rank, other_names, other_errors) = ranks(unit, variance);
            assert_eq!((other, other_rank), (numerical, rank), "{unit:e}, {variance:e}");
            assert_eq!(other_names, names, "{unit:e}, {variance:e}");
            for (a, b) in other_errors.iter().zip(&errors) {
                assert!(close(*a, *b, 1e-4), "{unit:e}, {variance:e}: {a} {b}");
            }
        }
        for power in EXACT {
            assert_eq!(
                ranks(two_to(power), variance),
                (numerical, rank, names.clone(), errors.clone())
            );
        }
    }
    assert_eq!(last, 0, "a variance of 1e4 hides everything");
}

#[test]
fn the_rank_against_noise_is_that_of_the_definition() {
    // singular values 2, 0.3, 1e-3 and 0 in units of time, along k1, k2, k3 and the rest
    let mut rows = [[0.0; 8]; 3];
    (rows[0][0], rows[1][1], rows[2][2]) = (2.0, 0.3, 1e-3);
    let found = Identifiability::of_matrix(&rows, 1e-9).unwrap();
    assert_eq!((found.rank(), found.numerical_rank(), found.noise_rank()), (3, 3, None));
    assert_eq!(found.standard_errors(), None);
    // standard errors at v = 0.01: 0.05, 0.333, 100
    for (spread, rank) in [(0.04, 0), (0.06, 1), (0.3, 1), (0.34, 2), (99.0, 2), (101.0, 3)] {
        let seen = found.clone().against_noise(0.01, spread).unwrap();
        assert_eq!((seen.rank(), seen.numerical_rank()), (rank, 3), "{spread}");
        assert_eq!(seen.combinations().len(), rank);
        assert_eq!(seen.null_space().len(), 8 - rank);
        assert_eq!(seen.coordinates().rank(), rank);
        assert_eq!(seen.is_determined(1), rank >= 1);
        let text = seen.to_string();
        assert!(text.contains(&format!("{rank} of 8 directions")), "{text}");
        assert!(text.contains("without noise 3 would be"), "{text}");
        let errors = seen.standard_errors().unwrap();
        assert!(close(errors[1], 1.0 / 3.0, 1e-14) && errors[3] == f64::INFINITY);
        for (combination, error) in seen.combinations().iter().zip([0.05, 1.0 / 3.0, 100.0]) {
            assert!(close(seen.standard_error(combination).unwrap(), error, 1e-12));
        }
        // what is determined numerically, but not against this noise, has no standard error
        for hidden in found.combinations().iter().skip(rank) {
            assert_eq!(seen.standard_error(hidden), None);
        }
    }
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(found.clone().against_noise(bad, 1.0).is_err());
        assert!(found.clone().against_noise(1.0, bad).is_err());
    }
}

#[test]
fn standard_errors_are_the_spread_of_fits_to_noisy_data() {
    // one combination, 2 k1 + ... of the sparse approximation: its covariance is that of SparseFit
    let data = data(3.0);
    let fit = SparseFit::conserving(&data).unwrap();
    let alpha = fit.alphas()[0];
    let closure = closures::SparseApproximation;
    let model = ClosedModel::conserving(&closure as &dyn Closure);
    let k = [0.0, 0.0, -alpha, 0.0, 0.0, 0.0, 0.0, 0.0].map(|k: f64| k.max(0.0));
    let k = if alpha > 0.0 { [alpha, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0] } else { k };
    let misfit = Misfit::new(&model, &data).unwrap();
    let at = RateConstants::from_array(k).unwrap();
    let seen = misfit.identifiability(&at).unwrap().against_noise(1e-6, 100.0).unwrap();
    let [combination] = seen.combinations()[..] else { panic!("{seen}") };
    assert_eq!(combination.to_string(), "2 k1 + k2 - 2 k3 - k4 + 2 k5 + k6 - 2 k7 - k8");
    // it is 2 alpha; the curvature of the fit has the residuals' part too, a few percent
    let expected = 2.0 * fit.covariance(1e-6).unwrap()[0][0].sqrt();
    let error = seen.standard_error(&combination).unwrap();
    assert!(close(error, expected, 0.1), "{error} {expected}");
}

/// Of the contact process on the square lattice, with rates per `unit`: rows over 20 mean lives and
/// the steps taken, and the events of the exact process.
fn contact_process(unit: f64) -> [Vec<f64>; 2] {
    let species = Species::new(&["0", "1"]).unwrap();
    let rules =
        [Rule::change_beside("0", "1", "1").rate("lambda"), Rule::change("1", "0").rate("death")];
    let derive = |order| Hierarchy::derive(Lattice::square(), species.clone(), &rules, order);
    let closed = ClosedHierarchy::new(derive(2).unwrap(), PairFactorization).unwrap();
    let rates = [("lambda", 0.6 / unit), ("death", 1.0 / unit)];
    let constants = closed.hierarchy().rates_by_name(&rates).unwrap();
    let start = closed.random_start(&[0.5, 0.5]).unwrap();
    let times: Vec<f64> = (0..=20).map(|i| unit * f64::from(i)).collect();
    let solution = closed.solve(&constants, &start, &times).unwrap();
    let rows = solution.rows().flat_map(|row| row.to_vec()).collect();
    let process = common::process(&derive(1).unwrap(), &[12, 12], &constants);
    let mut rng = Pcg64::seed_from_u64(1);
    let states = process.random_states(&[0.5, 0.5], &mut rng).unwrap();
    let mut exact = Vec::new();
    let full = |states: &[u8]| states.iter().map(|state| f64::from(*state)).sum::<f64>();
    process.sample(states, &times, &mut rng, |run| exact.push(full(run.states()))).unwrap();
    [rows, exact]
}

#[test]
fn derived_hierarchies_and_the_exact_process_do_not_depend_on_the_unit_of_time() {
    let expected = contact_process(1.0);
    for power in EXACT {
        assert_eq!(contact_process(two_to(power)), expected, "2^{power}");
    }
    for unit in DECIMAL {
        let [rows, exact] = contact_process(unit);
        for (a, b) in rows.iter().zip(&expected[0]) {
            assert!((a - b).abs() < 1e-7, "{unit:e}: {a} {b}");
        }
        // the same events, unless one falls on a sample
        for (a, b) in exact.iter().zip(&expected[1]) {
            assert!((a - b).abs() < 0.01, "{unit:e}: {a} {b}");
        }
    }
}
