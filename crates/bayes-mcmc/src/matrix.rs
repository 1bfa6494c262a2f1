//! The inverse and the determinant of a small matrix.

use ndarray::{Array2, ArrayView2};

/// The inverse and ln |det|, by Gauss-Jordan elimination with partial pivoting; none if the matrix is
/// not square or finite, or singular to rounding.
pub(crate) fn invert(matrix: ArrayView2<'_, f64>) -> Option<(Array2<f64>, f64)> {
    let (rows, columns) = matrix.dim();
    if rows != columns || matrix.iter().any(|entry| !entry.is_finite()) {
        return None;
    }
    let norms = matrix.columns().into_iter().map(|column| column.dot(&column).sqrt());
    let norms: Vec<f64> = norms.collect();
    let (mut left, mut right) = (matrix.to_owned(), Array2::eye(rows));
    let mut log_determinant = 0.0;
    for (column, norm) in norms.into_iter().enumerate() {
        let size = |row: &usize| left[[*row, column]].abs();
        let pivot_row = (column..rows).max_by(|a, b| size(a).total_cmp(&size(b)))?;
        let pivot = left[[pivot_row, column]];
        if pivot.is_nan() || pivot.abs() <= f64::EPSILON * norm {
            return None;
        }
        log_determinant += libm::log(pivot.abs());
        for side in [&mut left, &mut right] {
            for entry in 0..rows {
                side.swap([column, entry], [pivot_row, entry]);
            }
            side.row_mut(column).mapv_inplace(|entry| entry / pivot);
        }
        for row in (0..rows).filter(|row| *row != column) {
            let factor = left[[row, column]];
            for side in [&mut left, &mut right] {
                let pivot_row = side.row(column).to_owned();
                side.row_mut(row).scaled_add(-factor, &pivot_row);
            }
        }
    }
    right.iter().all(|entry| entry.is_finite()).then_some((right, log_determinant))
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
