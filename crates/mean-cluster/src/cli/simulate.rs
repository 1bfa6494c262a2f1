//! `mean-cluster simulate`: a closed system of rate equations from a start, with rates given or fitted.

use super::fit::{calibrating, check_tolerance, trajectories};
use super::print::{pretty_json, print};
use super::rate_fit::RateFit;
use super::row::{Command, SettingsFile};
use crate::StudyError;
use crate::catalog::{Entry, offered};
use crate::limits::{self, within};
use crate::settings::{Settings, fraction};
use crate::study::{LARGEST_RATE, STEP_LIMIT};
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, ValueEnum};
use closures::Closure;
#[cfg(feature = "figures")]
use cluster_stats::PairType;
use cluster_stats::{PairConcentrations, Trajectory};
use hierarchy_ode::{ClosedModel, Misfit, OdeError, RateConstants};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::fmt::Write;
use std::path::PathBuf;
use std::sync::LazyLock;

#[derive(Debug, Args)]
pub(super) struct Simulate {
    /// Print JSON: rates, what the data determine of them, misfit, drift, times, pairs
    #[arg(long)]
    json: bool,
    /// Write what would be printed into this file; it is replaced whole, and links are followed
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Draw the pairs, and the first data, into this directory
    #[cfg(feature = "figures")]
    #[arg(long, value_name = "DIR")]
    figures: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
enum System {
    Conserving,
    Published,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub(super) struct SimulateSettings {
    /// Trajectories, CSV or NPY: what the closure is calibrated on; the first is what rates are fitted to
    #[arg(long, value_name = "DATA,...", value_delimiter = ',')]
    data: Vec<PathBuf>,
    /// The closure
    #[arg(long, value_name = "CLOSURE", value_parser = closures())]
    closure: String,
    /// The system: conserving (composition stays) or published (it may drift)
    #[arg(long, value_enum)]
    system: System,
    /// The eight rates k1,...,k8, per shape, in 1/(time unit of the data); none: fitted to the first data
    #[arg(long, value_name = "K,...", value_delimiter = ',')]
    rates: Vec<f64>,
    /// Pairs at the first time, C++,C--,C+-, ordered; none: the first sample of the data, or a random lattice
    #[arg(long, value_name = "PP,MM,PM", value_delimiter = ',')]
    start: Vec<f64>,
    /// Fraction of (-) of the random lattice it starts from without data; also as 1/3
    #[arg(long, value_name = "X", value_parser = fraction)]
    x: f64,
    /// End time, in the time unit of the data; 0: the last time of the first data, or 1 without data
    #[arg(long, value_name = "T")]
    end: f64,
    /// Steps of equal length from the first time (of the data, or 0) to the end time
    #[arg(long, value_name = "N")]
    steps: usize,
    /// Upper bound of each fitted rate, in 1/(time unit of the data), the lower is 0; 0: 50 in 1/(time span of the data)
    #[arg(long, value_name = "K")]
    largest_rate: f64,
    /// Random starting points of the minimizer
    #[arg(long, value_name = "N")]
    starts: usize,
    /// Seed for the minimizer's random starting points
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: u64,
    /// Ridge of the log-odds closure
    #[arg(long, value_name = "L")]
    ridge: f64,
    /// How far sum rules of the data may be off, for numbers with noise; 0: as their digits allow
    #[arg(long, value_name = "T")]
    tolerance: f64,
}

impl Default for SimulateSettings {
    fn default() -> SimulateSettings {
        SimulateSettings {
            data: Vec::new(),
            closure: "pa".to_owned(),
            system: System::Conserving,
            rates: Vec::new(),
            start: Vec::new(),
            x: 1.0 / 3.0,
            end: 0.0,
            steps: 60,
            largest_rate: 0.0,
            starts: 20,
            seed: 1,
            ridge: 1e-6,
            tolerance: 0.0,
        }
    }
}

impl Settings for SimulateSettings {
    const NAME: &'static str = "simulate";

    fn check(&self) -> Result<(), StudyError> {
        let refuse =
            |setting, value: String, allowed| Err(StudyError::Setting { setting, value, allowed });
        let list = |values: &[f64]| format!("{values:?}");
        if self.data.is_empty() && self.rates.is_empty() {
            return refuse("rates", "empty".into(), "eight numbers, or data to fit them to");
        }
        let entry = self.entry()?;
        if self.data.is_empty() && entry.needs_data() {
            return refuse("data", "empty".into(), "given: this closure is calibrated on it");
        }
        if !matches!(self.rates.len(), 0 | 8) {
            return refuse("rates", list(&self.rates), "eight numbers, k1 to k8");
        }
        let is_pairs = self.start.len() == 3
            && self.start.iter().all(|value| (0.0..=1.0).contains(value))
            && (self.start[0] + self.start[1] + 2.0 * self.start[2] - 1.0).abs() < 1e-9;
        if !(self.start.is_empty() || is_pairs) {
            return refuse("start", list(&self.start), "C++, C--, C+- with C++ + C-- + 2 C+- = 1");
        }
        for rate in &self.rates {
            within("rates", *rate, 0.0..=f64::MAX, "finite and not negative")?;
        }
        limits::fraction("x", self.x)?;
        if !self.end.is_finite() {
            return refuse("end", self.end.to_string(), LATER);
        }
        within("steps", self.steps, 1..=10_000_000, "1 to 10 000 000")?;
        within("starts", self.starts, 1..=1_000_000, "1 to 1 000 000")?;
        let allowed = "above 0 and at most 1e100, or 0 for 50 in 1/(time span of the data)";
        within("largest-rate", self.largest_rate, 0.0..=MOST, allowed)?;
        within("seed", self.seed, 0..=i64::MAX as u64, "at most 2^63 - 1")?;
        check_tolerance(self.tolerance)?;
        closures::Calibrator::new().ridge(self.ridge)?;
        Ok(())
    }
}

/// The closures that can be named, for the help.
fn closures() -> PossibleValuesParser {
    let named = |(entry, about): (&Entry, &'static str)| PossibleValue::new(entry.name).help(about);
    PossibleValuesParser::new(offered().into_iter().map(named))
}

/// What the name of a closure must be, for messages.
static ALLOWED: LazyLock<String> = LazyLock::new(|| {
    let names: Vec<&str> = offered().into_iter().map(|(entry, _)| entry.name).collect();
    format!("one of {}", names.join(", "))
});

impl SimulateSettings {
    fn entry(&self) -> Result<&'static Entry, StudyError> {
        let found =
            offered().into_iter().map(|(entry, _)| entry).find(|entry| entry.name == self.closure);
        let value = || self.closure.clone();
        found.ok_or_else(|| StudyError::Setting {
            setting: "closure",
            value: value(),
            allowed: &ALLOWED,
        })
    }

    /// That the rates given act within times that there are.
    fn check_rates(&self, data: Option<&Trajectory>) -> Result<(), StudyError> {
        let times = self.times(data)?;
        let span = times[times.len() - 1] - times[0];
        match self.rates.iter().find(|rate| **rate * span > FASTEST) {
            None => Ok(()),
            Some(rate) => {
                let value = format!("{rate:e} in a time span of {span}");
                let allowed = "at most 1e15 in 1/(time span): a faster one acts within the rounding of \
                               a time. Lower --rates or --end, or give the time in a shorter unit";
                Err(StudyError::Setting { setting: "rates", value, allowed })
            }
        }
    }

    /// The times of the steps: from the first time of the data, or 0, to the end time.
    fn times(&self, data: Option<&Trajectory>) -> Result<Vec<f64>, StudyError> {
        let (first, last) = data.map_or((0.0, 1.0), |data| (data.first().time, data.last().time));
        let end = if self.end == 0.0 { last } else { self.end };
        if end <= first || !(end - first).is_finite() {
            let value = format!("{end}, and the first time {first}");
            return Err(StudyError::Setting { setting: "end", value, allowed: LATER });
        }
        let step = (end - first) / self.steps as f64;
        let time = |index| if index == self.steps { end } else { first + step * index as f64 };
        Ok((0..=self.steps).map(time).collect())
    }
}

/// The largest rate, in 1/time: products of those beyond overflow.
const MOST: f64 = 1e100;

/// The fastest rate, in 1/(time span): it acts within the rounding of a time.
const FASTEST: f64 = 1e15;

/// The allowed end times.
const LATER: &str =
    "finite and later than the first time, or 0 for the last time of the data, or 1 without data";

/// What a solver says, with the flags that help in place of the settings of the library.
fn unfinished(error: OdeError) -> StudyError {
    match error {
        OdeError::TooManySteps { time, steps } => StudyError::TooFast { time, steps },
        OdeError::StepUnderflow { time } => StudyError::NotSmooth { time },
        other => other.into(),
    }
}

impl Command for Simulate {
    type Settings = SimulateSettings;

    const ABOUT: [&'static str; 2] = [
        "Integrate a closed system, with rates that are given or fitted to a trajectory of your own",
        "Example: mean-cluster simulate --closure log_odds --data annealed/trajectory.csv --out pairs.csv",
    ];

    fn run(&self, settings: &SimulateSettings, file: &SettingsFile) -> Result<(), StudyError> {
        let out = file.destination(self.out.as_deref(), &settings.data)?;
        let data = trajectories(&settings.data, settings.tolerance)?;
        let closure = settings.entry()?.closure(&calibrating(&data, settings.ridge))?;
        let closure: &dyn Closure = &*closure;
        let model = match settings.system {
            System::Conserving => ClosedModel::conserving(closure),
            System::Published => ClosedModel::published(closure),
        };
        let (rates, misfit, fit) = match (<[f64; 8]>::try_from(&settings.rates[..]), data.first()) {
            (Ok(rates), data) => {
                let rates = RateConstants::from_array(rates)?;
                settings.check_rates(data)?;
                let misfit = data.map(|data| Misfit::new(&model, data)?.evaluate(&rates));
                (rates, misfit.transpose().map_err(unfinished)?, None)
            }
            (Err(_), Some(data)) => {
                // rates that an explicit solver does not come to an end with are not those of data
                let limited = model.with_step_limit(STEP_LIMIT);
                let largest = match settings.largest_rate {
                    0.0 => LARGEST_RATE / data.duration(),
                    given => given,
                };
                let fit = RateFit::new(&limited, data, largest, settings.starts, settings.seed)?;
                (fit.rates, Some(fit.misfit), Some(fit))
            }
            (Err(_), None) => {
                let value = "empty".to_owned();
                let allowed = "eight numbers, or data to fit them to";
                return Err(StudyError::Setting { setting: "rates", value, allowed });
            }
        };
        let start = match (&settings.start[..], data.first()) {
            (&[plus_plus, minus_minus, plus_minus], _) => {
                PairConcentrations { plus_plus, minus_minus, plus_minus }
            }
            (_, Some(data)) => data.first().concentrations.pairs,
            _ => PairConcentrations::random_lattice(settings.x),
        };
        let times = settings.times(data.first())?;
        let solution = model.solve(&rates, start, &times).map_err(unfinished)?;
        #[cfg(feature = "figures")]
        if let Some(directory) = &self.figures {
            let figure = figure(&settings.closure, &solution, data.first())?;
            super::print::save_figures(directory, &[figure])?;
        }
        let pairs = solution.times().iter().zip(solution.pairs());
        let text = if self.json {
            let rows: Vec<_> = pairs.map(|(_, pairs)| pairs.to_array()).collect();
            let mut all = json!({
                "schema": 2,
                "closure": settings.closure,
                "system": settings.system,
                "rates": rates.as_array(),
                "misfit": misfit,
                "composition_drift": solution.composition_drift(),
                "times": solution.times(),
                "pp_mm_pm": rows,
            });
            if let Some(fit) = &fit {
                all["fit"] = fit.json();
            }
            pretty_json(&all)
        } else {
            if let Some(fit) = &fit {
                let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("{fit}"));
            }
            let mut text = String::from("time,c_plus,c_minus,pp,mm,pm\n");
            for (time, pairs) in pairs {
                let [pp, mm, pm] = pairs.to_array();
                let (plus, minus) = (pairs.plus(), pairs.minus());
                let _ = writeln!(text, "{time},{plus},{minus},{pp},{mm},{pm}");
            }
            text
        };
        match out {
            Some(out) => out.write(text.as_bytes()),
            None => print(&text),
        }
    }
}

/// Each pair over time: the model as a line, the data as markers.
#[cfg(feature = "figures")]
fn figure(
    closure: &str,
    solution: &hierarchy_ode::Solution,
    data: Option<&cluster_stats::Trajectory>,
) -> Result<crate::figures::Figure, StudyError> {
    use crate::figures::{Curve, CurvePanel, curves};
    let panels = PairType::ALL.map(|pair| {
        let model = solution.times().iter().zip(solution.pairs());
        let model = Curve {
            name: closure.to_owned(),
            points: model.map(|(time, pairs)| [*time, pairs.get(pair)]).collect(),
            errors: None,
        };
        let measured = data.map(|data| {
            let records = data.records().iter();
            let points: Vec<[f64; 2]> =
                records.map(|r| [r.time, r.concentrations.pairs.get(pair)]).collect();
            let errors = Some(vec![0.0; points.len()]); // it has none, and they are not drawn
            Curve { name: "data".to_owned(), points, errors }
        });
        let title = pair.ascii().to_owned();
        let y = "concentration (ordered)".to_owned();
        CurvePanel { title, y, curves: [model].into_iter().chain(measured).collect() }
    });
    Ok(curves("time", &panels)?.named("pairs").titled("Pairs of the closed system over time"))
}
