//! `mean-cluster rerun`: the files of an output directory made again beside it, from its manifest, and
//! compared with it.

use super::anneal_settings::AnnealSettings;
use super::config::{Section, from_table};
use super::job::{Work, start};
use super::scratch::Scratch;
use super::verify::written_by;
use super::{Outcome, print};
use crate::StudyError;
use crate::compare::CompareSettings;
use crate::infer::InferSettings;
use crate::output::{Comparison, MANIFEST, Manifest, OutputDirectory, write_file};
use crate::study::{Checkpoints, StudySettings};
use clap::Args;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;
use whole_files::make_directories;

#[derive(Debug, Args)]
pub(crate) struct Rerun {
    /// Directory that mean-cluster wrote; it is left as it is
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// Directory for the files made again; without it they are removed when they have been compared
    #[arg(long, value_name = "OTHER")]
    out: Option<PathBuf>,
    /// Put the files made again in place of those of DIR, if any differ
    #[arg(long, conflicts_with = "out")]
    replace: bool,
    /// Write into OTHER if it holds other files or another command's result; other files stay
    #[arg(long, requires = "out")]
    force: bool,
}

impl Rerun {
    pub(super) fn run(&self) -> Result<Outcome, StudyError> {
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

    fn again<S: Work>(&self, old: &Manifest) -> Result<Outcome, StudyError> {
        let written = written_by(old);
        if !old.was_written_by_this_version() {
            let _ = writeln!(
                std::io::stderr(),
                "{} was {written}: files may differ for that reason alone",
                self.directory.display()
            );
        }
        let path = self.directory.join(MANIFEST);
        let name = format!("{} (version {}), [settings]", path.display(), old.version);
        let settings: S = from_table(&name, &old.settings)?;
        // what is wrong with the files of DIR is told before the work
        Comparison::of(&self.directory, old, None)?;
        match &self.out {
            Some(out) => self.elsewhere(out, old, &settings),
            None => self.beside(old, &settings),
        }
    }

    /// Makes the files again in a directory that stays, as the command itself does.
    fn elsewhere<S: Work>(
        &self,
        out: &Path,
        old: &Manifest,
        settings: &S,
    ) -> Result<Outcome, StudyError> {
        let same = |a: &Path, b: &Path| {
            fs::canonicalize(a).ok().is_some_and(|a| fs::canonicalize(b).is_ok_and(|b| a == b))
        };
        if same(out, &self.directory) {
            return Err(StudyError::Setting {
                setting: "out",
                value: out.display().to_string(),
                allowed: "another directory; say --replace instead to put the files in place of those of DIR",
            });
        }
        if !start(settings, out, self.force)? {
            return Ok(Outcome::Interrupted);
        }
        self.tell(old, &Manifest::read(out)?)
    }

    /// Makes the files again in a directory that goes away.
    fn beside<S: Work>(&self, old: &Manifest, settings: &S) -> Result<Outcome, StudyError> {
        let in_place = self.replace.then(|| OutputDirectory::open(&self.directory, false));
        let in_place = in_place.transpose()?;
        let scratch = Scratch::beside(&self.directory)?;
        let directory = OutputDirectory::open(&scratch.output(), false)?;
        let state = directory.beside("checkpoints");
        let checkpoints = Checkpoints::start(&state, Duration::MAX, S::NAME, settings)?;
        match S::work(&checkpoints, &directory) {
            Err(StudyError::Interrupted) => return Ok(Outcome::Interrupted),
            found => found?,
        };
        let new = Manifest::read(directory.path())?;
        let outcome = self.tell(old, &new)?;
        if let (Some(in_place), Outcome::Differs) = (in_place, &outcome) {
            in_place.replace(|fresh| {
                let names = new.files.iter().map(|file| file.name.as_str()).chain([MANIFEST]);
                names.into_iter().try_for_each(|name| copy(directory.path(), fresh, name))
            })?;
            print("the files made again were put in place of those of the directory\n")?;
        }
        Ok(outcome)
    }

    /// Says what was compared, and each difference.
    fn tell(&self, old: &Manifest, new: &Manifest) -> Result<Outcome, StudyError> {
        let comparison = Comparison::of(&self.directory, old, Some(new))?;
        let mut text = format!("{}\n{comparison}", written_by(old));
        if comparison.all_agree() {
            print(&text)?;
            return Ok(Outcome::Done);
        }
        if !old.was_written_by_this_version() {
            let (theirs, ours) = (&old.version, &new.version);
            text += &format!("compared across versions, {theirs} and {ours}\n");
        }
        print(&text)?;
        Ok(Outcome::Differs)
    }
}

/// Copies one file, by its path from either directory with `/`.
fn copy(from: &Path, to: &Path, name: &str) -> Result<(), StudyError> {
    let (source, target) = (from.join(name), to.join(name));
    let bytes =
        fs::read(&source).map_err(|error| StudyError::File { path: source, source: error })?;
    if let Some(parent) = target.parent() {
        make_directories(parent)
            .map_err(|source| StudyError::File { path: parent.to_owned(), source })?;
    }
    write_file(&target, &bytes)
}
