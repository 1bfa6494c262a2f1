//! Swaps of one lattice and of ensembles, both ranges, three temperatures. Throughput: attempted
//! swaps, those of all replicas together.

#![allow(clippy::unwrap_used)] // a bench that fails stops

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lattice_core::{
    Anneal, BlockWidth, Composition, Ensemble, Metropolis, SwapRange, TriangleEnergy,
    TriangularLattice,
};
use rand::SeedableRng;
use rand_pcg::Pcg64;
use std::{hint::black_box, time::Duration};

const RANGES: [(&str, SwapRange); 2] =
    [("anywhere", SwapRange::Anywhere), ("nearest neighbour", SwapRange::NearestNeighbor)];
const TEMPERATURES: [f64; 3] = [5.0, 0.5, 0.1];

/// Sweeps at each range and temperature, each from the same atoms brought near equilibrium there.
fn sweeps<A: Anneal + Clone>(criterion: &mut Criterion, name: &str, size: usize, atoms: &A) {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10).warm_up_time(Duration::from_millis(300));
    group.measurement_time(Duration::from_secs(1));
    for (range_name, range) in RANGES {
        for temperature in TEMPERATURES {
            let energy = TriangleEnergy::absolute_charge();
            let metropolis = Metropolis::new(&energy, temperature, range).unwrap();
            let mut rng = Pcg64::seed_from_u64(1);
            let mut atoms = atoms.clone();
            let replicas = atoms.advance(&metropolis, 10, &mut rng).len();
            group.throughput(Throughput::Elements((size * size * replicas) as u64));
            group.bench_function(format!("{range_name}, T = {temperature}"), |bencher| {
                bencher.iter(|| black_box(atoms.advance(black_box(&metropolis), 1, &mut rng)));
            });
        }
    }
    group.finish();
}

fn one_lattice(criterion: &mut Criterion) {
    for size in [48, 100, 1024] {
        let atoms = benches::random_atoms(size, 0.5).unwrap();
        sweeps(criterion, &format!("one lattice, {size} x {size}"), size, &atoms);
    }
}

fn ensembles(criterion: &mut Criterion) {
    for (width, size) in [
        (BlockWidth::Bits64, 48),
        (BlockWidth::Bits64, 100),
        (BlockWidth::Bits64, 1024),
        (BlockWidth::Bits256, 100),
        (BlockWidth::Bits512, 100),
    ] {
        let mut rng = Pcg64::seed_from_u64(7);
        let lattice = TriangularLattice::new(size, size).unwrap();
        let half = Composition::of_minus(0.5).unwrap();
        let replicas = width.replicas();
        let atoms = Ensemble::random(lattice, half, replicas, width, &mut rng).unwrap();
        sweeps(criterion, &format!("ensemble of {replicas}, {size} x {size}"), size, &atoms);
    }
}

criterion_group!(all, one_lattice, ensembles);
criterion_main!(all);
