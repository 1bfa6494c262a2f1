//! What a run of the study is made of.

use crate::StudyError;
use crate::annealing::AnnealingSettings;
use crate::limits::{self, within};
use crate::settings::Settings;
use clap::Args;
use lattice_core::{LatticeError, Schedule};
use serde::{Deserialize, Serialize};

/// The ten stoichiometries of the paper: the nominal fraction x of (-) in Li_x Mn_(1-x).
pub const STOICHIOMETRIES: [f64; 10] = [0.25, 0.30, 0.33, 0.36, 0.42, 0.50, 0.58, 0.64, 0.70, 0.75];

/// The calibration at x = 1/2, one of the ten.
pub const ONE_HALF: f64 = 0.5;

/// The calibration at x = 1/3, annealed beside the ten (0.33 is taken as 0.33).
pub const ONE_THIRD: f64 = 1.0 / 3.0;

/// Upper end of the prior box of every rate, in 1/(annealing experiment); the lower end is 0.
pub const LARGEST_RATE: f64 = 50.0;

/// Settings of the study of the paper. The same settings make the same bytes on any number of
/// threads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub struct StudySettings {
    /// Seed of every random number: the same seed gives the same bytes on any number of threads
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    pub seed: u64,
    /// Rows and columns of the lattice, 3 to 32768; with --quick 24
    #[arg(long, value_name = "L")]
    pub size: usize,
    /// Annealing runs for each composition, 1 to 1 000 000
    #[arg(long, value_name = "R")]
    pub replicas: usize,
    /// Replicas annealed together: 64, 256 or 512, which cost little more than one; or 1, each alone
    #[arg(long, value_name = "W")]
    pub block_width: usize,
    /// Draws of each chain, at least 4, the fewest that have diagnostics; with --quick 2000
    #[arg(long, value_name = "M")]
    pub samples: usize,
    /// Chains for each posterior
    #[arg(long, value_name = "C")]
    pub chains: usize,
    /// Random starts of the minimiser that finds where the chains begin; with --quick fewer
    #[arg(long, value_name = "S")]
    pub starts: usize,
    /// First temperature of the geometric schedule, in the unit of the energy
    #[arg(long, value_name = "T")]
    pub first_temperature: f64,
    /// Last temperature, in the unit of the energy, at most the first
    #[arg(long, value_name = "T")]
    pub last_temperature: f64,
    /// Geometric steps from the first to the last temperature
    #[arg(long, value_name = "N")]
    pub temperature_steps: usize,
    /// Samples at each temperature
    #[arg(long, value_name = "N")]
    pub samples_per_step: usize,
    /// Sweeps (a move a site) between samples
    #[arg(long, value_name = "N")]
    pub sweeps_between_samples: u64,
}

impl Default for StudySettings {
    /// The default run: 48 x 48 sites, 20 geometric steps from 0.8 to 0.1, 61 samples.
    fn default() -> StudySettings {
        let default = AnnealingSettings::default();
        StudySettings {
            seed: default.seed,
            size: default.rows,
            replicas: default.replicas,
            block_width: default.block_width,
            samples: 100_000,
            chains: 2,
            starts: 20,
            first_temperature: default.first_temperature,
            last_temperature: default.last_temperature,
            temperature_steps: default.temperature_steps,
            samples_per_step: default.samples_per_step,
            sweeps_between_samples: default.sweeps_between_samples,
        }
    }
}

impl StudySettings {
    /// A run of a second or two that makes every file, for a first look: its figures are noisy.
    pub fn quick() -> StudySettings {
        StudySettings { size: 24, samples: 2_000, starts: 5, ..StudySettings::default() }
    }

    /// Checks the ranges that the crates below do not check themselves.
    ///
    /// # Errors
    /// [`StudyError::Setting`] naming the setting and its range; those of the schedule.
    pub fn check(&self) -> Result<(), StudyError> {
        within("samples", self.samples, 4..=100_000_000, "4 to 100 000 000 draws")?;
        within("chains", self.chains, 1..=1_000_000, "1 to 1 000 000")?;
        within("starts", self.starts, 1..=1_000_000, "1 to 1 000 000")?;
        self.annealing().check_square("size", 1)?;
        if self.last_temperature > self.first_temperature {
            return Err(StudyError::Setting {
                setting: "last-temperature",
                value: self.last_temperature.to_string(),
                allowed: "at most the first temperature, because the study cools",
            });
        }
        Ok(())
    }

    /// The annealing: the absolute charge deviation, which reproduces the paper's Table II, and swaps of
    /// any two sites, as the paper describes its data.
    pub(super) fn annealing(&self) -> AnnealingSettings {
        AnnealingSettings {
            block_width: self.block_width,
            first_temperature: self.first_temperature,
            last_temperature: self.last_temperature,
            temperature_steps: self.temperature_steps,
            samples_per_step: self.samples_per_step,
            sweeps_between_samples: self.sweeps_between_samples,
            ..AnnealingSettings::of_size(self.seed, self.size, self.replicas)
        }
    }

    /// The annealing schedule.
    ///
    /// # Errors
    /// Those of [`Schedule`], naming the temperature or the number.
    pub fn schedule(&self) -> Result<Schedule, LatticeError> {
        self.annealing().schedule()
    }

    /// The compositions annealed, in rising order: the ten and 1/3.
    pub fn compositions(&self) -> Vec<f64> {
        let mut all: Vec<f64> = STOICHIOMETRIES.into_iter().chain([ONE_THIRD]).collect();
        all.sort_by(f64::total_cmp);
        all
    }
}

impl Settings for StudySettings {
    const NAME: &'static str = "reproduce";

    fn check(&self) -> Result<(), StudyError> {
        StudySettings::check(self)?;
        self.annealing().check_square("size", self.compositions().len())?;
        let draws = limits::bytes_of_draws(self.chains, self.samples);
        limits::memory(2.0 * draws, "--samples or --chains")
    }
}
