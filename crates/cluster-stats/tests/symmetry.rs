//! With the squared energy at x = 1/2 nothing tells (+) from (-): every class is as frequent as the
//! one with the species exchanged, for every engine and both ranges.

use cluster_stats::{ClusterCounts, CountClusters, TripletType};
use lattice_core::{
    Anneal, BlockWidth, Composition, Configuration, Ensemble, Metropolis, SwapRange,
    TriangleEnergy, TriangularLattice,
};
use rand::SeedableRng;
use rand_pcg::Pcg64;

const SIDE: usize = 36;

/// `counts`: for each independent replica, summed over its samples.
fn assert_symmetric(counts: &[Vec<f64>], what: &str) {
    let replicas = counts.len() as f64;
    for triplet in TripletType::ALL {
        let difference =
            |counts: &Vec<f64>| counts[triplet.index()] - counts[triplet.exchanged().index()];
        let mean = counts.iter().map(difference).sum::<f64>() / replicas;
        let squares: f64 = counts.iter().map(|c| (difference(c) - mean).powi(2)).sum();
        let error = (squares / (replicas - 1.0) / replicas).sqrt();
        assert!(mean.abs() <= 4.0 * error, "{what} {triplet}: {mean} +- {error}");
        let frequent = counts.iter().map(|c| c[triplet.index()]).sum::<f64>() / replicas;
        assert!(4.0 * error < 0.02 * frequent, "{what} {triplet}: {error} of {frequent} is coarse");
    }
}

fn sampled<A: Anneal + CountClusters>(atoms: &mut A, range: SwapRange, seed: u64) -> Vec<Vec<f64>> {
    let metropolis = Metropolis::new(&TriangleEnergy::squared_charge(), 0.5, range).unwrap();
    let mut rng = Pcg64::seed_from_u64(seed);
    atoms.advance(&metropolis, 100, &mut rng);
    let of = |counts: &ClusterCounts, triplet| counts.triplet(triplet) as f64;
    let mut sums = Vec::new();
    for _ in 0..40 {
        atoms.advance(&metropolis, 5, &mut rng);
        let counts = atoms.count_clusters();
        sums.resize(counts.len(), vec![0.0; 16]);
        for (sums, counts) in sums.iter_mut().zip(&counts) {
            TripletType::ALL.iter().for_each(|&t| sums[t.index()] += of(counts, t));
        }
    }
    sums
}

#[test]
fn species_are_exchangeable_at_one_half() {
    let lattice = TriangularLattice::new(SIDE, SIDE).unwrap();
    let half = Composition::of_minus(0.5).unwrap();
    let mut rng = Pcg64::seed_from_u64(6);
    for range in [SwapRange::Anywhere, SwapRange::NearestNeighbor] {
        for width in BlockWidth::ALL {
            let replicas = width.replicas();
            let mut atoms =
                Ensemble::random(lattice.clone(), half, replicas, width, &mut rng).unwrap();
            assert_symmetric(&sampled(&mut atoms, range, 1), &format!("{range:?} {width:?}"));
        }
        let alone: Vec<Vec<f64>> = (0..32)
            .flat_map(|seed| {
                let mut atoms = Configuration::random(lattice.clone(), half, &mut rng).unwrap();
                sampled(&mut atoms, range, seed)
            })
            .collect();
        assert_symmetric(&alone, &format!("{range:?}, one lattice"));
    }
}
