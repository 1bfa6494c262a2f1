//! Counting of any cluster types on any lattice against the plain way: each image of each type looked
//! for at each place. Names and lists of types.

use cluster_stats::lattice_core::{Lattice, LatticeError, PeriodicLattice, Site, Species};
use cluster_stats::{ClusterType, ClusterTypes, Counter, Pattern, StatsError};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use std::collections::HashMap;

/// The concentration of each type by looking at every window at every place.
fn plainly(types: &[ClusterType], periodic: &PeriodicLattice, states: &[u8]) -> Vec<f64> {
    let lattice = periodic.lattice();
    let mut windows: HashMap<Vec<Site>, HashMap<Vec<u8>, usize>> = HashMap::new();
    let mut embeddings = Vec::new();
    for (at, one) in types.iter().enumerate() {
        let images = one.pattern.embeddings(lattice);
        for image in &images {
            let of_window = windows.entry(image.sites().to_vec()).or_default();
            of_window.insert(image.species().to_vec(), at);
        }
        embeddings.push(images.len());
    }
    let cells = periodic.sites() / lattice.sublattices();
    let mut counts = vec![0_u64; types.len()];
    for (sites, types) in &windows {
        for cell in 0..cells {
            let home = periodic.site(cell * lattice.sublattices()).cell;
            let seen: Vec<u8> =
                sites.iter().map(|site| states[periodic.index(site.shifted(home))]).collect();
            if let Some(&found) = types.get(&seen) {
                counts[found] += 1;
            }
        }
    }
    let per = |(count, embeddings): (&u64, &usize)| *count as f64 / (cells * embeddings) as f64;
    counts.iter().zip(&embeddings).map(per).collect()
}

fn names(number: usize) -> Species {
    let names: Vec<String> = (0..number).map(|s| char::from(b'A' + s as u8).to_string()).collect();
    Species::new(&names).unwrap()
}

fn random(sites: usize, species: usize, rng: &mut Pcg64) -> Vec<u8> {
    (0..sites).map(|_| rng.random_range(0..species as u8)).collect()
}

#[test]
fn counts_are_those_of_the_plain_way_on_every_lattice() {
    let chain = Lattice::new("chain", 1, vec![vec![Site::at([1, 0, 0]), Site::at([-1, 0, 0])]]);
    let cases = [
        (Lattice::triangular(), 3, 3, vec![8, 11]),
        (Lattice::triangular(), 2, 4, vec![7, 9]),
        (Lattice::triangular(), 2, 3, vec![3, 3]), // windows that meet themselves
        (Lattice::square(), 2, 4, vec![12, 5]),
        (Lattice::square(), 5, 3, vec![6, 6]),
        (Lattice::honeycomb(), 3, 4, vec![5, 7]),
        (Lattice::kagome(), 2, 3, vec![4, 5]),
        (Lattice::simple_cubic(), 2, 3, vec![3, 4, 5]),
        (Lattice::face_centred_cubic(), 3, 3, vec![3, 4, 5]),
        (Lattice::body_centred_cubic(), 2, 3, vec![4, 3, 3]),
        (chain.unwrap(), 4, 5, vec![50]),
    ];
    let mut rng = Pcg64::seed_from_u64(3);
    for (lattice, species, largest, cells) in cases {
        let name = format!("{}, {species} species, up to {largest} sites", lattice.name());
        let types = ClusterTypes::connected(lattice.clone(), names(species), largest).unwrap();
        let periodic = PeriodicLattice::new(lattice.clone(), &cells).unwrap();
        let states = random(periodic.sites(), species, &mut rng);
        let counter = Counter::new(&lattice, species, &types);
        let found = counter.count(&periodic, &states).unwrap();
        assert_eq!(found, plainly(&types, &periodic, &states), "{name}");
        // a part of the list, which leaves assignments without a type
        let few: Vec<ClusterType> = types.iter().skip(1).step_by(3).cloned().collect();
        let of_few = Counter::new(&lattice, species, &few).count(&periodic, &states).unwrap();
        assert_eq!(of_few, found.iter().skip(1).step_by(3).copied().collect::<Vec<_>>(), "{name}");
        // each window's types, times their weights, sum to 1
        for window in types.chunk_by(|a, b| a.pattern.sites() == b.pattern.sites()) {
            let sum: f64 = window
                .iter()
                .map(|one| one.weight as f64 * found[types.position(&one.name).unwrap()])
                .sum();
            assert!((sum - 1.0).abs() < 1e-12, "{name}: {sum}");
        }
    }
}

#[test]
fn windows_with_too_many_assignments_for_a_table_are_looked_up() {
    // 16^4 assignments to the window
    let lattice = Lattice::square();
    let square = [[0, 0, 0], [0, 1, 0], [1, 0, 0], [1, 1, 0]].map(Site::at);
    let mut rng = Pcg64::seed_from_u64(4);
    let periodic = PeriodicLattice::new(lattice.clone(), &[9, 7]).unwrap();
    let states = random(periodic.sites(), 16, &mut rng);
    let at = |home: [i32; 3]| {
        let placed = square.map(|site| {
            let state = states[periodic.index(site.shifted(home))];
            (site, state)
        });
        Pattern::canonical(&lattice, &placed)
    };
    let mut patterns: Vec<Pattern> = (0..5).map(|x| at([x, 2 * x, 0])).collect();
    patterns.push(Pattern::canonical(&lattice, &square.map(|site| (site, 15))));
    let types = ClusterTypes::new(lattice.clone(), names(16), &patterns);
    let found = Counter::new(&lattice, 16, &types).count(&periodic, &states).unwrap();
    assert_eq!(found, plainly(&types, &periodic, &states));
    assert!(found[..5].iter().all(|c| *c > 0.0));
}

#[test]
fn what_does_not_fit_is_refused() {
    let types = ClusterTypes::connected(Lattice::triangular(), names(2), 2).unwrap();
    let counter = Counter::new(types.lattice(), 2, &types);
    let square = PeriodicLattice::new(Lattice::square(), &[4, 4]).unwrap();
    let error = counter.count(&square, &[0; 16]).unwrap_err();
    assert!(matches!(&error, StatsError::OtherLattice { found, .. } if found == "square"));
    let triangular = PeriodicLattice::new(Lattice::triangular(), &[4, 4]).unwrap();
    let length = counter.count(&triangular, &[0; 15]).unwrap_err();
    assert!(matches!(length, StatsError::Lattice(LatticeError::WrongLength { .. })));
    let state = counter.count(&triangular, &[2; 16]).unwrap_err();
    assert!(matches!(state, StatsError::Lattice(LatticeError::InvalidValue { .. })));
    let many = ClusterTypes::connected(Lattice::face_centred_cubic(), names(9), 5).unwrap_err();
    assert!(matches!(many, StatsError::TooManyClusters { .. }), "{many}");
}

#[test]
fn types_are_found_by_name_and_by_pattern() {
    let types = ClusterTypes::connected(Lattice::honeycomb(), names(2), 3).unwrap();
    let sites = [(Site::at([0; 3]), "A"), (Site { cell: [0; 3], sublattice: 1 }, "B")];
    let found = types.find(&sites).unwrap().unwrap();
    assert_eq!(found, types.position("CAB").unwrap());
    let far = [(Site::at([0; 3]), "A"), (Site::at([2, 0, 0]), "B")];
    assert_eq!(types.find(&far).unwrap(), None);
    let pattern: Pattern = types.pattern(&far).unwrap();
    assert_eq!(types.name_of(&pattern), "C(A at (0,0):1, B at (0,2):1)");
    let unknown = types.position("CAC").unwrap_err().to_string();
    assert!(unknown.starts_with("there is no cluster CAC; there are CA, CB, CAA,"), "{unknown}");
}
