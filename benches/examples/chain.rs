#![allow(clippy::unwrap_used, clippy::print_stdout)]
use bayes_mcmc::{DelayedRejection, Starts, UniformBox, minimize};
use closures::{
    Closure, Convention, OptimalApproximation, PairApproximation, Regularization, calibrate,
};
use hierarchy_ode::{ClosedModel, Misfit, RateConstants};
use rand::SeedableRng;
use rand_pcg::Pcg64;
use std::time::Instant;

fn main() {
    let data = benches::annealed(1.0 / 3.0).unwrap();
    let half = benches::annealed(0.5).unwrap();
    let pa = Convention::AsPublished.apply(PairApproximation);
    let fit = calibrate(&half, Regularization::hard(), Convention::AsPublished).unwrap().closure();
    let oa2 = OptimalApproximation::published_one_half();
    let closures: [(&str, &dyn Closure); 3] = [("pa", &pa), ("oa", &fit), ("oa published", &oa2)];
    for (name, closure) in closures {
        let model = ClosedModel::published(closure).with_step_limit(1000);
        let misfit = Misfit::new(&model, &data).unwrap().noise_variance(1.0).unwrap();
        let density = mean_cluster::posterior(&misfit, UniformBox::new(0.0, 50.0).unwrap());
        let mut rng = Pcg64::seed_from_u64(1);
        let best = minimize(&density, Starts::random(10), &mut rng).unwrap();
        println!("{name} best {:?}", best.point);
        let s = DelayedRejection::published(&best).unwrap().chains(1);
        let start = Instant::now();
        let n = 20000;
        let chains = s.sample(&density, n, 7).unwrap();
        println!("{name} {} us a draw", start.elapsed().as_secs_f64() * 1e6 / n as f64);
        println!("{}", chains.summary());
        let draws = chains.points();
        let mut efforts = vec![];
        let mut times = vec![];
        for i in (0..n).step_by(10) {
            let k: Vec<f64> = (0..8).map(|j| draws[[0, i, j]]).collect();
            let rates = RateConstants::from_array(k.clone().try_into().unwrap()).unwrap();
            if let Ok(sol) = model.solve(&rates, data.first().concentrations.pairs, &data.times()) {
                efforts.push((sol.effort().accepted_steps, sol.effort().rejected_steps, k));
            }
            let t = Instant::now();
            let _ = std::hint::black_box(misfit.evaluate(&rates));
            times.push(t.elapsed().as_secs_f64() * 1e6);
        }
        println!("mean along chain {} us", times.iter().sum::<f64>() / times.len() as f64);
        efforts.sort_by_key(|e| e.0);
        for q in [0.0, 0.25, 0.5, 0.75, 0.95, 1.0] {
            println!("{q} {:?}", efforts[((efforts.len() - 1) as f64 * q) as usize]);
        }
    }
}
