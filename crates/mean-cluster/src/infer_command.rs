//! `mean-cluster infer`.

use crate::StudyError;
use crate::compare_command::fraction;
use crate::infer::{InferSettings, Inference};
use crate::resumable_run::ResumableRun;
use crate::study::Progress;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(crate) struct Infer {
    /// Directory for the files; replaced as a whole at the end
    #[arg(long, value_name = "DIR", default_value = "inference")]
    out: PathBuf,
    /// Composition, the fraction of (-), as 0.25 or 1/3
    #[arg(long, value_name = "X", value_parser = fraction, default_value = "1/3")]
    x: f64,
    /// Infer the rates from all ten stoichiometries together, too
    #[arg(long)]
    all: bool,
    /// Closures, by their names in `compare`, separated by commas; oa is oa_hard
    #[arg(long, value_name = "NAMES", value_delimiter = ',', default_values_t = InferSettings::default().closures)]
    closures: Vec<String>,
    /// Seed of the data and of the chains; closures are calibrated on runs with the next one
    #[arg(long, value_name = "N", default_value_t = InferSettings::default().seed)]
    seed: u64,
    /// Annealing runs for each composition; they measure the noise
    #[arg(long, value_name = "R", default_value_t = InferSettings::default().replicas)]
    replicas: usize,
    /// Rows and columns of the lattices
    #[arg(long, value_name = "L", default_value_t = InferSettings::default().size)]
    size: usize,
    /// Chains for each posterior
    #[arg(long, value_name = "C", default_value_t = InferSettings::default().chains)]
    chains: usize,
    /// Draws of each chain in the recommended setting
    #[arg(long, value_name = "M", default_value_t = InferSettings::default().draws)]
    draws: usize,
    /// Draws of each chain in the published setting; 0 leaves it out
    #[arg(long, value_name = "M", default_value_t = InferSettings::default().published_draws)]
    published_draws: usize,
    /// Upper end of the prior box of every rate, in 1/(annealing)
    #[arg(long, value_name = "K", default_value_t = InferSettings::default().upper)]
    upper: f64,
    /// Random starts of the search for the best rates, besides one next to rest
    #[arg(long, value_name = "S", default_value_t = InferSettings::default().starts)]
    starts: usize,
    /// Go on with the run into DIR that was interrupted or killed, with its settings, to the same bytes
    #[arg(
        long,
        value_name = "DIR",
        conflicts_with_all = [
            "out", "x", "all", "closures", "seed", "replicas", "size", "chains", "draws",
            "published_draws", "upper", "starts"
        ]
    )]
    resume: Option<PathBuf>,
    #[command(flatten)]
    run: ResumableRun,
}

impl Infer {
    fn settings(&self) -> InferSettings {
        InferSettings {
            x: self.x,
            all: self.all,
            closures: self.closures.clone(),
            seed: self.seed,
            replicas: self.replicas,
            size: self.size,
            chains: self.chains,
            draws: self.draws,
            published_draws: self.published_draws,
            upper: self.upper,
            starts: self.starts,
        }
    }

    /// Whether the run came to its end, or was interrupted.
    pub(crate) fn run(&self) -> Result<bool, StudyError> {
        let directory = (self.out.as_path(), self.resume.as_deref());
        self.run.run("infer", directory, &self.settings(), |checkpoints, directory| {
            let inference = Inference::resume(checkpoints, Progress::Terminal)?;
            inference.write(directory)?;
            Ok(inference.to_string())
        })
    }
}
