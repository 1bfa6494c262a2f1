//! The files of a study, read back: all that figures and report are made of.

mod draws;
mod rows;

use super::summary::SCHEMA;
use super::{ONE_THIRD, Summary};
use crate::StudyError;
use crate::output::Manifest;
use closures::{Closure, Convention, Exponents, OptimalApproximation};
use cluster_stats::{
    Concentrations, Record, ReplicaMean, SUM_RULE_TOLERANCE, Trajectory, TripletType,
};
use lattice_core::Configuration;
use rows::{Row, read_rows};
use std::path::Path;

pub use draws::Draws;

/// What `mean-cluster reproduce` wrote into a directory.
#[derive(Clone, Debug)]
pub struct StudyFiles {
    /// `summary.json`
    pub summary: Summary,
    /// `annealing.csv`: x, and one trajectory a replica.
    pub annealed: Vec<(f64, Vec<Trajectory>)>,
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
        let manifest = Manifest::read(directory)?;
        let ours = env!("CARGO_PKG_VERSION");
        if manifest.version != ours || manifest.command != "reproduce" {
            return Err(StudyError::OtherVersion {
                file: "manifest.toml".to_owned(),
                found: format!("mean-cluster {} {}", manifest.version, manifest.command),
                supported: format!("mean-cluster {ours} reproduce"),
            });
        }
        StudyFiles::read_tables(directory)
    }

    /// As [`read`](Self::read), for a directory that has no manifest yet.
    pub(crate) fn read_tables(directory: &Path) -> Result<StudyFiles, StudyError> {
        Ok(StudyFiles {
            summary: read_summary(directory)?,
            annealed: read_annealing(directory)?,
            atoms: read_lattices(directory)?,
            fitted: read_fitted(directory)?,
            errors: read_errors(directory)?,
            bounded: read_bounded(directory)?,
            sparse_rates: read_sparse_rates(directory)?,
            posteriors: [
                Draws::read(directory, "posterior_pa.csv")?,
                Draws::read(directory, "posterior_oa_half.csv")?,
            ],
        })
    }

    /// The mean over replicas at a composition, with standard errors.
    ///
    /// # Errors
    /// [`StudyError::Unreadable`] if `annealing.csv` has no such composition, or replicas differ.
    pub fn mean_at(&self, x: f64) -> Result<ReplicaMean, StudyError> {
        Ok(ReplicaMean::of(self.replicas_at(x)?)?)
    }

    /// The replicas at a composition.
    ///
    /// # Errors
    /// [`StudyError::Unreadable`] if `annealing.csv` has no such composition.
    pub fn replicas_at(&self, x: f64) -> Result<&[Trajectory], StudyError> {
        let found = self.annealed.iter().find(|(at, _)| *at == x);
        let missing = || unreadable("annealing.csv", format!("it has no rows with x = {x}"));
        found.map(|(_, replicas)| replicas.as_slice()).ok_or_else(missing)
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
                unreadable("table2.csv", format!("it has no row for {what}"))
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
            return Err(unreadable("errors_by_type.csv", format!("it lacks types of {what}")));
        }
        Ok(errors)
    }
}

fn unreadable(file: &str, reason: impl Into<String>) -> StudyError {
    StudyError::Unreadable { file: file.to_owned(), reason: reason.into() }
}

fn read_summary(directory: &Path) -> Result<Summary, StudyError> {
    let (file, path) = ("summary.json", directory.join("summary.json"));
    let text = std::fs::read_to_string(&path)
        .map_err(|source| StudyError::File { path: path.clone(), source })?;
    if text.trim().is_empty() {
        return Err(StudyError::EmptyTable { file: file.to_owned() });
    }
    let value: serde_json::Value =
        serde_json::from_str(&text).map_err(|e| unreadable(file, e.to_string()))?;
    if value["schema"] != SCHEMA {
        return Err(StudyError::OtherVersion {
            file: file.to_owned(),
            found: format!("schema {}", value["schema"]),
            supported: format!("schema {SCHEMA}"),
        });
    }
    serde_json::from_value(value).map_err(|e| unreadable(file, e.to_string()))
}

fn read_annealing(directory: &Path) -> Result<Vec<(f64, Vec<Trajectory>)>, StudyError> {
    let mut columns = vec!["x".to_owned(), "replica".to_owned()];
    columns.extend(cluster_stats::record_columns());
    let rows = read_rows(directory, "annealing.csv", &columns, |row| {
        Ok((row.number(0)?, row.whole(1)?, read_record(row)?))
    })?;
    type Replicas = Vec<(u64, Vec<Record>)>;
    let mut groups: Vec<(f64, Replicas)> = Vec::new();
    for (x, replica, record) in rows {
        if groups.last().is_none_or(|(last, _)| *last != x) {
            groups.push((x, Vec::new()));
        }
        let Some((_, replicas)) = groups.last_mut() else { continue };
        match replicas.last_mut() {
            Some((last, records)) if *last == replica => records.push(record),
            _ => replicas.push((replica, vec![record])),
        }
    }
    let trajectory = |(_, records)| {
        Trajectory::new(records).map_err(|e| unreadable("annealing.csv", e.to_string()))
    };
    let group = |(x, replicas): (f64, Replicas)| {
        Ok((x, replicas.into_iter().map(trajectory).collect::<Result<_, StudyError>>()?))
    };
    groups.into_iter().map(group).collect()
}

/// The columns of a record stand from 2 on, see `record_columns`.
fn read_record(row: &Row<'_>) -> Result<Record, StudyError> {
    let mut values = [0.0; 19];
    for (index, value) in values.iter_mut().enumerate() {
        *value = row.number(7 + index)?;
    }
    let concentrations = Concentrations::from_array(values);
    concentrations.check(SUM_RULE_TOLERANCE).map_err(|e| row.broken(e.to_string()))?;
    Ok(Record {
        time: row.number(2)?,
        temperature: row.optional(3)?,
        energy_per_site: row.optional(4)?,
        concentrations,
    })
}

fn read_lattices(directory: &Path) -> Result<[Configuration; 2], StudyError> {
    let file = "lattices.csv";
    let columns = ["x", "time", "atoms"].map(str::to_owned);
    let rows = read_rows(directory, file, &columns, |row| {
        let atom = |sign| match sign {
            '+' => Ok(1),
            '-' => Ok(-1),
            _ => Err(row.wrong(2, "a row of + and -")),
        };
        let atoms: Vec<i8> = row.text(2).chars().map(atom).collect::<Result<_, _>>()?;
        Ok((row.number(0)?, row.number(1)?, atoms))
    })?;
    let at = |wanted: f64| {
        let here = rows.iter().filter(|(x, time, _)| *x == ONE_THIRD && *time == wanted);
        let rows: Vec<&Vec<i8>> = here.map(|(_, _, atoms)| atoms).collect();
        Configuration::from_rows(&rows).map_err(|e| unreadable(file, format!("time {wanted}: {e}")))
    };
    Ok([at(0.0)?, at(1.0)?])
}

fn read_fitted(directory: &Path) -> Result<Vec<FittedRow>, StudyError> {
    let columns = [
        "convention",
        "regularization",
        "calibration_x",
        "triplet",
        "gamma1",
        "gamma2",
        "xi1",
        "xi2",
        "error",
        "active_bounds",
    ]
    .map(str::to_owned);
    read_rows(directory, "table2.csv", &columns, |row| {
        Ok(FittedRow {
            convention: row.convention(0)?,
            regularization: row.text(1).to_owned(),
            calibration_x: row.number(2)?,
            triplet: row.triplet(3)?,
            exponents: Exponents {
                gamma1: row.number(4)?,
                gamma2: row.optional(5)?,
                xi1: row.optional(6)?,
                xi2: row.optional(7)?,
            },
            error: row.number(8)?,
            active_bounds: row.text(9).to_owned(),
        })
    })
}

fn read_errors(directory: &Path) -> Result<Vec<ErrorRow>, StudyError> {
    let columns =
        ["convention", "closure", "regularization", "calibration_x", "x", "triplet", "error"]
            .map(str::to_owned);
    read_rows(directory, "errors_by_type.csv", &columns, |row| {
        Ok(ErrorRow {
            convention: row.convention(0)?,
            closure: row.text(1).to_owned(),
            regularization: row.text(2).to_owned(),
            calibration_x: row.optional(3)?,
            x: row.number(4)?,
            triplet: row.triplet(5)?,
            error: row.number(6)?,
        })
    })
}

fn read_bounded(directory: &Path) -> Result<Vec<BoundedRow>, StudyError> {
    let columns = ["convention", "regularization", "bound", "x", "mean_error"].map(str::to_owned);
    read_rows(directory, "errors_by_bound.csv", &columns, |row| {
        Ok(BoundedRow {
            convention: row.convention(0)?,
            regularization: row.text(1).to_owned(),
            bound: row.number(2)?,
            x: row.number(3)?,
            mean_error: row.number(4)?,
        })
    })
}

fn read_sparse_rates(directory: &Path) -> Result<Vec<SparseRow>, StudyError> {
    let columns = ["x", "system", "alpha1", "alpha2", "misfit"].map(str::to_owned);
    read_rows(directory, "rates_sa.csv", &columns, |row| {
        Ok(SparseRow {
            x: row.number(0)?,
            system: row.text(1).to_owned(),
            alphas: [row.number(2)?, row.number(3)?],
            misfit: row.number(4)?,
        })
    })
}
