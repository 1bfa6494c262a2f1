//! Names of cluster types: no two alike on any lattice, and lookups that never take the first of
//! several. Which types differ is decided by enumeration of assignments up to symmetry, not by names.

use closures::PairFactorization;
use cluster_stats::{Counter, StatsError};
use hierarchy_ode::{ClosedHierarchy, Hierarchy, Lattice, OdeError, Rule, Site, Species};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use std::collections::BTreeSet;

fn on(sublattice: usize, cell: [i32; 3]) -> Site {
    Site { cell, sublattice }
}

/// A lattice from its bonds, each given once: from a sublattice of cell 0 to a site.
fn of_bonds(name: &str, dimension: usize, sublattices: usize, bonds: &[(usize, Site)]) -> Lattice {
    Lattice::new(name, dimension, neighbors(sublattices, bonds)).unwrap()
}

fn neighbors(sublattices: usize, bonds: &[(usize, Site)]) -> Vec<Vec<Site>> {
    let mut near = vec![Vec::new(); sublattices];
    for &(from, to) in bonds {
        for (start, end) in [(from, to), (to.sublattice, on(from, to.cell.map(|c| -c)))] {
            if !near[start].contains(&end) {
                near[start].push(end);
            }
        }
    }
    near
}

/// Corners with four neighbors, edges with two.
fn lieb() -> Lattice {
    let o = [0; 3];
    let bonds = [(0, on(1, o)), (1, on(0, [1, 0, 0])), (0, on(2, o)), (2, on(0, [0, 1, 0]))];
    of_bonds("lieb", 2, 3, &bonds)
}

/// The ladder of docs/write-your-own-lattice.md.
fn ladder() -> Lattice {
    let bonds = [(0, on(0, [1, 0, 0])), (1, on(1, [1, 0, 0])), (0, on(1, [0; 3]))];
    of_bonds("ladder", 1, 2, &bonds)
}

/// Lattices whose windows have all kinds of symmetry.
fn lattices() -> Vec<Lattice> {
    let (o, x, y, z) = ([0; 3], [1, 0, 0], [0, 1, 0], [0, 0, 1]);
    let mut all = vec![
        Lattice::triangular(),
        Lattice::square(),
        Lattice::honeycomb(),
        Lattice::kagome(),
        Lattice::simple_cubic(),
        Lattice::face_centred_cubic(),
        Lattice::body_centred_cubic(),
        lieb(),
        ladder(),
    ];
    // triangles with an apex of their own
    all.push(of_bonds("sawtooth", 1, 2, &[(0, on(0, x)), (0, on(1, o)), (1, on(0, x))]));
    // hubs of six neighbors, rims of three
    let hub = [(0, on(1, o)), (0, on(1, x)), (0, on(1, y)), (0, on(2, o)), (0, on(2, x))];
    let hub: Vec<_> = hub.into_iter().chain([(0, on(2, [1, -1, 0]))]).collect();
    all.push(of_bonds("dice", 2, 3, &hub));
    // kagome with more bonds between two of its sublattices
    let near = [(0, on(1, o)), (1, on(0, x)), (0, on(2, o)), (2, on(0, y)), (1, on(2, o))];
    let near: Vec<_> = near.into_iter().chain([(1, on(2, [1, -1, 0])), (1, on(1, y))]).collect();
    all.push(of_bonds("kagome-like", 2, 3, &near));
    // corners and edges of cubes, a diamond, two square layers
    let edges = [(0, on(1, o)), (1, on(0, x)), (0, on(2, o)), (2, on(0, y))];
    let edges: Vec<_> = edges.into_iter().chain([(0, on(3, o)), (3, on(0, z))]).collect();
    all.push(of_bonds("perovskite", 3, 4, &edges));
    let four = [o, x, y, z].map(|cell| (0, on(1, cell.map(|c: i32| -c))));
    all.push(of_bonds("diamond", 3, 2, &four));
    let layers = [(0, on(0, x)), (0, on(0, y)), (1, on(1, x)), (1, on(1, y)), (0, on(1, o))];
    all.push(of_bonds("bilayer", 2, 2, &layers));
    // without any symmetry but translations
    let plain = [Lattice::triangular(), Lattice::square(), Lattice::kagome(), lieb()];
    all.extend(plain.map(|lattice| lattice.with_symmetries(&[]).unwrap()));
    all
}

/// Checks that names in all notations are unique and are found again.
fn check(hierarchy: &Hierarchy) {
    let lattice = hierarchy.lattice().name();
    let types = hierarchy.types();
    for names in [
        types.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(),
        types.iter().map(|one| one.latex.as_str()).collect(),
    ] {
        let different: BTreeSet<_> = names.iter().collect();
        assert_eq!(different.len(), names.len(), "{lattice}: {names:?}");
    }
    let svg = hierarchy.to_svg();
    let titles: Vec<&str> = svg.split("<title>").skip(2).collect();
    assert_eq!(titles.iter().collect::<BTreeSet<_>>().len(), types.len(), "{lattice}");
    // of many types some: a lookup takes a time that grows with their number
    let some = || types.iter().enumerate().step_by(1 + types.len() / 200);
    for (at, one) in some() {
        assert_eq!(hierarchy.position(&one.name).unwrap(), at, "{lattice}");
    }
    // what numbers in names mean is printed
    let windows = hierarchy.windows_text();
    for (_, one) in some() {
        if let Some((number, _)) = one.name[1..].split_once('(')
            && number.contains('.')
        {
            assert!(
                windows.contains(&format!("{number}:")) || windows.contains(&format!("{number} "))
            );
        }
    }
    // every error of a lookup lists what was meant
    for (_, one) in some() {
        let letters: String = one.name.rsplit_once('(').map_or("", |(_, end)| end).into();
        let short = format!("C{}", letters.trim_end_matches(')'));
        match hierarchy.position(&short) {
            Ok(at) => assert_eq!(types[at].name, short),
            Err(OdeError::Stats(StatsError::AmbiguousCluster { candidates, .. })) => {
                assert!(!candidates.is_empty());
                candidates.iter().for_each(|name| assert!(hierarchy.position(name).is_ok()));
            }
            Err(OdeError::Stats(StatsError::UnknownCluster { .. })) => {}
            Err(other) => panic!("{other}"),
        }
    }
}

fn derived(lattice: &Lattice, species: usize, order: usize) -> Option<Hierarchy> {
    let names = ["0", "1", "2", "3"];
    let rules = [
        Rule::exchange("0", "1"),
        Rule::pair(["0", "1"], ["1", "1"]).rate("spread"),
        Rule::change("1", "0").rate("end"),
    ];
    // so large that the test would take minutes
    let patterns = (species as f64).powi(order as i32 + 1);
    let windows = (lattice.coordination() as f64 - 1.0).powi(order as i32);
    if patterns * windows * lattice.symmetries().len() as f64 > 2e5 {
        return None;
    }
    let species = Species::new(&names[..species]).unwrap();
    match Hierarchy::derive(lattice.clone(), species, &rules, order) {
        Ok(hierarchy) => Some(hierarchy),
        Err(OdeError::HierarchyTooLarge { .. }) => None,
        Err(other) => panic!("{other}"),
    }
}

#[test]
fn no_two_types_have_one_name() {
    let mut checked = 0;
    for lattice in lattices() {
        for species in 2..=4 {
            for order in 1..=4 {
                if let Some(hierarchy) = derived(&lattice, species, order) {
                    check(&hierarchy);
                    checked += 1;
                }
            }
        }
    }
    assert!(checked > 120, "{checked}");
}

#[test]
fn nor_on_random_lattices() {
    let mut rng = Pcg64::seed_from_u64(16);
    let mut checked = 0;
    for _ in 0..400 {
        let dimension = rng.random_range(1..=3);
        let sublattices = rng.random_range(1..=4);
        let mut bonds = Vec::new();
        for _ in 0..rng.random_range(1..=4) + sublattices {
            let mut cell = [0; 3];
            for along in &mut cell[..dimension] {
                *along = rng.random_range(-1..=1);
            }
            let [from, to] = [(); 2].map(|()| rng.random_range(0..sublattices));
            if from != to || cell != [0; 3] {
                bonds.push((from, on(to, cell)));
            }
        }
        let Ok(lattice) = Lattice::new("random", dimension, neighbors(sublattices, &bonds)) else {
            continue;
        };
        for (species, order) in [(2, 3), (3, 2)] {
            if let Some(hierarchy) = derived(&lattice, species, order) {
                check(&hierarchy);
                checked += 1;
            }
        }
    }
    assert!(checked > 200, "{checked}");
}

fn names(hierarchy: &Hierarchy) -> Vec<&str> {
    let types = &hierarchy.types()[..hierarchy.equations().len()];
    types.iter().map(|one| one.name.as_str()).collect()
}

/// On the Lieb lattice a corner and an edge are no images of each other; names that were unique
/// are as they were.
#[test]
fn only_names_that_were_shared_have_changed() {
    let hierarchy = derived(&lieb(), 2, 2).unwrap();
    let expected =
        ["C1.1(0)", "C1.1(1)", "C1.2(0)", "C1.2(1)", "C00", "C11", "C2.1(01)", "C2.1(10)"];
    assert_eq!(names(&hierarchy), expected);
    let windows = hierarchy.windows_text();
    assert!(windows.contains("2.1: (0,0):1 (0,0):2\n"), "{windows}");
    let latex: Vec<&str> = hierarchy.types()[4..8].iter().map(|one| one.latex.as_str()).collect();
    assert_eq!(latex, ["C_{00}", "C_{11}", "C^{2.1}_{01}", "C^{2.1}_{10}"]);

    // rails and rungs have numbers, as they had; in a corner of rail and rung the ends differ
    let hierarchy = derived(&ladder(), 2, 3).unwrap();
    let names = names(&hierarchy);
    assert_eq!(
        names[..8],
        ["C0", "C1", "C2.1(00)", "C2.1(11)", "C2.1(01)", "C2.2(00)", "C2.2(11)", "C2.2(01)"]
    );
    // nothing changes where symmetries exchange all that looks alike
    let hierarchy = derived(&Lattice::triangular(), 2, 3).unwrap();
    let numbered = hierarchy.types()[..hierarchy.equations().len()].iter();
    assert!(numbered.clone().count() == 21 && numbered.clone().all(|one| !one.name.contains('.')));
}

#[test]
fn an_ambiguous_name_lists_its_candidates_everywhere() {
    let check = |error: OdeError, expected: &[&str]| {
        let text = error.to_string();
        assert!(text.contains("Hierarchy::windows_text"), "{text}");
        match error {
            OdeError::Stats(StatsError::AmbiguousCluster { name, candidates }) => {
                assert_eq!(name, "C01");
                assert_eq!(candidates, expected);
            }
            other => panic!("{other}"),
        }
    };
    let rules =
        [Rule::change_beside("0", "1", "1").rate("lambda"), Rule::change("1", "0").rate("death")];
    for (lattice, expected) in
        [(lieb(), ["C2.1(01)", "C2.1(10)"]), (ladder(), ["C2.1(01)", "C2.2(01)"])]
    {
        let species = Species::new(&["0", "1"]).unwrap();
        let hierarchy = Hierarchy::derive(lattice, species, &rules, 2).unwrap();
        check(hierarchy.position("C01").unwrap_err(), &expected);
        assert!(matches!(
            hierarchy.position("C5"),
            Err(OdeError::Stats(StatsError::UnknownCluster { .. }))
        ));
        let rates = hierarchy.rates_by_name(&[("lambda", 2.0), ("death", 1.0)]).unwrap();

        let counter = Counter::new(hierarchy.lattice(), 2, hierarchy.types());
        check(counter.names().position("C01").unwrap_err().into(), &expected);
        assert!(counter.names().position(expected[1]).is_ok());

        let closed = ClosedHierarchy::new(hierarchy, PairFactorization).unwrap();
        let start = closed.random_start(&[0.5, 0.5]).unwrap();
        let solution = closed.solve(&rates, &start, &[0.0, 0.1]).unwrap();
        check(solution.of("C01").unwrap_err().into(), &expected);
        for name in expected {
            assert!((solution.of(name).unwrap()[0] - 0.25).abs() < 1e-12);
        }
        check(closed.threshold(&rates, "lambda", "C01", &start).unwrap_err(), &expected);
    }
}

/// Names of species that hold spaces can be read as several.
#[test]
fn species_with_spaces_are_quoted_where_they_would_be_misread() {
    let species = Species::new(&["a", "b", "a b"]).unwrap();
    let rules = [Rule::exchange("a", "b"), Rule::change("a b", "a")];
    let hierarchy = Hierarchy::derive(Lattice::square(), species, &rules, 3).unwrap();
    check(&hierarchy);
    assert!(hierarchy.position("C(\"a\" \"b\")").is_ok());
    assert!(hierarchy.position("C(\"a b\")").is_ok());
    let species = Species::new(&["<a>", "b & c"]).unwrap();
    let rules = [Rule::exchange("<a>", "b & c")];
    let hierarchy = Hierarchy::derive(Lattice::square(), species, &rules, 2).unwrap();
    assert!(hierarchy.position("C(<a> b & c)").is_ok());
    // characters with a meaning in LaTeX
    let species = Species::new(&["^", "\\", "~", "_"]).unwrap();
    let rules = [Rule::exchange("^", "\\"), Rule::change("~", "_")];
    check(&Hierarchy::derive(lieb(), species, &rules, 2).unwrap());
}

/// Straight or bent is a matter of the shape, not of the unit of length.
#[test]
fn names_do_not_depend_on_the_unit_of_length() {
    let near = [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]].map(Site::at).to_vec();
    for unit in [1e-12, 1e-10, 1.0, 1e12] {
        let vectors = [[unit, 0.0, 0.0], [0.0, unit, 0.0], [0.0, 0.0, unit]];
        let lattice = Lattice::new("square", 2, vec![near.clone()]).unwrap();
        let lattice = lattice.with_positions(vectors, vec![[0.0; 3]]).unwrap();
        let expected = derived(&Lattice::square(), 2, 3).unwrap();
        assert_eq!(names(&derived(&lattice, 2, 3).unwrap()), names(&expected), "{unit}");
    }
}

/// Letters in the discs of a picture tell all species apart.
#[test]
fn a_picture_has_a_letter_for_each_species() {
    let names: Vec<String> = (0..16).map(|i| format!("s{i}")).collect();
    let species = Species::new(&names).unwrap();
    let rules = [Rule::change("s0", "s1")];
    let svg = Hierarchy::derive(Lattice::square(), species, &rules, 1).unwrap().to_svg();
    let letters: BTreeSet<&str> = svg
        .lines()
        .filter(|line| line.contains("text-anchor=\"middle\" fill="))
        .filter_map(|line| line.split(['>', '<']).nth(2))
        .collect();
    assert_eq!(letters.len(), 16, "{letters:?}");
}
