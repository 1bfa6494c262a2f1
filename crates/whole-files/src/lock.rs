//! A lock that two processes cannot hold at once.

use crate::new_file::is_at;
use crate::operations::{open_or_make, remove_file};
use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// An advisory lock on a file, given up when this is dropped or the process ends, however it does. The
/// file is removed then, if it is empty: one that a kill left is taken over, and one with other people's
/// content is locked and stays.
#[derive(Debug)]
pub struct Lock {
    path: PathBuf,
    file: File,
}

impl Lock {
    /// Locks the file `path`, which is made if it is missing; none if another process has it.
    ///
    /// # Errors
    /// No permission, no space.
    pub fn take(path: &Path) -> io::Result<Option<Lock>> {
        loop {
            let file = open_or_make(path)?;
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => return Ok(None),
                // a file system without locks
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {}
                Err(TryLockError::Error(error)) => return Err(error),
            }
            // between the two its owner may have removed it, and a lock on a file that has no name
            // keeps nobody out
            if is_at(&file, path)? {
                return Ok(Some(Lock { path: path.to_owned(), file }));
            }
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if self.file.metadata().is_ok_and(|found| found.len() == 0) {
            let _ = remove_file(&self.path); // a file that stays is locked by nobody
        }
    }
}
