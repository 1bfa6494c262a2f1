//! At x = 1/3 the squared energy orders in three sublattices, in the class of the three-state Potts
//! model, at T/J = 1.34(1): there the Binder cumulants of all sizes cross.
//!
//! Minutes of work, so only by
//! `cargo test --release -p lattice-core --test binder -- --ignored --nocapture`.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests are tests")]

use lattice_core::{
    Anneal, BlockWidth, Composition, Ensemble, Metropolis, SwapRange, TriangleEnergy,
    TriangularLattice,
};
use rand_pcg::{Pcg64, rand_core::SeedableRng};

const WIDTH: BlockWidth = BlockWidth::Bits512;
const TEMPERATURES: [f64; 4] = [1.30, 1.33, 1.36, 1.39];
const SAMPLES: usize = 20;

/// |sum of s exp(2 pi i sublattice / 3)|^2 / N^2, where (r, c) and (r + 1, c + 1) are on the same
/// sublattice.
fn order_squared(atoms: &[i8], side: usize) -> f64 {
    let mut sums = [0_i64; 3];
    for (site, &atom) in atoms.iter().enumerate() {
        sums[(site % side + 3 * side - site / side) % 3] += i64::from(atom);
    }
    let [a, b, c] = sums.map(|sum| sum as f64 / (side * side) as f64);
    a * a + b * b + c * c - a * b - b * c - c * a
}

/// Sums of m^2 and m^4 over the samples of each replica, at one temperature.
fn moments(side: usize, t_over_j: f64, equilibration: u64) -> Vec<[f64; 2]> {
    let mut rng = Pcg64::seed_from_u64(side as u64);
    let lattice = TriangularLattice::new(side, side).unwrap();
    let third = Composition::of_minus(1.0 / 3.0).unwrap();
    let replicas = WIDTH.replicas();
    let mut atoms = Ensemble::random(lattice, third, replicas, WIDTH, &mut rng).unwrap();
    let energy = TriangleEnergy::squared_charge();
    let metropolis = Metropolis::new(&energy, t_over_j / 4.0, SwapRange::Anywhere).unwrap();
    atoms.advance(&metropolis, equilibration, &mut rng);
    let mut moments = vec![[0.0; 2]; replicas];
    for _ in 0..SAMPLES {
        atoms.advance(&metropolis, equilibration / SAMPLES as u64, &mut rng);
        for (replica, [second, fourth]) in moments.iter_mut().enumerate() {
            let squared = order_squared(atoms.replica(replica).unwrap().atoms(), side);
            *second += squared;
            *fourth += squared * squared;
        }
    }
    moments
}

/// The cumulant 1 - <m^4>/(2 <m^2>^2).
fn cumulant(moments: &[[f64; 2]]) -> f64 {
    let sum = |k: usize| moments.iter().map(|m| m[k]).sum::<f64>();
    let samples = (SAMPLES * moments.len()) as f64;
    1.0 - sum(1) * samples / (2.0 * sum(0) * sum(0))
}

/// Where the straight line through the differences of the cumulants, by temperature, is zero.
fn crossing(small: &[Vec<[f64; 2]>], large: &[Vec<[f64; 2]>]) -> f64 {
    let difference: Vec<f64> =
        small.iter().zip(large).map(|(small, large)| cumulant(large) - cumulant(small)).collect();
    let n = TEMPERATURES.len() as f64;
    let (t, d) = (TEMPERATURES.iter().sum::<f64>() / n, difference.iter().sum::<f64>() / n);
    let of_t = |f: &dyn Fn(f64, f64) -> f64| -> f64 {
        TEMPERATURES.iter().zip(&difference).map(|(&ti, &di)| f(ti - t, di - d)).sum()
    };
    t - d * of_t(&|t, _| t * t) / of_t(&|t, d| t * d)
}

/// The crossing and its error, by leaving out every tenth of the replicas in turn.
fn crossing_and_error(equilibrations: [u64; 2]) -> (f64, f64) {
    let of = |side, equilibration| -> Vec<Vec<[f64; 2]>> {
        TEMPERATURES.map(|t| moments(side, t, equilibration)).to_vec()
    };
    let (small, large) = (of(48, equilibrations[0]), of(96, equilibrations[1]));
    for ((t, small), large) in TEMPERATURES.iter().zip(&small).zip(&large) {
        println!("T/J {t}: 48: {:.4}, 96: {:.4}", cumulant(small), cumulant(large));
    }
    let whole = crossing(&small, &large);
    const PARTS: usize = 10;
    let without = |part: usize, all: &[Vec<[f64; 2]>]| -> Vec<Vec<[f64; 2]>> {
        let keep = |m: &Vec<[f64; 2]>| {
            m.iter().enumerate().filter(|(i, _)| i % PARTS != part).map(|(_, m)| *m).collect()
        };
        all.iter().map(keep).collect()
    };
    let squares: f64 = (0..PARTS)
        .map(|part| (crossing(&without(part, &small), &without(part, &large)) - whole).powi(2))
        .sum();
    (whole, (squares * (PARTS - 1) as f64 / PARTS as f64).sqrt())
}

#[test]
#[ignore = "minutes"]
fn cumulants_of_two_sizes_cross_where_the_order_sets_in() {
    let runs = [[1500, 4000], [3000, 8000]].map(|sweeps| {
        let (crossing, error) = crossing_and_error(sweeps);
        println!("{sweeps:?} sweeps: crossing at T/J = {crossing:.4} +- {error:.4}");
        (crossing, error)
    });
    for (crossing, error) in runs {
        assert!((crossing - 1.34).abs() < 0.03 && error < 0.01, "{crossing} +- {error}");
    }
    let [(half, half_error), (full, full_error)] = runs;
    // twice the sweeps do not move it
    assert!((full - half).abs() < 4.0 * half_error.hypot(full_error));
}
