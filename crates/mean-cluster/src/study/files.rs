//! The files of a study; their columns are in `docs/output.md`.

use super::tables::{self, quantities};
use super::{AnnealedComposition, ClosureErrors, ONE_THIRD, RatePosterior, Study, Summary};
use crate::StudyError;
use crate::output::{OutputDirectory, number, optional, write_file};
use crate::run;
use closures::{Exponent, TripletFit};
use cluster_stats::{TripletType, record_fields};
use std::collections::BTreeMap;
use std::path::Path;

impl Study {
    /// The summary.
    pub fn summary(&self) -> Summary {
        Summary::of(self)
    }

    /// Writes all files into `directory`, whole or not at all.
    ///
    /// # Errors
    /// Those of [`OutputDirectory::replace`].
    pub fn write(&self, directory: &OutputDirectory) -> Result<(), StudyError> {
        let tables = |path: &Path| {
            self.write_annealing(path)?;
            self.write_annealing_mean(path)?;
            self.write_table_two(path)?;
            self.write_errors(path)?;
            self.write_errors_by_type(path)?;
            self.write_bounds(path)?;
            self.write_lattices(path)?;
            self.write_sparse_rates(path)?;
            for (posterior, table) in self.posteriors.iter().zip(tables::POSTERIORS) {
                table.write(path, draws(posterior))?;
            }
            write_json(path, "summary.json", &self.summary())
        };
        run::write(&self.settings, directory, tables, |path, drawing| {
            let drawing = cfg!(feature = "figures").then_some(("figures and report", drawing));
            let seconds: BTreeMap<_, _> = self.seconds.iter().copied().chain(drawing).collect();
            write_json(path, "timings.json", &seconds)
        })
    }

    fn write_annealing(&self, path: &Path) -> Result<(), StudyError> {
        let rows = self.annealed.iter().flat_map(|at| {
            at.replicas.iter().enumerate().flat_map(move |(replica, trajectory)| {
                trajectory.records().iter().enumerate().map(move |(sample, record)| {
                    let keys = [number(at.x), replica.to_string(), sample.to_string()];
                    keys.into_iter().chain(record_fields(record))
                })
            })
        });
        tables::ANNEALING.write(path, rows)
    }

    fn write_annealing_mean(&self, path: &Path) -> Result<(), StudyError> {
        tables::ANNEALING_MEAN.write(path, self.annealed.iter().flat_map(mean_rows))
    }

    fn write_table_two(&self, path: &Path) -> Result<(), StudyError> {
        let rows = self.calibrated.iter().flat_map(|calibrated| {
            TripletType::ALL.into_iter().map(move |triplet| {
                let fit = calibrated.calibration.of(triplet);
                let keys = [
                    calibrated.convention.name().to_owned(),
                    calibrated.regularization.to_owned(),
                    number(calibrated.calibration_x),
                    triplet.ascii(),
                ];
                let exponents = Exponent::ALL.map(|e| optional(fit.exponents.get(e)));
                let rest = [number(fit.error), active_bounds(fit), fit.unique.to_string()];
                keys.into_iter().chain(exponents).chain(rest)
            })
        });
        tables::TABLE_TWO.write(path, rows)
    }

    fn write_errors(&self, path: &Path) -> Result<(), StudyError> {
        let rows = self.errors.iter();
        let rows = rows.map(|row| error_keys(row).into_iter().chain([number(row.mean())]));
        tables::ERRORS.write(path, rows)
    }

    fn write_errors_by_type(&self, path: &Path) -> Result<(), StudyError> {
        let rows = self.errors.iter().flat_map(|row| {
            TripletType::ALL.into_iter().zip(row.by_type).map(move |(triplet, error)| {
                error_keys(row).into_iter().chain([triplet.ascii(), number(error)])
            })
        });
        tables::ERRORS_BY_TYPE.write(path, rows)
    }

    fn write_bounds(&self, path: &Path) -> Result<(), StudyError> {
        let rows = self.bounded.iter().flat_map(|row| {
            row.errors.iter().map(move |(x, error)| {
                let [convention, regularization] = [row.convention.name(), row.regularization];
                let keys = [convention.to_owned(), regularization.to_owned()];
                keys.into_iter().chain([row.bound, *x, *error].map(number))
            })
        });
        tables::ERRORS_BY_BOUND.write(path, rows)
    }

    /// The first replica at x = 1/3 before and after, a row of `+` and `-` for each row of sites.
    fn write_lattices(&self, path: &Path) -> Result<(), StudyError> {
        let third = self.annealed.iter().filter(|at| at.x == ONE_THIRD);
        let rows = third.flat_map(|at| {
            [0.0, 1.0].into_iter().zip(&at.atoms).flat_map(move |(time, atoms)| {
                let columns = atoms.lattice().columns();
                atoms.atoms().chunks(columns).enumerate().map(move |(row, atoms)| {
                    let signs = atoms.iter().map(|atom| if *atom > 0 { '+' } else { '-' });
                    [number(at.x), number(time), row.to_string(), signs.collect()]
                })
            })
        });
        tables::LATTICES.write(path, rows)
    }

    fn write_sparse_rates(&self, path: &Path) -> Result<(), StudyError> {
        let rows = self.sparse_rates.iter().map(|row| {
            let [alpha1, alpha2] = row.fit.alphas();
            let numbers = [alpha1, alpha2, row.fit.misfit()].map(number);
            [number(row.x), row.system.to_owned()].into_iter().chain(numbers)
        });
        tables::SPARSE_RATES.write(path, rows)
    }
}

fn error_keys(row: &ClosureErrors) -> [String; 5] {
    [
        row.convention.name().to_owned(),
        row.closure.to_owned(),
        row.regularization.unwrap_or("").to_owned(),
        optional(row.calibration_x),
        number(row.x),
    ]
}

/// `gamma1=2;xi1=0`: each exponent that sits on a bound, with the bound.
fn active_bounds(fit: &TripletFit) -> String {
    let names = fit.active_bounds.iter().map(|bound| bound.to_string());
    names.collect::<Vec<_>>().join(";")
}

/// `stage` is 0 for a repeated point, else the stage that accepted it.
fn draws(posterior: &RatePosterior) -> impl Iterator<Item = impl Iterator<Item = String>> {
    let chains = &posterior.chains;
    let (points, stages) = (chains.points(), chains.stages());
    let log_densities = chains.log_densities();
    let places = (0..chains.chains()).flat_map(|c| (0..chains.draws()).map(move |d| (c, d)));
    places.map(move |(chain, draw)| {
        let stage = stages[(chain, draw)].to_string();
        let misfit = number(-log_densities[(chain, draw)]);
        let keys = [chain.to_string(), draw.to_string(), stage, misfit];
        keys.into_iter().chain((0..points.dim().2).map(move |k| number(points[(chain, draw, k)])))
    })
}

/// Mean and standard error (none for a single replica) of every quantity at every sample.
fn mean_rows(at: &AnnealedComposition) -> impl Iterator<Item = [String; 8]> {
    let names = quantities();
    let replicas = at.mean.replicas.to_string();
    at.mean.mean.records().iter().enumerate().flat_map(move |(sample, record)| {
        let errors = at.mean.standard_errors.as_ref().map(|errors| &errors[sample]);
        let concentrations = record.concentrations.to_array().into_iter().map(Some);
        let means: Vec<_> = [record.energy_per_site].into_iter().chain(concentrations).collect();
        let errors: Vec<_> = match errors {
            Some(errors) => {
                let concentrations = errors.concentrations.to_array().into_iter().map(Some);
                [errors.energy_per_site].into_iter().chain(concentrations).collect()
            }
            None => vec![None; means.len()],
        };
        let row = |((quantity, mean), error): ((&String, Option<f64>), Option<f64>)| {
            [
                number(at.x),
                sample.to_string(),
                number(record.time),
                optional(record.temperature),
                replicas.clone(),
                quantity.clone(),
                optional(mean),
                optional(error),
            ]
        };
        names.iter().zip(means).zip(errors).map(row).collect::<Vec<_>>()
    })
}

fn write_json(path: &Path, name: &str, value: &impl serde::Serialize) -> Result<(), StudyError> {
    let text = serde_json::to_string_pretty(value).map_err(|e| format_error(name, &e))?;
    write_file(&path.join(name), (text + "\n").as_bytes())
}

fn format_error(file: &str, error: &dyn std::error::Error) -> StudyError {
    StudyError::Format { file: file.to_owned(), reason: error.to_string() }
}
