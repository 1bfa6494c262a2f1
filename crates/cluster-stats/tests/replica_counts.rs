//! Counts of a configuration, which keeps bits, and of every replica of an ensemble, which counts
//! with vertical counters, against counting the grid of each.

use cluster_stats::{ClusterCounts, CountClusters};
use lattice_core::{
    BlockWidth, Composition, Configuration, Ensemble, Instructions, TriangularLattice,
};
use rand::SeedableRng;
use rand_pcg::Pcg64;

/// The smallest, the sides of words and vectors, and rows that end anywhere in them.
const SHAPES: [(usize, usize); 9] =
    [(3, 3), (3, 4), (5, 8), (4, 9), (13, 31), (6, 60), (7, 61), (3, 130), (70, 33)];

#[test]
fn every_replica_has_the_counts_of_its_grid() {
    let mut rng = Pcg64::seed_from_u64(1);
    for (rows, columns) in SHAPES {
        for width in BlockWidth::ALL {
            let lattice = TriangularLattice::new(rows, columns).unwrap();
            let composition = Composition::of_minus(0.4).unwrap();
            let replicas = width.replicas() + 3;
            let atoms = Ensemble::random(lattice, composition, replicas, width, &mut rng).unwrap();
            let expected: Vec<ClusterCounts> = (0..replicas)
                .map(|replica| {
                    ClusterCounts::of_grid(atoms.replica(replica).unwrap().grid()).unwrap()
                })
                .collect();
            for instructions in Instructions::available() {
                let found = atoms.clone().with_instructions(instructions).count_clusters();
                assert!(found == expected, "{rows} x {columns} {width:?} {instructions:?}");
            }
        }
    }
}

#[test]
fn a_configuration_has_the_counts_of_its_grid_after_every_swap() {
    let mut rng = Pcg64::seed_from_u64(2);
    for (rows, columns) in SHAPES {
        let lattice = TriangularLattice::new(rows, columns).unwrap();
        let composition = Composition::of_minus(0.4).unwrap();
        let mut atoms = Configuration::random(lattice, composition, &mut rng).unwrap();
        for site in 0..rows * columns {
            atoms.swap(site, site * 7 % (rows * columns)).unwrap();
            let expected = ClusterCounts::of_grid(atoms.grid()).unwrap();
            assert_eq!(atoms.count_clusters(), [expected], "{rows} x {columns}");
        }
    }
}
