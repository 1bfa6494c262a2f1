//! One solve of the closed system with 61 outputs at rtol 1e-6, by system and closure; one of derived
//! hierarchies with 100 outputs, beside the pairs as the baseline.

#![allow(clippy::unwrap_used)] // a bench that fails stops

use closures::{
    Closure, MaximumEntropy, OptimalApproximation, PairApproximation, PairFactorization,
    RegionFactorization, SparseApproximation,
};
use cluster_stats::PairConcentrations;
use criterion::{Criterion, criterion_group, criterion_main};
use hierarchy_ode::{
    ClosedHierarchy, ClosedModel, Hierarchy, Lattice, RateConstants, Rule, Species,
};
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

fn hierarchies(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("hierarchies, 100 outputs");
    let derived = |order| {
        let species = Species::new(&["+", "-"]).unwrap();
        let rules = [Rule::exchange("+", "-")];
        Hierarchy::derive(Lattice::triangular(), species, &rules, order).unwrap()
    };
    let times: Vec<f64> = (0..100).map(|i| f64::from(i) / 99.0).collect();
    // correlated, so that there is something to relax
    let start = |closed: &ClosedHierarchy| -> Vec<f64> {
        let [one, other] = [[0.8, 0.2], [0.4, 0.6]].map(|x| closed.random_start(&x).unwrap());
        one.iter().zip(&other).map(|(a, b)| 0.5 * (a + b)).collect()
    };
    let model = ClosedModel::conserving(PairApproximation);
    let (rates, pairs) = (RateConstants::from_array([1.0; 8]).unwrap(), [0.4, 0.2, 0.2]);
    let pairs = PairConcentrations::from_array(pairs);
    group.bench_function("baseline: closed model, pairs", |bencher| {
        bencher.iter(|| model.solve(black_box(&rates), pairs, black_box(&times)).unwrap());
    });
    let mut bench = |name: &str, closed: ClosedHierarchy| {
        let start = start(&closed);
        group.bench_function(name, |bencher| {
            bencher.iter(|| closed.solve(black_box(&[1.0]), &start, black_box(&times)).unwrap());
        });
    };
    let new = |order| ClosedHierarchy::new(derived(order), RegionFactorization).unwrap();
    bench("order 2, pairs", ClosedHierarchy::new(derived(2), PairFactorization).unwrap());
    bench("order 3, regions", new(3));
    let conserving = ClosedHierarchy::conserving(derived(3), RegionFactorization).unwrap();
    bench("order 3, regions, conserving", conserving);
    let maximum = ClosedHierarchy::new(derived(3), MaximumEntropy::default()).unwrap();
    bench("order 3, maximum entropy", maximum);
    bench("order 4, regions", new(4));
    group.finish();
}

criterion_group!(all, solve, hierarchies);
criterion_main!(all);
