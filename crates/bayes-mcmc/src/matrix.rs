//! The inverse and the determinant of a small matrix.

use ndarray::{Array2, ArrayView2};
use numerics::Lu;

/// The inverse and ln |det|, none if the matrix is not square or finite, or singular to rounding.
pub(crate) fn invert(matrix: ArrayView2<'_, f64>) -> Option<(Array2<f64>, f64)> {
    let (rows, columns) = matrix.dim();
    let mut factors = Lu::new(rows);
    if rows != columns || !factors.factorize(|row, column| matrix[[row, column]]) {
        return None;
    }
    let mut log_determinant = 0.0;
    for (pivot, column) in factors.pivots().zip(matrix.columns()) {
        let norm = column.iter().map(|entry| entry * entry).sum::<f64>().sqrt();
        if pivot.abs() <= f64::EPSILON * norm {
            return None;
        }
        log_determinant += libm::log(pivot.abs());
    }
    let mut inverse = Array2::eye(rows);
    for mut column in inverse.columns_mut() {
        let mut solved = column.to_vec();
        factors.solve(&mut solved);
        column.iter_mut().zip(solved).for_each(|(to, from)| *to = from);
    }
    inverse.iter().all(|entry| entry.is_finite()).then_some((inverse, log_determinant))
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn inverse_and_determinant() {
        let matrix = array![[0.0, 2.0, 1.0], [1.0, 1e-8, 0.0], [3.0, 0.0, 1e3]];
        let (inverse, log_determinant) = invert(matrix.view()).unwrap();
        for ((i, j), entry) in matrix.dot(&inverse).indexed_iter() {
            approx::assert_abs_diff_eq!(*entry, f64::from(i == j), epsilon = 1e-12);
        }
        // expanded along the first row: -2 (1 x 1e3) + 1 (0 - 3e-8)
        approx::assert_relative_eq!(log_determinant, libm::log(2000.0 + 3e-8), epsilon = 1e-14);
        // small is not singular
        assert!(invert(array![[1.0, 0.0], [0.0, 1e-200]].view()).is_some());
        for singular in [array![[1.0, 2.0], [2.0, 4.0]], array![[f64::NAN, 0.0], [0.0, 1.0]]] {
            assert!(invert(singular.view()).is_none());
        }
        assert!(invert(array![[1.0, 2.0]].view()).is_none());
    }
}
