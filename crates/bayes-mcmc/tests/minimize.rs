//! Multi-start minimisation.

use bayes_mcmc::{Halt, LogDensity, McmcError, Posterior, Starts, UniformBox, from_fn, minimize};
use rand::SeedableRng;
use rand_pcg::Pcg64;

fn rng() -> Pcg64 {
    Pcg64::seed_from_u64(11)
}

fn boxed(dimension: usize, lower: f64, upper: f64, likelihood: impl LogDensity) -> impl LogDensity {
    Posterior::new(UniformBox::from_bounds(vec![(lower, upper); dimension]).unwrap(), likelihood)
}

#[test]
fn finds_the_minimum_of_rosenbrock() {
    let valley = from_fn(|x| Ok(-(1.0 - x[0]).powi(2) - 100.0 * (x[1] - x[0] * x[0]).powi(2)));
    let best = minimize(&boxed(2, -5.0, 5.0, &valley), Starts::random(10), &mut rng()).unwrap();
    assert!(best.point.iter().all(|x| (x - 1.0).abs() < 1e-6), "{best:?}");
    assert_eq!((best.optima.len(), best.failed), (10, 0));
    // without a box, from given points
    let best = minimize(&valley, Starts::points([[-3.0, 4.0]]), &mut rng()).unwrap();
    assert!(best.point.iter().all(|x| (x - 1.0).abs() < 1e-6), "{best:?}");
}

/// A quadratic in eight dimensions whose best point has four components on a wall.
#[test]
fn reaches_the_walls_exactly() {
    let centre = [3.0, -2.0, 1.0, -5.0, 20.0, -1.0, 60.0, 0.5];
    let density = from_fn(|x| Ok(-x.iter().zip(centre).map(|(x, c)| (x - c).powi(2)).sum::<f64>()));
    let density = boxed(8, 0.0, 50.0, density);
    let best = minimize(&density, Starts::random(20), &mut rng()).unwrap();
    for (x, centre) in best.point.iter().zip(centre) {
        let expected = centre.clamp(0.0, 50.0);
        let on_wall = expected != centre;
        assert!(if on_wall { *x == expected } else { (x - expected).abs() < 1e-4 }, "{best:?}");
    }
    assert_eq!(density.log_density(&best.point).ok(), Some(best.log_density));
}

/// Four of eight directions are flat, as for rates that enter in combinations only.
#[test]
fn finds_a_minimum_on_a_flat_floor() {
    let density = from_fn(|x| {
        let combination = |i: usize| 4.0 * x[2 * i] + x[2 * i + 1] - [3.0, 0.5, 7.0, 1.0][i];
        Ok(-(0..4).map(|i| combination(i).powi(2)).sum::<f64>())
    });
    let best = minimize(&boxed(8, 0.0, 50.0, density), Starts::random(20), &mut rng()).unwrap();
    assert!(best.log_density > -1e-8, "{best:?}");
}

#[test]
fn keeps_all_optima_in_order() {
    // wells at -2 (the deeper) and 2
    let wells = from_fn(|x| Ok(-(x[0] * x[0] - 4.0).powi(2) - 0.1 * x[0]));
    let best = minimize(&boxed(1, -5.0, 5.0, wells), Starts::random(20), &mut rng()).unwrap();
    assert!((best.point[0] + 2.0).abs() < 0.01);
    assert_eq!(best.optima[0].point, best.point);
    assert!(best.optima.is_sorted_by(|a, b| a.log_density >= b.log_density));
    let last = best.optima.last().unwrap();
    assert!((last.point[0] - 2.0).abs() < 0.01, "no start found the other well");
    assert_eq!(best.as_ref(), &best.point[..]);
}

#[test]
fn the_same_bits_on_any_number_of_threads() {
    let density = boxed(3, 0.0, 1.0, from_fn(|x| Ok(libm::sin(5.0 * x[0] * x[1] + x[2]))));
    let run = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| minimize(&density, Starts::random(7), &mut rng()).unwrap())
    };
    assert_eq!(run(1), run(2));
    assert_eq!(run(1), run(3));
}

#[test]
fn starts_of_zero_density_fail_and_are_counted() {
    let density = from_fn(|x| {
        if x[0] > 0.5 {
            return Err(Halt::reject("too large"));
        }
        Ok(if x[0] < 0.1 { f64::NAN } else { x[0] })
    });
    let density = boxed(1, 0.0, 1.0, density);
    let best = minimize(&density, Starts::random(20), &mut rng()).unwrap();
    // the best lies at an edge that nobody told of
    assert!((best.point[0] - 0.5).abs() < 1e-9, "{best:?}");
    assert!(best.failed > 5 && best.optima.len() + best.failed == 20);
    assert!(best.rejections.count("too large") > 5);

    let error = minimize(&density, Starts::points([[0.7], [0.05]]), &mut rng()).unwrap_err();
    let McmcError::NoStartSucceeded { starts: 2, rejections } = &error else { panic!("{error}") };
    assert_eq!((rejections.count("too large"), rejections.count("not finite")), (1, 1));
    assert!(error.to_string().contains("too large: 1"));
}

#[test]
fn a_stop_ends_the_search_with_its_point() {
    // once in the first simplex, where the solver would panic on an error, once later
    for edge in [0.35, 0.55] {
        let density = from_fn(|x| {
            if x[0] > edge {
                return Err(Halt::stop("the solver broke"));
            }
            Ok(x[0])
        });
        let start = Starts::points([[0.3]]);
        let error = minimize(&boxed(1, 0.0, 1.0, density), start, &mut rng()).unwrap_err();
        let McmcError::Stopped { point, source } = error else { panic!("{error}") };
        assert!(point[0] > edge && source.to_string() == "the solver broke");
    }
}

#[test]
fn starts_that_cannot_be_are_typed_errors() {
    let flat = || from_fn(|_| Ok(0.0));
    let run = |density: &dyn LogDensity, starts| minimize(density, starts, &mut rng()).unwrap_err();
    assert!(matches!(run(&flat(), Starts::random(3)), McmcError::UnknownSupport));
    let any = Posterior::new(UniformBox::new(0.0, 1.0).unwrap(), flat());
    assert!(matches!(run(&any, Starts::random(3)), McmcError::UnknownDimension));
    assert!(matches!(run(&boxed(2, 0.0, 1.0, flat()), Starts::random(0)), McmcError::NoStart));
    let none: [[f64; 1]; 0] = [];
    assert!(matches!(run(&flat(), Starts::points(none)), McmcError::NoStart));
    assert!(matches!(run(&flat(), Starts::points([[]])), McmcError::NoParameters));
    let ragged = Starts::points([vec![1.0], vec![1.0, 2.0]]);
    assert!(matches!(run(&flat(), ragged), McmcError::Dimension { expected: 1, found: 2, .. }));
    let error = run(&flat(), Starts::points([[1.0, f64::NAN]]));
    assert!(matches!(error, McmcError::NonFinitePoint { component: 1, .. }));
    let error = run(&boxed(2, 0.0, 1.0, flat()), Starts::points([[0.5]]));
    assert!(matches!(error, McmcError::Dimension { expected: 2, found: 1, .. }));
    let misnamed = from_fn(|_| Ok(0.0)).named(["a", "b"]);
    let error = run(&misnamed, Starts::points([[0.5]]));
    assert!(matches!(error, McmcError::Dimension { expected: 1, found: 2, .. }));
    // a named density over a box of any dimension knows its own
    let named = Posterior::new(UniformBox::new(0.0, 1.0).unwrap(), flat().named(["a", "b", "c"]));
    assert_eq!(minimize(&named, Starts::random(1), &mut rng()).unwrap().point.len(), 3);
}
