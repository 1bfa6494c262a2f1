//! DR-MH on eight rates of the pair approximation. Throughput: draws; one chain.

#![allow(clippy::unwrap_used)] // a bench that fails stops

use bayes_mcmc::{DelayedRejection, UniformBox};
use closures::{Convention, PairApproximation};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hierarchy_ode::{ClosedModel, Misfit};
use std::hint::black_box;

const DRAWS: usize = 1000;
const START: [f64; 8] = [0.9, 0.7, 0.3, 0.4, 0.2, 0.5, 0.6, 0.8];

fn sampling(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("sampling, 8 rates");
    group.throughput(Throughput::Elements(DRAWS as u64)).sample_size(20);
    let data = benches::annealed(1.0 / 3.0).unwrap();
    let closure = Convention::AsPublished.apply(PairApproximation);
    let model = ClosedModel::published(&closure);
    for variance in [1.0, 2.5e-5] {
        let misfit = Misfit::new(&model, &data).unwrap().noise_variance(variance).unwrap();
        let prior = UniformBox::new(0.0, 50.0).unwrap();
        let density = mean_cluster::posterior(&misfit, prior);
        let sampler = DelayedRejection::published(START).unwrap().chains(1);
        group.bench_function(format!("pair approximation, variance {variance}"), |bencher| {
            bencher.iter(|| sampler.sample(black_box(&density), DRAWS, 1).unwrap());
        });
    }
    group.finish();
}

criterion_group!(all, sampling);
criterion_main!(all);
