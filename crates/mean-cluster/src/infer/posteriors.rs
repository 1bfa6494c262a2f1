//! The posteriors of one closure: in the recommended setting and as published.

use super::fit::{Discrepancy, Fit, MeasuredComposition, conserving, published};
use super::identified::{self, Identified, prior_spread};
use super::session::Session;
use crate::catalog;
use crate::compare::ComparedClosure;
use crate::{StudyError, posterior};
use bayes_mcmc::{
    AdaptiveDelayedRejection, Chains, DelayedRejection, FlatDirections, Posterior, Sampling,
    UniformBox,
};
use hierarchy_ode::{Misfit, RateCombination};
use serde::{Deserialize, Serialize};

/// Steps of the warm-up, of ten rounds each.
const WARM_UP: usize = 300;

/// How a posterior was sampled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Setting {
    /// Composition-conserving system, closure per shape, a variance that the misfit asks for, one
    /// composition.
    Recommended,
    /// The same from all ten stoichiometries.
    Joint,
    /// Published system, closure with path shares, variance 1, Algorithm 1 with its scales.
    Published,
}

impl Setting {
    /// All.
    pub const ALL: [Setting; 3] = [Setting::Recommended, Setting::Joint, Setting::Published];

    /// Name in files: `recommended`, `joint`, `published`.
    pub const fn name(self) -> &'static str {
        match self {
            Setting::Recommended => "recommended",
            Setting::Joint => "joint",
            Setting::Published => "published",
        }
    }
}

/// A posterior of the rates with one closure in one setting.
#[derive(Clone, Debug)]
pub(super) struct InferredRates {
    /// Name of the closure in files.
    pub(super) closure: String,
    /// How it was sampled.
    pub(super) setting: Setting,
    /// The best rates found.
    pub(super) best: [f64; 8],
    /// Draws of k1 to k8, in 1/(annealing); of the published rates in the published setting.
    pub(super) chains: Chains,
    /// The same draws with the combinations that the data determine after the rates: against the
    /// noise, in the published setting numerically.
    pub(super) quantities: Chains,
    /// Of each rate, the part of its variance that is the prior's alone.
    pub(super) prior_shares: [f64; 8],
    /// How the model misses each composition; in the published setting none.
    pub(super) discrepancies: Vec<Discrepancy>,
}

/// What is found for one closure.
pub(super) struct OfClosure {
    pub(super) posteriors: Vec<InferredRates>,
    pub(super) identified: Vec<Identified>,
}

pub(super) fn infer(
    session: &Session<'_>,
    compared: &ComparedClosure,
    one: &MeasuredComposition,
    ten: &[MeasuredComposition],
) -> Result<OfClosure, StudyError> {
    let model = conserving(&*compared.closure);
    let mut of = OfClosure { posteriors: Vec::new(), identified: Vec::new() };
    let ten: Vec<&MeasuredComposition> = ten.iter().collect();
    for (setting, data) in [(Setting::Recommended, &[one][..]), (Setting::Joint, &ten)] {
        if data.is_empty() {
            continue;
        }
        let name = format!("{} {}", setting.name(), compared.name);
        let fit = Fit::new(session, &name, &model, data)?;
        let system = if data.len() > 1 { "conserving-all" } else { "conserving" };
        let trajectories = data.iter().map(|at| &at.annealed.mean.mean);
        let variances = fit.discrepancies.iter().map(|miss| miss.variance);
        let noisy: Vec<_> = trajectories.zip(variances).collect();
        let upper = session.0.settings.upper;
        let identified = identified::against_noise(system, &model, &fit.best, &noisy, upper)?;
        of.posteriors.push(recommended(session, compared, setting, &fit, &identified)?);
        of.identified.push(identified);
    }
    let entry = catalog::find(compared.name);
    let entry = entry.expect("compared closures are those of the catalog");
    let closure = entry.as_published(&*compared.closure);
    let identified = identified::of_published(&*closure, one)?;
    // what was never published has no published setting
    if entry.is_published() && session.0.settings.published_draws > 0 {
        let model = published(&*closure);
        let misfit = Misfit::new(&model, &one.annealed.mean.mean)?;
        let density = posterior(&misfit, UniformBox::new(0.0, session.0.settings.upper)?);
        let name = format!("published {}", compared.name);
        let mut rng = session.generator(&format!("start of {name}"));
        let starts = session.starts(&mut rng);
        let best = session.minimize(&density, starts, &mut rng)?;
        session.0.unless_stopped()?;
        let sampling = DelayedRejection::published(&best)?.chains(session.0.settings.chains);
        let draws = session.0.settings.published_draws;
        let chains = session.chains(&name, sampling, &density, draws)?;
        let best = best.point.as_slice().try_into().expect("eight rates");
        let setting = Setting::Published;
        of.posteriors.push(told(compared, setting, best, chains, &identified, Vec::new())?);
    }
    of.identified.push(identified);
    Ok(of)
}

/// The eight rates are sampled in the box, so that what the data leave open is filled by the prior and
/// by nothing else; combinations are read off. Long moves go along what the data, with this variance,
/// cannot tell from the prior.
fn recommended(
    session: &Session<'_>,
    compared: &ComparedClosure,
    setting: Setting,
    fit: &Fit<'_>,
    identified: &Identified,
) -> Result<InferredRates, StudyError> {
    let upper = session.0.settings.upper;
    let density = Posterior::new(UniformBox::new(0.0, upper)?, &fit.likelihood);
    let least = fit.discrepancies.iter().map(|d| d.variance).fold(f64::INFINITY, f64::min);
    // moved by the prior's spread along a flat direction, J changes by less than its variance
    let spread = prior_spread(upper);
    let seen = |value: f64| value * spread > least.sqrt();
    let singular = identified.found.singular_values();
    let flat = identified.found.directions().iter().zip(singular).filter(|(_, v)| !seen(**v));
    let mut flat: Vec<[f64; 8]> = flat.map(|(direction, _)| *direction).collect();
    flat.truncate(7);
    let sampler = FlatDirections::new(AdaptiveDelayedRejection::new(), [(0.0, upper); 8], flat)?;
    let name = format!("{} {}", setting.name(), compared.name);
    let draws = session.0.settings.draws;
    // each chain from where another search ended, far apart along what the data leave open
    let starts = fit.optima.iter().cycle().take(session.0.settings.chains);
    let sampling = Sampling::new(sampler).starting_at_each(starts).warm_up(WARM_UP);
    let chains = session.chains(&name, sampling, &density, draws)?;
    let (best, misses) = (*fit.best.as_array(), fit.discrepancies.clone());
    told(compared, setting, best, chains, identified, misses)
}

fn told(
    compared: &ComparedClosure,
    setting: Setting,
    best: [f64; 8],
    chains: Chains,
    identified: &Identified,
    discrepancies: Vec<Discrepancy>,
) -> Result<InferredRates, StudyError> {
    let combinations = identified.found.combinations();
    let names = chains.names().iter().cloned();
    let names: Vec<String> = names.chain(combinations.iter().map(ToString::to_string)).collect();
    let quantities = chains.mapped(names, |rates, written| {
        written[..8].copy_from_slice(rates);
        let rates: &[f64; 8] = rates.try_into().expect("eight rates");
        let of = |combination: &RateCombination| combination.value(rates);
        written[8..].iter_mut().zip(&combinations).for_each(|(to, c)| *to = of(c));
    })?;
    let rows = chains.points();
    let draws: Vec<[f64; 8]> =
        rows.rows().into_iter().map(|row| std::array::from_fn(|rate| row[rate])).collect();
    let prior_shares = identified.found.coordinates().prior_shares(&draws)?;
    let closure = compared.name.to_owned();
    Ok(InferredRates { closure, setting, best, chains, quantities, prior_shares, discrepancies })
}
