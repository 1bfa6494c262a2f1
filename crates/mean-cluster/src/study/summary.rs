//! `summary.json`: the figures a reader asks for first. Its schema is in `docs/output.md`.

use super::{
    AnnealedComposition, CalibratedClosure, ClosureErrors, RatePosterior, STOICHIOMETRIES,
    SparseRates, StudySettings, TableTwoAgreement,
};
use bayes_mcmc::Chains;
use closures::Convention;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A value for each convention, under its name in files.
type ByConvention = BTreeMap<String, f64>;

/// Version of the schema of `summary.json` and of the tables beside it.
pub(crate) const SCHEMA: u32 = 3;

/// The summary of a study.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// Version of this schema.
    pub schema: u32,
    /// The settings of the run.
    pub settings: StudySettings,
    /// Nominal and obtained fraction of (-), of each composition.
    pub compositions: Vec<ObtainedComposition>,
    /// Types of Table II reproduced within 0.1 in every exponent, of 16: `oa_half`, `oa_third`.
    pub table2_types_within_0_1: BTreeMap<String, usize>,
    /// Mean over types of the largest deviation of an exponent: `oa_half`, `oa_third`.
    pub table2_mean_largest_deviation: BTreeMap<String, f64>,
    /// The mean over the ten stoichiometries of 100 (1 - E_SA/E_PA); the paper says 36.13.
    pub sa_over_pa_improvement_percent: ByConvention,
    /// (Mean over the ten of E_SA) / (mean over the ten of E_PA).
    pub ratio_of_mean_errors_sa_pa: ByConvention,
    /// The mean over the ten of E_SA/E_PA.
    pub mean_ratio_of_errors_sa_pa: ByConvention,
    /// The largest of `composition_drift`: max |C+(t) - C+(0)| of a fitted trajectory.
    pub worst_composition_drift: f64,
    /// The worst drift by model: `sa_published`, `sa_conserving`, `pa`, `oa_half`.
    pub composition_drift: BTreeMap<String, f64>,
    /// The posteriors `pa` and `oa_half`.
    pub posteriors: BTreeMap<String, PosteriorSummary>,
}

/// What a lattice of this size makes of a composition.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ObtainedComposition {
    /// Nominal fraction of (-).
    pub x: f64,
    /// The fraction of (-) sites on the lattice.
    pub c_minus: f64,
}

/// A posterior in numbers; lists are in the order k1, ..., k8.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PosteriorSummary {
    /// The best point found by the minimiser, where all chains start.
    pub start: Vec<f64>,
    /// Its misfit J.
    pub start_misfit: f64,
    /// Starts of the minimiser that failed.
    pub failed_starts: usize,
    /// Rates, from 1, whose proposal scale is that of the largest rate because they start at 0.
    pub floored_scales: Vec<usize>,
    /// Fraction of draws accepted at the first stage.
    pub acceptance_first_stage: f64,
    /// Fraction of the delayed draws accepted at the second stage; null if none was delayed.
    pub acceptance_second_stage: Option<f64>,
    /// Rejected evaluations by reason.
    pub rejections: BTreeMap<String, u64>,
    /// Means.
    pub mean: Vec<f64>,
    /// Standard deviations.
    pub standard_deviation: Vec<f64>,
    /// 5, 50 and 95 % quantiles.
    pub quantiles_5_50_95: [Vec<f64>; 3],
    /// Rank-normalised split R-hat; null where it has no value.
    pub r_hat: Vec<Option<f64>>,
    /// Bulk effective sample size; null where it has no value.
    pub bulk_ess: Vec<Option<f64>>,
    /// Whether every R-hat is at most 1.01 and every bulk ESS at least 400.
    pub converged: bool,
    /// What to think of it, in words.
    pub warnings: Vec<String>,
}

impl Summary {
    pub(super) fn of(
        settings: &StudySettings,
        annealed: &[AnnealedComposition],
        calibrated: &[CalibratedClosure],
        errors: &[ClosureErrors],
        sparse_rates: &[SparseRates],
        posteriors: &[RatePosterior; 2],
    ) -> Summary {
        let [half, third] = TableTwoAgreement::of_study(calibrated);
        let by_column = |a, b| named([("oa_half", a), ("oa_third", b)]);
        let drift = composition_drift(sparse_rates, posteriors);
        let posteriors = posteriors.iter().map(|p| (p.closure.to_owned(), PosteriorSummary::of(p)));
        Summary {
            schema: SCHEMA,
            settings: settings.clone(),
            compositions: annealed
                .iter()
                .map(|at| ObtainedComposition { x: at.x, c_minus: at.mean.mean.minus() })
                .collect(),
            table2_types_within_0_1: named([
                ("oa_half", half.types_within_0_1),
                ("oa_third", third.types_within_0_1),
            ]),
            table2_mean_largest_deviation: by_column(
                half.mean_largest_deviation,
                third.mean_largest_deviation,
            ),
            sa_over_pa_improvement_percent: by_convention(errors, |errors| {
                mean(errors.iter().map(|(pa, sa)| 100.0 * (1.0 - sa / pa)))
            }),
            ratio_of_mean_errors_sa_pa: by_convention(errors, |errors| {
                mean(errors.iter().map(|(_, sa)| *sa)) / mean(errors.iter().map(|(pa, _)| *pa))
            }),
            mean_ratio_of_errors_sa_pa: by_convention(errors, |errors| {
                mean(errors.iter().map(|(pa, sa)| sa / pa))
            }),
            worst_composition_drift: drift.values().copied().fold(0.0, f64::max),
            composition_drift: drift,
            posteriors: posteriors.collect(),
        }
    }
}

/// A figure from (E_PA, E_SA) at the ten stoichiometries.
fn by_convention(rows: &[ClosureErrors], figure: impl Fn(&[(f64, f64)]) -> f64) -> ByConvention {
    let error = |convention, closure, x| {
        let is_asked = |row: &&ClosureErrors| {
            row.of.convention == convention && row.of.closure == closure && row.of.x == x
        };
        rows.iter()
            .find(is_asked)
            .expect("the study compares PA and SA at every composition")
            .mean()
    };
    let of_convention = |convention: Convention| {
        let both = |x| (error(convention, "pa", x), error(convention, "sa", x));
        (convention.name().to_owned(), figure(&STOICHIOMETRIES.map(both)))
    };
    Convention::ALL.into_iter().map(of_convention).collect()
}

fn named<T, const N: usize>(entries: [(&str, T); N]) -> BTreeMap<String, T> {
    entries.map(|(name, value)| (name.to_owned(), value)).into()
}

fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len() as f64;
    values.sum::<f64>() / count
}

fn composition_drift(
    sparse: &[SparseRates],
    posteriors: &[RatePosterior],
) -> BTreeMap<String, f64> {
    let of_system = |system: &str| {
        let rows = sparse.iter().filter(|found| found.row.system == system);
        rows.map(|found| found.composition_drift).fold(0.0, f64::max)
    };
    let mut drift = named([
        ("sa_published", of_system("published")),
        ("sa_conserving", of_system("conserving")),
    ]);
    drift.extend(posteriors.iter().map(|p| (p.closure.to_owned(), p.composition_drift)));
    drift
}

impl PosteriorSummary {
    fn of(posterior: &RatePosterior) -> PosteriorSummary {
        let chains: &Chains = &posterior.chains;
        let summary = chains.summary();
        let acceptance = chains.acceptance();
        let column = |value: fn(&bayes_mcmc::ParameterSummary) -> f64| {
            summary.parameters.iter().map(value).collect::<Vec<f64>>()
        };
        let finite = |values: Vec<f64>| values.into_iter().map(|v| v.is_finite().then_some(v));
        let r_hat = column(|p| p.r_hat);
        let bulk_ess = column(|p| p.bulk_ess);
        let rejections = chains.rejections();
        PosteriorSummary {
            start: posterior.best.point.clone(),
            start_misfit: -posterior.best.log_density,
            failed_starts: posterior.best.failed,
            floored_scales: posterior.floored.clone(),
            acceptance_first_stage: acceptance.first,
            acceptance_second_stage: acceptance.second.is_finite().then_some(acceptance.second),
            rejections: rejections.iter().map(|(reason, n)| (reason.to_owned(), n)).collect(),
            mean: column(|p| p.mean),
            standard_deviation: column(|p| p.standard_deviation),
            quantiles_5_50_95: [
                column(|p| p.quantiles[0]),
                column(|p| p.quantiles[1]),
                column(|p| p.quantiles[2]),
            ],
            converged: r_hat.iter().all(|r| *r <= 1.01) && bulk_ess.iter().all(|e| *e >= 400.0),
            r_hat: finite(r_hat).collect(),
            bulk_ess: finite(bulk_ess).collect(),
            warnings: summary.warnings(),
        }
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let types = &self.table2_types_within_0_1;
        writeln!(
            formatter,
            "Table II: {} of 16 types within 0.1 at x = 1/2, {} at x = 1/3",
            types["oa_half"], types["oa_third"]
        )?;
        for (convention, percent) in &self.sa_over_pa_improvement_percent {
            let ratio = self.ratio_of_mean_errors_sa_pa[convention];
            writeln!(
                formatter,
                "{convention}: SA improves on PA by {percent:.1} % in the mean (the paper: 36.13); \
                 mean error of SA / mean error of PA = {ratio:.3}"
            )?;
        }
        for (closure, posterior) in &self.posteriors {
            let converged = if posterior.converged { "converged" } else { "not converged" };
            writeln!(
                formatter,
                "posterior {closure}: {converged}; accepted {:.1} % at the first stage",
                100.0 * posterior.acceptance_first_stage
            )?;
        }
        Ok(())
    }
}
