//! The sampler around its transition: bits, starts, errors, counts.

use std::error::Error;
use std::sync::{Arc, Mutex};

use bayes_mcmc::{
    Chains, DelayedRejection, Halt, LogDensity, McmcError, NOT_FINITE, OUTSIDE_PRIOR, Posterior,
    Progress, Sampling, UniformBox, ZERO_PROBABILITY, from_fn,
};

fn normal() -> impl LogDensity {
    from_fn(|point| Ok(-0.5 * point.iter().map(|x| x * x).sum::<f64>()))
}

fn sampler() -> Sampling<DelayedRejection> {
    DelayedRejection::new([1.0, 2.0], [0.5, 1.0]).unwrap().starting_at([0.0, 0.0])
}

fn with_threads<T: Send>(threads: usize, work: impl FnOnce() -> T + Send) -> T {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

#[test]
fn the_same_seed_gives_the_same_bits_on_any_number_of_threads() {
    let chains = |threads, seed| {
        with_threads(threads, || sampler().chains(5).sample(&normal(), 2345, seed).unwrap())
    };
    let reference = chains(1, 7);
    assert_eq!(chains(2, 7), reference);
    assert_eq!(chains(3, 7), reference);
    assert_ne!(chains(1, 8), reference);
    let summary = |threads| with_threads(threads, || reference.summary().to_string());
    assert_eq!(summary(1), summary(2));
}

#[test]
fn more_chains_and_draws_leave_the_first_ones_as_they_are() {
    let small = sampler().chains(2).sample(&normal(), 100, 7).unwrap();
    let large = sampler().chains(3).sample(&normal(), 150, 7).unwrap();
    assert_eq!(large.points().slice(ndarray::s![..2, ..100, ..]), small.points());
    // and no two chains are alike
    let parameter = large.parameter(0).unwrap();
    assert_ne!(parameter.row(0), parameter.row(1));
    assert_ne!(parameter.row(1), parameter.row(2));
}

/// Changes here are breaking: results of a seed are kept between versions.
#[test]
fn frozen_values() {
    let chains = sampler().chains(2).sample(&normal(), 1000, 7).unwrap();
    let last = |chain| [chains.points()[[chain, 999, 0]], chains.points()[[chain, 999, 1]]];
    assert_eq!(last(0), [1.0762608647975973, 1.7481729235412007]);
    assert_eq!(last(1), [0.3332310421980741, 0.4696786018655119]);
    assert_eq!(chains.stages().map(|stage| usize::from(*stage)).sum(), 1928);
}

#[test]
fn every_draw_is_a_move_or_a_repeat() {
    let density = Posterior::new(UniformBox::new(-1.0, 1.5).unwrap(), normal());
    let chains = sampler().sample(&density, 2000, 3).unwrap();
    assert_eq!(chains.chains(), 4);
    let mut counts = [0.0; 3];
    for chain in 0..4 {
        let mut previous = ndarray::array![0.0, 0.0];
        for draw in 0..2000 {
            let point = chains.points().slice(ndarray::s![chain, draw, ..]).to_owned();
            let stage = chains.stages()[[chain, draw]];
            counts[usize::from(stage)] += 1.0;
            // in the reach of the kernel of its stage
            let reach = [0.0, 1.0, 0.5][usize::from(stage)];
            let step = &point - &previous;
            assert!(step[0].abs() <= reach && step[1].abs() <= 2.0 * reach);
            assert_eq!(stage == 0, point == previous);
            let value = density.log_density(point.as_slice().unwrap()).ok().unwrap();
            assert_eq!(chains.log_densities()[[chain, draw]], value);
            previous = point;
        }
    }
    let acceptance = chains.acceptance();
    assert_eq!(acceptance.first, counts[1] / 8000.0);
    assert_eq!(acceptance.second, counts[2] / (counts[0] + counts[2]));
    assert_eq!(acceptance.overall, (counts[1] + counts[2]) / 8000.0);
}

#[test]
fn published_scales_are_floored_where_the_start_is_zero() {
    let sampler = DelayedRejection::published([2.0, 0.0, -4.0, -0.0]).unwrap();
    assert_eq!(sampler.kernels()[0].scales(), [0.2, 0.4, 0.4, 0.4]);
    assert_eq!(sampler.kernels()[1].scales(), [0.02, 0.04, 0.04, 0.04]);
    assert_eq!(sampler.floored(), [1, 3]);
    assert!(DelayedRejection::published([1.0, 2.0]).unwrap().floored().is_empty());
    // it has its start already, and the zero component moves
    let chains = sampler.sample(&normal(), 2000, 1).unwrap();
    assert!(chains.standard_deviation()[1] > 0.01);

    let error = DelayedRejection::published([0.0, 0.0]).unwrap_err();
    assert!(matches!(error, McmcError::ZeroStart { dimension: 2 }));
    let error = DelayedRejection::published([1.0, f64::NAN]).unwrap_err();
    assert!(matches!(error, McmcError::NonFinitePoint { component: 1, .. }));
    let error = DelayedRejection::relative_to([1.0], 0.0, 0.1).unwrap_err();
    assert!(matches!(error, McmcError::InvalidScale { component: 0, .. }));
}

#[test]
fn bad_settings_are_typed_errors() {
    for (scales, bad) in
        [([1.0, 0.0], 0.0), ([1.0, -1.0], -1.0), ([1.0, f64::INFINITY], f64::INFINITY)]
    {
        let error = DelayedRejection::new([1.0, 1.0], scales).unwrap_err();
        let McmcError::InvalidScale { component: 1, scale } = error else { panic!("{error}") };
        assert_eq!(scale, bad);
    }
    let error = DelayedRejection::new([f64::NAN], [1.0]).unwrap_err();
    assert!(matches!(error, McmcError::InvalidScale { component: 0, .. }));
    let error = DelayedRejection::new([1.0], [1.0, 2.0]).unwrap_err();
    assert!(matches!(error, McmcError::Dimension { expected: 1, found: 2, .. }));
    let error = DelayedRejection::new([], []).unwrap_err();
    assert!(matches!(error, McmcError::NoParameters));

    let run = |sampling: Sampling<DelayedRejection>| sampling.sample(&normal(), 10, 1).unwrap_err();
    let bare = || Sampling::new(DelayedRejection::new([1.0, 1.0], [1.0, 1.0]).unwrap());
    assert!(matches!(run(bare()), McmcError::NoStart));
    let error = run(bare().starting_at([1.0]));
    assert!(matches!(error, McmcError::Dimension { expected: 2, found: 1, .. }));
    let error = run(bare().starting_at([1.0, f64::INFINITY]));
    assert!(matches!(error, McmcError::NonFinitePoint { component: 1, .. }));
    let error = run(bare().starting_at_each([[0.0, 0.0]; 3]));
    assert!(matches!(error, McmcError::StartCount { starts: 3, chains: 4 }));
    assert!(matches!(run(sampler().chains(0)), McmcError::InvalidSize { chains: 0, .. }));
    for draws in [0, usize::MAX, usize::MAX / 100] {
        let error = sampler().sample(&normal(), draws, 1).unwrap_err();
        assert!(matches!(error, McmcError::InvalidSize { .. }), "{error}");
    }
    let named = from_fn(|_| Ok(0.0)).named(["one"]);
    let error = sampler().sample(&named, 10, 1).unwrap_err();
    assert!(matches!(error, McmcError::Dimension { found: 1, .. }));
}

#[test]
fn a_start_outside_the_prior_is_an_error() {
    let density = Posterior::new(UniformBox::new(0.0, 1.0).unwrap(), normal());
    let starts = [[0.5, 0.5], [0.5, 2.0]];
    let error = sampler().chains(2).starting_at_each(starts).sample(&density, 10, 1).unwrap_err();
    let McmcError::StartRejected { chain: 1, point, reason } = &error else { panic!("{error}") };
    assert_eq!((&point[..], reason.as_ref()), (&[0.5, 2.0][..], OUTSIDE_PRIOR));
    assert!(error.to_string().contains("[0.5, 2.0]"));

    let nan = from_fn(|_| Ok(f64::NAN));
    let error = sampler().sample(&nan, 10, 1).unwrap_err();
    assert!(
        matches!(error, McmcError::StartRejected { chain: 0, reason, .. } if reason == NOT_FINITE)
    );
}

#[derive(Debug, thiserror::Error)]
#[error("the solver broke at {0}")]
struct Broken(f64);

#[test]
fn a_stop_carries_the_point_and_the_cause() {
    let density = from_fn(|point| {
        if point[0] > 1.5 {
            // `?` on any error stops
            Err(Broken(point[0]))?;
        }
        Ok(0.0)
    });
    let run = |threads| {
        with_threads(threads, || sampler().chains(4).sample(&density, 5000, 1).unwrap_err())
    };
    let error = run(1);
    let McmcError::Stopped { point, source } = &error else { panic!("{error}") };
    assert!(point[0] > 1.5);
    assert_eq!(source.downcast_ref::<Broken>().unwrap().0, point[0]);
    assert!(error.source().unwrap().to_string().contains("the solver broke"));
    // all four chains stop; which error is reported does not depend on which was first
    assert_eq!(run(2).to_string(), error.to_string());

    let infinite = from_fn(|point| Ok(if point[0] > 0.5 { f64::INFINITY } else { 0.0 }));
    let error = sampler().sample(&infinite, 5000, 1).unwrap_err();
    assert!(matches!(error, McmcError::InfiniteDensity { point } if point[0] > 0.5));
}

#[test]
fn rejections_are_counted_by_reason_and_nan_is_never_accepted() {
    let asked = Mutex::new([0_u64; 4]);
    let likelihood = from_fn(|point| {
        let mut asked = asked.lock().unwrap();
        if point[0] > 0.8 {
            asked[0] += 1;
            return Ok(f64::NAN);
        }
        if point[0] < -0.8 {
            asked[1] += 1;
            return Ok(f64::NEG_INFINITY);
        }
        if point[1] > 0.8 {
            asked[2] += 1;
            return Err(Halt::reject("no solution"));
        }
        if point[1] < -0.8 {
            asked[3] += 1;
            return Err(Halt::reject(format!("owned {}", "label")));
        }
        Ok(0.0)
    });
    let density = Posterior::new(UniformBox::new(-1.0, 1.0).unwrap(), likelihood);
    let chains = sampler().chains(2).sample(&density, 4000, 9).unwrap();
    assert!(chains.points().iter().all(|x| x.abs() <= 0.8));
    assert!(chains.log_densities().iter().all(|value| *value == 0.0));
    let rejections = chains.rejections();
    let reasons = [NOT_FINITE, ZERO_PROBABILITY, "no solution", "owned label"];
    assert_eq!(reasons.map(|reason| rejections.count(reason)), *asked.lock().unwrap());
    assert!(reasons.iter().all(|reason| rejections.count(reason) > 100), "{rejections}");
    assert!(rejections.count(OUTSIDE_PRIOR) > 100);
    assert_eq!(rejections.iter().map(|(_, count)| count).sum::<u64>(), rejections.total());
    assert!(rejections.iter().is_sorted());
    let by_chain = chains.rejections_by_chain();
    assert_eq!(by_chain.len(), 2);
    assert_eq!(by_chain[0].total() + by_chain[1].total(), rejections.total());
    assert!(chains.summary().to_string().contains("no solution: "));
}

#[test]
fn progress_is_told_to_the_end() {
    let told: Arc<Mutex<Vec<Progress>>> = Arc::default();
    let told_in = Arc::clone(&told);
    let sampling = sampler().chains(2).warm_up(700);
    let reported =
        sampling.clone().progress(move |progress| told_in.lock().unwrap().push(*progress));
    let chains = reported.sample(&normal(), 2500, 1).unwrap();
    assert_eq!(chains, sampling.sample(&normal(), 2500, 1).unwrap());
    let told = told.lock().unwrap();
    let position = |progress: &Progress| (progress.warmed_up, progress.draws_done);
    assert!(told.is_sorted_by_key(position) && position(&told[0]) < (700, 0));
    let last = told.last().unwrap();
    assert_eq!((last.chains, last.warm_up, last.draws), (2, 700, 2500));
    assert!(last.is_done() && told.iter().filter(|progress| progress.is_done()).count() == 1);
    // the last report is of the whole run, on any machine
    assert_eq!(last.r_hat, chains.r_hat().fold(f64::NAN, |a, b| a.max(*b)));
    assert_eq!(last.bulk_ess, chains.bulk_ess().fold(f64::NAN, |a, b| a.min(*b)));
    assert!(last.r_hat > 0.9 && last.bulk_ess > 10.0);
    assert!(last.to_string().starts_with("2 chains: 2500 of 2500 draws, R-hat "), "{last}");
    assert!(told[0].to_string().contains("warm-up"));
}

#[test]
fn statistics_are_those_of_the_pooled_draws() {
    let chains: Chains = sampler().chains(3).sample(&normal(), 501, 4).unwrap();
    let mut pooled: Vec<f64> = chains.parameter(1).unwrap().iter().copied().collect();
    let n = pooled.len() as f64;
    let mean = pooled.iter().sum::<f64>() / n;
    let variance = pooled.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / (n - 1.0);
    approx::assert_relative_eq!(chains.mean()[1], mean, max_relative = 1e-12);
    approx::assert_relative_eq!(
        chains.standard_deviation()[1].powi(2),
        variance,
        max_relative = 1e-12
    );
    pooled.sort_by(f64::total_cmp);
    let quantile = |probability| chains.quantile(probability).unwrap()[1];
    assert_eq!(
        [quantile(0.0), quantile(0.5), quantile(1.0)],
        [pooled[0], pooled[751], pooled[1502]]
    );
    // place 0.05 x 1502 = 75.1
    let expected = 0.9 * pooled[75] + 0.1 * pooled[76];
    approx::assert_relative_eq!(quantile(0.05), expected, max_relative = 1e-10);
    for probability in [-0.1, 1.1, f64::NAN] {
        let error = chains.quantile(probability).unwrap_err();
        assert!(matches!(error, McmcError::InvalidProbability { .. }));
    }
    assert!(chains.parameter(2).is_none());
    assert_eq!(chains.names(), ["x1", "x2"]);
}

#[test]
fn the_summary_warns_of_chains_that_do_not_agree() {
    let good = sampler().sample(&normal(), 20_000, 1).unwrap().summary();
    assert!(good.warnings().is_empty(), "{good}");
    assert!(!good.to_string().contains("Warning"));

    let two_hills = from_fn(|point| Ok(-50.0 * (point[0].abs() - 1.0).powi(2) - point[1].powi(2)))
        .named(["hill", "k"]);
    let split = DelayedRejection::new([0.1, 1.0], [0.05, 0.5])
        .unwrap()
        .chains(2)
        .starting_at_each([[-1.0, 0.0], [1.0, 0.0]])
        .sample(&two_hills, 5000, 1)
        .unwrap();
    let summary = split.summary();
    assert!(summary.parameters[0].r_hat > 1.5 && summary.parameters[0].bulk_ess < 10.0);
    let text = summary.to_string();
    assert!(text.contains("R-hat is") && text.contains("for hill") && text.contains("bulk ESS is"));

    let single = sampler().chains(1).sample(&normal(), 20_000, 1).unwrap().summary();
    assert!(single.to_string().contains("R-hat is undefined"));
}
