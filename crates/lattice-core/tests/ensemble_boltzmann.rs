//! Every replica bit of every engine against all states of a small lattice: 3 x 4 sites with 3 (-)
//! have 220 states, whose frequencies must be the Boltzmann weights.

use crate::exact::{COLUMNS, ROWS, SITES, energy_of, p_value, state_of, states};
use lattice_core::{
    Anneal, BlockWidth, Composition, Ensemble, Instructions, Metropolis, SwapRange, TriangleEnergy,
    TriangularLattice,
};
use rand_pcg::{Pcg64, rand_core::SeedableRng};
use statrs::distribution::{ChiSquared, ContinuousCDF};

const MINUS: u32 = 3;
const TEMPERATURE: f64 = 0.5;

/// Counts the state of each replica.
fn count_states(atoms: &Ensemble, seen: &mut [Vec<f64>]) {
    for (replica, seen) in seen.iter_mut().enumerate() {
        seen[state_of(atoms.replica(replica).unwrap().atoms())] += 1.0;
    }
}

/// All replicas together by all states, and each replica bit alone by its energies.
fn agrees(energy: TriangleEnergy, range: SwapRange, width: BlockWidth, instructions: Instructions) {
    let mut rng = Pcg64::seed_from_u64(11);
    let lattice = TriangularLattice::new(ROWS, COLUMNS).unwrap();
    let composition = Composition::of_minus(f64::from(MINUS) / SITES as f64).unwrap();
    let replicas = width.replicas();
    let atoms = Ensemble::random(lattice, composition, replicas, width, &mut rng).unwrap();
    let mut atoms = atoms.with_instructions(instructions);
    let metropolis = Metropolis::new(&energy, TEMPERATURE, range).unwrap();
    let samples = 64 * 400 / replicas.min(256);
    let mut seen = vec![vec![0.0; 1 << SITES]; replicas];
    for _ in 0..samples {
        atoms.advance(&metropolis, 20, &mut rng);
        count_states(&atoms, &mut seen);
    }

    let expected = states(MINUS, energy.table(), TEMPERATURE);
    let mut together = vec![0.0; 1 << SITES];
    for seen in &seen {
        together.iter_mut().zip(seen).for_each(|(sum, n)| *sum += n);
    }
    let p = p_value(&together, &expected);
    println!("{range:?} {:?} {width:?} {instructions:?}: p = {p:.4}", energy.table());
    assert!(p > 1e-4);
    let wrong = p_value(&together, &states(MINUS, energy.table(), 1.1 * TEMPERATURE));
    assert!(wrong < 1e-6, "the test would not see a temperature 10 % off: p = {wrong}");

    // each bit alone: its mean energy, in standard errors; independent bits make these normal
    let mean: f64 = expected.iter().map(|&(s, p)| p * energy_of(s, energy.table())).sum();
    let square: f64 = expected.iter().map(|&(s, p)| p * energy_of(s, energy.table()).powi(2)).sum();
    let error = ((square - mean * mean) / samples as f64).sqrt();
    let deviations: Vec<f64> = seen
        .iter()
        .map(|seen| {
            let sum: f64 =
                expected.iter().map(|&(s, _)| seen[s] * energy_of(s, energy.table())).sum();
            (sum / samples as f64 - mean) / error
        })
        .collect();
    let worst = deviations.iter().fold(0.0_f64, |worst, d| worst.max(d.abs()));
    assert!(worst < 5.0, "a bit is off by {worst} standard errors");
    let spread: f64 = deviations.iter().map(|d| d * d).sum();
    let p = ChiSquared::new(replicas as f64).unwrap().cdf(spread);
    assert!((1e-4..1.0 - 1e-4).contains(&p), "spread of the bits: p = {p}");
}

fn all_engines(energy: TriangleEnergy, range: SwapRange) {
    for width in BlockWidth::ALL {
        for instructions in Instructions::available() {
            agrees(energy, range, width, instructions);
        }
    }
}

#[test]
fn absolute_anywhere() {
    all_engines(TriangleEnergy::absolute_charge(), SwapRange::Anywhere);
}

#[test]
fn absolute_neighbors() {
    all_engines(TriangleEnergy::absolute_charge(), SwapRange::NearestNeighbor);
}

#[test]
fn squared_anywhere() {
    all_engines(TriangleEnergy::squared_charge(), SwapRange::Anywhere);
}

#[test]
fn squared_neighbors() {
    all_engines(TriangleEnergy::squared_charge(), SwapRange::NearestNeighbor);
}

#[test]
fn any_table() {
    let table = TriangleEnergy::new([0.0, 0.3, -0.2, 0.5]).unwrap();
    for range in [SwapRange::Anywhere, SwapRange::NearestNeighbor] {
        all_engines(table, range);
    }
}

#[test]
fn falling_couplings() {
    let table = TriangleEnergy::new([0.0, 0.0, 0.0, -0.5]).unwrap();
    for range in [SwapRange::Anywhere, SwapRange::NearestNeighbor] {
        agrees(table, range, BlockWidth::Bits64, Instructions::best());
    }
}
