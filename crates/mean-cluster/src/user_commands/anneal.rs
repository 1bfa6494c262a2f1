//! `mean-cluster anneal`: lattices of the user's own, annealed in blocks of replicas.

use super::anneal_settings::{AnnealSettings, FrameFormat, Swaps, energy};
use super::config::{SettingsFile, resolve};
use crate::StudyError;
use crate::compare_command::fraction;
use crate::output::{Manifest, OutputDirectory};
use crate::reproduce_command::{seconds, stop_on_signals};
use crate::study::{Checkpoints, Progress, generator};
use clap::Args;
use cluster_stats::{CountClusters, Recorder, Trajectory};
use indicatif::ProgressBar;
use lattice_core::{Annealing, Configuration, Ensemble, Frame, LatticeError, TriangleEnergy};
use rand_pcg::Pcg64;
use rayon::prelude::*;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::time::Duration;

#[derive(Debug, Args)]
pub(crate) struct Anneal {
    #[command(flatten)]
    file: SettingsFile,
    #[command(flatten)]
    flags: Flags,
    /// Directory for the files; replaced as a whole at the end
    #[arg(long, value_name = "DIR", default_value = "annealed")]
    out: PathBuf,
    /// Go on with the run into DIR that was interrupted or killed, with its settings, to the same bytes
    #[arg(long, value_name = "DIR", conflicts_with_all = ["out", "config", "Flags"])]
    resume: Option<PathBuf>,
    /// Seconds between two savings of the state, which is in DIR.checkpoints until the run is done
    #[arg(long, value_name = "S", default_value = "5", value_parser = seconds)]
    save_every: Duration,
    /// Write into a directory that holds other files too; they stay unless a name collides
    #[arg(long)]
    force: bool,
}

/// Those given; the others are those of the file, or the defaults.
#[derive(Debug, Default, Args, Serialize)]
struct Flags {
    /// Seed of every random number: the same seed gives the same bytes on any number of threads
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(..=i64::MAX as u64))]
    seed: Option<u64>,
    /// Rows of the lattice, at least 3
    #[arg(long, value_name = "R")]
    rows: Option<usize>,
    /// Columns of the lattice, at least 3
    #[arg(long, value_name = "C")]
    columns: Option<usize>,
    /// Fraction of (-) atoms, 0 to 1; on the command line also as 1/3
    #[arg(long, value_name = "X", value_parser = fraction)]
    x: Option<f64>,
    /// Energies of triangles of 0, 1, 2 and 3 (+): absolute, squared or four numbers
    #[arg(long, value_name = "E0,E1,E2,E3", value_parser = energy, allow_hyphen_values = true)]
    energy: Option<TriangleEnergy>,
    /// Which two sites may swap their atoms: anywhere or nearest-neighbor
    #[arg(long, value_enum)]
    swaps: Option<Swaps>,
    /// Temperatures, one after another, in the unit of the energy; none: the three that follow
    #[arg(long, value_name = "T,...", value_delimiter = ',')]
    temperatures: Option<Vec<f64>>,
    /// First temperature of a geometric schedule, in the unit of the energy
    #[arg(long, value_name = "T")]
    first_temperature: Option<f64>,
    /// Last temperature of a geometric schedule
    #[arg(long, value_name = "T")]
    last_temperature: Option<f64>,
    /// Temperatures of a geometric schedule
    #[arg(long, value_name = "N")]
    temperature_steps: Option<usize>,
    /// Samples at each temperature
    #[arg(long, value_name = "N")]
    samples_per_step: Option<usize>,
    /// Sweeps (a move a site) between samples
    #[arg(long, value_name = "N")]
    sweeps_between_samples: Option<u64>,
    /// Independent runs, whose mean is the trajectory
    #[arg(long, value_name = "R")]
    replicas: Option<usize>,
    /// Replicas annealed together: 64, 256 or 512, which cost little more than one; or 1, each alone
    #[arg(long, value_name = "W")]
    block_width: Option<usize>,
    /// Samples from one frame of the film (of the first replica) to the next; 0: no film
    #[arg(long, value_name = "N")]
    film_every: Option<usize>,
    /// Format of configurations: txt, npy, xyz (extended XYZ) or vasp (POSCAR, a file a frame)
    #[arg(long, value_enum)]
    format: Option<FrameFormat>,
    /// Nearest-neighbour distance in xyz and vasp files, in angstrom
    #[arg(long, value_name = "D")]
    distance: Option<f64>,
    /// Chemical symbol of (+)
    #[arg(long, value_name = "SYMBOL")]
    plus: Option<String>,
    /// Chemical symbol of (-)
    #[arg(long, value_name = "SYMBOL")]
    minus: Option<String>,
}

/// What an annealing gives.
pub(super) struct Annealed {
    pub(super) replicas: Vec<Trajectory>,
    pub(super) film: Vec<Frame>,
    pub(super) last: Vec<Frame>,
}

impl Anneal {
    /// For a run with the settings of a directory, into that or another.
    pub(super) fn into_directory(out: PathBuf) -> Anneal {
        Anneal {
            file: SettingsFile::default(),
            flags: Flags::default(),
            out,
            resume: None,
            save_every: Duration::from_secs(5),
            force: false,
        }
    }

    /// Whether the run came to its end, or was interrupted.
    pub(crate) fn run(&self) -> Result<bool, StudyError> {
        self.run_with(&resolve(self.file.config.as_deref(), &self.flags)?)
    }

    pub(super) fn run_with(&self, settings: &AnnealSettings) -> Result<bool, StudyError> {
        let path = self.resume.as_ref().unwrap_or(&self.out);
        let directory = OutputDirectory::open(path, self.force)?;
        let state = directory.beside("checkpoints");
        let checkpoints = match (&self.resume, Checkpoints::find(&state, self.save_every)?) {
            (None, _) => Checkpoints::start(&state, self.save_every, settings)?,
            (Some(_), Some(found)) => found,
            // it was killed after its last file
            (Some(_), None) if Manifest::read(directory.path()).is_ok() => return Ok(true),
            (Some(path), None) => {
                let path = path.clone();
                return Err(StudyError::NothingToResume { path, directory: state });
            }
        };
        let force = if self.force { " --force" } else { "" };
        let again = format!("mean-cluster anneal --resume {:?}{force}", directory.path());
        stop_on_signals(checkpoints.stop());
        let annealed = match anneal(&checkpoints, Progress::Terminal) {
            Err(StudyError::Interrupted) => {
                let _ = writeln!(std::io::stderr(), "interrupted, and saved; go on with: {again}");
                return Ok(false);
            }
            annealed => annealed?,
        };
        super::anneal_files::write(&directory, checkpoints.settings(), &annealed)?;
        checkpoints.remove()?;
        let mut out = std::io::stdout().lock();
        if out.is_terminal() {
            let _ = writeln!(out, "The files are in {}", directory.path().display());
        }
        Ok(true)
    }
}

/// All that a block needs to go on.
#[derive(Serialize, Deserialize)]
struct State<A> {
    annealing: Annealing,
    atoms: A,
    rng: Pcg64,
    recorder: Recorder,
    film: Vec<Frame>,
}

fn anneal(
    checkpoints: &Checkpoints<AnnealSettings>,
    progress: Progress,
) -> Result<Annealed, StudyError> {
    let settings = checkpoints.settings();
    let blocks = settings.replicas.div_ceil(settings.block_width);
    let bar = progress.start("annealing", (blocks * settings.schedule()?.samples()) as u64);
    let done: Vec<Annealed> = (0..blocks)
        .into_par_iter()
        .map(|block| anneal_block(checkpoints, block, &bar))
        .collect::<Result<_, _>>()?;
    bar.finish();
    let mut all = Annealed { replicas: Vec::new(), film: Vec::new(), last: Vec::new() };
    for block in done {
        all.replicas.extend(block.replicas);
        all.film.extend(block.film); // only the first has one
        all.last.extend(block.last);
    }
    Ok(all)
}

fn anneal_block(
    checkpoints: &Checkpoints<AnnealSettings>,
    block: usize,
    bar: &ProgressBar,
) -> Result<Annealed, StudyError> {
    let settings = checkpoints.settings();
    let (lattice, composition) = (settings.lattice()?, settings.composition()?);
    let replicas = settings.block_width.min(settings.replicas - block * settings.block_width);
    match settings.width().filter(|_| replicas > 1) {
        Some(width) => go(
            checkpoints,
            block,
            bar,
            |rng| Ensemble::random(lattice, composition, replicas, width, rng),
            |atoms, replica| atoms.replica(replica),
        ),
        None => go(
            checkpoints,
            block,
            bar,
            |rng| Configuration::random(lattice, composition, rng),
            |atoms, _| Ok(atoms.clone()),
        ),
    }
}

fn go<A: lattice_core::Anneal + CountClusters + Serialize + DeserializeOwned>(
    checkpoints: &Checkpoints<AnnealSettings>,
    block: usize,
    bar: &ProgressBar,
    start: impl FnOnce(&mut Pcg64) -> Result<A, LatticeError>,
    replica: impl Fn(&A, usize) -> Result<Configuration, LatticeError>,
) -> Result<Annealed, StudyError> {
    let settings = checkpoints.settings();
    let schedule = settings.schedule()?;
    let mut stage = checkpoints.stage(&format!("annealing_{block}"));
    let mut state = match stage.load()? {
        Some(state) => state,
        None => {
            let mut rng = generator(settings.seed, settings.x, block as u64);
            State {
                annealing: Annealing::new(&settings.energy, &schedule, settings.swap_range()),
                atoms: start(&mut rng)?,
                rng,
                recorder: Recorder::new(),
                film: Vec::new(),
            }
        }
    };
    let resumed_at = state.annealing.taken();
    bar.inc(resumed_at as u64);
    while let Some(sample) = state.annealing.advance(&mut state.atoms, &mut state.rng)? {
        state.recorder.record(&sample);
        let number = sample.index;
        let is_last = number + 1 == schedule.samples();
        if block == 0
            && settings.film_every > 0
            && (number.is_multiple_of(settings.film_every) || is_last)
        {
            let (time, temperature) = (Some(sample.time), sample.temperature);
            state.film.push(Frame { atoms: replica(sample.atoms, 0)?, time, temperature });
        }
        bar.inc(1);
        stage.save_if_due(&state)?;
    }
    if state.annealing.taken() > resumed_at {
        stage.save(&state)?;
    }
    let replicas = state.recorder.into_trajectories()?;
    let last = (0..replicas.len())
        .map(|number| replica(&state.atoms, number).map(Frame::from))
        .collect::<Result<_, _>>()?;
    Ok(Annealed { replicas, film: state.film, last })
}
