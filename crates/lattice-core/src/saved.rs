//! How schedules and atoms are written in checkpoints, with every rule checked on reading.
#![cfg(feature = "engines")]

use serde::{Deserialize, Serialize};

use crate::{
    BlockWidth, Configuration, Ensemble, LatticeError, Schedule, TriangleEnergy, TriangularLattice,
};

impl TryFrom<[f64; 4]> for TriangleEnergy {
    type Error = LatticeError;

    fn try_from(table: [f64; 4]) -> Result<Self, LatticeError> {
        Self::new(table)
    }
}

impl From<TriangleEnergy> for [f64; 4] {
    fn from(energy: TriangleEnergy) -> Self {
        energy.table()
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct SavedSchedule {
    temperatures: Vec<f64>,
    sweeps_between_samples: u64,
    samples_per_step: usize,
}

impl From<Schedule> for SavedSchedule {
    fn from(schedule: Schedule) -> Self {
        Self {
            temperatures: schedule.temperatures().to_vec(),
            sweeps_between_samples: schedule.sweeps_between_samples(),
            samples_per_step: schedule.samples_per_step(),
        }
    }
}

impl TryFrom<SavedSchedule> for Schedule {
    type Error = LatticeError;

    fn try_from(saved: SavedSchedule) -> Result<Self, LatticeError> {
        Self::explicit(saved.temperatures)?
            .with_sweeps_between_samples(saved.sweeps_between_samples)?
            .with_samples_per_step(saved.samples_per_step)
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct SavedConfiguration {
    rows: usize,
    columns: usize,
    /// `+` and `-` in the order of the sites.
    atoms: String,
}

impl From<Configuration> for SavedConfiguration {
    fn from(configuration: Configuration) -> Self {
        let lattice = configuration.lattice();
        let sign = |&atom: &i8| if atom == 1 { '+' } else { '-' };
        Self {
            rows: lattice.rows(),
            columns: lattice.columns(),
            atoms: configuration.atoms().iter().map(sign).collect(),
        }
    }
}

impl TryFrom<SavedConfiguration> for Configuration {
    type Error = LatticeError;

    fn try_from(saved: SavedConfiguration) -> Result<Self, LatticeError> {
        let lattice = TriangularLattice::new(saved.rows, saved.columns)?;
        let atom = |sign| match sign {
            b'+' => 1,
            b'-' => -1,
            _ => 0,
        };
        let atoms: Vec<i8> = saved.atoms.bytes().map(atom).collect();
        if atoms.len() != lattice.sites() || atoms.contains(&0) {
            return Err(LatticeError::SavedAtoms);
        }
        Self::from_atoms(lattice, atoms)
    }
}

#[derive(Serialize, Deserialize)]
pub(crate) struct SavedEnsemble {
    rows: usize,
    columns: usize,
    width: usize,
    replicas: usize,
    minus_count: usize,
    /// For each block the words of its sites, 16 hexadecimal digits for each 64 replicas.
    blocks: Vec<String>,
}

impl From<Ensemble> for SavedEnsemble {
    fn from(ensemble: Ensemble) -> Self {
        let digits =
            |words: Vec<u64>| words.iter().map(|word| format!("{word:016x}")).collect::<String>();
        Self {
            rows: ensemble.lattice().rows(),
            columns: ensemble.lattice().columns(),
            width: ensemble.width().replicas(),
            replicas: ensemble.replicas(),
            minus_count: ensemble.minus_count(),
            blocks: ensemble.words().map(digits).collect(),
        }
    }
}

impl TryFrom<SavedEnsemble> for Ensemble {
    type Error = LatticeError;

    fn try_from(saved: SavedEnsemble) -> Result<Self, LatticeError> {
        let lattice = TriangularLattice::new(saved.rows, saved.columns)?;
        let width = BlockWidth::ALL.into_iter().find(|width| width.replicas() == saved.width);
        let width = width.ok_or(LatticeError::SavedAtoms)?;
        let blocks: Option<Vec<Vec<u64>>> =
            saved.blocks.iter().map(|digits| words_of(digits.as_bytes())).collect();
        let blocks = blocks.ok_or(LatticeError::SavedAtoms)?;
        Self::from_words(lattice, saved.minus_count, saved.replicas, width, &blocks)
    }
}

fn words_of(digits: &[u8]) -> Option<Vec<u64>> {
    let (words, rest) = digits.as_chunks::<16>();
    let word = |digits: &[u8; 16]| {
        let digits = str::from_utf8(digits).ok()?;
        u64::from_str_radix(digits, 16).ok()
    };
    if rest.is_empty() { words.iter().map(word).collect() } else { None }
}
