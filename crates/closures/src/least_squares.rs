//! Nonlinear least squares with a ridge, by the descent of `numerics`.

use crate::ClosureError;
use numerics::{Cholesky, Derivatives, Descent, LeastSquares, SumOfSquares, dot};

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
        let descent = Descent {
            bounds: [f64::NEG_INFINITY, f64::INFINITY],
            steps: MAX_STEPS,
            progress: [0.0; 2],
        };
        let mut ridged = Ridged { problem: self, ridge: None, tried: Vec::new() };
        let found = descent.minimize(&mut ridged, self.start.clone())?;
        let error = half_squares(&(self.residuals)(&found.point)?);
        let LeastSquares { point: parameters, curvature, converged, .. } = found;
        Ok(Solution { parameters, error, curvature, converged })
    }
}

/// The problem with its ridge, whose strengths the curvature at the start gives.
struct Ridged<'a> {
    problem: &'a Problem<'a>,
    ridge: Option<Vec<f64>>,
    /// The residuals where the value was asked for last.
    tried: Vec<f64>,
}

impl SumOfSquares for Ridged<'_> {
    type Error = ClosureError;

    fn value(&mut self, point: &[f64]) -> Result<f64, ClosureError> {
        self.tried = (self.problem.residuals)(point)?;
        let pulls = point.iter().zip(&self.problem.start).zip(self.ridge.iter().flatten());
        let penalty: f64 = pulls.map(|((p, start), r)| 0.5 * r * (p - start).powi(2)).sum();
        Ok(half_squares(&self.tried) + penalty)
    }

    /// J by central differences.
    fn derivatives(&mut self, point: &[f64]) -> Result<Option<Derivatives>, ClosureError> {
        let Problem { residuals, start, ridge } = self.problem;
        let here = &self.tried;
        let column = |i: usize| -> Result<Vec<f64>, ClosureError> {
            let step = 1e-5 * point[i].abs().max(1.0);
            let at = |sign: f64| {
                let mut moved = point.to_vec();
                moved[i] += sign * step;
                residuals(&moved)
            };
            // at the border of what makes a closure, from one side
            let (up, down, width) = match (at(1.0), at(-1.0)) {
                (Ok(up), Ok(down)) => (up, down, 2.0 * step),
                (Ok(up), Err(_)) => (up, here.clone(), step),
                (Err(_), Ok(down)) => (here.clone(), down, step),
                (Err(error), Err(_)) => return Err(error),
            };
            Ok(up.iter().zip(&down).map(|(u, d)| (u - d) / width).collect())
        };
        let columns = (0..point.len()).map(column).collect::<Result<Vec<_>, _>>()?;
        let mut gradient: Vec<f64> = columns.iter().map(|column| dot(column, here)).collect();
        let product = |i: usize, j: usize| dot(&columns[i.max(j)], &columns[i.min(j)]);
        let row = |i: usize| (0..point.len()).map(|j| product(i, j)).collect();
        let mut curvature: Vec<Vec<f64>> = (0..point.len()).map(row).collect();
        let own = || (0..point.len()).map(|i| ridge * curvature[i][i]).collect();
        let strengths = self.ridge.get_or_insert_with(own);
        for (i, strength) in strengths.iter().enumerate() {
            gradient[i] += strength * (point[i] - start[i]);
            curvature[i][i] += strength;
        }
        Ok(Some(Derivatives { gradient, curvature }))
    }

    /// Parameters without a closure.
    fn turns_back(&self, _: &ClosureError) -> bool {
        true
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
