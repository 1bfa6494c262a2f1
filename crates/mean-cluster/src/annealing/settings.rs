//! How lattices are annealed, whichever run it is for.

use super::block::{AnnealedBlock, Block};
use crate::StudyError;
use crate::limits::{self, LARGEST_SIZE, positive, within};
use crate::run::Stage;
use crate::settings::Settings;
use cluster_stats::Record;
use indicatif::ProgressBar;
use lattice_core::{
    Annealing, BlockWidth, Composition, LatticeError, Schedule, SwapRange, TriangleEnergy,
    TriangularLattice,
};
use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64;

/// What every run that anneals says of it. By default the data of the paper: 48 x 48 sites, 20 geometric
/// steps from 0.8 to 0.1, the absolute charge deviation, swaps of any two sites.
#[derive(Clone, Debug)]
pub(crate) struct AnnealingSettings {
    pub(crate) seed: u64,
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) energy: TriangleEnergy,
    pub(crate) swap_range: SwapRange,
    /// One after another, in the unit of the energy; none for geometric steps.
    pub(crate) temperatures: Vec<f64>,
    pub(crate) first_temperature: f64,
    pub(crate) last_temperature: f64,
    pub(crate) temperature_steps: usize,
    pub(crate) samples_per_step: usize,
    pub(crate) sweeps_between_samples: u64,
    pub(crate) replicas: usize,
    /// Replicas annealed together, or 1.
    pub(crate) block_width: usize,
}

impl Default for AnnealingSettings {
    fn default() -> AnnealingSettings {
        AnnealingSettings {
            seed: 1,
            rows: 48,
            columns: 48,
            energy: TriangleEnergy::absolute_charge(),
            swap_range: SwapRange::Anywhere,
            temperatures: Vec::new(),
            first_temperature: 0.8,
            last_temperature: 0.1,
            temperature_steps: 20,
            samples_per_step: 3,
            sweeps_between_samples: 30,
            replicas: 64,
            block_width: 64,
        }
    }
}

impl AnnealingSettings {
    /// By default but for these, on a square lattice.
    pub(crate) fn of_size(seed: u64, size: usize, replicas: usize) -> AnnealingSettings {
        let default = AnnealingSettings::default();
        AnnealingSettings { seed, rows: size, columns: size, replicas, ..default }
    }

    /// Checks the ranges of all but rows and columns.
    ///
    /// # Errors
    /// [`StudyError::Setting`]; those of the schedule.
    pub(crate) fn check(&self) -> Result<(), StudyError> {
        let million = "1 to 1 000 000";
        within("replicas", self.replicas, 1..=1_000_000, million)?;
        if self.block_width != 1 && self.width().is_none() {
            return Err(StudyError::Setting {
                setting: "block-width",
                value: self.block_width.to_string(),
                allowed: "1, 64, 256 or 512",
            });
        }
        let largest = "at most 2^63 - 1, the largest integer of the manifest";
        within("seed", self.seed, 0..=i64::MAX as u64, largest)?;
        self.temperatures.iter().try_for_each(|value| positive("temperatures", *value))?;
        positive("first-temperature", self.first_temperature)?;
        positive("last-temperature", self.last_temperature)?;
        within("temperature-steps", self.temperature_steps, 1..=1_000_000, million)?;
        within("samples-per-step", self.samples_per_step, 1..=1_000_000, million)?;
        let (sweeps, allowed) = (self.sweeps_between_samples, "1 to 1 000 000 000");
        within("sweeps-between-samples", sweeps, 1..=1_000_000_000, allowed)?;
        limits::moves(self.sites(), self.samples(), sweeps, self.blocks())?;
        Ok(self.schedule().map(drop)?)
    }

    /// Checks the ranges, with `size` for rows and columns, and that some compositions can be held.
    ///
    /// # Errors
    /// [`StudyError::Setting`], [`StudyError::Memory`]; those of the schedule.
    pub(crate) fn check_square(
        &self,
        size: &'static str,
        compositions: usize,
    ) -> Result<(), StudyError> {
        let allowed = "3 to 32768: below, neighbors coincide, beyond, sites cannot be numbered";
        within(size, self.rows, 3..=LARGEST_SIZE, allowed)?;
        self.check()?;
        let replicas = compositions as f64 * self.replicas as f64;
        let records = replicas * self.samples() as f64 * size_of::<Record>() as f64;
        let lower = "--replicas, --size, --samples-per-step or --temperature-steps";
        limits::memory(records + replicas * self.sites(), lower)
    }

    fn sites(&self) -> f64 {
        self.rows as f64 * self.columns as f64
    }

    /// Samples of a replica; at most 10^12 + 1.
    pub(crate) fn samples(&self) -> usize {
        let steps = match self.temperatures.len() {
            0 => self.temperature_steps,
            given => given,
        };
        1 + steps * self.samples_per_step
    }

    /// How many blocks the replicas are annealed in.
    pub(crate) fn blocks(&self) -> usize {
        self.replicas.div_ceil(self.block_width)
    }

    /// The width of the blocks of ensembles; none if each replica is annealed alone.
    fn width(&self) -> Option<BlockWidth> {
        BlockWidth::ALL.into_iter().find(|width| width.replicas() == self.block_width)
    }

    pub(crate) fn schedule(&self) -> Result<Schedule, LatticeError> {
        let temperatures = if self.temperatures.is_empty() {
            let (first, last) = (self.first_temperature, self.last_temperature);
            Schedule::geometric(first, last, self.temperature_steps)?
        } else {
            Schedule::explicit(self.temperatures.clone())?
        };
        temperatures
            .with_samples_per_step(self.samples_per_step)?
            .with_sweeps_between_samples(self.sweeps_between_samples)
    }

    /// Anneals the block of this number at a composition, keeping a frame of its first replica at the
    /// samples that `keeps` names.
    ///
    /// # Errors
    /// Those of the lattice; [`StudyError::Interrupted`] with the state saved.
    pub(crate) fn anneal_block<S: Settings>(
        &self,
        x: f64,
        number: usize,
        bar: &ProgressBar,
        stage: Option<Stage<'_, S>>,
        keeps: impl Fn(usize) -> bool,
    ) -> Result<AnnealedBlock, StudyError> {
        let replicas = self.block_width.min(self.replicas - number * self.block_width);
        let block = Block {
            lattice: TriangularLattice::new(self.rows, self.columns)?,
            composition: Composition::of_minus(x)?,
            together: self.width().filter(|_| replicas > 1).map(|width| (replicas, width)),
            annealing: Annealing::new(&self.energy, &self.schedule()?, self.swap_range),
            rng: generator(self.seed, x, number as u64),
            bar,
            stage,
        };
        block.anneal(keeps)
    }
}

/// The generator of one block: it depends on the seed, the composition and the block's number alone,
/// so that more blocks or other compositions leave it as it is.
fn generator(seed: u64, x: f64, block: u64) -> Pcg64 {
    let mut of_seed = Pcg64::seed_from_u64(seed);
    let mut of_composition = Pcg64::seed_from_u64(of_seed.next_u64() ^ x.to_bits());
    Pcg64::seed_from_u64(of_composition.next_u64() ^ block)
}
