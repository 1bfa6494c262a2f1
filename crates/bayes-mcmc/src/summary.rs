//! The table one prints.

use std::fmt;

use crate::diagnostics::{Diagnosis, Shared};
use crate::{Acceptance, Chains, Rejections};

/// Above this R-hat the chains do not agree (Vehtari et al. 2021).
const LARGEST_R_HAT: f64 = 1.01;
/// Below this bulk or tail ESS the estimates, and R-hat itself, cannot be relied on (Vehtari et al. 2021).
const SMALLEST_ESS: f64 = 400.0;

/// Statistics and diagnostics of [`Chains`]; prints as a table.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Summary {
    /// One row for each parameter.
    pub parameters: Vec<ParameterSummary>,
    /// The number of chains.
    pub chains: usize,
    /// The number of draws of each chain.
    pub draws: usize,
    /// Acceptance by stage.
    pub acceptance: Acceptance,
    /// Rejected evaluations of all chains.
    pub rejections: Rejections,
    /// The number of chains whose draws are all the same point.
    pub never_moved: usize,
}

/// One row of a [`Summary`], in the unit of the parameter.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ParameterSummary {
    /// The parameter.
    pub name: String,
    /// The mean of all draws.
    pub mean: f64,
    /// Their standard deviation.
    pub standard_deviation: f64,
    /// Their 5 %, 50 % and 95 % quantiles.
    pub quantiles: [f64; 3],
    /// Monte Carlo standard error of the mean; [`mcse_mean`](crate::mcse_mean).
    pub mcse_mean: f64,
    /// Monte Carlo standard error of the standard deviation; [`mcse_sd`](crate::mcse_sd).
    pub mcse_sd: f64,
    /// [`r_hat`](crate::r_hat).
    pub r_hat: f64,
    /// [`bulk_ess`](crate::bulk_ess).
    pub bulk_ess: f64,
    /// [`tail_ess`](crate::tail_ess).
    pub tail_ess: f64,
}

impl Summary {
    pub(crate) fn of(chains: &Chains) -> Self {
        let shared = Shared::new(chains.chains(), chains.draws());
        let rows = chains.for_each_parameter_in(
            || shared.room(),
            |room, draws| {
                let diagnosis = Diagnosis::of(draws, &shared, room);
                ParameterSummary {
                    name: String::new(),
                    mean: diagnosis.mean,
                    standard_deviation: diagnosis.standard_deviation,
                    quantiles: diagnosis.quantiles,
                    mcse_mean: diagnosis.mcse_mean,
                    mcse_sd: diagnosis.mcse_sd,
                    r_hat: diagnosis.r_hat,
                    bulk_ess: diagnosis.bulk_ess,
                    tail_ess: diagnosis.tail_ess,
                }
            },
        );
        let named = chains.names().iter().cloned().zip(rows);
        Self {
            parameters: named.map(|(name, row)| ParameterSummary { name, ..row }).collect(),
            chains: chains.chains(),
            draws: chains.draws(),
            acceptance: chains.acceptance(),
            rejections: chains.rejections(),
            never_moved: never_moved(chains),
        }
    }

    /// Whether R-hat is at most 1.01 and bulk and tail effective sample sizes are at least 400, for every parameter.
    pub fn has_converged(&self) -> bool {
        let converged = |row: &ParameterSummary| {
            row.r_hat <= LARGEST_R_HAT && row.bulk_ess.min(row.tail_ess) >= SMALLEST_ESS
        };
        self.parameters.iter().all(converged)
    }

    /// What is wrong, in words, with what to do; empty if nothing is.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let rows = &self.parameters;
        if self.never_moved > 0 {
            warnings.push(format!(
                "{} of {} chains never moved: all draws of each are one point. Start elsewhere, or give \
                 scales that fit the density.",
                self.never_moved, self.chains
            ));
        }
        let undefined = |row: &&ParameterSummary| row.r_hat.is_nan() || row.bulk_ess.is_nan();
        let names: Vec<_> = rows.iter().filter(undefined).map(|row| row.name.as_str()).collect();
        if !names.is_empty() {
            warnings.push(format!(
                "R-hat is undefined (NA) or there is no effective sample size for {}: they need two \
                 chains, four draws and draws that move. Run more chains; widen the scales of a \
                 parameter that never moves.",
                names.join(", ")
            ));
        }
        let worst = rows.iter().filter(|row| !row.r_hat.is_nan());
        if let Some(worst) = worst.max_by(|a, b| a.r_hat.total_cmp(&b.r_hat))
            && worst.r_hat > LARGEST_R_HAT
        {
            warnings.push(format!(
                "The chains do not agree: R-hat is {:.3} for {}, above {LARGEST_R_HAT}. Do not use \
                 these means and quantiles. Draw more, widen the scales (aim to accept a quarter to \
                 a half at the first stage), start each chain at its own point, or sample fewer or \
                 identifiable combinations of the parameters.",
                worst.r_hat, worst.name
            ));
        }
        let sizes = rows
            .iter()
            .flat_map(|row| [("bulk", row.bulk_ess, &row.name), ("tail", row.tail_ess, &row.name)])
            .filter(|(_, size, _)| !size.is_nan());
        if let Some((kind, size, name)) = sizes.min_by(|a, b| a.1.total_cmp(&b.1))
            && size < SMALLEST_ESS
        {
            warnings.push(format!(
                "Too few effective draws: {kind} ESS is {size:.0} for {name}, below {SMALLEST_ESS}. \
                 Draw about {:.0} times as many, or widen the scales.",
                (SMALLEST_ESS / size).ceil()
            ));
        }
        warnings
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.parameters.iter().map(|row| row.name.chars().count()).max();
        let width = width.unwrap_or(0).max("parameter".len());
        writeln!(
            formatter,
            "{:<width$} {:>11} {:>11} {:>11} {:>11} {:>11} {:>10} {:>7} {:>8} {:>8}",
            "parameter",
            "mean",
            "sd",
            "5%",
            "50%",
            "95%",
            "mcse_mean",
            "r_hat",
            "ess_bulk",
            "ess_tail"
        )?;
        for row in &self.parameters {
            write!(formatter, "{:<width$}", row.name)?;
            let [low, median, high] = row.quantiles;
            for value in [row.mean, row.standard_deviation, low, median, high] {
                write!(formatter, " {:>11}", significant(value, 5))?;
            }
            writeln!(
                formatter,
                " {:>10} {:>7} {:>8} {:>8}",
                significant(row.mcse_mean, 2),
                or_na(row.r_hat, 3),
                or_na(row.bulk_ess, 0),
                or_na(row.tail_ess, 0)
            )?;
        }
        let Acceptance { first, second, overall } = self.acceptance;
        writeln!(
            formatter,
            "{} chains x {} draws; accepted {} % at the first stage, {} % of the rest at the \
             second, {} % in all; rejected evaluations: {}",
            self.chains,
            self.draws,
            or_na(100.0 * first, 1),
            or_na(100.0 * second, 1),
            or_na(100.0 * overall, 1),
            self.rejections
        )?;
        for warning in self.warnings() {
            writeln!(formatter, "Warning: {warning}")?;
        }
        Ok(())
    }
}

/// The number of chains in which every draw is the first.
fn never_moved(chains: &Chains) -> usize {
    let points = chains.points();
    let still = |chain: &ndarray::ArrayView2<'_, f64>| {
        chain.nrows() > 1 && chain.rows().into_iter().all(|point| point == chain.row(0))
    };
    points.outer_iter().filter(still).count()
}

/// A number with these decimals; NA for what is undefined.
pub(crate) fn or_na(value: f64, decimals: usize) -> String {
    if value.is_nan() { "NA".to_owned() } else { format!("{value:.decimals$}") }
}

/// `value` with this many significant digits, as a plain decimal where that is short; NA for what is undefined.
fn significant(value: f64, digits: usize) -> String {
    if value.is_nan() {
        return "NA".to_owned();
    }
    // the exponent of the rounded number; none for infinity
    let written = format!("{value:.*e}", digits - 1);
    let exponent: Option<i32> =
        written.split_once('e').and_then(|(_, exponent)| exponent.parse().ok());
    let Some(exponent) = exponent else { return written };
    if (-4..6).contains(&exponent) {
        let decimals = (digits as i32 - 1 - exponent).max(0) as usize;
        format!("{value:.decimals$}")
    } else {
        written
    }
}
