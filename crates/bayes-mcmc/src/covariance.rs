//! The covariance of the points of a window.

use numerics::Cholesky;
use serde::{Deserialize, Serialize};

use crate::Kernel;

/// Mean and covariance of points, one after the other (Welford 1962).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RunningCovariance {
    count: usize,
    mean: Vec<f64>,
    /// Sums of products of deviations, row after row.
    products: Vec<f64>,
    #[serde(skip)]
    deviation: Vec<f64>,
}

impl RunningCovariance {
    pub(crate) fn new(dimension: usize) -> Self {
        Self {
            count: 0,
            mean: vec![0.0; dimension],
            products: vec![0.0; dimension * dimension],
            deviation: Vec::new(),
        }
    }

    pub(crate) fn dimension(&self) -> usize {
        self.mean.len()
    }

    pub(crate) fn count(&self) -> usize {
        self.count
    }

    pub(crate) fn mean(&self) -> &[f64] {
        &self.mean
    }

    /// The roots of the variances.
    pub(crate) fn standard_deviations(&self) -> Vec<f64> {
        let diagonal = self.products.iter().step_by(self.dimension() + 1);
        diagonal.map(|product| (product / (self.count as f64 - 1.0)).sqrt()).collect()
    }

    /// The factor of the covariance of the points; none if they lie in a plane.
    pub(crate) fn factor(&self) -> Option<Cholesky> {
        let entry = |product: &f64| product / (self.count as f64 - 1.0);
        factor(self.dimension(), &self.products.iter().map(entry).collect::<Vec<_>>())
    }

    pub(crate) fn clear(&mut self) {
        self.count = 0;
        self.mean.fill(0.0);
        self.products.fill(0.0);
    }

    pub(crate) fn add(&mut self, point: &[f64]) {
        self.count += 1;
        let weight = 1.0 / self.count as f64;
        self.deviation.clear();
        self.deviation.extend(point.iter().zip(&self.mean).map(|(x, mean)| x - mean));
        for (mean, deviation) in self.mean.iter_mut().zip(&self.deviation) {
            *mean += deviation * weight;
        }
        let rows = self.products.chunks_exact_mut(self.mean.len());
        for (i, row) in rows.enumerate() {
            let rest = point[i] - self.mean[i];
            for (product, deviation) in row.iter_mut().zip(&self.deviation) {
                *product += rest * deviation;
            }
        }
    }

    /// A Gaussian kernel of this covariance, joined with that of `before` as if it came from
    /// `weight` points. `before` must be tuned, so that it is at home in the narrowest direction: then
    /// the join is not too wide there, and never singular. None if numbers overflow.
    pub(crate) fn kernel(&self, before: &Kernel, weight: f64) -> Option<Kernel> {
        let count = self.count as f64;
        let part = |product: &f64| product / (count - 1.0).max(1.0) * count;
        let joined = self.products.iter().map(part).zip(before.covariance());
        let covariance: Vec<f64> =
            joined.map(|(own, before)| (own + weight * before) / (count + weight)).collect();
        factor(self.dimension(), &covariance).map(Kernel::from_factor)
    }
}

/// The factor of a covariance matrix, row after row; none unless it is finite and positive definite.
pub(crate) fn factor(dimension: usize, covariance: &[f64]) -> Option<Cholesky> {
    Cholesky::of(dimension, |row, column| covariance[row * dimension + column], 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_covariance_of_the_points() {
        let points = [[1.0, 4.0], [3.0, -2.0], [0.5, 7.0], [-4.0, 1.0]];
        let mut running = RunningCovariance::new(2);
        running.add(&[100.0, 100.0]);
        running.clear();
        points.iter().for_each(|point| running.add(point));
        let mean = |i: usize| points.iter().map(|point| point[i]).sum::<f64>() / 4.0;
        for i in 0..4 {
            let (a, b) = (i / 2, i % 2);
            let exact: f64 =
                points.iter().map(|point| (point[a] - mean(a)) * (point[b] - mean(b))).sum();
            approx::assert_relative_eq!(running.products[i], exact, max_relative = 1e-13);
        }
    }
}
