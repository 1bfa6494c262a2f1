//! One solve of the closed system with 61 outputs at rtol 1e-6, by system and closure.

#![allow(clippy::unwrap_used)] // a bench that fails stops

use closures::{Closure, OptimalApproximation, PairApproximation, SparseApproximation};
use cluster_stats::PairConcentrations;
use criterion::{Criterion, criterion_group, criterion_main};
use hierarchy_ode::{ClosedModel, RateConstants};
use std::hint::black_box;

fn solve(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("ode, 61 outputs");
    let rates = RateConstants::from_array([0.9, 0.7, 0.3, 0.4, 0.2, 0.5, 0.6, 0.8]).unwrap();
    let start = PairConcentrations::random_lattice(1.0 / 3.0);
    let times: Vec<f64> = (0..61).map(|i| f64::from(i) / 60.0).collect();
    let mut bench = |name: &str, model: ClosedModel<&dyn Closure>| {
        group.bench_function(name, |bencher| {
            bencher.iter(|| model.solve(black_box(&rates), start, black_box(&times)).unwrap());
        });
    };
    let optimal = OptimalApproximation::published_one_half();
    bench("pair approximation, conserving", ClosedModel::conserving(&PairApproximation));
    bench("pair approximation, published", ClosedModel::published(&PairApproximation));
    bench("sparse approximation, conserving", ClosedModel::conserving(&SparseApproximation));
    bench("optimal approximation, published", ClosedModel::published(&optimal));
    group.finish();
}

criterion_group!(all, solve);
criterion_main!(all);
