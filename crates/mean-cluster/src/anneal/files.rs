//! The files of `mean-cluster anneal`; their columns are in `docs/commands.md`.

use super::Annealed;
use super::settings::AnnealSettings;
use crate::StudyError;
use crate::output::{SampleRow, concentrations, read_rows, unreadable, write_rows, write_with};
use cluster_stats::{Concentrations, ReplicaMean};
use lattice_core::{ConfigurationFormat, Frame};
use serde::Serialize;
use std::path::Path;

const REPLICAS: &str = "replicas.csv";
const FILM: &str = "film";
const LAST: &str = "last";

/// A row of `standard_errors.csv`, which is written only.
#[derive(Serialize)]
struct ErrorRow {
    sample: usize,
    time: f64,
    energy_per_site: Option<f64>,
    #[serde(with = "concentrations")]
    errors: Concentrations,
}

pub(super) fn write(annealed: &Annealed, path: &Path) -> Result<(), StudyError> {
    let Annealed { settings, replicas, mean, film, last } = annealed;
    write_with(&path.join("trajectory.csv"), |file| Ok(mean.mean.write_csv(file)?))?;
    write_rows(path, REPLICAS, SampleRow::of(replicas))?;
    if let Some(errors) = &mean.standard_errors {
        let both = errors.iter().zip(mean.mean.records()).enumerate();
        let rows = both.map(|(sample, (error, record))| ErrorRow {
            sample,
            time: record.time,
            energy_per_site: error.energy_per_site,
            errors: error.concentrations,
        });
        write_rows(path, "standard_errors.csv", rows)?;
    }
    write_frames(path, FILM, settings, film)?;
    write_frames(path, LAST, settings, last)
}

pub(super) fn read(path: &Path, settings: AnnealSettings) -> Result<Annealed, StudyError> {
    let rows: Vec<SampleRow> = read_rows(path, REPLICAS)?;
    let replicas = SampleRow::replicas(REPLICAS, 0, rows.iter())?;
    let mean =
        ReplicaMean::of(&replicas).map_err(|error| unreadable(REPLICAS, error.to_string()))?;
    let film = match settings.film_every {
        0 => Vec::new(),
        _ => read_frames(path, FILM, &settings)?,
    };
    let last = read_frames(path, LAST, &settings)?;
    Ok(Annealed { settings, replicas, mean, film, last })
}

/// One file, or one a frame for a format that holds no more.
fn write_frames(
    path: &Path,
    name: &str,
    settings: &AnnealSettings,
    frames: &[Frame],
) -> Result<(), StudyError> {
    let (format, layer) = (settings.format, settings.layer()?);
    let ending = format.extension();
    let write = |name: String, frames: &[Frame]| {
        write_with(&path.join(name), |file| Ok(format.write(frames, &layer, file)?))
    };
    match (format.holds_one(), frames) {
        (_, []) => Ok(()),
        (true, frames) => frames.iter().enumerate().try_for_each(|(index, frame)| {
            write(format!("{name}_{index:04}.{ending}"), std::slice::from_ref(frame))
        }),
        (false, frames) => write(format!("{name}.{ending}"), frames),
    }
}

/// What [`write_frames`] wrote; nothing in a format that is written only.
fn read_frames(
    path: &Path,
    name: &str,
    settings: &AnnealSettings,
) -> Result<Vec<Frame>, StudyError> {
    if settings.format.holds_one() {
        return Ok(Vec::new());
    }
    let name = format!("{name}.{}", settings.format.extension());
    Ok(ConfigurationFormat::load(path.join(name), &settings.layer()?)?)
}
