//! Linear combinations: x = offset + A u, ln |det A|.

use ndarray::Array2;

use super::{Transform, out_of_range};
use crate::checks::{check_dimension, check_finite};
use crate::matrix::invert;
use crate::{Halt, McmcError, UniformBox};

/// Parameters as linear combinations of the coordinates: rotations, scales, identifiable
/// combinations.
///
/// ```
/// use bayes_mcmc::{Linear, LogDensity, Transformed, from_fn};
/// use ndarray::array;
///
/// # fn main() -> Result<(), bayes_mcmc::McmcError> {
/// // only the sum is known: coordinates are the sum and the difference, each over two
/// let ridge = from_fn(|x| Ok(-0.5 * ((x[0] + x[1]) / 0.01).powi(2))).named(["a", "b"]);
/// let rotation = Linear::new(array![[1.0, 1.0], [1.0, -1.0]], [0.0, 0.0])?;
/// let ridge = Transformed::new(ridge, rotation);
/// let flat = |difference| ridge.log_density(&[0.0, difference]).ok();
/// assert_eq!(flat(-3.0), flat(12.0));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Linear {
    matrix: Array2<f64>,
    inverse: Array2<f64>,
    offset: Vec<f64>,
    log_determinant: f64,
}

impl Linear {
    /// x = `offset` + `matrix` u, with one row for each parameter and one column for each coordinate.
    ///
    /// # Errors
    /// [`McmcError::SingularMatrix`] unless the matrix is square, finite and has an inverse,
    /// [`McmcError::Dimension`] and [`McmcError::NonFinitePoint`] for the offset.
    pub fn new(matrix: Array2<f64>, offset: impl Into<Vec<f64>>) -> Result<Self, McmcError> {
        let ((rows, columns), offset) = (matrix.dim(), offset.into());
        let singular = McmcError::SingularMatrix { rows, columns };
        let (inverse, log_determinant) = invert(matrix.view()).ok_or(singular)?;
        check_dimension("the offset", rows, offset.len())?;
        check_finite(&offset)?;
        Ok(Self { matrix, inverse, offset, log_determinant })
    }
}

impl Transform for Linear {
    fn to_parameters(&self, coordinates: &[f64], parameters: &mut [f64]) -> Result<f64, Halt> {
        let dimension = self.offset.len();
        check_dimension("the coordinates", dimension, coordinates.len())?;
        check_dimension("the parameters", dimension, parameters.len())?;
        for (i, x) in parameters.iter_mut().enumerate() {
            let terms = self.matrix.row(i).into_iter().zip(coordinates);
            *x = self.offset[i] + terms.map(|(entry, u)| entry * u).sum::<f64>();
            if !x.is_finite() {
                return Err(out_of_range());
            }
        }
        Ok(self.log_determinant)
    }

    fn to_coordinates(&self, parameters: &[f64], coordinates: &mut [f64]) -> Result<(), Halt> {
        let dimension = self.offset.len();
        check_dimension("the parameters", dimension, parameters.len())?;
        check_dimension("the coordinates", dimension, coordinates.len())?;
        for (i, u) in coordinates.iter_mut().enumerate() {
            let apart = parameters.iter().zip(&self.offset).map(|(x, offset)| x - offset);
            let terms = self.inverse.row(i).into_iter().zip(apart);
            *u = terms.map(|(entry, x)| entry * x).sum();
            if !u.is_finite() {
                return Err(out_of_range());
            }
        }
        Ok(())
    }

    fn support(&self, parameters: &UniformBox) -> Option<UniformBox> {
        parameters.per_component().check_dimension(self.offset.len()).ok()?;
        let around = |row: ndarray::ArrayView1<'_, f64>| {
            let (mut lowest, mut highest) = (0.0, 0.0);
            for (j, entry) in row.into_iter().enumerate() {
                let (lower, upper) = parameters.bounds(j)?;
                let ends = [entry * (lower - self.offset[j]), entry * (upper - self.offset[j])];
                lowest += ends[0].min(ends[1]);
                highest += ends[0].max(ends[1]);
            }
            // corners that are rounded outwards still lie in
            let rounding = 4.0 * f64::EPSILON * f64::abs(lowest).max(f64::abs(highest));
            Some((lowest - rounding, highest + rounding))
        };
        let bounds: Option<Vec<_>> = self.inverse.rows().into_iter().map(around).collect();
        UniformBox::from_bounds(bounds?).ok()
    }

    /// `u1`, `u2`, ...
    fn names(&self, parameters: &[String]) -> Vec<String> {
        (1..=parameters.len()).map(|i| format!("u{i}")).collect()
    }
}
