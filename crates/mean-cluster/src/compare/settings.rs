//! What a comparison is made of.

use crate::StudyError;
use crate::annealing::AnnealingSettings;
use crate::catalog;
use crate::limits::{both_kinds, within};
use crate::settings::{Settings, fraction};
use crate::study::{ONE_HALF, ONE_THIRD, STOICHIOMETRIES};
use clap::Args;
use serde::{Deserialize, Serialize};

/// Settings of a comparison. The same settings make the same bytes on any number of threads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct CompareSettings {
    /// Compositions to calibrate on, fractions of (-) between 0 and 1, as 0.25 or 1/3
    #[arg(long, value_name = "X", value_parser = fraction, num_args = 1.., value_delimiter = ',')]
    pub calibrate: Vec<f64>,
    /// Compositions to judge on; rates are judged at 1/3 too
    #[arg(long, value_name = "X", value_parser = fraction, num_args = 1.., value_delimiter = ',')]
    pub judge: Vec<f64>,
    /// Closures to compare with the pair approximation, as comparison.csv names them; none: all
    #[arg(long, alias = "closure", value_name = "NAME", num_args = 1.., value_delimiter = ',')]
    pub closures: Vec<String>,
    /// Seed of the calibration runs; the judging runs have the next one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    pub seed: u64,
    /// Annealing runs for each composition
    #[arg(long, value_name = "R")]
    pub replicas: usize,
    /// Rows and columns of the lattices calibrated on
    #[arg(long, value_name = "L")]
    pub size: usize,
    /// Rows and columns of the lattices judged on
    #[arg(long, value_name = "L")]
    pub judge_size: usize,
    /// Random rates for each closure, composition and system, at least 1
    #[arg(long, value_name = "K")]
    pub trials: usize,
    /// Random starts of the search for the best rates, besides one next to rest
    #[arg(long, value_name = "S")]
    pub starts: usize,
}

impl Default for CompareSettings {
    fn default() -> CompareSettings {
        CompareSettings {
            calibrate: vec![ONE_THIRD, ONE_HALF],
            judge: STOICHIOMETRIES.to_vec(),
            closures: Vec::new(),
            seed: 1,
            replicas: 64,
            size: 48,
            judge_size: 60,
            trials: 200,
            starts: 1,
        }
    }
}

impl CompareSettings {
    /// Whether a closure is compared.
    pub(super) fn compares(&self, name: &str) -> bool {
        name == "pa" || self.closures.is_empty() || self.closures.iter().any(|one| one == name)
    }

    /// The compositions that rates are judged at, in rising order: those of `judge`, and 1/3.
    pub fn rate_compositions(&self) -> Vec<f64> {
        let mut all = self.judge.clone();
        if !all.contains(&ONE_THIRD) {
            all.push(ONE_THIRD);
        }
        all.sort_by(f64::total_cmp);
        all
    }

    /// The annealing that closures are calibrated on.
    pub(super) fn calibration_runs(&self) -> AnnealingSettings {
        AnnealingSettings::of_size(self.seed, self.size, self.replicas)
    }

    /// The annealing that they are judged on; its seed must fit too.
    pub(super) fn judging_runs(&self) -> AnnealingSettings {
        AnnealingSettings::of_size(self.seed.saturating_add(1), self.judge_size, self.replicas)
    }
}

impl Settings for CompareSettings {
    const NAME: &'static str = "compare";

    fn check(&self) -> Result<(), StudyError> {
        let refuse =
            |setting, value: String, allowed| Err(StudyError::Setting { setting, value, allowed });
        self.calibration_runs().check_square("size", 1)?;
        self.judging_runs().check_square("judge-size", self.judge.len())?;
        for (setting, compositions, size) in
            [("calibrate", &self.calibrate, self.size), ("judge", &self.judge, self.judge_size)]
        {
            let sites = size * size;
            compositions.iter().try_for_each(|x| both_kinds(setting, *x, sites))?;
            if compositions.is_empty() {
                return refuse(setting, "empty".to_owned(), "at least one composition");
            }
            let again = |(n, x): (usize, &f64)| compositions[..n].contains(x);
            if compositions.iter().enumerate().any(again) {
                return refuse(setting, format!("{compositions:?}"), "each composition once");
            }
        }
        if let Some(name) = self.closures.iter().find(|name| catalog::find(name).is_none()) {
            return refuse("closure", name.clone(), &catalog::ALLOWED);
        }
        for (setting, value) in [("trials", self.trials), ("starts", self.starts)] {
            within(setting, value, 1..=1_000_000, "1 to 1 000 000")?;
        }
        Ok(())
    }
}
