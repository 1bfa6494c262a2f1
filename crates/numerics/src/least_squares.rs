//! Nonlinear least squares by Levenberg-Marquardt steps, also in a box.
//!
//! A step solves (H + damping diag H) s = -g with the curvature H = J' J and the gradient g = J' r,
//! for the parameters that do not press against a bound. The damping follows from how much of the
//! promised decrease a step keeps.
//!
//! Sources: Marquardt, J. SIAM 11, 431 (1963); Nielsen's damping, IMM-REP-1999-05.

use crate::Cholesky;

/// What is left of a diagonal entry is rounding below this share of it.
const ROUNDING: f64 = 1e-13;
/// Damping beyond this leaves no step worth taking.
const MOST_DAMPING: f64 = 1e12;

/// Half a sum of squares as a function of parameters.
pub trait SumOfSquares {
    /// Why a point has no value.
    type Error;

    /// Returns half the sum of squares.
    ///
    /// # Errors
    /// For a point without a value.
    fn value(&mut self, point: &[f64]) -> Result<f64, Self::Error>;

    /// Returns the gradient and the curvature at the point whose value was asked for last and kept;
    /// none where there is no derivative, which ends the descent there.
    ///
    /// # Errors
    /// What must not be passed over.
    fn derivatives(&mut self, point: &[f64]) -> Result<Option<Derivatives>, Self::Error>;

    /// Returns whether a step turns back from a point with this error. Any other ends the descent.
    fn turns_back(&self, error: &Self::Error) -> bool;
}

/// The gradient and the curvature, row by row, at a point.
#[derive(Clone, Debug)]
pub struct Derivatives {
    /// J' r.
    pub gradient: Vec<f64>,
    /// J' J.
    pub curvature: Vec<Vec<f64>>,
}

/// The least squares found.
#[derive(Clone, Debug)]
pub struct LeastSquares {
    /// Where it is.
    pub point: Vec<f64>,
    /// Half the sum of squares there.
    pub value: f64,
    /// The curvature there, row by row; empty where the start has no derivative.
    pub curvature: Vec<Vec<f64>>,
    /// Whether it is a minimum; if not, more steps would go lower.
    pub converged: bool,
}

/// Where a descent may go, and when it ends.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Descent {
    /// The least and the largest value of every parameter.
    pub bounds: [f64; 2],
    /// The most steps.
    pub steps: usize,
    /// A step that gains at most this share of the value and this much more is the last.
    pub progress: [f64; 2],
}

impl Descent {
    /// Goes down from `start`, a point within the bounds.
    ///
    /// # Errors
    /// The error of the start, and those that a step does not turn back from.
    pub fn minimize<P: SumOfSquares>(
        &self,
        problem: &mut P,
        start: Vec<f64>,
    ) -> Result<LeastSquares, P::Error> {
        let [lower, upper] = self.bounds;
        let value = problem.value(&start)?;
        let mut found =
            LeastSquares { point: start, value, curvature: Vec::new(), converged: false };
        let Some(mut at) = problem.derivatives(&found.point)? else { return Ok(found) };
        let (mut damping, mut growth) = (1e-3, 2.0);
        for _ in 0..self.steps {
            let (point, total) = (&found.point, found.value);
            let Derivatives { gradient, curvature } = &at;
            let presses = |i: usize| {
                point[i] <= lower && gradient[i] >= 0.0 || point[i] >= upper && gradient[i] <= 0.0
            };
            let free: Vec<usize> = (0..point.len()).filter(|&i| !presses(i)).collect();
            let largest = free.iter().map(|&i| curvature[i][i]).fold(0.0, f64::max);
            if largest == 0.0 {
                found.converged = true; // nothing depends on any parameter
                break;
            }
            let entry = |row: usize, column: usize| {
                let own = curvature[free[row]][free[column]];
                if row == column { own + damping * own.max(1e-12 * largest) } else { own }
            };
            let down: Vec<f64> = free.iter().map(|&i| -gradient[i]).collect();
            let Some(factor) = Cholesky::of(free.len(), entry, ROUNDING) else {
                damping *= growth;
                growth *= 2.0;
                continue;
            };
            let mut step = down.clone();
            factor.solve(&mut step);
            let mut trial = point.clone();
            let mut is_held = false;
            for (&i, step) in free.iter().zip(&mut step) {
                let whole = point[i] + *step;
                trial[i] = whole.clamp(lower, upper);
                if trial[i] != whole {
                    (is_held, *step) = (true, trial[i] - point[i]);
                }
            }
            let promised: f64 = step.iter().zip(&down).map(|(s, d)| 0.5 * s * d).sum();
            let is_rounding = promised <= 1e-16 * total + 1e-300;
            if is_rounding && !is_held || damping > MOST_DAMPING {
                found.converged = promised <= 1e-9 * total + 1e-300;
                break;
            }
            let better = match problem.value(&trial) {
                Ok(value) => (value < total).then_some(value),
                Err(error) if problem.turns_back(&error) => None,
                Err(error) => return Err(error),
            };
            match better {
                Some(value) => {
                    let kept = (total - value) / promised;
                    (found.point, found.value) = (trial, value);
                    match problem.derivatives(&found.point)? {
                        Some(derivatives) => at = derivatives,
                        None => break,
                    }
                    damping *= (1.0 - (kept - 1.0).powi(3)).clamp(1.0 / 3.0, 2.0);
                    growth = 2.0;
                    let [share, least] = self.progress;
                    if total - value <= share * total + least {
                        found.converged = true;
                        break;
                    }
                }
                None if promised <= 1e-11 * total && !is_held => {
                    found.converged = true; // what is left to gain is rounding
                    break;
                }
                None => {
                    damping *= growth;
                    growth *= 2.0;
                }
            }
        }
        found.curvature = at.curvature;
        Ok(found)
    }
}
