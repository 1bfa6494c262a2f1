//! Counting all pairs and triplets: of a grid of bytes, of a configuration, which keeps bits, and of
//! every replica of an ensemble. Throughput: sites, those of all replicas together.

#![allow(clippy::unwrap_used)] // a bench that fails stops

use cluster_stats::{ClusterCounts, CountClusters};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lattice_core::{BlockWidth, Composition, Ensemble, TriangularLattice};
use rand::SeedableRng;
use rand_pcg::Pcg64;
use std::hint::black_box;

fn counting(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("counting");
    group.sample_size(20);
    for size in [48, 100, 1024] {
        let atoms = benches::random_atoms(size, 0.5).unwrap();
        group.throughput(Throughput::Elements((size * size) as u64));
        group.bench_function(format!("grid, {size} x {size}"), |bencher| {
            bencher.iter(|| ClusterCounts::of_grid(black_box(atoms.grid())).unwrap());
        });
        group.bench_function(format!("configuration, {size} x {size}"), |bencher| {
            bencher.iter(|| black_box(&atoms).count_clusters());
        });
        for width in BlockWidth::ALL {
            let mut rng = Pcg64::seed_from_u64(7);
            let lattice = TriangularLattice::new(size, size).unwrap();
            let half = Composition::of_minus(0.5).unwrap();
            let replicas = width.replicas();
            let atoms = Ensemble::random(lattice, half, replicas, width, &mut rng).unwrap();
            group.throughput(Throughput::Elements((size * size * replicas) as u64));
            group.bench_function(format!("ensemble of {replicas}, {size} x {size}"), |bencher| {
                bencher.iter(|| black_box(&atoms).count_clusters());
            });
        }
    }
    group.finish();
}

criterion_group!(all, counting);
criterion_main!(all);
