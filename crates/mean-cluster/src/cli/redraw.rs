//! `mean-cluster figures` and `report`: from the files of a directory alone, whichever run wrote it.

use super::row::{Given, Outcome, Row};
use crate::StudyError;
use crate::figures::{FOLDER, files_of};
use crate::output::{MANIFEST, Manifest, renew};
use crate::page::REPORT;
use crate::run::{Drawn, report_of};
use clap::Args;
use std::path::PathBuf;

pub(super) const FIGURES: Row = Row::plain(
    "figures",
    [
        "Draw the figures of an output directory again from its files alone",
        "Example: mean-cluster figures out",
    ],
    |command, _| Directory::augment_args(command),
    |given| {
        // all is drawn before anything is written: an error leaves the old files
        let (directory, files) = read(given)?;
        renew(&directory, FOLDER, &files_of(&files.figures()?)?)?;
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
        let (directory, files) = read(given)?;
        renew(&directory, REPORT, &[report_of(&*files, &files.figures()?)?])?;
        Ok(Outcome::Done)
    },
);

#[derive(Debug, Args)]
struct Directory {
    /// Directory that `mean-cluster reproduce`, `compare`, `infer` or `anneal` wrote
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

/// The directory, and what the run that its manifest names wrote.
fn read(given: &Given<'_>) -> Result<(PathBuf, Box<dyn Drawn>), StudyError> {
    let Directory { directory } = given.parse()?;
    let manifest = Manifest::read(&directory)?;
    let command = &manifest.command;
    let runs: Vec<&str> =
        given.rows.iter().filter(|row| row.read.is_some()).map(|row| row.name).collect();
    let row = given.rows.iter().find(|row| row.name == *command);
    match row.and_then(|row| row.read) {
        Some(read) => read(&directory).map(|files| (directory, files)),
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
