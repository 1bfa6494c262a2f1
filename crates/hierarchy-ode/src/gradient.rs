//! The gradient of the misfit (17), and its curvature in the sense of Gauss and Newton.
//!
//! J = 1/2 sum of squared residuals: the root of each trapezoid weight times (model - data), and
//! (2 alpha)^1/2 (Q(K) - Q_data) if alpha > 0. With R the derivative of the residuals r, from
//! forward sensitivities, the gradient is R^T r and the curvature R^T R.

use crate::misfit::Reading;
use crate::reactions::{slopes, terms};
use crate::sensitivity::Sensitivities;
use crate::{EquilibriumConstants, Misfit, OdeError, RateConstants};
use closures::Closure;

/// J, its gradient and its Gauss-Newton curvature at some rates.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct MisfitSlope {
    /// J, in (concentration)^2, to the accuracy of the sensitivities.
    pub misfit: f64,
    /// dJ/dk1, ..., dJ/dk8, in units of time.
    pub gradient: [f64; 8],
    /// R^T R, symmetric and not negative: the second derivatives of J where the model fits.
    pub curvature: [[f64; 8]; 8],
}

impl MisfitSlope {
    fn add(&mut self, residual: f64, by_rate: &[f64; 8]) {
        self.misfit += 0.5 * residual * residual;
        for i in 0..8 {
            self.gradient[i] += residual * by_rate[i];
            for j in 0..8 {
                self.curvature[i][j] += by_rate[i] * by_rate[j];
            }
        }
    }
}

impl<C: Closure> Misfit<'_, C> {
    /// J with its gradient, exact: from forward sensitivities.
    ///
    /// # Errors
    /// As [`evaluate`](Self::evaluate), and [`OdeError::NotDifferentiable`].
    pub fn slope(&self, rates: &RateConstants) -> Result<MisfitSlope, OdeError> {
        let samples = self.samples();
        let at = self.model().sensitivities(rates, samples.pairs[0], &samples.times)?;
        let mut slope = MisfitSlope { misfit: 0.0, gradient: [0.0; 8], curvature: [[0.0; 8]; 8] };
        for (index, weight) in samples.weights.iter().enumerate() {
            let root = weight.sqrt();
            let (model, data) = (at.pairs()[index].to_array(), samples.pairs[index].to_array());
            for pair in 0..3 {
                let by_rate = at.matrix()[3 * index + pair].map(|entry| root * entry);
                slope.add(root * (model[pair] - data[pair]), &by_rate);
            }
        }
        if let Some(penalty) = self.penalty() {
            let root = (2.0 * penalty.alpha).sqrt();
            let (constants, by_rate) = match penalty.reading {
                Reading::Closure => self.closure_constants(&at)?,
                Reading::RateRatios => rate_ratios(rates)?,
            };
            let both = constants.as_array().iter().zip(penalty.measured.as_array());
            for ((model, data), by_rate) in both.zip(by_rate) {
                slope.add(root * (model - data), &by_rate.map(|entry| root * entry));
            }
        }
        Ok(slope)
    }

    /// Q1..Q4 by the closure at the last pairs, and their derivatives by the rates.
    fn closure_constants(
        &self,
        at: &Sensitivities,
    ) -> Result<(EquilibriumConstants, [[f64; 8]; 4]), OdeError> {
        let last = at.pairs().len() - 1;
        let (pairs, closure) = (at.pairs()[last], self.model().closure());
        let constants = EquilibriumConstants::of_closure(closure, &pairs)?;
        let w = terms(closure, &pairs)?;
        let [by_y, by_z] = slopes(closure, &pairs).ok_or(OdeError::NotDifferentiable { pairs })?;
        let [plus, minus, y] = [0, 1, 2].map(|pair| at.matrix()[3 * last + pair]);
        // Q1 = -w3/w1, Q2 = -w4/w2, Q3 = -w7/w5, Q4 = -w8/w6
        let quotients = [(2, 0), (3, 1), (6, 4), (7, 5)];
        let by_rate = quotients.map(|(above, below)| {
            let slope = |of: &[f64; 8]| {
                (w[above] * of[below] - of[above] * w[below]) / (w[below] * w[below])
            };
            let (by_y, by_z) = (slope(&by_y), slope(&by_z));
            std::array::from_fn(|i| by_y * y[i] + by_z * 0.5 * (plus[i] - minus[i]))
        });
        Ok((constants, by_rate))
    }
}

/// k1/k3, k2/k4, k5/k7, k6/k8 and their derivatives.
fn rate_ratios(rates: &RateConstants) -> Result<(EquilibriumConstants, [[f64; 8]; 4]), OdeError> {
    let constants = EquilibriumConstants::of_rates(rates)?;
    let k = rates.as_array();
    let by_rate = [(0, 2), (1, 3), (4, 6), (5, 7)].map(|(above, below)| {
        let mut row = [0.0; 8];
        row[above] = 1.0 / k[below];
        row[below] = -k[above] / (k[below] * k[below]);
        row
    });
    Ok((constants, by_rate))
}
