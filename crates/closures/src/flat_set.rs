//! The powers that the data cannot tell apart.
//!
//! ln g is linear in the powers p, so p and p + d give the same prediction at every sample exactly
//! if L d = 0 for the logarithms L of every sample. With d in the plane sum of d = 0 these d are
//! the right singular vectors of L, restricted to the plane, with singular value 0. At C+ = C- the
//! exponents of C+ and C- trade one for one, for any data.

use crate::descent::Sample;
use crate::quadratic::{Polytope, Vector, dot};

/// A unit step of the powers along which the predictions change by less than this (root mean
/// square over the samples, relative) is flat.
pub(crate) const FLAT: f64 = 1e-9;

/// What the samples tell about the powers: an orthonormal basis of the steps that keep their sum,
/// each with the root mean square over the samples of |L d|, which is the relative change of the
/// prediction for a unit step.
pub(crate) struct Sensitivity {
    directions: Vec<(Vector, f64)>,
}

impl Sensitivity {
    pub(crate) fn of(samples: &[Sample], polytope: &Polytope) -> Sensitivity {
        let mut basis = plane(polytope);
        // one-sided Jacobi: turn pairs of directions until their images L d are orthogonal; their
        // lengths are then the singular values, small ones to full relative precision
        let mut images: Vec<Vec<f64>> =
            basis.iter().map(|d| samples.iter().map(|s| dot(&s.logarithms, d)).collect()).collect();
        let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        for _ in 0..30 {
            let mut turned = false;
            for i in 0..basis.len() {
                for j in 0..i {
                    let (a, b) = (product(&images[i], &images[i]), product(&images[j], &images[j]));
                    let c = product(&images[i], &images[j]);
                    if c.abs() <= 1e-15 * (a * b).sqrt() {
                        continue;
                    }
                    turned = true;
                    let zeta = (b - a) / (2.0 * c);
                    let tangent = zeta.signum() / (zeta.abs() + libm::hypot(zeta, 1.0));
                    let cosine = 1.0 / libm::hypot(tangent, 1.0);
                    let turn = |x: &mut f64, y: &mut f64| {
                        (*x, *y) = (cosine * (*x - tangent * *y), cosine * (tangent * *x + *y));
                    };
                    let (head, tail) = basis.split_at_mut(i);
                    tail[0].iter_mut().zip(&mut head[j]).for_each(|(x, y)| turn(x, y));
                    let (head, tail) = images.split_at_mut(i);
                    tail[0].iter_mut().zip(&mut head[j]).for_each(|(x, y)| turn(x, y));
                }
            }
            if !turned {
                break;
            }
        }
        let count = samples.len().max(1) as f64;
        let length = |image: &[f64]| (product(image, image) / count).sqrt();
        let directions =
            basis.into_iter().zip(&images).map(|(d, image)| (d, length(image))).collect();
        Sensitivity { directions }
    }

    /// The smallest relative change of the predictions for a unit step.
    pub(crate) fn smallest(&self) -> f64 {
        self.directions.iter().map(|(_, length)| *length).fold(f64::INFINITY, f64::min)
    }

    /// The part of the polytope that gives the same predictions as `powers`.
    pub(crate) fn flat_set(&self, powers: &Vector, polytope: &Polytope) -> Polytope {
        let mut flat = polytope.clone();
        let told = self.directions.iter().filter(|(_, length)| *length > FLAT);
        flat.equalities.extend(told.map(|(d, _)| (*d, dot(d, powers))));
        flat
    }
}

/// An orthonormal basis of the steps that keep the sum and leave pinned powers alone.
fn plane(polytope: &Polytope) -> Vec<Vector> {
    let free: Vec<usize> = (0..4).filter(|&k| polytope.lower[k] < polytope.upper[k]).collect();
    // Helmert: each power against the mean of those before it
    (1..free.len())
        .map(|n| {
            let norm = ((n * (n + 1)) as f64).sqrt();
            let mut direction = [0.0; 4];
            free[..n].iter().for_each(|&k| direction[k] = 1.0 / norm);
            direction[free[n]] = -(n as f64) / norm;
            direction
        })
        .collect()
}

/// How far apart two points of the polytope can be, seen from `point`, in any one coordinate;
/// 0 for a single point, a large number where it is unbounded.
pub(crate) fn extent(polytope: &Polytope, point: &Vector) -> f64 {
    // pull along each axis, held back weakly so that an unbounded set gives a number
    const HOLD: f64 = 1e-3;
    let hold = std::array::from_fn(|i| std::array::from_fn(|j| HOLD * f64::from(i == j)));
    let axes = (0..4).flat_map(|k| [(k, 1.0), (k, -1.0)]);
    axes.filter_map(|(k, sign)| {
        let mut pull = point.map(|p| -HOLD * p);
        pull[k] += sign;
        Some((polytope.minimize(&hold, &pull)?[k] - point[k]).abs())
    })
    .fold(0.0, f64::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polytope() -> Polytope {
        Polytope {
            lower: [0.0, 0.0, -2.0, -2.0],
            upper: [2.0, 2.0, 0.0, 0.0],
            equalities: vec![([1.0; 4], 1.0)],
        }
    }

    fn samples(plus: f64) -> Vec<Sample> {
        let at = |i: i32| {
            let unlike = 0.1 + 0.02 * f64::from(i);
            let concentrations = [plus - unlike, unlike, plus, 1.0 - plus];
            Sample { logarithms: concentrations.map(libm::log), weight: 1.0, data: 0.1 }
        };
        (0..10).map(at).collect()
    }

    #[test]
    fn at_equal_composition_the_two_xi_trade_one_for_one_and_elsewhere_nothing_is_flat() {
        let flat = Sensitivity::of(&samples(0.5), &polytope());
        assert!(flat.smallest() < 1e-15);
        let powers = [1.0, 1.0, -0.25, -0.75];
        let set = flat.flat_set(&powers, &polytope());
        let representative = set.nearest(&[1.0, 1.0, -1.0, 0.0]).unwrap();
        for (found, expected) in representative.into_iter().zip([1.0, 1.0, -1.0, 0.0]) {
            assert!((found - expected).abs() < 1e-12);
        }
        assert!((extent(&set, &representative) - 1.0).abs() < 1e-9);
        let corner = flat.flat_set(&[1.0, 0.0, 0.0, 0.0], &polytope());
        assert!(extent(&corner, &[1.0, 0.0, 0.0, 0.0]) < 1e-9);

        let sharp = Sensitivity::of(&samples(0.6), &polytope());
        assert!(sharp.smallest() > 1e-3);
        assert!(extent(&sharp.flat_set(&powers, &polytope()), &powers) < 1e-9);
    }
}
