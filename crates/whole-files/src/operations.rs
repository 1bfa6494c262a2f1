//! The operations that change a disk. No other file of the workspace calls those of `std::fs`;
//! `.ci/shape` checks it.

use crate::faults::{self, Fate};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

/// Lets an operation happen, or not.
fn step(name: &str, path: &Path) -> io::Result<()> {
    match faults::next(name, path) {
        Fate::Goes => Ok(()),
        #[cfg(feature = "faults")]
        Fate::Fails => Err(faults::full()),
        #[cfg(feature = "faults")]
        Fate::Dies => faults::die(),
    }
}

/// Makes a new file for writing.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] if anything has the name; no permission, no space.
pub(crate) fn create(path: &Path) -> io::Result<File> {
    step("create", path)?;
    File::options().write(true).create_new(true).open(path)
}

/// Makes an empty file, or leaves one that is there.
///
/// # Errors
/// No permission, no space.
pub fn touch(path: &Path) -> io::Result<()> {
    open_or_make(path).map(drop)
}

/// Opens a file for writing without changing it, and makes it if there is none.
///
/// # Errors
/// No permission, no space.
pub fn open_or_make(path: &Path) -> io::Result<File> {
    step("open or make", path)?;
    File::options().create(true).truncate(false).write(true).open(path)
}

/// Opens what exists (a device, a FIFO, a file) for writing at its end.
///
/// # Errors
/// No permission, nothing of that name.
pub fn open_existing(path: &Path) -> io::Result<impl Write + use<>> {
    step("open", path)?;
    let file = File::options().append(true).open(path)?;
    Ok(Written { file, path: path.to_owned() })
}

struct Written {
    file: File,
    path: std::path::PathBuf,
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        write_all(&mut self.file, &self.path, bytes).map(|()| bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes bytes to an open file, whose path is for messages.
pub(crate) fn write_all(file: &mut File, path: &Path, bytes: &[u8]) -> io::Result<()> {
    match faults::next("write", path) {
        Fate::Goes => file.write_all(bytes),
        // a disk that is full, and a kill, leave a part
        #[cfg(feature = "faults")]
        Fate::Fails => file.write_all(&bytes[..bytes.len() / 2]).and(Err(faults::full())),
        #[cfg(feature = "faults")]
        Fate::Dies => {
            let _ = file.write_all(&bytes[..bytes.len() / 2]);
            faults::die()
        }
    }
}

/// Waits until a file is on the disk.
pub(crate) fn sync(file: &File, path: &Path) -> io::Result<()> {
    step("sync", path)?;
    file.sync_all()
}

/// Waits until the names in a directory are on the disk, where the system can.
///
/// # Errors
/// If the disk fails.
pub fn sync_directory(path: &Path) -> io::Result<()> {
    step("sync directory", path)?;
    if cfg!(unix) {
        match File::open(path)?.sync_all() {
            // some file systems have no such thing
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(()),
            synced => synced,
        }
    } else {
        Ok(())
    }
}

/// Makes a directory.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`]; no permission, no space.
pub fn make_directory(path: &Path) -> io::Result<()> {
    step("make directory", path)?;
    fs::create_dir(path)
}

/// Gives a file or directory another name on the same file system; a file of that name is replaced.
///
/// # Errors
/// No permission, another file system.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    step("rename", to)?;
    fs::rename(from, to)
}

/// Exchanges two files or directories in one step.
///
/// # Errors
/// [`io::ErrorKind::Unsupported`] where the system or the file system cannot; no permission.
pub fn exchange(one: &Path, other: &Path) -> io::Result<()> {
    step("exchange", other)?;
    if cfg!(feature = "faults") && std::env::var_os("WHOLE_FILES_NO_EXCHANGE").is_some() {
        return Err(io::ErrorKind::Unsupported.into());
    }
    exchange_now(one, other)
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn exchange_now(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).map_err(|error| match error {
        Errno::INVAL | Errno::NOSYS | Errno::NOTSUP => io::ErrorKind::Unsupported.into(),
        other => other.into(),
    })
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn exchange_now(_one: &Path, _other: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Removes a file, or a link and not what it points to.
///
/// # Errors
/// No permission, nothing of that name.
pub fn remove_file(path: &Path) -> io::Result<()> {
    step("remove", path)?;
    fs::remove_file(path)
}

/// Removes an empty directory.
///
/// # Errors
/// [`io::ErrorKind::DirectoryNotEmpty`]; no permission.
pub fn remove_directory(path: &Path) -> io::Result<()> {
    step("remove directory", path)?;
    fs::remove_dir(path)
}

/// Sets permissions.
pub(crate) fn set_permissions(path: &Path, permissions: fs::Permissions) -> io::Result<()> {
    step("set permissions", path)?;
    fs::set_permissions(path, permissions)
}

/// Gives a file or directory to another group.
#[cfg(unix)]
pub(crate) fn set_group(path: &Path, group: u32) -> io::Result<()> {
    step("set group", path)?;
    std::os::unix::fs::chown(path, None, Some(group))
}
