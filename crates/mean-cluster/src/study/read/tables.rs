//! Reading each table; columns are numbered as in `study/tables.rs`.

use super::{BoundedRow, ErrorRow, FittedRow, SparseRow, unreadable};
use crate::StudyError;
use crate::output::read_rows;
use crate::study::summary::SCHEMA;
use crate::study::tables::{self, quantities};
use crate::study::{ONE_THIRD, Summary};
use closures::Exponents;
use cluster_stats::{Concentrations, Record, ReplicaMean, StandardErrors, Trajectory};
use lattice_core::Configuration;
use std::path::Path;

pub(super) fn summary(directory: &Path) -> Result<Summary, StudyError> {
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

pub(super) fn annealing(directory: &Path) -> Result<Vec<(f64, Vec<Trajectory>)>, StudyError> {
    let rows = read_rows(directory, &tables::ANNEALING, |row| {
        Ok((row.number(0)?, row.whole(1)?, row.record(3)?))
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
        Trajectory::new(records).map_err(|e| unreadable(tables::ANNEALING.name, e.to_string()))
    };
    let group = |(x, replicas): (f64, Replicas)| {
        Ok((x, replicas.into_iter().map(trajectory).collect::<Result<_, StudyError>>()?))
    };
    groups.into_iter().map(group).collect()
}

/// A row of `annealing_mean.csv`, but for its quantity.
struct MeanRow {
    x: f64,
    sample: u64,
    time: f64,
    temperature: Option<f64>,
    replicas: u64,
    mean: Option<f64>,
    error: Option<f64>,
}

/// The quantities of a sample stand together, in their order.
pub(super) fn annealing_mean(directory: &Path) -> Result<Vec<(f64, ReplicaMean)>, StudyError> {
    let table = &tables::ANNEALING_MEAN;
    let names = quantities();
    let mut place = (0..names.len()).cycle();
    let rows = read_rows(directory, table, |row| {
        if place.next().is_none_or(|place| names[place] != row.text(5)) {
            return Err(row.wrong(5, "the next quantity of the sample, energy_per_site first"));
        }
        Ok(MeanRow {
            x: row.number(0)?,
            sample: row.whole(1)?,
            time: row.number(2)?,
            temperature: row.optional(3)?,
            replicas: row.whole(4)?,
            mean: row.optional(6)?,
            error: row.optional(7)?,
        })
    })?;
    let samples: Vec<&[MeanRow]> = rows.chunks(names.len()).collect();
    let composition = |samples: &[&[MeanRow]]| {
        let broken = |reason: String| unreadable(table.name, reason);
        let mut records = Vec::with_capacity(samples.len());
        let mut errors = Vec::with_capacity(samples.len());
        for rows in samples {
            let MeanRow { x, sample, time, temperature, .. } = rows[0];
            let values = |of: fn(&MeanRow) -> Option<f64>| {
                let concentrations: Option<Vec<f64>> = rows.iter().skip(1).map(of).collect();
                concentrations.and_then(|values| values.try_into().ok())
            };
            let means = values(|row| row.mean);
            let means = means.ok_or_else(|| broken(format!("x = {x} lacks means of {sample}")))?;
            records.push(Record {
                time,
                temperature,
                energy_per_site: rows[0].mean,
                concentrations: Concentrations::from_array(means),
            });
            errors.extend(values(|row| row.error).map(|errors| StandardErrors {
                energy_per_site: rows[0].error,
                concentrations: Concentrations::from_array(errors),
            }));
        }
        let first = &samples[0][0];
        Ok((
            first.x,
            ReplicaMean {
                standard_errors: (errors.len() == records.len()).then_some(errors),
                mean: Trajectory::new(records).map_err(|e| broken(e.to_string()))?,
                replicas: first.replicas as usize,
            },
        ))
    };
    samples.chunk_by(|a, b| a[0].x == b[0].x).map(composition).collect()
}

pub(super) fn lattices(directory: &Path) -> Result<[Configuration; 2], StudyError> {
    let file = tables::LATTICES.name;
    let rows = read_rows(directory, &tables::LATTICES, |row| {
        let atom = |sign| match sign {
            '+' => Ok(1),
            '-' => Ok(-1),
            _ => Err(row.wrong(3, "a row of + and -")),
        };
        let atoms: Vec<i8> = row.text(3).chars().map(atom).collect::<Result<_, _>>()?;
        Ok((row.number(0)?, row.number(1)?, atoms))
    })?;
    let at = |wanted: f64| {
        let here = rows.iter().filter(|(x, time, _)| *x == ONE_THIRD && *time == wanted);
        let rows: Vec<&Vec<i8>> = here.map(|(_, _, atoms)| atoms).collect();
        Configuration::from_rows(&rows).map_err(|e| unreadable(file, format!("time {wanted}: {e}")))
    };
    Ok([at(0.0)?, at(1.0)?])
}

pub(super) fn fitted(directory: &Path) -> Result<Vec<FittedRow>, StudyError> {
    read_rows(directory, &tables::TABLE_TWO, |row| {
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

pub(super) fn errors(directory: &Path) -> Result<Vec<ErrorRow>, StudyError> {
    read_rows(directory, &tables::ERRORS_BY_TYPE, |row| {
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

pub(super) fn bounded(directory: &Path) -> Result<Vec<BoundedRow>, StudyError> {
    read_rows(directory, &tables::ERRORS_BY_BOUND, |row| {
        Ok(BoundedRow {
            convention: row.convention(0)?,
            regularization: row.text(1).to_owned(),
            bound: row.number(2)?,
            x: row.number(3)?,
            mean_error: row.number(4)?,
        })
    })
}

pub(super) fn sparse_rates(directory: &Path) -> Result<Vec<SparseRow>, StudyError> {
    read_rows(directory, &tables::SPARSE_RATES, |row| {
        Ok(SparseRow {
            x: row.number(0)?,
            system: row.text(1).to_owned(),
            alphas: [row.number(2)?, row.number(3)?],
            misfit: row.number(4)?,
        })
    })
}
