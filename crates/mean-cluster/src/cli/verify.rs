//! `mean-cluster verify`: the files of an output directory against the checksums of its manifest.

use super::print::print;
use super::row::{Outcome, Row};
use crate::StudyError;
use crate::output::{Comparison, Manifest};
use clap::Args;
use std::path::PathBuf;

pub(super) const ROW: Row = Row::plain(
    "verify",
    [
        "Check the files of an output directory against the checksums of its manifest",
        "Example: mean-cluster verify annealed",
    ],
    |command, _| Verify::augment_args(command),
    |given| given.parse::<Verify>()?.run(),
);

#[derive(Debug, Args)]
struct Verify {
    /// Directory that mean-cluster wrote
    #[arg(value_name = "DIR")]
    directory: PathBuf,
}

impl Verify {
    fn run(&self) -> Result<Outcome, StudyError> {
        let manifest = Manifest::read(&self.directory)?;
        let comparison = Comparison::of(&self.directory, &manifest, None)?;
        print(&format!("{}\n{comparison}", written_by(&manifest)))?;
        Ok(if comparison.all_agree() { Outcome::Done } else { Outcome::Differs })
    }
}

/// Which run wrote a directory.
pub(super) fn written_by(manifest: &Manifest) -> String {
    let Manifest { version, command, seed, .. } = manifest;
    let other = match manifest.was_written_by_this_version() {
        true => String::new(),
        false => format!(", which is another version than this one, {}", env!("CARGO_PKG_VERSION")),
    };
    format!("written by `mean-cluster {command}` with seed {seed}, version {version}{other}")
}
