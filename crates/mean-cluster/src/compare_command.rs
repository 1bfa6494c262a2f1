//! `mean-cluster compare`.

use crate::StudyError;
use crate::compare::{CompareSettings, Comparison};
use crate::resumable_run::ResumableRun;
use crate::study::Progress;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// Composition to calibrate on, as 0.25 or 1/3; repeat for several [default: 1/3 and 1/2]
    #[arg(long, value_name = "X", value_parser = fraction)]
    calibrate: Vec<f64>,
    /// Composition to judge on; repeat for several; rates are judged at 1/3 too [default: the ten of
    /// the paper]
    #[arg(long, value_name = "X", value_parser = fraction)]
    judge: Vec<f64>,
    /// Closure to compare with the pair approximation, as comparison.csv names it; repeat for
    /// several [default: all]
    #[arg(long, value_name = "NAME")]
    closure: Vec<String>,
    /// Directory for the files; replaced as a whole at the end
    #[arg(long, value_name = "DIR", default_value = "comparison")]
    out: PathBuf,
    /// Seed of the calibration runs; the judging runs have the next one
    #[arg(long, value_name = "N", default_value_t = CompareSettings::default().seed)]
    seed: u64,
    /// Rows and columns of the lattices calibrated on
    #[arg(long, value_name = "L", default_value_t = CompareSettings::default().size)]
    size: usize,
    /// Rows and columns of the lattices judged on
    #[arg(long, value_name = "L", default_value_t = CompareSettings::default().judge_size)]
    judge_size: usize,
    /// Annealing runs for each composition
    #[arg(long, value_name = "R", default_value_t = CompareSettings::default().replicas)]
    replicas: usize,
    /// Random rates for each closure, composition and system
    #[arg(long, value_name = "K", default_value_t = CompareSettings::default().trials)]
    trials: usize,
    /// Random starts of the search for the best rates, besides one next to rest
    #[arg(long, value_name = "S", default_value_t = CompareSettings::default().starts)]
    starts: usize,
    /// Go on with the run into DIR that was interrupted or killed, with its settings, to the same bytes
    #[arg(
        long,
        value_name = "DIR",
        conflicts_with_all = [
            "out", "calibrate", "judge", "closure", "seed", "size", "judge_size", "replicas", "trials", "starts"
        ]
    )]
    resume: Option<PathBuf>,
    #[command(flatten)]
    run: ResumableRun,
}

/// `0.25` or `1/3`.
pub(crate) fn fraction(text: &str) -> Result<f64, String> {
    let parse = |part: &str| part.trim().parse::<f64>().map_err(|error| format!("{error}"));
    match text.split_once('/') {
        Some((above, below)) => Ok(parse(above)? / parse(below)?),
        None => parse(text),
    }
}

impl Compare {
    fn settings(&self) -> CompareSettings {
        let defaults = CompareSettings::default();
        let given = |own: &Vec<f64>, default| if own.is_empty() { default } else { own.clone() };
        CompareSettings {
            calibrate: given(&self.calibrate, defaults.calibrate),
            judge: given(&self.judge, defaults.judge),
            closures: self.closure.clone(),
            seed: self.seed,
            replicas: self.replicas,
            size: self.size,
            judge_size: self.judge_size,
            trials: self.trials,
            starts: self.starts,
        }
    }

    /// Whether the run came to its end, or was interrupted.
    pub(crate) fn run(&self) -> Result<bool, StudyError> {
        let directory = (self.out.as_path(), self.resume.as_deref());
        self.run.run("compare", directory, &self.settings(), |checkpoints, directory| {
            let comparison = Comparison::resume(checkpoints, Progress::Terminal)?;
            comparison.write(directory)?;
            Ok(comparison.to_string())
        })
    }
}
