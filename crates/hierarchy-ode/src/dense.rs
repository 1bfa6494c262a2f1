//! Small dense linear systems: elimination with row pivots in plain loops, so that the result does
//! not depend on the processor. Matrices are row by row.

/// A factorized square matrix.
#[derive(Clone, Debug)]
pub(crate) struct Lu {
    size: usize,
    factors: Vec<f64>,
    /// The row that was taken as each pivot.
    pivots: Vec<usize>,
}

impl Lu {
    /// Factorizes `matrix` in place of itself; `None` where a pivot is 0 or not finite.
    pub(crate) fn new(size: usize, matrix: Vec<f64>) -> Option<Lu> {
        let mut factors = matrix;
        let mut pivots = Vec::with_capacity(size);
        for k in 0..size {
            let at = |row: usize| factors[row * size + k].abs();
            let pivot = (k..size).max_by(|a, b| at(*a).total_cmp(&at(*b)))?;
            pivots.push(pivot);
            if pivot != k {
                for column in 0..size {
                    factors.swap(k * size + column, pivot * size + column);
                }
            }
            let (above, below) = factors.split_at_mut((k + 1) * size);
            let top = &above[k * size..];
            if !(top[k].is_finite() && top[k] != 0.0) {
                return None;
            }
            for row in below.chunks_exact_mut(size) {
                let factor = row[k] / top[k];
                row[k] = factor;
                if factor != 0.0 {
                    row[k + 1..].iter_mut().zip(&top[k + 1..]).for_each(|(a, b)| *a -= factor * b);
                }
            }
        }
        Some(Lu { size, factors, pivots })
    }

    /// Replaces `right` by the solution.
    pub(crate) fn solve(&self, right: &mut [f64]) {
        for (k, &pivot) in self.pivots.iter().enumerate() {
            right.swap(k, pivot);
        }
        let row = |k: usize| &self.factors[k * self.size..(k + 1) * self.size];
        let product = |row: &[f64], x: &[f64]| row.iter().zip(x).map(|(a, b)| a * b).sum::<f64>();
        for k in 1..self.size {
            right[k] -= product(&row(k)[..k], &right[..k]);
        }
        for k in (0..self.size).rev() {
            let rest = product(&row(k)[k + 1..], &right[k + 1..]);
            right[k] = (right[k] - rest) / row(k)[k];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_solution_solves_and_singular_matrices_are_refused() {
        let size = 7;
        let entry = |i: usize, j: usize| f64::from(((3 * i * i + 5 * j + i * j) % 11) as u32) - 4.0;
        let matrix: Vec<f64> = (0..size * size).map(|k| entry(k / size, k % size)).collect();
        let solution: Vec<f64> = (0..size).map(|i| i as f64 - 2.5).collect();
        let mut right: Vec<f64> = matrix
            .chunks_exact(size)
            .map(|row| row.iter().zip(&solution).map(|(a, b)| a * b).sum())
            .collect();
        Lu::new(size, matrix).unwrap().solve(&mut right);
        for (found, expected) in right.iter().zip(&solution) {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
        assert!(Lu::new(2, vec![1.0, 2.0, 2.0, 4.0]).is_none());
        assert!(Lu::new(2, vec![f64::NAN, 2.0, 2.0, 4.0]).is_none());
    }
}
