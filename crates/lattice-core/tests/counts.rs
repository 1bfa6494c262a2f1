//! The integers kept with every swap, against counting by the definition.

use lattice_core::{
    Anneal, Composition, Configuration, Metropolis, SwapRange, TriangleEnergy, TriangularLattice,
};
use ndarray::Array2;
use proptest::prelude::*;
use rand_pcg::{Pcg64, rand_core::SeedableRng};

/// Triangles by their number of (+) corners: the two of each site.
fn triangle_counts(grid: &Array2<i8>) -> [u64; 4] {
    let (rows, columns) = grid.dim();
    let plus = |r: usize, c: usize| usize::from(grid[[r % rows, c % columns]] == 1);
    let mut counts = [0; 4];
    for r in 0..rows {
        for c in 0..columns {
            counts[plus(r, c) + plus(r, c + 1) + plus(r + 1, c)] += 1;
            counts[plus(r, c + 1) + plus(r + 1, c) + plus(r + 1, c + 1)] += 1;
        }
    }
    counts
}

/// (+) (+) pairs: right, below, and below left of each site.
fn plus_pairs(grid: &Array2<i8>) -> u64 {
    let (rows, columns) = grid.dim();
    let plus = |r: usize, c: usize| u64::from(grid[[r % rows, c % columns]] == 1);
    let mut pairs = 0;
    for r in 0..rows {
        for c in 0..columns {
            pairs += plus(r, c) * (plus(r, c + 1) + plus(r + 1, c) + plus(r + 1, c + columns - 1));
        }
    }
    pairs
}

fn brute_force(grid: &Array2<i8>, table: [f64; 4]) -> f64 {
    triangle_counts(grid).iter().zip(table).map(|(&count, energy)| count as f64 * energy).sum()
}

fn random(rows: usize, columns: usize, minus: f64, seed: u64) -> (Configuration, Pcg64) {
    let mut rng = Pcg64::seed_from_u64(seed);
    let lattice = TriangularLattice::new(rows, columns).unwrap();
    let composition = Composition::of_minus(minus).unwrap();
    (Configuration::random(lattice, composition, &mut rng).unwrap(), rng)
}

fn check(atoms: &Configuration) {
    let grid = atoms.grid().to_owned();
    assert_eq!(atoms.triangle_counts(), triangle_counts(&grid));
    assert_eq!(atoms.plus_triangles(), triangle_counts(&grid)[3]);
    assert_eq!(atoms.plus_pairs(), plus_pairs(&grid));
    assert_eq!(atoms.minus_count(), grid.iter().filter(|&&atom| atom == -1).count());
    assert_eq!(atoms.plus_count() + atoms.minus_count(), grid.len());
    assert_eq!(&Configuration::from_grid(grid.view()).unwrap(), atoms);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn swaps_keep_the_counts(
        rows in 3..9_usize,
        columns in 3..9_usize,
        minus in 0.12..0.88,
        seed: u64,
        swaps in prop::collection::vec((0..64_usize, 0..64_usize), 1..40),
    ) {
        let (mut atoms, _) = random(rows, columns, minus, seed);
        check(&atoms);
        let sites = rows * columns;
        for (first, second) in swaps {
            let (first, second) = (first % sites, second % sites);
            let mut expected = atoms.grid().to_owned();
            expected.swap(
                [first / columns, first % columns],
                [second / columns, second % columns],
            );
            let before = (atoms.plus_pairs() as i64, atoms.plus_triangles() as i64);
            let change = atoms.swap_change(first, second).unwrap();
            atoms.swap(first, second).unwrap();
            prop_assert_eq!(atoms.grid(), expected.view());
            check(&atoms);
            let after = (atoms.plus_pairs() as i64, atoms.plus_triangles() as i64);
            prop_assert_eq!(after.0 - before.0, i64::from(change.plus_pairs()));
            prop_assert_eq!(after.1 - before.1, i64::from(change.plus_triangles()));
        }
    }

    #[test]
    fn changes_of_any_energy_are_differences_of_sums(
        rows in 3..7_usize,
        columns in 3..7_usize,
        seed: u64,
        table in prop::array::uniform4(-10.0..10.0),
        (first, second) in (0..64_usize, 0..64_usize),
    ) {
        let (mut atoms, _) = random(rows, columns, 0.4, seed);
        let energy = TriangleEnergy::new(table).unwrap();
        let before = brute_force(&atoms.grid().to_owned(), table);
        prop_assert!((energy.total(&atoms) - before).abs() < 1e-10);
        let (first, second) = (first % (rows * columns), second % (rows * columns));
        let change = energy.change(atoms.swap_change(first, second).unwrap());
        atoms.swap(first, second).unwrap();
        let after = brute_force(&atoms.grid().to_owned(), table);
        prop_assert!((change - (after - before)).abs() < 1e-10, "{} {}", change, after - before);
    }

    #[test]
    fn sweeps_keep_counts_composition_and_energy_bit_for_bit(
        rows in 3..9_usize,
        columns in 3..9_usize,
        minus in 0.12..0.88,
        seed: u64,
        table in prop::array::uniform4(-1.0..1.0),
        temperature in 0.05..5.0,
        anywhere: bool,
    ) {
        let (mut atoms, mut rng) = random(rows, columns, minus, seed);
        let minus_count = atoms.minus_count();
        let energy = TriangleEnergy::new(table).unwrap();
        let range = if anywhere { SwapRange::Anywhere } else { SwapRange::NearestNeighbor };
        let metropolis = Metropolis::new(&energy, temperature, range).unwrap();
        let energies = atoms.advance(&metropolis, 5, &mut rng);
        check(&atoms);
        prop_assert_eq!(atoms.minus_count(), minus_count);
        let anew = Configuration::from_grid(atoms.grid()).unwrap();
        prop_assert_eq!(energies.len(), 1);
        prop_assert_eq!(energies[0].to_bits(), energy.per_site(&anew).to_bits());
        prop_assert_eq!(energy.total(&atoms).to_bits(), energy.total(&anew).to_bits());
    }
}

/// E = N (3x - 1) + N+++ for the absolute energy, N++ + const for the squared one.
#[test]
fn energies_have_their_short_forms() {
    for seed in 0..20 {
        let (atoms, _) = random(7, 6, 0.3, seed);
        let (sites, minus) = (42.0, atoms.minus_count() as f64);
        let absolute = 3.0 * minus - sites + atoms.plus_triangles() as f64;
        assert_eq!(TriangleEnergy::absolute_charge().total(&atoms), absolute);
        let spins = sites - 2.0 * minus;
        let bonds: f64 = (0..atoms.lattice().sites()).fold(0.0, |sum, i| {
            let product = |&j: &usize| f64::from(atoms.atoms()[i] * atoms.atoms()[j]);
            sum + atoms.lattice().neighbors_of(i)[..3].iter().map(product).sum::<f64>()
        });
        let ising = sites / 2.0 - 0.75 * spins + 0.25 * bonds;
        assert_eq!(TriangleEnergy::squared_charge().total(&atoms), ising);
    }
}

/// Uniform over arrangements: on 3 x 3 with two (-), 36 arrangements, chi-square below its 0.999
/// quantile for 35 degrees of freedom.
#[test]
fn random_arrangements_are_equally_likely() {
    let mut rng = Pcg64::seed_from_u64(5);
    let lattice = TriangularLattice::new(3, 3).unwrap();
    let mut counts = std::collections::HashMap::new();
    let draws = 36_000;
    for _ in 0..draws {
        let composition = Composition::of_minus(2.0 / 9.0).unwrap();
        let atoms = Configuration::random(lattice.clone(), composition, &mut rng).unwrap();
        *counts.entry(atoms.atoms().to_vec()).or_insert(0_i32) += 1;
    }
    assert_eq!(counts.len(), 36);
    let expected = f64::from(draws / 36);
    let chi_square: f64 =
        counts.values().map(|&n| (f64::from(n) - expected).powi(2) / expected).sum();
    assert!(chi_square < 66.62, "{chi_square}");
}
