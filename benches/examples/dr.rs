#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]
use bayes_mcmc::{DelayedRejection, UniformBox};
use closures::{Closure, LogOdds, OptimalApproximation, PairApproximation, Reference};
use hierarchy_ode::{ClosedModel, Misfit, RateConstants};
use std::hint::black_box;
use std::time::Instant;

fn go<C: Closure + Clone>(name: &str, closure: C, draws: usize) {
    let data = benches::annealed(1.0 / 3.0).unwrap();
    for conserving in [false, true] {
        for variance in [1.0, 2.5e-5] {
            let model = if conserving {
                ClosedModel::conserving(closure.clone())
            } else {
                ClosedModel::published(closure.clone())
            }
            .with_step_limit(1000);
            let misfit = Misfit::new(&model, &data).unwrap().noise_variance(variance).unwrap();
            let k = [0.9, 0.7, 0.3, 0.4, 0.2, 0.5, 0.6, 0.8];
            let rates = RateConstants::from_array(k).unwrap();
            let density = mean_cluster::posterior(&misfit, UniformBox::new(0.0, 50.0).unwrap());
            let s = DelayedRejection::published(k).unwrap().chains(1);
            let start = Instant::now();
            let chains = match s.sample(&density, draws, 7) {
                Ok(c) => c,
                Err(e) => {
                    println!("{e}");
                    continue;
                }
            };
            let seconds = start.elapsed().as_secs_f64();
            let start = Instant::now();
            for _ in 0..2000 {
                let _ = black_box(misfit.evaluate(black_box(&rates)));
            }
            let one = start.elapsed().as_secs_f64() / 2000.0;
            let mut steps = 0;
            let mut most = 0;
            let mut n = 0;
            for i in (0..draws).step_by(50) {
                let k: Vec<f64> = (0..8).map(|j| chains.points()[[0, i, j]]).collect();
                let rates = RateConstants::from_array(<[f64; 8]>::try_from(k).unwrap()).unwrap();
                if let Ok(s) = model.solve(&rates, data.first().concentrations.pairs, &data.times())
                {
                    steps += s.effort().accepted_steps;
                    n += 1;
                    most = most.max(s.effort().accepted_steps)
                }
            }
            let m = chains.mean();
            println!(
                "{name} conserving {conserving} variance {variance}: {:.2} us a draw, one at K0 {:.2} us, mean steps {:.1} most {most} mean k {:.1?} {:?}",
                seconds * 1e6 / draws as f64,
                one * 1e6,
                steps as f64 / n as f64,
                m.to_vec(),
                chains.rejections()
            );
        }
    }
}
fn main() {
    go("PA per shape", PairApproximation, 100_000);
    go("PA published", closures::WithPathShares(PairApproximation), 100_000);
    if std::env::args().len() < 2 {
        return;
    }
    go("OA", OptimalApproximation::published_one_half(), 20_000);
    go("log-odds", LogOdds::without_coefficients(Reference::PairApproximation), 20_000);
}
