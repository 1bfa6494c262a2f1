//! The density trait: defaults, forwarding, combination, contract; and the box.

use std::sync::atomic::{AtomicUsize, Ordering};

use bayes_mcmc::{
    DelayedRejection, Halt, LogDensity, McmcError, OUTSIDE_PRIOR, Posterior, Prior, Starts,
    UniformBox, check_contract, from_fn, minimize,
};
use rand::SeedableRng;
use rand_pcg::Pcg64;

/// Implements only what is required.
struct Minimal;

impl LogDensity for Minimal {
    fn log_density(&self, point: &[f64]) -> Result<f64, Halt> {
        Ok(-point[0] * point[0])
    }
}

/// Overrides everything.
struct Full;

impl LogDensity for Full {
    fn log_density(&self, point: &[f64]) -> Result<f64, Halt> {
        if (0.0..=2.0).contains(&point[0]) { Ok(-point[0]) } else { Err(Halt::reject("beyond")) }
    }

    fn names(&self) -> Vec<String> {
        vec!["k".to_owned()]
    }

    fn support(&self) -> Option<UniformBox> {
        UniformBox::new(0.0, 2.0).ok()
    }
}

#[test]
fn defaults_and_forwarding() {
    assert!(Minimal.names().is_empty() && Minimal.support().is_none());
    fn check(density: impl LogDensity) {
        assert_eq!(density.names(), ["k"]);
        assert_eq!(density.support(), UniformBox::new(0.0, 2.0).ok());
        assert_eq!(density.log_density(&[1.0]).ok(), Some(-1.0));
        assert!(
            matches!(density.log_density(&[3.0]), Err(Halt::Reject(reason)) if reason == "beyond")
        );
    }
    check(Full);
    check(&Full);
    check(Box::new(Full));
    check(Box::new(Full) as Box<dyn LogDensity>);
    check(&Full as &dyn LogDensity);
    check(Posterior::new(from_fn(|_| Ok(0.0)), Full));
    check(Posterior::new(Full, from_fn(|_| Ok(0.0))));
}

#[test]
fn dynamic_densities_go_everywhere() {
    let density: Box<dyn LogDensity> = Box::new(Full);
    let best = minimize(&*density, Starts::random(3), &mut Pcg64::seed_from_u64(1)).unwrap();
    assert_eq!(best.point, [0.0]);
    let sampler = DelayedRejection::new([1.0], [0.5]).unwrap().starting_at(&best);
    let chains = sampler.sample(&*density, 100, 1).unwrap();
    assert_eq!(chains.names(), ["k"]);
    assert_eq!(sampler.sample(&density, 100, 1).unwrap(), chains);
}

#[test]
fn the_likelihood_is_not_asked_where_the_prior_is_zero() {
    let asked = AtomicUsize::new(0);
    let likelihood = || {
        from_fn(|_| {
            asked.fetch_add(1, Ordering::Relaxed);
            Ok(-2.0)
        })
    };
    let posterior = Posterior::new(UniformBox::new(0.0, 1.0).unwrap(), likelihood());
    let outside = posterior.log_density(&[0.5, 1.1]);
    assert!(matches!(outside, Err(Halt::Reject(reason)) if reason == OUTSIDE_PRIOR));
    assert!(matches!(posterior.log_density(&[f64::NAN]), Err(Halt::Reject(_))));
    let zero = Posterior::new(from_fn(|_| Ok(f64::NEG_INFINITY)), likelihood());
    assert_eq!(zero.log_density(&[0.5]).ok(), Some(f64::NEG_INFINITY));
    assert_eq!(asked.load(Ordering::Relaxed), 0);
    // walls belong to the box
    assert_eq!(posterior.log_density(&[0.0, 1.0]).ok(), Some(-2.0));
    assert_eq!(asked.load(Ordering::Relaxed), 1);
    // a prior that is not flat adds up
    let tilted = Posterior::new(from_fn(|point| Ok(-point[0])), likelihood());
    assert_eq!(tilted.log_density(&[0.5]).ok(), Some(-2.5));
}

#[test]
fn boxes() {
    for (lower, upper) in
        [(1.0, 1.0), (2.0, 1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY), (-1e308, 1e308)]
    {
        assert!(matches!(UniformBox::new(lower, upper), Err(McmcError::InvalidBounds { .. })));
        let error = UniformBox::from_bounds([(0.0, 1.0), (lower, upper)]).unwrap_err();
        assert!(matches!(error, McmcError::InvalidBounds { component: 1, .. }));
    }
    assert!(matches!(UniformBox::from_bounds([]), Err(McmcError::NoParameters)));

    let each = UniformBox::from_bounds([(0.0, 1.0), (-3.0, -2.0)]).unwrap();
    assert_eq!(
        (each.dimension(), each.bounds(1), each.bounds(2)),
        (Some(2), Some((-3.0, -2.0)), None)
    );
    assert!(each.contains(&[0.0, -2.0]) && !each.contains(&[0.0, -1.9]) && !each.contains(&[0.5]));
    // another dimension is broken, not improbable
    assert!(matches!(each.log_density(&[0.5]), Err(Halt::Stop(_))));
    let mut rng = Pcg64::seed_from_u64(3);
    for _ in 0..1000 {
        assert!(each.contains(&each.draw(2, &mut rng).unwrap()));
    }
    assert!(matches!(
        each.draw(3, &mut rng),
        Err(McmcError::Dimension { expected: 2, found: 3, .. })
    ));

    let any = UniformBox::new(0.0, 50.0).unwrap();
    assert_eq!((any.dimension(), any.bounds(99)), (None, Some((0.0, 50.0))));
    assert_eq!(any.draw(7, &mut rng).unwrap().len(), 7);
}

#[test]
fn the_contract_is_checked() {
    let points = [[-1.0], [0.0], [0.7], [2.0], [2.1]];
    check_contract(&Minimal, points).unwrap();
    check_contract(&Full, points).unwrap();
    check_contract(&UniformBox::new(0.0, 1.0).unwrap(), points).unwrap();
    check_contract(&Posterior::new(UniformBox::new(0.0, 1.0).unwrap(), Minimal), points).unwrap();

    let breach = |density: &dyn LogDensity| match check_contract(density, points).unwrap_err() {
        McmcError::Contract { breach, point } => (breach, point[0]),
        other => panic!("{other}"),
    };
    let nan = from_fn(|point| Ok(if point[0] > 1.0 { f64::NAN } else { 0.0 }));
    assert_eq!(breach(&nan), ("the value is NaN or +infinity", 2.0));
    let calls = AtomicUsize::new(0);
    let impure = from_fn(|_| Ok(calls.fetch_add(1, Ordering::Relaxed) as f64));
    assert_eq!(breach(&impure), ("two evaluations differ", -1.0));
    let misnamed = from_fn(|_| Ok(0.0)).named(["a", "b"]);
    assert_eq!(breach(&misnamed), ("there is not one name for each parameter", -1.0));
    struct Lying;
    impl LogDensity for Lying {
        fn log_density(&self, _: &[f64]) -> Result<f64, Halt> {
            Ok(0.0)
        }
        fn support(&self) -> Option<UniformBox> {
            UniformBox::new(0.0, 1.0).ok()
        }
    }
    assert_eq!(breach(&Lying), ("the density is positive outside of its support", -1.0));
}
