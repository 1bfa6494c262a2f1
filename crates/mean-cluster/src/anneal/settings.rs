//! Settings of `mean-cluster anneal`.

use crate::StudyError;
use crate::annealing::AnnealingSettings;
use crate::limits::{self, both_kinds, within};
use crate::output::MOST_FILES;
use crate::settings::{Settings, fraction};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use cluster_stats::Record;
use lattice_core::{
    ConfigurationFormat, CrystalLayer, SwapRange, TriangleEnergy, TriangularLattice,
};
use serde::{Deserialize, Deserializer, Serialize, de::Error};

/// What is annealed, how, and what is written. The flags of the same names say what each means.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Args)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnnealSettings {
    /// Seed of every random number: the same seed gives the same bytes on any number of threads
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    pub(super) seed: u64,
    /// Rows of the lattice, at least 3
    #[arg(long, value_name = "R")]
    pub(super) rows: usize,
    /// Columns of the lattice, at least 3
    #[arg(long, value_name = "C")]
    pub(super) columns: usize,
    /// Fraction of (-) atoms, 0 to 1; on the command line also as 1/3
    #[arg(long, value_name = "X", value_parser = fraction)]
    pub(super) x: f64,
    /// Energies of triangles of 0, 1, 2 and 3 (+): absolute, squared or four numbers
    #[serde(deserialize_with = "energy_of_file")]
    #[arg(long, value_name = "E0,E1,E2,E3", value_parser = energy, allow_hyphen_values = true)]
    pub(super) energy: TriangleEnergy,
    /// Which two sites may swap their atoms: anywhere or nearest-neighbor
    #[arg(long, value_enum)]
    pub(super) swaps: Swaps,
    /// Temperatures, one after another, in the unit of the energy; none: the three that follow
    #[arg(long, value_name = "T,...", value_delimiter = ',')]
    pub(super) temperatures: Vec<f64>,
    /// First temperature of a geometric schedule, in the unit of the energy
    #[arg(long, value_name = "T")]
    pub(super) first_temperature: f64,
    /// Last temperature of a geometric schedule
    #[arg(long, value_name = "T")]
    pub(super) last_temperature: f64,
    /// Temperatures of a geometric schedule
    #[arg(long, value_name = "N")]
    pub(super) temperature_steps: usize,
    /// Samples at each temperature
    #[arg(long, value_name = "N")]
    pub(super) samples_per_step: usize,
    /// Sweeps (a move a site) between samples
    #[arg(long, value_name = "N")]
    pub(super) sweeps_between_samples: u64,
    /// Independent runs, whose mean is the trajectory
    #[arg(long, value_name = "R")]
    pub(super) replicas: usize,
    /// Replicas annealed together: 64, 256 or 512, which cost little more than one; or 1, each alone
    #[arg(long, value_name = "W")]
    pub(super) block_width: usize,
    /// Samples from one frame of the film (of the first replica) to the next; 0: no film
    #[arg(long, value_name = "N")]
    pub(super) film_every: usize,
    /// Format of configurations: txt, npy, xyz (extended XYZ) or vasp (POSCAR, a file a frame)
    #[arg(long, value_parser = format())]
    pub(super) format: ConfigurationFormat,
    /// Nearest-neighbour distance in xyz and vasp files, in angstrom
    #[arg(long, value_name = "D")]
    pub(super) distance: f64,
    /// Chemical symbol of (+)
    #[arg(long, value_name = "SYMBOL")]
    pub(super) plus: String,
    /// Chemical symbol of (-)
    #[arg(long, value_name = "SYMBOL")]
    pub(super) minus: String,
}

impl Default for AnnealSettings {
    fn default() -> AnnealSettings {
        let default = AnnealingSettings::default();
        let layer = CrystalLayer::default();
        let [plus, minus] = layer.species().map(str::to_owned);
        AnnealSettings {
            seed: default.seed,
            rows: default.rows,
            columns: default.rows,
            x: 1.0 / 3.0,
            energy: default.energy,
            swaps: Swaps::Anywhere,
            temperatures: Vec::new(),
            first_temperature: default.first_temperature,
            last_temperature: default.last_temperature,
            temperature_steps: default.temperature_steps,
            samples_per_step: default.samples_per_step,
            sweeps_between_samples: default.sweeps_between_samples,
            replicas: default.replicas,
            block_width: default.block_width,
            film_every: 1,
            format: ConfigurationFormat::ExtendedXyz,
            distance: layer.distance(),
            plus,
            minus,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Swaps {
    Anywhere,
    NearestNeighbor,
}

/// A format by the ending of its files.
fn format() -> impl TypedValueParser<Value = ConfigurationFormat> {
    let all = ConfigurationFormat::ALL;
    PossibleValuesParser::new(all.map(ConfigurationFormat::extension)).map(move |ending| {
        let named = all.into_iter().find(|format| format.extension() == ending);
        named.expect("one of the endings was given")
    })
}

/// `absolute`, `squared` or four numbers with commas.
pub(super) fn energy(text: &str) -> Result<TriangleEnergy, String> {
    match text {
        "absolute" => return Ok(TriangleEnergy::absolute_charge()),
        "squared" => return Ok(TriangleEnergy::squared_charge()),
        _ => {}
    }
    let numbers: Option<Vec<f64>> = text.split(',').map(|word| word.trim().parse().ok()).collect();
    let table = numbers.and_then(|numbers| <[f64; 4]>::try_from(numbers).ok()).ok_or(
        "write absolute, squared or four numbers with commas: the energies of a triangle of 0, 1, \
         2 and 3 (+)",
    )?;
    TriangleEnergy::new(table).map_err(|error| error.to_string())
}

fn energy_of_file<'de, D: Deserializer<'de>>(value: D) -> Result<TriangleEnergy, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        Name(String),
        Table([f64; 4]),
    }
    match Given::deserialize(value) {
        Ok(Given::Name(name)) => energy(&name).map_err(D::Error::custom),
        Ok(Given::Table(table)) => TriangleEnergy::new(table).map_err(D::Error::custom),
        Err(_) => Err(D::Error::custom(
            "energy: write \"absolute\", \"squared\" or four numbers in brackets",
        )),
    }
}

impl AnnealSettings {
    /// The annealing, as every run has it.
    pub(super) fn annealing(&self) -> AnnealingSettings {
        AnnealingSettings {
            seed: self.seed,
            rows: self.rows,
            columns: self.columns,
            energy: self.energy,
            swap_range: match self.swaps {
                Swaps::Anywhere => SwapRange::Anywhere,
                Swaps::NearestNeighbor => SwapRange::NearestNeighbor,
            },
            temperatures: self.temperatures.clone(),
            first_temperature: self.first_temperature,
            last_temperature: self.last_temperature,
            temperature_steps: self.temperature_steps,
            samples_per_step: self.samples_per_step,
            sweeps_between_samples: self.sweeps_between_samples,
            replicas: self.replicas,
            block_width: self.block_width,
        }
    }

    pub(super) fn layer(&self) -> Result<CrystalLayer, StudyError> {
        let layer = CrystalLayer::default().with_distance(self.distance)?;
        Ok(layer.with_species(&self.plus, &self.minus)?)
    }
}

impl Settings for AnnealSettings {
    const NAME: &'static str = "anneal";

    fn check(&self) -> Result<(), StudyError> {
        for (setting, value) in [("rows", self.rows), ("columns", self.columns)] {
            within(setting, value, 3..=1 << 28, "3 to 268435456, with at most 2^30 sites")?;
        }
        let sites = TriangularLattice::new(self.rows, self.columns)?.sites();
        both_kinds("x", self.x, sites)?;
        let annealing = self.annealing();
        annealing.check()?;
        let (samples, replicas) = (annealing.samples(), self.replicas);
        let film = match self.film_every {
            0 => 0,
            every => samples.div_ceil(every) + 1,
        };
        if self.format.holds_one() {
            // two thirds of what a manifest may list, with room for the rest
            let (files, allowed) =
                (film.max(replicas), "xyz: vasp has a file a frame, here too many");
            within("format", files, 0..=MOST_FILES / 3, allowed)?;
        }
        let (replicas, sites) = (replicas as f64, sites as f64);
        let records = replicas * samples as f64 * size_of::<Record>() as f64;
        let frames = (film as f64 + replicas) * sites;
        let lower = "--replicas, --rows, --columns, --samples-per-step or --temperature-steps, or raise --film-every";
        limits::memory(records + frames, lower)?;
        within("distance", self.distance, 0.1..=1000.0, "0.1 to 1000 angstrom")?;
        self.layer().map(drop)
    }
}
