//! Directories with all that is in them.

use crate::operations::{make_directory, remove_directory, remove_file, sync, sync_directory};
use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Makes a directory and those above it that are missing.
///
/// # Errors
/// [`io::ErrorKind::NotADirectory`] if a file has the name; no permission, no space.
pub fn make_directories(path: &Path) -> io::Result<()> {
    if path.as_os_str().is_empty() || path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        make_directories(parent)?;
    }
    match make_directory(path) {
        // another process was faster
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        made => made,
    }
}

/// Removes a file, a link, or a directory with all that is in it. Links are not followed. What is
/// already gone is no error.
///
/// # Errors
/// No permission.
pub fn remove_tree(path: &Path) -> io::Result<()> {
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    if !found.is_dir() {
        return remove_file(path);
    }
    for entry in fs::read_dir(path)? {
        remove_tree(&entry?.path())?;
    }
    remove_directory(path)
}

/// Waits until a directory and all that is in it are on the disk.
///
/// # Errors
/// If the disk fails.
pub fn sync_tree(path: &Path) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            sync_tree(&entry.path())?;
        } else if kind.is_file() {
            sync(&File::open(entry.path())?, &entry.path())?;
        }
    }
    sync_directory(path)
}
