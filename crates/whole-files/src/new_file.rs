//! A file that takes its place when it is whole.

use crate::operations::{create, remove_file, rename, sync, sync_directory, write_all};
use crate::permissions::keep_permissions;
use std::ffi::{OsStr, OsString};
use std::fs::{self, File, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// The end of the name of a file that is not yet whole. It is a file of ours by this name, and nobody
/// works on it any more if it is not locked.
const ENDING: &str = ".mean-cluster-tmp";

/// What is written at once.
const BUFFER: usize = 1 << 18;

/// A file being written. Until [`place`](NewFile::place) an older file of the name stays; dropped
/// before, the new one is removed.
#[derive(Debug)]
pub struct NewFile {
    file: File,
    /// Where it is now.
    path: PathBuf,
    /// Where it belongs; none if it is there from the beginning.
    target: Option<PathBuf>,
    buffer: Vec<u8>,
    is_placed: bool,
}

impl NewFile {
    /// Begins a file beside `target`, whose place it takes at the end. What a killed process left of an
    /// earlier attempt is removed.
    ///
    /// # Errors
    /// No permission, no space, no such directory.
    pub fn beside(target: &Path) -> io::Result<NewFile> {
        static COUNT: AtomicU64 = AtomicU64::new(0);
        let (folder, start) = (folder_of(target), start_of(target)?);
        remove_leftovers_named(folder, &start)?;
        loop {
            let number = COUNT.fetch_add(1, Ordering::Relaxed);
            let mut name = start.clone();
            name.push(format!("{}-{number}{ENDING}", std::process::id()));
            let path = folder.join(name);
            let file = match create(&path) {
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                made => made?,
            };
            let file = NewFile::new(file, path, Some(target.to_owned()));
            // on file systems without locks it is not told from a leftover, and leftovers stay
            match file.file.try_lock() {
                Ok(()) if !is_at(&file.file, &file.path)? => {} // taken for a leftover: once more
                Ok(()) => return Ok(file),
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                    return Ok(file);
                }
                Err(TryLockError::Error(error)) => return Err(error),
                Err(TryLockError::WouldBlock) => {}
            }
        }
    }

    /// Begins a file at its path, for directories that take their place as a whole.
    ///
    /// # Errors
    /// [`io::ErrorKind::AlreadyExists`]; no permission, no space, no such directory.
    pub fn at(path: &Path) -> io::Result<NewFile> {
        Ok(NewFile::new(create(path)?, path.to_owned(), None))
    }

    fn new(file: File, path: PathBuf, target: Option<PathBuf>) -> NewFile {
        NewFile { file, path, target, buffer: Vec::new(), is_placed: false }
    }

    /// Ends the file: it is written out, and, begun [beside](NewFile::beside) its target, synced and
    /// given the place, the mode and the group of the older file.
    ///
    /// # Errors
    /// No space, no permission; the older file is then left, unless the last step, to sync the
    /// directory, is what failed.
    pub fn place(mut self) -> io::Result<()> {
        self.flush()?;
        if let Some(target) = &self.target {
            keep_permissions(target, &self.path)?;
            sync(&self.file, &self.path)?;
            rename(&self.path, target)?;
            self.is_placed = true;
            return sync_directory(folder_of(target));
        }
        self.is_placed = true;
        Ok(())
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BUFFER {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if !self.buffer.is_empty() {
            write_all(&mut self.file, &self.path, &self.buffer)?;
            self.buffer.clear();
        }
        Ok(())
    }
}

impl Drop for NewFile {
    fn drop(&mut self) {
        if !self.is_placed {
            let _ = remove_file(&self.path); // a leftover, which the next attempt removes
        }
    }
}

/// Removes from a directory what killed processes left there of files that were not yet whole.
///
/// # Errors
/// If the directory cannot be read, or a file not removed.
pub fn remove_leftovers(folder: &Path) -> io::Result<()> {
    remove_leftovers_named(folder, OsStr::new("."))
}

fn remove_leftovers_named(folder: &Path, start: &OsStr) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let bytes = name.as_encoded_bytes();
        let is_ours =
            bytes.starts_with(start.as_encoded_bytes()) && bytes.ends_with(ENDING.as_bytes());
        if !is_ours || !entry.file_type()?.is_file() {
            continue;
        }
        // somebody who works on it has it locked
        let path = entry.path();
        let is_left = File::open(&path).is_ok_and(|file| file.try_lock().is_ok());
        if is_left {
            match remove_file(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                removed => removed?,
            }
        }
    }
    Ok(())
}

/// Whether the open file is what the path names.
#[cfg(unix)]
pub(crate) fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt;
    let open = file.metadata()?;
    match fs::symlink_metadata(path) {
        Ok(found) => Ok((open.dev(), open.ino()) == (found.dev(), found.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// Elsewhere an open file cannot be removed.
#[cfg(not(unix))]
pub(crate) fn is_at(_file: &File, path: &Path) -> io::Result<bool> {
    Ok(path.exists())
}

fn folder_of(target: &Path) -> &Path {
    match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// `.NAME.`, the start of the names of all attempts; a long name is cut, so that there is room.
fn start_of(target: &Path) -> io::Result<OsString> {
    let name = target.file_name().ok_or(io::ErrorKind::InvalidFilename)?;
    let mut start = OsString::from(".");
    match name.to_str() {
        Some(text) => start.push(&text[..text.floor_char_boundary(180)]),
        None => start.push(name),
    }
    start.push(".");
    Ok(start)
}
