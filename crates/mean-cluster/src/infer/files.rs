//! The files of an inference; their columns are in `docs/inference.md`.

use super::tables::{BEST, DATA, DIAGNOSTICS, DRAWS, IDENTIFIABILITY, NOISE, PREDICTIVE, SHARES};
use super::{Inference, InferredRates, Setting, arviz};
use crate::StudyError;
use crate::output::{OutputDirectory, number, optional, write_file, write_table};
use crate::run;
use cluster_stats::PairType;
use std::path::Path;

/// Draws of each chain that are written of the published setting.
const PUBLISHED_DRAWS: usize = 1000;

impl Inference {
    /// Writes all files into `directory`, whole or not at all.
    ///
    /// # Errors
    /// Those of [`OutputDirectory::replace`].
    pub fn write(&self, directory: &OutputDirectory) -> Result<(), StudyError> {
        run::write(&self.settings, directory, |path| self.write_tables(path), |_, _| Ok(()))
    }

    fn write_tables(&self, path: &Path) -> Result<(), StudyError> {
        self.write_data(path)?;
        self.write_posteriors(path)?;
        self.write_identifiability(path)?;
        self.write_predictive(path)?;
        let json = serde_json::to_string(&arviz::json_of(self))
            .map_err(|e| format_error("posterior.json", &e))?;
        write_file(&path.join("posterior.json"), (json + "\n").as_bytes())
    }

    fn write_data(&self, path: &Path) -> Result<(), StudyError> {
        let mean = &self.data.annealed.mean;
        let rows = mean.mean.records().iter().enumerate().flat_map(|(sample, record)| {
            PairType::ALL.map(|pair| {
                let errors = mean.standard_errors.as_ref();
                let error = errors.map(|errors| errors[sample].concentrations.pairs.get(pair));
                [
                    number(self.data.annealed.x),
                    number(record.time),
                    pair.ascii().to_owned(),
                    number(record.concentrations.pairs.get(pair)),
                    optional(error),
                ]
            })
        });
        DATA.write(path, rows)?;
        let rows = self.posteriors.iter().flat_map(|of| {
            of.discrepancies.iter().map(|miss| {
                let numbers = [
                    miss.x,
                    miss.noise.variance,
                    miss.noise.values,
                    miss.misfit,
                    miss.values,
                    miss.variance,
                ];
                keys(of).into_iter().chain(numbers.map(number)).collect::<Vec<_>>()
            })
        });
        NOISE.write(path, rows)
    }

    fn write_posteriors(&self, path: &Path) -> Result<(), StudyError> {
        let rows = self.posteriors.iter().flat_map(|of| {
            of.quantities.summary().parameters.into_iter().map(|row| {
                let [low, middle, high] = row.quantiles;
                let numbers = [
                    row.mean,
                    row.standard_deviation,
                    low,
                    middle,
                    high,
                    row.r_hat,
                    row.bulk_ess,
                    row.tail_ess,
                    row.mcse_mean,
                ];
                // undefined diagnostics are empty
                let numbers = numbers.map(|value| optional((!value.is_nan()).then_some(value)));
                keys(of).into_iter().chain([row.name]).chain(numbers).collect::<Vec<_>>()
            })
        });
        DIAGNOSTICS.write(path, rows)?;
        let rates = |of: &InferredRates, rates: [f64; 8]| {
            keys(of).into_iter().chain(rates.map(number)).collect::<Vec<_>>()
        };
        BEST.write(path, self.posteriors.iter().map(|of| rates(of, of.best)))?;
        SHARES.write(path, self.posteriors.iter().map(|of| rates(of, of.prior_shares)))?;
        for closure in self.settings.closure_names() {
            let of_closure = self.posteriors.iter().filter(|of| of.closure == closure);
            let rows = of_closure.flat_map(draws);
            write_table(path, &format!("posterior_{closure}.csv"), DRAWS.split(','), rows)?;
        }
        Ok(())
    }

    fn write_identifiability(&self, path: &Path) -> Result<(), StudyError> {
        let rows = self.identified.iter().flat_map(|(closure, identified)| {
            let found = &identified.found;
            let each = found.singular_values().iter().zip(found.directions()).enumerate();
            let errors = found.standard_errors();
            let noise = found.noise();
            each.map(move |(index, (value, direction))| {
                let parts = direction.iter().enumerate();
                let parts = parts.map(|(k, part)| format!("k{}={part}", k + 1));
                [
                    closure.clone(),
                    identified.system.to_owned(),
                    (index + 1).to_string(),
                    number(*value),
                    parts.collect::<Vec<_>>().join(";"),
                    (index < found.numerical_rank()).to_string(),
                    found.noise_rank().map_or_else(String::new, |rank| (index < rank).to_string()),
                    optional(noise.map(|[variance, _]| variance)),
                    optional(errors.map(|errors| errors[index]).filter(|error| error.is_finite())),
                    optional(noise.map(|[_, spread]| spread)),
                ]
            })
        });
        IDENTIFIABILITY.write(path, rows)
    }

    fn write_predictive(&self, path: &Path) -> Result<(), StudyError> {
        let times = self.data.annealed.mean.mean.times();
        let rows = self.predictions.iter().flat_map(|prediction| {
            times.iter().zip(&prediction.bands).flat_map(|(time, bands)| {
                PairType::ALL.into_iter().zip(bands).map(|(pair, bands)| {
                    let keys = [prediction.closure.clone(), number(*time), pair.ascii().to_owned()];
                    keys.into_iter().chain(bands.map(number)).collect::<Vec<_>>()
                })
            })
        });
        PREDICTIVE.write(path, rows)
    }
}

fn keys(of: &InferredRates) -> [String; 2] {
    [of.closure.clone(), of.setting.name().to_owned()]
}

/// All draws, or in the published setting some of them, evenly spread.
fn draws(of: &InferredRates) -> impl Iterator<Item = Vec<String>> {
    let every = match of.setting {
        Setting::Published => of.chains.draws().div_ceil(PUBLISHED_DRAWS),
        Setting::Recommended | Setting::Joint => 1,
    };
    let (points, stages) = (of.chains.points(), of.chains.stages());
    let log_densities = of.chains.log_densities();
    let draws = move |chain| (0..of.chains.draws()).step_by(every).map(move |draw| (chain, draw));
    (0..of.chains.chains()).flat_map(draws).map(move |(chain, draw)| {
        let keys = [
            of.setting.name().to_owned(),
            chain.to_string(),
            draw.to_string(),
            stages[(chain, draw)].to_string(),
            number(log_densities[(chain, draw)]),
        ];
        let rates = (0..8).map(|rate| number(points[(chain, draw, rate)]));
        keys.into_iter().chain(rates).collect()
    })
}

fn format_error(file: &str, error: &dyn std::error::Error) -> StudyError {
    StudyError::Format { file: file.to_owned(), reason: error.to_string() }
}
