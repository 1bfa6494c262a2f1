//! What an inference is made of.

use crate::StudyError;
use crate::annealing::AnnealingSettings;
use crate::catalog::{self, OA_HARD};
use crate::limits::{self, both_kinds, positive, within};
use crate::settings::{Settings, fraction};
use crate::study::{LARGEST_RATE, ONE_THIRD};
use clap::Args;
use serde::{Deserialize, Serialize};

/// Settings of an inference. The same settings make the same bytes on any number of threads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct InferSettings {
    /// Composition, the fraction of (-) between 0 and 1, as 0.25 or 1/3
    #[arg(long, value_name = "X", value_parser = fraction)]
    pub x: f64,
    /// Infer the rates from all ten stoichiometries together, too
    #[arg(long, action = clap::ArgAction::Set, num_args = 0, default_missing_value = "true")]
    pub all: bool,
    /// Closures, by their names in compare; oa is short for oa_hard
    #[arg(long, value_name = "NAME", num_args = 1.., value_delimiter = ',')]
    pub closures: Vec<String>,
    /// Seed of the data and of the chains; closures are calibrated on runs with the next one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    pub seed: u64,
    /// Annealing runs for each composition, at least 3: they measure the noise
    #[arg(long, value_name = "R")]
    pub replicas: usize,
    /// Rows and columns of the lattices
    #[arg(long, value_name = "L")]
    pub size: usize,
    /// Chains for each posterior, at least 2
    #[arg(long, value_name = "C")]
    pub chains: usize,
    /// Draws of each chain in the recommended setting
    #[arg(long, value_name = "M")]
    pub draws: usize,
    /// Draws of each chain in the published setting; 0 leaves it out
    #[arg(long, value_name = "M")]
    pub published_draws: usize,
    /// Upper end of the prior box of every rate, in 1/(annealing); the lower end is 0
    #[arg(long, value_name = "K")]
    pub upper: f64,
    /// Random starts of the search for the best rates, besides one next to rest
    #[arg(long, value_name = "S")]
    pub starts: usize,
}

impl Default for InferSettings {
    fn default() -> InferSettings {
        InferSettings {
            x: ONE_THIRD,
            all: false,
            closures: ["pa", "oa", "sa", "log_odds"].map(str::to_owned).to_vec(),
            seed: 1,
            replicas: 64,
            size: 48,
            chains: 4,
            draws: 1_000,
            published_draws: 100_000,
            upper: LARGEST_RATE,
            starts: 4,
        }
    }
}

impl InferSettings {
    /// The names of the closures in files.
    pub fn closure_names(&self) -> Vec<String> {
        let long = |name: &String| if name == "oa" { OA_HARD.to_owned() } else { name.clone() };
        self.closures.iter().map(long).collect()
    }

    /// The annealing that the data are made by.
    pub(super) fn data_runs(&self) -> AnnealingSettings {
        AnnealingSettings::of_size(self.seed, self.size, self.replicas)
    }

    /// The annealing that closures are calibrated on; its seed must fit too.
    pub(super) fn calibration_runs(&self) -> AnnealingSettings {
        AnnealingSettings { seed: self.seed.saturating_add(1), ..self.data_runs() }
    }
}

impl Settings for InferSettings {
    const NAME: &'static str = "infer";

    fn check(&self) -> Result<(), StudyError> {
        let refuse =
            |setting, value: String, allowed| Err(StudyError::Setting { setting, value, allowed });
        self.data_runs().check_square("size", 1)?;
        self.calibration_runs().check_square("size", 1)?;
        within("starts", self.starts, 1..=1_000_000, "1 to 1 000 000")?;
        both_kinds("x", self.x, self.size * self.size)?;
        within("replicas", self.replicas, 3..=1_000_000, "3 to 1 000 000: they measure the noise")?;
        let chains = "2 to 1 000 000: with one, R-hat is undefined";
        within("chains", self.chains, 2..=1_000_000, chains)?;
        let draws = "4 to 100 000 000: fewer have no diagnostics";
        within("draws", self.draws, 4..=100_000_000, draws)?;
        let published = "0, or 4 to 100 000 000: fewer have no diagnostics";
        if self.published_draws > 0 {
            within("published-draws", self.published_draws, 4..=100_000_000, published)?;
        }
        positive("upper", self.upper)?;
        within("upper", self.upper, 0.0..=1e100, "at most 1e100, or products of rates overflow")?;
        let of_closure = limits::bytes_of_draws(self.chains, self.draws)
            + limits::bytes_of_draws(self.chains, self.published_draws);
        let lower = "--draws, --published-draws, --chains or the number of closures";
        limits::memory(self.closures.len() as f64 * of_closure, lower)?;
        let names = self.closure_names();
        if let Some(name) = names.iter().find(|name| catalog::find(name).is_none()) {
            return refuse("closures", name.clone(), &catalog::ALLOWED);
        }
        if names.is_empty() {
            return refuse("closures", "empty".to_owned(), "at least one closure");
        }
        let again = |(n, name): (usize, &String)| names[..n].contains(name);
        if names.iter().enumerate().any(again) {
            return refuse("closures", self.closures.join(","), "each closure once");
        }
        Ok(())
    }
}
