//! How an output directory changes: whole, whatever is killed when.
//!
//! All that a change needs is in one folder beside the directory, `.DIR.mean-cluster`:
//!
//! - `mean-cluster.journal`, which marks it as ours,
//! - `new/`, the new files,
//! - once these are whole and on the disk, an empty file that says how they come in: `exchange`, the two
//!   directories change places in one step; `merge`, file after file, where the system has no such step;
//!   `renew`, file after file, because only some are new.
//!
//! Whoever next holds the lock finds the folder and finishes. Without the third file everything in it is
//! ours and goes. With `exchange`, what is in `new/` and not in its manifest is the user's, on whichever
//! side of the exchange the kill was, and moves to its place. With the others, the files still in `new/`
//! are moved in. Every step can be done again.

use super::files::write_file;
use super::ownership::{
    Ownership, in_file, inside, is_real_folder, is_there, make_room, move_aside, same_bytes,
};
use super::{MANIFEST, Manifest};
use crate::StudyError;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use whole_files::{
    exchange, keep_permissions, make_directories, make_directory, remove_directory, remove_file,
    remove_tree, rename, sync_directory, sync_tree, touch,
};

const JOURNAL: &str = "mean-cluster.journal";

/// How new files come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// The whole directory, in one step.
    Exchange,
    /// The whole directory, file after file.
    Merge,
    /// Some files; the others stay.
    Renew,
}

impl Way {
    /// In the order in which they are looked for; they are removed the other way round.
    const ALL: [Way; 3] = [Way::Merge, Way::Renew, Way::Exchange];

    fn name(self) -> &'static str {
        match self {
            Way::Exchange => "exchange",
            Way::Merge => "merge",
            Way::Renew => "renew",
        }
    }
}

/// A change of one output directory.
#[derive(Debug)]
pub(super) struct Commit {
    directory: PathBuf,
    work: PathBuf,
}

impl Commit {
    /// Of a directory with the folder for its work.
    pub(super) fn new(directory: PathBuf, work: PathBuf) -> Commit {
        Commit { directory, work }
    }

    /// What is made beside the directory, in the order in which it goes: the new files, and last the
    /// folder with what says whose it is.
    pub(super) fn temporary(&self) -> [PathBuf; 2] {
        [self.fresh(), self.work.clone()]
    }

    /// The folder of the work, which is there while a change is not finished.
    pub(super) fn work(&self) -> &Path {
        &self.work
    }

    fn at(&self, name: &str) -> PathBuf {
        self.work.join(name)
    }

    fn fresh(&self) -> PathBuf {
        self.at("new")
    }

    /// Finishes or undoes what a killed run left. Only with the lock.
    ///
    /// # Errors
    /// [`StudyError::InTheWay`] if something of that name is not ours; [`StudyError::File`].
    pub(super) fn recover(&self) -> Result<(), StudyError> {
        if !is_there(&self.work) {
            return Ok(());
        }
        let in_the_way = || StudyError::InTheWay { path: self.work.clone() };
        if !is_real_folder(&self.work) {
            return Err(in_the_way());
        }
        if !is_there(&self.at(JOURNAL)) {
            // killed before its first file, or after its last
            return remove_directory(&self.work).map_err(|error| match error.kind() {
                io::ErrorKind::DirectoryNotEmpty => in_the_way(),
                _ => in_file(&self.work)(error),
            });
        }
        match Way::ALL.into_iter().find(|way| is_there(&self.at(way.name()))) {
            Some(Way::Exchange) => self.carry_over(),
            Some(way) => self.move_in(way),
            None => self.clear(),
        }
    }

    /// The folder for the new files, with the permissions of the directory.
    ///
    /// # Errors
    /// Those of [`recover`](Self::recover).
    pub(super) fn prepare(&self) -> Result<PathBuf, StudyError> {
        self.recover()?;
        make_directory(&self.work).map_err(in_file(&self.work))?;
        let journal = self.at(JOURNAL);
        let text = format!(
            "The work of mean-cluster on {}. If it was killed, its next run there finishes or undoes it.\n",
            self.directory.display()
        );
        write_file(&journal, text.as_bytes())?;
        let fresh = self.fresh();
        make_directory(&fresh).map_err(in_file(&fresh))?;
        keep_permissions(&self.directory, &fresh).map_err(in_file(&fresh))?;
        Ok(fresh)
    }

    /// Says that the new files are whole and how they come in, and waits until they are on the disk.
    ///
    /// # Errors
    /// [`StudyError::File`], and that of [`Manifest::read`]: a directory without one is nobody's.
    pub(super) fn seal(&self, way: Way) -> Result<(), StudyError> {
        let fresh = self.fresh();
        Manifest::read(&fresh)?;
        if way != Way::Renew {
            keep_modes(&self.directory, &fresh)?;
        }
        sync_tree(&fresh).map_err(in_file(&fresh))?;
        sync_directory(&self.work).map_err(in_file(&self.work))?;
        let mark = self.at(way.name());
        touch(&mark).map_err(in_file(&mark))?;
        sync_directory(&self.work).map_err(in_file(&self.work))
    }

    /// The step itself. If it fails nothing has changed.
    ///
    /// # Errors
    /// [`StudyError::File`].
    pub(super) fn step(&self, way: Way) -> Result<Way, StudyError> {
        if way != Way::Exchange {
            return Ok(way);
        }
        let fresh = self.fresh();
        let done = match is_there(&self.directory) {
            true => exchange(&fresh, &self.directory),
            false => rename(&fresh, &self.directory),
        };
        match done {
            Err(error) if error.kind() == io::ErrorKind::Unsupported => {
                // `merge` is looked for first, so that both may be there
                self.seal(Way::Merge).map(|()| Way::Merge)
            }
            Err(error) => Err(in_file(&self.directory)(error)),
            Ok(()) => Ok(way),
        }
    }

    /// All that comes after [`step`](Self::step): if it fails the next run does it.
    ///
    /// # Errors
    /// [`StudyError::File`].
    pub(super) fn finish(&self, way: Way) -> Result<(), StudyError> {
        match way {
            Way::Exchange => self.carry_over(),
            Way::Merge | Way::Renew => self.move_in(way),
        }
    }

    /// Removes the new files, as far as they can be removed.
    pub(super) fn abandon(&self) {
        if is_there(&self.at(JOURNAL)) {
            let _ = self.clear(); // what stays is known by its journal
        }
    }

    /// Moves what is the user's from the old directory, which is now in the work.
    fn carry_over(&self) -> Result<(), StudyError> {
        self.sync_parent()?;
        let old = self.fresh();
        if is_there(&old) {
            Ownership::of(&old, true).move_others(&self.directory)?;
            if is_there(&self.directory) {
                sync_directory(&self.directory).map_err(in_file(&self.directory))?;
            }
        }
        self.clear()
    }

    /// Moves new files in, then removes those of ours that are no more, then changes the manifest.
    fn move_in(&self, way: Way) -> Result<(), StudyError> {
        let fresh = self.fresh();
        // without it, it is in already
        if let Ok(manifest) = Manifest::read(&fresh) {
            let old = Ownership::of(&self.directory, way == Way::Merge);
            make_directories(&self.directory).map_err(in_file(&self.directory))?;
            for file in &manifest.files {
                self.move_one(&file.name, &old)?;
            }
            for name in old.names().filter(|name| !manifest.lists(name) && old.is_ours(name)) {
                if let Some(path) = inside(&self.directory, name) {
                    remove_file(&path).map_err(in_file(&path))?;
                    // an empty folder goes too
                    let folder = path.parent().filter(|folder| *folder != self.directory);
                    if let Some(folder) = folder
                        && fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
                    {
                        remove_directory(folder).map_err(in_file(folder))?;
                    }
                }
            }
            self.move_one(MANIFEST, &old)?;
            sync_directory(&self.directory).map_err(in_file(&self.directory))?;
            self.sync_parent()?;
        }
        self.clear()
    }

    fn move_one(&self, name: &str, old: &Ownership) -> Result<(), StudyError> {
        let Some(path) = inside(&self.fresh(), name).filter(|path| is_there(path)) else {
            return Ok(()); // in already, or a file that stays
        };
        make_room(&self.directory, name)?;
        let target = self.directory.join(name);
        if is_there(&target) && !old.is_ours(name) && !same_bytes(&path, &target) {
            move_aside(&target)?;
        }
        rename(&path, &target).map_err(in_file(&target))
    }

    /// Removes the work: first what says that it is not all ours, last what says whose it is.
    fn clear(&self) -> Result<(), StudyError> {
        for way in Way::ALL.into_iter().rev() {
            let mark = self.at(way.name());
            if is_there(&mark) {
                remove_file(&mark).map_err(in_file(&mark))?;
            }
        }
        sync_directory(&self.work).map_err(in_file(&self.work))?;
        let fresh = self.fresh();
        remove_tree(&fresh).map_err(in_file(&fresh))?;
        let journal = self.at(JOURNAL);
        remove_file(&journal).map_err(in_file(&journal))?;
        remove_directory(&self.work).map_err(in_file(&self.work))
    }

    fn sync_parent(&self) -> Result<(), StudyError> {
        let parent = self.work.parent().unwrap_or(Path::new("."));
        sync_directory(parent).map_err(in_file(parent))
    }
}

/// Gives files and folders the permissions of those that they replace.
fn keep_modes(old: &Path, fresh: &Path) -> Result<(), StudyError> {
    for entry in fs::read_dir(fresh).map_err(in_file(fresh))? {
        let path = entry.map_err(in_file(fresh))?.path();
        let before = old.join(path.file_name().unwrap_or_default());
        let Ok(found) = fs::symlink_metadata(&before) else { continue };
        if found.is_dir() && path.is_dir() {
            keep_modes(&before, &path)?;
        }
        if found.is_dir() == path.is_dir() && !found.is_symlink() {
            keep_permissions(&before, &path).map_err(in_file(&path))?;
        }
    }
    Ok(())
}
