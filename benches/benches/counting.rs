//! Counting all pairs and triplets of one lattice. Throughput: sites.

#![allow(clippy::unwrap_used)] // a bench that fails stops

use cluster_stats::ClusterCounts;
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

fn counting(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("counting");
    for size in [48, 100, 1024] {
        let atoms = benches::random_atoms(size, 0.5).unwrap();
        group.throughput(Throughput::Elements((size * size) as u64));
        group.bench_function(format!("{size} x {size}"), |bencher| {
            bencher.iter(|| ClusterCounts::of_grid(black_box(atoms.grid())).unwrap());
        });
    }
    group.finish();
}

criterion_group!(all, counting);
criterion_main!(all);
