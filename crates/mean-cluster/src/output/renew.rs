//! Renewing some files of an output directory, all or none.

use crate::StudyError;
use crate::output::{FileEntry, MANIFEST, Manifest, inside};
use crate::signals::{self, Temporary};
use std::fs;
use std::path::Path;

/// Puts `files` (path from the directory with `/`, bytes) in place of those of ours that start with
/// `prefix`, and renews the manifest. Everything is written beside first, so that a full disk
/// leaves the old files; other files, also the user's in the same folder, stay.
///
/// # Errors
/// [`StudyError::File`], [`StudyError::Format`]; those of [`Manifest::read`] if the directory is not
/// ours.
pub fn renew(
    directory: &Path,
    prefix: &str,
    files: &[(String, Vec<u8>)],
) -> Result<(), StudyError> {
    let mut manifest = Manifest::read(directory)?;
    let (old, mut kept): (Vec<FileEntry>, Vec<FileEntry>) =
        manifest.files.into_iter().partition(|file| file.name.starts_with(prefix));
    kept.extend(files.iter().map(|(name, bytes)| FileEntry::new(name.clone(), bytes)));
    kept.sort_by(|a, b| a.name.cmp(&b.name));
    manifest.files = kept;

    for name in manifest.files.iter().chain(&old).map(|file| &file.name) {
        inside(directory, name)?; // nothing is put or removed elsewhere through a link
    }
    let staging = tempfile::Builder::new().prefix(".new.").tempdir_in(directory);
    let staging = staging.map_err(in_file(directory))?;
    let _temporary = Temporary::new(staging.path());
    write_files(staging.path(), files)?;
    manifest.write(staging.path())?;
    let move_in = |name: &str| {
        let target = directory.join(name);
        make_parent(&target)?;
        fs::rename(staging.path().join(name), &target).map_err(in_file(&target))
    };
    let _whole = signals::commit();
    for (name, _) in files {
        move_in(name)?;
    }
    for gone in old.iter().filter(|file| !manifest.lists(&file.name)) {
        let _ = fs::remove_file(directory.join(&gone.name)); // already gone is as good
    }
    move_in(MANIFEST)
}

/// Writes files (path from the directory with `/`, bytes), making their folders.
///
/// # Errors
/// [`StudyError::File`].
pub(crate) fn write_files(directory: &Path, files: &[(String, Vec<u8>)]) -> Result<(), StudyError> {
    for (name, bytes) in files {
        let path = directory.join(name);
        make_parent(&path)?;
        let _whole = signals::commit();
        fs::write(&path, bytes).map_err(in_file(&path))?;
    }
    Ok(())
}

fn make_parent(path: &Path) -> Result<(), StudyError> {
    match path.parent() {
        Some(parent) => fs::create_dir_all(parent).map_err(in_file(parent)),
        None => Ok(()),
    }
}

fn in_file(path: &Path) -> impl Fn(std::io::Error) -> StudyError {
    let path = path.to_owned();
    move |source| StudyError::File { path: path.clone(), source }
}
