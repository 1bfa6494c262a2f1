//! Rates: the sparse approximation by least misfit, posteriors for PA and OA-1/2.

use super::comparison::{mean_at, published_fit};
use super::{
    AnnealedComposition, CalibratedClosure, LARGEST_RATE, ONE_HALF, ONE_THIRD, SparseRow,
    StudySettings,
};
use crate::run::{Progress, Work};
use crate::{StudyError, posterior};
use bayes_mcmc::{Chains, DelayedRejection, Minimum, Starts, UniformBox, minimize};
use closures::{Closure, Convention, PairApproximation};
use cluster_stats::Trajectory;
use hierarchy_ode::{ClosedModel, Misfit, OdeError, RateConstants, SparseFit};
use rand::SeedableRng;
use rand_pcg::Pcg64;

/// Steps after which a trajectory is given up and its rates are rejected, under "too many steps".
///
/// Rates in the prior box need up to a few hundred. Beyond that are rates of OA that hold C-- at a
/// tiny value by a term C--^gamma with gamma < 1, whose slope is unbounded: no explicit solver ends
/// there.
pub(crate) const STEP_LIMIT: u32 = 1000;

/// (alpha1, alpha2) of the sparse approximation at one composition.
#[derive(Clone, Debug)]
pub struct SparseRates {
    /// The minimum of the misfit (17) over the closed form (29).
    pub row: SparseRow,
    /// max |C+(t) - C+(0)| over the samples of the fitted trajectory.
    pub composition_drift: f64,
}

/// The posterior of the eight rates with one closure, in the published setting.
#[derive(Clone, Debug)]
pub struct RatePosterior {
    /// `pa` or `oa_half`.
    pub closure: &'static str,
    /// Where the chains started: the best of several runs of the minimiser on (18).
    pub best: Minimum,
    /// Rates, from 1, whose proposal scale was floored because the best value is 0.
    pub floored: Vec<usize>,
    /// The chains; misfit J = -log-density, because the variance is 1 and the prior flat.
    pub chains: Chains,
    /// max |C+(t) - C+(0)| of the best trajectory.
    pub composition_drift: f64,
}

/// The sparse approximation at every composition, published and conserving.
///
/// # Errors
/// [`StudyError::AtComposition`] around what the fit says.
pub fn fit_sparse_all(data: &[AnnealedComposition]) -> Result<Vec<SparseRates>, StudyError> {
    type Fit = fn(&Trajectory) -> Result<SparseFit, OdeError>;
    let systems: [(&str, Fit); 2] =
        [("published", SparseFit::published), ("conserving", SparseFit::conserving)];
    let mut rows = Vec::new();
    for at in data {
        for (system, fit) in systems {
            let trajectory = &at.mean.mean;
            let fitted = fit(trajectory)
                .and_then(|fit| Ok((sparse_drift(&fit, trajectory)?, fit)))
                .map_err(|e| StudyError::at(at.x)(e.into()))?;
            let (composition_drift, fit) = fitted;
            let (system, alphas, misfit) = (system.to_owned(), fit.alphas(), fit.misfit());
            let row = SparseRow { x: at.x, system, alphas, misfit };
            rows.push(SparseRates { row, composition_drift });
        }
    }
    Ok(rows)
}

/// max |C+(t) - C+(0)| over the samples.
fn sparse_drift(fit: &SparseFit, data: &Trajectory) -> Result<f64, OdeError> {
    let (origin, start) = (data.first().time, data.first().concentrations.pairs);
    let mut worst: f64 = 0.0;
    for time in data.times() {
        let drift = fit.solution().at(time - origin)?.plus() - start.plus();
        worst = worst.max(drift.abs());
    }
    Ok(worst)
}

/// The posteriors for PA and OA-1/2 (hard) in the published setting: x = 1/3, closure with path
/// shares, published system, variance 1, alpha = 0, prior box (0, 50)^8, C(0) the first sample.
///
/// # Errors
/// Those of the minimiser and the sampler.
pub fn sample_posteriors(
    settings: &StudySettings,
    data: &[AnnealedComposition],
    calibrated: &[CalibratedClosure],
    progress: &Progress,
) -> Result<[RatePosterior; 2], StudyError> {
    sample_with(&Work { settings, progress: *progress, checkpoints: None }, data, calibrated)
}

pub(super) fn sample_with(
    work: &Work<'_, StudySettings>,
    data: &[AnnealedComposition],
    calibrated: &[CalibratedClosure],
) -> Result<[RatePosterior; 2], StudyError> {
    let half = published_fit(calibrated, ONE_HALF);
    let pair = Convention::AsPublished.apply(PairApproximation);
    Ok([
        sample_one(work, data, "pa", &pair, 1)?,
        sample_one(work, data, "oa_half", &half.closure(), 2)?,
    ])
}

fn sample_one(
    work: &Work<'_, StudySettings>,
    data: &[AnnealedComposition],
    name: &'static str,
    closure: &dyn Closure,
    number: u64,
) -> Result<RatePosterior, StudyError> {
    let settings = work.settings;
    let trajectory = mean_at(data, ONE_THIRD);
    let model = ClosedModel::published(closure).with_step_limit(STEP_LIMIT);
    let misfit = Misfit::new(&model, trajectory)?.noise_variance(1.0)?;
    let density = posterior(&misfit, UniformBox::new(0.0, LARGEST_RATE)?);
    let mut rng = Pcg64::seed_from_u64(settings.seed ^ number << 32);
    let best = minimize(&density, Starts::random(settings.starts), &mut rng)?;
    work.unless_stopped()?;
    let sampler = DelayedRejection::published(&best)?;
    let floored = sampler.floored().iter().map(|index| index + 1).collect();
    let seed = rand::Rng::next_u64(&mut rng);
    let (name_of_file, size) = (format!("posterior_{name}"), (settings.chains, settings.samples));
    let sampling = sampler.chains(settings.chains);
    let chains = work.sample(&name_of_file, size, sampling, &density, seed)?;

    let rates: [f64; 8] = best.point.as_slice().try_into().expect("eight rates have eight values");
    let start = trajectory.first().concentrations.pairs;
    let solution = model.solve(&RateConstants::from_array(rates)?, start, &trajectory.times())?;
    Ok(RatePosterior {
        closure: name,
        floored,
        best,
        chains,
        composition_drift: solution.composition_drift(),
    })
}
