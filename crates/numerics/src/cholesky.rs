//! Lower triangular factors of symmetric matrices (Cholesky), packed row after row.
//!
//! Source: Golub and Van Loan, Matrix Computations (2013), section 4.2.

use crate::dot;

/// L with L L' = the matrix; the rows of the lower triangle, one after the other.
///
/// ```
/// use numerics::Cholesky;
/// let matrix = [[4.0, 2.0], [2.0, 5.0]];
/// let factor = Cholesky::of(2, |row, column| matrix[row][column], 0.0).expect("positive");
/// let mut x = [8.0, 12.0];
/// factor.solve(&mut x);
/// assert_eq!(x, [1.0, 2.0]);
/// ```
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Cholesky {
    dimension: usize,
    rows: Vec<f64>,
}

impl Cholesky {
    /// Returns the factor of a diagonal matrix, given the roots of its entries.
    pub fn diagonal(roots: &[f64]) -> Self {
        let dimension = roots.len();
        let entry = |i: usize, j: usize| if i == j { roots[i] } else { 0.0 };
        let rows = (0..dimension).flat_map(|i| (0..=i).map(move |j| entry(i, j))).collect();
        Self { dimension, rows }
    }

    /// Returns the factor of the matrix with these entries; none unless it is finite and positive
    /// definite: what is left of each diagonal entry must be more than `least` times that entry.
    pub fn of(dimension: usize, entry: impl Fn(usize, usize) -> f64, least: f64) -> Option<Self> {
        let factor = Self::semidefinite(dimension, entry, least);
        (0..dimension).all(|i| factor.row(i)[i] > 0.0).then_some(factor)
    }

    /// Returns the factor of a positive semidefinite matrix. Rows that those before determine, to
    /// `least` times their diagonal entry, have 0 on the diagonal and are left out of all others.
    pub fn semidefinite(dimension: usize, entry: impl Fn(usize, usize) -> f64, least: f64) -> Self {
        let mut factor = Self { dimension, rows: Vec::with_capacity(start_of(dimension)) };
        for i in 0..dimension {
            for j in 0..=i {
                let own = &factor.rows[start_of(i)..];
                let whole = entry(i, j);
                let value = if i == j {
                    let rest = whole - dot(own, own);
                    if rest > least * whole { rest.sqrt() } else { 0.0 }
                } else {
                    let (before, diagonal) = (&factor.row(j)[..j], factor.row(j)[j]);
                    if diagonal > 0.0 { (whole - dot(own, before)) / diagonal } else { 0.0 }
                };
                factor.rows.push(value);
            }
        }
        factor
    }

    /// Returns the factor of the matrix times the square of a number.
    pub fn scaled(&self, by: f64) -> Self {
        let rows = self.rows.iter().map(|entry| entry * by).collect();
        Self { dimension: self.dimension, rows }
    }

    /// How many rows there are.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    fn row(&self, i: usize) -> &[f64] {
        &self.rows[start_of(i)..start_of(i + 1)]
    }

    /// Returns ln det L, half of that of the matrix.
    pub fn log_determinant(&self) -> f64 {
        (0..self.dimension).map(|i| libm::log(self.row(i)[i])).sum()
    }

    /// Returns the roots of the diagonal of the matrix.
    pub fn diagonal_roots(&self) -> Vec<f64> {
        let norm = |i: usize| self.row(i).iter().map(|entry| entry * entry).sum::<f64>().sqrt();
        (0..self.dimension).map(norm).collect()
    }

    /// Returns the matrix L L', row after row.
    pub fn matrix(&self) -> Vec<f64> {
        // the shorter row ends the product
        let dimension = self.dimension;
        let product = |at: usize| dot(self.row(at / dimension), self.row(at % dimension));
        (0..dimension * dimension).map(product).collect()
    }

    /// Replaces the right-hand side by the solution; by 0 in the rows that are left out.
    pub fn solve(&self, right: &mut [f64]) {
        for i in 0..self.dimension {
            let (diagonal, product) = (self.row(i)[i], dot(&self.row(i)[..i], &right[..i]));
            right[i] = if diagonal > 0.0 { (right[i] - product) / diagonal } else { 0.0 };
        }
        for i in (0..self.dimension).rev() {
            let column = (i + 1..self.dimension).map(|k| self.rows[start_of(k) + i] * right[k]);
            let (diagonal, product) = (self.row(i)[i], column.sum::<f64>());
            right[i] = if diagonal > 0.0 { (right[i] - product) / diagonal } else { 0.0 };
        }
    }

    /// Replaces z by L z.
    #[inline]
    pub fn multiply_in_place(&self, vector: &mut [f64]) {
        for i in (0..self.dimension).rev() {
            vector[i] = dot(self.row(i), vector);
        }
    }

    /// Returns |L^-1 (to - from)|^2. `room` takes as many numbers as there are rows.
    #[inline]
    pub fn squared_norm(&self, from: &[f64], to: &[f64], room: &mut [f64]) -> f64 {
        let mut norm = 0.0;
        for i in 0..self.dimension {
            let (diagonal, before) = (self.row(i)[i], &self.row(i)[..i]);
            let z = (to[i] - from[i] - dot(before, room)) / diagonal;
            room[i] = z;
            norm += z * z;
        }
        norm
    }
}

/// Where row `i` starts.
fn start_of(i: usize) -> usize {
    i * (i + 1) / 2
}
