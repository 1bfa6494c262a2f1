//! `mean-cluster rerun`: the files of an output directory again, from its manifest.

use super::anneal::Anneal;
use super::anneal_settings::AnnealSettings;
use super::config::{Section, from_table};
use crate::StudyError;
use crate::compare::{CompareSettings, Comparison};
use crate::output::{MANIFEST, Manifest, OutputDirectory};
use crate::reproduce_command::Reproduce;
use crate::study::{Progress, StudySettings};
use clap::Args;
use serde::de::DeserializeOwned;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct Rerun {
    /// Directory that mean-cluster wrote
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// Directory for the files [default: DIR itself]
    #[arg(long, value_name = "OTHER")]
    out: Option<PathBuf>,
}

impl Rerun {
    /// Whether the run came to its end, or was interrupted.
    pub(crate) fn run(&self) -> Result<bool, StudyError> {
        let old = Manifest::read(&self.directory)?;
        let out = self.out.clone().unwrap_or_else(|| self.directory.clone());
        let name = self.directory.join(MANIFEST).display().to_string();
        let finished = match old.command.as_str() {
            AnnealSettings::NAME => {
                let settings = from_table(&name, &old.settings)?;
                Anneal::into_directory(out.clone()).run_with(&settings)?
            }
            "reproduce" => {
                let settings: StudySettings = settings(&name, &old.settings)?;
                Reproduce::into_directory(out.clone()).run_with(&settings)?
            }
            "compare" => {
                let settings: CompareSettings = settings(&name, &old.settings)?;
                settings.check()?;
                let directory = OutputDirectory::open(&out, false)?;
                Comparison::run(&settings, Progress::Terminal)?.write(&directory)?;
                true
            }
            other => {
                let command = other.to_owned();
                return Err(StudyError::NoRerun { path: self.directory.clone(), command });
            }
        };
        if finished {
            same(&old, &out)?;
        }
        Ok(finished)
    }
}

fn settings<S: DeserializeOwned>(name: &str, table: &toml::Table) -> Result<S, StudyError> {
    table.clone().try_into().map_err(|error| StudyError::Unreadable {
        file: name.to_owned(),
        reason: error.to_string(),
    })
}

/// That the files made again have the checksums of the old ones.
fn same(old: &Manifest, out: &Path) -> Result<(), StudyError> {
    let new = Manifest::read(out)?;
    let other: Vec<&str> = old
        .files
        .iter()
        .filter(|file| !new.files.contains(file))
        .map(|file| file.name.as_str())
        .collect();
    if other.is_empty() {
        return Ok(());
    }
    Err(StudyError::Differs {
        path: out.to_owned(),
        files: other.join(", "),
        version: old.version.clone(),
    })
}
