//! Swap attempts, both ranges, three temperatures. Throughput: attempted swaps.

#![allow(clippy::unwrap_used)] // a bench that fails stops

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lattice_core::{Anneal, Metropolis, SwapRange, TriangleEnergy};
use rand::SeedableRng;
use rand_pcg::Pcg64;
use std::hint::black_box;

const SIZE: usize = 100;

fn sweeps(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("annealing");
    group.throughput(Throughput::Elements((SIZE * SIZE) as u64));
    let ranges =
        [("anywhere", SwapRange::Anywhere), ("nearest neighbour", SwapRange::NearestNeighbor)];
    for (name, range) in ranges {
        for temperature in [5.0, 0.5, 0.1] {
            let energy = TriangleEnergy::absolute_charge();
            let metropolis = Metropolis::new(&energy, temperature, range).unwrap();
            let mut rng = Pcg64::seed_from_u64(1);
            let mut atoms = benches::random_atoms(SIZE, 0.5).unwrap();
            atoms.advance(&metropolis, 100, &mut rng);
            group.bench_function(format!("{name}, T = {temperature}"), |bencher| {
                bencher.iter(|| black_box(atoms.advance(black_box(&metropolis), 1, &mut rng)));
            });
        }
    }
    group.finish();
}

criterion_group!(all, sweeps);
criterion_main!(all);
