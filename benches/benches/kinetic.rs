//! Kinetic Monte Carlo of the contact process, time of one event, beside its baseline: the plain
//! direct method, which adds up the rates of all sites anew at each event.

#![allow(clippy::unwrap_used, missing_docs)] // a bench that fails stops

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use lattice_core::{Lattice, PeriodicLattice, Rule, RuleProcess, Species};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use std::hint::black_box;

const SIDE: usize = 32;
const LAMBDA: f64 = 1.0;

/// One event of the contact process; the waiting time is drawn too.
fn plain_event(full: &mut [bool], rng: &mut Pcg64) -> f64 {
    let rate = |site: usize| {
        if full[site] {
            return 1.0;
        }
        let (row, column) = (site / SIDE, site % SIDE);
        let near = [
            row * SIDE + (column + 1) % SIDE,
            row * SIDE + (column + SIDE - 1) % SIDE,
            (row + 1) % SIDE * SIDE + column,
            (row + SIDE - 1) % SIDE * SIDE + column,
        ];
        LAMBDA * near.iter().filter(|&&site| full[site]).count() as f64
    };
    let rates: Vec<f64> = (0..full.len()).map(rate).collect();
    let total: f64 = rates.iter().sum();
    let mut left = rng.random::<f64>() * total;
    let mut site = 0;
    while site + 1 < rates.len() && left >= rates[site] {
        left -= rates[site];
        site += 1;
    }
    full[site] = !full[site];
    -libm::log(1.0 - rng.random::<f64>()) / total
}

fn kinetic(criterion: &mut Criterion) {
    let rules = [
        (Rule::change_beside("empty", "full", "full"), vec![LAMBDA]),
        (Rule::change("full", "empty"), vec![1.0]),
    ];
    let species = Species::new(&["empty", "full"]).unwrap();
    let lattice = PeriodicLattice::new(Lattice::square(), &[SIDE, SIDE]).unwrap();
    let process = RuleProcess::new(lattice, species, &rules).unwrap();
    let mut group = criterion.benchmark_group("one event, contact process on 32 x 32 sites");
    group.throughput(Throughput::Elements(1));
    let mut rng = Pcg64::seed_from_u64(7);
    let states = process.random_states(&[0.3, 0.7], &mut rng).unwrap();
    let full: Vec<bool> = states.iter().map(|state| *state == 1).collect();
    group.bench_function("n-fold way", |bencher| {
        let mut rng = Pcg64::seed_from_u64(8);
        let mut run = process.start(states.clone()).unwrap();
        bencher.iter_custom(|events| {
            let (start, until) = (std::time::Instant::now(), run.events() + events);
            while run.events() < until {
                // about one event at a time at the end, many at the start
                let left = (until - run.events()) as f64;
                run.advance_to(run.time() + left / run.total_rate(), &mut rng).unwrap();
            }
            let done = events + (run.events() - until);
            start.elapsed().mul_f64(events as f64 / done as f64)
        });
    });
    group.bench_function("baseline: plain direct method", |bencher| {
        let mut rng = Pcg64::seed_from_u64(8);
        let mut full = full.clone();
        bencher.iter(|| black_box(plain_event(&mut full, &mut rng)));
    });
    group.finish();
}

criterion_group!(benches, kinetic);
criterion_main!(benches);
