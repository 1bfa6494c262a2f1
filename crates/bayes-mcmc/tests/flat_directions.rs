//! Long moves along flat directions: exact, also where the directions are not flat.

use bayes_mcmc::{
    AdaptiveDelayedRejection, Chains, FlatDirections, McmcError, Posterior, Sampling, UniformBox,
    from_fn,
};

/// Chains of a density in a box of three parameters.
fn sample(
    walls: [(f64, f64); 3],
    directions: &[[f64; 3]],
    density: impl Fn(&[f64]) -> f64 + Sync,
) -> Chains {
    let sampler = FlatDirections::new(AdaptiveDelayedRejection::new(), walls, directions).unwrap();
    let likelihood = from_fn(|x| Ok(density(x)));
    let posterior = Posterior::new(UniformBox::from_bounds(walls).unwrap(), likelihood);
    Sampling::new(sampler).sample(&posterior, 4000, 11).unwrap()
}

/// Mean and mean square of each parameter by sums over a grid.
fn integrals(walls: [(f64, f64); 3], density: impl Fn(&[f64]) -> f64) -> [[f64; 2]; 3] {
    let points = 60;
    let at = |i: usize, n: usize| {
        let (low, high) = walls[i];
        low + (high - low) * (n as f64 + 0.5) / points as f64
    };
    let mut sums = [[0.0; 2]; 3];
    let mut total = 0.0;
    for n in 0..points * points * points {
        let x = [at(0, n % points), at(1, n / points % points), at(2, n / points / points)];
        let weight = libm::exp(density(&x));
        total += weight;
        for (sums, x) in sums.iter_mut().zip(x) {
            sums[0] += weight * x;
            sums[1] += weight * x * x;
        }
    }
    sums.map(|sums| sums.map(|sum| sum / total))
}

fn check(walls: [(f64, f64); 3], directions: &[[f64; 3]], density: fn(&[f64]) -> f64) {
    let chains = sample(walls, directions, density);
    assert!(chains.summary().has_converged(), "{}", chains.summary());
    let expected = integrals(walls, density);
    let squares = chains.mapped(["a", "b", "c"], |x, square| {
        square.iter_mut().zip(x).for_each(|(to, x)| *to = x * x);
    });
    for (power, chains) in [chains, squares.unwrap()].iter().enumerate() {
        let (mean, error) = (chains.mean(), chains.mcse_mean());
        for parameter in 0..3 {
            let distance = (mean[parameter] - expected[parameter][power]).abs();
            assert!(
                distance < 4.5 * error[parameter] + 1e-3,
                "parameter {parameter}, power {}: {} for {}",
                power + 1,
                mean[parameter],
                expected[parameter][power]
            );
        }
    }
}

#[test]
fn a_ridge_in_a_box_that_is_no_cube() {
    let ridge = |x: &[f64]| -0.5 * ((x[0] + 2.0 * x[1] - x[2] - 2.0) / 0.2).powi(2);
    let walls = [(0.0, 3.0), (0.0, 1.0), (0.0, 2.0)];
    check(walls, &[[2.0, -1.0, 0.0], [1.0, 0.0, 1.0], [3.0, -1.0, 1.0]], ridge);
}

#[test]
fn lower_walls_that_are_not_zero() {
    let ridge = |x: &[f64]| -0.5 * ((x[0] * x[1] - 2.0) / 0.3).powi(2) - 0.3 * x[2];
    check([(0.5, 3.0), (-1.0, 4.0), (-2.0, 2.0)], &[[0.0, 0.0, 1.0]], ridge);
}

#[test]
fn directions_that_are_not_flat_cost_speed_alone() {
    let slope = |x: &[f64]| -2.0 * x[0] + x[1] * x[2];
    check([(0.0, 2.0); 3], &[[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]], slope);
    check([(0.0, 2.0); 3], &[], slope);
}

#[test]
fn directions_that_leave_nothing_are_refused() {
    let new = |directions: &[[f64; 2]]| {
        FlatDirections::new(AdaptiveDelayedRejection::new(), [(0.0, 1.0); 2], directions)
    };
    assert!(matches!(new(&[[1.0, 0.0], [1.0, 1.0]]), Err(McmcError::Dimension { .. })));
    assert!(matches!(new(&[[f64::NAN, 0.0]]), Err(McmcError::NonFinitePoint { .. })));
    assert!(new(&[[1.0, 0.0], [2.0, 0.0]]).is_ok());
    assert!(new(&[]).unwrap().with_rounds(0).is_err());
}
