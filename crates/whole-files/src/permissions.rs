//! Permissions that stay when a file or a directory is replaced.

use crate::operations;
use std::fs;
use std::io;
use std::path::Path;

/// Gives `to` the mode and the group of `from`, if there is such a file or directory. A group that
/// one may not give is left: the file is then of one's own group, with the same mode.
///
/// # Errors
/// If `from` cannot be looked at, or `to` cannot be changed.
pub fn keep_permissions(from: &Path, to: &Path) -> io::Result<()> {
    let old = match fs::metadata(from) {
        Ok(old) => old,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error),
    };
    let new = fs::metadata(to)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        if old.gid() != new.gid() {
            match operations::set_group(to, old.gid()) {
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {}
                given => given?,
            }
            // the mode after the group: to change the group clears set-group-id
            return operations::set_permissions(to, old.permissions());
        }
    }
    if old.permissions() != new.permissions() {
        operations::set_permissions(to, old.permissions())?;
    }
    Ok(())
}

/// Whether we may write into what is at `path`; errors of a path that is not there.
///
/// # Errors
/// [`io::ErrorKind::PermissionDenied`], [`io::ErrorKind::NotFound`], a disk that is read-only.
pub fn can_write(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        Ok(rustix::fs::access(path, rustix::fs::Access::WRITE_OK)?)
    }
    #[cfg(not(unix))]
    {
        fs::metadata(path).map(drop)
    }
}
