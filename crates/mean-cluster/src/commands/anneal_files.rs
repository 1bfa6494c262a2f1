//! The files of `mean-cluster anneal`; their columns are in `docs/commands.md`.

use super::anneal::Annealed;
use super::anneal_settings::{AnnealSettings, FrameFormat};
use super::config::{Section, table};
use crate::StudyError;
use crate::output::{Manifest, OutputDirectory, number, optional, write_table};
use cluster_stats::{ReplicaMean, record_columns, record_fields};
use lattice_core::{ConfigurationFormat, Frame};
use std::path::Path;

pub(super) fn write(
    directory: &OutputDirectory,
    settings: &AnnealSettings,
    annealed: &Annealed,
) -> Result<(), StudyError> {
    let mean = ReplicaMean::of(&annealed.replicas)?;
    directory.replace(|path| {
        mean.mean.save(path.join("trajectory.csv"))?;
        let keys = ["replica", "sample"].map(str::to_owned);
        let rows = annealed.replicas.iter().enumerate().flat_map(|(replica, trajectory)| {
            trajectory.records().iter().enumerate().map(move |(sample, record)| {
                let keys = [replica.to_string(), sample.to_string()];
                keys.into_iter().chain(record_fields(record))
            })
        });
        write_table(path, "replicas.csv", keys.into_iter().chain(record_columns()), rows)?;
        if let Some(errors) = &mean.standard_errors {
            let keys = ["sample", "time", "energy_per_site"].map(str::to_owned);
            let header = keys.into_iter().chain(record_columns().split_off(5));
            let rows = errors.iter().zip(mean.mean.records()).enumerate().map(|(sample, row)| {
                let (error, record) = row;
                let keys =
                    [sample.to_string(), number(record.time), optional(error.energy_per_site)];
                keys.into_iter().chain(error.concentrations.to_array().map(number))
            });
            write_table(path, "standard_errors.csv", header, rows)?;
        }
        frames(path, "film", settings, &annealed.film)?;
        frames(path, "last", settings, &annealed.last)?;
        let settings_table = table(settings)?;
        Manifest::of_directory(path, AnnealSettings::NAME, settings.seed, settings_table)?
            .write(path)
    })
}

/// One file, or one a frame for a format that holds no more.
fn frames(
    path: &Path,
    name: &str,
    settings: &AnnealSettings,
    frames: &[Frame],
) -> Result<(), StudyError> {
    let ending = settings.format.format().extension();
    let layer = settings.layer()?;
    match (settings.format, frames) {
        (_, []) => {}
        (FrameFormat::Vasp, frames) => {
            for (index, frame) in frames.iter().enumerate() {
                let file = path.join(format!("{name}_{index:04}.{ending}"));
                ConfigurationFormat::save(file, std::slice::from_ref(frame), &layer)?;
            }
        }
        (_, frames) => {
            ConfigurationFormat::save(path.join(format!("{name}.{ending}")), frames, &layer)?;
        }
    }
    Ok(())
}
