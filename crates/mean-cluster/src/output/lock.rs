//! A lock beside an output directory.

use crate::StudyError;
use crate::signals::Temporary;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// An advisory lock on a file, given up when this is dropped or the process ends, however it does.
#[derive(Debug)]
pub(super) struct Lock {
    path: PathBuf,
    /// Whether the file goes with the lock: it was made here.
    pub(super) is_ours: AtomicBool,
    /// So it goes, too, if a signal ends the process.
    _temporary: Option<Temporary>,
    _file: File,
}

impl Lock {
    /// Locks the file `path`, which belongs to the output directory `directory`.
    ///
    /// # Errors
    /// [`StudyError::InUse`] if another run has it, [`StudyError::File`] if it cannot be made.
    pub(super) fn take(path: PathBuf, directory: &Path) -> Result<Lock, StudyError> {
        let in_file = |source| StudyError::File { path: path.clone(), source };
        let is_new = !path.exists();
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(in_file)?;
        let tried = file.try_lock();
        let lock = |path: PathBuf| Lock {
            _temporary: is_new.then(|| Temporary::new(&path)),
            is_ours: AtomicBool::new(is_new),
            path,
            _file: file,
        };
        match tried {
            Ok(()) => Ok(lock(path)),
            Err(TryLockError::WouldBlock) => {
                Err(StudyError::InUse { path: directory.to_owned(), lock: path })
            }
            // a file system without locks
            Err(TryLockError::Error(error)) if error.kind() == std::io::ErrorKind::Unsupported => {
                Ok(lock(path))
            }
            Err(TryLockError::Error(source)) => Err(in_file(source)),
        }
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        if self.is_ours.load(Ordering::Relaxed) {
            let _ = fs::remove_file(&self.path); // a file that stays is locked by nobody
        }
    }
}
