//! Closed hierarchies against the system for pairs, closed forms and textbook equations.

use closures::{
    ClosureError, MaximumEntropy, MeanField, PairApproximation, PairFactorization,
    RegionFactorization,
};
use cluster_stats::{PairConcentrations, StatsError};
use hierarchy_ode::{
    ClosedHierarchy, ClosedModel, Hierarchy, Lattice, OdeError, PeriodicLattice, RateConstants,
    Rule, Species,
};
use lattice_core::LatticeError;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

fn derive(lattice: Lattice, species: &[&str], rules: &[Rule], order: usize) -> Hierarchy {
    Hierarchy::derive(lattice, Species::new(species).unwrap(), rules, order).unwrap()
}

fn contact_process(order: usize) -> Hierarchy {
    let rules =
        [Rule::change_beside("0", "1", "1").rate("lambda"), Rule::change("1", "0").rate("death")];
    derive(Lattice::square(), &["0", "1"], &rules, order)
}

fn swaps_by_class(order: usize) -> Hierarchy {
    derive(Lattice::triangular(), &["+", "-"], &[Rule::exchange("+", "-").by_class()], order)
}

fn swaps(order: usize) -> Hierarchy {
    derive(Lattice::triangular(), &["+", "-"], &[Rule::exchange("+", "-")], order)
}

fn rates_of(hierarchy: &Hierarchy, of: impl Fn(&str) -> f64) -> Vec<f64> {
    hierarchy.rates().iter().map(|name| of(name)).collect()
}

const K: [f64; 8] = [0.9, 0.7, 0.3, 0.4, 0.2, 0.5, 0.6, 0.8];

#[test]
fn order_two_with_pairs_is_the_closed_model() {
    let times: Vec<f64> = (0..11).map(|i| f64::from(i) / 10.0).collect();
    let rates = RateConstants::from_array(K).unwrap();
    let pairs = PairConcentrations::random_lattice(0.4);
    let published = ClosedHierarchy::largest_windows(swaps_by_class(2), PairFactorization).unwrap();
    let conserving = ClosedHierarchy::conserving(swaps_by_class(2), PairFactorization).unwrap();
    let models = [
        (published, ClosedModel::published(PairApproximation)),
        (conserving, ClosedModel::conserving(PairApproximation)),
    ];
    for (closed, model) in models {
        let closed = closed.with_tolerances(1e-12, 1e-14).unwrap();
        let model = model.with_tolerances(1e-12, 1e-14).unwrap();
        let start = closed.random_start(&[0.6, 0.4]).unwrap();
        let names: Vec<&str> =
            closed.hierarchy().types()[2..5].iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["C++", "C--", "C+-"]);
        let solution = closed.solve(&K, &start, &times).unwrap();
        let expected = model.solve(&rates, pairs, &times).unwrap();
        for (row, pairs) in solution.rows().zip(expected.pairs()) {
            for (a, b) in row[2..].iter().zip(pairs.to_array()) {
                assert!((a - b).abs() < 1e-12, "{a}, {b}");
            }
        }
        let drift = expected.composition_drift();
        // the vector of the conserved sum has length 1, and C- moves against C+
        assert!((solution.conservation_drift() - drift).abs() <= 0.5 * drift + 1e-14);
        assert!(closed.is_conserving() || drift > 1e-3);
    }
}

#[test]
fn mean_field_of_the_contact_process_is_logistic() {
    let closed = ClosedHierarchy::new(contact_process(1), MeanField).unwrap();
    let closed = closed.with_tolerances(1e-11, 1e-13).unwrap();
    let lambda = 0.7;
    let rates = rates_of(closed.hierarchy(), |name| if name == "lambda" { lambda } else { 1.0 });
    let times: Vec<f64> = (0..21).map(|i| 0.25 * f64::from(i)).collect();
    let start = closed.random_start(&[0.95, 0.05]).unwrap();
    let solution = closed.solve(&rates, &start, &times).unwrap();
    let (growth, end) = (4.0 * lambda - 1.0, 1.0 - 1.0 / (4.0 * lambda));
    for (time, value) in times.iter().zip(solution.of("C1").unwrap()) {
        let expected = end / (1.0 + (end / 0.05 - 1.0) * libm::exp(-growth * time));
        assert!((value - expected).abs() < 1e-10, "{time}: {value}, {expected}");
    }
    assert!(matches!(solution.of("C2"), Err(StatsError::UnknownCluster { .. })));
}

#[test]
fn the_three_factorisations_agree_where_they_should() {
    let closed = |order, closure: &dyn closures::ClusterClosure| {
        ClosedHierarchy::new(contact_process(order), closure).unwrap()
    };
    let start = |closed: &ClosedHierarchy| {
        let start = closed.random_start(&[0.7, 0.3]).unwrap();
        let times = [0.0, 0.5];
        let solution = closed.solve(&[1.0, 0.8], &start, &times).unwrap();
        solution.last_state(closed)
    };
    let pairs = closed(2, &PairFactorization);
    let regions = closed(2, &RegionFactorization);
    let state = start(&pairs);
    let values = |closed: &ClosedHierarchy| closed.supplied(&state).unwrap();
    for ((i, a), (j, b)) in values(&pairs).into_iter().zip(values(&regions)) {
        assert!(i == j && (a - b).abs() < 1e-15);
    }
    let error = ClosedHierarchy::new(contact_process(1), PairFactorization).unwrap_err();
    assert!(
        matches!(error, OdeError::Closure(ClosureError::UnknownPart { order: 1, .. })),
        "{error}"
    );
    // without correlation all are exact, at any order
    for order in 2..=3 {
        let closures: [&dyn closures::ClusterClosure; 3] =
            [&MeanField, &PairFactorization, &RegionFactorization];
        for closure in closures {
            let closed = closed(order, closure);
            let state = closed.random_start(&[0.7, 0.3]).unwrap();
            for (at, value) in closed.supplied(&state).unwrap() {
                let species = closed.hierarchy().types()[at].pattern.species();
                let expected: f64 =
                    species.iter().map(|what| [0.7, 0.3][usize::from(*what)]).product();
                assert!((value - expected).abs() < 1e-14);
            }
        }
    }
}

#[test]
fn order_three_on_the_triangular_lattice_integrates() {
    for closed in [
        ClosedHierarchy::new(swaps(3), RegionFactorization).unwrap(),
        ClosedHierarchy::conserving(swaps(3), RegionFactorization).unwrap(),
    ] {
        assert_eq!(closed.hierarchy().state().len(), 16);
        let mut start = closed.random_start(&[0.6, 0.4]).unwrap();
        let random = start.clone();
        let times: Vec<f64> = (0..101).map(|i| 0.01 * f64::from(i)).collect();
        // a random lattice stays one
        let solution = closed.solve(&[1.0], &start, &times).unwrap();
        for (a, b) in solution.last_state(&closed).iter().zip(&random) {
            assert!((a - b).abs() < 1e-9);
        }
        // a mixture of two random lattices relaxes towards the random one
        let [one, other] = [[0.8, 0.2], [0.4, 0.6]].map(|x| closed.random_start(&x).unwrap());
        start = one.iter().zip(&other).map(|(a, b)| 0.5 * (a + b)).collect();
        let solution = closed.solve(&[1.0], &start, &times).unwrap();
        println!(
            "{closed:?}: drift {:e}, residual {:e}, {:?}",
            solution.conservation_drift(),
            solution.marginal_residual(),
            solution.effort()
        );
        if closed.is_conserving() {
            assert!(solution.conservation_drift() < 1e-12);
            assert!(solution.marginal_residual() < 1e-12);
        }
        let unlike = solution.of("C+-").unwrap();
        assert!(unlike[0] < unlike[50] && unlike[50] < unlike[100] && unlike[100] < 0.24);
    }
}

#[test]
fn a_counted_configuration_is_a_start() {
    let hierarchy = swaps(3);
    let side = 9;
    let periodic = PeriodicLattice::new(Lattice::triangular(), &[side, side]).unwrap();
    let closed = ClosedHierarchy::new(hierarchy, MaximumEntropy::default()).unwrap();
    let times = [0.0, 0.1, 0.2];

    // (-) on one of three sublattices: every triangle has one, no neighbours both
    let ordered: Vec<u8> = (0..periodic.sites())
        .map(|index| {
            let [a, b, _] = periodic.site(index).cell;
            u8::from((a - b).rem_euclid(3) == 0)
        })
        .collect();
    let start = closed.counted_start(&periodic, &ordered).unwrap();
    closed.check_state(&start).unwrap();
    let solution = closed.solve(&[1.0], &start, &times).unwrap();
    let third = 1.0 / 3.0;
    for (name, expected) in [
        ("C+", 2.0 * third),
        ("C-", third),
        ("C++", third),
        ("C--", 0.0),
        ("C+-", third),
        ("C△+++", 0.0),
        ("C△++-", third),
        ("C△--+", 0.0),
    ] {
        let Ok(values) = solution.of(name) else { panic!("no {name} in {:?}", solution.names()) };
        assert!((values[0] - expected).abs() < 1e-12, "{name}: {}", values[0]);
    }

    // any configuration: parts of the state are what is counted site by site
    let mut random = Pcg64::seed_from_u64(3);
    let states: Vec<u8> =
        (0..periodic.sites()).map(|_| u8::from(random.random::<f64>() < 0.3)).collect();
    let start = closed.counted_start(&periodic, &states).unwrap();
    closed.check_state(&start).unwrap();
    let solution = closed.solve(&[1.0], &start, &times).unwrap();
    let minus = states.iter().filter(|state| **state == 1).count() as f64;
    let sites = periodic.sites() as f64;
    let unlike: usize = (0..periodic.sites())
        .map(|site| periodic.neighbours(site).filter(|&near| states[site] != states[near]).count())
        .sum();
    assert!((solution.of("C-").unwrap()[0] - minus / sites).abs() < 1e-12);
    // both ends of each bond have seen it: ordered pairs +- and -+
    let unlike = unlike as f64 / (2.0 * 6.0 * sites);
    assert!((solution.of("C+-").unwrap()[0] - unlike).abs() < 1e-12);
    assert!(solution.conservation_drift() < 1e-12, "{}", solution.conservation_drift());

    let error = closed.counted_start(&periodic, &states[1..]).unwrap_err();
    let short = matches!(error, OdeError::Lattice(LatticeError::WrongLength { .. }));
    assert!(short, "{error}");
    let square = PeriodicLattice::new(Lattice::square(), &[side, side]).unwrap();
    let error = closed.counted_start(&square, &states).unwrap_err();
    assert!(matches!(error, OdeError::Stats(StatsError::OtherLattice { .. })), "{error}");
}
