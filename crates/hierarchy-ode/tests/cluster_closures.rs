//! Closures of any order: exact where they must be, their contract, what they conserve.

use closures::{
    Closure, ClosureError, ClosureTask, ClusterClosure, FromTriplets, LogOdds, MaximumEntropy,
    Monomials, PairApproximation, PairFactorization, PreparedClosure, Reference,
    RegionFactorization, SparseApproximation, cluster_closure_from_fn,
};
use cluster_stats::PairConcentrations;
use hierarchy_ode::{
    ClosedHierarchy, ClosedModel, Hierarchy, Lattice, OdeError, RateConstants, Rule, Site, Species,
    check_cluster_closure,
};

fn derive(lattice: Lattice, species: &[&str], rules: &[Rule], order: usize) -> Hierarchy {
    Hierarchy::derive(lattice, Species::new(species).unwrap(), rules, order).unwrap()
}

fn line() -> Lattice {
    Lattice::new("line", 1, vec![[[1, 0, 0], [-1, 0, 0]].map(Site::at).to_vec()]).unwrap()
}

fn swaps(lattice: Lattice, order: usize) -> Hierarchy {
    derive(lattice, &["+", "-"], &[Rule::exchange("+", "-")], order)
}

/// Probabilities of all patterns of `sites` neighbours on a long ring, whose weight is a product
/// over three successive sites, by powers of the transfer matrix between pairs.
fn ring(sites: usize, weight: impl Fn(usize, usize, usize) -> f64) -> Vec<f64> {
    let mut transfer = [[0.0; 4]; 4];
    for code in 0..8 {
        let (a, b, c) = (code & 1, code >> 1 & 1, code >> 2);
        transfer[a + 2 * b][b + 2 * c] = weight(a, b, c);
    }
    let mut power = transfer;
    for _ in 0..9 {
        let product = |i: usize, j: usize| (0..4).map(|k| power[i][k] * power[k][j]).sum::<f64>();
        let square: [[f64; 4]; 4] = std::array::from_fn(|i| std::array::from_fn(|j| product(i, j)));
        let scale = square[0][0];
        power = square.map(|row| row.map(|v| v / scale)); // 512 sites
    }
    let raw: Vec<f64> = (0..1 << sites)
        .map(|code| {
            let at = |i: usize| code >> i & 1;
            let inside: f64 = (0..sites - 2).map(|i| weight(at(i), at(i + 1), at(i + 2))).product();
            inside * power[at(sites - 2) + 2 * at(sites - 1)][at(0) + 2 * at(1)]
        })
        .collect();
    let sum: f64 = raw.iter().sum();
    raw.into_iter().map(|v| v / sum).collect()
}

/// The probability of a pattern of neighbours in a line.
fn probability(all: &[f64], species: &[u8]) -> f64 {
    all[species.iter().rev().fold(0, |code, what| 2 * code + usize::from(*what))]
}

/// Symmetric under reflection, without any other symmetry.
fn three_sites(a: usize, b: usize, c: usize) -> f64 {
    [[[1.0, 0.6], [0.3, 0.9]], [[0.6, 1.7], [0.9, 0.5]]][a][b][c]
}

#[test]
fn markov_chains_are_closed_exactly() {
    let pairs = |a: usize, b: usize, c: usize| {
        let bond = |i: usize, j: usize| [[1.0, 0.4], [0.4, 0.7]][i][j];
        bond(a, b) * bond(b, c)
    };
    type Weight<'a> = &'a dyn Fn(usize, usize, usize) -> f64;
    let maximum = MaximumEntropy::default();
    let cases: [(usize, Weight<'_>, &dyn ClusterClosure); 6] = [
        (2, &pairs, &PairFactorization),
        (3, &pairs, &PairFactorization),
        (2, &pairs, &RegionFactorization),
        (3, &three_sites, &RegionFactorization),
        (2, &pairs, &maximum),
        (3, &three_sites, &maximum),
    ];
    for (order, weight, closure) in cases {
        let closed = ClosedHierarchy::new(swaps(line(), order), closure).unwrap();
        let types = closed.hierarchy().types();
        let exact = |at: usize| {
            let species = types[at].pattern.species();
            probability(&ring(species.len().max(3), weight), species)
        };
        let of_pairs = |at: usize| {
            let species = types[at].pattern.species();
            let all = ring(3, weight);
            (0..2).map(|last| probability(&all, &[species[0], species[1], last])).sum::<f64>()
        };
        let state: Vec<f64> = closed
            .hierarchy()
            .state()
            .map(|at| if order == 2 { of_pairs(at) } else { exact(at) })
            .collect();
        closed.check_state(&state).unwrap();
        let supplied = closed.supplied(&state).unwrap();
        assert!(!supplied.is_empty());
        for (at, value) in supplied {
            assert!((value - exact(at)).abs() < 1e-12, "{} {value} {}", types[at].name, exact(at));
        }
    }
    // what needs three sites is not closed by pairs
    let closed = ClosedHierarchy::new(swaps(line(), 3), PairFactorization).unwrap();
    let all = ring(4, three_sites);
    let three = ring(3, three_sites);
    let types = closed.hierarchy().types();
    let state: Vec<f64> = closed
        .hierarchy()
        .state()
        .map(|at| probability(&three, types[at].pattern.species()))
        .collect();
    let off = closed.supplied(&state).unwrap().into_iter();
    let off = off.map(|(at, value)| (value - probability(&all, types[at].pattern.species())).abs());
    assert!(off.fold(0.0, f64::max) > 1e-3);
}

#[test]
fn maximum_entropy_is_the_pair_factorisation_on_trees_alone() {
    for (lattice, loops) in
        [(Lattice::square(), false), (Lattice::honeycomb(), false), (Lattice::triangular(), true)]
    {
        let rules = [Rule::change_beside("0", "1", "1"), Rule::change("1", "0")];
        let hierarchy = derive(lattice, &["0", "1"], &rules, 2);
        let pairs = ClosedHierarchy::new(hierarchy.clone(), PairFactorization).unwrap();
        let maximum = ClosedHierarchy::new(hierarchy, MaximumEntropy::default()).unwrap();
        let start = pairs.random_start(&[0.6, 0.4]).unwrap();
        let state = pairs.solve(&[0.8, 1.0], &start, &[0.0, 1.0]).unwrap().last_state(&pairs);
        let (one, other) = (pairs.supplied(&state).unwrap(), maximum.supplied(&state).unwrap());
        let differences = one.iter().zip(&other).map(|(a, b)| (a.1 - b.1).abs());
        let worst = differences.fold(0.0, f64::max);
        assert_eq!(worst > 1e-12, loops, "{worst:e}");
    }
}

fn log_odds() -> LogOdds {
    let rows =
        [[0.4, -0.3, 0.2], [-0.2, 0.5, 0.1], [0.3, 0.3, -0.4], [0.1, -0.6, 0.2], [0.5, 0.1, 0.3]];
    LogOdds::new(Monomials::default(), Reference::PairApproximation, &rows.map(|row| row.to_vec()))
        .unwrap()
}

#[test]
fn closures_of_triplets_give_the_closed_model() {
    let k = [0.9, 0.7, 0.3, 0.4, 0.2, 0.5, 0.6, 0.8];
    let rates = RateConstants::from_array(k).unwrap();
    let hierarchy =
        derive(Lattice::triangular(), &["+", "-"], &[Rule::exchange("+", "-").by_class()], 2);
    let closures: [fn() -> Box<dyn Closure>; 3] =
        [|| Box::new(PairApproximation), || Box::new(SparseApproximation), || Box::new(log_odds())];
    let times: Vec<f64> = (0..6).map(|i| 0.1 * f64::from(i)).collect();
    for closure in closures {
        let closed =
            ClosedHierarchy::largest_windows(hierarchy.clone(), FromTriplets::new(closure()))
                .unwrap();
        let closed = closed.with_tolerances(1e-12, 1e-14).unwrap();
        let model = ClosedModel::published(closure()).with_tolerances(1e-12, 1e-14).unwrap();
        let pairs = PairConcentrations::of_composition(0.4, 0.2);
        let state = pairs.to_array();
        let slope = model.derivative(&rates, &pairs).unwrap();
        for (a, b) in closed.derivative(&k, &state).unwrap().iter().zip(slope) {
            assert!((a - b).abs() < 1e-14);
        }
        let solution = closed.solve(&k, &state, &times).unwrap();
        let expected = model.solve(&rates, pairs, &times).unwrap();
        for (row, pairs) in solution.rows().zip(expected.pairs()) {
            for (a, b) in row[2..].iter().zip(pairs.to_array()) {
                assert!((a - b).abs() < 1e-12, "{a}, {b}");
            }
        }
    }
    let unfit = [swaps(Lattice::square(), 2), swaps(Lattice::triangular(), 3)];
    for hierarchy in unfit {
        let error = ClosedHierarchy::new(hierarchy, FromTriplets::new(PairApproximation));
        assert!(matches!(error, Err(OdeError::Closure(ClosureError::DoesNotFit { .. }))));
    }
}

#[test]
fn what_keeps_its_marginals_conserves_the_composition() {
    let maximum = MaximumEntropy::default();
    let cases: [(Hierarchy, &dyn ClusterClosure, bool); 5] = [
        (swaps(Lattice::triangular(), 2), &PairFactorization, true), // triangles cancel
        (swaps(Lattice::square(), 2), &maximum, true),
        (swaps(Lattice::triangular(), 3), &maximum, true),
        (swaps(Lattice::triangular(), 3), &RegionFactorization, false),
        (swaps(Lattice::triangular(), 3), &PairFactorization, false),
    ];
    let mut broken = 0.0_f64;
    for (hierarchy, closure, keeps) in cases {
        let closed = ClosedHierarchy::largest_windows(hierarchy.clone(), closure).unwrap();
        let report = check_cluster_closure(&closed);
        assert!(report.holds(), "{report}");
        assert!(report.uncorrelated_error < 1e-14 && report.smallest >= 0.0, "{report}");
        assert_eq!(report.marginal_rate < 1e-12, keeps, "{report}");
        assert!(report.conservation_rate < 1e-12 || !keeps, "{report}");
        let [one, other] = [[0.8, 0.2], [0.4, 0.6]].map(|x| closed.random_start(&x).unwrap());
        let start: Vec<f64> = one.iter().zip(&other).map(|(a, b)| 0.5 * (a + b)).collect();
        let solution = closed.solve(&[1.0], &start, &[0.0, 0.1, 0.3]).unwrap();
        println!("{closed:?}: drift {:e}", solution.conservation_drift());
        assert!(solution.conservation_drift() < 1e-12 || !keeps, "{closed:?}");
        assert_eq!(solution.marginal_residual() < 1e-12, keeps, "{closed:?}");
        assert_eq!(solution.lower_equation_residual() < 1e-12, keeps, "{closed:?}");
        assert_eq!(report.lower_equation_rate < 1e-12, keeps, "{report}");
        broken = broken.max(solution.conservation_drift());
        let projected = ClosedHierarchy::conserving(hierarchy.clone(), closure).unwrap();
        let exact = ClosedHierarchy::new(hierarchy, closure).unwrap();
        for closed in [&projected, &exact] {
            let solution = closed.solve(&[1.0], &start, &[0.0, 0.1, 0.3]).unwrap();
            assert!(solution.conservation_drift() < 1e-13 && solution.marginal_residual() < 1e-13);
        }
        let solution = exact.solve(&[1.0], &start, &[0.0, 0.1, 0.3]).unwrap();
        assert!(solution.lower_equation_residual() < 1e-13);
        // what a closure keeps is told alike whatever system it stands in
        assert_eq!(report.to_string(), check_cluster_closure(&exact).to_string());
    }
    assert!(broken > 1e-5, "regions that close loops do not conserve it: {broken:e}");
}

#[test]
fn marginals_of_nothing_are_an_error_that_says_so() {
    let closure = MaximumEntropy::new(1e-12, 200).unwrap();
    let hierarchy =
        derive(Lattice::triangular(), &["+", "-"], &[Rule::change_beside("+", "-", "-")], 2);
    let closed = ClosedHierarchy::new(hierarchy, closure).unwrap();
    let triangles = |one: &hierarchy_ode::ClusterType| one.name.contains('△');
    assert!(closed.hierarchy().needed().iter().any(triangles));
    // on a triangle at most two bonds of three are unlike: 3 C+- <= 1
    let error = closed.derivative(&[1.0], &[0.05, 0.05, 0.45]).unwrap_err();
    assert_eq!(error.rejection(), Some("closure undefined"));
    let OdeError::Closure(ClosureError::NoDistribution { residual, .. }) = error else {
        panic!("{error}")
    };
    assert!((0.01..0.2).contains(&residual), "{error}");
    // off by rounding, and by what an integration may be off, is not impossible
    for beyond in [0.0, 1e-15, 1e-10] {
        let unlike = 1.0 / 3.0 + beyond;
        let like = 0.5 - unlike;
        let slope = closed.derivative(&[1.0], &[like, like, unlike]).unwrap();
        assert!(slope.iter().all(|v| v.is_finite()), "{slope:?}");
    }
    let unlike = 1.0 / 3.0 + 1e-6;
    let error = closed.derivative(&[1.0], &[0.5 - unlike, 0.5 - unlike, unlike]).unwrap_err();
    assert_eq!(error.rejection(), Some("closure undefined"));
    assert!(MaximumEntropy::new(f64::NAN, 10).is_err());
}

#[test]
fn closures_of_ones_own_and_states_that_are_none() {
    let own = cluster_closure_from_fn(|task: &mut ClosureTask<'_>| {
        let count = task.needed().len();
        let site = task.part(&[(Site::at([5, 1, 0]), 1)])?;
        assert_eq!(site, task.part(&[(Site::at([0, 0, 0]), 1)])?);
        let far = [(Site::at([0; 3]), 0), (Site::at([9, 0, 0]), 0)];
        assert!(matches!(task.part(&far), Err(ClosureError::UnknownPart { order: 2, .. })));
        assert!(task.knows(&[Site::at([0; 3]), Site::at([1, 0, 0])]));
        let evaluate = move |parts: &[f64], needed: &mut [f64]| {
            assert_eq!(needed.len(), count);
            needed.fill(1.0 / parts[0]);
            Ok(())
        };
        Ok(Box::new(evaluate) as Box<dyn PreparedClosure>)
    });
    let closed = ClosedHierarchy::new(swaps(Lattice::triangular(), 2), &own as &dyn ClusterClosure);
    let closed = closed.unwrap();
    let error = closed.derivative(&[1.0], &[1.0, 0.0, 0.0]).unwrap_err();
    assert!(matches!(error, OdeError::ClusterNotFinite { .. }), "{error}");
    let report = check_cluster_closure(&closed);
    assert!(!report.holds() && report.errors == 1 && report.uncorrelated_error > 0.1);

    let closed =
        ClosedHierarchy::new(swaps(Lattice::triangular(), 3), RegionFactorization).unwrap();
    let good = closed.random_start(&[0.5, 0.5]).unwrap();
    let bad = |change: &dyn Fn(&mut Vec<f64>)| {
        let mut state = good.clone();
        change(&mut state);
        closed.solve(&[1.0], &state, &[0.0, 1.0]).unwrap_err()
    };
    assert!(matches!(bad(&|state| state[0] = -0.1), OdeError::ImpossibleCluster { .. }));
    assert!(matches!(bad(&|state| state[0] = f64::NAN), OdeError::ImpossibleCluster { .. }));
    assert!(matches!(bad(&|state| state[0] += 0.1), OdeError::WindowSum { .. }));
    assert!(matches!(bad(&|state| state.truncate(3)), OdeError::WrongLength { .. }));
    // each window sums to 1, and they disagree about the pairs
    let types = closed.hierarchy().types();
    let (one, other) = (closed.hierarchy().state().start, closed.hierarchy().state().start + 1);
    assert!(
        types[one].weight == 1 && types[other].weight == 1,
        "{} {}",
        types[one].name,
        types[other].name
    );
    let moved = bad(&|state| {
        state[0] += 0.01;
        state[1] -= 0.01;
    });
    assert!(matches!(moved, OdeError::InconsistentMarginals { .. }), "{moved}");
    assert!(closed.solve(&[-1.0], &good, &[0.0, 1.0]).is_err());
    assert!(closed.solve(&[1.0], &good, &[]).is_err());
    assert!(closed.random_start(&[0.5, 0.6]).is_err() && closed.random_start(&[1.0]).is_err());
}
