//! A 3 x 4 lattice with 5 (-) has 792 states: all their frequencies against the Boltzmann weights.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests are tests")]

use std::collections::HashMap;

use lattice_core::{
    Anneal, Configuration, Metropolis, SwapRange, TriangleEnergy, TriangularLattice,
};
use ndarray::ArrayView2;
use rand_pcg::{Pcg64, rand_core::SeedableRng};
use statrs::distribution::{ChiSquared, ContinuousCDF};

const ROWS: usize = 3;
const COLUMNS: usize = 4;
const SITES: usize = ROWS * COLUMNS;
const MINUS: u32 = 5;
const SAMPLES: usize = 100_000;
/// Sweeps from one sample to the next, enough to forget it (tested below).
const APART: u64 = 25;
const TEMPERATURE: f64 = 0.5;
const LEVEL: f64 = 1e-3;

/// The energy by the definition: over the two triangles of each site.
fn energy_of(state: u32, table: [f64; 4]) -> f64 {
    let plus = |row: usize, column: usize| {
        let site = row % ROWS * COLUMNS + column % COLUMNS;
        (state >> site & 1) as usize
    };
    let mut energy = 0.0;
    for r in 0..ROWS {
        for c in 0..COLUMNS {
            energy += table[plus(r, c) + plus(r, c + 1) + plus(r + 1, c)];
            energy += table[plus(r, c + 1) + plus(r + 1, c) + plus(r + 1, c + 1)];
        }
    }
    energy
}

fn states() -> impl Iterator<Item = u32> {
    (0..1 << SITES).filter(|state: &u32| state.count_zeros() - (32 - SITES as u32) == MINUS)
}

/// One long chain of states, thinned.
fn sample(energy: &TriangleEnergy, range: SwapRange, seed: u64) -> Vec<u32> {
    let mut rng = Pcg64::seed_from_u64(seed);
    let start: Vec<i8> = (0..SITES).map(|site| if site < 5 { -1 } else { 1 }).collect();
    let grid = ArrayView2::from_shape((ROWS, COLUMNS), &start).unwrap();
    let mut atoms = Configuration::from_grid(grid).unwrap();
    let metropolis = Metropolis::new(energy, TEMPERATURE, range).unwrap();
    (0..SAMPLES)
        .map(|_| {
            atoms.advance(&metropolis, APART, &mut rng);
            let plus = atoms.atoms().iter().enumerate().filter(|(_, atom)| **atom == 1);
            plus.fold(0, |state, (site, _)| state | 1 << site)
        })
        .collect()
}

/// The probability of frequencies at least this far from the Boltzmann weights.
fn p_value(samples: &[u32], table: [f64; 4], temperature: f64) -> f64 {
    let mut counts = HashMap::new();
    samples.iter().for_each(|state| *counts.entry(*state).or_insert(0.0) += 1.0);
    let weight = |state| (-energy_of(state, table) / temperature).exp();
    let partition: f64 = states().map(weight).sum();
    // states expected fewer than 10 times are taken together
    let (mut statistic, mut classes) = (0.0, 0.0);
    let (mut rare_found, mut rare_expected) = (0.0, 0.0);
    let mut add = |found: f64, expected: f64| {
        statistic += (found - expected).powi(2) / expected;
        classes += 1.0;
    };
    for state in states() {
        let found = counts.remove(&state).unwrap_or(0.0);
        let expected = samples.len() as f64 * weight(state) / partition;
        if expected < 10.0 {
            rare_found += found;
            rare_expected += expected;
        } else {
            add(found, expected);
        }
    }
    if rare_expected > 0.0 {
        add(rare_found, rare_expected);
    }
    assert!(counts.is_empty(), "a state with another composition");
    ChiSquared::new(classes - 1.0).unwrap().sf(statistic)
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

    let p = p_value(&samples, energy.table(), TEMPERATURE);
    println!("{range:?} {:?}: p = {p:.4}, correlation {correlation:+.5}", energy.table());
    assert!(p > LEVEL);
    let wrong = p_value(&samples, energy.table(), 1.1 * TEMPERATURE);
    assert!(wrong < 1e-6, "the test would not see a temperature 10 % off: p = {wrong}");
}

#[test]
fn there_are_792_states() {
    assert_eq!(states().count(), 792);
    assert_eq!(TriangularLattice::new(ROWS, COLUMNS).unwrap().sites(), SITES);
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
