//! Neighbors by distance against the tables of textbooks.

use lattice_core::{Lattice, LatticeError, Site};
use std::collections::BTreeSet;

/// Numbers of first, second, ... neighbors; those of the cubic lattices are in Kittel, Introduction
/// to Solid State Physics, and Ashcroft and Mermin, Solid State Physics.
#[test]
fn shells_have_the_known_numbers_of_neighbors() {
    let lattices: [(Lattice, &[usize]); 7] = [
        (Lattice::simple_cubic(), &[6, 12, 8, 6, 24]),
        (Lattice::face_centred_cubic(), &[12, 6, 24, 12, 24]),
        (Lattice::body_centred_cubic(), &[8, 6, 12, 24, 8]),
        (Lattice::square(), &[4, 4, 4, 8, 4]),
        (Lattice::triangular(), &[6, 6, 6, 12, 6]),
        (Lattice::honeycomb(), &[3, 6, 3, 6, 6]),
        (Lattice::kagome(), &[4, 4, 6]),
    ];
    for (lattice, expected) in lattices {
        let shells = lattice.shells(expected.len()).unwrap();
        let mut last = 0.0;
        for (pairs, &expected) in shells.iter().zip(expected) {
            let mut images = BTreeSet::new();
            for pair in pairs {
                let placed = pair.map(|site| (site, ()));
                images.extend(lattice.images(&placed).map(|(sites, _)| sites));
                let [from, to] = pair.map(|site| lattice.position(site));
                let distance = (0..3).map(|i| (to[i] - from[i]).powi(2)).sum::<f64>().sqrt();
                assert!(distance > last * 0.999_999, "{}", lattice.name());
                last = distance;
            }
            // each pair is a neighbor of two sites
            let found = 2 * images.len() / lattice.sublattices();
            assert_eq!(found, expected, "{}", lattice.name());
        }
    }
}

#[test]
fn triangles_are_where_they_should_be() {
    let kinds = |lattice: Lattice| lattice.triangles().len();
    assert_eq!(kinds(Lattice::triangular()), 1);
    assert_eq!(kinds(Lattice::kagome()), 1);
    assert_eq!(kinds(Lattice::face_centred_cubic()), 1);
    for lattice in [Lattice::square(), Lattice::honeycomb(), Lattice::body_centred_cubic()] {
        assert_eq!(kinds(lattice), 0);
    }
}

#[test]
fn bad_geometry_is_refused() {
    let flat = [[1.0, 0.0, 0.0], [2.0, 0.0, 0.0], [0.0, 0.0, 1.0]];
    let lattice = Lattice::square().with_positions(flat, vec![[0.0; 3]]).unwrap();
    let error = lattice.shells(1).unwrap_err();
    assert!(matches!(error, LatticeError::InvalidValue { .. }), "{error}");
    let unit = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    let lattice = Lattice::honeycomb().with_positions(unit, vec![[0.0; 3]; 2]).unwrap();
    assert!(lattice.shells(1).is_err(), "two sites at one place");
    assert!(Lattice::square().shells(100_000).is_err());
    // a cell as long as ten of its neighbors' distances, far from square
    let sheared = [[1.0, 0.0, 0.0], [10.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    let near = [[1, 0, 0], [-1, 0, 0], [-10, 1, 0], [10, -1, 0]].map(Site::at).to_vec();
    let square = Lattice::new("sheared", 2, vec![near]).unwrap();
    let square = square.with_positions(sheared, vec![[0.0; 3]]).unwrap();
    assert_eq!(square.shells(2).unwrap().len(), 2);
}
