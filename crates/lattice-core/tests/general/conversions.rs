//! Two species on the triangular lattice as a case of the general types.

use lattice_core::{
    Composition, Configuration, Energy, Lattice, LatticeError, Occupation, PeriodicLattice,
    Species, TriangleEnergy, TriangularLattice,
};
use rand::RngExt;
use rand_pcg::{Pcg64, rand_core::SeedableRng};

#[test]
fn lattices_have_the_same_sites_and_neighbors() {
    for (rows, columns) in [(3, 3), (3, 7), (6, 4)] {
        let lattice = TriangularLattice::new(rows, columns).unwrap();
        let general = PeriodicLattice::from(&lattice);
        for site in 0..lattice.sites() {
            let mut expected = lattice.neighbors_of(site).to_vec();
            let mut found: Vec<usize> = general.neighbours(site).collect();
            expected.sort_unstable();
            found.sort_unstable();
            assert_eq!(found, expected, "{rows} x {columns}, site {site}");
        }
        assert_eq!(TriangularLattice::try_from(&general).unwrap(), lattice);
    }
    let square = PeriodicLattice::new(Lattice::square(), &[4, 4]).unwrap();
    let error = TriangularLattice::try_from(&square).unwrap_err();
    assert!(matches!(error, LatticeError::OtherLattice { .. }), "{error}");
}

#[test]
fn configurations_come_back_and_have_the_same_energies() {
    let mut rng = Pcg64::seed_from_u64(5);
    let tables = [[1.0, 0.5, 0.0, 0.5], [1.0, 0.25, 0.0, 0.25], [0.0, 0.3, -0.2, 0.5]];
    for (rows, columns) in [(3, 3), (6, 9)] {
        let lattice = TriangularLattice::new(rows, columns).unwrap();
        let composition = Composition::of_minus(0.4).unwrap();
        let atoms = Configuration::random(lattice.clone(), composition, &mut rng).unwrap();
        let general = Occupation::from(&atoms);
        assert_eq!(general.counts(), [atoms.plus_count(), atoms.minus_count()]);
        assert_eq!(Configuration::try_from(&general).unwrap(), atoms);
        for table in tables {
            let energy = TriangleEnergy::new(table).unwrap();
            let same = energy.on(&lattice).unwrap();
            assert!((same.total(&general) - energy.total(&atoms)).abs() < 1e-12);
            for _ in 0..100 {
                let [one, other] = [0; 2].map(|_| rng.random_range(0..lattice.sites()));
                let expected = energy.change(atoms.swap_change(one, other).unwrap());
                let found = same.swap_change(&general, one, other);
                assert!((found - expected).abs() < 1e-12, "{found} {expected}");
            }
        }
    }
}

#[test]
fn what_is_no_configuration_is_refused() {
    let lattice = PeriodicLattice::new(Lattice::triangular(), &[3, 3]).unwrap();
    let three = Species::new(&["a", "b", "c"]).unwrap();
    let atoms = Occupation::new(lattice.clone(), three, vec![0, 1, 2, 0, 1, 2, 0, 1, 2]).unwrap();
    let error = Configuration::try_from(&atoms).unwrap_err();
    assert!(matches!(error, LatticeError::WrongLength { expected: 2, found: 3, .. }), "{error}");
    let two = Species::new(&["a", "b"]).unwrap();
    let atoms = Occupation::new(lattice.clone(), two.clone(), vec![0; 9]).unwrap();
    let error = Configuration::try_from(&atoms).unwrap_err();
    assert!(matches!(error, LatticeError::OneKindOnly { .. }), "{error}");
    assert!(Occupation::new(lattice.clone(), two.clone(), vec![0; 8]).is_err());
    assert!(Occupation::new(lattice, two, vec![2; 9]).is_err());
}
