//! At x = 1/3 the squared energy orders in three sublattices, in the class of the three-state Potts
//! model, at T/J = 1.34(1): there the Binder cumulants of all sizes cross.
//!
//! Half of the replicas start at random and half in the ground state, so that what has not come to
//! equilibrium is seen. Minutes of work, so only by
//! `cargo test --release -p lattice-core binder -- --ignored --nocapture`.

use lattice_core::{
    Anneal, BlockWidth, Composition, Configuration, Ensemble, Metropolis, SwapRange,
    TriangleEnergy, TriangularLattice,
};
use rand_pcg::{Pcg64, rand_core::SeedableRng};
use rayon::prelude::*;

const WIDTH: BlockWidth = BlockWidth::Bits256;
/// Close about the crossing: a correlation length of 96 sites is a change of T of some 0.02.
const TEMPERATURES: [f64; 3] = [1.33, 1.34, 1.35];
/// Sides, and the sweeps over which samples are taken, after twice as many to equilibrium.
const SIZES: [(usize, u64); 2] = [(48, 4_000), (96, 20_000)];
const SAMPLES: usize = 20;

/// The three sublattices: (r, c) and (r + 1, c + 1) are on the same one.
fn sublattice(row: usize, column: usize, side: usize) -> usize {
    (column + side - row) % 3
}

/// All (-) on one sublattice.
fn ground_state(side: usize, minus: usize) -> Configuration {
    let atom = |row, column| if sublattice(row, column, side) == minus { -1 } else { 1 };
    let rows = (0..side).map(|row| (0..side).map(|column| atom(row, column)).collect());
    Configuration::from_rows(&rows.collect::<Vec<Vec<i8>>>()).unwrap()
}

/// |sum of s exp(2 pi i sublattice / 3)|^2 / N^2.
fn order_squared(atoms: &Configuration) -> f64 {
    let mut sums = [0_i64; 3];
    for ((row, column), &atom) in atoms.grid().indexed_iter() {
        sums[sublattice(row, column, atoms.lattice().rows())] += i64::from(atom);
    }
    let [a, b, c] = sums.map(|sum| sum as f64 / atoms.lattice().sites() as f64);
    a * a + b * b + c * c - a * b - b * c - c * a
}

/// Means over the samples of m^2 and m^4, of each replica; those of even number started at random.
fn moments(side: usize, sweeps: u64, t_over_j: f64) -> Vec<[f64; 2]> {
    let mut rng = Pcg64::seed_from_u64(side as u64);
    let lattice = TriangularLattice::new(side, side).unwrap();
    let third = Composition::of_minus(1.0 / 3.0).unwrap();
    let starts: Vec<Configuration> = (0..WIDTH.replicas())
        .map(|replica| match replica % 2 {
            0 => Configuration::random(lattice.clone(), third, &mut rng).unwrap(),
            _ => ground_state(side, replica / 2 % 3),
        })
        .collect();
    let mut atoms = Ensemble::from_configurations(&starts, WIDTH).unwrap();
    let energy = TriangleEnergy::squared_charge();
    let metropolis = Metropolis::new(&energy, t_over_j / 4.0, SwapRange::Anywhere).unwrap();
    atoms.advance(&metropolis, 2 * sweeps, &mut rng);
    let mut moments = vec![[0.0; 2]; WIDTH.replicas()];
    for _ in 0..SAMPLES {
        atoms.advance(&metropolis, sweeps / SAMPLES as u64, &mut rng);
        for (replica, [second, fourth]) in moments.iter_mut().enumerate() {
            let squared = order_squared(&atoms.replica(replica).unwrap());
            *second += squared / SAMPLES as f64;
            *fourth += squared * squared / SAMPLES as f64;
        }
    }
    moments
}

/// The mean of m^2 over replicas and its standard error.
fn mean_order<'a>(moments: impl Iterator<Item = &'a [f64; 2]>) -> (f64, f64) {
    let values: Vec<f64> = moments.map(|m| m[0]).collect();
    let n = values.len() as f64;
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    (mean, (variance / n).sqrt())
}

/// The cumulant 1 - <m^4>/(2 <m^2>^2).
fn cumulant<'a>(moments: impl Iterator<Item = &'a [f64; 2]>) -> f64 {
    let (mut count, mut second, mut fourth) = (0.0, 0.0, 0.0);
    for m in moments {
        count += 1.0;
        second += m[0];
        fourth += m[1];
    }
    1.0 - fourth * count / (2.0 * second * second)
}

/// Where the cumulant of the larger lattice, which is above below the transition, comes to be under
/// that of the smaller one: by a straight line between the two temperatures next to it.
fn crossing(above: &[f64]) -> Option<f64> {
    let at = above.windows(2).position(|pair| pair[0] >= 0.0 && pair[1] < 0.0)?;
    let (low, step) = (TEMPERATURES[at], TEMPERATURES[at + 1] - TEMPERATURES[at]);
    Some(low + step * above[at] / (above[at] - above[at + 1]))
}

#[test]
#[ignore = "minutes"]
fn cumulants_of_two_sizes_cross_where_the_order_sets_in() {
    let cases: Vec<(usize, u64, f64)> =
        SIZES.iter().flat_map(|&(side, n)| TEMPERATURES.map(|t| (side, n, t))).collect();
    let all: Vec<Vec<[f64; 2]>> =
        cases.par_iter().map(|&(side, sweeps, t)| moments(side, sweeps, t)).collect();
    for ((side, _, t), moments) in cases.iter().zip(&all) {
        let (random, random_error) = mean_order(moments.iter().step_by(2));
        let (ordered, ordered_error) = mean_order(moments.iter().skip(1).step_by(2));
        println!(
            "{side} x {side}, T/J = {t}: U = {:.4}, m^2 = {random:.4}({random_error:.4}) from random \
             starts, {ordered:.4}({ordered_error:.4}) from the ground state",
            cumulant(moments.iter())
        );
        let error = libm::hypot(random_error, ordered_error);
        assert!((random - ordered).abs() < 4.0 * error && error < 0.1 * ordered);
    }
    // the error by leaving out every so many of the replicas in turn
    const PARTS: usize = 16;
    let (small, large) = all.split_at(TEMPERATURES.len());
    let without = |part: usize| -> f64 {
        let rest = |moments: &[[f64; 2]]| {
            let kept = moments.iter().enumerate().filter(|(replica, _)| replica % PARTS != part);
            cumulant(kept.map(|(_, m)| m))
        };
        let above: Vec<f64> = small.iter().zip(large).map(|(s, l)| rest(l) - rest(s)).collect();
        crossing(&above).expect("the cumulants cross between the temperatures")
    };
    let whole = without(PARTS);
    let squares: f64 = (0..PARTS).map(|part| (without(part) - whole).powi(2)).sum();
    let error = (squares * (PARTS - 1) as f64 / PARTS as f64).sqrt();
    println!("the cumulants cross at T/J = {whole:.4} +- {error:.4}");
    assert!((whole - 1.34).abs() < 0.03 && error < 0.01, "{whole} +- {error}");
}
