//! Where the descents of a calibration start.

use crate::quadratic::{Polytope, Vector};

/// Where a power has no bound on one side, starts go this far to that side.
const REACH: f64 = 4.0;

/// Corners, edges' and faces' middles and interior points of the polytope, and its point nearest
/// to `guess`: each power in turn balances the sum while the others take their lower bound, the
/// middle or their upper bound.
pub(crate) fn starts(polytope: &Polytope, guess: &Vector) -> Vec<Vector> {
    let (mut lower, mut upper) = (polytope.lower, polytope.upper);
    for k in 0..4 {
        if lower[k].is_infinite() {
            lower[k] = upper[k].min(0.0) - REACH;
        }
        if upper[k].is_infinite() {
            upper[k] = lower[k].max(0.0) + REACH;
        }
    }
    let mut starts: Vec<Vector> = polytope.nearest(guess).into_iter().collect();
    for balance in (0..4).filter(|&k| lower[k] < upper[k]) {
        for code in 0..27 {
            let mut point = [0.0; 4];
            let mut digits = code;
            for k in (0..4).filter(|&k| k != balance) {
                point[k] = lower[k] + (upper[k] - lower[k]) * f64::from(digits % 3) / 2.0;
                digits /= 3;
            }
            point[balance] = 1.0 - point.iter().sum::<f64>();
            let inside =
                (polytope.lower[balance]..=polytope.upper[balance]).contains(&point[balance]);
            if inside && !starts.contains(&point) {
                starts.push(point);
            }
        }
    }
    starts
}
