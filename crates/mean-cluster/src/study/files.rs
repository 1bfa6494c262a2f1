//! The files of a study, and what figures and report look up in them.

use super::rows::{AnnealingRow, FittedRow, LatticeRow, MeanErrorRow, MeanRow, TypeErrorRow};
use super::summary::SCHEMA;
use super::{
    AnnealedComposition, ClosureErrors, ErrorKeys, ONE_THIRD, Study, StudySettings, Summary,
};
use crate::StudyError;
use crate::output::{SampleRow, read_rows, unreadable, write_json, write_rows, wrong};
use closures::{Closure, Convention, OptimalApproximation};
use cluster_stats::{ReplicaMean, Trajectory, TripletType};
use lattice_core::Configuration;
use std::path::Path;

const ANNEALING: &str = "annealing.csv";
const ANNEALING_MEAN: &str = "annealing_mean.csv";
const LATTICES: &str = "lattices.csv";
const TABLE_TWO: &str = "table2.csv";
const ERRORS_BY_TYPE: &str = "errors_by_type.csv";
const ERRORS_BY_BOUND: &str = "errors_by_bound.csv";
const SPARSE_RATES: &str = "rates_sa.csv";
const SUMMARY: &str = "summary.json";
/// Of PA and of OA-1/2.
const POSTERIORS: [&str; 2] = ["posterior_pa.csv", "posterior_oa_half.csv"];

pub(super) fn write(study: &Study, path: &Path) -> Result<(), StudyError> {
    let all = study.annealed.iter();
    let samples = all
        .clone()
        .flat_map(|at| SampleRow::of(&at.replicas).map(|sample| AnnealingRow { x: at.x, sample }));
    write_rows(path, ANNEALING, samples)?;
    write_rows(path, ANNEALING_MEAN, all.clone().flat_map(MeanRow::of))?;
    write_rows(path, TABLE_TWO, &study.fitted)?;
    let errors = study.errors.iter();
    let means = errors.clone().map(|row| MeanErrorRow { of: &row.of, mean_error: row.mean() });
    write_rows(path, "errors.csv", means)?;
    let by_type = errors.flat_map(|row| {
        let both = TripletType::ALL.into_iter().zip(row.by_type);
        both.map(|(triplet, error)| TypeErrorRow { of: row.of.clone(), triplet, error })
    });
    write_rows(path, ERRORS_BY_TYPE, by_type)?;
    write_rows(path, ERRORS_BY_BOUND, &study.bounded)?;
    // before and after
    let lattices = all.flat_map(|at| {
        let both = [0.0, 1.0].into_iter().zip(at.atoms.iter().flatten());
        both.flat_map(|(time, atoms)| LatticeRow::of(at.x, time, atoms))
    });
    write_rows(path, LATTICES, lattices)?;
    write_rows(path, SPARSE_RATES, &study.sparse_rates)?;
    for (draws, name) in study.posteriors.iter().zip(POSTERIORS) {
        write_rows(path, name, draws)?;
    }
    write_json(path, SUMMARY, &study.summary)
}

pub(super) fn read(path: &Path, settings: StudySettings) -> Result<Study, StudyError> {
    let [pair, half] = POSTERIORS.map(|name| read_rows(path, name));
    Ok(Study {
        settings,
        summary: summary(path)?,
        annealed: annealed(path)?,
        fitted: read_rows(path, TABLE_TWO)?,
        errors: errors(path)?,
        bounded: read_rows(path, ERRORS_BY_BOUND)?,
        sparse_rates: read_rows(path, SPARSE_RATES)?,
        posteriors: [pair?, half?],
        seconds: Vec::new(),
    })
}

fn summary(directory: &Path) -> Result<Summary, StudyError> {
    let path = directory.join(SUMMARY);
    let text = std::fs::read_to_string(&path)
        .map_err(|source| StudyError::File { path: path.clone(), source })?;
    if text.trim().is_empty() {
        return Err(StudyError::EmptyTable { file: SUMMARY.to_owned() });
    }
    let value: serde_json::Value =
        serde_json::from_str(&text).map_err(|error| unreadable(SUMMARY, error.to_string()))?;
    if value["schema"] != SCHEMA {
        return Err(StudyError::OtherVersion {
            file: SUMMARY.to_owned(),
            found: format!("schema {}", value["schema"]),
            supported: format!("schema {SCHEMA}"),
        });
    }
    serde_json::from_value(value).map_err(|error| unreadable(SUMMARY, error.to_string()))
}

/// The replicas, with their means, which are those of `annealing_mean.csv`.
fn annealed(path: &Path) -> Result<Vec<AnnealedComposition>, StudyError> {
    let rows: Vec<AnnealingRow> = read_rows(path, ANNEALING)?;
    let mut annealed: Vec<AnnealedComposition> = Vec::new();
    let mut first = 0;
    for of_x in rows.chunk_by(|a, b| a.x == b.x) {
        let x = of_x[0].x;
        let samples = of_x.iter().map(|row| &row.sample);
        let replicas = SampleRow::replicas(ANNEALING, first, samples)?;
        first += of_x.len();
        let mean = ReplicaMean::of(&replicas)
            .map_err(|error| unreadable(ANNEALING, format!("x = {x}: {error}")))?;
        let atoms = if x == ONE_THIRD { Some(lattices(path)?) } else { None };
        annealed.push(AnnealedComposition { x, replicas, mean, atoms });
    }
    check_means(path, annealed.iter().flat_map(MeanRow::of))?;
    Ok(annealed)
}

/// Checks that `annealing_mean.csv` has the means of the replicas.
fn check_means(path: &Path, mut expected: impl Iterator<Item = MeanRow>) -> Result<(), StudyError> {
    for (index, row) in read_rows::<MeanRow>(path, ANNEALING_MEAN)?.into_iter().enumerate() {
        match expected.next() {
            Some(expected) if expected == row => {}
            Some(expected) if expected.quantity == row.quantity => {
                let reason = format!("line {}: it is not the mean of {ANNEALING}", index + 2);
                return Err(unreadable(ANNEALING_MEAN, reason));
            }
            _ => {
                let next = "the next quantity of the sample, energy_per_site first";
                return Err(wrong(ANNEALING_MEAN, index, "quantity", &row.quantity, next));
            }
        }
    }
    match expected.next() {
        None => Ok(()),
        Some(_) => Err(unreadable(ANNEALING_MEAN, format!("it lacks means of {ANNEALING}"))),
    }
}

/// The first replica at x = 1/3 before and after.
fn lattices(path: &Path) -> Result<[Configuration; 2], StudyError> {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for (index, row) in read_rows::<LatticeRow>(path, LATTICES)?.into_iter().enumerate() {
        let signs = row.signs();
        let wrong = || wrong(LATTICES, index, "atoms", &row.atoms, "a row of + and -");
        let signs = signs.ok_or_else(wrong)?;
        if row.x == ONE_THIRD {
            if row.time == 0.0 { before.push(signs) } else { after.push(signs) }
        }
    }
    let of = |time: f64, rows: &[Vec<i8>]| {
        Configuration::from_rows(rows)
            .map_err(|error| unreadable(LATTICES, format!("time {time}: {error}")))
    };
    Ok([of(0.0, &before)?, of(1.0, &after)?])
}

/// The types of a closure at a composition stand together.
fn errors(path: &Path) -> Result<Vec<ClosureErrors>, StudyError> {
    let rows: Vec<TypeErrorRow> = read_rows(path, ERRORS_BY_TYPE)?;
    let groups = rows.chunk_by(|a, b| a.of == b.of).map(|rows| {
        let mut by_type = [f64::NAN; 16];
        rows.iter().for_each(|row| by_type[row.triplet.index()] = row.error);
        ClosureErrors { of: rows[0].of.clone(), by_type }
    });
    Ok(groups.collect())
}

impl Study {
    /// What was annealed at a composition.
    ///
    /// # Errors
    /// [`StudyError::Unreadable`] if `annealing.csv` has no such composition.
    pub fn annealed_at(&self, x: f64) -> Result<&AnnealedComposition, StudyError> {
        let found = self.annealed.iter().find(|at| at.x == x);
        found.ok_or_else(|| unreadable(ANNEALING, format!("it has no rows with x = {x}")))
    }

    /// The mean over replicas at a composition, with standard errors.
    ///
    /// # Errors
    /// As [`annealed_at`](Self::annealed_at).
    pub fn mean_at(&self, x: f64) -> Result<&ReplicaMean, StudyError> {
        self.annealed_at(x).map(|at| &at.mean)
    }

    /// The replicas at a composition.
    ///
    /// # Errors
    /// As [`annealed_at`](Self::annealed_at).
    pub fn replicas_at(&self, x: f64) -> Result<&[Trajectory], StudyError> {
        self.annealed_at(x).map(|at| &at.replicas[..])
    }

    /// The atoms of the first replica at x = 1/3 before and after.
    ///
    /// # Errors
    /// As [`annealed_at`](Self::annealed_at).
    pub fn atoms(&self) -> Result<&[Configuration; 2], StudyError> {
        let atoms = self.annealed_at(ONE_THIRD)?.atoms.as_ref();
        atoms.ok_or_else(|| unreadable(LATTICES, "it has no atoms at x = 1/3"))
    }

    /// The exponents of one type in one calibration of `table2.csv`.
    ///
    /// # Errors
    /// [`StudyError::Unreadable`] if the file does not have it.
    pub fn fitted_of(
        &self,
        convention: Convention,
        regularization: &str,
        calibration_x: f64,
        triplet: TripletType,
    ) -> Result<&FittedRow, StudyError> {
        let row = self.fitted.iter().find(|row| {
            row.convention == convention
                && row.regularization == regularization
                && row.calibration_x == calibration_x
                && row.triplet == triplet
        });
        let what = || format!("{convention}, {regularization}, x = {calibration_x}, {triplet}");
        row.ok_or_else(|| unreadable(TABLE_TWO, format!("it has no row for {}", what())))
    }

    /// OA as one calibration of `table2.csv` has it, in the form its convention uses.
    ///
    /// # Errors
    /// [`StudyError::Unreadable`] if the file does not have all 16 types of it.
    pub fn optimal_approximation(
        &self,
        convention: Convention,
        regularization: &str,
        calibration_x: f64,
    ) -> Result<Box<dyn Closure>, StudyError> {
        let mut exponents = Vec::with_capacity(16);
        for triplet in TripletType::ALL {
            let row = self.fitted_of(convention, regularization, calibration_x, triplet)?;
            exponents.push(row.exponents);
        }
        let closure = OptimalApproximation::from_exponents(|t| exponents[t.index()])?;
        Ok(convention.apply(closure))
    }

    /// J_i by type of a closure named as in the files, on the data of one composition.
    ///
    /// # Errors
    /// [`StudyError::Unreadable`] if `errors_by_type.csv` does not have all 16.
    pub fn errors_of(
        &self,
        convention: Convention,
        (closure, regularization, calibration_x): (&str, &str, Option<f64>),
        x: f64,
    ) -> Result<[f64; 16], StudyError> {
        let is_asked = |of: &ErrorKeys| {
            of.convention == convention
                && of.closure == closure
                && of.regularization == regularization
                && of.calibration_x == calibration_x
                && of.x == x
        };
        let found = self.errors.iter().find(|row| is_asked(&row.of)).map(|row| row.by_type);
        found.filter(|errors| !errors.iter().any(|error| error.is_nan())).ok_or_else(|| {
            let what = format!("{closure} {regularization}, {convention}, x = {x}");
            unreadable(ERRORS_BY_TYPE, format!("it lacks types of {what}"))
        })
    }
}
