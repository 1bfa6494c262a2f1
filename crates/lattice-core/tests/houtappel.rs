//! The squared energy at x = 1/2 is the triangular Ising antiferromagnet with J = 1/4 in zero field,
//! whose energy is known exactly (Houtappel 1950, Physica 16; Wannier 1950, Phys. Rev. 79).

use crate::exact::{houtappel_energy, mean_and_error};
use lattice_core::{
    Composition, Configuration, Schedule, SwapRange, TriangleEnergy, TriangularLattice, anneal,
};
use rand_pcg::{Pcg64, rand_core::SeedableRng};

const SIDE: usize = 180;
const REPLICAS: usize = 8;
const T_OVER_J: [f64; 5] = [10.0, 4.0, 2.0, 1.0, 0.75];

#[test]
fn exact_energy_has_the_known_values() {
    assert!((houtappel_energy(1.0) - 0.267214).abs() < 5e-7);
    // u -> -3 tanh(1/T) (1 + ...) at high temperature, 0 at infinite
    assert!((houtappel_energy(1e6) - (0.5 - 0.75e-6)).abs() < 1e-10);
}

/// Mean and standard error over independent replicas, so that correlations in time do not matter.
fn energies_of(range: SwapRange, seed: u64) -> [(f64, f64); 5] {
    let energy = TriangleEnergy::squared_charge();
    let schedule = Schedule::explicit(T_OVER_J.map(|t| t / 4.0))
        .and_then(|schedule| schedule.with_sweeps_between_samples(3))
        .and_then(|schedule| schedule.with_samples_per_step(160))
        .unwrap();
    let per_step = schedule.samples_per_step();
    let mut replicas = [[0.0; 5]; REPLICAS];
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
        let means: Vec<f64> = replicas.iter().map(|means| means[step]).collect();
        mean_and_error(&means)
    })
}

fn agrees(range: SwapRange, seed: u64) {
    for (t_over_j, (mean, error)) in T_OVER_J.into_iter().zip(energies_of(range, seed)) {
        let exact = houtappel_energy(t_over_j);
        let deviation = (mean - exact) / error;
        println!(
            "{range:?} T/J {t_over_j}: {mean:.6} +- {error:.6}, exact {exact:.6}, {deviation:+.2}"
        );
        assert!(deviation.abs() < 4.0);
        // fine enough to tell a temperature that is 5 % off; the fixed composition lowers E/N by
        // 3/(4N) = 2.3e-5 at infinite temperature, less below
        assert!(4.0 * error < (houtappel_energy(1.05 * t_over_j) - exact).abs());
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
