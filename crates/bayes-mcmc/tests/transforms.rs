//! Transforms: Jacobians, identities of densities, edges, and chains mapped back.

use bayes_mcmc::{
    AdaptiveDelayedRejection, Blocks, Chains, Halt, Identity, Linear, Log, LogDensity, LogUniform,
    Logit, McmcError, Normal, OUTSIDE_TRANSFORM, Posterior, Prior, Sampling, Transform,
    Transformed, UniformBox, check_transform_contract, from_fn, mcse_mean,
};
use ndarray::array;
use rand::SeedableRng;
use rand_pcg::Pcg64;

fn linear() -> Linear {
    Linear::new(array![[2.0, 0.5, 0.0], [-1.0, 3.0, 1.0], [0.0, 0.2, 0.7]], [1.0, 0.0, -5.0])
        .unwrap()
}

#[test]
fn jacobians_are_those_of_differences() {
    let points = [[0.3, -2.0, 1.0], [0.0, 0.0, 0.0], [-6.0, 3.5, 9.0]];
    let each = UniformBox::from_bounds([(0.0, 1.0), (-3.0, 4.0), (1e3, 1e3 + 2.0)]).unwrap();
    let mixed = Blocks::new().with(1, Log).with(2, Logit::new(-1.0, 2.0).unwrap());
    let all: [&dyn Transform; 6] =
        [&Log, &Logit::new(0.0, 50.0).unwrap(), &Logit::within(each), &linear(), &Identity, &mixed];
    for transform in all {
        check_transform_contract(transform, points).unwrap();
        // forwarded whole
        check_transform_contract(&Box::new(transform), points).unwrap();
        let names = ["a", "b", "c"].map(str::to_owned);
        assert_eq!(Box::new(transform).names(&names), transform.names(&names));
        let walls = UniformBox::new(1.0, 1.5).unwrap();
        assert_eq!(Box::new(transform).support(&walls), transform.support(&walls));
    }

    /// Twice too large by its own account.
    struct Wrong;
    impl Transform for Wrong {
        fn to_parameters(&self, from: &[f64], to: &mut [f64]) -> Result<f64, Halt> {
            Log.to_parameters(from, to).map(|log_jacobian| log_jacobian + libm::log(2.0_f64))
        }
        fn to_coordinates(&self, from: &[f64], to: &mut [f64]) -> Result<(), Halt> {
            Log.to_coordinates(from, to)
        }
    }
    let breach = |error| match error {
        McmcError::TransformContract { breach, .. } => breach,
        other => panic!("{other}"),
    };
    let error = check_transform_contract(&Wrong, points).unwrap_err();
    assert_eq!(breach(error), "the log-Jacobian is not that of the parameters");
    /// Comes back elsewhere.
    struct Lost;
    impl Transform for Lost {
        fn to_parameters(&self, from: &[f64], to: &mut [f64]) -> Result<f64, Halt> {
            Log.to_parameters(from, to)
        }
        fn to_coordinates(&self, from: &[f64], to: &mut [f64]) -> Result<(), Halt> {
            Identity.to_coordinates(from, to)
        }
    }
    let error = check_transform_contract(&Lost, points).unwrap_err();
    assert_eq!(breach(error), "there and back again is elsewhere");
    assert_eq!(
        (Lost.support(&UniformBox::new(1.0, 2.0).unwrap()), Lost.names(&[])),
        (None, vec![])
    );
}

/// Densities in coordinates that are known in closed form.
#[test]
fn transformed_densities_are_exact() {
    let logs = Transformed::new(LogUniform::new(0.1, 20.0).unwrap(), Log);
    let boxed =
        Transformed::new(UniformBox::new(-1.0, 3.0).unwrap(), Logit::new(-1.0, 3.0).unwrap());
    let normal = Normal::from_components([(2.0, 0.5), (-1.0, 3.0)]).unwrap();
    let standard = Linear::new(array![[0.5, 0.0], [0.0, 3.0]], [2.0, -1.0]).unwrap();
    let standard = Transformed::new(normal, standard);
    for i in 0..200 {
        let u = -10.0 + 0.1 * f64::from(i);
        // uniform in logs, between the mapped walls
        let inside = (libm::log(0.1_f64)..=libm::log(20.0_f64)).contains(&u);
        match logs.log_density(&[u]) {
            Ok(value) => {
                assert!(inside);
                approx::assert_relative_eq!(
                    value,
                    -(libm::log(libm::log(200.0_f64))),
                    max_relative = 1e-14
                );
            }
            Err(halt) => assert!(!inside && matches!(halt, Halt::Reject(_))),
        }
        // the logistic distribution, times the volume by which a box is not normalised
        let logistic = -u - 2.0 * libm::log1p(libm::exp(-u));
        let value = boxed.log_density(&[u]).ok().unwrap();
        approx::assert_relative_eq!(value, logistic + libm::log(4.0_f64), epsilon = 1e-13);
        // rounding of u^2/2
        let exact = -0.5 * (u * u + 0.09) - libm::log(2.0 * std::f64::consts::PI);
        let value = standard.log_density(&[u, -0.3]).ok().unwrap();
        approx::assert_relative_eq!(value, exact, epsilon = 1e-13, max_relative = 1e-14);
    }
    assert_eq!(logs.support().unwrap().bounds(0), Some((libm::log(0.1_f64), libm::log(20.0_f64))));
    // a wall that lies infinitely far away is none
    assert_eq!(boxed.support(), None);
    assert_eq!(Transformed::new(UniformBox::positive(1.0).unwrap(), Log).support(), None);
}

#[test]
fn boxes_hold_their_images() {
    let each = UniformBox::from_bounds([(0.5, 2.0), (-3.0, 4.0), (1.0, 1.5)]).unwrap();
    let wide = Logit::new(-10.0, 10.0).unwrap();
    let mixed = Blocks::new().with(1, Log).with(1, Identity).with(1, wide.clone());
    for transform in [&linear() as &dyn Transform, &mixed, &wide] {
        let walls = transform.support(&each).unwrap();
        let mut rng = Pcg64::seed_from_u64(2);
        let corners = (0..8).map(|corner: usize| {
            let end =
                |i: usize| each.bounds(i).map(|(a, b)| if corner >> i & 1 == 0 { a } else { b });
            (0..3).map(|i| end(i).unwrap()).collect::<Vec<_>>()
        });
        let inside = (0..100).map(|_| each.draw(3, &mut rng).unwrap());
        for point in corners.chain(inside.collect::<Vec<_>>()) {
            let mut coordinates = [0.0; 3];
            assert!(transform.to_coordinates(&point, &mut coordinates).is_ok());
            assert!(walls.contains(&coordinates), "{coordinates:?} of {point:?} not in {walls:?}");
        }
    }
}

#[test]
fn edges_are_rejected() {
    let rejected = |outcome: Result<f64, Halt>| match outcome {
        Err(Halt::Reject(reason)) => assert_eq!(reason, OUTSIDE_TRANSFORM),
        other => panic!("{other:?}"),
    };
    let mut to = [0.0];
    for u in [800.0, -800.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        rejected(Log.to_parameters(&[u], &mut to));
        rejected(Logit::new(1.0, 2.0).unwrap().to_parameters(&[u], &mut to));
    }
    // near the wall at zero a number keeps its digits
    assert!(Logit::new(0.0, 2.0).unwrap().to_parameters(&[-700.0], &mut to).is_ok());
    assert!(to[0] > 0.0);
    let flat = Transformed::new(UniformBox::positive(50.0).unwrap(), Log);
    for x in [0.0, -0.0, -1.0, f64::NAN, f64::INFINITY, 1e-310] {
        let error = flat.coordinates([1.0, x]).unwrap_err();
        assert!(matches!(error, McmcError::OutsideTransform { .. }), "{error}");
        let logit = Logit::new(1e-300, 1.0).unwrap();
        assert!(matches!(logit.to_coordinates(&[x], &mut to), Err(Halt::Reject(_))));
    }
    assert!(matches!(flat.parameters([f64::NAN]), Err(McmcError::OutsideTransform { .. })));
    // slices of another length are broken, not improbable
    for transform in [&Log as &dyn Transform, &Logit::new(0.0, 1.0).unwrap(), &linear(), &Identity]
    {
        assert!(matches!(transform.to_parameters(&[0.1; 4], &mut [0.0; 2]), Err(Halt::Stop(_))));
        assert!(matches!(transform.to_coordinates(&[0.1; 4], &mut [0.0; 2]), Err(Halt::Stop(_))));
    }
    let blocks = Blocks::new().with(1, Log);
    assert!(matches!(blocks.to_parameters(&[0.1; 2], &mut [0.0; 2]), Err(Halt::Stop(_))));
    let singular = Linear::new(array![[1.0, 2.0], [2.0, 4.0]], [0.0; 2]).unwrap_err();
    assert!(matches!(singular, McmcError::SingularMatrix { rows: 2, columns: 2 }));
    assert!(matches!(Linear::new(array![[1.0]], [0.0; 2]), Err(McmcError::Dimension { .. })));
}

fn within_four_errors(chains: &Chains, moments: [[f64; 2]; 2]) {
    for (i, [mean, variance]) in moments.into_iter().enumerate() {
        let draws = chains.parameter(i).unwrap().to_owned();
        let squares = draws.mapv(|x| (x - mean).powi(2));
        for (values, exact) in [(draws, mean), (squares, variance)] {
            let error = mcse_mean(values.view());
            let found = values.mean().unwrap();
            assert!(error < 0.05 * variance.max(variance.sqrt()), "parameter {i}: {error}");
            assert!((found - exact).abs() < 4.0 * error, "parameter {i}: {found}, not {exact}");
        }
    }
}

/// A log-normal and a uniform, sampled in coordinates without walls and mapped back.
#[test]
fn moments_through_transforms() {
    let width: f64 = 0.5;
    let density =
        from_fn(|x| Ok(-0.5 * (libm::log(x[0]) / 0.5).powi(2) - libm::log(x[0]))).named(["a", "b"]);
    let walls = UniformBox::from_bounds([(1e-9, 1e9), (2.0, 5.0)]).unwrap();
    let posterior = Posterior::new(walls, density);
    let transform = Blocks::new().with(1, Log).with(1, Logit::new(2.0, 5.0).unwrap());
    let sampled = Transformed::new(&posterior, transform);
    let start = sampled.coordinates([1.0, 3.0]).unwrap();
    let sampling = Sampling::new(AdaptiveDelayedRejection::new()).starting_at(start);
    let chains = sampling.sample(&sampled, 20_000, 3).unwrap();
    assert_eq!(chains.names(), ["ln a", "logit b"]);
    let mapped = sampled.in_parameters(&chains).unwrap();
    assert_eq!(mapped.names(), ["a", "b"]);
    let square = width * width;
    let variance = libm::expm1(square) * libm::exp(square);
    within_four_errors(&mapped, [[libm::exp(0.5 * square), variance], [3.5, 9.0 / 12.0]]);
    // the log-densities are those over the parameters
    for draw in 0..100 {
        let point = mapped.points().slice(ndarray::s![2, draw, ..]).to_vec();
        let value = posterior.log_density(&point).ok().unwrap();
        let kept = mapped.log_densities()[[2, draw]];
        approx::assert_abs_diff_eq!(value, kept, epsilon = 1e-11);
        let back = sampled.coordinates(&point).unwrap();
        approx::assert_abs_diff_eq!(back[1], chains.points()[[2, draw, 1]], epsilon = 1e-9);
    }
    assert_eq!(mapped.stages(), chains.stages());

    // other quantities of each draw
    let logs = mapped.mapped(["ln a"], |point, to| to[0] = libm::log(point[0])).unwrap();
    approx::assert_abs_diff_eq!(logs.mean()[0], chains.mean()[0], epsilon = 1e-12);
    assert!(matches!(mapped.mapped([""; 0], |_, _| {}), Err(McmcError::NoParameters)));
}
