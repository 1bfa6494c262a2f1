//! `mean-cluster infer`.

use super::config::Section;
use super::fraction;
use super::job::{self, Work};
use crate::StudyError;
use crate::infer::{InferSettings, Inference};
use crate::output::OutputDirectory;
use crate::study::{Checkpoints, Progress};
use clap::Args;
use serde::Serialize;
use std::ops::Not;

/// Those given; the others are those of the file, or the defaults.
#[derive(Debug, Args, Serialize)]
pub(crate) struct Flags {
    /// Composition, the fraction of (-), as 0.25 or 1/3
    #[arg(long, value_name = "X", value_parser = fraction)]
    x: Option<f64>,
    /// Infer the rates from all ten stoichiometries together, too
    #[arg(long)]
    #[serde(skip_serializing_if = "Not::not")]
    all: bool,
    /// Closures, by their names in compare; oa is short for oa_hard
    #[arg(long, value_name = "NAME", num_args = 1.., value_delimiter = ',')]
    closures: Option<Vec<String>>,
    /// Seed of the data and of the chains; closures are calibrated on runs with the next one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: Option<u64>,
    /// Annealing runs for each composition; they measure the noise
    #[arg(long, value_name = "R")]
    replicas: Option<usize>,
    /// Rows and columns of the lattices
    #[arg(long, value_name = "L")]
    size: Option<usize>,
    /// Chains for each posterior
    #[arg(long, value_name = "C")]
    chains: Option<usize>,
    /// Draws of each chain in the recommended setting
    #[arg(long, value_name = "M")]
    draws: Option<usize>,
    /// Draws of each chain in the published setting; 0 leaves it out
    #[arg(long, value_name = "M")]
    published_draws: Option<usize>,
    /// Upper end of the prior box of every rate, in 1/(annealing)
    #[arg(long, value_name = "K")]
    upper: Option<f64>,
    /// Random starts of the search for the best rates, besides one next to rest
    #[arg(long, value_name = "S")]
    starts: Option<usize>,
}

impl job::Flags for Flags {
    type Settings = InferSettings;
}

impl Section for InferSettings {
    const NAME: &'static str = "infer";
}

impl Work for InferSettings {
    fn work(
        checkpoints: &Checkpoints<InferSettings>,
        directory: &OutputDirectory,
    ) -> Result<String, StudyError> {
        let inference = Inference::resume(checkpoints, Progress::Terminal)?;
        inference.write(directory)?;
        Ok(inference.to_string())
    }
}
