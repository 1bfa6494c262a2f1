//! Which combinations of the rates a closure and its data determine.

use super::fit::{MeasuredComposition, published};
use crate::StudyError;
use closures::Closure;
use hierarchy_ode::{ClosedModel, Identifiability, Misfit, OdeError, RateConstants};

/// Parts of the best rates that are tried, where the closure has no derivative on the way.
const PARTS: [f64; 5] = [1.0, 0.5, 0.2, 0.1, 0.05];

/// By how much a rate is moved for a difference, in 1/(annealing).
const DIFFERENCE: f64 = 1e-4;
/// Part of the largest singular value below which one of differences is their error.
const OF_DIFFERENCES: f64 = 1e-4;

/// What data determine of the rates with one closure and system.
#[derive(Clone, Debug, PartialEq)]
pub struct Identified {
    /// `conserving`, `published`, or `conserving-all` for all compositions together.
    pub system: &'static str,
    /// Singular values of the derivatives by the rates, weighted as J, with rank and directions.
    pub found: Identifiability,
    /// The rates at which it was found.
    pub at: [f64; 8],
}

/// In the conserving system, at the best rates or, where the closure has a kink on the way, at a part
/// of these, which is the same motion more slowly. A closure with a kink where the data start has no
/// derivatives there at all; differences take their place, with a wider tolerance.
pub(super) fn conserving(
    model: &ClosedModel<&dyn Closure>,
    best: &RateConstants,
    data: &[&MeasuredComposition],
) -> Result<Identified, StudyError> {
    let system = if data.len() > 1 { "conserving-all" } else { "conserving" };
    match smooth(system, best.as_array(), |rates| of_model(model, rates, data)) {
        Err(StudyError::Ode(OdeError::NotDifferentiable { .. })) => {
            let found = by_differences(model, best, data)?;
            Ok(Identified { system, found, at: *best.as_array() })
        }
        found => found,
    }
}

/// In the published system with the closure in its published form. Rates that are all equal are no
/// place to look, as a random lattice then does not move.
pub(super) fn of_published(
    closure: &dyn Closure,
    data: &MeasuredComposition,
) -> Result<Identified, StudyError> {
    let model = published(closure);
    let somewhere = [0.9, 0.7, 0.3, 0.4, 0.2, 0.5, 0.6, 0.8];
    match smooth("published", &somewhere, |rates| of_model(&model, rates, &[data])) {
        Err(StudyError::Ode(OdeError::NotDifferentiable { .. })) => {
            let found = by_differences(&model, &RateConstants::from_array(somewhere)?, &[data])?;
            Ok(Identified { system: "published", found, at: somewhere })
        }
        found => found,
    }
}

/// Forward differences of trajectories that are integrated closely.
fn by_differences(
    model: &ClosedModel<&dyn Closure>,
    rates: &RateConstants,
    data: &[&MeasuredComposition],
) -> Result<Identifiability, StudyError> {
    let model = model.with_tolerances(1e-10, 1e-13)?;
    let mut rows = Vec::new();
    for at in data {
        let data = &at.annealed.mean.mean;
        let (start, times) = (data.first().concentrations.pairs, data.times());
        let path = |rates: [f64; 8]| {
            let solution = model.solve(&RateConstants::from_array(rates)?, start, &times)?;
            Ok::<Vec<[f64; 3]>, OdeError>(
                solution.pairs().iter().map(|pairs| pairs.to_array()).collect(),
            )
        };
        let middle = path(*rates.as_array())?;
        let mut moved = Vec::with_capacity(8);
        for rate in 0..8 {
            let mut rates = *rates.as_array();
            rates[rate] += DIFFERENCE;
            moved.push(path(rates)?);
        }
        for (sample, weight) in data.trapezoid_weights().into_iter().enumerate() {
            for pair in 0..3 {
                rows.push(std::array::from_fn(|rate| {
                    let change = moved[rate][sample][pair] - middle[sample][pair];
                    weight.sqrt() * change / DIFFERENCE
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
    data: &[&MeasuredComposition],
) -> Result<Identifiability, OdeError> {
    let misfit = |at: &MeasuredComposition| Misfit::new(model, &at.annealed.mean.mean);
    if let [one] = data {
        return misfit(one)?.identifiability(rates);
    }
    let mut rows = Vec::new();
    for at in data {
        rows.extend(misfit(at)?.sensitivities(rates)?);
    }
    Identifiability::of_matrix(&rows, Identifiability::TOLERANCE)
}
