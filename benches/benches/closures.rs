//! One evaluation of all 16 triplets by each closure, against the pair approximation; calibration
//! of the optimal approximation and of the log-odds closure.

#![allow(clippy::unwrap_used)] // a bench that fails stops

use closures::{
    CalibrationData, Calibrator, Closure, ClusteringMixture, Convention, LogOddsFamily,
    MaximumEntropy, OptimalApproximation, PairApproximation, PowerOne, Projected, Regularization,
    SparseApproximation, calibrate,
};
use cluster_stats::{PairConcentrations, Trajectory};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use std::hint::black_box;

fn evaluation(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("closure, 16 triplets");
    group.throughput(Throughput::Elements(1));
    let pairs = PairConcentrations::of_composition(1.0 / 3.0, 0.28);
    let data = [1.0 / 3.0, 0.5].map(|x| benches::annealed(x).unwrap());
    let sets: Vec<CalibrationData<'_>> = data.iter().map(CalibrationData::from).collect();
    let log_odds = Calibrator::new().calibrate(&LogOddsFamily::default(), &sets).unwrap();
    let closures: [(&str, Box<dyn Closure>); 8] = [
        ("pair approximation", Box::new(PairApproximation)),
        ("log odds", Box::new(log_odds.into_closure())),
        ("optimal approximation", Box::new(OptimalApproximation::published_one_half())),
        ("sparse approximation", Box::new(SparseApproximation)),
        ("maximum entropy", Box::new(MaximumEntropy::default())),
        ("clustering mixture", Box::new(ClusteringMixture::default())),
        ("power 1", Box::new(PowerOne)),
        ("projected pair approximation", Box::new(Projected(PairApproximation))),
    ];
    for (name, closure) in &closures {
        group.bench_function(*name, |bencher| {
            bencher.iter(|| closure.triplets(black_box(&pairs)).unwrap());
        });
    }
    group.finish();
}

fn calibration(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("calibration of OA, 16 types, 61 samples");
    for (name, x) in [("x = 1/2", 0.5), ("x = 1/3", 1.0 / 3.0)] {
        let data = benches::annealed(x).unwrap();
        for (bounds, regularization) in
            [("hard", Regularization::hard()), ("soft", Regularization::soft())]
        {
            group.bench_function(format!("{name}, {bounds}"), |bencher| {
                bencher.iter(|| {
                    calibrate(black_box(&data), regularization, Convention::Consistent).unwrap()
                });
            });
        }
    }
    group.finish();
}

fn joint_calibration(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("calibration of the log-odds closure");
    group.sample_size(10);
    let ten = [0.25, 0.30, 0.33, 0.36, 0.42, 0.50, 0.58, 0.64, 0.70, 0.75];
    let data: Vec<Trajectory> = ten.iter().map(|&x| benches::annealed(x).unwrap()).collect();
    let sets: Vec<CalibrationData<'_>> = data.iter().map(CalibrationData::from).collect();
    group.bench_function("ten trajectories of 61 samples", |bencher| {
        bencher.iter(|| {
            Calibrator::new().calibrate(&LogOddsFamily::default(), black_box(&sets)).unwrap()
        });
    });
    group.finish();
}

criterion_group!(all, evaluation, calibration, joint_calibration);
criterion_main!(all);
