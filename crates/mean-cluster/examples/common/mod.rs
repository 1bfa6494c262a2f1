//! What the examples share: arguments, and curves of models and simulations.
#![allow(dead_code, reason = "each example uses a part of it")]

use mean_cluster::cluster_stats::ClusterTrajectory;
use mean_cluster::figures::{Curve, Figure};
use mean_cluster::kinetic::KineticMeans;
use std::error::Error;
use std::path::PathBuf;

/// What an example returns.
pub(crate) type Outcome = Result<(), Box<dyn Error>>;

/// `cargo run --release --example NAME [-- [--quick] [DIR]]`.
pub(crate) struct Arguments {
    /// A few seconds of work instead of all.
    pub(crate) quick: bool,
    directory: PathBuf,
}

impl Arguments {
    /// The arguments of the process; figures go to `examples-out` unless a directory is given.
    pub(crate) fn read() -> Arguments {
        let (flags, names): (Vec<String>, Vec<String>) =
            std::env::args().skip(1).partition(|argument| argument.starts_with("--"));
        let quick = flags.iter().any(|flag| flag == "--quick");
        let directory = names.first().map_or("examples-out", String::as_str).into();
        Arguments { quick, directory }
    }

    /// One number for the whole work, another for the quick one.
    pub(crate) fn choose<T>(&self, whole: T, quick: T) -> T {
        if self.quick { quick } else { whole }
    }

    /// Writes NAME.svg and NAME.png.
    pub(crate) fn save(&self, figure: Figure, name: &str) -> Outcome {
        std::fs::create_dir_all(&self.directory)?;
        figure.named(name).save(&self.directory)?;
        println!("figure: {}", self.directory.join(format!("{name}.svg")).display());
        Ok(())
    }
}

/// So many times from 0 to the end, equally far apart.
pub(crate) fn times(end: f64, number: usize) -> Vec<f64> {
    (0..=number).map(|step| end * step as f64 / number as f64).collect()
}

/// A concentration of a closed hierarchy over time.
pub(crate) fn model(
    name: &str,
    solution: &ClusterTrajectory,
    cluster: &str,
) -> Result<Curve, Box<dyn Error>> {
    let values = solution.of(cluster)?;
    let points = solution.times().iter().zip(values).map(|(&time, value)| [time, value]);
    Ok(Curve { name: name.to_owned(), points: points.collect(), errors: None })
}

/// The same of simulations, with standard errors.
pub(crate) fn simulation(means: &KineticMeans, cluster: &str) -> Result<Curve, Box<dyn Error>> {
    let (values, errors) = means.of(cluster)?;
    let points = means.trajectory().times().iter().zip(values).map(|(&time, value)| [time, value]);
    Ok(Curve { name: "Monte Carlo".to_owned(), points: points.collect(), errors: Some(errors) })
}

/// Root mean square over time of model minus simulation; that of the simulation's standard error
/// beside it is what no model can be below.
pub(crate) fn deviation(model: &Curve, simulation: &Curve) -> (f64, f64) {
    let n = simulation.points.len() as f64;
    let pairs = model.points.iter().zip(&simulation.points);
    let squares: f64 = pairs.map(|(model, data)| (model[1] - data[1]).powi(2)).sum();
    let errors: f64 = simulation.errors.iter().flatten().map(|error| error * error).sum();
    ((squares / n).sqrt(), (errors / n).sqrt())
}
