//! Calibration of the optimal approximation against searches that are not ours, known exponents,
//! and the published table.

use crate::common::{cases, distance, half, ordering, third, trajectory, wandering};
use closures::{
    Closure, Convention, Exponent, Exponents, OptimalApproximation, PairApproximation,
    Regularization, calibrate, from_fn, mean_error, triplet_errors,
};
use cluster_stats::{
    Concentrations, PairConcentrations, Record, Trajectory, TripletConcentrations, TripletType,
};
use proptest::prelude::*;

/// J (15) of one type, written out anew.
fn error(data: &Trajectory, triplet: TripletType, share: f64, exponents: [f64; 4]) -> f64 {
    let [gamma1, gamma2, xi1, xi2] = exponents;
    let name = triplet.ascii();
    0.5 * data.mean_over_time(|record| {
        let pairs = &record.concentrations.pairs;
        let first = match &name[4..] {
            "ppp" | "ppm" => pairs.plus_plus,
            "mmm" | "mmp" => pairs.minus_minus,
            _ => pairs.plus_minus,
        };
        let closure = share * libm::pow(first, gamma1) * libm::pow(pairs.plus_minus, gamma2)
            / (libm::pow(pairs.plus(), xi1) * libm::pow(pairs.minus(), xi2));
        (closure - record.concentrations.triplets[triplet]).powi(2)
    })
}

#[test]
fn no_exponents_on_a_grid_within_the_bounds_have_a_smaller_error() {
    for (data, convention) in [half(), third()].iter().zip(Convention::ALL.repeat(2)) {
        let calibration = calibrate(data, Regularization::hard(), convention).unwrap();
        for fit in calibration.fits() {
            let t = fit.triplet;
            let steps = |e: Exponent| if e.belongs_to(t) { 0..=20 } else { 0..=0 };
            let mut least = f64::INFINITY;
            for code in steps(Exponent::Gamma1) {
                let gamma1 = f64::from(code) / 10.0;
                for (gamma2, xi2) in steps(Exponent::Gamma2)
                    .flat_map(|i| steps(Exponent::Xi2).map(move |j| (i, j)))
                    .map(|(i, j)| (f64::from(i) / 10.0, f64::from(j) / 10.0))
                {
                    let rest = gamma1 + gamma2 - xi2 - 1.0;
                    let allowed = if Exponent::Xi1.belongs_to(t) { 0.0..=2.0 } else { 0.0..=0.0 };
                    if allowed.contains(&rest) {
                        let exponents = [gamma1, gamma2, rest, xi2];
                        least = least.min(error(data, t, convention.factor(t), exponents));
                    }
                }
            }
            assert!(least.is_finite());
            assert!(fit.error <= least * (1.0 + 1e-12), "{t} {convention}: {} {least}", fit.error);
        }
    }
}

proptest! {
    #![proptest_config(cases(25))]
    /// Data without any sense, against a dense random search within the bounds.
    #[test]
    fn no_random_exponents_beat_the_fit_to_random_data(
        compositions in prop::collection::vec((0.02..0.98_f64, 0.01..0.99_f64), 2..6),
        triplets in prop::array::uniform16(0.0..1.0_f64),
        tries in prop::collection::vec(prop::array::uniform3(0.0..=1.0_f64), 3000),
        soft in any::<bool>(),
        published in any::<bool>(),
    ) {
        let record = |(index, &(minus, share)): (usize, &(f64, f64))| {
            let pairs = PairConcentrations::of_composition(minus, share * minus.min(1.0 - minus));
            let turned = |t: TripletType| triplets[(t.index() + 5 * index) % 16].powi(2);
            let triplets = TripletConcentrations::from_fn(turned);
            let concentrations = Concentrations { pairs, triplets };
            Record { time: index as f64, temperature: None, energy_per_site: None, concentrations }
        };
        let data = Trajectory::new(compositions.iter().enumerate().map(record).collect()).unwrap();
        let regularization = if soft { Regularization::soft() } else { Regularization::hard() };
        let convention = Convention::ALL[usize::from(published)];
        let calibration = calibrate(&data, regularization, convention).unwrap();
        for fit in calibration.fits() {
            let t = fit.triplet;
            prop_assert!(fit.error.is_finite() && (fit.exponents.balance() - 1.0).abs() < 1e-9);
            for exponent in Exponent::ALL {
                let (lower, upper) = regularization.of(exponent);
                let value = fit.exponents.get(exponent).unwrap_or(lower.max(0.0));
                prop_assert!((lower..=upper).contains(&value), "{} {}", exponent, value);
            }
            let own = |e: Exponent, value: f64| if e.belongs_to(t) { value } else { 0.0 };
            let (gamma, xi) = if soft { (6.0, 16.0) } else { (2.0, 2.0) };
            for [a, b, c] in &tries {
                let (gamma1, gamma2) = (gamma * a, own(Exponent::Gamma2, gamma * b));
                let low = if soft { -8.0 } else { 0.0 };
                let total = gamma1 + gamma2 - 1.0;
                let one = if t.pattern() == cluster_stats::TripletPattern::Ppp { total } else { low + xi * c };
                let xi1 = own(Exponent::Xi1, one);
                let xi2 = own(Exponent::Xi2, total - xi1);
                if soft || [xi1, xi2].iter().all(|xi| (0.0..=2.0).contains(xi)) {
                    let tried = error(&data, t, convention.factor(t), [gamma1, gamma2, xi1, xi2]);
                    prop_assert!(fit.error <= tried * (1.0 + 1e-9) + 1e-28, "{:?} {}", fit, tried);
                }
            }
        }
    }
}

/// The least errors that SciPy's SLSQP finds from 40 random starts: another solver, and other code
/// for closures, counts and integrals.
#[test]
fn the_errors_are_the_least_that_scipy_finds() {
    let mut compared = 0;
    for line in include_str!("data/scipy_minima.csv").lines().filter(|l| !l.starts_with('#')) {
        let fields: Vec<&str> = line.split(',').collect();
        let data = if fields[0] == "half" { half() } else { third() };
        let regularization =
            if fields[1] == "hard" { Regularization::hard() } else { Regularization::soft() };
        let convention = Convention::ALL.into_iter().find(|c| c.name() == fields[2]).unwrap();
        let calibration = calibrate(&data, regularization, convention).unwrap();
        for (fit, least) in calibration.fits().iter().zip(&fields[3..]) {
            let least: f64 = least.parse().unwrap();
            assert!((fit.error / least - 1.0).abs() < 1e-6, "{line}: {fit:?} {least}");
            compared += 1;
        }
    }
    assert_eq!(compared, 128);
}

#[test]
fn exponents_that_made_the_data_are_found_again() {
    let inside = |t: TripletType| {
        let own = |e: Exponent, value: f64| e.belongs_to(t).then_some(value);
        let mut made = Exponents {
            gamma1: 1.3,
            gamma2: own(Exponent::Gamma2, 0.8),
            xi1: own(Exponent::Xi1, 0.2),
            xi2: own(Exponent::Xi2, 0.0),
        };
        let excess = made.balance() - 1.0;
        let last = made.xi2.as_mut().or(made.xi1.as_mut()).unwrap();
        *last += excess;
        made
    };
    let made = OptimalApproximation::from_exponents(inside).unwrap();
    let data = trajectory(wandering(), &made);
    for regularization in [Regularization::hard(), Regularization::soft()] {
        let calibration = calibrate(&data, regularization, Convention::Consistent).unwrap();
        for fit in calibration.fits() {
            assert!(distance(&fit.exponents, &made.exponents(fit.triplet)) < 1e-6, "{fit:?}");
            assert!(fit.error < 1e-25 && fit.unique && fit.active_bounds.is_empty(), "{fit:?}");
            assert!(fit.sensitivity > 1e-3 && fit.ties.is_empty());
        }
    }
    // the same with the share on both sides
    let published = from_fn(|pairs: &PairConcentrations| {
        Convention::AsPublished.apply(made.clone()).triplets(pairs).unwrap()
    });
    let data = trajectory(wandering(), &published);
    let calibration = calibrate(&data, Regularization::soft(), Convention::AsPublished).unwrap();
    assert!(
        calibration
            .fits()
            .iter()
            .all(|f| distance(&f.exponents, &made.exponents(f.triplet)) < 1e-6)
    );
}

proptest! {
    #![proptest_config(cases(40))]
    #[test]
    fn random_exponents_of_the_hard_region_are_found_again(
        gamma1 in 0.05..1.95_f64, gamma2 in 0.05..1.95_f64, along in 0.05..0.95_f64
    ) {
        // xi1 + xi2 = total with both in [0, 2]
        let total = gamma1 + gamma2 - 1.0;
        prop_assume!(total > 0.05 && total < 3.5);
        let xi1 = (total - 2.0).max(0.0) * (1.0 - along) + total.min(2.0) * along;
        let exponents = |t: TripletType| {
            if Exponent::Gamma2.belongs_to(t) {
                Exponents { gamma1, gamma2: Some(gamma2), xi1: Some(xi1), xi2: Some(total - xi1) }
            } else {
                Exponents::of_pair_approximation(t)
            }
        };
        let made = OptimalApproximation::from_exponents(exponents).unwrap();
        let fitted =
            OptimalApproximation::fit(&trajectory(wandering(), &made), Regularization::hard()).unwrap();
        for t in TripletType::ALL.into_iter().filter(|t| Exponent::Gamma2.belongs_to(*t)) {
            prop_assert!(distance(&fitted.exponents(t), &made.exponents(t)) < 1e-5, "{}", t);
        }
    }
}

#[test]
fn at_equal_composition_the_representative_is_the_nearest_to_the_pair_approximation() {
    let data = trajectory(ordering(0.5), &PairApproximation);
    let calibration = calibrate(&data, Regularization::hard(), Convention::Consistent).unwrap();
    for fit in calibration.fits().iter().filter(|fit| fit.triplet.shape().is_chain()) {
        let classical = Exponents::of_pair_approximation(fit.triplet);
        assert!(distance(&fit.exponents, &classical) < 1e-6, "{fit:?}");
        let both = fit.exponents.xi1.is_some() && fit.exponents.xi2.is_some();
        assert_eq!(fit.unique, !both, "{fit:?}");
        assert_eq!(fit.sensitivity < 1e-12, both);
    }

    // real data: slide along the line by hand, and look for a point nearer to the classical one
    let data = half();
    let calibration = calibrate(&data, Regularization::hard(), Convention::Consistent).unwrap();
    let sliding: Vec<_> = calibration.fits().iter().filter(|fit| !fit.unique).collect();
    assert!(sliding.len() >= 8);
    for fit in sliding {
        let t = fit.triplet;
        let e = fit.exponents;
        let classical = Exponents::of_pair_approximation(t);
        let away = |e: &Exponents| -> f64 {
            let one = |name: Exponent| Some((e.get(name)? - classical.get(name)?).powi(2));
            Exponent::ALL.into_iter().filter_map(one).sum()
        };
        for shift in (-2000..=2000).map(|i| f64::from(i) / 1000.0) {
            let (xi1, xi2) = (e.xi1.unwrap() + shift, e.xi2.unwrap() - shift);
            if [xi1, xi2].iter().all(|xi| (0.0..=2.0).contains(xi)) {
                let moved = Exponents { xi1: Some(xi1), xi2: Some(xi2), ..e };
                assert!(away(&moved) >= away(&e) - 1e-12, "{t}: {moved} is nearer than {e}");
                let all = [moved.gamma1, moved.gamma2.unwrap_or(0.0), xi1, xi2];
                assert!((error(&data, t, 1.0, all) / fit.error - 1.0).abs() < 1e-9);
            }
        }
    }
    // off equal composition nothing slides
    let calibration = calibrate(&third(), Regularization::hard(), Convention::Consistent).unwrap();
    assert!(calibration.fits().iter().all(|fit| fit.unique && fit.sensitivity > 1e-3));
}

#[test]
fn constant_data_leave_whole_planes_and_the_representative_is_the_pair_approximation() {
    let constant = (0..5).map(|_| PairConcentrations::of_composition(0.3, 0.2));
    let data = trajectory(constant, &PairApproximation);
    let calibration = calibrate(&data, Regularization::soft(), Convention::Consistent).unwrap();
    for fit in calibration.fits() {
        let two = [fit.exponents.gamma2, fit.exponents.xi1, fit.exponents.xi2];
        let several = two.iter().flatten().count() > 1;
        assert_eq!(fit.unique, !several, "{fit:?}");
        if fit.triplet.shape().is_chain() {
            let classical = Exponents::of_pair_approximation(fit.triplet);
            assert!(distance(&fit.exponents, &classical) < 1e-6, "{fit:?}");
        }
        assert!(fit.error < 1e-20);
    }
}

/// With xi = 0, `++-` is C+- (C++/C+-)^gamma1. Two samples that exchange C++ and C+- and share
/// their triplet give an error symmetric about gamma1 = 1/2; the triplet being three times
/// sqrt(C++ C+-), the middle is a maximum between two minima.
#[test]
fn two_minima_of_the_same_error_are_both_told() {
    let record = |time, plus_plus, plus_minus| {
        let minus_minus = 1.0 - plus_plus - 2.0 * plus_minus;
        let pairs = PairConcentrations { plus_plus, minus_minus, plus_minus };
        let triplets = TripletConcentrations::from_fn(|_| 3.0 * (0.02 * 0.4_f64).sqrt());
        let concentrations = Concentrations { pairs, triplets };
        Record { time, temperature: None, energy_per_site: None, concentrations }
    };
    let data = Trajectory::new(vec![record(0.0, 0.02, 0.4), record(1.0, 0.4, 0.02)]).unwrap();
    let no_xi = Regularization::bounds(0.0..=2.0, 0.0..=0.0).unwrap();
    let calibration = calibrate(&data, no_xi, Convention::Consistent).unwrap();
    let fit = calibration.of(TripletType::LinPpm);
    assert!(!fit.unique && fit.sensitivity > 1.0 && fit.ties.len() == 1, "{fit:?}");
    assert!((fit.exponents.gamma1 + fit.ties[0].gamma1 - 1.0).abs() < 1e-6, "{fit:?}");
    let along: Vec<f64> = (0..=1000)
        .map(|i| f64::from(i) / 1000.0)
        .map(|gamma1| error(&data, fit.triplet, 1.0, [gamma1, 1.0 - gamma1, 0.0, 0.0]))
        .collect();
    let minima: Vec<usize> =
        (1..1000).filter(|&i| along[i] < along[i - 1] && along[i] < along[i + 1]).collect();
    assert_eq!(minima.len(), 2);
    for (minimum, found) in minima.iter().zip({
        let mut found = [fit.exponents.gamma1, fit.ties[0].gamma1];
        found.sort_by(f64::total_cmp);
        found
    }) {
        assert!((*minimum as f64 / 1000.0 - found).abs() < 1e-3);
    }
}

#[test]
fn as_published_the_calibration_gives_table_two() {
    let cases = [
        (half(), OptimalApproximation::published_one_half()),
        (third(), OptimalApproximation::published_one_third()),
    ];
    for (data, published) in cases {
        let calibration =
            calibrate(&data, Regularization::hard(), Convention::AsPublished).unwrap();
        let deviation =
            |t: TripletType| distance(&calibration.of(t).exponents, &published.0.exponents(t));
        let within = TripletType::ALL.into_iter().filter(|t| deviation(*t) <= 0.1).count();
        let mean = TripletType::ALL.into_iter().map(deviation).sum::<f64>() / 16.0;
        assert!(within >= 14, "{within}");
        assert!(mean <= 0.05, "{mean}");
    }
}

#[test]
fn the_errors_reported_are_those_of_the_closure_that_comes_out() {
    for data in [half(), third()] {
        for convention in Convention::ALL {
            let calibration = calibrate(&data, Regularization::hard(), convention).unwrap();
            let errors = triplet_errors(&calibration.closure(), &data).unwrap();
            for (fit, error) in calibration.fits().iter().zip(errors) {
                assert!((fit.error / error - 1.0).abs() < 1e-9, "{} {error}", fit.error);
                let balance = fit.exponents.balance();
                assert!((balance - 1.0).abs() < 1e-9, "{} {balance}", fit.triplet);
            }
            let mean = mean_error(&calibration.closure(), &data).unwrap();
            assert!((calibration.mean_error() / mean - 1.0).abs() < 1e-9);
        }
        // fitting to one's own data cannot lose to the pair approximation's chains
        let calibration = calibrate(&data, Regularization::hard(), Convention::Consistent).unwrap();
        let classical = triplet_errors(&PairApproximation, &data).unwrap();
        for t in TripletType::ALL.into_iter().filter(|t| t.shape().is_chain()) {
            assert!(calibration.of(t).error <= classical[t.index()] * (1.0 + 1e-9), "{t}");
        }
    }
}

#[test]
fn the_active_bounds_are_named() {
    let calibration = calibrate(&third(), Regularization::hard(), Convention::AsPublished).unwrap();
    let bounds = |t: TripletType| -> Vec<String> {
        calibration.of(t).active_bounds.iter().map(ToString::to_string).collect()
    };
    assert_eq!(bounds(TripletType::TriPpp), ["gamma1=2"]);
    assert_eq!(bounds(TripletType::LinMpm), ["gamma1=2", "xi2=0"]);
    assert_eq!(bounds(TripletType::LinMmm), Vec::<String>::new());
    let user = Regularization::bounds(0.5..=1.25, -1.0..=1.0).unwrap();
    let calibration = calibrate(&third(), user, Convention::Consistent).unwrap();
    let fit = calibration.of(TripletType::LinMpm);
    assert!(fit.exponents.gamma1 <= 1.25 && fit.exponents.xi1.unwrap() >= -1.0);
    assert!(!fit.active_bounds.is_empty());
    assert!(calibration.to_string().lines().count() == 17);
}
