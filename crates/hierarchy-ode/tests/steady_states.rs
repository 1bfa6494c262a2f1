//! Steady states, their stability and thresholds, against closed forms.

use closures::{ClusterClosure, MaximumEntropy, MeanField, PairFactorization, RegionFactorization};
use cluster_stats::StatsError;
use hierarchy_ode::{ClosedHierarchy, Hierarchy, Lattice, OdeError, Rule, Species, SteadyState};

fn derive(lattice: Lattice, species: &[&str], rules: &[Rule], order: usize) -> Hierarchy {
    Hierarchy::derive(lattice, Species::new(species).unwrap(), rules, order).unwrap()
}

fn contact_process(lattice: Lattice, order: usize) -> Hierarchy {
    let rules =
        [Rule::change_beside("0", "1", "1").rate("lambda"), Rule::change("1", "0").rate("death")];
    derive(lattice, &["0", "1"], &rules, order)
}

fn threshold(lattice: Lattice, order: usize, closure: &dyn ClusterClosure) -> (f64, f64) {
    let closed = ClosedHierarchy::conserving(contact_process(lattice, order), closure).unwrap();
    let rates = vec![1.0; closed.hierarchy().rates().len()];
    let random = closed.random_start(&[0.3, 0.7]).unwrap();
    let active = closed.solve(&rates, &random, &[0.0, 30.0]).unwrap().last_state(&closed);
    let threshold = closed.threshold(&rates, "lambda", "C1", &active).unwrap();
    let stable = threshold.branch.iter().filter_map(|steady| steady.is_stable());
    assert!(stable.clone().all(|stable| stable) && stable.count() > 10);
    (threshold.rate, threshold.error)
}

/// Mean field 1/z and pairs 1/(z - 1); Monte Carlo 0.4122 on the square lattice (Marro and Dickman,
/// Nonequilibrium Phase Transitions in Lattice Models, 1999).
#[test]
fn thresholds_of_the_contact_process() {
    for (lattice, z) in [(Lattice::square(), 4.0), (Lattice::honeycomb(), 3.0)] {
        let (rate, error) = threshold(lattice.clone(), 1, &MeanField);
        assert!((rate - 1.0 / z).abs() < 1e-9 && error < 1e-9, "{rate} {error:e}");
        let (rate, error) = threshold(lattice.clone(), 1, &RegionFactorization);
        assert!((rate - 1.0 / z).abs() < 1e-9 && error < 1e-9, "{rate} {error:e}");
        let (rate, error) = threshold(lattice.clone(), 2, &PairFactorization);
        assert!((rate - 1.0 / (z - 1.0)).abs() < 1e-9 && error < 1e-9, "{rate} {error:e}");
        let (rate, error) = threshold(lattice, 2, &MaximumEntropy::default());
        assert!((rate - 1.0 / (z - 1.0)).abs() < 1e-9 && error < 1e-9, "{rate} {error:e}");
    }
    let (rate, error) = threshold(Lattice::square(), 3, &MaximumEntropy::default());
    println!("order 3 on the square lattice: {rate} +- {error:e}");
    assert!(rate > 1.0 / 3.0 && rate < 0.4122 && error < 1e-4, "{rate} {error:e}");
}

fn rates(closed: &ClosedHierarchy, lambda: f64) -> Vec<f64> {
    closed.hierarchy().rates_by_name(&[("lambda", lambda), ("death", 1.0)]).unwrap()
}

#[test]
fn steady_states_of_the_pair_approximation() {
    let closed =
        ClosedHierarchy::new(contact_process(Lattice::square(), 2), PairFactorization).unwrap();
    let guess = closed.random_start(&[0.3, 0.7]).unwrap();
    let lambdas: Vec<f64> = (0..20).map(|i| 1.0 - 0.03 * f64::from(i)).collect();
    let branch = closed.steady_states_along_rate(&[1.0, 1.0], "lambda", &lambdas, &guess).unwrap();
    for (steady, lambda) in branch.iter().zip(&lambdas) {
        // C01 = C1 / (4 lambda) from the sites, C01 / C0 = 1 - 1 / (3 lambda) from the pairs
        let density = (3.0 * lambda - 1.0) / (3.0 * lambda - 0.25);
        assert!((steady.concentrations[1] - density).abs() < 1e-10, "{lambda}");
        assert!(steady.residual < 1e-12 && steady.is_stable() == Some(true));
    }
    // the same branch by its density
    let at = closed.hierarchy().rates().iter().position(|name| name == "lambda").unwrap();
    let densities: Vec<f64> = branch.iter().map(|steady| steady.concentrations[1]).collect();
    let again = closed
        .steady_states_along_cluster(&[1.0, 1.0], "lambda", "C1", &densities, &guess)
        .unwrap();
    for (steady, lambda) in again.iter().zip(&lambdas) {
        assert!((steady.rates[at] - lambda).abs() < 1e-10, "{lambda} {steady:?}");
    }
    let error = closed.steady_states_along_rate(&[1.0, 1.0], "mu", &lambdas, &guess).unwrap_err();
    assert!(matches!(error, OdeError::UnknownRate { .. }), "{error}");
    let error = closed.threshold(&[1.0, 1.0], "lambda", "C2", &guess).unwrap_err();
    assert!(matches!(error, OdeError::Stats(StatsError::UnknownCluster { .. })), "{error}");
    // the empty lattice loses its stability at the thresholds
    let sites = ClosedHierarchy::new(contact_process(Lattice::square(), 1), MeanField).unwrap();
    for lambda in [0.2, 0.3, 0.36] {
        let empty = sites.steady_state(&rates(&sites, lambda), &[1.0, 0.0]).unwrap();
        assert!((empty.growth_rate().unwrap() - (4.0 * lambda - 1.0)).abs() < 1e-8);
        let empty = closed.random_start(&[1.0, 0.0]).unwrap();
        let empty = closed.steady_state(&rates(&closed, lambda), &empty).unwrap();
        assert_eq!(empty.is_stable(), Some(lambda < 1.0 / 3.0));
    }
    // with triples the closure divides by the pairs that are not there
    let triples = contact_process(Lattice::square(), 3);
    let triples = ClosedHierarchy::new(triples, MaximumEntropy::default()).unwrap();
    let empty = triples.random_start(&[1.0, 0.0]).unwrap();
    let empty = triples.steady_state(&rates(&triples, 0.5), &empty).unwrap();
    assert_eq!((empty.residual, empty.eigenvalues), (0.0, None));
}

/// Swaps conserve the composition, so that each has its own steady state: the random lattice.
#[test]
fn conserved_quantities_stay_those_of_the_guess() {
    let hierarchy = derive(Lattice::triangular(), &["+", "-"], &[Rule::exchange("+", "-")], 3);
    let closed = ClosedHierarchy::new(hierarchy, MaximumEntropy::default()).unwrap();
    let [one, other] = [[0.75, 0.25], [0.45, 0.55]].map(|x| closed.random_start(&x).unwrap());
    let guess: Vec<f64> = one.iter().zip(&other).map(|(a, b)| 0.5 * (a + b)).collect();
    let steady = closed.steady_state(&[1.0], &guess).unwrap();
    let random = closed.random_start(&[0.6, 0.4]).unwrap();
    for (a, b) in steady.state.iter().zip(&random) {
        assert!((a - b).abs() < 1e-10, "{a} {b}");
    }
    assert_eq!(steady.is_stable(), Some(true));
}

#[test]
fn totals_of_sir_are_conserved_in_integration_and_a_wall_is_named() {
    let rules =
        [Rule::change_beside("S", "I", "I").rate("beta"), Rule::change("I", "R").rate("gamma")];
    let hierarchy = derive(Lattice::square(), &["S", "I", "R"], &rules, 2);
    let closed = ClosedHierarchy::new(hierarchy, PairFactorization).unwrap();
    let start = closed.random_start(&[0.98, 0.02, 0.0]).unwrap();
    let times: Vec<f64> = (0..101).map(|i| 0.3 * f64::from(i)).collect();
    let rates = closed.hierarchy().rates_by_name(&[("gamma", 1.0), ("beta", 0.8)]).unwrap();
    let solution = closed.solve(&rates, &start, &times).unwrap();
    assert!(solution.conservation_drift() < 1e-12);
    for row in solution.rows() {
        assert!((row[..3].iter().sum::<f64>() - 1.0).abs() < 1e-12);
    }
    let recovered = solution.of("CR").unwrap();
    assert!(recovered.windows(2).all(|two| two[0] <= two[1] + 1e-9) && recovered[100] > 0.3);

    // mean field for pairs takes pairs away where there are none
    let hierarchy =
        derive(Lattice::triangular(), &["+", "-"], &[Rule::exchange("+", "-").by_class()], 2);
    let closed = ClosedHierarchy::largest_windows(hierarchy, MeanField).unwrap();
    let start = closed.random_start(&[0.6, 0.4]).unwrap();
    let k = [0.0, 0.0, 20.0, 0.0, 0.0, 0.0, 0.0, 0.0];
    let error = closed.solve(&k, &start, &[0.0, 1.0]).unwrap_err();
    match error {
        OdeError::ClusterBecameNegative { ref name, time, rate } => {
            assert!(name == "C++" && time > 0.0 && time < 0.2 && rate < 0.0, "{error}");
        }
        _ => panic!("{error}"),
    }
}

/// Growth by b for each pair of full neighbours, here as rates n (n - 1) / 12 by the number n of full
/// neighbours, and decay: by mean field dC1/dt = x^2 (1 - x) - death x with x = C1, so that death =
/// x (1 - x) along the branch, which folds at x = 1/2, where its growth rate x (1 - 2 x) is 0.
#[test]
fn a_branch_goes_round_its_fold() {
    let rules =
        [Rule::change_by_count("0", "1", "1").rate("up"), Rule::change("1", "0").rate("death")];
    let branch = |order: usize, closure: &dyn ClusterClosure, densities: &[f64]| {
        let hierarchy = derive(Lattice::square(), &["0", "1"], &rules, order);
        let closed = ClosedHierarchy::new(hierarchy, closure).unwrap();
        let rate = |name: &String| match name.strip_prefix("up") {
            Some(count) => {
                let count: f64 = count.parse().unwrap();
                count * (count - 1.0) / 12.0
            }
            None => 0.2,
        };
        let rates: Vec<f64> = closed.hierarchy().rates().iter().map(rate).collect();
        let death = closed.hierarchy().rates().iter().position(|name| name == "death").unwrap();
        let guess = closed.random_start(&[1.0 - densities[0], densities[0]]).unwrap();
        let found =
            closed.steady_states_along_cluster(&rates, "death", "C1", densities, &guess).unwrap();
        let point = |steady: SteadyState| (steady.rates[death], steady.growth_rate().unwrap());
        found.into_iter().map(point).collect::<Vec<(f64, f64)>>()
    };
    let densities: Vec<f64> = (0..26).map(|i| 0.755 - 0.02 * f64::from(i)).collect();
    for (x, (death, growth)) in densities.iter().zip(branch(1, &MeanField, &densities)) {
        assert!((death - x * (1.0 - x)).abs() < 1e-12, "{x}: {death}");
        assert!((growth - x * (1.0 - 2.0 * x)).abs() < 1e-7, "{x}: {growth}");
    }
    // with pairs there is no closed form, but the stability changes where the branch turns
    let pairs = branch(2, &PairFactorization, &densities);
    let turn = pairs.windows(2).position(|two| two[1].0 < two[0].0).unwrap();
    println!("pairs: the branch turns at C1 = {}, death = {}", densities[turn], pairs[turn].0);
    assert!(turn > 2 && turn + 3 < pairs.len(), "{pairs:?}");
    for (i, two) in pairs.windows(2).enumerate() {
        assert_eq!(two[1].0 < two[0].0, i >= turn, "{i}: {two:?}");
    }
    for (i, (_, growth)) in pairs.iter().enumerate().filter(|(i, _)| i.abs_diff(turn) > 1) {
        assert_eq!(*growth < 0.0, i < turn, "{i}: {growth}");
    }
}
