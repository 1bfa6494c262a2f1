//! Linear equations by Gauss's elimination with partial pivoting, in plain loops: the order of the
//! operations, and so every bit, is the same on all processors.

/// A square matrix as the product of a lower and an upper triangle, rows exchanged.
#[derive(Clone, Debug, Default)]
pub(crate) struct Factorized {
    size: usize,
    /// Row by row: the upper triangle, and below it the factors of the elimination.
    entries: Vec<f64>,
    /// The row exchanged with each row in turn.
    exchanged: Vec<usize>,
}

impl Factorized {
    /// Room for matrices of this size.
    pub(crate) fn new(size: usize) -> Factorized {
        Factorized { size, entries: vec![0.0; size * size], exchanged: vec![0; size] }
    }

    /// Factorizes the matrix with these entries; false where it is singular or not finite.
    pub(crate) fn factorize(&mut self, entry: impl Fn(usize, usize) -> f64) -> bool {
        let n = self.size;
        for (row, entries) in self.entries.chunks_exact_mut(n).enumerate() {
            entries.iter_mut().enumerate().for_each(|(column, to)| *to = entry(row, column));
        }
        for pivot in 0..n {
            let size = |row: usize| self.entries[row * n + pivot].abs();
            let best = (pivot + 1..n).fold(
                pivot,
                |best, row| {
                    if size(row) > size(best) { row } else { best }
                },
            );
            let largest = size(best);
            if !(largest.is_finite() && largest > 0.0) {
                return false;
            }
            self.exchanged[pivot] = best;
            if best != pivot {
                let (above, below) = self.entries.split_at_mut(best * n);
                above[pivot * n..(pivot + 1) * n].swap_with_slice(&mut below[..n]);
            }
            let (above, below) = self.entries.split_at_mut((pivot + 1) * n);
            let own = &above[pivot * n..];
            for row in below.chunks_exact_mut(n) {
                let factor = row[pivot] / own[pivot];
                row[pivot] = factor;
                if factor != 0.0 {
                    let (row, own) = (&mut row[pivot + 1..], &own[pivot + 1..]);
                    row.iter_mut().zip(own).for_each(|(to, from)| *to -= factor * from);
                }
            }
        }
        true
    }

    /// Replaces the right-hand side by the solution.
    pub(crate) fn solve(&self, right: &mut [f64]) {
        let n = self.size;
        for (row, &other) in self.exchanged.iter().enumerate() {
            right.swap(row, other);
        }
        for row in 0..n {
            let factors = &self.entries[row * n..row * n + row];
            let sum: f64 = factors.iter().zip(&right[..row]).map(|(a, b)| a * b).sum();
            right[row] -= sum;
        }
        for row in (0..n).rev() {
            let own = &self.entries[row * n..(row + 1) * n];
            let sum: f64 = own[row + 1..].iter().zip(&right[row + 1..]).map(|(a, b)| a * b).sum();
            right[row] = (right[row] - sum) / own[row];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};
    use rand_pcg::Pcg64;

    #[test]
    fn solutions_solve() {
        let mut rng = Pcg64::seed_from_u64(1);
        for n in [1, 2, 3, 8, 40] {
            let mut matrix: Vec<f64> = (0..n * n).map(|_| rng.random_range(-1.0..1.0)).collect();
            matrix[0] = 0.0; // a pivot has to be sought, but for one equation
            if n == 1 {
                matrix[0] = 3.0;
            }
            let x: Vec<f64> = (0..n).map(|i| 1.0 + i as f64).collect();
            let mut right: Vec<f64> = matrix
                .chunks_exact(n)
                .map(|row| row.iter().zip(&x).map(|(a, b)| a * b).sum())
                .collect();
            let mut factorized = Factorized::new(n);
            assert!(factorized.factorize(|row, column| matrix[row * n + column]));
            factorized.solve(&mut right);
            for (found, x) in right.iter().zip(&x) {
                assert!((found - x).abs() < 1e-10 * n as f64, "{n}: {found} {x}");
            }
        }
        assert!(!Factorized::new(2).factorize(|row, column| (row + 1) as f64 * column as f64));
        assert!(!Factorized::new(2).factorize(|_, _| f64::NAN));
    }
}
