//! What a sweep is: N moves, each of two uniformly drawn sites, or of one uniformly drawn bond.
//!
//! A lone (-) has the same energy everywhere, so every swap with it is accepted, and where it is
//! after one sweep follows from the N-th power of the transition matrix of one move.

use lattice_core::{
    Anneal, Configuration, Metropolis, SwapRange, TriangleEnergy, TriangularLattice,
};
use ndarray::{Array2, ArrayView2};
use rand_pcg::{Pcg64, rand_core::SeedableRng};
use statrs::distribution::{ChiSquared, ContinuousCDF};

const ROWS: usize = 3;
const COLUMNS: usize = 5;
const SITES: usize = ROWS * COLUMNS;
const START: usize = 7;
const SWEEPS: usize = 1_000_000;
const LEVEL: f64 = 1e-3;

/// Where a (-) that starts at `START` is after so many moves.
fn probabilities(range: SwapRange, moves: usize) -> Vec<f64> {
    let lattice = TriangularLattice::new(ROWS, COLUMNS).unwrap();
    let mut hop: Array2<f64> = Array2::zeros((SITES, SITES));
    for from in 0..SITES {
        match range {
            // (from, to) or (to, from) of N^2
            SwapRange::Anywhere => hop.row_mut(from).fill(2.0 / (SITES * SITES) as f64),
            // one of 3N bonds
            SwapRange::NearestNeighbor => lattice
                .neighbors_of(from)
                .into_iter()
                .for_each(|to| hop[[from, to]] = 1.0 / (3 * SITES) as f64),
        }
        hop[[from, from]] = 0.0;
        hop[[from, from]] = 1.0 - hop.row(from).sum();
    }
    let mut state = ndarray::Array1::zeros(SITES);
    state[START] = 1.0;
    (0..moves).fold(state, |state, _| state.dot(&hop)).to_vec()
}

fn p_value(found: &[f64], probabilities: &[f64]) -> f64 {
    let total: f64 = found.iter().sum();
    let term = |(found, p): (&f64, &f64)| (found - p * total).powi(2) / (p * total);
    let statistic = found.iter().zip(probabilities).map(term).sum();
    ChiSquared::new(found.len() as f64 - 1.0).unwrap().sf(statistic)
}

fn agrees(range: SwapRange, seed: u64) {
    let mut grid = [1; SITES];
    grid[START] = -1;
    let grid = ArrayView2::from_shape((ROWS, COLUMNS), &grid).unwrap();
    let start = Configuration::from_grid(grid).unwrap();
    let metropolis = Metropolis::new(&TriangleEnergy::squared_charge(), 0.1, range).unwrap();
    let mut rng = Pcg64::seed_from_u64(seed);
    let mut found = [0.0; SITES];
    for _ in 0..SWEEPS {
        let mut atoms = start.clone();
        atoms.advance(&metropolis, 1, &mut rng);
        found[atoms.atoms().iter().position(|&atom| atom == -1).unwrap()] += 1.0;
    }
    let p = p_value(&found, &probabilities(range, SITES));
    println!("{range:?}: p = {p:.4}");
    assert!(p > LEVEL);
    let one_move_more = p_value(&found, &probabilities(range, SITES + 1));
    assert!(one_move_more < 1e-6, "the test would not see a move too few: p = {one_move_more}");
}

#[test]
fn anywhere_draws_pairs_of_sites() {
    agrees(SwapRange::Anywhere, 1);
}

#[test]
fn nearest_neighbor_draws_bonds() {
    agrees(SwapRange::NearestNeighbor, 2);
}
