//! Ensembles: what a replica is, and that instructions, threads and grouping change no bit.

use lattice_core::{
    Anneal, BlockWidth, Composition, Configuration, Ensemble, Instructions, LatticeError,
    Metropolis, SwapRange, TriangleEnergy, TriangularLattice, check_triangle_contract,
};
use rand_pcg::{Pcg64, rand_core::SeedableRng};

const RANGES: [SwapRange; 2] = [SwapRange::Anywhere, SwapRange::NearestNeighbor];

fn energies() -> [TriangleEnergy; 5] {
    [
        TriangleEnergy::absolute_charge(),
        TriangleEnergy::squared_charge(),
        TriangleEnergy::new([0.0, 0.0, 0.0, -1.0]).unwrap(),
        TriangleEnergy::new([0.0, 0.3, 0.2, 0.7]).unwrap(),
        TriangleEnergy::new([1.0; 4]).unwrap(),
    ]
}

fn random(
    (rows, columns): (usize, usize),
    minus: f64,
    replicas: usize,
    width: BlockWidth,
) -> (Ensemble, Pcg64) {
    let mut rng = Pcg64::seed_from_u64(3);
    let lattice = TriangularLattice::new(rows, columns).unwrap();
    let composition = Composition::of_minus(minus).unwrap();
    (Ensemble::random(lattice, composition, replicas, width, &mut rng).unwrap(), rng)
}

#[test]
fn energies_and_compositions_are_those_of_the_replicas() {
    for width in BlockWidth::ALL {
        for (shape, replicas) in [((3, 3), 1), ((5, 4), 70), ((13, 12), 600)] {
            let (mut atoms, mut rng) = random(shape, 0.4, replicas, width);
            for range in RANGES {
                for energy in energies() {
                    let metropolis = Metropolis::new(&energy, 0.7, range).unwrap();
                    let found = atoms.advance(&metropolis, 3, &mut rng);
                    assert_eq!(found.len(), replicas);
                    for (replica, found) in found.into_iter().enumerate() {
                        let one = atoms.replica(replica).unwrap();
                        assert_eq!(one.minus_count(), atoms.minus_count());
                        assert_eq!(found, energy.per_site(&one), "{range:?} {energy:?} {replica}");
                    }
                }
            }
        }
    }
}

#[test]
fn instructions_change_no_bit() {
    for width in BlockWidth::ALL {
        for range in RANGES {
            for energy in energies() {
                let metropolis = Metropolis::new(&energy, 0.4, range).unwrap();
                let swept = |instructions| {
                    let (atoms, mut rng) = random((7, 6), 0.45, width.replicas(), width);
                    let mut atoms = atoms.with_instructions(instructions);
                    let energies = atoms.advance(&metropolis, 10, &mut rng);
                    (atoms, energies, rng)
                };
                let expected = swept(Instructions::Portable);
                for instructions in Instructions::available() {
                    assert_eq!(swept(instructions), expected, "{width:?} {instructions:?}");
                }
            }
        }
    }
}

#[test]
fn threads_and_grouping_of_sweeps_change_no_bit() {
    let energy = TriangleEnergy::absolute_charge();
    let metropolis = Metropolis::new(&energy, 0.4, SwapRange::Anywhere).unwrap();
    let swept = |threads, groups: &[u64]| {
        let (mut atoms, mut rng) = random((9, 8), 0.3, 200, BlockWidth::Bits64);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| {
            for &sweeps in groups {
                atoms.advance(&metropolis, sweeps, &mut rng);
            }
        });
        (atoms, rng)
    };
    let expected = swept(1, &[150]);
    for threads in [1, 2, 5] {
        assert_eq!(swept(threads, &[150]), expected);
        assert_eq!(swept(threads, &[1, 0, 70, 79]), expected);
    }
}

#[test]
fn the_contract_of_anneal_holds() {
    for width in BlockWidth::ALL {
        let (mut atoms, mut rng) = random((12, 12), 0.4, 100, width);
        check_triangle_contract(&mut atoms, &mut rng).unwrap();
    }
}

/// A change of these numbers is a change of what a seed means.
#[test]
fn frozen_at_seed_3() {
    let energy = TriangleEnergy::squared_charge();
    let found = BlockWidth::ALL.map(|width| {
        let (mut atoms, mut rng) = random((12, 12), 0.5, 2, width);
        let metropolis = Metropolis::new(&energy, 0.3, SwapRange::NearestNeighbor).unwrap();
        let energies = atoms.advance(&metropolis, 20, &mut rng);
        energies.iter().map(|energy| energy * 144.0).collect::<Vec<_>>()
    });
    assert_eq!(found, [[43.0, 45.0], [40.0, 40.0], [43.0, 38.0]]);
}

#[test]
fn bad_input_is_refused() {
    let mut rng = Pcg64::seed_from_u64(1);
    let lattice = TriangularLattice::new(3, 3).unwrap();
    let half = Composition::of_minus(0.5).unwrap();
    let width = BlockWidth::default();
    let none = Ensemble::random(lattice.clone(), half, 0, width, &mut rng).unwrap_err();
    assert_eq!(none, LatticeError::NoReplicas);
    let all = Composition::of_minus(1.0).unwrap();
    assert!(Ensemble::random(lattice.clone(), all, 1, width, &mut rng).is_err());
    let atoms = Ensemble::random(lattice, half, 65, width, &mut rng).unwrap();
    let error = atoms.replica(65).unwrap_err();
    assert_eq!(error, LatticeError::NoSuchReplica { replica: 65, replicas: 65 });
}

#[test]
fn an_ensemble_of_given_configurations_holds_them_in_their_order() {
    let mut rng = Pcg64::seed_from_u64(3);
    let lattice = TriangularLattice::new(6, 7).unwrap();
    let third = Composition::of_minus(1.0 / 3.0).unwrap();
    let given: Vec<Configuration> =
        (0..70).map(|_| Configuration::random(lattice.clone(), third, &mut rng).unwrap()).collect();
    for width in BlockWidth::ALL {
        let ensemble = Ensemble::from_configurations(&given, width).unwrap();
        assert_eq!((ensemble.replicas(), ensemble.width()), (70, width));
        for (replica, one) in given.iter().enumerate() {
            assert_eq!(&ensemble.replica(replica).unwrap(), one);
        }
    }
    assert!(matches!(
        Ensemble::from_configurations(&[], BlockWidth::Bits64),
        Err(LatticeError::NoReplicas)
    ));
    let half = Composition::of_minus(0.5).unwrap();
    let other = Configuration::random(lattice, half, &mut rng).unwrap();
    let error = Ensemble::from_configurations(&[given[0].clone(), other], BlockWidth::Bits64);
    assert!(error.unwrap_err().to_string().contains("replica 1 has 6 x 7 sites with 21 (-) atoms"));
}
