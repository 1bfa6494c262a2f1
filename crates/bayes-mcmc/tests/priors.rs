//! Priors: normalised, drawn from their own density, composed, and refused where they are none.

use bayes_mcmc::{
    AdaptiveDelayedRejection, Halt, Independent, Log, LogDensity, LogUniform, McmcError, Normal,
    OUTSIDE_PRIOR, Posterior, Prior, Sampling, Starts, Transformed, UniformBox, check_contract,
    from_fn, minimize, overdispersed_starts,
};
use rand::SeedableRng;
use rand_pcg::Pcg64;

fn density(prior: &dyn Prior, x: f64) -> f64 {
    match prior.log_density(&[x]) {
        Ok(value) => libm::exp(value),
        Err(Halt::Reject(reason)) => {
            assert_eq!(reason, OUTSIDE_PRIOR);
            0.0
        }
        Err(Halt::Stop(error)) => panic!("{error}"),
    }
}

/// The integral over `[lower, upper]` is `mass`, and draws follow it by the Kolmogorov-Smirnov test.
fn check(prior: &dyn Prior, [lower, upper]: [f64; 2], mass: f64) {
    const CELLS: usize = 200_000;
    const DRAWS: usize = 20_000;
    let step = (upper - lower) / CELLS as f64;
    // Gauss and Legendre's two points, which stay off the walls
    let offset = 0.5 / 3.0_f64.sqrt();
    let mut below = vec![0.0; CELLS + 1];
    for cell in 0..CELLS {
        let middle = lower + (cell as f64 + 0.5) * step;
        let [a, b] = [-offset, offset].map(|part| density(prior, middle + part * step));
        below[cell + 1] = below[cell] + 0.5 * (a + b) * step;
    }
    approx::assert_relative_eq!(below[CELLS], mass, max_relative = 1e-8);
    let mut rng = Pcg64::seed_from_u64(5);
    let mut draws: Vec<f64> = (0..DRAWS).map(|_| prior.draw(1, &mut rng).unwrap()[0]).collect();
    draws.sort_by(f64::total_cmp);
    let mut largest = 0.0_f64;
    for (i, x) in draws.iter().enumerate() {
        assert!(density(prior, *x) > 0.0, "{x} cannot be drawn");
        let place = (x - lower) / step;
        let cell = (place as usize).min(CELLS - 1);
        let within = (place - cell as f64) * (below[cell + 1] - below[cell]);
        let exact = (below[cell] + within) / mass;
        let above = (i + 1) as f64 / DRAWS as f64;
        largest = largest.max((above - exact).abs()).max((exact - i as f64 / DRAWS as f64).abs());
    }
    // exceeded once in 2000
    assert!(largest * (DRAWS as f64).sqrt() < 2.0, "{largest}");
    if let Some(walls) = prior.support() {
        assert_eq!(walls.bounds(0), Some((lower, upper)));
        for beyond in [lower.next_down(), upper.next_up()] {
            assert_eq!(density(prior, beyond), 0.0);
        }
        assert!(prior.log_density(&[lower]).is_ok() && prior.log_density(&[upper]).is_ok());
    }
    check_contract(&prior, [[lower], [upper], [0.5 * (lower + upper)], [upper + 1.0]]).unwrap();
}

#[test]
fn densities_are_normalised_and_drawn_from() {
    check(&UniformBox::new(-1.0, 2.0).unwrap(), [-1.0, 2.0], 3.0);
    check(&UniformBox::positive(50.0).unwrap(), [0.0, 50.0], 50.0);
    check(&LogUniform::new(0.05, 50.0).unwrap(), [0.05, 50.0], 1.0);
    check(&LogUniform::new(1.0, 1.0 + 1e-9).unwrap(), [1.0, 1.0 + 1e-9], 1.0);
    let normal = Normal::new(1.0, 2.0).unwrap();
    check(&normal, [-15.0, 17.0], 1.0);
    // around the mean, on one side, in either far tail, and where the walls are close
    for (lower, upper) in
        [(0.0, 2.5), (-100.0, 1.0), (11.0, 19.0), (-59.0, -39.0), (61.0, 90.0), (3.0, 3.003)]
    {
        let cut = normal.truncated(&UniformBox::new(lower, upper).unwrap()).unwrap();
        check(&cut, [lower, upper], 1.0);
    }
}

#[test]
fn truncation_to_all_digits() {
    // mpmath with 400 digits; SciPy 1.17.1 has the same to 14
    for ((a, b), x, expected) in [
        ((-0.5, 1.5), 0.25, -0.47963316778877324),
        ((5.0, 6.0), 5.1, 1.1445075633247806),
        ((-30.0, -29.0), -29.5, -11.256518623474361),
    ] {
        let cut = Normal::new(0.0, 1.0).unwrap().truncated(&UniformBox::new(a, b).unwrap());
        let value = cut.unwrap().log_density(&[x]).ok().unwrap();
        approx::assert_relative_eq!(value, expected, max_relative = 1e-13);
    }
}

#[test]
fn groups_side_by_side() {
    let prior = Independent::new()
        .with(["a", "b"], UniformBox::new(0.0, 2.0).unwrap())
        .with(["c"], LogUniform::new(1e-3, 1.0).unwrap());
    assert_eq!(prior.names(), ["a", "b", "c"]);
    let walls = [(0.0, 2.0), (0.0, 2.0), (1e-3, 1.0)];
    assert_eq!(prior.support(), UniformBox::from_bounds(walls).ok());
    let value = prior.log_density(&[0.5, 2.0, 0.1]).ok().unwrap();
    let alone = LogUniform::new(1e-3, 1.0).unwrap().log_density(&[0.1]).ok().unwrap();
    assert_eq!(value, alone);
    assert!(matches!(prior.log_density(&[0.5, 2.1, 0.1]), Err(Halt::Reject(_))));
    assert!(matches!(prior.log_density(&[0.5, 2.0]), Err(Halt::Stop(_))));
    let mut rng = Pcg64::seed_from_u64(3);
    let point = prior.draw(3, &mut rng).unwrap();
    assert!(UniformBox::from_bounds(walls).unwrap().contains(&point));
    assert!(matches!(prior.draw(2, &mut rng), Err(McmcError::Dimension { .. })));
    check_contract(&prior, [[0.5, 2.0, 0.1], [0.5, 2.0, 0.0]]).unwrap();
    // one group without walls: no box
    assert_eq!(prior.with(["d"], Normal::new(0.0, 1.0).unwrap()).support(), None);
    assert_eq!(Independent::new().support(), None);
}

#[test]
fn one_setting_for_each_component() {
    let normal = Normal::from_components([(0.0, 1.0), (5.0, 0.1)]).unwrap();
    let apart =
        |x, mean, deviation| Normal::new(mean, deviation).unwrap().log_density(&[x]).ok().unwrap();
    let joint = normal.log_density(&[0.3, 5.2]).ok().unwrap();
    assert_eq!(joint, apart(0.3, 0.0, 1.0) + apart(5.2, 5.0, 0.1));
    assert!(matches!(normal.log_density(&[0.3]), Err(Halt::Stop(_))));
    let walls = UniformBox::from_bounds([(0.0, 1.0), (5.0, 6.0)]).unwrap();
    let cut = normal.truncated(&walls).unwrap();
    assert_eq!(cut.support(), Some(walls.clone()));
    assert!(cut.draw(2, &mut Pcg64::seed_from_u64(1)).is_ok_and(|point| walls.contains(&point)));
    let wide = Normal::new(0.0, 9.0).unwrap().truncated(&walls).unwrap();
    assert_eq!(wide.support(), Some(walls));
    let logs = LogUniform::from_bounds([(1.0, 2.0), (3.0, 4.0)]).unwrap();
    assert!(logs.log_density(&[1.5, 3.5]).is_ok() && logs.log_density(&[3.5, 1.5]).is_err());
}

#[test]
fn priors_that_are_none() {
    for (lower, upper) in [(0.0, 1.0), (-1.0, 1.0)] {
        let error = LogUniform::from_bounds([(1.0, 2.0), (lower, upper)]).unwrap_err();
        assert!(matches!(error, McmcError::NotPositive { component: 1, value } if value == lower));
    }
    assert!(matches!(LogUniform::new(2.0, 1.0), Err(McmcError::InvalidBounds { .. })));
    for (mean, deviation) in [(0.0, 0.0), (0.0, -1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY)] {
        assert!(matches!(Normal::new(mean, deviation), Err(McmcError::InvalidNormal { .. })));
    }
    let normal = Normal::new(0.0, 1.0).unwrap();
    let far = UniformBox::from_bounds([(0.0, 1.0), (40.0, 41.0)]).unwrap();
    assert!(matches!(normal.truncated(&far), Err(McmcError::EmptyTruncation { component: 1, .. })));
    let three = Normal::from_components([(0.0, 1.0); 3]).unwrap();
    assert!(matches!(three.truncated(&far), Err(McmcError::Dimension { .. })));
}

#[test]
fn a_prior_forwards_its_draws() {
    fn draw(prior: impl Prior) -> Vec<f64> {
        prior.draw(2, &mut Pcg64::seed_from_u64(1)).unwrap()
    }
    let normal = Normal::new(0.0, 1.0).unwrap();
    let expected = draw(normal.clone());
    assert_eq!(draw(&normal), expected);
    assert_eq!(draw(&normal as &dyn Prior), expected);
    assert_eq!(draw(Box::new(normal) as Box<dyn Prior>), expected);
}

#[test]
fn starts_from_a_prior() {
    // half of the prior is forbidden, and there is no box
    let likelihood = from_fn(|x| match x[0] {
        x if x > 0.0 => Ok(-0.5 * ((x - 2.0) / 0.1).powi(2)),
        _ => Err(Halt::reject("negative")),
    })
    .named(["height"]);
    let posterior = Posterior::new(Normal::new(0.0, 5.0).unwrap(), likelihood);
    let mut rng = Pcg64::seed_from_u64(1);
    let starts = overdispersed_starts(posterior.prior(), &posterior, 4, &mut rng).unwrap();
    assert!(starts.iter().all(|start| start[0] > 0.0));
    let best = minimize(&posterior, Starts::points(&starts), &mut rng).unwrap();
    approx::assert_relative_eq!(best.point[0], 2.0 / (1.0 + 0.0004), max_relative = 1e-6);
    let sampling = Sampling::new(AdaptiveDelayedRejection::new()).starting_at_each(starts);
    assert!(sampling.sample(&posterior, 2000, 7).unwrap().summary().has_converged());

    // in logarithms too
    let in_logs = Transformed::new(&posterior, Log);
    let positive = Normal::new(0.0, 5.0).unwrap().truncated(&UniformBox::positive(50.0).unwrap());
    let prior = Transformed::new(positive.unwrap(), Log);
    let starts = overdispersed_starts(&prior, &in_logs, 4, &mut rng).unwrap();
    assert!(starts.iter().all(|start| start[0] < libm::log(50.0_f64)));

    let nowhere = from_fn(|_| Err(Halt::reject("nowhere"))).named(["x"]);
    let error = overdispersed_starts(&prior, &nowhere, 4, &mut rng).unwrap_err();
    assert!(matches!(error, McmcError::StartRejected { chain: 0, .. }));
    let unknown = from_fn(|_| Ok(0.0));
    let error = overdispersed_starts(&Normal::new(0.0, 1.0).unwrap(), &unknown, 1, &mut rng);
    assert!(matches!(error, Err(McmcError::UnknownDimension)));
}
