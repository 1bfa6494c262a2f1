//! `mean-cluster rerun`: the files of an output directory made again beside it, from its manifest, and
//! compared with it.

use super::job::start;
use super::print::print;
use super::row::{Outcome, Rerun, Row};
use super::scratch::Scratch;
use super::verify::written_by;
use crate::StudyError;
use crate::output::{Comparison, MANIFEST, Manifest, OutputDirectory, write_file};
use crate::run::{self, Checkpoints, Run};
use crate::settings::from_table;
use clap::Args;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::time::Duration;
use whole_files::make_directories;

pub(super) const ROW: Row = Row::plain(
    "rerun",
    [
        "Make the files of an output directory again beside it, and compare: on disk, in the manifest, made again",
        "Example: mean-cluster rerun annealed",
    ],
    |command, _| Rerun::augment_args(command),
    |given| {
        let rerun: Rerun = given.parse()?;
        let old = Manifest::read(&rerun.directory)?;
        let row = given.rows.iter().find(|row| row.name == old.command);
        match row.and_then(|row| row.again) {
            Some(again) => again(&rerun, &old),
            None => Err(StudyError::NoRerun { path: rerun.directory, command: old.command }),
        }
    },
);

/// Makes the files of a run again.
pub(super) fn again<R: Run>(asked: &Rerun, old: &Manifest) -> Result<Outcome, StudyError> {
    let written = written_by(old);
    if !old.was_written_by_this_version() {
        let _ = writeln!(
            std::io::stderr(),
            "{} was {written}: files may differ for that reason alone",
            asked.directory.display()
        );
    }
    let path = asked.directory.join(MANIFEST);
    let name = format!("{} (version {}), [settings]", path.display(), old.version);
    let settings: R::Settings = from_table(&name, &old.settings)?;
    // what is wrong with the files of DIR is told before the work
    Comparison::of(&asked.directory, old, None)?;
    match &asked.out {
        Some(out) => asked.elsewhere::<R>(out, old, &settings),
        None => asked.beside::<R>(old, &settings),
    }
}

impl Rerun {
    /// Makes the files again in a directory that stays, as the command itself does.
    fn elsewhere<R: Run>(
        &self,
        out: &Path,
        old: &Manifest,
        settings: &R::Settings,
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
        match start::<R>(settings, out, self.force)? {
            Outcome::Done => self.tell(old, &Manifest::read(out)?),
            other => Ok(other),
        }
    }

    /// Makes the files again in a directory that goes away.
    fn beside<R: Run>(
        &self,
        old: &Manifest,
        settings: &R::Settings,
    ) -> Result<Outcome, StudyError> {
        let in_place = self.replace.then(|| OutputDirectory::open(&self.directory, false));
        let in_place = in_place.transpose()?;
        let scratch = Scratch::beside(&self.directory)?;
        let directory = OutputDirectory::open(&scratch.output(), false)?;
        let state = directory.beside("checkpoints");
        let checkpoints = Checkpoints::start(&state, Duration::MAX, settings)?;
        match run::work::<R>(&checkpoints, &directory) {
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
