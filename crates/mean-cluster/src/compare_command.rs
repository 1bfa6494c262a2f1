//! `mean-cluster compare`.

use crate::StudyError;
use crate::compare::{CompareSettings, Comparison};
use crate::output::OutputDirectory;
use crate::study::Progress;
use clap::Args;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Compare {
    /// Composition to calibrate on, as 0.25 or 1/3; repeat for several [default: 1/3 and 1/2]
    #[arg(long, value_name = "X", value_parser = fraction)]
    calibrate: Vec<f64>,
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
    /// Write into a directory that holds other files too; they stay unless a name collides
    #[arg(long)]
    force: bool,
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
        let calibrate =
            if self.calibrate.is_empty() { defaults.calibrate } else { self.calibrate.clone() };
        CompareSettings {
            calibrate,
            seed: self.seed,
            replicas: self.replicas,
            size: self.size,
            judge_size: self.judge_size,
            trials: self.trials,
            starts: self.starts,
        }
    }

    pub(crate) fn run(&self) -> Result<(), StudyError> {
        let settings = self.settings();
        settings.check()?;
        let directory = OutputDirectory::open(&self.out, self.force)?;
        let comparison = Comparison::run(&settings, Progress::Terminal)?;
        comparison.write(&directory)?;
        let mut out = std::io::stdout().lock();
        if out.is_terminal() {
            // a terminal that went away is no reason to fail: the files are written
            let _ = write!(out, "{comparison}");
            let _ = writeln!(out, "The files are in {}", directory.path().display());
        }
        Ok(())
    }
}
