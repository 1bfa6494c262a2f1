//! Nonlinear least squares with a ridge: Levenberg-Marquardt (Marquardt, J. SIAM 11, 431, 1963;
//! Nielsen's damping, IMM-REP-1999-05).

use crate::ClosureError;
use numerics::{Cholesky, dot};

const MAX_STEPS: usize = 300;
/// What is left of a diagonal entry is rounding below this share of it.
const ROUNDING: f64 = 1e-13;

/// Half the sum of squares as a function of the parameters.
pub(crate) struct Problem<'a> {
    /// The residuals at given parameters.
    #[allow(clippy::type_complexity)] // said once
    pub(crate) residuals: &'a dyn Fn(&[f64]) -> Result<Vec<f64>, ClosureError>,
    /// Where to start, and what the ridge pulls to.
    pub(crate) start: Vec<f64>,
    /// Strength of the ridge, relative to the curvature at the start.
    pub(crate) ridge: f64,
}

/// The least squares found.
#[derive(Clone, Debug)]
pub(crate) struct Solution {
    pub(crate) parameters: Vec<f64>,
    /// Half the sum of squared residuals, without the ridge.
    pub(crate) error: f64,
    /// Curvature of the error and the ridge together, row by row.
    pub(crate) curvature: Vec<Vec<f64>>,
    pub(crate) converged: bool,
}

impl Problem<'_> {
    pub(crate) fn solve(&self) -> Result<Solution, ClosureError> {
        let count = self.start.len();
        let mut point = self.start.clone();
        let mut residuals = (self.residuals)(&point)?;
        let (mut gradient, mut normal) = self.normal_equations(&point, &residuals)?;
        let ridge: Vec<f64> = (0..count).map(|i| self.ridge * normal[i][i]).collect();
        let penalty = |point: &[f64]| -> f64 {
            let pulls = point.iter().zip(&self.start).zip(&ridge);
            pulls.map(|((p, start), r)| 0.5 * r * (p - start).powi(2)).sum()
        };
        let mut total = half_squares(&residuals) + penalty(&point);
        let (mut damping, mut growth) = (1e-3, 2.0);
        let mut converged = false;
        for _ in 0..MAX_STEPS {
            let largest = (0..count).map(|i| normal[i][i] + ridge[i]).fold(0.0, f64::max);
            if largest == 0.0 {
                converged = true; // nothing depends on any parameter
                break;
            }
            let mut matrix = normal.clone();
            let mut down = vec![0.0; count];
            for i in 0..count {
                let own = matrix[i][i] + ridge[i];
                matrix[i][i] = own + damping * own.max(1e-12 * largest);
                down[i] = -(gradient[i] + ridge[i] * (point[i] - self.start[i]));
            }
            let Some(factor) = Cholesky::of(count, |i, j| matrix[i][j], ROUNDING) else {
                damping *= growth;
                growth *= 2.0;
                continue;
            };
            let mut step = down.clone();
            factor.solve(&mut step);
            let promised: f64 = step.iter().zip(&down).map(|(s, d)| 0.5 * s * d).sum();
            if promised <= 1e-16 * total + 1e-300 || damping > 1e12 {
                converged = promised <= 1e-9 * total + 1e-300;
                break;
            }
            let trial: Vec<f64> = point.iter().zip(&step).map(|(p, s)| p + s).collect();
            let better = match (self.residuals)(&trial) {
                Ok(found) => {
                    let sum = half_squares(&found) + penalty(&trial);
                    (sum < total).then_some((found, sum))
                }
                Err(_) => None, // parameters without a closure: turn back
            };
            match better {
                Some((found, sum)) => {
                    let kept = (total - sum) / promised;
                    (point, residuals, total) = (trial, found, sum);
                    (gradient, normal) = self.normal_equations(&point, &residuals)?;
                    damping *= (1.0 - (kept - 1.0).powi(3)).clamp(1.0 / 3.0, 2.0);
                    growth = 2.0;
                }
                None if promised <= 1e-11 * total => {
                    converged = true; // what is left to gain is rounding
                    break;
                }
                None => {
                    damping *= growth;
                    growth *= 2.0;
                }
            }
        }
        for i in 0..count {
            normal[i][i] += ridge[i];
        }
        let error = half_squares(&residuals);
        Ok(Solution { parameters: point, error, curvature: normal, converged })
    }

    /// J' r and J' J with J by central differences.
    fn normal_equations(
        &self,
        point: &[f64],
        residuals: &[f64],
    ) -> Result<(Vec<f64>, Vec<Vec<f64>>), ClosureError> {
        let column = |i: usize| -> Result<Vec<f64>, ClosureError> {
            let step = 1e-5 * point[i].abs().max(1.0);
            let at = |sign: f64| {
                let mut moved = point.to_vec();
                moved[i] += sign * step;
                (self.residuals)(&moved)
            };
            // at the border of what makes a closure, from one side
            let (up, down, width) = match (at(1.0), at(-1.0)) {
                (Ok(up), Ok(down)) => (up, down, 2.0 * step),
                (Ok(up), Err(_)) => (up, residuals.to_vec(), step),
                (Err(_), Ok(down)) => (residuals.to_vec(), down, step),
                (Err(error), Err(_)) => return Err(error),
            };
            Ok(up.iter().zip(&down).map(|(u, d)| (u - d) / width).collect())
        };
        let columns = (0..point.len()).map(column).collect::<Result<Vec<_>, _>>()?;
        let gradient = columns.iter().map(|column| dot(column, residuals)).collect();
        let mut normal = vec![vec![0.0; point.len()]; point.len()];
        for i in 0..point.len() {
            for j in 0..=i {
                let product = dot(&columns[i], &columns[j]);
                (normal[i][j], normal[j][i]) = (product, product);
            }
        }
        Ok((gradient, normal))
    }
}

fn half_squares(residuals: &[f64]) -> f64 {
    0.5 * dot(residuals, residuals)
}

/// The inverse, `None` where the matrix is singular to rounding.
pub(crate) fn inverse(matrix: &[Vec<f64>]) -> Option<Vec<Vec<f64>>> {
    // unit diagonal first, so that units do not matter
    let scale: Vec<f64> = (0..matrix.len()).map(|i| matrix[i][i].sqrt()).collect();
    if scale.iter().any(|s| s.is_nan() || *s <= 0.0) {
        return None;
    }
    let scaled = |i: usize, j: usize| matrix[i][j] / (scale[i] * scale[j]);
    let factor = Cholesky::of(matrix.len(), scaled, ROUNDING)?;
    let column = |i: usize| {
        let mut solved: Vec<f64> = (0..matrix.len()).map(|j| f64::from(i == j)).collect();
        factor.solve(&mut solved);
        solved.iter().zip(&scale).map(|(value, b)| value / (scale[i] * b)).collect()
    };
    Some((0..matrix.len()).map(column).collect())
}
