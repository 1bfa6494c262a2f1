//! A 3 x 4 lattice with 5 (-) has 792 states: all their frequencies against the Boltzmann weights.

use crate::exact::{COLUMNS, ROWS, SITES, energy_of, p_value, state_of, states};
use lattice_core::{Anneal, Configuration, Metropolis, SwapRange, TriangleEnergy};
use ndarray::ArrayView2;
use rand_pcg::{Pcg64, rand_core::SeedableRng};

const MINUS: u32 = 5;
const SAMPLES: usize = 100_000;
/// Sweeps from one sample to the next, enough to forget it (tested below).
const APART: u64 = 25;
const TEMPERATURE: f64 = 0.5;
const LEVEL: f64 = 1e-3;

/// One long chain of states, thinned.
fn sample(energy: &TriangleEnergy, range: SwapRange, seed: u64) -> Vec<usize> {
    let mut rng = Pcg64::seed_from_u64(seed);
    let start: Vec<i8> = (0..SITES).map(|site| if site < 5 { -1 } else { 1 }).collect();
    let grid = ArrayView2::from_shape((ROWS, COLUMNS), &start).unwrap();
    let mut atoms = Configuration::from_grid(grid).unwrap();
    let metropolis = Metropolis::new(energy, TEMPERATURE, range).unwrap();
    (0..SAMPLES)
        .map(|_| {
            atoms.advance(&metropolis, APART, &mut rng);
            state_of(atoms.atoms())
        })
        .collect()
}

fn agrees(energy: TriangleEnergy, range: SwapRange, seed: u64) {
    let samples = sample(&energy, range, seed);

    let energies: Vec<f64> = samples.iter().map(|&s| energy_of(s, energy.table())).collect();
    let n = energies.len() as f64;
    let mean = energies.iter().sum::<f64>() / n;
    let variance = energies.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / n;
    let lagged: f64 = energies.windows(2).map(|e| (e[0] - mean) * (e[1] - mean)).sum();
    let correlation = lagged / n / variance;
    assert!(correlation.abs() < 4.0 / n.sqrt(), "samples depend on each other: {correlation}");

    let mut seen = vec![0.0; 1 << SITES];
    samples.iter().for_each(|&state| seen[state] += 1.0);
    let at = |temperature| p_value(&seen, &states(MINUS, energy.table(), temperature));
    let p = at(TEMPERATURE);
    println!("{range:?} {:?}: p = {p:.4}, correlation {correlation:+.5}", energy.table());
    assert!(p > LEVEL);
    let wrong = at(1.1 * TEMPERATURE);
    assert!(wrong < 1e-6, "the test would not see a temperature 10 % off: p = {wrong}");
}

#[test]
fn there_are_792_states() {
    assert_eq!(states(MINUS, [0.0; 4], 1.0).len(), 792);
}

#[test]
fn absolute_anywhere() {
    agrees(TriangleEnergy::absolute_charge(), SwapRange::Anywhere, 1);
}

#[test]
fn absolute_neighbors() {
    agrees(TriangleEnergy::absolute_charge(), SwapRange::NearestNeighbor, 2);
}

#[test]
fn squared_anywhere() {
    agrees(TriangleEnergy::squared_charge(), SwapRange::Anywhere, 3);
}

#[test]
fn squared_neighbors() {
    agrees(TriangleEnergy::squared_charge(), SwapRange::NearestNeighbor, 4);
}

#[test]
fn any_table() {
    let energy = TriangleEnergy::new([0.0, 0.3, -0.2, 0.5]).unwrap();
    agrees(energy, SwapRange::Anywhere, 5);
    agrees(energy, SwapRange::NearestNeighbor, 6);
}
