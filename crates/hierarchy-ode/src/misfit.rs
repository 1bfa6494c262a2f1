//! How far a model is from data: the error functional (17) and the log-likelihood (20).
//!
//! J(K) = 1/2 int || C(t; K) - data ||^2 dt + alpha || Q(K) - Q_data ||^2 with
//! C = (C++, C--, C+-), the integral by trapezoids on the sample times, C(start) the first sample.
//! Time is in units of the data's duration, as in the paper, where it runs from 0 to 1: the integral
//! is the mean over time, and J, its ratio to alpha and its ratio to a noise variance do not depend
//! on the unit of the times. The paper prints neither alpha nor a noise variance: 0 and 1 here unless set.
//! Source: Ahmadi, Foster, Protas 2022, eqs. (17) and (20).

use crate::integration::{check_start, integrate};
use crate::walls::START_TOLERANCE;
use crate::{ClosedModel, EquilibriumConstants, OdeError, RateConstants};
use closures::Closure;
use cluster_stats::{PairConcentrations, Trajectory};

/// The misfit J of a closed model to a measured trajectory, and its log-likelihood.
///
/// ```
/// use closures::PairApproximation;
/// use cluster_stats::{Concentrations, Record, Trajectory};
/// use hierarchy_ode::{ClosedModel, Misfit, RateConstants};
///
/// let sample = |time| Record {
///     time,
///     temperature: None,
///     energy_per_site: None,
///     concentrations: Concentrations::random_lattice(1.0 / 3.0),
/// };
/// let data = Trajectory::new([0.0, 0.5, 1.0].map(sample).to_vec())?;
/// let model = ClosedModel::published(PairApproximation);
/// let misfit = Misfit::new(&model, &data)?.noise_variance(2.5e-5)?;
/// // a random lattice stays random under uniform swaps, and PA is exact there
/// let uniform = RateConstants::from_array([1.0; 8])?;
/// assert!(misfit.evaluate(&uniform)? < 1e-20);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Misfit<'a, C> {
    model: &'a ClosedModel<C>,
    samples: Samples,
    measured: cluster_stats::TripletConcentrations,
    noise_variance: f64,
    penalty: Option<Penalty>,
}

/// Pairs over time with the weights of the trapezoids, whose sum is 1.
#[derive(Clone, Debug)]
pub(crate) struct Samples {
    pub(crate) times: Vec<f64>,
    pub(crate) weights: Vec<f64>,
    pub(crate) pairs: Vec<PairConcentrations>,
}

impl Samples {
    pub(crate) fn new(data: &Trajectory) -> Result<Samples, OdeError> {
        let times = data.times();
        let samples = times.len();
        if samples < 2 {
            return Err(OdeError::TooFewSamples { samples });
        }
        let pairs: Vec<_> = data.records().iter().map(|r| r.concentrations.pairs).collect();
        check_start(&pairs[0], START_TOLERANCE)?;
        OdeError::check_finite("last time - first time", data.duration())?;
        Ok(Samples { weights: data.trapezoid_shares(), times, pairs })
    }
}

/// The second term of (17).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Penalty {
    pub(crate) alpha: f64,
    pub(crate) measured: EquilibriumConstants,
    pub(crate) reading: Reading,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Reading {
    Closure,
    RateRatios,
}

impl<'a, C: Closure> Misfit<'a, C> {
    /// J with alpha = 0 and noise variance 1. Only the pairs of the data are compared.
    ///
    /// # Errors
    /// [`OdeError::TooFewSamples`] under two samples; [`OdeError::ImpossibleStart`] or
    /// [`OdeError::StartSum`] for the first sample.
    pub fn new(model: &'a ClosedModel<C>, data: &Trajectory) -> Result<Misfit<'a, C>, OdeError> {
        let mut samples = Samples::new(data)?;
        samples.pairs[0] = model.possible(&samples.pairs[0])?;
        let measured = data.last().concentrations.triplets;
        Ok(Misfit { model, samples, measured, noise_variance: 1.0, penalty: None })
    }

    /// The variance that J is divided by in the log-likelihood, in (concentration)^2; 1 as
    /// published. Independent errors of standard deviation s in each pair of each of n samples, at
    /// equal distances in time, have the variance s^2 / n, because J is a mean over time.
    ///
    /// # Errors
    /// [`OdeError::InvalidValue`] unless finite and positive.
    pub fn noise_variance(mut self, variance: f64) -> Result<Misfit<'a, C>, OdeError> {
        self.noise_variance = OdeError::check_positive("noise variance", variance, false)?;
        Ok(self)
    }

    /// Adds alpha || Q(K) - Q_data ||^2, with Q(K) the closure's equilibrium constants at the
    /// model's pairs at the end time and Q_data those of the measured triplets there.
    ///
    /// # Errors
    /// [`OdeError::InvalidValue`] for an alpha that is negative or not finite,
    /// [`OdeError::UndefinedEquilibriumConstant`] where the measured triplets have none.
    pub fn alpha(self, alpha: f64) -> Result<Misfit<'a, C>, OdeError> {
        self.with_penalty(alpha, Reading::Closure)
    }

    /// As [`alpha`](Self::alpha), but with Q(K) = (k1/k3, k2/k4, k5/k7, k6/k8): another model,
    /// which holds the rates themselves to the measured equilibrium.
    ///
    /// # Errors
    /// As [`alpha`](Self::alpha).
    pub fn alpha_on_rate_ratios(self, alpha: f64) -> Result<Misfit<'a, C>, OdeError> {
        self.with_penalty(alpha, Reading::RateRatios)
    }

    fn with_penalty(mut self, alpha: f64, reading: Reading) -> Result<Misfit<'a, C>, OdeError> {
        let alpha = OdeError::check_positive("alpha", alpha, true)?;
        self.penalty = if alpha == 0.0 {
            None
        } else {
            let measured = EquilibriumConstants::of_triplets(&self.measured)?;
            Some(Penalty { alpha, measured, reading })
        };
        Ok(self)
    }

    /// The model.
    pub fn model(&self) -> &'a ClosedModel<C> {
        self.model
    }

    /// The time from the first sample of the data to the last, in the unit of their times.
    pub fn duration(&self) -> f64 {
        self.samples.times[self.samples.times.len() - 1] - self.samples.times[0]
    }

    /// The data.
    pub(crate) fn samples(&self) -> &Samples {
        &self.samples
    }

    /// The second term, if there is one.
    pub(crate) fn penalty(&self) -> Option<&Penalty> {
        self.penalty.as_ref()
    }

    /// The same data and settings with another model.
    pub(crate) fn with_model<'b, D>(&self, model: &'b ClosedModel<D>) -> Misfit<'b, D> {
        let (samples, penalty) = (self.samples.clone(), self.penalty);
        Misfit {
            model,
            samples,
            measured: self.measured,
            noise_variance: self.noise_variance,
            penalty,
        }
    }

    /// J(K) >= 0, in (concentration)^2, per unit of the data's duration. The noise variance plays
    /// no part.
    ///
    /// # Errors
    /// Those of the trajectory, see [`ClosedModel::solve_from`], and
    /// [`OdeError::UndefinedEquilibriumConstant`] with alpha > 0;
    /// [`OdeError::rejection`] is `Some` for all of them.
    pub fn evaluate(&self, rates: &RateConstants) -> Result<f64, OdeError> {
        let Samples { times, weights, pairs } = &self.samples;
        let mut sum = 0.0;
        let mut end = pairs[0];
        integrate(self.model, rates, times[0], pairs[0], times, |index, state| {
            sum += weights[index] * distance_squared(&state, &pairs[index]);
            end = state;
        })?;
        let penalty = match &self.penalty {
            None => 0.0,
            Some(penalty) => {
                let predicted = match penalty.reading {
                    Reading::Closure => {
                        EquilibriumConstants::of_closure(self.model.closure(), &end)?
                    }
                    Reading::RateRatios => EquilibriumConstants::of_rates(rates)?,
                };
                penalty.alpha * predicted.distance_squared(&penalty.measured)
            }
        };
        Ok(0.5 * sum + penalty)
    }

    /// -J(K) / noise variance, the logarithm of (20) up to a constant.
    ///
    /// # Errors
    /// As [`evaluate`](Self::evaluate).
    pub fn log_likelihood(&self, rates: &RateConstants) -> Result<f64, OdeError> {
        Ok(-self.evaluate(rates)? / self.noise_variance)
    }
}

/// || a - b ||^2 over (C++, C--, C+-).
#[inline]
fn distance_squared(a: &PairConcentrations, b: &PairConcentrations) -> f64 {
    let [plus, minus, unlike] =
        [a.plus_plus - b.plus_plus, a.minus_minus - b.minus_minus, a.plus_minus - b.plus_minus];
    plus * plus + minus * minus + unlike * unlike
}
