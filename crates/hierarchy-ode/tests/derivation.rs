//! Derived hierarchies against the paper's equations, known numbers of types, textbook equations
//! and brute force: every event of a periodic configuration, carried out and counted again.

use cluster_stats::Counter;
use hierarchy_ode::{Hierarchy, Lattice, OdeError, PeriodicLattice, Rule, Site, Species};
use lattice_core::LatticeError;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

fn derive(lattice: Lattice, species: &[&str], rules: &[Rule], order: usize) -> Hierarchy {
    Hierarchy::derive(lattice, Species::new(species).unwrap(), rules, order).unwrap()
}

fn lattices() -> [(Lattice, &'static [usize]); 7] {
    [
        (Lattice::triangular(), &[7, 6]),
        (Lattice::square(), &[7, 6]),
        (Lattice::honeycomb(), &[5, 4]),
        (Lattice::kagome(), &[4, 5]),
        (Lattice::simple_cubic(), &[4, 5, 4]),
        (Lattice::face_centred_cubic(), &[4, 4, 5]),
        (Lattice::body_centred_cubic(), &[4, 5, 4]),
    ]
}

#[test]
fn the_numbers_of_types_on_the_triangular_lattice() {
    let of_size = |hierarchy: &Hierarchy, sites: usize| {
        let types = &hierarchy.types()[..hierarchy.equations().len()];
        types.iter().filter(|one| one.pattern.sites().len() == sites).count()
    };
    let two = derive(Lattice::triangular(), &["+", "-"], &[Rule::exchange("+", "-")], 4);
    assert_eq!([1, 2, 3, 4].map(|n| of_size(&two, n)), [2, 3, 16, 79]);
    let swaps = [("a", "b"), ("b", "c"), ("a", "c")].map(|(one, other)| Rule::exchange(one, other));
    let three = derive(Lattice::triangular(), &["a", "b", "c"], &swaps, 3);
    assert_eq!([1, 2, 3].map(|n| of_size(&three, n)), [3, 6, 46]);
    for hierarchy in [two, three] {
        for sites in 1..=hierarchy.order() {
            let mut windows: Vec<(&[Site], usize)> = Vec::new();
            for one in hierarchy.types().iter().filter(|one| one.pattern.sites().len() == sites) {
                match windows.iter_mut().find(|(window, _)| *window == one.pattern.sites()) {
                    Some((_, weight)) => *weight += one.weight,
                    None => windows.push((one.pattern.sites(), one.weight)),
                }
            }
            let all = hierarchy.species().len().pow(sites as u32);
            assert!(windows.iter().all(|(_, weight)| *weight == all));
        }
    }
}

#[test]
fn the_papers_three_equations() {
    let swaps = [Rule::exchange("+", "-").by_class()];
    let hierarchy = derive(Lattice::triangular(), &["+", "-"], &swaps, 2);
    let expected = "\
dC+/dt = 0
dC-/dt = 0
dC++/dt = 4 k1 C∠+-+ + 2 k2 C+-+ - 4 k3 C∠++- - 2 k4 C++-
dC--/dt = 4 k5 C∠-+- + 2 k6 C-+- - 4 k7 C∠--+ - 2 k8 C--+
dC+-/dt = 2 k3 C∠++- + 2 k7 C∠--+ + k4 C++- + k8 C--+ - 2 k1 C∠+-+ - 2 k5 C∠-+- - k2 C+-+ - k6 C-+-
";
    assert_eq!(hierarchy.to_text(), expected);
    assert_eq!(hierarchy.rates(), ["k1", "k2", "k3", "k4", "k5", "k6", "k7", "k8"]);
    // what the paper's system lacks
    assert_eq!(hierarchy.conserved_by_state().unwrap(), []);

    let hierarchy = derive(Lattice::triangular(), &["+", "-"], &[Rule::exchange("+", "-")], 2);
    assert_eq!(
        hierarchy.equation_text(2),
        "dC++/dt = 4 k1 C∠+-+ + 2 k1 C+-+ - 4 k1 C∠++- - 2 k1 C++-"
    );
    assert!(hierarchy.needed().iter().all(|one| !one.name.contains('△')), "triangles cancel");
    let conserved = hierarchy.conserved_quantities().unwrap();
    assert_eq!(conserved.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), ["C+"]);
}

/// The events of a rule on a configuration: (rate name's end, changes).
type Change = Vec<(usize, u8)>;

/// Every event of the rules that a configuration allows, straight from their definition.
fn events(
    periodic: &PeriodicLattice,
    states: &[u8],
    species: &[&str],
    rules: &[Described],
) -> Vec<(String, Change)> {
    let index = |name: &str| species.iter().position(|known| *known == name).unwrap() as u8;
    let mut all = Vec::new();
    for site in 0..periodic.sites() {
        for rule in rules {
            match *rule {
                Described::Site(from, to, rate) => {
                    if states[site] == index(from) {
                        all.push((rate.to_owned(), vec![(site, index(to))]));
                    }
                }
                Described::Pair([a, b], [c, d], rate) => {
                    for near in periodic.neighbours(site) {
                        let once = !(a == b && c == d) || site < near;
                        if once && states[site] == index(a) && states[near] == index(b) {
                            all.push((rate.to_owned(), vec![(site, index(c)), (near, index(d))]));
                        }
                    }
                }
                Described::Counted(from, to, counted, rate) => {
                    if states[site] == index(from) {
                        let near = periodic.neighbours(site);
                        let count = near.filter(|near| states[*near] == index(counted)).count();
                        all.push((format!("{rate}{count}"), vec![(site, index(to))]));
                    }
                }
            }
        }
    }
    all
}

#[derive(Clone, Copy)]
enum Described {
    Site(&'static str, &'static str, &'static str),
    Pair([&'static str; 2], [&'static str; 2], &'static str),
    Counted(&'static str, &'static str, &'static str, &'static str),
}

impl Described {
    fn rule(self) -> Rule {
        match self {
            Described::Site(from, to, rate) => Rule::change(from, to).rate(rate),
            Described::Pair(before, after, rate) => Rule::pair(before, after).rate(rate),
            Described::Counted(from, to, counted, rate) => {
                Rule::change_by_count(from, to, counted).rate(rate)
            }
        }
    }
}

/// Largest difference between the derived rates of change and those of all events, each carried
/// out and counted.
fn check(lattice: &Lattice, cells: &[usize], species: &[&str], rules: &[Described], order: usize) {
    let list: Vec<Rule> = rules.iter().map(|rule| rule.rule()).collect();
    let hierarchy = derive(lattice.clone(), species, &list, order);
    let periodic = PeriodicLattice::new(lattice.clone(), cells).unwrap();
    let counter = Counter::new(lattice, species.len(), hierarchy.types());
    let with_equations = &hierarchy.types()[..hierarchy.equations().len()];
    let own = Counter::new(lattice, species.len(), with_equations);
    let mut random = Pcg64::seed_from_u64(5);
    let states: Vec<u8> =
        (0..periodic.sites()).map(|_| random.random_range(0..species.len() as u8)).collect();
    let rate = |name: &str| 0.3 + 0.1 * libm::sin(name.bytes().map(f64::from).sum::<f64>());
    let rates: Vec<f64> = hierarchy.rates().iter().map(|name| rate(name)).collect();
    let concentrations = counter.count(&periodic, &states).unwrap();
    let derived = hierarchy.derivative(&rates, &concentrations).unwrap();
    let before = own.count(&periodic, &states).unwrap();
    let mut counted = vec![0.0; before.len()];
    for (name, changes) in events(&periodic, &states, species, rules) {
        let mut after = states.clone();
        for (site, to) in changes {
            after[site] = to;
        }
        let after = own.count(&periodic, &after).unwrap();
        for (sum, (after, before)) in counted.iter_mut().zip(after.iter().zip(&before)) {
            *sum += rate(&name) * (after - before);
        }
    }
    for (one, (derived, counted)) in with_equations.iter().zip(derived.iter().zip(&counted)) {
        let scale = 1.0_f64.max(counted.abs());
        let (lattice, name) = (lattice.name(), &one.name);
        assert!(
            (derived - counted).abs() < 1e-12 * scale,
            "{lattice}, {name}: {derived} {counted}"
        );
    }
}

const TWO: [Described; 4] = [
    Described::Pair(["a", "b"], ["b", "a"], "swap"),
    Described::Site("a", "b", "death"),
    Described::Pair(["b", "a"], ["a", "a"], "birth"),
    Described::Pair(["b", "b"], ["a", "a"], "dimer"),
];

const THREE: [Described; 7] = [
    Described::Pair(["a", "b"], ["b", "a"], "ab"),
    Described::Pair(["b", "c"], ["c", "b"], "bc"),
    Described::Pair(["a", "b"], ["b", "b"], "infection"),
    Described::Site("b", "c", "recovery"),
    Described::Pair(["c", "c"], ["a", "b"], "asymmetric"),
    Described::Pair(["a", "a"], ["c", "c"], "dimer"),
    Described::Pair(["a", "c"], ["b", "b"], "reaction"),
];

#[test]
fn brute_force_on_seven_lattices() {
    for (lattice, cells) in lattices() {
        for order in 1..=2 {
            check(&lattice, cells, &["a", "b"], &TWO, order);
            check(&lattice, cells, &["a", "b", "c"], &THREE, order);
        }
    }
    let [triangular, square, honeycomb, kagome, ..] = lattices();
    for (lattice, cells) in [triangular, square, honeycomb, kagome] {
        check(&lattice, cells, &["a", "b"], &TWO, 3);
        check(&lattice, cells, &["a", "b", "c"], &THREE, 3);
    }
}

#[test]
fn brute_force_at_order_four() {
    check(&Lattice::triangular(), &[7, 8], &["a", "b"], &TWO, 4);
}

#[test]
fn brute_force_at_order_three_in_space() {
    for (lattice, cells) in &lattices()[4..] {
        check(lattice, cells, &["a", "b"], &TWO, 3);
        check(lattice, cells, &["a", "b", "c"], &THREE, 3);
    }
}

#[test]
fn brute_force_with_rates_by_the_neighbours() {
    let glauber =
        [Described::Counted("a", "b", "a", "down"), Described::Counted("b", "a", "a", "up")];
    for (lattice, cells) in lattices() {
        if lattice.coordination() <= 6 {
            check(&lattice, cells, &["a", "b"], &glauber, 2);
        }
    }
    check(&Lattice::body_centred_cubic(), &[4, 5, 4], &["a", "b"], &glauber, 1);
    check(&Lattice::honeycomb(), &[5, 6], &["a", "b", "c"], &[glauber[0]], 3);
}

#[test]
fn the_contact_process_and_sis() {
    // mean field: dC1/dt = lambda z C01 - C1 with C01 = C0 C1 at lambda = 1/z
    let rules =
        [Rule::change_beside("0", "1", "1").rate("lambda"), Rule::change("1", "0").rate("death")];
    let hierarchy = derive(Lattice::square(), &["1", "0"], &rules, 2);
    assert_eq!(hierarchy.equation_text(0), "dC1/dt = 4 lambda C10 - death C1");
    // pairs, as in the textbooks: d[11] = 2 lambda ([01] + 3 [101]) - 2 [11], 101 straight or bent
    assert_eq!(
        hierarchy.equation_text(2),
        "dC11/dt = 4 lambda C∠101 + 2 lambda C10 + 2 lambda C101 - 2 death C11"
    );
}

#[test]
fn totals_of_sir_do_not_change() {
    let rules = [Rule::change_beside("S", "I", "I"), Rule::change("I", "R")];
    let hierarchy = derive(Lattice::square(), &["S", "I", "R"], &rules, 2);
    let mut random = Pcg64::seed_from_u64(1);
    let concentrations: Vec<f64> = hierarchy.types().iter().map(|_| random.random()).collect();
    let change = hierarchy.derivative(&[0.7, 0.3], &concentrations).unwrap();
    let weighted = |range: std::ops::Range<usize>| {
        range.map(|at| hierarchy.types()[at].weight as f64 * change[at]).sum::<f64>()
    };
    assert!(weighted(0..3).abs() < 1e-12, "sites");
    assert!(weighted(hierarchy.state()).abs() < 1e-12, "pairs");
}

#[test]
fn species_are_conserved_by_exchanges_alone() {
    let swaps = [("Ni", "Mn"), ("Mn", "Co"), ("Ni", "Co")];
    let swaps = swaps.map(|(one, other)| Rule::exchange(one, other));
    let hierarchy = derive(Lattice::triangular(), &["Ni", "Mn", "Co"], &swaps, 3);
    let conserved = hierarchy.conserved_quantities().unwrap();
    assert_eq!(
        conserved.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
        ["C(Ni)", "C(Mn)"]
    );
    let sis = [Rule::change_beside("S", "I", "I"), Rule::change("I", "S")];
    let hierarchy = derive(Lattice::triangular(), &["S", "I"], &sis, 2);
    assert_eq!(hierarchy.conserved_quantities().unwrap(), []);
}

#[test]
fn why_it_grew() {
    let swaps = [Rule::exchange("+", "-").by_class()];
    let hierarchy = derive(Lattice::triangular(), &["+", "-"], &swaps, 2);
    for (at, needed) in hierarchy.needed().iter().enumerate() {
        let events = hierarchy.origins(hierarchy.equations().len() + at).count();
        assert!(events > 0, "{}", needed.name);
    }
    let text = hierarchy.growth_text();
    assert!(text.contains("C∠+-+\n  4 gain of C++ by + - -> - + on the bond"), "{text}");
    assert!(hierarchy.to_latex().contains("\\frac{d C_{++}}{dt} &= 4 k_{1}\\,\\widehat{C}_{+-+}"));
    assert!(hierarchy.windows_text().contains("∠: "));
}

#[test]
fn types_are_found_in_any_orientation() {
    let hierarchy =
        derive(Lattice::triangular(), &["+", "-"], &[Rule::exchange("+", "-").by_class()], 2);
    let [a, b, c] = [[3, -2, 0], [4, -2, 0], [4, -1, 0]].map(Site::at); // bent by 120 degrees
    let name = |placed: &[(Site, &str)]| {
        hierarchy.find(placed).unwrap().map(|at| hierarchy.types()[at].name.as_str())
    };
    assert_eq!(name(&[(b, "+"), (a, "-")]), Some("C+-"));
    assert_eq!(name(&[(b, "-"), (c, "+"), (a, "+")]), Some("C∠+-+"));
    assert_eq!(name(&[(a, "+"), (c, "+"), (b, "+")]), None, "not needed");
    assert_eq!(name(&[(a, "+"), (c, "-")]), None, "not connected");
    for (at, one) in hierarchy.types().iter().enumerate() {
        let names = hierarchy.species().names();
        let placed = one.pattern.placed().into_iter();
        let placed: Vec<_> =
            placed.map(|(site, what)| (site, names[usize::from(what)].as_str())).collect();
        assert_eq!(hierarchy.find(&placed).unwrap(), Some(at));
    }
    let error = hierarchy.find(&[(a, "x")]).unwrap_err();
    assert!(matches!(error, OdeError::Lattice(LatticeError::UnknownSpecies { .. })));
}

#[test]
fn windows_with_many_states_are_counted_without_a_table() {
    let line = || {
        let near = [[1, 0, 0], [-1, 0, 0]].map(Site::at).to_vec();
        Lattice::new("line", 1, vec![near]).unwrap()
    };
    let names: Vec<String> = (0..16).map(|i| format!("s{i}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let hierarchy = derive(line(), &names, &[Rule::exchange("s1", "s2")], 3); // 16^4 states needed
    let states: Vec<u8> = (0..40).map(|i| (i * i * i % 11 % 3) as u8).collect();
    let periodic = PeriodicLattice::new(line(), &[states.len()]).unwrap();
    let types = hierarchy.needed();
    let counted = Counter::new(&line(), 16, types).count(&periodic, &states).unwrap();
    let at = |i: usize| states[i % states.len()];
    for (one, counted) in types.iter().zip(&counted) {
        let what = one.pattern.species();
        let fits = |i: &usize| (0..4).all(|k| at(i + k) == what[k]);
        let mirrored = |i: &usize| (0..4).all(|k| at(i + k) == what[3 - k]);
        let places = (0..states.len()).filter(fits).count();
        let both = places + (0..states.len()).filter(mirrored).count();
        assert_eq!(*counted, both as f64 / (2 * states.len()) as f64, "{}", one.name);
    }
    assert!(counted.iter().filter(|c| **c > 0.0).count() > 3);
}

#[test]
fn bad_descriptions_are_refused_with_their_numbers() {
    let at = |cells: &[[i32; 3]]| vec![cells.iter().map(|&cell| Site::at(cell)).collect()];
    let bad = Lattice::new("one-way", 1, at(&[[1, 0, 0]])).unwrap_err();
    assert!(bad.to_string().contains("opposite"), "{bad}");
    for cells in [&[[0, 0, 0]][..], &[[0, 0, 1], [0, 0, -1]], &[[1, 0, 0], [1, 0, 0], [-1, 0, 0]]] {
        assert!(matches!(
            Lattice::new("bad", 2, at(cells)),
            Err(LatticeError::BadNeighbour { .. })
        ));
    }
    let line = at(&[[1, 0, 0], [-1, 0, 0]]);
    assert!(matches!(
        Lattice::new("line", 2, line.clone()),
        Err(LatticeError::NotConnected { .. })
    ));
    assert_eq!(Lattice::new("line", 1, line).unwrap().symmetries().len(), 2);
    let stretch = lattice_core::Symmetry {
        matrix: [[1, 1, 0], [0, 1, 0], [0, 0, 1]],
        images: vec![Site::at([0; 3])],
    };
    let refused = Lattice::square().with_symmetries(&[stretch]);
    assert!(matches!(refused, Err(LatticeError::NotASymmetry { index: 0, .. })));
    let quarter = lattice_core::Symmetry {
        matrix: [[0, -1, 0], [1, 0, 0], [0, 0, 1]],
        images: vec![Site::at([0; 3])],
    };
    assert_eq!(Lattice::square().with_symmetries(&[quarter]).unwrap().symmetries().len(), 4);

    let species = || Species::new(&["a", "b"]).unwrap();
    assert!(matches!(Species::new(&["a", "a"]), Err(LatticeError::BadSpecies { .. })));
    let derive = |rule: Rule, order| {
        Hierarchy::derive(Lattice::face_centred_cubic(), species(), &[rule], order)
    };
    let swap = || Rule::exchange("a", "b");
    let unknown = derive(Rule::change("a", "c"), 2).unwrap_err();
    assert!(matches!(unknown, OdeError::Lattice(LatticeError::UnknownSpecies { .. })));
    let idle = derive(Rule::change("a", "a"), 2).unwrap_err();
    assert!(matches!(idle, OdeError::Lattice(LatticeError::IdleRule { .. })));
    assert!(matches!(derive(swap(), 0), Err(OdeError::InvalidValue { .. })));
    let huge = derive(swap(), 1000).unwrap_err();
    assert!(
        matches!(huge, OdeError::HierarchyTooLarge { order: 1000, estimate, .. } if estimate > 1e100)
    );
    let counted = derive(Rule::change_by_count("a", "b", "a"), 1).unwrap_err();
    assert!(counted.to_string().contains("2^12"), "{counted}");
    let hierarchy = derive(swap(), 2).unwrap();
    let concentrations = vec![0.5; hierarchy.types().len()];
    for bad in [-1.0, f64::NAN, f64::INFINITY] {
        let error = hierarchy.derivative(&[bad], &concentrations).unwrap_err();
        assert!(matches!(error, OdeError::InvalidRate { number: 1, .. }), "{error}");
        assert!(error.to_string().contains(&bad.to_string()), "{error}");
    }
    assert!(hierarchy.derivative(&[1.0], &concentrations).is_ok());
    assert!(PeriodicLattice::new(Lattice::square(), &[2, 5]).is_err());
}
