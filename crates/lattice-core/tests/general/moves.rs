//! One sweep of the engine against its exact transition probabilities, and their detailed balance.

use super::small::{Small, arrangements, code, systems};
use crate::exact::p_value;
use lattice_core::{Anneal, Energy, Metropolis, SwapRange};
use rand_pcg::{Pcg64, rand_core::SeedableRng};
use std::collections::HashMap;

const SWEEPS: usize = 300_000;
const LEVEL: f64 = 1e-3;

/// For each state the states that one move leads to, with their probabilities; what is missing to 1
/// stays.
fn transitions(system: &Small, range: SwapRange) -> Vec<Vec<(usize, f64)>> {
    let all = arrangements(&system.start);
    let index: HashMap<&[u8], usize> = all.iter().map(Vec::as_slice).zip(0..).collect();
    let sites = system.start.states().len();
    let draws: Vec<[usize; 2]> = match range {
        SwapRange::Anywhere => (0..sites).flat_map(|a| (0..sites).map(move |b| [a, b])).collect(),
        SwapRange::NearestNeighbor => {
            // every neighbor of every site: each bond from both ends
            let ends = |a| system.start.lattice().neighbours(a).map(move |b| [a, b]);
            (0..sites).flat_map(ends).collect()
        }
    };
    let of_state = |states: &Vec<u8>| {
        let before = (system.by_definition)(states);
        let mut next: HashMap<usize, f64> = HashMap::new();
        for &[a, b] in draws.iter().filter(|[a, b]| states[*a] != states[*b]) {
            let mut swapped = states.clone();
            swapped.swap(a, b);
            let rise = (system.by_definition)(&swapped) - before;
            let accepted = libm::exp(-rise / system.temperature).min(1.0);
            *next.entry(index[swapped.as_slice()]).or_default() += accepted / draws.len() as f64;
        }
        next.into_iter().collect()
    };
    all.iter().map(of_state).collect()
}

fn agrees(system: &Small, range: SwapRange, seed: u64) {
    let all = arrangements(&system.start);
    let transitions = transitions(system, range);

    // the law itself: as much flows back as forth
    let weights = system.probabilities(system.temperature);
    for (from, next) in transitions.iter().enumerate() {
        for &(to, forth) in next {
            let back = transitions[to].iter().find(|(state, _)| *state == from).unwrap().1;
            let [forth, back] = [weights[from].1 * forth, weights[to].1 * back];
            assert!((forth - back).abs() < 1e-12 * forth, "{}: {forth} {back}", system.name);
        }
    }

    // the engine follows it: where it is after one sweep, from a state of middling energy
    let start = all.len() / 2;
    let after = |moves: usize| {
        let mut at = vec![0.0; all.len()];
        at[start] = 1.0;
        for _ in 0..moves {
            let mut next = at.clone();
            for (from, share) in at.iter().enumerate().filter(|(_, share)| **share > 0.0) {
                for &(to, probability) in &transitions[from] {
                    next[to] += share * probability;
                    next[from] -= share * probability;
                }
            }
            at = next;
        }
        let numbers = all.iter().map(|states| code(states, system.species()));
        numbers.zip(at).collect::<Vec<_>>()
    };
    let metropolis = Metropolis::new(&system.energy, system.temperature, range).unwrap();
    let mut rng = Pcg64::seed_from_u64(seed);
    let mut seen = vec![0.0; system.codes()];
    let begin = system.with_states(&all[start]);
    for _ in 0..SWEEPS {
        let mut atoms = begin.clone();
        atoms.advance(&metropolis, 1, &mut rng);
        seen[code(atoms.states(), system.species())] += 1.0;
    }
    let sites = system.start.states().len();
    let p = p_value(&seen, &after(sites));
    println!("{} {range:?}: p = {p:.4}", system.name);
    assert!(p > LEVEL, "{} {range:?}: p = {p}", system.name);
    let one_more = p_value(&seen, &after(sites + 1));
    assert!(one_more < 1e-6, "the test would not see a move too few: p = {one_more}");
}

#[test]
fn swaps_anywhere_are_in_detailed_balance() {
    for (system, seed) in systems().iter().zip(1..) {
        agrees(system, SwapRange::Anywhere, seed);
    }
}

#[test]
fn swaps_of_neighbors_are_in_detailed_balance() {
    for (system, seed) in systems().iter().zip(11..) {
        agrees(system, SwapRange::NearestNeighbor, seed);
    }
}

#[test]
fn changes_are_differences_of_the_definitions() {
    for system in systems() {
        for states in arrangements(&system.start).iter().step_by(7) {
            let atoms = system.with_states(states);
            for (a, b) in (0..states.len()).flat_map(|a| (0..states.len()).map(move |b| (a, b))) {
                let mut swapped = states.clone();
                swapped.swap(a, b);
                let expected = (system.by_definition)(&swapped) - (system.by_definition)(states);
                let found = system.energy.swap_change(&atoms, a, b);
                assert!((found - expected).abs() < 1e-12, "{} {a} {b}", system.name);
            }
        }
    }
}
