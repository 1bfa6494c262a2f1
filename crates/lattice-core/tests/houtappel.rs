//! The squared energy at x = 1/2 is the triangular Ising antiferromagnet with J = 1/4 in zero field,
//! whose energy is known exactly (Houtappel 1950, Physica 16; Wannier 1950, Phys. Rev. 79).
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "helpers of tests are tests")]

use lattice_core::{
    Composition, Configuration, Schedule, SwapRange, TriangleEnergy, TriangularLattice, anneal,
};
use rand_pcg::{Pcg64, rand_core::SeedableRng};

const SIDE: usize = 144;
const REPLICAS: usize = 8;
const T_OVER_J: [f64; 4] = [10.0, 4.0, 2.0, 1.0];

/// E/N = 1/2 + u/4 with u = -d(ln Z/N)/d(1/T) at J = 1, from
/// ln Z/N = ln 2 + 1/(8 pi^2) int int ln A da db,
/// A = e^{6K}/4 + 3 e^{2K}/4 - sinh 2K (3/2 + cos a + cos b + cos(a + b)), K = -1/T.
/// The integrand is periodic and smooth, so that equal steps converge exponentially.
fn exact_energy(t_over_j: f64) -> f64 {
    let k = -1.0 / t_over_j;
    let steps = 600;
    let angle = |i: usize| i as f64 * std::f64::consts::TAU / steps as f64;
    let mut mean = 0.0;
    for a in (0..steps).map(angle) {
        for b in (0..steps).map(angle) {
            let waves = 1.5 + a.cos() + b.cos() + (a + b).cos();
            let argument =
                ((6.0 * k).exp() + 3.0 * (2.0 * k).exp()) / 4.0 - (2.0 * k).sinh() * waves;
            let slope = 1.5 * ((6.0 * k).exp() + (2.0 * k).exp()) - 2.0 * (2.0 * k).cosh() * waves;
            mean += slope / argument;
        }
    }
    mean /= (steps * steps) as f64;
    // 1/(8 pi^2) times the area 4 pi^2 is 1/2, and d/d(1/T) = -d/dK
    0.5 + (0.5 * mean) / 4.0
}

#[test]
fn exact_energy_has_the_known_values() {
    assert!((exact_energy(1.0) - 0.267214).abs() < 5e-7);
    // u -> -3 tanh(1/T) (1 + ...) at high temperature, 0 at infinite
    assert!((exact_energy(1e6) - (0.5 - 0.75e-6)).abs() < 1e-10);
}

/// Mean and standard error over independent replicas, so that correlations in time do not matter.
fn energies_of(range: SwapRange, seed: u64) -> [(f64, f64); 4] {
    let energy = TriangleEnergy::squared_charge();
    let schedule = Schedule::explicit(T_OVER_J.map(|t| t / 4.0))
        .and_then(|schedule| schedule.with_sweeps_between_samples(3))
        .and_then(|schedule| schedule.with_samples_per_step(160))
        .unwrap();
    let per_step = schedule.samples_per_step();
    let mut replicas = [[0.0; 4]; REPLICAS];
    for (seed, means) in (seed..).zip(&mut replicas) {
        let mut rng = Pcg64::seed_from_u64(seed);
        let lattice = TriangularLattice::new(SIDE, SIDE).unwrap();
        let half = Composition::of_minus(0.5).unwrap();
        let mut atoms = Configuration::random(lattice, half, &mut rng).unwrap();
        anneal(&mut atoms, &energy, &schedule, range, &mut rng, |sample| {
            // the first fifth of each step equilibrates
            let skipped = per_step / 5;
            if let Some(past) = sample.index.checked_sub(1)
                && past % per_step >= skipped
            {
                let share = 1.0 / (per_step - skipped) as f64;
                means[past / per_step] += share * sample.energy_per_site();
            }
        })
        .unwrap();
    }
    std::array::from_fn(|step| {
        let n = REPLICAS as f64;
        let mean = replicas.iter().map(|means| means[step]).sum::<f64>() / n;
        let squares: f64 = replicas.iter().map(|means| (means[step] - mean).powi(2)).sum();
        (mean, (squares / (n - 1.0) / n).sqrt())
    })
}

fn agrees(range: SwapRange, seed: u64) {
    for (t_over_j, (mean, error)) in T_OVER_J.into_iter().zip(energies_of(range, seed)) {
        let exact = exact_energy(t_over_j);
        let deviation = (mean - exact) / error;
        println!(
            "{range:?} T/J {t_over_j}: {mean:.6} +- {error:.6}, exact {exact:.6}, {deviation:+.2}"
        );
        assert!(deviation.abs() < 4.0);
        // fine enough to tell a temperature that is 5 % off; the fixed composition lowers E/N by
        // 3/(4N) = 3.6e-5 at infinite temperature, less below
        assert!(4.0 * error < (exact_energy(1.05 * t_over_j) - exact).abs());
    }
}

#[test]
fn swaps_anywhere_give_the_exact_energy() {
    agrees(SwapRange::Anywhere, 100);
}

#[test]
fn swaps_of_neighbors_give_the_exact_energy() {
    agrees(SwapRange::NearestNeighbor, 200);
}
