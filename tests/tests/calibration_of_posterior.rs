//! Simulation-based calibration of the posterior of the sparse approximation: 200 synthetic data sets.

use mean_cluster::bayes_mcmc::{
    Calibration, Chains, Halt, McmcError, Normal, Posterior, Prior, UniformBox, from_fn,
    recommended,
};
use mean_cluster::cluster_stats::PairConcentrations;
use mean_cluster::hierarchy_ode::{OdeError, SparseSolution};
use rand_pcg::Pcg64;

const SAMPLES: u32 = 20;
const NOISE: f64 = 0.01;

/// The pairs of the closed form (29), one after the other, at 20 times after a random start at x = 1/3.
fn pairs(alphas: &[f64]) -> Result<Vec<f64>, OdeError> {
    let start = PairConcentrations::random_lattice(1.0 / 3.0);
    let solution = SparseSolution::new(alphas[0], alphas[1], start)?;
    let mut pairs = Vec::new();
    for i in 1..=SAMPLES {
        pairs.extend(solution.at(f64::from(i) / f64::from(SAMPLES))?.to_array());
    }
    Ok(pairs)
}

/// Ranks of alpha1 and alpha2 for a posterior that takes the noise to be `believed`.
fn calibrate(believed: f64) -> Calibration {
    let prior = UniformBox::new(-1.0, 1.0).unwrap();
    let noise = Normal::new(0.0, NOISE).unwrap();
    let simulate = |alphas: &[f64], rng: &mut Pcg64| -> Result<Vec<f64>, Halt> {
        let pairs = pairs(alphas)?;
        let noise = noise.draw(pairs.len(), rng)?;
        Ok(pairs.iter().zip(noise).map(|(pair, error)| pair + error).collect())
    };
    let sample = |data: &Vec<f64>, seed| -> Result<Chains, McmcError> {
        let likelihood = from_fn(|alphas| {
            let residuals =
                pairs(alphas)?.into_iter().zip(data).map(|(model, datum)| model - datum);
            let squares: f64 = residuals.map(|residual| residual * residual).sum();
            Ok(-0.5 * squares / (believed * believed))
        })
        .named(["alpha1", "alpha2"]);
        let posterior = Posterior::new(&prior, likelihood);
        // at some data there is a second, worse optimum at a wall of the box
        recommended().chains(1).sample(&posterior, 2000, seed)
    };
    let mut calibration = Calibration::new(["alpha1", "alpha2"], 99, 11).unwrap();
    calibration.in_total(200, &prior, simulate, sample).unwrap();
    assert!(calibration.least_effective_size() > 150.0, "{}", calibration.least_effective_size());
    calibration
}

#[test]
fn ranks_of_both_alphas_are_uniform() {
    let uniformity = calibrate(NOISE).uniformity();
    assert!(uniformity.iter().all(|parameter| parameter.p_value() > 1e-3), "{uniformity:?}");
}

/// The published likelihood of a misfit says nothing of the noise: a wrong one is seen.
#[test]
fn a_noise_that_is_taken_too_small_is_seen() {
    let uniformity = calibrate(0.5 * NOISE).uniformity();
    assert!(uniformity.iter().all(|parameter| parameter.p_value() < 1e-3), "{uniformity:?}");
}
