//! `mean-cluster fit`: closures calibrated on trajectories of one's own, with their errors.

use super::print::{pretty_json, print};
use super::rate_fit::six_digits;
use super::row::{Command, SettingsFile};
use crate::StudyError;
use crate::catalog::Calibrating;
use crate::settings::Settings;
use clap::Args;
use closures::{
    Closure, Exponent, PairApproximation, Reference, Regularization, SparseApproximation,
    triplet_errors,
};
#[cfg(feature = "figures")]
use cluster_stats::ReplicaMean;
use cluster_stats::{SUM_RULE_TOLERANCE, Trajectory, TripletType};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;
use whole_files::shown;

#[derive(Debug, Args)]
pub(super) struct Fit {
    /// Trajectories, CSV or NPY; calibrated on all of them together
    #[arg(value_name = "DATA", required = true)]
    data: Vec<PathBuf>,
    /// Print JSON: exponents, coefficients, errors by type
    #[arg(long)]
    json: bool,
    /// Write the JSON into this file too; it is replaced whole, and links are followed
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Draw triplets and errors of each data file into this directory, numbered as given
    #[cfg(feature = "figures")]
    #[arg(long, value_name = "DIR")]
    figures: Option<PathBuf>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub(super) struct FitSettings {
    /// Ridge of the log-odds closure: decides what the data leave open
    #[arg(long, value_name = "L")]
    ridge: f64,
    /// How far sum rules of the data may be off, for numbers with noise; 0: as their digits allow
    #[arg(long, value_name = "T")]
    tolerance: f64,
}

impl Default for FitSettings {
    fn default() -> FitSettings {
        FitSettings { ridge: 1e-6, tolerance: 0.0 }
    }
}

impl Settings for FitSettings {
    const NAME: &'static str = "fit";

    fn check(&self) -> Result<(), StudyError> {
        check_tolerance(self.tolerance)?;
        Ok(closures::Calibrator::new().ridge(self.ridge).map(drop)?)
    }
}

/// Columns that `count --csv` writes beside those of a trajectory.
const COUNTED: [&str; 4] = ["file", "frame", "rows", "columns"];

/// That a tolerance of sum rules can be used.
pub(super) fn check_tolerance(tolerance: f64) -> Result<(), StudyError> {
    if (0.0..=1.0).contains(&tolerance) {
        return Ok(());
    }
    let allowed = "0 to 1, 0 for what the digits of the data allow";
    Err(StudyError::Setting { setting: "tolerance", value: tolerance.to_string(), allowed })
}

/// Reads trajectories, naming the file in errors, and says on standard error what of a file is not
/// read or only rounded. Sum rules are checked to `tolerance`, or if it is 0 as the digits allow.
pub(super) fn trajectories(
    paths: &[PathBuf],
    tolerance: f64,
) -> Result<Vec<Trajectory>, StudyError> {
    let tolerance = (tolerance > 0.0).then_some(tolerance);
    let mut read = Vec::new();
    for path in paths {
        let file = shown(&path.display().to_string());
        let loaded = Trajectory::load_with_notes(path, tolerance);
        let (trajectory, notes) = loaded.map_err(|error| match error {
            cluster_stats::StatsError::File { .. } => error.into(),
            other => StudyError::Unreadable { file: file.clone(), reason: other.to_string() },
        })?;
        let unread = notes.unread_columns.iter().filter(|name| !COUNTED.contains(&name.as_str()));
        let unread = unread.map(String::as_str).collect::<Vec<_>>().join(", ");
        let mut stderr = std::io::stderr();
        if !unread.is_empty() {
            let _ = writeln!(stderr, "note: {file}: columns that are not read: {}", shown(&unread));
        }
        if notes.largest_residual > SUM_RULE_TOLERANCE {
            let residual = notes.largest_residual;
            let _ = writeln!(
                stderr,
                "note: {file}: the numbers are rounded or have noise: sum rules are off by up to \
                 {residual:.1e}; pairs are scaled to their sum 1"
            );
            read.push(with_pairs_of_sum_one(&trajectory)?);
        } else {
            read.push(trajectory);
        }
    }
    Ok(read)
}

/// Rate equations start from pairs whose sum is 1 to more digits than measured ones have.
fn with_pairs_of_sum_one(trajectory: &Trajectory) -> Result<Trajectory, StudyError> {
    let scaled = trajectory.records().iter().map(|record| {
        let mut record = *record;
        let pairs = &mut record.concentrations.pairs;
        let sum = 1.0 + pairs.deviation();
        for value in [&mut pairs.plus_plus, &mut pairs.minus_minus, &mut pairs.plus_minus] {
            *value /= sum;
        }
        record
    });
    Ok(Trajectory::new(scaled.collect())?)
}

/// Trajectories to calibrate closures on.
pub(super) fn calibrating(data: &[Trajectory], ridge: f64) -> Calibrating<'_> {
    Calibrating::new(data.iter().collect(), data.iter().map(Into::into).collect(), ridge)
}

impl Command for Fit {
    type Settings = FitSettings;

    const ABOUT: [&'static str; 2] = [
        "Calibrate closures on trajectories of your own, with their errors by type",
        "Example: mean-cluster fit annealed/trajectory.csv",
    ];

    fn run(&self, settings: &FitSettings, file: &SettingsFile) -> Result<(), StudyError> {
        let out = file.destination(self.out.as_deref(), &self.data)?;
        let data = trajectories(&self.data, settings.tolerance)?;
        let calibrating = calibrating(&data, settings.ridge);
        let hard = calibrating.optimal(Regularization::hard())?;
        let soft = calibrating.optimal(Regularization::soft())?;
        let odds = calibrating.log_odds(Reference::TriangleRing)?;
        let exponents = |fit: &closures::Calibration| -> Value {
            let of = |triplet: TripletType| {
                let fit = fit.of(triplet);
                // of exponents that others replace, digits would say nothing
                let exponent = |exponent| {
                    let value = fit.exponents.get(exponent)?;
                    Some(if fit.unique { value } else { six_digits(value) })
                };
                json!({
                    "gamma1": exponent(Exponent::Gamma1),
                    "gamma2": exponent(Exponent::Gamma2),
                    "xi1": exponent(Exponent::Xi1),
                    "xi2": exponent(Exponent::Xi2),
                    "error": fit.error,
                    "unique": fit.unique,
                })
            };
            TripletType::ALL.into_iter().map(|t| (t.ascii(), of(t))).collect()
        };
        let coefficients: Vec<Value> = odds
            .parameters()
            .iter()
            .map(|one| {
                let deviation = one.standard_deviation;
                let determined = deviation.is_some_and(|deviation| deviation < one.value.abs());
                let value = if determined { one.value } else { six_digits(one.value) };
                json!({
                    "name": one.name,
                    "value": value,
                    "standard_deviation": deviation,
                    "determined": determined,
                })
            })
            .collect();
        let closures: [(&'static str, Box<dyn Closure>); 5] = [
            ("pa", Box::new(PairApproximation)),
            ("sa", Box::new(SparseApproximation)),
            ("oa_hard", hard.closure()),
            ("oa_soft", soft.closure()),
            ("log_odds", Box::new(odds.closure().clone())),
        ];
        let mut rows = Vec::new();
        for (name, closure) in &closures {
            for (path, trajectory) in self.data.iter().zip(&data) {
                let errors = triplet_errors(closure, trajectory)?;
                rows.push((*name, path.display().to_string(), errors));
            }
        }
        #[cfg(feature = "figures")]
        if let Some(directory) = &self.figures {
            super::print::save_figures(directory, &figures(&data, &closures)?)?;
        }
        let errors: Vec<Value> = rows
            .iter()
            .map(|(closure, file, errors)| {
                let types: Value = TripletType::ALL
                    .iter()
                    .map(|t| (t.ascii(), Value::from(errors[t.index()])))
                    .collect();
                let mean = errors.iter().sum::<f64>() / 16.0;
                json!({"closure": closure, "file": file, "mean_error": mean, "errors": types})
            })
            .collect();
        let all = json!({
            "schema": 1,
            "oa_hard": exponents(&hard),
            "oa_soft": exponents(&soft),
            "log_odds": {"parameters": coefficients, "converged": odds.converged()},
            "errors": errors,
        });
        if let Some(out) = out {
            out.write(pretty_json(&all).as_bytes())?;
        }
        if self.json { print(&pretty_json(&all)) } else { print(&text(&rows)) }
    }
}

/// The mean errors, and the worst type of each closure.
fn text(rows: &[(&str, String, [f64; 16])]) -> String {
    let mut text = String::from("closure    mean error (30)  worst type  its error (15)  data\n");
    for (closure, file, errors) in rows {
        let file = shown(file);
        let worst =
            |a: &TripletType, b: &TripletType| errors[a.index()].total_cmp(&errors[b.index()]);
        let Some(worst) = TripletType::ALL.into_iter().max_by(worst) else { continue };
        let mean = errors.iter().sum::<f64>() / 16.0;
        let (name, error) = (worst.ascii(), errors[worst.index()]);
        let _ = writeln!(text, "{closure:9}  {mean:<15.3e}  {name:10}  {error:<14.3e}  {file}");
    }
    text
}

/// Of each trajectory its triplets beside the closures, and their errors by type.
#[cfg(feature = "figures")]
fn figures(
    data: &[Trajectory],
    closures: &[(&'static str, Box<dyn Closure>)],
) -> Result<Vec<crate::figures::Figure>, StudyError> {
    use crate::catalog;
    use crate::figures::{TypeErrors, errors_by_type, triplets};
    // these two have looks of their own under their short names
    let shown = |name: &'static str| match name {
        "pa" | "sa" => catalog::find(name).map_or(name, |entry| entry.label),
        other => other,
    };
    let named: Vec<(&str, &dyn Closure)> =
        closures.iter().map(|(name, closure)| (shown(name), &**closure)).collect();
    let mut figures = Vec::new();
    for (place, data) in data.iter().enumerate() {
        let (number, one) = (place + 1, std::slice::from_ref(data));
        let mean = ReplicaMean::of(one)?;
        let of_types = triplets(&[(&format!("file {number}"), &mean)], &named, &TripletType::ALL)?;
        figures.push(of_types.named(format!("triplets-{number}")));
        let errors = named.iter().map(|(name, closure)| {
            let (name, errors) = ((*name).to_owned(), triplet_errors(closure, data)?);
            Ok(TypeErrors { name, errors, uncertainty: None })
        });
        let errors = errors.collect::<Result<Vec<_>, StudyError>>()?;
        let heading = format!("file {number}");
        figures.push(errors_by_type(&[(&heading, errors)]).named(format!("errors-{number}")));
    }
    Ok(figures)
}
