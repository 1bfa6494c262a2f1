//! The files of `mean-cluster anneal`; their columns are in `docs/commands.md`.

use super::Annealed;
use super::settings::{AnnealSettings, FrameFormat};
use crate::StudyError;
#[cfg(feature = "figures")]
use crate::output::read_rows;
use crate::output::{OutputDirectory, Table, number, optional, write_table, write_with};
use crate::run;
use cluster_stats::{ReplicaMean, record_columns, record_fields};
#[cfg(feature = "figures")]
use cluster_stats::{StatsError, Trajectory};
#[cfg(feature = "figures")]
use lattice_core::ConfigurationFormat;
use lattice_core::Frame;
use std::path::Path;

const REPLICAS: Table = Table::new("replicas.csv", "replica,sample").and_records();

pub(super) fn write(
    directory: &OutputDirectory,
    settings: &AnnealSettings,
    annealed: &Annealed,
) -> Result<(), StudyError> {
    let mean = ReplicaMean::of(&annealed.replicas)?;
    let tables = |path: &Path| {
        write_with(&path.join("trajectory.csv"), |file| Ok(mean.mean.write_csv(file)?))?;
        let rows = annealed.replicas.iter().enumerate().flat_map(|(replica, trajectory)| {
            trajectory.records().iter().enumerate().map(move |(sample, record)| {
                let keys = [replica.to_string(), sample.to_string()];
                keys.into_iter().chain(record_fields(record))
            })
        });
        REPLICAS.write(path, rows)?;
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
        frames(path, "last", settings, &annealed.last)
    };
    run::write(settings, directory, tables, |_, _| Ok(()))
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
    let write = |path: &Path, frames: &[Frame]| {
        let format = settings.format.format();
        write_with(path, |file| Ok(format.write(frames, &layer, file)?))
    };
    match (settings.format, frames) {
        (_, []) => {}
        (FrameFormat::Vasp, frames) => {
            for (index, frame) in frames.iter().enumerate() {
                let file = path.join(format!("{name}_{index:04}.{ending}"));
                write(&file, std::slice::from_ref(frame))?;
            }
        }
        (_, frames) => {
            write(&path.join(format!("{name}.{ending}")), frames)?;
        }
    }
    Ok(())
}

/// What `mean-cluster anneal` wrote, as far as figures are made of it.
#[cfg(feature = "figures")]
pub(crate) struct AnnealedFiles {
    pub(crate) settings: AnnealSettings,
    /// The mean of `replicas.csv`.
    pub(crate) mean: ReplicaMean,
    /// Of the first replica; none without a film, or in a format that is written only.
    pub(crate) film: Vec<Frame>,
}

#[cfg(feature = "figures")]
impl AnnealedFiles {
    /// Symbols of (+) and (-).
    pub(crate) fn species(&self) -> [&str; 2] {
        [&self.settings.plus, &self.settings.minus]
    }

    /// # Errors
    /// [`StudyError`] naming the file that is missing or broken.
    pub(crate) fn read(
        directory: &Path,
        settings: AnnealSettings,
    ) -> Result<AnnealedFiles, StudyError> {
        let rows = read_rows(directory, &REPLICAS, |row| Ok((row.whole(0)?, row.record(2)?)))?;
        let broken = |error: StatsError| StudyError::Unreadable {
            file: REPLICAS.name.to_owned(),
            reason: error.to_string(),
        };
        let replicas = rows
            .chunk_by(|a, b| a.0 == b.0)
            .map(|rows| Trajectory::new(rows.iter().map(|(_, record)| *record).collect()));
        let replicas = replicas.collect::<Result<Vec<_>, _>>().map_err(broken)?;
        let mean = ReplicaMean::of(&replicas).map_err(broken)?;
        let film = match settings.format {
            FrameFormat::Vasp => Vec::new(),
            _ if settings.film_every == 0 => Vec::new(),
            format => {
                let name = format!("film.{}", format.format().extension());
                ConfigurationFormat::load(directory.join(name), &settings.layer()?)?
            }
        };
        Ok(AnnealedFiles { settings, mean, film })
    }
}
