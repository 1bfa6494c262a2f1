//! A directory that is written beside itself and takes its place at the end.

use super::commit::{Commit, Way};
use super::ownership::{in_file, is_there};
use crate::StudyError;
use crate::output::Manifest;
use crate::signals::{self, Temporary};
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use whole_files::{Lock, can_write, make_directories};

/// Where a run will put its files. Opening it checks that we may; no file in it is changed before
/// [`replace`](OutputDirectory::replace).
#[derive(Debug)]
pub struct OutputDirectory {
    path: PathBuf,
    parent: PathBuf,
    commit: Commit,
    /// Held as long as this is, so that two runs do not write into one directory.
    _lock: Lock,
    /// The file of the lock, which goes, too, if a signal ends the process; one that is not empty is
    /// somebody's.
    _lock_file: Option<Temporary>,
}

impl OutputDirectory {
    /// Checks that `path` is missing, empty or ours (it holds our manifest), or that `force` is
    /// given, that it and its parent can be written, and that no other run has it open. Missing parents
    /// are made. What a run that was killed had begun here is finished or undone.
    ///
    /// # Errors
    /// [`StudyError::ForeignDirectory`], [`StudyError::NotADirectory`], [`StudyError::InUse`],
    /// [`StudyError::InTheWay`], [`StudyError::File`].
    pub fn open(path: &Path, force: bool) -> Result<OutputDirectory, StudyError> {
        let not_a_directory = |reason| StudyError::NotADirectory { path: path.to_owned(), reason };
        // a symbolic link stays one: what it points to is replaced
        let path = match fs::canonicalize(path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if is_there(path) {
                    return Err(not_a_directory("it is a symbolic link to nothing"));
                }
                std::path::absolute(path).map_err(in_file(path))?
            }
            Err(error) => return Err(in_file(path)(error)),
        };
        if path.exists() && !path.is_dir() {
            return Err(not_a_directory("it is a file"));
        }
        let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else {
            return Err(not_a_directory("it has no parent to write beside"));
        };
        if path.is_dir() && !on_one_disk(&path, parent) {
            return Err(not_a_directory("it is a mount point; take a directory in it"));
        }
        make_directories(parent).map_err(in_file(parent))?;
        // what is missing shows now, not after the work
        for needed in [parent, &path] {
            match can_write(needed) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                checked => checked.map_err(in_file(needed))?,
            }
        }
        let hidden = |end: &str| {
            let mut hidden = OsString::from(".");
            hidden.push(name);
            hidden.push(end);
            parent.join(hidden)
        };
        let lock = hidden(".lock");
        let Some(held) = Lock::take(&lock).map_err(in_file(&lock))? else {
            return Err(StudyError::InUse { path, lock });
        };
        let commit = Commit::new(path.clone(), hidden(".mean-cluster"));
        commit.recover()?;
        if path.is_dir() && !force && Manifest::read(&path).is_err() && !is_empty(&path)? {
            return Err(StudyError::ForeignDirectory { path });
        }
        let is_empty = fs::metadata(&lock).is_ok_and(|found| found.len() == 0);
        let lock_file = is_empty.then(|| Temporary::new(&lock));
        Ok(OutputDirectory {
            parent: parent.to_owned(),
            path,
            commit,
            _lock: held,
            _lock_file: lock_file,
        })
    }

    /// The directory.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A path beside the directory, for what belongs to it and not into it: `out.NAME`.
    pub fn beside(&self, name: &str) -> PathBuf {
        let mut file_name = self.path.file_name().unwrap_or_default().to_owned();
        file_name.push(".");
        file_name.push(name);
        self.parent.join(file_name)
    }

    /// That the directory does not hold the result of another command than `command`.
    ///
    /// # Errors
    /// [`StudyError::OtherCommand`].
    pub fn expect_command(&self, command: &str) -> Result<(), StudyError> {
        match Manifest::read(&self.path) {
            Ok(manifest) if manifest.command != command => Err(StudyError::OtherCommand {
                path: self.path.clone(),
                found: manifest.command,
                seed: manifest.seed,
            }),
            _ => Ok(()),
        }
    }

    /// Calls `write` with a fresh directory beside this one and puts that in its place, so that the old
    /// files are there whole until the new ones are, on the disk and not only in memory. `write` makes
    /// the manifest last. Files of the old directory that its manifest does not list, or that were
    /// changed since, are the user's and stay; where a new file needs the name, theirs is renamed to
    /// `NAME.kept`, and standard error says so. Permissions stay.
    ///
    /// # Errors
    /// [`StudyError::NotReplaced`] with what went wrong, also in `write`: the old directory is as it
    /// was. [`StudyError::NotTidied`]: the new files are in place, and the next run ends the rest.
    pub fn replace(
        &self,
        write: impl FnOnce(&Path) -> Result<(), StudyError>,
    ) -> Result<(), StudyError> {
        self.change(Way::Exchange, write)
    }

    /// As [`replace`](Self::replace), where `write` makes only files that are new, and a manifest that
    /// lists those that stay, too. What the old manifest lists and the new one does not is removed.
    ///
    /// # Errors
    /// As [`replace`](Self::replace).
    pub fn renew(
        &self,
        write: impl FnOnce(&Path) -> Result<(), StudyError>,
    ) -> Result<(), StudyError> {
        self.change(Way::Renew, write)
    }

    fn change(
        &self,
        way: Way,
        write: impl FnOnce(&Path) -> Result<(), StudyError>,
    ) -> Result<(), StudyError> {
        let path = || self.path.clone();
        // what an unfinished change left may hold files of the user's
        self.commit.recover()?;
        // a signal removes what is begun, and lets pass what is sealed
        let temporary = self.commit.temporary().map(|path| Temporary::new(&path));
        let mut whole = None;
        let prepared = self.commit.prepare().and_then(|fresh| {
            write(&fresh)?;
            whole = Some(signals::commit());
            drop(temporary);
            self.commit.seal(way)?;
            self.commit.step(way)
        });
        match prepared {
            Ok(way) => self.commit.finish(way).map_err(|source| StudyError::NotTidied {
                path: path(),
                rest: self.commit.work().to_owned(),
                source: Box::new(source),
            }),
            Err(StudyError::Interrupted) => {
                self.commit.abandon();
                Err(StudyError::Interrupted)
            }
            Err(source) => {
                self.commit.abandon();
                Err(StudyError::NotReplaced { path: path(), source: Box::new(source) })
            }
        }
    }
}

fn is_empty(path: &Path) -> Result<bool, StudyError> {
    Ok(fs::read_dir(path).map_err(in_file(path))?.next().is_none())
}

/// Whether a directory is on the file system of its parent, as a rename needs.
fn on_one_disk(path: &Path, parent: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let disk = |path: &Path| fs::metadata(path).map(|found| found.dev()).ok();
        disk(path) == disk(parent)
    }
    #[cfg(not(unix))]
    {
        let _ = (path, parent);
        true
    }
}
