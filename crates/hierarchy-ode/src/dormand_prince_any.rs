//! The stages of Dormand-Prince 5(4) as in `dormand_prince`, for any number of autonomous
//! equations: vectors made once in place of three numbers in registers. `path.rs` takes the steps.

use crate::step_control::{DENSE, ERROR, RESULT, STAGES};

/// Stages of the last step that was tried.
pub(crate) struct DormandPrinceAny {
    /// Slopes of stages 2 to 6.
    slopes: [Vec<f64>; 5],
    trial: Vec<f64>,
    /// Where stage 6 is evaluated: at the same time as the end, but elsewhere.
    sixth: Vec<f64>,
}

impl DormandPrinceAny {
    pub(crate) fn new(size: usize) -> DormandPrinceAny {
        let zeros = || vec![0.0; size];
        DormandPrinceAny {
            slopes: std::array::from_fn(|_| zeros()),
            trial: zeros(),
            sixth: zeros(),
        }
    }

    /// Tries a step of this length from `y` with slope `k1`: writes the end, the slope there and
    /// the estimated error. False where the right-hand side has no value.
    pub(crate) fn attempt(
        &mut self,
        h: f64,
        (y, k1): (&[f64], &[f64]),
        (end, k7): (&mut [f64], &mut [f64]),
        error: &mut [f64],
        mut slope: impl FnMut(&[f64], &mut [f64]) -> bool,
    ) -> bool {
        let DormandPrinceAny { slopes: [k2, k3, k4, k5, k6], trial, sixth } = self;
        let (a2, a3, a4, a5, a6) = &STAGES;
        along(trial, y, h, &[*a2], [k1]);
        if !slope(trial, k2) {
            return false;
        }
        along(trial, y, h, a3, [k1, k2]);
        if !slope(trial, k3) {
            return false;
        }
        along(trial, y, h, a4, [k1, k2, k3]);
        if !slope(trial, k4) {
            return false;
        }
        along(trial, y, h, a5, [k1, k2, k3, k4]);
        if !slope(trial, k5) {
            return false;
        }
        along(sixth, y, h, a6, [k1, k2, k3, k4, k5]);
        if !slope(sixth, k6) {
            return false;
        }
        along(end, y, h, &RESULT, [k1, k3, k4, k5, k6]);
        if !slope(end, k7) {
            return false;
        }
        let n = y.len();
        let slopes = [k1, k3, k4, k5, k6, k7].map(|k| &k[..n]);
        for (i, error) in error.iter_mut().enumerate() {
            *error = h * weighted(&ERROR, &slopes, i);
        }
        true
    }

    /// The largest eigenvalue of the Jacobian times the length of the last step, as two slopes at
    /// its end tell it; NaN where they do not differ. Source: Hairer and Wanner, Solving Ordinary
    /// Differential Equations II (1996), section IV.2.
    pub(crate) fn stiffness(&self, h: f64, end: &[f64], k7: &[f64]) -> f64 {
        let apart = |a: &[f64], b: &[f64]| -> f64 {
            a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>()
        };
        h * (apart(k7, &self.slopes[4]) / apart(end, &self.sixth)).sqrt()
    }

    /// The coefficients of the interpolant of number `i` but the first.
    #[inline]
    pub(crate) fn bends(&self, i: usize, h: f64, change: f64, k1: &[f64], k7: &[f64]) -> [f64; 4] {
        let [_, k3, k4, k5, k6] = &self.slopes;
        let bend = h * k1[i] - change;
        let third = change - bend - h * k7[i];
        let fourth = h * weighted(&DENSE, &[k1, k3, k4, k5, k6, k7], i);
        [change, bend, third, fourth]
    }
}

/// into = y + h (w1 k1 + w2 k2 + ...), in one pass.
#[inline(always)]
fn along<const TERMS: usize>(
    into: &mut [f64],
    y: &[f64],
    h: f64,
    weights: &[f64; TERMS],
    slopes: [&[f64]; TERMS],
) {
    let n = into.len();
    let (y, slopes) = (&y[..n], slopes.map(|slope| &slope[..n]));
    let weights = weights.map(|weight| h * weight);
    for i in 0..n {
        let mut sum = y[i];
        for (weight, slope) in weights.iter().zip(&slopes) {
            sum += weight * slope[i];
        }
        into[i] = sum;
    }
}

#[inline(always)]
fn weighted(weights: &[f64; 6], slopes: &[&[f64]; 6], i: usize) -> f64 {
    (0..6).map(|j| weights[j] * slopes[j][i]).sum()
}
