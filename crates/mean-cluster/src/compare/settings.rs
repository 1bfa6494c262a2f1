//! What a comparison is made of.

use crate::StudyError;
use crate::limits::{LARGEST_SIZE, both_kinds, within};
use crate::settings::{Settings, fraction};
use crate::study::{ONE_HALF, ONE_THIRD, STOICHIOMETRIES, StudySettings};
use clap::Args;
use serde::{Deserialize, Serialize};

/// The closures that can be named.
const NAMES: &str = "one of pa, kirkwood, clustering_mixture, normalized_kirkwood, maximum_entropy, \
                     triangle_ring, power_1, power_2, sa, oa_half_published, oa_third_published, \
                     oa_hard, oa_soft, oa_hard_projected, log_odds_pa, log_odds";
const ONE_OF: usize = "one of ".len();

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

    pub(super) fn annealing(&self, seed: u64, size: usize) -> StudySettings {
        let replicas = self.replicas;
        StudySettings { seed, size, replicas, ..StudySettings::default() }
    }
}

impl Settings for CompareSettings {
    const NAME: &'static str = "compare";

    fn check(&self) -> Result<(), StudyError> {
        let refuse =
            |setting, value: String, allowed| Err(StudyError::Setting { setting, value, allowed });
        self.annealing(self.seed, self.size).check()?;
        // the judging runs have the next seed, which must fit too
        self.annealing(self.seed.saturating_add(1), self.size).check()?;
        let allowed = "3 to 32768: below, neighbors coincide, beyond, sites cannot be numbered";
        within("judge-size", self.judge_size, 3..=LARGEST_SIZE, allowed)?;
        let judged = self.annealing(self.seed, self.judge_size);
        judged.check_memory(judged.schedule()?.samples(), self.judge.len())?;
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
        let known = |name: &&String| NAMES[ONE_OF..].split(", ").any(|one| one == name.as_str());
        if let Some(name) = self.closures.iter().find(|name| !known(name)) {
            return refuse("closure", name.clone(), NAMES);
        }
        for (setting, value) in [("trials", self.trials), ("starts", self.starts)] {
            within(setting, value, 1..=1_000_000, "1 to 1 000 000")?;
        }
        Ok(())
    }
}
