//! `mean-cluster fit`: closures calibrated on trajectories of one's own, with their errors.

use super::closure_choice::{ClosureChoice, log_odds, optimal};
use super::config::{Section, SettingsFile, resolve};
use super::rate_fit::six_digits;
use super::{pretty_json, print};
use crate::StudyError;
use crate::output::Destination;
use crate::study::Settings;
use clap::Args;
use closures::{Closure, Exponent, Regularization, triplet_errors};
#[cfg(feature = "figures")]
use cluster_stats::ReplicaMean;
use cluster_stats::{Trajectory, TripletType};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Fit {
    /// Trajectories, CSV or NPY; calibrated on all of them together
    #[arg(value_name = "DATA", required = true)]
    data: Vec<PathBuf>,
    #[command(flatten)]
    file: SettingsFile,
    #[command(flatten)]
    flags: Flags,
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

#[derive(Debug, Args, Serialize)]
struct Flags {
    /// Ridge of the log-odds closure: decides what the data leave open
    #[arg(long, value_name = "L")]
    ridge: Option<f64>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FitSettings {
    ridge: f64,
}

impl Default for FitSettings {
    fn default() -> FitSettings {
        FitSettings { ridge: 1e-6 }
    }
}

impl Section for FitSettings {
    const NAME: &'static str = "fit";
}

impl Settings for FitSettings {
    fn check(&self) -> Result<(), StudyError> {
        Ok(closures::Calibrator::new().ridge(self.ridge).map(drop)?)
    }
}

/// Reads trajectories, naming the file in errors.
pub(super) fn trajectories(paths: &[PathBuf]) -> Result<Vec<Trajectory>, StudyError> {
    paths
        .iter()
        .map(|path| {
            Trajectory::load(path).map_err(|error| match error {
                cluster_stats::StatsError::File { .. } => error.into(),
                other => StudyError::Unreadable {
                    file: path.display().to_string(),
                    reason: other.to_string(),
                },
            })
        })
        .collect()
}

impl Fit {
    pub(crate) fn run(&self) -> Result<(), StudyError> {
        let settings: FitSettings =
            resolve(&FitSettings::default(), self.file.config.as_deref(), &self.flags)?;
        // what cannot be written is told before the work
        let inputs = self.data.iter().chain(&self.file.config).map(PathBuf::as_path);
        let out = self.out.as_ref().map(|path| Destination::open(path, inputs)).transpose()?;
        let data = trajectories(&self.data)?;
        let hard = optimal(&data, Regularization::hard())?;
        let soft = optimal(&data, Regularization::soft())?;
        let odds = log_odds(&data, settings.ridge)?;
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
        let choices = [
            ("pa", ClosureChoice::Pa),
            ("sa", ClosureChoice::Sa),
            ("oa_hard", ClosureChoice::OaHard),
            ("oa_soft", ClosureChoice::OaSoft),
            ("log_odds", ClosureChoice::LogOdds),
        ];
        let mut rows = Vec::new();
        let mut closures: Vec<(&'static str, Box<dyn Closure>)> = Vec::new();
        for (name, choice) in choices {
            let closure: Box<dyn Closure> = match choice {
                ClosureChoice::OaHard => hard.closure(),
                ClosureChoice::OaSoft => soft.closure(),
                ClosureChoice::LogOdds => Box::new(odds.closure().clone()),
                other => other.closure(&data, settings.ridge)?,
            };
            for (path, trajectory) in self.data.iter().zip(&data) {
                let errors = triplet_errors(&closure, trajectory)?;
                rows.push((name, path.display().to_string(), errors));
            }
            closures.push((name, closure));
        }
        #[cfg(feature = "figures")]
        if let Some(directory) = &self.figures {
            super::save_figures(directory, &figures(&data, &closures)?)?;
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
    use crate::figures::{TypeErrors, errors_by_type, triplets};
    // these two have looks of their own under their short names
    let shown = |name: &'static str| match name {
        "pa" => "PA",
        "sa" => "SA",
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
