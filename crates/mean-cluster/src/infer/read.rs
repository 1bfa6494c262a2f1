//! The files of an inference, read back: all that figures and report are made of.

use super::tables::{DATA, DIAGNOSTICS, DRAWS, IDENTIFIABILITY, NOISE, PREDICTIVE, SHARES};
use super::{InferSettings, Setting};
use crate::StudyError;
use crate::output::{Manifest, Row, read_named_rows, read_rows};
use bayes_mcmc::Chains;
use ndarray::{Array2, Array3};
use std::path::Path;

/// What `mean-cluster infer` wrote into a directory.
#[derive(Clone, Debug)]
pub struct InferenceFiles {
    /// The settings, in `manifest.toml`.
    pub settings: InferSettings,
    /// `data.csv`: time, pair (`pp`, `mm`, `pm`), mean and standard error.
    pub data: Vec<(f64, String, [f64; 2])>,
    /// `noise.csv`: closure, setting; x, variance and values of the noise, misfit and values of the
    /// residual, variance taken.
    pub noise: Vec<([String; 2], [f64; 6])>,
    /// `diagnostics.csv`: closure, setting, parameter; the numbers, none where undefined.
    pub diagnostics: Vec<([String; 3], [Option<f64>; 9])>,
    /// `identifiability.csv`: closure, system; singular value.
    pub singular_values: Vec<([String; 2], f64)>,
    /// `identifiability.csv`, in the same order: whether the direction is determined numerically,
    /// and against the noise; none where no noise is known.
    pub determined: Vec<(bool, Option<bool>)>,
    /// `prior_shares.csv`: closure, setting; of each rate.
    pub prior_shares: Vec<([String; 2], [f64; 8])>,
    /// `predictive.csv`: closure, pair; time, quantiles of the predictions, then of the model.
    pub predictive: Vec<([String; 2], [f64; 6])>,
    /// `posterior_*.csv`: closure, setting; the draws of the rates.
    pub posteriors: Vec<(String, Setting, Chains)>,
}

impl InferenceFiles {
    /// Reads a directory that `mean-cluster infer` of this version wrote. Further columns and files
    /// do not matter.
    ///
    /// # Errors
    /// [`StudyError::File`] for a missing file, [`StudyError::OtherVersion`],
    /// [`StudyError::MissingColumn`], [`StudyError::EmptyTable`], [`StudyError::Field`] or
    /// [`StudyError::Unreadable`], each naming the file.
    pub fn read(directory: &Path) -> Result<InferenceFiles, StudyError> {
        let settings = Manifest::settings_of(directory)?;
        InferenceFiles::read_tables(directory, settings)
    }

    pub(super) fn read_tables(
        directory: &Path,
        settings: InferSettings,
    ) -> Result<InferenceFiles, StudyError> {
        let data = read_rows(directory, &DATA, |row| {
            let error = row.optional(4)?.unwrap_or(0.0);
            Ok((row.number(1)?, row.text(2).to_owned(), [row.number(3)?, error]))
        })?;
        let mut posteriors = Vec::new();
        for closure in settings.closure_names() {
            for (setting, chains) in read_draws(directory, &closure)? {
                posteriors.push((closure.clone(), setting, chains));
            }
        }
        Ok(InferenceFiles {
            settings,
            data,
            noise: read_rows(directory, &NOISE, |row| Ok((texts(row), numbers(row, 2)?)))?,
            diagnostics: read_rows(directory, &DIAGNOSTICS, |row| {
                let mut numbers = [None; 9];
                for (index, number) in numbers.iter_mut().enumerate() {
                    *number = row.optional(3 + index)?;
                }
                Ok((texts(row), numbers))
            })?,
            singular_values: read_rows(directory, &IDENTIFIABILITY, |row| {
                Ok((texts(row), row.number(3)?))
            })?,
            determined: read_rows(directory, &IDENTIFIABILITY, |row| {
                Ok((truth(row, 5)?.unwrap_or(false), truth(row, 6)?))
            })?,
            prior_shares: read_rows(directory, &SHARES, |row| Ok((texts(row), numbers(row, 2)?)))?,
            predictive: read_rows(directory, &PREDICTIVE, |row| {
                let [low, middle, high, least, most] = numbers(row, 3)?;
                let time = row.number(1)?;
                let keys = [row.text(0).to_owned(), row.text(2).to_owned()];
                Ok((keys, [time, low, middle, high, least, most]))
            })?,
            posteriors,
        })
    }
}

fn texts<const N: usize>(row: &Row<'_>) -> [String; N] {
    std::array::from_fn(|index| row.text(index).to_owned())
}

fn numbers<const N: usize>(row: &Row<'_>, first: usize) -> Result<[f64; N], StudyError> {
    let mut numbers = [0.0; N];
    for (index, number) in numbers.iter_mut().enumerate() {
        *number = row.number(first + index)?;
    }
    Ok(numbers)
}

/// true, false or nothing.
fn truth(row: &Row<'_>, column: usize) -> Result<Option<bool>, StudyError> {
    match row.text(column) {
        "" => Ok(None),
        "true" => Ok(Some(true)),
        "false" => Ok(Some(false)),
        _ => Err(row.wrong(column, "true, false or empty")),
    }
}

/// The posteriors in the file of a closure, setting by setting.
fn read_draws(directory: &Path, closure: &str) -> Result<Vec<(Setting, Chains)>, StudyError> {
    let name = format!("posterior_{closure}.csv");
    let columns: Vec<String> = DRAWS.split(',').map(str::to_owned).collect();
    type Draw = (Setting, usize, u8, f64, [f64; 8]);
    let draws: Vec<Draw> = read_named_rows(directory, &name, &columns, |row| {
        let named = Setting::ALL.into_iter().find(|setting| setting.name() == row.text(0));
        let setting = named.ok_or_else(|| row.wrong(0, "recommended, joint or published"))?;
        let chain = row.whole(1)? as usize;
        let stage = u8::try_from(row.whole(3)?).map_err(|_| row.wrong(3, "0 to 255"))?;
        Ok((setting, chain, stage, row.number(4)?, numbers(row, 5)?))
    })?;
    let mut found = Vec::new();
    for setting in Setting::ALL {
        let own: Vec<&Draw> = draws.iter().filter(|draw| draw.0 == setting).collect();
        let Some(last) = own.last() else { continue };
        let chains = last.1 + 1;
        let of_chain = own.len() / chains;
        if own.iter().enumerate().any(|(n, draw)| draw.1 != n / of_chain.max(1)) {
            let reason = "its chains are not of equal length, one after another".to_owned();
            return Err(StudyError::Unreadable { file: name, reason });
        }
        let points = Array3::from_shape_fn((chains, of_chain, 8), |(chain, draw, rate)| {
            own[chain * of_chain + draw].4[rate]
        });
        let at = |(chain, draw): (usize, usize)| own[chain * of_chain + draw];
        let densities = Array2::from_shape_fn((chains, of_chain), |place| at(place).3);
        let stages = Array2::from_shape_fn((chains, of_chain), |place| at(place).2);
        let names = (1..=8).map(|k| format!("k{k}"));
        found.push((setting, Chains::new(names, points, densities, stages)?));
    }
    Ok(found)
}
