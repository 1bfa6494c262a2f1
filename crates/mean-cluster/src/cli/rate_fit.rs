//! Rates fitted to a trajectory, and what of them the data determine.

use crate::infer::{Identified, against_noise, independent_values, residual};
use crate::{StudyError, posterior};
use bayes_mcmc::{McmcError, Starts, UniformBox, minimize};
use closures::Closure;
use cluster_stats::Trajectory;
use hierarchy_ode::{ClosedModel, Misfit, RateConstants};
use rand::SeedableRng;
use rand_pcg::Pcg64;
use serde_json::{Value, json};
use std::fmt;

/// A rate within this part of the box of its end is at the bound.
const AT_BOUND: f64 = 1e-4;
/// By what part the misfit may rise when rates are rounded to fewer digits.
const ROUNDING: f64 = 1e-6;
/// The fewest digits of a rate; what is shown of one has fewer.
const DIGITS: usize = 6;

/// The best rates found for a trajectory.
pub(super) struct RateFit {
    /// In 1/time, with no more digits than the misfit needs.
    pub(super) rates: RateConstants,
    /// J (17) of these rates, per unit of the data's duration.
    pub(super) misfit: f64,
    /// Upper end of the box, in 1/time.
    largest_rate: f64,
    /// What the data determine, against the variance that the misfit asks for.
    identified: Identified,
}

impl RateFit {
    /// The least misfit from `starts` random starts in the box from 0 to `largest_rate`.
    ///
    /// The variance that the ranks are judged against is what `infer` takes where no noise is
    /// measured: 2 J / n, with n the independent numbers that the residual amounts to, but no less
    /// than the accuracy of the trajectory squared.
    pub(super) fn new(
        model: &ClosedModel<&dyn Closure>,
        data: &Trajectory,
        largest_rate: f64,
        starts: usize,
        seed: u64,
    ) -> Result<RateFit, StudyError> {
        let misfit = Misfit::new(model, data)?;
        let density = posterior(&misfit, UniformBox::new(0.0, largest_rate)?);
        let mut rng = Pcg64::seed_from_u64(seed);
        let best = minimize(&density, Starts::random(starts), &mut rng);
        let best = best.map_err(|error| match error {
            McmcError::NoStartSucceeded { starts, rejections } => {
                StudyError::NoFit { starts, reasons: rejections.to_string(), largest_rate }
            }
            other => other.into(),
        })?;
        let best: [f64; 8] = best.point.as_slice().try_into().expect("eight rates");
        let (rates, least) = rounded(&misfit, &best)?;
        let values = independent_values(&residual(model, &rates, data)?);
        let variance = (2.0 * least / values).max(model.region_tolerance().powi(2));
        let system = if model.conserves_composition() { "conserving" } else { "published" };
        let identified = against_noise(system, model, &rates, &[(data, variance)], largest_rate)?;
        Ok(RateFit { rates, misfit: least, largest_rate, identified })
    }

    /// The numbers, from 1, of the rates at the ends of the box.
    fn at_bounds(&self) -> Vec<usize> {
        let margin = AT_BOUND * self.largest_rate;
        let inside = margin..=self.largest_rate - margin;
        let rates = self.rates.as_array().iter().zip(1..);
        rates.filter(|(rate, _)| !inside.contains(*rate)).map(|(_, number)| number).collect()
    }

    /// What `--json` says of the fit.
    pub(super) fn json(&self) -> Value {
        let found = &self.identified.found;
        let combinations = found.combinations().into_iter().map(|combination| {
            json!({
                "combination": combination.to_string(),
                "coefficients": combination.coefficients(),
                "value": six_digits(combination.value(self.rates.as_array())),
                "standard_error": found.standard_error(&combination).map(six_digits),
            })
        });
        let names = |numbers: Vec<usize>| -> Vec<String> {
            numbers.iter().map(|number| format!("k{number}")).collect()
        };
        json!({
            "largest_rate": self.largest_rate,
            "noise_variance": found.noise().map(|[variance, _]| variance),
            "rank_against_noise": found.noise_rank(),
            "numerical_rank": found.numerical_rank(),
            "determined": combinations.collect::<Vec<_>>(),
            "determined_alone": names((1..=8).filter(|k| found.is_determined(*k)).collect()),
            "at_bounds": names(self.at_bounds()),
        })
    }
}

impl fmt::Display for RateFit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = &self.identified.found;
        let [variance, _] = found.noise().unwrap_or_default();
        let (misfit, rank, numerical) = (self.misfit, found.rank(), found.numerical_rank());
        writeln!(formatter, "misfit J (17): {misfit:.6e} (mean over the time span of the data)")?;
        writeln!(
            formatter,
            "{rank} of 8 directions of the rates are determined against the misfit (variance \
             {variance:.2e}), {numerical} numerically"
        )?;
        let combinations = found.combinations();
        for combination in &combinations {
            let value = shown(combination.value(self.rates.as_array()));
            match found.standard_error(combination) {
                Some(error) => {
                    let error = significant(error, 2);
                    writeln!(formatter, "  {combination} = {value} +- {error}")?;
                }
                None => writeln!(formatter, "  {combination} = {value}")?,
            }
        }
        let bound = self.at_bounds();
        if !bound.is_empty() {
            let most = self.largest_rate;
            let shown = bound.iter().map(|number| {
                let low = self.rates.as_array()[number - 1] < 0.5 * most;
                format!("k{number} = {}", if low { "0".to_owned() } else { shown(most) })
            });
            let shown = shown.collect::<Vec<_>>().join(", ");
            writeln!(formatter, "at a bound of the box, 0 to {}: {shown}", self::shown(most))?;
        }
        let rates = self.rates.as_array().map(shown).join(",");
        if rank == 8 {
            return writeln!(formatter, "rates: {rates}");
        }
        writeln!(
            formatter,
            "rates taken, of which the data determine {}: {rates}",
            if rank == 0 { "nothing" } else { "these combinations alone" }
        )
    }
}

/// A number with this many significant digits.
fn significant(value: f64, digits: usize) -> String {
    let text = format!("{value:.*e}", digits - 1);
    match text.parse::<f64>() {
        Ok(value) if value == 0.0 || (1e-4..1e6).contains(&value.abs()) => value.to_string(),
        _ => text,
    }
}

/// A number with four digits.
fn shown(value: f64) -> String {
    significant(value, 4)
}

/// A number rounded to six digits: what data leave open has no more.
pub(super) fn six_digits(value: f64) -> f64 {
    significant(value, DIGITS).parse().unwrap_or(value)
}

/// The rates with the fewest digits that leave the misfit as it is, and that misfit: further digits
/// would say nothing.
fn rounded(
    misfit: &Misfit<'_, &dyn Closure>,
    best: &[f64; 8],
) -> Result<(RateConstants, f64), StudyError> {
    let exact = RateConstants::from_array(*best)?;
    let least = misfit.evaluate(&exact)?;
    for digits in DIGITS..17 {
        let round = |k: f64| significant(k, digits).parse().unwrap_or(k);
        let rates = RateConstants::from_array(best.map(round))?;
        // one that leaves the possible region needs more digits
        match misfit.evaluate(&rates) {
            Ok(found) if found <= least * (1.0 + ROUNDING) => return Ok((rates, found)),
            _ => {}
        }
    }
    Ok((exact, least))
}
