//! Rate constants by name: rules with one name share a constant, numbers are a function of the
//! system, lists of values are complete; and what is conserved then.

use crate::common;
use closures::PairFactorization;
use hierarchy_ode::{
    ClosedHierarchy, DerivationError, Hierarchy, Lattice, OdeError, Rule, Site, Species,
};
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

fn derive(lattice: Lattice, species: &[&str], rules: &[Rule], order: usize) -> Hierarchy {
    Hierarchy::derive(lattice, Species::new(species).unwrap(), rules, order).unwrap()
}

fn conserved(hierarchy: &Hierarchy) -> Vec<String> {
    hierarchy.conserved_quantities().unwrap().into_iter().map(|one| one.name).collect()
}

/// `0 1 -> 1 1` and `1 0 -> 0 0`, the voter model: dC1/dt = z k C01 - z j C10 by counting bonds, 0
/// for one constant k = j (Clifford, Sudbury 1973: the density of the voter model is a martingale).
fn voter(one: &str, other: &str) -> [Rule; 2] {
    [Rule::pair(["0", "1"], ["1", "1"]).rate(one), Rule::pair(["1", "0"], ["0", "0"]).rate(other)]
}

#[test]
fn rules_with_one_name_share_their_constant() {
    for (lattice, cells) in [
        (Lattice::square(), &[6, 7][..]),
        (Lattice::triangular(), &[6, 7]),
        (Lattice::honeycomb(), &[5, 4]),
        (Lattice::simple_cubic(), &[4, 4, 5]),
    ] {
        for order in 1..=2 {
            let shared = derive(lattice.clone(), &["1", "0"], &voter("k", "k"), order);
            assert_eq!(shared.equation_text(0), "dC1/dt = 0");
            assert_eq!(conserved(&shared), ["C1"], "{} {order}", lattice.name());
            assert_eq!(shared.all_rates(), ["k"]);
            let apart = derive(lattice.clone(), &["1", "0"], &voter("k", "j"), order);
            let z = lattice.coordination();
            assert_eq!(apart.equation_text(0), format!("dC1/dt = {z} k C10 - {z} j C10"));
            assert_eq!(conserved(&apart), [""; 0]);
            assert_eq!(apart.rates(), ["k", "j"]);
        }
        // the process of the same rules has both events, each with this constant
        let shared = derive(lattice.clone(), &["1", "0"], &voter("k", "k"), 2);
        let process = common::process(&shared, cells, &[0.7]);
        let mut rng = Pcg64::seed_from_u64(3);
        let states = process.random_states(&[0.4, 0.6], &mut rng).unwrap();
        let periodic = process.lattice();
        let unlike: usize = (0..periodic.sites())
            .map(|site| {
                periodic.neighbours(site).filter(|near| states[*near] != states[site]).count()
            })
            .sum();
        let run = process.start(states.clone()).unwrap();
        assert!((run.total_rate() - 0.7 * unlike as f64).abs() < 1e-9 * unlike as f64);
    }
}

/// Closed with pairs, the density of the voter model stays where it is, and C10 comes to
/// (z - 2) / (z - 1) C1 C0: the pair approximation of Vazquez and Eguiluz, New J. Phys. 10, 063011
/// (2008), with 2 C10 the share of active links.
#[test]
fn a_closed_system_keeps_what_a_shared_constant_conserves() {
    for (lattice, z) in [(Lattice::square(), 4.0), (Lattice::honeycomb(), 3.0)] {
        let hierarchy = derive(lattice, &["1", "0"], &voter("k", "k"), 2);
        let closed = ClosedHierarchy::new(hierarchy, PairFactorization).unwrap();
        let start = closed.random_start(&[0.3, 0.7]).unwrap();
        let solution = closed.solve(&[1.0], &start, &[0.0, 1.0, 60.0]).unwrap();
        assert!(solution.conservation_drift() < 1e-9);
        let at_rest = closed.steady_state(&[1.0], &start).unwrap();
        let of = |name: &str| at_rest.concentrations[closed.hierarchy().position(name).unwrap()];
        let expected = (z - 2.0) / (z - 1.0) * 0.3 * 0.7;
        assert!((of("C1") - 0.3).abs() < 1e-9, "{}", of("C1"));
        assert!((of("C10") - expected).abs() < 1e-8, "{} {expected}", of("C10"));
        for (name, value) in [("C1", 0.3), ("C10", expected)] {
            assert!((solution.of(name).unwrap()[2] - value).abs() < 1e-6, "{name}");
        }
    }
}

#[test]
fn rules_by_count_and_by_class_share_each_of_theirs() {
    // both directions with w0 to w4, symmetric in the counted species: nothing but names is shared
    let counted = [
        Rule::change_by_count("0", "1", "1").rate("w"),
        Rule::change_by_count("1", "0", "0").rate("w"),
    ];
    let hierarchy = derive(Lattice::square(), &["1", "0"], &counted, 1);
    let mut rates = hierarchy.all_rates().to_vec();
    rates.sort();
    assert_eq!(rates, ["w0", "w1", "w2", "w3", "w4"]);
    // swaps of three species by class with one name: as many constants as without it, each with a
    // name of its own
    let swaps = [("A", "B"), ("B", "C"), ("A", "C")];
    let unnamed = swaps.map(|(a, b)| Rule::exchange(a, b).by_class());
    let named = unnamed.clone().map(|rule| rule.rate("k"));
    let species = ["A", "B", "C"];
    let [unnamed, named] =
        [unnamed, named].map(|rules| derive(Lattice::triangular(), &species, &rules, 2));
    assert_eq!(named.rates(), unnamed.rates());
    let different: std::collections::BTreeSet<_> = named.all_rates().iter().collect();
    assert_eq!(different.len(), unnamed.all_rates().len());
}

#[test]
fn every_rate_is_given_once() {
    let rules = [
        Rule::change_beside("S", "I", "I").rate("beta"),
        Rule::pair(["I", "I"], ["S", "I"]).rate("beta2"),
        Rule::change("I", "S").rate("gamma"),
    ];
    let hierarchy = derive(Lattice::square(), &["S", "I"], &rules, 2);
    let rates = hierarchy.rates_by_name(&[("beta2", 2.0), ("gamma", 3.0), ("beta", 1.0)]).unwrap();
    for (name, value) in hierarchy.rates().iter().zip(rates) {
        let expected = [("beta", 1.0), ("beta2", 2.0), ("gamma", 3.0)];
        assert!(expected.contains(&(name.as_str(), value)), "{name} = {value}");
    }
    type Case<'a> = (&'a [(&'a str, f64)], [&'a [&'a str]; 3], &'a str);
    let wrong: [Case<'_>; 4] = [
        (&[("beta", 1.0), ("gamma", 1.0)], [&["beta2"], &[], &[]], "no value for: beta2;"),
        (
            &[("beta", 1.0), ("beta2", 1.0), ("gamma", 1.0), ("beta", 2.0)],
            [&[], &["beta"], &[]],
            "twice: beta;",
        ),
        (
            &[("beta", 1.0), ("beta2", 1.0), ("gama", 1.0)],
            [&["gamma"], &[], &["gama"]],
            "no value for: gamma; unknown: gama; give each of ",
        ),
        (&[], [&["beta", "beta2", "gamma"], &[], &[]], "no value for: "),
    ];
    for (given, [no_value, twice, not_there], text) in wrong {
        let error = hierarchy.rates_by_name(given).unwrap_err();
        assert!(error.to_string().contains(text), "{error}");
        let OdeError::Derivation(DerivationError::RateNames { missing, repeated, unknown, .. }) =
            error
        else {
            panic!("{error}")
        };
        let mut missing = missing.clone();
        missing.sort();
        assert_eq!((&missing[..], &repeated[..]), (&own(no_value)[..], &own(twice)[..]));
        assert_eq!(unknown, own(not_there));
    }
    let negative = hierarchy.rates_by_name(&[("beta", -1.0), ("beta2", 1.0), ("gamma", 1.0)]);
    assert!(matches!(negative, Err(OdeError::InvalidRate { .. })));
    // constants by count have a name each, and none stands for the others
    let counted = [Rule::change_by_count("S", "I", "I").rate("w")];
    let hierarchy = derive(Lattice::honeycomb(), &["S", "I"], &counted, 1);
    assert!(hierarchy.rates_by_name(&[("w", 1.0)]).is_err());
    // a constant that cancels in all equations may be given
    let walk = [Rule::exchange("S", "I").rate("walk"), Rule::change("I", "S").rate("gamma")];
    let hierarchy = derive(Lattice::square(), &["S", "I"], &walk, 1);
    assert_eq!((hierarchy.rates(), hierarchy.all_rates().len()), (&own(&["gamma"])[..], 2));
    assert_eq!(hierarchy.rates_by_name(&[("gamma", 1.0), ("walk", 2.0)]).unwrap(), [1.0]);
    assert_eq!(hierarchy.rates_by_name(&[("gamma", 1.0)]).unwrap(), [1.0]);
}

fn own(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

#[test]
fn names_that_clash_are_refused_and_automatic_ones_step_aside() {
    let refused = |rules: &[Rule]| {
        let species = Species::new(&["A", "B"]).unwrap();
        match Hierarchy::derive(Lattice::honeycomb(), species, rules, 2) {
            Err(OdeError::Derivation(error)) => error,
            other => panic!("{other:?}"),
        }
    };
    let counted = || Rule::change_by_count("A", "B", "B").rate("k");
    let by_class = || Rule::exchange("A", "B").by_class().rate("k");
    for rules in [
        [counted(), Rule::change("B", "A").rate("k1")],
        [Rule::change("B", "A").rate("k2"), by_class()],
        [by_class(), counted()],
    ] {
        let error = refused(&rules);
        assert!(matches!(error, DerivationError::RateNameClash { .. }), "{error}");
    }
    // the same in either order of the two neighbors, or with one name
    let infection = || Rule::pair(["A", "B"], ["B", "B"]);
    for (first, second) in [
        (infection(), infection()),
        (infection(), Rule::pair(["B", "A"], ["B", "B"])),
        (infection().rate("k"), infection().rate(" k ")),
        (Rule::exchange("A", "B"), Rule::exchange("B", "A")),
        (counted(), counted()),
    ] {
        let error = refused(&[Rule::change("B", "A"), first, second]);
        assert!(
            matches!(error, DerivationError::RepeatedRule { first: 2, second: 3, .. }),
            "{error}"
        );
    }
    for name in ["", "  ", "my rate", "2", "2k"] {
        let error = refused(&[infection().rate(name)]);
        assert!(matches!(error, DerivationError::BadRateName { .. }), "{error}");
    }
    // two ways to the same end are two constants
    let ways = [Rule::change("B", "A").rate("death"), Rule::change("B", "A").rate("cure")];
    let hierarchy = derive(Lattice::honeycomb(), &["B", "A"], &ways, 1);
    assert_eq!(hierarchy.equation_text(0), "dCB/dt = - death CB - cure CB".replacen("- ", "-", 1));
    // a constant called like a species or an automatic name
    let rules = [
        Rule::change("B", "A").rate("k1"),
        Rule::exchange("A", "B").by_class(),
        counted().rate("k"),
    ];
    let error = refused(&rules);
    assert!(matches!(error, DerivationError::RateNameClash { .. }), "{error}");
    let hierarchy = derive(
        Lattice::honeycomb(),
        &["A", "B"],
        &[Rule::change("B", "A"), counted(), infection().rate("A"), Rule::exchange("A", "B")],
        2,
    );
    let mut names = hierarchy.all_rates().to_vec();
    names.sort();
    assert_eq!(names, ["A", "k0", "k1", "k2", "k3", "k4", "k5"]);
}

/// However the neighbors of a site are listed, types and rates have the same numbers.
#[test]
fn numbers_are_a_function_of_the_system() {
    let mut rng = Pcg64::seed_from_u64(4);
    for (lattice, positions) in [
        (Lattice::honeycomb(), vec![[0.0; 3], [1.0 / 3.0, 1.0 / 3.0, 0.0]]),
        (Lattice::triangular(), vec![[0.0; 3]]),
        (Lattice::kagome(), vec![[0.0; 3], [0.5, 0.0, 0.0], [0.0, 0.5, 0.0]]),
    ] {
        let vectors = [[1.0, 0.0, 0.0], [0.5, 0.75_f64.sqrt(), 0.0], [0.0, 0.0, 1.0]];
        let swaps = [("A", "B"), ("A", "V"), ("B", "V")];
        let swaps = swaps.map(|(a, b)| Rule::exchange(a, b).by_class());
        let species = ["A", "B", "V"];
        let expected = derive(lattice.clone(), &species, &swaps, 2);
        for _ in 0..4 {
            let home = |sublattice| Site { cell: [0; 3], sublattice };
            let near = (0..lattice.sublattices()).map(|s| {
                let mut near: Vec<Site> = lattice.neighbours(home(s)).collect();
                near.shuffle(&mut rng);
                near
            });
            let same = Lattice::new("same", 2, near.collect()).unwrap();
            let same = same.with_positions(vectors, positions.clone()).unwrap();
            let found = derive(same, &species, &swaps, 2);
            assert_eq!(found.to_text(), expected.to_text(), "{}", lattice.name());
            assert_eq!(found.all_rates(), expected.all_rates());
            assert_eq!(found.windows_text(), expected.windows_text());
        }
    }
}

/// An equation dC/dt = 0 is a conserved quantity, also where the larger clusters contradict it.
#[test]
fn an_equation_that_is_zero_is_conserved() {
    let swaps = [Rule::exchange("A", "B").by_class()];
    for lattice in [Lattice::triangular(), Lattice::square(), Lattice::honeycomb()] {
        for order in 1..=3 {
            let hierarchy = derive(lattice.clone(), &["A", "B"], &swaps, order);
            assert_eq!(hierarchy.equation_text(0), "dCA/dt = 0");
            assert_eq!(conserved(&hierarchy), ["CA"], "{} {order}", lattice.name());
        }
    }
    // (5) alone conserves nothing
    let hierarchy = derive(Lattice::triangular(), &["A", "B"], &swaps, 2);
    assert_eq!(hierarchy.conserved_by_state().unwrap(), []);
    // what is conserved stands still for random concentrations, for any rules
    let rules = [
        Rule::exchange("A", "V").by_class(),
        Rule::exchange("B", "V").rate("hop"),
        Rule::pair(["A", "B"], ["B", "A"]).rate("hop"),
    ];
    let hierarchy = derive(Lattice::square(), &["A", "B", "V"], &rules, 2);
    assert_eq!(conserved(&hierarchy), ["CA", "CB"]);
    let mut rng = Pcg64::seed_from_u64(8);
    let concentrations: Vec<f64> = hierarchy.types().iter().map(|_| rng.random()).collect();
    let rates: Vec<f64> = hierarchy.rates().iter().map(|_| rng.random()).collect();
    let change = hierarchy.derivative(&rates, &concentrations).unwrap();
    assert_eq!(change[..3], [0.0; 3]);
    // with one constant an event, smaller clusters are marginals: both lists are one
    let rules = [Rule::exchange("A", "B"), Rule::change("B", "V")];
    let hierarchy = derive(Lattice::square(), &["A", "B", "V"], &rules, 3);
    let all = hierarchy.conserved_quantities().unwrap();
    assert_eq!(all.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["CA"]);
    assert_eq!(all, hierarchy.conserved_by_state().unwrap());
}

#[test]
fn a_search_that_is_too_large_says_so_and_leaves_the_equations() {
    let names: Vec<String> = (0..12).map(|i| format!("s{i}")).collect();
    let species = Species::new(&names).unwrap();
    let rules = [Rule::change("s0", "s1")];
    let hierarchy = Hierarchy::derive(Lattice::honeycomb(), species, &rules, 3).unwrap();
    let error = hierarchy.conserved_quantities().unwrap_err();
    assert!(error.to_string().contains("conserved sums were not searched"), "{error}");
    assert!(matches!(
        error,
        OdeError::Derivation(DerivationError::ConservationTooLarge { estimate, .. }) if estimate > 1e6
    ));
    assert_eq!(hierarchy.equation_text(0), "dC(s0)/dt = -k1 C(s0)");
}
