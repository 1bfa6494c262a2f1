//! Whose the files of an output directory are, and where those of the user go.

use super::{MANIFEST, Manifest};
use crate::StudyError;
use crate::output::manifest::FileEntry;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Component, Path, PathBuf};
use whole_files::{keep_permissions, make_directories, make_directory, rename};

/// What the manifest of a directory says of its files.
pub(super) struct Ownership {
    directory: PathBuf,
    manifest: Option<Manifest>,
    /// Whether a file that was changed since it was written is the user's, although it is listed.
    is_strict: bool,
}

impl Ownership {
    /// Of a directory; without a manifest of ours, or without the directory, nothing is ours.
    pub(super) fn of(directory: &Path, is_strict: bool) -> Ownership {
        let manifest = Manifest::read(directory).ok();
        Ownership { directory: directory.to_owned(), manifest, is_strict }
    }

    /// The names of our files, without the manifest; they may be missing.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        let files = self.manifest.iter().flat_map(|manifest| &manifest.files);
        files.map(|file| file.name.as_str()).filter(|name| *name != MANIFEST)
    }

    /// Whether a file that is there, by its path from the directory with `/`, is ours. A link is not, nor
    /// what links lead to.
    pub(super) fn is_ours(&self, name: &str) -> bool {
        let Some(manifest) = &self.manifest else { return false };
        let Some(path) = inside(&self.directory, name) else { return false };
        if !fs::symlink_metadata(&path).is_ok_and(|found| found.is_file()) {
            return false;
        }
        if name == MANIFEST {
            return true;
        }
        let Some(entry) = manifest.files.iter().find(|file| file.name == name) else {
            return false;
        };
        let same = |bytes: Vec<u8>| FileEntry::new(name.to_owned(), &bytes) == *entry;
        !self.is_strict || entry.sha256.is_none() || fs::read(path).is_ok_and(same)
    }

    /// Whether files below a folder are listed.
    fn lists_below(&self, folder: &str) -> bool {
        self.names().any(|name| name.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')))
    }

    /// Moves all that is not ours to the same place in another directory.
    pub(super) fn move_others(&self, to: &Path) -> Result<(), StudyError> {
        self.move_from("", to)
    }

    fn move_from(&self, folder: &str, to: &Path) -> Result<(), StudyError> {
        let from = self.directory.join(folder);
        for entry in fs::read_dir(&from).map_err(in_file(&from))? {
            let entry = entry.map_err(in_file(&from))?;
            let (path, target) = (entry.path(), to.join(entry.file_name()));
            let name = match folder {
                "" => entry.file_name().to_string_lossy().into_owned(),
                folder => format!("{folder}/{}", entry.file_name().to_string_lossy()),
            };
            let is_folder = entry.file_type().map_err(in_file(&path))?.is_dir();
            if is_folder && (is_real_folder(&target) || self.lists_below(&name)) {
                self.move_from(&name, &target)?;
            } else if is_folder || !self.is_ours(&name) {
                if !to.exists() {
                    make_directories(to).map_err(in_file(to))?;
                    keep_permissions(&from, to).map_err(in_file(to))?;
                }
                move_to(&path, &target)?;
            }
        }
        Ok(())
    }
}

/// Moves a file or folder of the user's to a place, or, if that is taken, beside it.
fn move_to(path: &Path, target: &Path) -> Result<(), StudyError> {
    if !is_there(target) {
        return rename(path, target).map_err(in_file(target));
    }
    if same_bytes(path, target) {
        return Ok(()); // nothing is lost
    }
    // a file of that name may still be on its way
    let aside = free_name(target, path);
    say_aside(target, &aside);
    rename(path, &aside).map_err(in_file(&aside))
}

/// Gives what is at `path`, which is the user's, another name beside it and says so.
pub(crate) fn move_aside(path: &Path) -> Result<(), StudyError> {
    let aside = free_name(path, path);
    say_aside(path, &aside);
    rename(path, &aside).map_err(in_file(&aside))
}

fn say_aside(path: &Path, aside: &Path) {
    // nobody may be there to read it
    let _ = writeln!(
        std::io::stderr(),
        "{} was not written by mean-cluster, or was changed since, and its name is needed: it is now {}",
        path.display(),
        aside.display()
    );
}

/// `NAME.kept`, or `NAME.kept-2` and so on: a name that is free beside both paths, which have one name.
fn free_name(path: &Path, other: &Path) -> PathBuf {
    let named = |number: u64| {
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(if number == 1 { ".kept".to_owned() } else { format!(".kept-{number}") });
        name
    };
    let is_free = |name: &OsString| {
        !is_there(&path.with_file_name(name)) && !is_there(&other.with_file_name(name))
    };
    let mut number = 1;
    while !is_free(&named(number)) {
        number += 1;
    }
    path.with_file_name(named(number))
}

/// The folders above `name` in `directory`; what is in the way of one is moved aside.
pub(super) fn make_room(directory: &Path, name: &str) -> Result<(), StudyError> {
    let mut path = directory.to_owned();
    let folders = name.rsplit_once('/').map_or("", |(folders, _)| folders);
    for folder in folders.split('/').filter(|folder| !folder.is_empty()) {
        path.push(folder);
        if is_real_folder(&path) {
            continue;
        }
        if is_there(&path) {
            move_aside(&path)?;
        }
        make_directory(&path).map_err(in_file(&path))?;
    }
    Ok(())
}

/// The path of a name with `/` in a directory; none if it leads out of it, also by a link.
pub(super) fn inside(directory: &Path, name: &str) -> Option<PathBuf> {
    let mut path = directory.to_owned();
    let mut parts = Path::new(name).components().peekable();
    while let Some(part) = parts.next() {
        let Component::Normal(part) = part else { return None };
        path.push(part);
        if parts.peek().is_some() && !is_real_folder(&path) {
            return None;
        }
    }
    (path != directory).then_some(path)
}

/// Whether there is anything, also a link to nothing.
pub(crate) fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// A folder, and no link to one.
pub(super) fn is_real_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|found| found.is_dir())
}

/// Whether two paths are regular files with the same content.
pub(super) fn same_bytes(one: &Path, other: &Path) -> bool {
    let length = |path: &Path| {
        let found = fs::symlink_metadata(path).ok()?;
        found.is_file().then_some(found.len())
    };
    match (length(one), length(other)) {
        (Some(a), Some(b)) if a == b => {
            fs::read(one).is_ok_and(|one| fs::read(other).is_ok_and(|other| one == other))
        }
        _ => false,
    }
}

pub(super) fn in_file(path: &Path) -> impl Fn(std::io::Error) -> StudyError {
    let path = path.to_owned();
    move |source| StudyError::File { path: path.clone(), source }
}
