//! Ensembles against exact results of the triangular Ising antiferromagnet (Houtappel 1950, Wannier
//! 1950), and the independence of their replicas.

use crate::exact::{houtappel_energy, mean_and_error};
use lattice_core::{
    Anneal, BlockWidth, Composition, Ensemble, Metropolis, SwapRange, TriangleEnergy,
    TriangularLattice,
};
use rand_pcg::{Pcg64, rand_core::SeedableRng};
use statrs::distribution::{ChiSquared, ContinuousCDF};

const SIDE: usize = 180;
const T_OVER_J: [f64; 5] = [10.0, 4.0, 2.0, 1.0, 0.75];

/// Each replica's mean over samples at a temperature, of the energy per site and of the difference
/// of its +++ and --- triangles per site; and its last energy.
fn sampled(
    atoms: &mut Ensemble,
    t_over_j: f64,
    range: SwapRange,
    (equilibration, samples): (u64, usize),
    rng: &mut Pcg64,
) -> (Vec<f64>, Vec<f64>, Vec<f64>) {
    let energy = TriangleEnergy::squared_charge();
    let metropolis = Metropolis::new(&energy, t_over_j / 4.0, range).unwrap();
    atoms.advance(&metropolis, equilibration, rng);
    let odd = TriangleEnergy::new([-1.0, 0.0, 0.0, 1.0]).unwrap();
    let odd = Metropolis::new(&odd, 1.0, range).unwrap();
    let mut energies = vec![0.0; atoms.replicas()];
    let mut asymmetries = vec![0.0; atoms.replicas()];
    let mut last = Vec::new();
    for _ in 0..samples {
        last = atoms.advance(&metropolis, 3, rng);
        energies.iter_mut().zip(&last).for_each(|(sum, e)| *sum += e / samples as f64);
        let difference = atoms.advance(&odd, 0, rng);
        asymmetries.iter_mut().zip(difference).for_each(|(sum, d)| *sum += d / samples as f64);
    }
    (energies, asymmetries, last)
}

fn agrees(range: SwapRange, width: BlockWidth, replicas: usize, work: (u64, usize), seed: u64) {
    let mut rng = Pcg64::seed_from_u64(seed);
    let lattice = TriangularLattice::new(SIDE, SIDE).unwrap();
    let half = Composition::of_minus(0.5).unwrap();
    let mut atoms = Ensemble::random(lattice, half, replicas, width, &mut rng).unwrap();
    // that the composition is fixed lowers E/N by 3/(4N) at infinite temperature, less below
    let fixed = 0.75 / (SIDE * SIDE) as f64;
    for t_over_j in T_OVER_J {
        let (energies, asymmetries, _) = sampled(&mut atoms, t_over_j, range, work, &mut rng);
        let (mean, error) = mean_and_error(&energies);
        let exact = houtappel_energy(t_over_j);
        println!("{range:?} {width:?} T/J {t_over_j}: {mean:.6} +- {error:.6}, exact {exact:.6}");
        assert!((mean - exact).abs() < 4.0 * error + fixed, "{mean} +- {error} for {exact}");
        let shifted = (houtappel_energy(1.02 * t_over_j) - exact).abs();
        assert!(4.0 * error + fixed < shifted.max(2e-4), "too coarse to tell 2 % of temperature");
        let (asymmetry, error) = mean_and_error(&asymmetries);
        assert!(asymmetry.abs() < 4.0 * error, "+++ minus ---: {asymmetry} +- {error}");
    }
}

#[test]
fn swaps_anywhere_give_the_exact_energy() {
    agrees(SwapRange::Anywhere, BlockWidth::Bits64, 64, (900, 20), 1);
}

#[test]
fn swaps_of_neighbors_give_the_exact_energy() {
    agrees(SwapRange::NearestNeighbor, BlockWidth::Bits64, 64, (400, 20), 2);
}

/// Minutes: `cargo test --release -p lattice-core ensemble_exact -- --ignored`.
#[test]
#[ignore = "minutes"]
fn every_width_and_range_gives_the_exact_energy() {
    for (seed, width) in (5..).zip(BlockWidth::ALL) {
        for range in [SwapRange::Anywhere, SwapRange::NearestNeighbor] {
            agrees(range, width, width.replicas(), (1500, 40), seed);
        }
    }
}

/// Energies of replicas of one block, many times over: no pair is correlated, neighbours in the word
/// no more than others.
#[test]
fn replicas_are_independent() {
    let mut rng = Pcg64::seed_from_u64(3);
    for width in BlockWidth::ALL {
        let lattice = TriangularLattice::new(12, 12).unwrap();
        let half = Composition::of_minus(0.5).unwrap();
        let replicas = width.replicas();
        let mut atoms = Ensemble::random(lattice, half, replicas, width, &mut rng).unwrap();
        let energy = TriangleEnergy::absolute_charge();
        let metropolis = Metropolis::new(&energy, 0.5, SwapRange::Anywhere).unwrap();
        atoms.advance(&metropolis, 100, &mut rng);
        let samples = 400;
        let mut series = vec![Vec::with_capacity(samples); replicas];
        for _ in 0..samples {
            let energies = atoms.advance(&metropolis, 10, &mut rng);
            series.iter_mut().zip(energies).for_each(|(series, e)| series.push(e));
        }
        for series in &mut series {
            let (mean, error) = mean_and_error(series);
            let spread = error * (samples as f64).sqrt();
            series.iter_mut().for_each(|e| *e = (*e - mean) / spread);
        }
        let mut sum_of_squares = 0.0;
        let mut sum = 0.0;
        let mut pairs = 0.0;
        for (i, a) in series.iter().enumerate() {
            for b in &series[i + 1..] {
                let r: f64 = a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>() / samples as f64;
                sum += r;
                sum_of_squares += r * r * samples as f64;
                pairs += 1.0;
            }
        }
        let mean = sum / pairs * (pairs * samples as f64).sqrt();
        println!(
            "{width:?}: mean correlation {mean:.2} standard errors, spread {}",
            sum_of_squares / pairs
        );
        assert!(mean.abs() < 4.0);
        assert!((sum_of_squares / pairs - 1.0).abs() < 0.1);
    }
}

/// At an energy of which half is accepted, each replica bit has its own uniform random numbers: how
/// often a lone (-) moves is binomial in each.
#[test]
fn every_bit_accepts_at_its_rate() {
    let mut rng = Pcg64::seed_from_u64(4);
    for width in BlockWidth::ALL {
        let lattice = TriangularLattice::new(3, 3).unwrap();
        let lone = Composition::of_minus(2.0 / 9.0).unwrap();
        let replicas = width.replicas();
        let mut atoms = Ensemble::random(lattice, lone, replicas, width, &mut rng).unwrap();
        let energy = TriangleEnergy::absolute_charge();
        let metropolis = Metropolis::new(&energy, 1.0, SwapRange::NearestNeighbor).unwrap();
        let samples = 300;
        let mut low = vec![0.0; replicas];
        let mut lowest = f64::INFINITY;
        let mut all = Vec::new();
        for _ in 0..samples {
            let energies = atoms.advance(&metropolis, 30, &mut rng);
            lowest = energies.iter().copied().fold(lowest, f64::min);
            all.push(energies);
        }
        for energies in &all {
            low.iter_mut().zip(energies).for_each(|(n, &e)| *n += f64::from(u8::from(e == lowest)));
        }
        let share = low.iter().sum::<f64>() / (samples * replicas) as f64;
        assert!((0.05..0.95).contains(&share));
        let variance = samples as f64 * share * (1.0 - share);
        let chi: f64 = low.iter().map(|n| (n - samples as f64 * share).powi(2) / variance).sum();
        let p = ChiSquared::new(replicas as f64 - 1.0).unwrap().cdf(chi);
        println!("{width:?}: share {share:.3}, p = {p:.4}");
        assert!((1e-4..1.0 - 1e-4).contains(&p));
    }
}
