//! `mean-cluster compare`.

use super::config::Section;
use super::fraction;
use super::job::{self, Work};
use crate::StudyError;
use crate::compare::{CompareSettings, Comparison};
use crate::output::OutputDirectory;
use crate::study::{Checkpoints, Progress};
use clap::Args;
use serde::Serialize;

/// Those given; the others are those of the file, or the defaults.
#[derive(Debug, Args, Serialize)]
pub(crate) struct Flags {
    /// Compositions to calibrate on, as 0.25 or 1/3
    #[arg(long, value_name = "X", value_parser = fraction, num_args = 1.., value_delimiter = ',')]
    calibrate: Option<Vec<f64>>,
    /// Compositions to judge on; rates are judged at 1/3 too
    #[arg(long, value_name = "X", value_parser = fraction, num_args = 1.., value_delimiter = ',')]
    judge: Option<Vec<f64>>,
    /// Closures to compare with the pair approximation, as comparison.csv names them; none: all
    #[arg(long, alias = "closure", value_name = "NAME", num_args = 1.., value_delimiter = ',')]
    closures: Option<Vec<String>>,
    /// Seed of the calibration runs; the judging runs have the next one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: Option<u64>,
    /// Rows and columns of the lattices calibrated on
    #[arg(long, value_name = "L")]
    size: Option<usize>,
    /// Rows and columns of the lattices judged on
    #[arg(long, value_name = "L")]
    judge_size: Option<usize>,
    /// Annealing runs for each composition
    #[arg(long, value_name = "R")]
    replicas: Option<usize>,
    /// Random rates for each closure, composition and system
    #[arg(long, value_name = "K")]
    trials: Option<usize>,
    /// Random starts of the search for the best rates, besides one next to rest
    #[arg(long, value_name = "S")]
    starts: Option<usize>,
}

impl job::Flags for Flags {
    type Settings = CompareSettings;
}

impl Section for CompareSettings {
    const NAME: &'static str = "compare";
}

impl Work for CompareSettings {
    fn work(
        checkpoints: &Checkpoints<CompareSettings>,
        directory: &OutputDirectory,
    ) -> Result<String, StudyError> {
        let comparison = Comparison::resume(checkpoints, Progress::Terminal)?;
        comparison.write(directory)?;
        Ok(comparison.to_string())
    }
}
