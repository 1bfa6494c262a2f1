//! The frequencies of all states of small systems against the Boltzmann weights.

use super::small::{Small, arrangements, code, systems};
use crate::exact::p_value;
use lattice_core::{Anneal, Energy, Metropolis, SwapRange};
use rand_pcg::{Pcg64, rand_core::SeedableRng};

const SAMPLES: usize = 100_000;
/// Sweeps from one sample to the next, enough to forget it (tested below).
const APART: u64 = 25;
const LEVEL: f64 = 1e-3;

#[test]
fn energies_are_those_of_the_definitions() {
    for system in systems() {
        for states in arrangements(&system.start) {
            let found = system.energy.total(&system.with_states(&states));
            let expected = (system.by_definition)(&states);
            assert!((found - expected).abs() < 1e-12, "{}: {found} {expected}", system.name);
        }
    }
}

fn agrees(system: &Small, range: SwapRange, seed: u64) {
    let mut rng = Pcg64::seed_from_u64(seed);
    let mut atoms = system.start.clone();
    let metropolis = Metropolis::new(&system.energy, system.temperature, range).unwrap();
    let mut seen = vec![0.0; system.codes()];
    let mut energies = Vec::with_capacity(SAMPLES);
    for _ in 0..SAMPLES {
        energies.extend(atoms.advance(&metropolis, APART, &mut rng));
        seen[code(atoms.states(), system.species())] += 1.0;
    }

    let n = SAMPLES as f64;
    let mean = energies.iter().sum::<f64>() / n;
    let variance = energies.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / n;
    let lagged: f64 = energies.windows(2).map(|e| (e[0] - mean) * (e[1] - mean)).sum();
    let correlation = lagged / n / variance;
    assert!(correlation.abs() < 4.0 / n.sqrt(), "samples depend on each other: {correlation}");

    let at = |temperature| p_value(&seen, &system.probabilities(temperature));
    let p = at(system.temperature);
    println!("{} {range:?}: p = {p:.4}, correlation {correlation:+.5}", system.name);
    assert!(p > LEVEL, "{} {range:?}: p = {p}", system.name);
    let wrong = at(1.1 * system.temperature);
    assert!(wrong < 1e-6, "the test would not see a temperature 10 % off: p = {wrong}");
}

#[test]
fn three_species_on_the_triangular_lattice() {
    let [system, ..] = systems();
    assert_eq!(arrangements(&system.start).len(), 1260); // 9!/(4! 3! 2!)
    agrees(&system, SwapRange::Anywhere, 1);
    agrees(&system, SwapRange::NearestNeighbor, 2);
}

#[test]
fn three_species_on_the_face_centered_lattice() {
    let [_, system, _] = systems();
    assert_eq!(arrangements(&system.start).len(), 560); // 8!/(3! 3! 2!)
    agrees(&system, SwapRange::Anywhere, 3);
    agrees(&system, SwapRange::NearestNeighbor, 4);
}

#[test]
fn next_nearest_neighbors_on_the_square_lattice() {
    let [.., system] = systems();
    assert_eq!(arrangements(&system.start).len(), 792); // 12!/(5! 7!)
    agrees(&system, SwapRange::Anywhere, 5);
    agrees(&system, SwapRange::NearestNeighbor, 6);
}
