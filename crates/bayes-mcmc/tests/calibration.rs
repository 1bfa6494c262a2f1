//! Simulation-based calibration: uniform where all is right, and what is wrong is seen.

use bayes_mcmc::{
    AdaptiveDelayedRejection, Calibration, Chains, Halt, McmcError, Normal, Posterior, Prior,
    Sampling, from_fn,
};

const DATA_SETS: usize = 200;

/// A location and a slope, five measurements with noise 0.5: Gaussian, so all is known. The likelihood
/// believes in another noise and another location.
fn calibrate(calibration: &mut Calibration, sets: usize, believed_noise: f64, shift: f64) {
    let prior = Normal::from_components([(1.0, 5.0), (0.0, 5.0)]).unwrap();
    let noise = Normal::new(0.0, 0.5).unwrap();
    let sample = |data: &Vec<f64>, seed| -> Result<Chains, McmcError> {
        let likelihood = from_fn(|x| {
            let residual = |(i, datum): (usize, &f64)| datum - x[0] - shift - x[1] * i as f64;
            let squares: f64 = data.iter().enumerate().map(residual).map(|r| r * r).sum();
            Ok(-0.5 * squares / (believed_noise * believed_noise))
        });
        let posterior = Posterior::new(&prior, likelihood);
        let sampling = Sampling::new(AdaptiveDelayedRejection::new()).chains(1);
        sampling.starting_at([data[0], 0.0]).sample(&posterior, 4000, seed)
    };
    let simulate = |x: &[f64], rng: &mut rand_pcg::Pcg64| -> Result<Vec<f64>, Halt> {
        let noise = noise.draw(5, rng)?;
        Ok(noise.iter().enumerate().map(|(i, e)| x[0] + x[1] * i as f64 + e).collect())
    };
    calibration.in_total(sets, &prior, simulate, sample).unwrap();
}

fn p_values(noise: f64, shift: f64) -> Vec<f64> {
    let mut calibration = Calibration::new(["location", "slope"], 99, 5).unwrap();
    calibrate(&mut calibration, DATA_SETS, noise, shift);
    assert!(calibration.least_effective_size() > 200.0);
    calibration.uniformity().iter().map(|parameter| parameter.p_value()).collect()
}

#[test]
fn a_right_posterior_has_uniform_ranks() {
    let p_values = p_values(0.5, 0.0);
    assert!(p_values.iter().all(|p| *p > 1e-3), "{p_values:?}");
}

#[test]
fn wrong_likelihoods_are_seen() {
    // too sure, too careful, biased; smaller errors need more data sets
    for (noise, shift) in [(0.25, 0.0), (1.2, 0.0), (0.5, 0.2)] {
        let p_values = p_values(noise, shift);
        assert!(p_values[0] < 1e-3, "{noise}, {shift}: {p_values:?}");
    }
}

#[test]
fn it_goes_on_with_the_same_bits() {
    let new = || Calibration::new(["location", "slope"], 99, 5).unwrap();
    let mut whole = new();
    calibrate(&mut whole, 70, 0.5, 0.0);
    let mut parts = new();
    calibrate(&mut parts, 3, 0.5, 0.0);
    let mut parts: Calibration =
        serde_json::from_str(&serde_json::to_string(&parts).unwrap()).unwrap();
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap();
    pool.install(|| calibrate(&mut parts, 70, 0.5, 0.0));
    assert_eq!(parts, whole);
    assert!(whole.ranks().iter().flatten().all(|rank| *rank <= 99));
}

#[test]
fn what_cannot_be_is_a_typed_error() {
    assert!(matches!(Calibration::new([""; 0], 9, 1), Err(McmcError::NoParameters)));
    assert!(matches!(Calibration::new(["x"], 0, 1), Err(McmcError::InvalidSize { .. })));
    let prior = Normal::new(0.0, 1.0).unwrap();
    let chains = |_: &(), seed| {
        let sampling = Sampling::new(AdaptiveDelayedRejection::new()).starting_at([0.0]);
        sampling.chains(1).sample(&prior, 50, seed)
    };
    let mut calibration = Calibration::new(["x"], 99, 1).unwrap();
    let few = calibration.in_total(1, &prior, |_, _| Ok(()), chains).unwrap_err();
    assert!(matches!(few, McmcError::InvalidSize { draws: 50, .. }), "{few}");
    let stop = |_: &[f64], _: &mut _| Err(Halt::stop("broken"));
    let error = calibration.in_total(1, &prior, stop, chains).unwrap_err();
    assert!(matches!(error, McmcError::Stopped { .. }), "{error}");
    let never = |_: &[f64], _: &mut _| Err(Halt::reject("never"));
    let error = calibration.in_total(1, &prior, never, chains).unwrap_err();
    assert!(error.to_string().contains("never"), "{error}");
}
