//! Draft.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use closures::{
    Closure, OptimalApproximation, PairApproximation, SparseApproximation, WithPathShares,
};
use cluster_stats::{Concentrations, PairConcentrations, Record, Trajectory};
use hierarchy_ode::{ClosedModel, Misfit, RateConstants};
use std::hint::black_box;
use std::time::Instant;

const K: [f64; 8] = [0.9, 0.7, 0.3, 0.4, 0.2, 0.5, 0.6, 0.8];

fn data() -> Trajectory {
    let records = (0..=60).map(|i| {
        let t = f64::from(i) / 60.0;
        let mut concentrations = Concentrations::random_lattice(1.0 / 3.0);
        concentrations.pairs = PairConcentrations::of_composition(1.0 / 3.0, 2.0 / 9.0 + 0.08 * t);
        Record { time: t, temperature: None, energy_per_site: None, concentrations }
    });
    Trajectory::new(records.collect()).unwrap()
}

fn plain_pa(k: &[f64; 8], data: &[[f64; 3]]) -> f64 {
    let rhs = |y: [f64; 3]| {
        let [pp, mm, pm] = y;
        let (p, m) = (pp + pm, mm + pm);
        let (ppm, pmp, mmp, mpm) = (pp * pm / p, pm * pm / m, mm * pm / m, pm * pm / p);
        let plus = 4.0 * k[0] * pmp + 2.0 * k[1] * pmp - 4.0 * k[2] * ppm - 2.0 * k[3] * ppm;
        let minus = 4.0 * k[4] * mpm + 2.0 * k[5] * mpm - 4.0 * k[6] * mmp - 2.0 * k[7] * mmp;
        [plus, minus, -0.5 * (plus + minus)]
    };
    let along =
        |y: [f64; 3], h: f64, s: [f64; 3]| [y[0] + h * s[0], y[1] + h * s[1], y[2] + h * s[2]];
    let h = 1.0 / 60.0;
    let mut y = data[0];
    let mut sum = 0.0;
    for (i, now) in data.iter().enumerate().skip(1) {
        let a = rhs(y);
        let b = rhs(along(y, 0.5 * h, a));
        let c = rhs(along(y, 0.5 * h, b));
        let d = rhs(along(y, h, c));
        for j in 0..3 {
            y[j] += h / 6.0 * (a[j] + 2.0 * b[j] + 2.0 * c[j] + d[j]);
        }
        let w = if i == 60 { 0.5 * h } else { h };
        sum += w * ((y[0] - now[0]).powi(2) + (y[1] - now[1]).powi(2) + (y[2] - now[2]).powi(2));
    }
    0.5 * sum
}

fn time(mut f: impl FnMut() -> f64) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..20 {
        let start = Instant::now();
        for _ in 0..1000 {
            black_box(f());
        }
        best = best.min(start.elapsed().as_secs_f64() * 1e9 / 1000.0);
    }
    best
}

fn main() {
    let data = data();
    let rows: Vec<[f64; 3]> =
        data.records().iter().map(|r| r.concentrations.pairs.to_array()).collect();
    {
        let two =
            Trajectory::new(vec![data.records()[0].clone(), data.records()[60].clone()]).unwrap();
        let model = ClosedModel::published(PairApproximation);
        let m = Misfit::new(&model, &two).unwrap();
        let rates = RateConstants::from_array(K).unwrap();
        println!("PA 2 outputs {}", time(|| m.evaluate(black_box(&rates)).unwrap_or(0.0)));
        let model = ClosedModel::published(WithPathShares(PairApproximation));
        let m = Misfit::new(&model, &two).unwrap();
        println!("PA shares 2 outputs {}", time(|| m.evaluate(black_box(&rates)).unwrap_or(0.0)));
        let rhs = |y: PairConcentrations| {
            ClosedModel::published(PairApproximation).derivative(&rates, &y).unwrap()
        };
        let y0 = data.first().concentrations.pairs;
        println!(
            "100 serial rhs {}",
            time(|| {
                let mut y = y0;
                for _ in 0..100 {
                    let s = rhs(y);
                    y = PairConcentrations {
                        plus_plus: y.plus_plus + 1e-5 * s[0],
                        minus_minus: y.minus_minus + 1e-5 * s[1],
                        plus_minus: y.plus_minus + 1e-5 * s[2],
                    };
                }
                y.plus_plus
            })
        );
    }
    println!("plain PA {}", time(|| plain_pa(black_box(&K), black_box(&rows))));
    let rates = RateConstants::from_array(K).unwrap();
    fn one<C: Closure>(name: &str, c: C, data: &Trajectory, rates: &RateConstants) {
        let model = ClosedModel::published(c);
        let m = Misfit::new(&model, data).unwrap();
        let e = model
            .solve(rates, data.first().concentrations.pairs, &data.times())
            .map(|s| s.effort());
        println!("{name} {} {e:?}", time(|| m.evaluate(black_box(rates)).unwrap_or(0.0)));
        let model = ClosedModel::conserving(model.closure());
        let m = Misfit::new(&model, data).unwrap();
        println!("{name} conserving {}", time(|| m.evaluate(black_box(rates)).unwrap_or(0.0)));
    }
    one("PA", PairApproximation, &data, &rates);
    one("PA shares", WithPathShares(PairApproximation), &data, &rates);
    one("PA dyn", &PairApproximation as &dyn Closure, &data, &rates);
    one("SA", SparseApproximation, &data, &rates);
    one("OA", OptimalApproximation::published_one_half(), &data, &rates);
    one("OA dyn", &OptimalApproximation::published_one_half() as &dyn Closure, &data, &rates);
}
