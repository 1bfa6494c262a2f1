//! Changes of the unit of time, through the facade: calibration, the best rates and chains. By a
//! power of two every bit is the same; powers of ten are not exact in binary.

use mean_cluster::bayes_mcmc::{
    AdaptiveDelayedRejection, FlatDirections, Sampling, Starts, UniformBox, minimize,
};
use mean_cluster::closures::{
    Calibrator, Closure, Convention, LogOdds, LogOddsFamily, Monomials, PairApproximation,
    Reference, Regularization, calibrate, mean_error, triplet_errors,
};
use mean_cluster::cluster_stats::{Concentrations, PairConcentrations, Record, Trajectory};
use mean_cluster::hierarchy_ode::{ClosedModel, Misfit, RateConstants};
use mean_cluster::posterior;
use rand::SeedableRng;
use rand_pcg::Pcg64;

const EXACT: [i32; 4] = [-40, -1, 6, 40];
const DECIMAL: [f64; 9] = [1e-12, 1e-9, 1e-6, 1e-3, 10.0, 60.0, 3600.0, 1e6, 1e12];

/// Triplets of no closure that is fitted here, along pairs that relax and wobble.
fn data(unit: f64) -> Trajectory {
    let rows = std::array::from_fn(|i| vec![0.3 + 0.1 * i as f64, -0.2, 0.4]);
    let truth = LogOdds::new(Monomials::default(), Reference::PairApproximation, &rows).unwrap();
    let record = |i: u32| {
        let t = f64::from(i) / 32.0;
        let pm = 0.24 + 0.06 * (1.0 - 1.0 / (1.0 + 8.0 * t)) + 4e-3 * (t - t * t) * (2.0 * t - 1.0);
        let pairs = PairConcentrations::of_composition(0.4, pm);
        let concentrations = Concentrations { pairs, triplets: truth.triplets(&pairs).unwrap() };
        Record { time: unit * t, temperature: None, energy_per_site: None, concentrations }
    };
    Trajectory::new((0..=32).map(record).collect()).unwrap()
}

/// Exponents, coefficients and errors: none of these has a unit of time.
fn calibrated(unit: f64) -> [Vec<f64>; 2] {
    let data = data(unit);
    let mut errors = triplet_errors(&PairApproximation, &data).unwrap().to_vec();
    let mut fitted = Vec::new();
    for regularization in [Regularization::hard(), Regularization::soft()] {
        let calibration = calibrate(&data, regularization, Convention::Consistent).unwrap();
        errors.push(calibration.mean_error());
        for fit in calibration.fits().iter().filter(|fit| fit.unique && fit.sensitivity > 1e-2) {
            let e = fit.exponents;
            fitted.extend([Some(e.gamma1), e.gamma2].into_iter().flatten());
        }
    }
    let calibrator = Calibrator::new().ridge(1e-6).unwrap();
    let odds = calibrator.calibrate(&LogOddsFamily::default(), &[(&data).into()]).unwrap();
    errors.push(mean_error(odds.closure(), &data).unwrap());
    [errors, fitted]
}

#[test]
fn calibrations_do_not_depend_on_the_unit_of_time() {
    let [errors, fitted] = calibrated(1.0);
    assert!(errors.len() == 19 && !fitted.is_empty());
    for power in EXACT {
        assert_eq!(calibrated(2_f64.powi(power)), [errors.clone(), fitted.clone()], "2^{power}");
    }
    for unit in DECIMAL {
        let [other, exponents] = calibrated(unit);
        for (a, b) in other.iter().zip(&errors) {
            assert!((a - b).abs() <= 1e-6 * b.abs() + 1e-14, "{unit:e}: {a} {b}");
        }
        assert_eq!(exponents.len(), fitted.len());
        for (a, b) in exponents.iter().zip(&fitted) {
            assert!((a - b).abs() < 1e-3, "{unit:e}: {a} {b}");
        }
    }
}

/// J and the best rates times the unit; chains times the unit with their log-densities.
fn inferred(unit: f64) -> [Vec<f64>; 4] {
    let data = data(unit);
    let model = ClosedModel::conserving(PairApproximation);
    let misfit = Misfit::new(&model, &data).unwrap();
    let upper = 50.0 / misfit.duration();
    let prior = UniformBox::new(0.0, upper).unwrap();
    let mut rng = Pcg64::seed_from_u64(3);
    let best = minimize(&posterior(&misfit, prior.clone()), Starts::random(3), &mut rng).unwrap();
    let rates = RateConstants::from_array(best.point.as_slice().try_into().unwrap()).unwrap();
    let least = misfit.evaluate(&rates).unwrap();
    let variance = least / 5.0;
    let seen = misfit.identifiability(&rates).unwrap();
    let seen = seen.against_noise(variance, upper / 12_f64.sqrt()).unwrap();
    let misfit = misfit.noise_variance(variance).unwrap();
    let inner = AdaptiveDelayedRejection::new();
    let sampler = FlatDirections::new(inner, [(0.0, upper); 8], seen.null_space()).unwrap();
    let density = posterior(&misfit, prior);
    let chains = Sampling::new(sampler).starting_at(&best).chains(2).warm_up(30);
    let chains = chains.sample(&density, 30, 7).unwrap();
    let values = seen.combinations().iter().map(|c| c.value(rates.as_array()) * unit).collect();
    [
        vec![least, seen.rank() as f64, seen.numerical_rank() as f64],
        values,
        rates
            .as_array()
            .iter()
            .map(|k| k * unit)
            .chain(chains.points().iter().map(|k| k * unit))
            .collect(),
        chains.log_densities().iter().copied().collect(),
    ]
}

#[test]
fn the_best_rates_and_chains_do_not_depend_on_the_unit_of_time() {
    let expected = inferred(1.0);
    for power in EXACT {
        assert_eq!(inferred(2_f64.powi(power)), expected, "2^{power}");
    }
    for unit in DECIMAL {
        let found = inferred(unit);
        for (a, b) in found[0].iter().zip(&expected[0]) {
            assert!((a - b).abs() <= 1e-6 * b.abs(), "{unit:e}: {a} {b}");
        }
        assert_eq!(found[1].len(), expected[1].len());
        for (a, b) in found[1].iter().zip(&expected[1]) {
            assert!((a - b).abs() <= 1e-2 * b.abs(), "{unit:e}: {a} {b}");
        }
        // chains part where roundings do: they stay within their box
        let rates = &found[2];
        assert!(rates.iter().all(|k| (0.0..=50.0 * (1.0 + 1e-9)).contains(k)), "{unit:e}");
    }
}
