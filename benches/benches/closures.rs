//! One evaluation of all 16 triplets by each closure, and the calibration of OA on 61 samples.

#![allow(clippy::unwrap_used)] // a bench that fails stops

use closures::{
    Closure, Convention, OptimalApproximation, PairApproximation, Regularization,
    SparseApproximation, calibrate,
};
use cluster_stats::PairConcentrations;
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

fn evaluation(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("closure, 16 triplets");
    let pairs = PairConcentrations::of_composition(1.0 / 3.0, 0.28);
    let closures: [(&str, Box<dyn Closure>); 3] = [
        ("pair approximation", Box::new(PairApproximation)),
        ("optimal approximation", Box::new(OptimalApproximation::published_one_half())),
        ("sparse approximation", Box::new(SparseApproximation)),
    ];
    for (name, closure) in &closures {
        group.bench_function(*name, |bencher| {
            bencher.iter(|| closure.triplets(black_box(&pairs)).unwrap());
        });
    }
    group.finish();
}

fn calibration(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("calibration, 16 types, 61 samples");
    for (name, x) in [("x = 1/2", 0.5), ("x = 1/3", 1.0 / 3.0)] {
        let data = benches::annealed(x).unwrap();
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                calibrate(black_box(&data), Regularization::hard(), Convention::Consistent).unwrap()
            });
        });
    }
    group.finish();
}

criterion_group!(all, evaluation, calibration);
criterion_main!(all);
