//! Linear equations by Gauss's elimination with partial pivoting.
//!
//! Source: Golub and Van Loan, Matrix Computations (2013), section 3.4.

/// A square matrix as the product of a lower and an upper triangle, rows exchanged. The room is made
/// once for any number of matrices of one size.
#[derive(Clone, Debug, Default)]
pub struct Lu {
    size: usize,
    /// Row by row: the upper triangle, and below it the factors of the elimination.
    entries: Vec<f64>,
    /// The row exchanged with each row in turn.
    exchanged: Vec<usize>,
}

impl Lu {
    /// Makes room for matrices of this size.
    pub fn new(size: usize) -> Lu {
        Lu { size, entries: vec![0.0; size * size], exchanged: vec![0; size] }
    }

    /// Factorizes the matrix with these entries; false where it is singular or not finite.
    pub fn factorize(&mut self, entry: impl Fn(usize, usize) -> f64) -> bool {
        let n = self.size;
        for (row, entries) in self.entries.chunks_exact_mut(n.max(1)).enumerate() {
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
    pub fn solve(&self, right: &mut [f64]) {
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
    /// Returns the diagonal of the upper triangle, whose product is the determinant but for its sign.
    pub fn pivots(&self) -> impl Iterator<Item = f64> + '_ {
        (0..self.size).map(|at| self.entries[at * self.size + at])
    }
}

/// Solves the equations of the leading `size` rows, which have their right-hand side in the last
/// column, and overwrites them. None where a pivot is at most `singular` times the largest entry.
///
/// Nothing is allocated. Right-hand sides are eliminated together with the rows, in another order
/// than that of [`Lu::solve`], and of equal pivots the last is taken, not the first.
#[inline]
pub fn eliminate<const ROWS: usize, const COLUMNS: usize>(
    system: &mut [[f64; COLUMNS]; ROWS],
    size: usize,
    singular: f64,
) -> Option<[f64; ROWS]> {
    const { assert!(COLUMNS == ROWS + 1) };
    let largest =
        system[..size].iter().flat_map(|row| &row[..size]).fold(0.0, |m: f64, v| m.max(v.abs()));
    for column in 0..size {
        let pivot = (column..size)
            .max_by(|&a, &b| system[a][column].abs().total_cmp(&system[b][column].abs()))?;
        let size_of_pivot = system[pivot][column].abs();
        if size_of_pivot.is_nan() || size_of_pivot <= singular * largest {
            return None;
        }
        system.swap(column, pivot);
        let pivot_row = system[column];
        for row in &mut system[column + 1..size] {
            let factor = row[column] / pivot_row[column];
            if factor != 0.0 {
                for (entry, above) in row[column..].iter_mut().zip(&pivot_row[column..]) {
                    *entry -= factor * above;
                }
            }
        }
    }
    let mut solution = [0.0; ROWS];
    for i in (0..size).rev() {
        let known: f64 = (i + 1..size).map(|j| system[i][j] * solution[j]).sum();
        solution[i] = (system[i][ROWS] - known) / system[i][i];
    }
    Some(solution)
}
