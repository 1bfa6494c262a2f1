//! Ranks, combinations and coordinates against what is known of the closures by hand.

use closures::{
    Closure, KirkwoodSuperposition, LogOdds, OptimalApproximation, PairApproximation, Reference,
    SparseApproximation, WithPathShares,
};
use cluster_stats::{
    Concentrations, PairConcentrations, Record, Trajectory, TripletConcentrations, TripletType,
};
use hierarchy_ode::{ClosedModel, Identifiability, Misfit, OdeError, RateConstants};

const THIRD: f64 = 1.0 / 3.0;

fn rates() -> RateConstants {
    // slow enough that nothing leaves with any closure here
    let k = [0.9, 0.7, 0.3, 0.4, 0.2, 0.5, 0.6, 0.8];
    RateConstants::from_array(k.map(|k| 0.3 * k)).unwrap()
}

fn times() -> Vec<f64> {
    (0..=60).map(|i| f64::from(i) / 100.0).collect()
}

fn find(model: &ClosedModel<&dyn Closure>, minus: f64) -> Identifiability {
    let start = PairConcentrations::random_lattice(minus);
    model.identifiability(&rates(), start, &times()).unwrap()
}

fn names(found: &Identifiability) -> Vec<String> {
    found.combinations().iter().map(ToString::to_string).collect()
}

#[test]
fn ranks_are_those_of_the_combinations_that_enter() {
    let published = WithPathShares(PairApproximation);
    let sparse = WithPathShares(SparseApproximation);
    // LogOdds without coefficients is the pair approximation on chains
    let odds = LogOdds::without_coefficients(Reference::PairApproximation);
    // for (+) and for (-): C+-, C+-^0.99, and a product of powers of C+- and C++ or C--
    let half = OptimalApproximation::published_one_half();
    // k1 and k4 act alike, and k6 against k7; with C+- alone: 2 to 5 times C+- in powers 2 to 6
    let alike = closures::from_fn(|pairs| {
        let y = pairs.plus_minus;
        let mut values = TripletConcentrations::from_fn(|t| y.powi(2 + t.index() as i32 % 5));
        values[TripletType::LinPpm] = 3.0 * values[TripletType::AngPmp];
        values[TripletType::LinMpm] = values[TripletType::AngMmp] * -2.0;
        values
    });
    // k8 does nothing, k5, k6, k7 act alike, and so do k1 and k4 + k3 + 2 k2, because
    // C+- = C+- (C++ + C-- + 2 C+-)
    let few = closures::from_fn(|pairs| {
        let [pp, mm, pm] = pairs.to_array();
        TripletConcentrations::from_fn(|t| match t {
            TripletType::LinMmp => 0.0,
            TripletType::AngMmp | TripletType::AngMpm | TripletType::LinMpm => pm * mm,
            TripletType::AngPmp => pm,
            TripletType::LinPmp => pm * pm,
            TripletType::AngPpm => pm * pp,
            _ => pm * mm,
        })
    });
    // published system, conserving system; as many enter, or more that the data cannot tell
    type Expected<'a> = (&'a str, &'a dyn Closure, [usize; 2], [usize; 2]);
    let all: [Expected; 9] = [
        ("PA", &PairApproximation, [4, 2], [4, 2]),
        ("PA as published", &published, [4, 2], [4, 2]),
        ("SA", &SparseApproximation, [2, 1], [2, 1]),
        ("SA as published", &sparse, [2, 1], [2, 1]),
        ("Kirkwood", &KirkwoodSuperposition, [2, 2], [2, 2]),
        ("log-odds", &odds, [4, 2], [4, 2]),
        ("OA-1/2", &half, [6, 3], [6, 4]),
        ("alike", &alike, [6, 3], [6, 4]),
        ("few", &few, [4, 2], [4, 2]),
    ];
    for (name, closure, ranks, structural) in all {
        for minus in [THIRD, 0.42] {
            let models = [ClosedModel::published(closure), ClosedModel::conserving(closure)];
            for ((model, rank), most) in models.iter().zip(ranks).zip(structural) {
                let found = find(model, minus);
                let values = found.singular_values();
                assert_eq!(found.rank(), rank, "{name}, x = {minus}: {values:?}");
                assert_eq!(found.structural_rank(), Some(most), "{name}, x = {minus}");
                assert_eq!(found.is_exact(), rank == most);
                // what cannot matter is 0 to rounding, whatever the tolerance is
                assert!(
                    values[most..].iter().all(|v| *v < 1e-15 * values[0]),
                    "{name}: {values:?}"
                );
                let strict = found.with_tolerance(1e-14).unwrap();
                assert_eq!(strict.rank(), most, "{name}, x = {minus}");
            }
        }
    }
}

#[test]
fn combinations_are_those_of_the_equations() {
    let named = |closure: &dyn Closure, minus| {
        let models = [ClosedModel::published(closure), ClosedModel::conserving(closure)];
        models.map(|model| names(&find(&model, minus)))
    };
    let [published, conserving] = named(&WithPathShares(PairApproximation), THIRD);
    assert_eq!(published, ["4 k1 + k2", "4 k3 + k4", "4 k5 + k6", "4 k7 + k8"]);
    // with C+ = 2/3, C- = 1/3 and y = C+-: dy/dt is y times the second, minus 3/5 y^2 times the first
    // plus the second
    assert_eq!(conserving, ["8 k1 + 2 k2 + 4 k5 + k6 + 4 k7 + k8", "4 k3 + k4 + 4 k7 + k8"]);
    let [published, _] = named(&PairApproximation, 0.42);
    assert_eq!(published, ["2 k1 + k2", "2 k3 + k4", "2 k5 + k6", "2 k7 + k8"]);
    // alpha1 and alpha2 of (28), and their sum
    let [published, conserving] = named(&WithPathShares(SparseApproximation), THIRD);
    assert_eq!(published, ["4 k1 + k2 - 4 k3 - k4", "4 k5 + k6 - 4 k7 - k8"]);
    assert_eq!(conserving, ["4 k1 + k2 - 4 k3 - k4 + 4 k5 + k6 - 4 k7 - k8"]);
    // the composition enters: C+/C- = 2^0.5
    let odd = ClosedModel::conserving(&PairApproximation as &dyn Closure);
    let found = find(&odd, 1.0 / (1.0 + 2_f64.sqrt()));
    assert_eq!(
        names(&found),
        ["k1 + 0.5000 k2 + 0.7071 k5 + 0.3536 k6 + 0.2929 k7 + 0.1464 k8", "2 k3 + k4 + 2 k7 + k8"]
    );
}

#[test]
fn it_says_so_in_words() {
    let closure: &dyn Closure = &WithPathShares(PairApproximation);
    let text = find(&ClosedModel::published(closure), THIRD).to_string();
    for sentence in [
        "4 of 8 directions of the rates are determined (singular values above 1e-9 of the largest",
        "4 k1 + k2 is determined; k1, k2 alone are not",
        "moving the rates along (k1 - 4 k2), (k3 - 4 k4), (k5 - 4 k6), (k7 - 4 k8) changes nothing, whatever the data are",
    ] {
        assert!(text.contains(sentence), "{text}");
    }
    let half = OptimalApproximation::published_one_half();
    let found = find(&ClosedModel::published(&half as &dyn Closure), THIRD);
    let determined: Vec<usize> = (0..=9).filter(|n| found.is_determined(*n)).collect();
    assert_eq!(determined, [2, 3, 6, 7]);
    assert!(found.to_string().contains("k2 is determined\n"), "{found}");
    let found = find(&ClosedModel::conserving(&half as &dyn Closure), THIRD);
    assert!(found.to_string().contains("4 combinations enter the equations"), "{found}");
    // a matrix of one's own: everything determined, nothing, and nonsense
    let unit: Vec<[f64; 8]> =
        (0..8).map(|i| std::array::from_fn(|j| f64::from(u8::from(i == j)))).collect();
    let all = Identifiability::of_matrix(&unit, 1e-9).unwrap();
    assert!(all.rank() == 8 && all.to_string().contains("every rate is determined"), "{all}");
    let none = Identifiability::of_matrix(&[[0.0; 8]], 1e-9).unwrap();
    assert_eq!((none.rank(), none.free_directions().len(), none.is_exact()), (0, 8, false));
    for (bad, tolerance) in [(f64::NAN, 1e-9), (1.0, 0.0)] {
        let error = Identifiability::of_matrix(&[[bad; 8]], tolerance).unwrap_err();
        assert!(matches!(error, OdeError::InvalidValue { .. }), "{error}");
    }
}

#[test]
fn flat_directions_are_flat_and_others_are_not() {
    let start = PairConcentrations::random_lattice(THIRD);
    for closure in [&PairApproximation as &dyn Closure, &KirkwoodSuperposition] {
        for model in [ClosedModel::published(closure), ClosedModel::conserving(closure)] {
            let model = model.with_tolerances(1e-11, 1e-13).unwrap();
            let found = model.identifiability(&rates(), start, &times()).unwrap();
            let coordinates = found.coordinates();
            assert_eq!(coordinates.rank(), found.rank());
            let at = coordinates.of_rates(rates().as_array());
            let base = model.solve(&rates(), start, &times()).unwrap();
            for index in 0..8 {
                let mut moved = at;
                moved[index] += 0.05;
                let k = RateConstants::from_array(coordinates.to_rates(&moved)).unwrap();
                let solution = model.solve(&k, start, &times()).unwrap();
                let apart = solution.last().plus_minus - base.last().plus_minus;
                assert_eq!(apart.abs() < 1e-12, index >= found.rank(), "{index}: {apart:e}");
            }
        }
    }
}

#[test]
fn coordinates_turn_and_share_out_the_spread() {
    let closure: &dyn Closure = &PairApproximation;
    let coordinates = find(&ClosedModel::published(closure), THIRD).coordinates();
    let k = *rates().as_array();
    let there = coordinates.of_rates(&k);
    for (a, b) in coordinates.to_rates(&there).into_iter().zip(k) {
        assert!((a - b).abs() < 1e-15);
    }
    let length = |of: [f64; 8]| of.iter().map(|c| c * c).sum::<f64>();
    assert!((length(there) - length(k)).abs() < 1e-14, "a rotation");
    // 2 k1 + k2 seen: of k1 the part along (1, -2)/5^0.5 is not, 1/5; of k2 4/5
    for (index, share) in coordinates.unseen_shares().into_iter().enumerate() {
        let expected = if index % 2 == 0 { 0.2 } else { 0.8 };
        assert!((share - expected).abs() < 1e-12, "{share}");
    }
    // draws with 2 k1 + k2 = 3 +- 0.1, k1 - 2 k2 = +-1 and all else fixed; variances of k1, k2:
    // seen (2 0.1/5)^2, (0.1/5)^2, unseen (1/5)^2, (2/5)^2
    let draw = |seen: f64, unseen: f64| {
        [(2.0 * seen + unseen) / 5.0, (seen - 2.0 * unseen) / 5.0, 0.3, 0.1, 0.2, 0.2, 0.2, 0.2]
    };
    let draws: Vec<_> = [(3.1, 1.0), (3.1, -1.0), (2.9, 1.0), (2.9, -1.0)]
        .iter()
        .cycle()
        .take(40)
        .map(|&(seen, unseen)| draw(seen, unseen))
        .collect();
    let shares = coordinates.prior_shares(&draws).unwrap();
    assert!((shares[0] - 0.04 / (0.04 + 0.0016)).abs() < 1e-10, "{shares:?}");
    assert!((shares[1] - 0.16 / (0.16 + 0.0004)).abs() < 1e-10, "{shares:?}");
    assert_eq!(&shares[2..], &[0.0; 6]);
    assert!(matches!(
        coordinates.prior_shares(&draws[..5]),
        Err(OdeError::TooFewSamples { samples: 5 })
    ));
}

#[test]
fn with_the_weights_of_the_misfit_it_is_the_curvature() {
    // data of the model itself, so that Gauss-Newton is the whole second derivative of J
    let closure: &dyn Closure = &PairApproximation;
    let model = ClosedModel::published(closure).with_tolerances(1e-12, 1e-14).unwrap();
    let start = PairConcentrations::random_lattice(0.4);
    let solution = model.solve(&rates(), start, &times()).unwrap();
    let records = times().into_iter().zip(solution.pairs()).map(|(time, &pairs)| {
        let mut concentrations = Concentrations::random_lattice(0.4);
        concentrations.pairs = pairs;
        Record { time, temperature: None, energy_per_site: None, concentrations }
    });
    let data = Trajectory::new(records.collect()).unwrap();
    let misfit = Misfit::new(&model, &data).unwrap();
    let found = misfit.identifiability(&rates()).unwrap();
    assert_eq!((found.rank(), found.is_exact()), (4, true));
    for index in 0..4 {
        let (value, direction) = (found.singular_values()[index], found.directions()[index]);
        let along = |step: f64| {
            let k = *rates().as_array();
            let moved = std::array::from_fn(|i| k[i] + step * direction[i]);
            misfit.evaluate(&RateConstants::from_array(moved).unwrap()).unwrap()
        };
        let step = 1e-3;
        let second = (along(step) + along(-step)) / (step * step);
        assert!((second / value.powi(2) - 1.0).abs() < 1e-4, "{index}: {second:e} {value:e}");
    }
}
