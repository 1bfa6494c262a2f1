//! The likelihood of eight rates beside a plain one, in turn, in one run.
//!
//! Ours is adaptive, with error control (rtol 1e-6), dense output and a watch over the walls of the
//! possible region; the plain one is the classical Runge-Kutta method with 60 fixed steps, which
//! are the 60 sample times, and the closure written into the equations. Likelihoods at
//! K = (0.9, 0.7, 0.3, 0.4, 0.2, 0.5, 0.6, 0.8), x = 1/3; then 1e5 draws of DR-MH at the published
//! scales, which wander to rates ten times as fast, beside 2.2e5 plain likelihoods; four chains on two
//! threads beside one; and the time of the diagnostics.
//!
//! `cargo bench -p benches --bench likelihood`; of several rounds the fastest of each side.

#![allow(clippy::unwrap_used, clippy::print_stdout)] // a bench that fails stops, and prints

use bayes_mcmc::{Chains, DelayedRejection, Halt, LogDensity, UniformBox};
use closures::WithPathShares;
use closures::{Closure, OptimalApproximation, PairApproximation, SparseApproximation};
use cluster_stats::{Concentrations, PairConcentrations, Record, Trajectory};
use hierarchy_ode::{ClosedModel, Misfit, RateConstants};
use std::hint::black_box;
use std::sync::Mutex;
use std::time::Instant;

const K: [f64; 8] = [0.9, 0.7, 0.3, 0.4, 0.2, 0.5, 0.6, 0.8];
const DRAWS: usize = 100_000;

/// 61 samples from a random start at x = 1/3.
fn data() -> Trajectory {
    let record = |i: u32| {
        let time = f64::from(i) / 60.0;
        let mut concentrations = Concentrations::random_lattice(1.0 / 3.0);
        let unlike = 2.0 / 9.0 + 0.06 * time * (2.0 - time);
        concentrations.pairs = PairConcentrations::of_composition(1.0 / 3.0, unlike);
        Record { time, temperature: None, energy_per_site: None, concentrations }
    };
    Trajectory::new((0..=60).map(record).collect()).unwrap()
}

/// J of the published system or the conserving one, by 60 steps of the classical Runge-Kutta
/// method; `chains` gives C+-+, C++-, C-+-, C--+, alike in both shapes, times `shares` (angled,
/// linear).
#[inline(always)]
fn plain(
    k: &[f64; 8],
    data: &[[f64; 3]],
    conserving: bool,
    [angled, linear]: [f64; 2],
    chains: impl Fn([f64; 3]) -> [f64; 4],
) -> f64 {
    let slope = |y: [f64; 3]| {
        let [pmp, ppm, mpm, mmp] = chains(y);
        let plus =
            4.0 * angled * (k[0] * pmp - k[2] * ppm) + 2.0 * linear * (k[1] * pmp - k[3] * ppm);
        let minus =
            4.0 * angled * (k[4] * mpm - k[6] * mmp) + 2.0 * linear * (k[5] * mpm - k[7] * mmp);
        let unlike = -0.5 * (plus + minus);
        if conserving { [-unlike, -unlike, unlike] } else { [plus, minus, unlike] }
    };
    let along =
        |y: [f64; 3], h: f64, s: [f64; 3]| [y[0] + h * s[0], y[1] + h * s[1], y[2] + h * s[2]];
    let h = 1.0 / 60.0;
    let mut y = data[0];
    let mut sum = 0.0;
    for (i, now) in data.iter().enumerate().skip(1) {
        let a = slope(y);
        let b = slope(along(y, 0.5 * h, a));
        let c = slope(along(y, 0.5 * h, b));
        let d = slope(along(y, h, c));
        for j in 0..3 {
            y[j] += h / 6.0 * (a[j] + 2.0 * b[j] + 2.0 * c[j] + d[j]);
        }
        let weight = if i == 60 { 0.5 * h } else { h };
        let apart = [y[0] - now[0], y[1] - now[1], y[2] - now[2]];
        sum += weight * (apart[0] * apart[0] + apart[1] * apart[1] + apart[2] * apart[2]);
    }
    0.5 * sum
}

fn pair_chains([pp, mm, pm]: [f64; 3]) -> [f64; 4] {
    let (plus, minus) = (pp + pm, mm + pm);
    [pm * pm / minus, pp * pm / plus, pm * pm / plus, mm * pm / minus]
}

/// Nanoseconds of one call, from `calls`.
fn time(calls: usize, work: &mut dyn FnMut() -> f64) -> f64 {
    let start = Instant::now();
    for _ in 0..calls {
        black_box(work());
    }
    start.elapsed().as_secs_f64() * 1e9 / calls as f64
}

/// Both sides in turn; prints the fastest of each and their ratio.
fn compare(
    name: &str,
    rounds: usize,
    (ours, calls): (&mut dyn FnMut() -> f64, usize),
    (plain, units): (&mut dyn FnMut() -> f64, f64),
) {
    let mut best = [f64::INFINITY; 2];
    for _ in 0..rounds {
        best[0] = best[0].min(time(calls, ours));
        best[1] = best[1].min(time(1000, plain) * units);
    }
    println!("{name}, {:.0}, {:.0}, {:.3}", best[0], best[1], best[0] / best[1]);
}

fn likelihood<C: Closure>(
    name: &str,
    rounds: usize,
    model: &ClosedModel<C>,
    data: &Trajectory,
    plain: &mut dyn FnMut() -> f64,
) {
    let rates = RateConstants::from_array(K).unwrap();
    let misfit = Misfit::new(model, data).unwrap();
    let (ours, other) = (misfit.evaluate(&rates).unwrap(), plain());
    assert!((ours - other).abs() < 1e-6 * other, "{name}: {ours} and {other}");
    let mut ours = || misfit.evaluate(black_box(&rates)).unwrap();
    compare(name, rounds, (&mut ours, 1000), (plain, 1.0));
}

fn main() {
    // `cargo bench -- --test` smokes all benches
    let smoke = std::env::args().any(|argument| argument == "--test");
    let rounds = if smoke { 1 } else { 25 };
    let data = data();
    let rows: Vec<[f64; 3]> =
        data.records().iter().map(|record| record.concentrations.pairs.to_array()).collect();
    let (per_shape, shares) = ([1.0, 1.0], [0.4, 0.2]);
    println!("name, ours ns, plain ns, ratio");

    let mut plain_pair = || plain(black_box(&K), &rows, false, per_shape, pair_chains);
    let model = ClosedModel::published(PairApproximation);
    likelihood("PA, published system", rounds, &model, &data, &mut plain_pair);
    let model = ClosedModel::published(&PairApproximation as &dyn Closure);
    likelihood("PA, published system, dyn", rounds, &model, &data, &mut plain_pair);
    let mut conserving = || plain(black_box(&K), &rows, true, per_shape, pair_chains);
    let model = ClosedModel::conserving(PairApproximation);
    likelihood("PA, conserving system", rounds, &model, &data, &mut conserving);
    let mut with_shares = || plain(black_box(&K), &rows, false, shares, pair_chains);
    let model = ClosedModel::published(WithPathShares(PairApproximation));
    likelihood("PA as published", rounds, &model, &data, &mut with_shares);
    let mut sparse = || plain(black_box(&K), &rows, true, shares, |[_, _, pm]| [pm; 4]);
    let model = ClosedModel::conserving(WithPathShares(SparseApproximation));
    likelihood("SA, conserving system", rounds, &model, &data, &mut sparse);
    let half = OptimalApproximation::published_one_half();
    let model = ClosedModel::conserving(&half);
    let rates = RateConstants::from_array(K).unwrap();
    let misfit = Misfit::new(&model, &data).unwrap();
    let mut ours = || misfit.evaluate(black_box(&rates)).unwrap();
    compare("OA-1/2, beside plain PA", rounds, (&mut ours, 1000), (&mut conserving, 1.0));

    let draws = if smoke { 100 } else { DRAWS };
    let as_published = ClosedModel::published(WithPathShares(PairApproximation));
    let prior = UniformBox::new(0.0, 50.0).unwrap();
    for variance in [1.0, 2.5e-5] {
        let misfit = Misfit::new(&as_published, &data).unwrap().noise_variance(variance).unwrap();
        let density = mean_cluster::posterior(&misfit, prior.clone());
        let plain = || plain(black_box(&K), &rows, false, shares, pair_chains);
        published_chain(&format!("PA as published, variance {variance:e}"), draws, density, plain);
    }
    let model = ClosedModel::published(PairApproximation);
    let misfit = Misfit::new(&model, &data).unwrap();
    let density = mean_cluster::posterior(&misfit, prior.clone());
    let plain_pair = || plain(black_box(&K), &rows, false, per_shape, pair_chains);
    published_chain("PA per shape, variance 1", draws, density, plain_pair);

    let misfit = Misfit::new(&as_published, &data).unwrap().noise_variance(2.5e-5).unwrap();
    let density = mean_cluster::posterior(&misfit, prior);
    let chains = four_chains(if smoke { 1 } else { 7 }, draws, &density);
    let start = Instant::now();
    black_box(chains.summary());
    let seconds = start.elapsed().as_secs_f64();
    println!("summary of 4 x {draws} x 8, {seconds:.3} s");
}

/// Draws of DR-MH at the published scales beside plain likelihoods.
fn published_chain(
    name: &str,
    draws: usize,
    density: impl LogDensity,
    plain: impl Fn() -> f64 + Sync,
) {
    let clock = Mutex::new(Clock { since: Instant::now(), evaluations: 0, ours: 0.0, units: 0.0 });
    let paced = Paced { density, plain, clock };
    let sampler = DelayedRejection::published(K).unwrap().chains(1);
    black_box(sampler.sample(&paced, draws, 7).unwrap());
    let Clock { ours, units, evaluations, .. } = paced.clock.into_inner().unwrap();
    let (ratio, likelihoods) = (units / (2.2 * draws as f64), 2.2 * draws as f64);
    println!("{draws} draws of DR-MH, {name}, {ours:.0}, {:.0}, {ratio:.3}", ours / ratio);
    println!(
        "  {units:.0} plain likelihoods in {evaluations} evaluations; allowed {likelihoods:.0}"
    );
}

/// Four chains on two threads beside one, in turn; the fastest of each.
fn four_chains(rounds: usize, draws: usize, density: &impl LogDensity) -> Chains {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(2).build().unwrap();
    let sampler = DelayedRejection::published(K).unwrap();
    let sample = |chains| {
        let start = Instant::now();
        let sampling = sampler.clone().chains(chains);
        let chains = pool.install(|| sampling.sample(density, draws, 7).unwrap());
        (start.elapsed().as_secs_f64(), chains)
    };
    let (mut best, mut ratios) = ([f64::INFINITY; 2], Vec::new());
    for _ in 0..rounds {
        let [one, four] = [1, 4].map(|chains| sample(chains).0);
        ratios.push(four / one);
        best = [best[0].min(one), best[1].min(four)];
    }
    ratios.sort_by(f64::total_cmp);
    println!(
        "four chains of {draws} draws on two threads, {:.3} s, one {:.3} s, {:.3}; ratios {:.2?}",
        best[1],
        best[0],
        best[1] / best[0],
        ratios
    );
    sample(4).1
}

/// A density that stops now and then to measure the plain likelihood, so that a machine that is
/// shared slows both alike.
struct Paced<D, P> {
    density: D,
    plain: P,
    clock: Mutex<Clock>,
}

struct Clock {
    since: Instant,
    evaluations: usize,
    /// Nanoseconds of the chain, and the same in plain likelihoods.
    ours: f64,
    units: f64,
}

impl<D: LogDensity, P: Fn() -> f64 + Sync> LogDensity for Paced<D, P> {
    fn log_density(&self, point: &[f64]) -> Result<f64, Halt> {
        let value = self.density.log_density(point);
        let mut clock = self.clock.lock().unwrap();
        clock.evaluations += 1;
        if clock.evaluations.is_multiple_of(1000) {
            let ours = clock.since.elapsed().as_secs_f64() * 1e9;
            clock.ours += ours;
            clock.units += ours / time(1000, &mut || (self.plain)());
            clock.since = Instant::now();
        }
        value
    }
}
