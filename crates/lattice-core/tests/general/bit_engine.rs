//! The general engine against the bit engine: two species on the triangular lattice, annealed through
//! four temperatures; pairs, chains and triangles by their species, in the mean over replicas.

use crate::exact::mean_and_error;
use lattice_core::{
    Anneal, BlockWidth, Composition, Configuration, Ensemble, Metropolis, Occupation, SwapRange,
    TriangleEnergy, TriangularLattice,
};
use rand_pcg::{Pcg64, rand_core::SeedableRng};

const SIZE: usize = 24;
const TEMPERATURES: [f64; 4] = [2.0, 0.8, 0.5, 0.3];
const SWEEPS: u64 = 60;

/// Shares of pairs, and of linear chains, angled chains and triangles by (middle, sum of ends). At
/// fixed composition these fix all 3 pairs and 16 triplets.
fn shares(atoms: &Configuration) -> Vec<f64> {
    let (lattice, what) = (atoms.lattice(), atoms.atoms());
    let plus = |site: usize| usize::from(what[site] == 1);
    let mut counts = [0.0; 3 + 6 + 6 + 4];
    for site in 0..lattice.sites() {
        let (middle, ring) = (plus(site), lattice.neighbors_of(site).map(plus));
        for k in 0..3 {
            counts[middle + ring[k]] += 1.0 / 3.0;
            counts[3 + 3 * middle + ring[k] + ring[k + 3]] += 1.0 / 3.0;
        }
        for k in 0..6 {
            counts[9 + 3 * middle + ring[k] + ring[(k + 2) % 6]] += 1.0 / 6.0;
        }
        for k in 0..2 {
            counts[15 + middle + ring[k] + ring[k + 1]] += 0.5;
        }
    }
    counts.iter().map(|count| count / lattice.sites() as f64).collect()
}

fn agrees(energy: TriangleEnergy, range: SwapRange, seed: u64) {
    let mut rng = Pcg64::seed_from_u64(seed);
    let lattice = TriangularLattice::new(SIZE, SIZE).unwrap();
    let composition = Composition::of_minus(0.4).unwrap();
    let width = BlockWidth::Bits64;
    let mut ensemble = Ensemble::random(lattice.clone(), composition, 64, width, &mut rng).unwrap();
    let general = energy.on(&lattice).unwrap();
    let mut occupations: Vec<Occupation> = (0..64)
        .map(|_| Configuration::random(lattice.clone(), composition, &mut rng).unwrap())
        .map(|atoms| Occupation::from(&atoms))
        .collect();
    for temperature in TEMPERATURES {
        let bits = Metropolis::new(&energy, temperature, range).unwrap();
        ensemble.advance(&bits, SWEEPS, &mut rng);
        let metropolis = Metropolis::new(&general, temperature, range).unwrap();
        for atoms in &mut occupations {
            atoms.advance(&metropolis, SWEEPS, &mut rng);
        }
        let of_bits: Vec<Vec<f64>> =
            (0..64).map(|replica| shares(&ensemble.replica(replica).unwrap())).collect();
        let of_general: Vec<Vec<f64>> = occupations
            .iter()
            .map(|atoms| shares(&Configuration::try_from(atoms).unwrap()))
            .collect();
        let mut worst = 0.0_f64;
        for kind in 0..of_bits[0].len() {
            let column =
                |all: &[Vec<f64>]| -> Vec<f64> { all.iter().map(|one| one[kind]).collect() };
            let (expected, its_error) = mean_and_error(&column(&of_bits));
            let (found, error) = mean_and_error(&column(&of_general));
            let both = (its_error * its_error + error * error).sqrt();
            if both == 0.0 {
                assert_eq!(found, expected);
                continue;
            }
            let deviation = (found - expected).abs() / both;
            worst = worst.max(deviation);
            assert!(
                deviation < 4.0,
                "{range:?} T = {temperature}, type {kind}: {found} +- {error}, {expected} +- {its_error}"
            );
        }
        println!("{range:?} T = {temperature}: at most {worst:.2} standard errors");
    }
}

#[test]
fn absolute_charge_in_both_ranges() {
    agrees(TriangleEnergy::absolute_charge(), SwapRange::Anywhere, 1);
    agrees(TriangleEnergy::absolute_charge(), SwapRange::NearestNeighbor, 2);
}

#[test]
fn any_table_in_both_ranges() {
    let energy = TriangleEnergy::new([0.0, 0.3, -0.2, 0.5]).unwrap();
    agrees(energy, SwapRange::Anywhere, 3);
    agrees(energy, SwapRange::NearestNeighbor, 4);
}
