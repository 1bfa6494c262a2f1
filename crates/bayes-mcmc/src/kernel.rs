//! Proposal kernels: symmetric steps around the current point.

use numerics::Cholesky;
use rand::{Rng, RngExt};
use serde::{Deserialize, Serialize};

use crate::McmcError;
use crate::covariance::factor;
use crate::gaussian::standard_normal;
use crate::room::with_room;

/// A symmetric proposal kernel: a step from the current point, drawn uniformly from a box or from a
/// Gaussian. All lengths are in the units of the parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Kernel {
    form: Form,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Form {
    Box(Vec<f64>),
    Gaussian(Cholesky),
}

impl Kernel {
    /// Steps drawn uniformly from the box of these half widths, one for each parameter.
    ///
    /// # Errors
    /// [`McmcError::InvalidScale`] unless all are positive and finite, [`McmcError::NoParameters`] if
    /// there are none.
    pub fn uniform_box(half_widths: impl Into<Vec<f64>>) -> Result<Self, McmcError> {
        let half_widths = half_widths.into();
        check_scales(&half_widths)?;
        Ok(Self { form: Form::Box(half_widths) })
    }

    /// Independent Gaussian steps of these standard deviations, one for each parameter.
    ///
    /// # Errors
    /// Those of [`uniform_box`](Self::uniform_box).
    pub fn gaussian(standard_deviations: impl AsRef<[f64]>) -> Result<Self, McmcError> {
        let deviations = standard_deviations.as_ref();
        check_scales(deviations)?;
        Ok(Self { form: Form::Gaussian(Cholesky::diagonal(deviations)) })
    }

    /// Gaussian steps with this covariance matrix, row after row (d x d numbers for d parameters).
    /// Only its lower triangle is read.
    ///
    /// # Errors
    /// [`McmcError::Covariance`] unless it is square, finite and positive definite,
    /// [`McmcError::NoParameters`] if it is empty.
    pub fn correlated_gaussian(covariance: impl AsRef<[f64]>) -> Result<Self, McmcError> {
        let covariance = covariance.as_ref();
        let dimension = covariance.len().isqrt();
        if dimension == 0 {
            return Err(McmcError::NoParameters);
        }
        let factor = (dimension * dimension == covariance.len())
            .then(|| factor(dimension, covariance))
            .flatten();
        let factor = factor.ok_or(McmcError::Covariance { numbers: covariance.len() })?;
        Ok(Self { form: Form::Gaussian(factor) })
    }

    pub(crate) fn from_factor(factor: Cholesky) -> Self {
        Self { form: Form::Gaussian(factor) }
    }

    /// The same kernel with steps `factor` times as long; `factor` is positive and finite.
    pub(crate) fn scaled(&self, factor: f64) -> Self {
        let form = match &self.form {
            Form::Box(half_widths) => Form::Box(half_widths.iter().map(|x| x * factor).collect()),
            Form::Gaussian(cholesky) => Form::Gaussian(cholesky.scaled(factor)),
        };
        Self { form }
    }

    /// The number of parameters.
    pub fn dimension(&self) -> usize {
        match &self.form {
            Form::Box(half_widths) => half_widths.len(),
            Form::Gaussian(factor) => factor.dimension(),
        }
    }

    /// The scale of each parameter's steps: the half width of the box, or the standard deviation.
    pub fn scales(&self) -> Vec<f64> {
        match &self.form {
            Form::Box(half_widths) => half_widths.clone(),
            Form::Gaussian(factor) => factor.diagonal_roots(),
        }
    }

    /// The covariance of the steps, row after row.
    pub(crate) fn covariance(&self) -> Vec<f64> {
        match &self.form {
            Form::Box(half_widths) => {
                let deviations: Vec<f64> =
                    half_widths.iter().map(|width| width / 3.0_f64.sqrt()).collect();
                Cholesky::diagonal(&deviations).matrix()
            }
            Form::Gaussian(factor) => factor.matrix(),
        }
    }

    /// Draws a proposal around `from` into `to`, both of [`dimension`](Self::dimension) components.
    pub fn propose<R: Rng + ?Sized>(&self, from: &[f64], to: &mut [f64], rng: &mut R) {
        match &self.form {
            Form::Box(half_widths) => {
                for ((proposed, x), scale) in to.iter_mut().zip(from).zip(half_widths) {
                    *proposed = x + scale * (2.0 * rng.random::<f64>() - 1.0);
                }
            }
            Form::Gaussian(factor) => {
                to.fill_with(|| standard_normal(rng));
                factor.multiply_in_place(to);
                for (proposed, x) in to.iter_mut().zip(from) {
                    *proposed += x;
                }
            }
        }
    }

    /// The logarithm of the density to propose `to` from `from`, less its constant: at most 0, and
    /// negative infinity out of reach of a box. Symmetric in its arguments.
    pub fn log_density(&self, from: &[f64], to: &[f64]) -> f64 {
        match &self.form {
            Form::Box(half_widths) => {
                let within = from
                    .iter()
                    .zip(to)
                    .zip(half_widths)
                    .all(|((a, b), scale)| (a - b).abs() <= *scale);
                if within { 0.0 } else { f64::NEG_INFINITY }
            }
            Form::Gaussian(factor) => {
                let norm = |room: &mut [f64]| factor.squared_norm(from, to, room);
                -0.5 * with_room(factor.dimension(), norm)
            }
        }
    }
}

fn check_scales(scales: &[f64]) -> Result<(), McmcError> {
    if scales.is_empty() {
        return Err(McmcError::NoParameters);
    }
    match scales.iter().position(|scale| !(*scale > 0.0 && scale.is_finite())) {
        Some(component) => Err(McmcError::InvalidScale { component, scale: scales[component] }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_pcg::Pcg64;

    use super::*;

    #[test]
    fn steps_have_the_covariance_asked_for() {
        let covariance = [4.0, 1.0, -0.6, 1.0, 2.0, 0.3, -0.6, 0.3, 1.5];
        let kernel = Kernel::correlated_gaussian(covariance).unwrap();
        approx::assert_relative_eq!(kernel.scales()[0], 2.0, max_relative = 1e-15);
        let (from, mut to) = ([1.0, -2.0, 3.0], [0.0; 3]);
        let mut rng = Pcg64::seed_from_u64(1);
        let mut sums = [0.0; 9];
        let count = 200_000;
        for _ in 0..count {
            kernel.propose(&from, &mut to, &mut rng);
            for i in 0..9 {
                sums[i] += (to[i / 3] - from[i / 3]) * (to[i % 3] - from[i % 3]);
            }
        }
        for (sum, exact) in sums.iter().zip(covariance) {
            // four standard errors of at most sqrt(2) x 4
            approx::assert_abs_diff_eq!(sum / f64::from(count), exact, epsilon = 0.05);
        }
    }

    #[test]
    fn densities_are_symmetric_and_right() {
        let kernel = Kernel::correlated_gaussian([4.0, 1.0, 1.0, 2.0]).unwrap();
        let (a, b) = ([1.0, -2.0], [3.0, 0.5]);
        // d = (2, 2.5), the inverse is [2, -1; -1, 4] / 7
        let exact = -0.5 * (2.0 * 4.0 - 2.0 * 5.0 + 4.0 * 6.25) / 7.0;
        approx::assert_relative_eq!(kernel.log_density(&a, &b), exact, max_relative = 1e-14);
        assert_eq!(kernel.log_density(&a, &b), kernel.log_density(&b, &a));
        let shrunk = kernel.scaled(0.5).log_density(&a, &b);
        approx::assert_relative_eq!(shrunk, 4.0 * exact, max_relative = 1e-14);

        let kernel = Kernel::uniform_box([2.0, 2.5]).unwrap();
        assert_eq!(kernel.log_density(&a, &b), 0.0);
        assert_eq!(kernel.log_density(&a, &[3.1, 0.5]), f64::NEG_INFINITY);
    }
}
