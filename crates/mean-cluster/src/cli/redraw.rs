//! `mean-cluster figures` and `report`: from the files of a directory alone, whichever run wrote it.

use super::row::{Given, Outcome, Part, Row};
use crate::StudyError;
use crate::figures::FOLDER;
use crate::output::{MANIFEST, Manifest, renew};
use crate::page::REPORT;
use crate::run::{Drawn, Run};
use clap::Args;
use std::path::{Path, PathBuf};

/// Files by their names.
type Files = Vec<(String, Vec<u8>)>;

pub(super) const FIGURES: Row = Row::plain(
    "figures",
    [
        "Draw the figures of an output directory again from its files alone",
        "Example: mean-cluster figures out",
    ],
    |command, _| Directory::augment_args(command),
    |given| {
        // all is drawn before anything is written: an error leaves the old files
        let (directory, files) = drawn(given, Part::Figures)?;
        renew(&directory, FOLDER, &files)?;
        Ok(Outcome::Done)
    },
);

pub(super) const REPORT_ROW: Row = Row::plain(
    "report",
    [
        "Write report.html of an output directory again from its files alone",
        "Example: mean-cluster report out",
    ],
    |command, _| Directory::augment_args(command),
    |given| {
        let (directory, files) = drawn(given, Part::Report)?;
        renew(&directory, REPORT, &files)?;
        Ok(Outcome::Done)
    },
);

#[derive(Debug, Args)]
struct Directory {
    /// Directory that `mean-cluster reproduce`, `compare`, `infer` or `anneal` wrote
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

/// Draws a part of a run from its directory.
pub(super) fn draw<R: Run>(directory: &Path, part: Part) -> Result<Files, StudyError> {
    let run = R::read(directory)?;
    let drawn = Drawn::of(&run)?;
    match part {
        Part::Figures => drawn.figures(),
        Part::Report => drawn.report(),
    }
}

/// The directory, and a part of the run that its manifest names.
fn drawn(given: &Given<'_>, part: Part) -> Result<(PathBuf, Files), StudyError> {
    let Directory { directory } = given.parse()?;
    let manifest = Manifest::read(&directory)?;
    let command = &manifest.command;
    let runs: Vec<&str> =
        given.rows.iter().filter(|row| row.draw.is_some()).map(|row| row.name).collect();
    let row = given.rows.iter().find(|row| row.name == *command);
    match row.and_then(|row| row.draw) {
        Some(draw) => draw(&directory, part).map(|files| (directory, files)),
        None => Err(StudyError::OtherVersion {
            file: MANIFEST.to_owned(),
            found: format!("mean-cluster {} {command}", manifest.version),
            supported: format!(
                "mean-cluster {} with {}",
                env!("CARGO_PKG_VERSION"),
                runs.join(", ")
            ),
        }),
    }
}
