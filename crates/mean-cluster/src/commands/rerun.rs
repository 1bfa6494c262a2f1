//! `mean-cluster rerun`: the files of an output directory again, from its manifest.

use super::anneal_settings::AnnealSettings;
use super::config::{Section, from_table};
use super::job::{Work, start};
use crate::StudyError;
use crate::compare::CompareSettings;
use crate::infer::InferSettings;
use crate::output::{MANIFEST, Manifest};
use crate::study::StudySettings;
use clap::Args;
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
    pub(super) fn run(&self) -> Result<bool, StudyError> {
        let old = Manifest::read(&self.directory)?;
        let again = match old.command.as_str() {
            AnnealSettings::NAME => Self::again::<AnnealSettings>,
            CompareSettings::NAME => Self::again::<CompareSettings>,
            InferSettings::NAME => Self::again::<InferSettings>,
            StudySettings::NAME => Self::again::<StudySettings>,
            other => {
                let command = other.to_owned();
                return Err(StudyError::NoRerun { path: self.directory.clone(), command });
            }
        };
        again(self, &old)
    }

    fn again<S: Work>(&self, old: &Manifest) -> Result<bool, StudyError> {
        let name = self.directory.join(MANIFEST).display().to_string();
        let settings: S = from_table(&name, &old.settings)?;
        let out = self.out.as_ref().unwrap_or(&self.directory);
        let finished = start(&settings, out)?;
        if finished {
            same(old, out)?;
        }
        Ok(finished)
    }
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
