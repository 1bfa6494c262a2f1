//! Lower triangular factors of covariance matrices, packed row after row.

use serde::{Deserialize, Serialize};

use crate::room::with_room;

/// L with L L' = covariance; the rows of the lower triangle, one after the other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Cholesky {
    dimension: usize,
    rows: Vec<f64>,
}

impl Cholesky {
    /// Of independent components.
    pub(crate) fn diagonal(deviations: &[f64]) -> Self {
        let dimension = deviations.len();
        let entry = |i: usize, j: usize| if i == j { deviations[i] } else { 0.0 };
        let rows = (0..dimension).flat_map(|i| (0..=i).map(move |j| entry(i, j))).collect();
        Self { dimension, rows }
    }

    /// Of a covariance matrix, row after row; none unless it is finite and positive definite.
    pub(crate) fn of(dimension: usize, covariance: &[f64]) -> Option<Self> {
        let mut factor = Self { dimension, rows: Vec::with_capacity(start_of(dimension)) };
        for i in 0..dimension {
            for j in 0..=i {
                let at = |row: usize, column: usize| factor.rows[start_of(row) + column];
                let known: f64 = (0..j).map(|k| at(i, k) * at(j, k)).sum();
                let rest = covariance[i * dimension + j] - known;
                let entry = if i == j { rest.sqrt() } else { rest / at(j, j) };
                if !entry.is_finite() || (i == j && entry <= 0.0) {
                    return None;
                }
                factor.rows.push(entry);
            }
        }
        Some(factor)
    }

    pub(crate) fn scaled(&self, factor: f64) -> Self {
        let rows = self.rows.iter().map(|entry| entry * factor).collect();
        Self { dimension: self.dimension, rows }
    }

    pub(crate) fn dimension(&self) -> usize {
        self.dimension
    }

    fn row(&self, i: usize) -> &[f64] {
        &self.rows[start_of(i)..start_of(i + 1)]
    }

    /// ln det L, half of that of the covariance.
    pub(crate) fn log_determinant(&self) -> f64 {
        (0..self.dimension).map(|i| libm::log(self.row(i)[i])).sum()
    }

    /// The roots of the covariance's diagonal.
    pub(crate) fn standard_deviations(&self) -> Vec<f64> {
        let norm = |i: usize| self.row(i).iter().map(|entry| entry * entry).sum::<f64>().sqrt();
        (0..self.dimension).map(norm).collect()
    }

    /// L L', row after row.
    pub(crate) fn covariance(&self) -> Vec<f64> {
        let product = |i: usize, j: usize| -> f64 {
            self.row(i).iter().zip(self.row(j)).map(|(a, b)| a * b).sum()
        };
        let dimension = self.dimension;
        (0..dimension * dimension).map(|at| product(at / dimension, at % dimension)).collect()
    }

    /// z becomes L z.
    #[inline]
    pub(crate) fn multiply_in_place(&self, vector: &mut [f64]) {
        for i in (0..self.dimension).rev() {
            vector[i] = self.row(i).iter().zip(vector.iter()).map(|(entry, z)| entry * z).sum();
        }
    }

    /// |L^-1 (to - from)|^2, by forward substitution.
    #[inline]
    pub(crate) fn squared_norm(&self, from: &[f64], to: &[f64]) -> f64 {
        with_room(self.dimension, |room| self.squared_norm_in(from, to, room))
    }

    #[inline]
    fn squared_norm_in(&self, from: &[f64], to: &[f64], solved: &mut [f64]) -> f64 {
        let mut norm = 0.0;
        for i in 0..self.dimension {
            let (diagonal, before) = (self.row(i)[i], &self.row(i)[..i]);
            let known: f64 = before.iter().zip(solved.iter()).map(|(entry, z)| entry * z).sum();
            let z = (to[i] - from[i] - known) / diagonal;
            solved[i] = z;
            norm += z * z;
        }
        norm
    }
}

/// Where row `i` starts.
fn start_of(i: usize) -> usize {
    i * (i + 1) / 2
}
