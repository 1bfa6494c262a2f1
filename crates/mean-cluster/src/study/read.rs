//! The files of a study, read back: all that figures and report are made of.

mod draws;
mod tables;

use super::{StudySettings, Summary};
use crate::StudyError;
use crate::output::{Manifest, Table};
use closures::{Closure, Convention, Exponents, OptimalApproximation};
use cluster_stats::{ReplicaMean, Trajectory, TripletType};
use lattice_core::Configuration;
use std::path::Path;

pub use draws::Draws;

/// What `mean-cluster reproduce` wrote into a directory.
#[derive(Clone, Debug)]
pub struct StudyFiles {
    /// `summary.json`
    pub summary: Summary,
    /// `annealing.csv`: x, and one trajectory a replica.
    pub annealed: Vec<(f64, Vec<Trajectory>)>,
    /// `annealing_mean.csv`: x, and the mean over replicas with standard errors.
    pub means: Vec<(f64, ReplicaMean)>,
    /// `lattices.csv`: the first replica at x = 1/3 before and after.
    pub atoms: [Configuration; 2],
    /// `table2.csv`
    pub fitted: Vec<FittedRow>,
    /// `errors_by_type.csv`
    pub errors: Vec<ErrorRow>,
    /// `errors_by_bound.csv`
    pub bounded: Vec<BoundedRow>,
    /// `rates_sa.csv`
    pub sparse_rates: Vec<SparseRow>,
    /// `posterior_pa.csv`, `posterior_oa_half.csv`
    pub posteriors: [Draws; 2],
}

/// A row of `table2.csv`: the exponents of one type in one calibration.
#[derive(Clone, Debug, PartialEq)]
pub struct FittedRow {
    /// The convention of the fit.
    pub convention: Convention,
    /// `hard` or `soft`.
    pub regularization: String,
    /// Nominal composition of the data.
    pub calibration_x: f64,
    /// The type.
    pub triplet: TripletType,
    /// Its exponents.
    pub exponents: Exponents,
    /// J_i on the data it was fitted to.
    pub error: f64,
    /// `gamma1=2;xi1=0`, empty if no bound is active.
    pub active_bounds: String,
}

/// A row of `errors_by_type.csv`: the error (15) of one closure for one type at one composition.
#[derive(Clone, Debug, PartialEq)]
pub struct ErrorRow {
    /// The convention.
    pub convention: Convention,
    /// `pa`, `oa`, `sa`.
    pub closure: String,
    /// `hard`, `soft`, or empty.
    pub regularization: String,
    /// Where `oa` was calibrated.
    pub calibration_x: Option<f64>,
    /// Nominal composition of the data.
    pub x: f64,
    /// The type.
    pub triplet: TripletType,
    /// J_i
    pub error: f64,
}

/// A row of `errors_by_bound.csv`: the mean error (30) of OA calibrated at x = 1/3.
#[derive(Clone, Debug, PartialEq)]
pub struct BoundedRow {
    /// The convention.
    pub convention: Convention,
    /// `hard` or `soft`.
    pub regularization: String,
    /// The upper bound of the calibration.
    pub bound: f64,
    /// Nominal composition of the data.
    pub x: f64,
    /// E
    pub mean_error: f64,
}

/// A row of `rates_sa.csv`.
#[derive(Clone, Debug, PartialEq)]
pub struct SparseRow {
    /// Nominal composition.
    pub x: f64,
    /// `published` or `conserving`.
    pub system: String,
    /// alpha1, alpha2 in 1/(annealing experiment).
    pub alphas: [f64; 2],
    /// J
    pub misfit: f64,
}

impl StudyFiles {
    /// Reads a directory that `mean-cluster reproduce` of this version wrote. Further columns and
    /// files do not matter.
    ///
    /// # Errors
    /// [`StudyError::File`] for a missing file, [`StudyError::OtherVersion`],
    /// [`StudyError::MissingColumn`], [`StudyError::EmptyTable`], [`StudyError::Field`] or
    /// [`StudyError::Unreadable`], each naming the file.
    pub fn read(directory: &Path) -> Result<StudyFiles, StudyError> {
        let _: StudySettings = Manifest::settings_of(directory)?;
        StudyFiles::read_tables(directory)
    }

    /// As [`read`](Self::read), for a directory that has no manifest yet.
    pub(crate) fn read_tables(directory: &Path) -> Result<StudyFiles, StudyError> {
        let [pair, half] = super::tables::POSTERIORS;
        Ok(StudyFiles {
            summary: tables::summary(directory)?,
            annealed: tables::annealing(directory)?,
            means: tables::annealing_mean(directory)?,
            atoms: tables::lattices(directory)?,
            fitted: tables::fitted(directory)?,
            errors: tables::errors(directory)?,
            bounded: tables::bounded(directory)?,
            sparse_rates: tables::sparse_rates(directory)?,
            posteriors: [Draws::read(directory, &pair)?, Draws::read(directory, &half)?],
        })
    }

    /// The mean over replicas at a composition, with standard errors.
    ///
    /// # Errors
    /// [`StudyError::Unreadable`] if `annealing_mean.csv` has no such composition.
    pub fn mean_at(&self, x: f64) -> Result<&ReplicaMean, StudyError> {
        at(&self.means, &super::tables::ANNEALING_MEAN, x)
    }

    /// The replicas at a composition.
    ///
    /// # Errors
    /// [`StudyError::Unreadable`] if `annealing.csv` has no such composition.
    pub fn replicas_at(&self, x: f64) -> Result<&[Trajectory], StudyError> {
        at(&self.annealed, &super::tables::ANNEALING, x).map(Vec::as_slice)
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
            let row = self.fitted.iter().find(|row| {
                row.convention == convention
                    && row.regularization == regularization
                    && row.calibration_x == calibration_x
                    && row.triplet == triplet
            });
            let missing = || {
                let what =
                    format!("{convention}, {regularization}, x = {calibration_x}, {triplet}");
                unreadable(super::tables::TABLE_TWO.name, format!("it has no row for {what}"))
            };
            exponents.push(row.ok_or_else(missing)?.exponents);
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
        let mut errors = [f64::NAN; 16];
        for row in &self.errors {
            if row.convention == convention
                && row.closure == closure
                && row.regularization == regularization
                && row.calibration_x == calibration_x
                && row.x == x
            {
                errors[row.triplet.index()] = row.error;
            }
        }
        if errors.iter().any(|error| error.is_nan()) {
            let what = format!("{closure} {regularization}, {convention}, x = {x}");
            let file = super::tables::ERRORS_BY_TYPE.name;
            return Err(unreadable(file, format!("it lacks types of {what}")));
        }
        Ok(errors)
    }
}

/// What a table has at a composition.
fn at<'a, T>(rows: &'a [(f64, T)], table: &Table, x: f64) -> Result<&'a T, StudyError> {
    let found = rows.iter().find(|(at, _)| *at == x).map(|(_, found)| found);
    found.ok_or_else(|| unreadable(table.name, format!("it has no rows with x = {x}")))
}

fn unreadable(file: &str, reason: impl Into<String>) -> StudyError {
    StudyError::Unreadable { file: file.to_owned(), reason: reason.into() }
}
