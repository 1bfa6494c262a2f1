//! Which combinations of the rates a closure and its data determine.

use super::fit::{MeasuredComposition, published};
use crate::StudyError;
use closures::Closure;
use cluster_stats::Trajectory;
use hierarchy_ode::{ClosedModel, Identifiability, Misfit, OdeError, RateConstants};

/// Parts of the best rates that are tried, where the closure has no derivative on the way.
const PARTS: [f64; 5] = [1.0, 0.5, 0.2, 0.1, 0.05];

/// By how much a rate is moved for a difference, in 1/duration of the data.
const DIFFERENCE: f64 = 1e-4;
/// Part of the largest singular value below which one of differences is their error.
const OF_DIFFERENCES: f64 = 1e-4;

/// What data determine of the rates with one closure and system.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Identified {
    /// `conserving`, `published`, or `conserving-all` for all compositions together.
    pub(crate) system: &'static str,
    /// Singular values of the derivatives by the rates, weighted as J, with directions and ranks:
    /// against the noise where its variance is known, and numerically. The rows of several
    /// compositions are weighted by their variances, relative to the least.
    pub(crate) found: Identifiability,
    /// The rates at which it was found.
    pub(crate) at: [f64; 8],
}

/// Data, and the variance that their J is divided by.
pub(crate) type Noisy<'a> = (&'a Trajectory, f64);

/// At the best rates or, where the closure has a kink on the way, at a part of these, which is the
/// same motion more slowly. A closure with a kink where the data start has no derivatives there at
/// all; differences take their place, with a wider tolerance. Judged against the noise and a prior
/// uniform from 0 to `upper`, in 1/time.
pub(crate) fn against_noise(
    system: &'static str,
    model: &ClosedModel<&dyn Closure>,
    best: &RateConstants,
    data: &[Noisy<'_>],
    upper: f64,
) -> Result<Identified, StudyError> {
    let least = data.iter().map(|(_, variance)| *variance).fold(f64::INFINITY, f64::min);
    let weighted: Vec<_> = data.iter().map(|(data, variance)| (*data, least / variance)).collect();
    let Identified { found, at, .. } = somewhere(system, model, best.as_array(), &weighted)?;
    let found = found.against_noise(least, prior_spread(upper))?;
    Ok(Identified { system, found, at })
}

/// The standard deviation of a prior uniform from 0 to `upper`.
pub(crate) fn prior_spread(upper: f64) -> f64 {
    upper / 12_f64.sqrt()
}

/// In the published system with the closure in its published form, numerically: its variance of 1
/// measures no noise. Rates that are all equal are no place to look, as a random lattice then does
/// not move.
pub(super) fn of_published(
    closure: &dyn Closure,
    data: &MeasuredComposition,
) -> Result<Identified, StudyError> {
    let rates = [0.9, 0.7, 0.3, 0.4, 0.2, 0.5, 0.6, 0.8];
    somewhere("published", &published(closure), &rates, &[(&data.annealed.mean.mean, 1.0)])
}

/// By derivatives, or else by differences; data have their weights.
fn somewhere(
    system: &'static str,
    model: &ClosedModel<&dyn Closure>,
    rates: &[f64; 8],
    data: &[(&Trajectory, f64)],
) -> Result<Identified, StudyError> {
    match smooth(system, rates, |rates| of_model(model, rates, data)) {
        Err(StudyError::Ode(OdeError::NotDifferentiable { .. })) => {
            let found = by_differences(model, rates, data)?;
            Ok(Identified { system, found, at: *rates })
        }
        found => found,
    }
}

/// Forward differences of trajectories that are integrated closely.
fn by_differences(
    model: &ClosedModel<&dyn Closure>,
    rates: &[f64; 8],
    data: &[(&Trajectory, f64)],
) -> Result<Identifiability, StudyError> {
    let model = model.with_tolerances(1e-10, 1e-13)?;
    let mut rows = Vec::new();
    for (data, weight) in data {
        let (start, times) = (data.first().concentrations.pairs, data.times());
        let path = |rates: [f64; 8]| {
            let solution = model.solve(&RateConstants::from_array(rates)?, start, &times)?;
            Ok::<Vec<[f64; 3]>, OdeError>(
                solution.pairs().iter().map(|pairs| pairs.to_array()).collect(),
            )
        };
        let middle = path(*rates)?;
        let difference = DIFFERENCE / data.duration();
        let mut moved = Vec::with_capacity(8);
        for rate in 0..8 {
            let mut rates = *rates;
            rates[rate] += difference;
            moved.push(path(rates)?);
        }
        for (sample, share) in data.trapezoid_shares().into_iter().enumerate() {
            let root = (share * weight).sqrt();
            for pair in 0..3 {
                rows.push(std::array::from_fn(|rate| {
                    root * (moved[rate][sample][pair] - middle[sample][pair]) / difference
                }));
            }
        }
    }
    Ok(Identifiability::of_matrix(&rows, OF_DIFFERENCES)?)
}

fn smooth(
    system: &'static str,
    rates: &[f64; 8],
    found: impl Fn(&RateConstants) -> Result<Identifiability, OdeError>,
) -> Result<Identified, StudyError> {
    let mut last = None;
    for part in PARTS {
        let at = rates.map(|rate| part * rate);
        match found(&RateConstants::from_array(at)?) {
            Ok(found) => return Ok(Identified { system, found, at }),
            Err(error) if error.rejection().is_some() => last = Some(error),
            Err(error) => return Err(error.into()),
        }
    }
    Err(last.map_or(StudyError::Interrupted, StudyError::from))
}

fn of_model(
    model: &ClosedModel<&dyn Closure>,
    rates: &RateConstants,
    data: &[(&Trajectory, f64)],
) -> Result<Identifiability, OdeError> {
    if let [(one, _)] = data {
        return Misfit::new(model, one)?.identifiability(rates);
    }
    let mut rows = Vec::new();
    for (data, weight) in data {
        let root = weight.sqrt();
        let own = Misfit::new(model, data)?.sensitivities(rates)?;
        rows.extend(own.into_iter().map(|row| row.map(|entry| root * entry)));
    }
    Identifiability::of_matrix(&rows, Identifiability::TOLERANCE)
}
