//! The best rates of a closed model, and the variance that its misfit asks for.

use super::noise::{ReplicaNoise, independent_values};
use super::session::Session;
use crate::posterior::{at_rates, rate_names};
use crate::study::{AnnealedComposition, STEP_LIMIT};
use crate::{JointLikelihood, StudyError};
use bayes_mcmc::{Posterior, UniformBox, from_fn};
use closures::Closure;
use cluster_stats::Trajectory;
use hierarchy_ode::{ClosedModel, Misfit, OdeError, RateConstants};
use serde::{Deserialize, Serialize};

/// The data of one composition, with what its replicas say about their noise.
#[derive(Clone, Debug)]
pub(super) struct MeasuredComposition {
    /// The annealing runs.
    pub(super) annealed: AnnealedComposition,
    /// The noise of their mean.
    pub(super) noise: ReplicaNoise,
}

impl MeasuredComposition {
    pub(super) fn of(annealed: AnnealedComposition) -> Result<MeasuredComposition, StudyError> {
        let noise = ReplicaNoise::of(&annealed.replicas);
        let noise = noise.map_err(|error| StudyError::at(annealed.x)(error.into()))?;
        Ok(MeasuredComposition { annealed, noise })
    }
}

pub(super) fn conserving(closure: &dyn Closure) -> ClosedModel<&dyn Closure> {
    ClosedModel::conserving(closure).with_step_limit(STEP_LIMIT)
}

pub(super) fn published(closure: &dyn Closure) -> ClosedModel<&dyn Closure> {
    ClosedModel::published(closure).with_step_limit(STEP_LIMIT)
}

/// How a model misses the data of one composition at its best rates, and the variance for that.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Discrepancy {
    /// Nominal composition.
    pub x: f64,
    /// What the replicas measure.
    pub noise: ReplicaNoise,
    /// J at the best rates.
    pub misfit: f64,
    /// How many independent numbers the residual there amounts to.
    #[serde(rename = "residual_values")]
    pub values: f64,
    /// The variance that J is divided by: that of the noise, or if the misfit is larger
    /// 2 misfit / values, with which J/variance is what values independent errors would give.
    pub variance: f64,
}

/// The best rates of a model for one or more compositions.
pub(super) struct Fit<'a> {
    pub(super) best: RateConstants,
    /// Where the searches ended, the best first.
    pub(super) optima: Vec<Vec<f64>>,
    pub(super) discrepancies: Vec<Discrepancy>,
    /// With the variances of the discrepancies.
    pub(super) likelihood: JointLikelihood<'a, &'a dyn Closure>,
}

impl<'a> Fit<'a> {
    /// The rates of least sum of ln J over the compositions, the best of many searches.
    pub(super) fn new(
        session: &Session<'_>,
        name: &str,
        model: &'a ClosedModel<&'a dyn Closure>,
        data: &[&MeasuredComposition],
    ) -> Result<Fit<'a>, StudyError> {
        let misfit = |at: &&MeasuredComposition| Misfit::new(model, &at.annealed.mean.mean);
        let misfits = data.iter().map(misfit).collect::<Result<Vec<_>, _>>()?;
        let logarithms = from_fn(|point| {
            at_rates(point, |rates| {
                let each = misfits.iter().zip(data).map(|(misfit, at)| {
                    // no better than the noise: there all rates are as good
                    Ok::<_, OdeError>(-libm::log(
                        misfit.evaluate(rates)?.max(1e-3 * at.noise.variance),
                    ))
                });
                each.sum()
            })
        });
        let prior = UniformBox::new(0.0, session.0.settings.upper)?;
        let mut rng = session.generator(&format!("start of {name}"));
        let starts = session.starts(&mut rng);
        let density = Posterior::new(prior, logarithms.named(rate_names()));
        let best = session.minimize(&density, starts, &mut rng)?;
        session.0.unless_stopped()?;
        let optima = best.optima.into_iter().map(|optimum| optimum.point).collect();
        let best: [f64; 8] = best.point.as_slice().try_into().expect("eight rates");
        let best = RateConstants::from_array(best)?;
        let mut discrepancies = Vec::with_capacity(data.len());
        let mut scaled = Vec::with_capacity(data.len());
        for (misfit, at) in misfits.into_iter().zip(data) {
            let least = misfit.evaluate(&best)?;
            let values = independent_values(&residual(model, &best, &at.annealed.mean.mean)?);
            let variance = at.noise.variance.max(2.0 * least / values);
            scaled.push(misfit.noise_variance(variance)?);
            let (x, noise) = (at.annealed.x, at.noise);
            discrepancies.push(Discrepancy { x, noise, misfit: least, values, variance });
        }
        Ok(Fit { best, optima, discrepancies, likelihood: JointLikelihood::new(scaled) })
    }
}

/// Model less data in C+-, at all samples but the first, where both are the same.
pub(crate) fn residual(
    model: &ClosedModel<&dyn Closure>,
    rates: &RateConstants,
    data: &Trajectory,
) -> Result<Vec<f64>, OdeError> {
    let start = data.first().concentrations.pairs;
    let solution = model.solve(rates, start, &data.times())?;
    let both = solution.pairs().iter().zip(data.records()).skip(1);
    Ok(both.map(|(pairs, r)| pairs.plus_minus - r.concentrations.pairs.plus_minus).collect())
}
