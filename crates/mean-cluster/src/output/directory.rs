//! A directory that is written beside itself and swapped in at the end.

use crate::StudyError;
use crate::output::lock::Lock;
use crate::output::{MANIFEST, Manifest};
use crate::signals::{self, Temporary};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;

/// Where a run will put its files. Opening it checks that we may; nothing is changed before
/// [`replace`](OutputDirectory::replace).
#[derive(Debug)]
pub struct OutputDirectory {
    path: PathBuf,
    parent: PathBuf,
    /// Held as long as this is, so that two runs do not write into one directory.
    lock: Lock,
}

impl OutputDirectory {
    /// Checks that `path` is missing, empty or ours (it holds our manifest), or that `force` is
    /// given, that its parent can be written, and that no other run has it open. Missing parents are
    /// made.
    ///
    /// # Errors
    /// [`StudyError::ForeignDirectory`], [`StudyError::NotADirectory`], [`StudyError::InUse`],
    /// [`StudyError::File`].
    pub fn open(path: &Path, force: bool) -> Result<OutputDirectory, StudyError> {
        let not_a_directory = |reason| StudyError::NotADirectory { path: path.to_owned(), reason };
        // a symbolic link stays one: what it points to is replaced
        let path = match fs::canonicalize(path) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                std::path::absolute(path).map_err(in_file(path))?
            }
            Err(error) => return Err(in_file(path)(error)),
        };
        if path.exists() && !path.is_dir() {
            return Err(not_a_directory("it is a file"));
        }
        let (Some(parent), Some(_)) = (path.parent(), path.file_name()) else {
            return Err(not_a_directory("it has no parent to write beside"));
        };
        if path.is_dir() && !force && !is_ours(&path) && !is_empty(&path)? {
            return Err(StudyError::ForeignDirectory { path });
        }
        fs::create_dir_all(parent).map_err(in_file(parent))?;
        let mut name = std::ffi::OsString::from(".");
        name.push(path.file_name().unwrap_or_default());
        name.push(".lock");
        let lock = Lock::take(parent.join(name), &path)?;
        let directory = OutputDirectory { parent: parent.to_owned(), path, lock };
        directory.sibling()?; // made and removed: a missing permission shows now, not after the work
        Ok(directory)
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

    /// Calls `write` with a fresh sibling directory and swaps that in, so that the old files are
    /// there whole until the new ones are. Files of the old directory that its manifest does not
    /// list are the user's and move along.
    ///
    /// # Errors
    /// Those of `write`, and [`StudyError::File`]; the old directory is then as it was.
    pub fn replace(
        &self,
        write: impl FnOnce(&Path) -> Result<(), StudyError>,
    ) -> Result<(), StudyError> {
        let staging = self.sibling()?;
        let temporary = Temporary::new(staging.path());
        write(staging.path())?;
        let _whole = signals::commit();
        drop(temporary);
        let fresh = staging.keep();
        let old = self.path.is_dir().then(|| self.sibling()).transpose()?;
        if let Some(old) = &old {
            fs::rename(&self.path, old.path()).map_err(|error| {
                let _ = fs::remove_dir_all(&fresh);
                in_file(&self.path)(error)
            })?;
        }
        if let Err(error) = fs::rename(&fresh, &self.path) {
            if let Some(old) = old {
                fs::rename(old.keep(), &self.path).map_err(in_file(&self.path))?;
            }
            let _ = fs::remove_dir_all(&fresh);
            return Err(in_file(&self.path)(error));
        }
        self.lock.is_ours.store(true, Ordering::Relaxed); // of this run or of one that was killed: it is over
        match old {
            Some(old) => self.carry_over(old),
            None => Ok(()),
        }
    }

    /// Moves what is not ours from the old directory, then removes it.
    fn carry_over(&self, old: tempfile::TempDir) -> Result<(), StudyError> {
        let old = old.keep(); // if anything fails from here, the user's files are still in it
        let manifest = Manifest::read(&old).ok();
        let is_ours = |name: &str| match &manifest {
            Some(manifest) => manifest.lists(name),
            None => name == MANIFEST,
        };
        move_others(&old, &self.path, "", &is_ours)?;
        fs::remove_dir_all(&old).map_err(in_file(&old))
    }

    fn sibling(&self) -> Result<tempfile::TempDir, StudyError> {
        let mut builder = tempfile::Builder::new();
        let name = self.path.file_name().unwrap_or_default().to_string_lossy();
        let prefix = format!(".{name}.");
        builder.prefix(&prefix).suffix(".tmp");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(fs::Permissions::from_mode(0o777));
        }
        builder.tempdir_in(&self.parent).map_err(in_file(&self.parent))
    }
}

/// Moves files that are not ours and whose place is free from one directory to another; `prefix` is
/// the path so far, with `/`. Folders that both have are gone through.
fn move_others(
    from: &Path,
    to: &Path,
    prefix: &str,
    is_ours: &dyn Fn(&str) -> bool,
) -> Result<(), StudyError> {
    for entry in fs::read_dir(from).map_err(in_file(from))? {
        let entry = entry.map_err(in_file(from))?;
        let target = to.join(entry.file_name());
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let is_folder = entry.file_type().map_err(in_file(&entry.path()))?.is_dir();
        if is_folder && target.is_dir() {
            move_others(&entry.path(), &target, &format!("{name}/"), is_ours)?;
        } else if !is_ours(&name) && !target.exists() {
            fs::rename(entry.path(), &target).map_err(in_file(&target))?;
        }
    }
    Ok(())
}

fn is_ours(path: &Path) -> bool {
    Manifest::read(path).is_ok()
}

fn is_empty(path: &Path) -> Result<bool, StudyError> {
    Ok(fs::read_dir(path).map_err(in_file(path))?.next().is_none())
}

fn in_file(path: &Path) -> impl Fn(io::Error) -> StudyError {
    let path = path.to_owned();
    move |source| StudyError::File { path: path.clone(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write_one(path: &Path, text: &str) -> Result<(), StudyError> {
        fs::write(path.join("data.csv"), text).map_err(in_file(path))?;
        Manifest::of_directory(path, "reproduce", 1, toml::Table::new())?.write(path)
    }

    #[test]
    fn a_directory_is_replaced_whole_and_keeps_what_is_the_users() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/out");
        OutputDirectory::open(&path, false).unwrap().replace(|p| write_one(p, "first")).unwrap();
        fs::write(path.join("notes.txt"), "mine").unwrap();
        OutputDirectory::open(&path, false).unwrap().replace(|p| write_one(p, "second")).unwrap();
        assert_eq!(fs::read_to_string(path.join("data.csv")).unwrap(), "second");
        assert_eq!(fs::read_to_string(path.join("notes.txt")).unwrap(), "mine");
        let siblings = fs::read_dir(folder.path().join("deep")).unwrap().count();
        assert_eq!(siblings, 1, "no temporary directory stays");
    }

    #[test]
    fn what_the_user_put_into_our_folders_moves_along_and_what_is_ours_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let write = |p: &Path, name: &str| {
            fs::create_dir(p.join("figures")).unwrap();
            fs::write(p.join("figures").join(name), name).unwrap();
            Manifest::of_directory(p, "reproduce", 1, toml::Table::new())?.write(p)
        };
        let directory = OutputDirectory::open(&path, false).unwrap();
        directory.replace(|p| write(p, "one.svg")).unwrap();
        let manifest = Manifest::read(&path).unwrap();
        assert_eq!(manifest.files[0].name, "figures/one.svg");
        fs::write(path.join("figures/mine.txt"), "mine").unwrap();
        directory.replace(|p| write(p, "two.svg")).unwrap();
        assert_eq!(fs::read_to_string(path.join("figures/mine.txt")).unwrap(), "mine");
        assert!(path.join("figures/two.svg").exists() && !path.join("figures/one.svg").exists());
    }

    #[test]
    fn a_failed_run_leaves_the_old_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out");
        let directory = OutputDirectory::open(&path, false).unwrap();
        directory.replace(|p| write_one(p, "first")).unwrap();
        let failed = directory.replace(|p| {
            write_one(p, "half")?;
            Err(StudyError::Format { file: "x".into(), reason: "y".into() })
        });
        assert!(failed.is_err());
        assert_eq!(fs::read_to_string(path.join("data.csv")).unwrap(), "first");
        let second = OutputDirectory::open(&path, false).unwrap_err();
        assert!(matches!(second, StudyError::InUse { .. }), "{second}");
        drop(directory);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn foreign_directories_need_force_and_keep_their_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("theirs");
        fs::create_dir(&path).unwrap();
        OutputDirectory::open(&path, false).expect("an empty directory is free");
        fs::write(path.join("thesis.tex"), "years").unwrap();
        fs::write(path.join(MANIFEST), "tool = \"other\"").unwrap();
        let refused = OutputDirectory::open(&path, false).unwrap_err();
        assert!(matches!(refused, StudyError::ForeignDirectory { .. }), "{refused}");
        let forced = OutputDirectory::open(&path, true).unwrap();
        forced.replace(|p| write_one(p, "ours")).unwrap();
        assert_eq!(fs::read_to_string(path.join("thesis.tex")).unwrap(), "years");
        let file = path.join("thesis.tex");
        assert!(matches!(
            OutputDirectory::open(&file, true),
            Err(StudyError::NotADirectory { .. })
        ));
        assert!(OutputDirectory::open(&file.join("under"), true).is_err());
    }
}
