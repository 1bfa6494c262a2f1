//! A file that the user named: replaced whole, or written into where it is no file.

use super::ownership::{in_file, is_there};
use crate::{StudyError, signals};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use whole_files::{NewFile, can_write, open_existing};

/// Where a file of results goes. Opened before the work, so that what is wrong shows then.
#[derive(Debug)]
pub(crate) enum Destination {
    /// A regular file, which is replaced whole, or none so far. Links were followed.
    File(PathBuf),
    /// A device, a FIFO, or what a process has open: it is written into.
    Into(PathBuf),
    /// Standard output under one of its names.
    StandardOutput,
}

/// Links are followed as often as systems do.
const MOST_LINKS: usize = 40;

impl Destination {
    /// Looks at what `path` is; `inputs` are files that will be read.
    ///
    /// # Errors
    /// [`StudyError::Destination`] for a directory, a link to nothing, one of the inputs (also under
    /// another name); [`StudyError::File`] for what cannot be written.
    pub(crate) fn open<'a>(
        path: &Path,
        inputs: impl IntoIterator<Item = &'a Path>,
    ) -> Result<Destination, StudyError> {
        let refuse = |reason: String| StudyError::Destination { path: path.to_owned(), reason };
        let mut place = std::path::absolute(path).map_err(in_file(path))?;
        for _ in 0..MOST_LINKS {
            // a new file at this path would not be what the process has open
            if names_an_open_file(&place) {
                let standard = ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"];
                return Ok(match standard.iter().any(|name| place == Path::new(name)) {
                    true => Destination::StandardOutput,
                    false => Destination::Into(place),
                });
            }
            match fs::read_link(&place) {
                Ok(target) => {
                    let folder = place.parent().unwrap_or(Path::new("/")).to_owned();
                    place = folder.join(target);
                }
                Err(_) => break,
            }
        }
        let found = match fs::metadata(&place) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                if is_there(path) {
                    let target = place.display();
                    return Err(refuse(format!(
                        "it is a symbolic link to {target}, which is not there; make that or remove the link"
                    )));
                }
                let folder = place.parent().unwrap_or(Path::new("/"));
                can_write(folder).map_err(in_file(folder))?;
                return Ok(Destination::File(place));
            }
            Err(error) => return Err(in_file(path)(error)),
        };
        if found.is_dir() {
            return Err(refuse("it is a directory; name a file in it".to_owned()));
        }
        if let Some(input) = inputs.into_iter().find(|input| same_file(&found, input)) {
            let input = input.display();
            return Err(refuse(format!(
                "it is the same file as the input {input}; choose another --out"
            )));
        }
        can_write(&place).map_err(in_file(path))?;
        if !found.is_file() {
            return Ok(Destination::Into(place));
        }
        let folder = place.parent().unwrap_or(Path::new("/"));
        can_write(folder).map_err(in_file(folder))?;
        Ok(Destination::File(place))
    }

    /// Writes the results.
    ///
    /// # Errors
    /// [`StudyError::File`]; a regular file is then as it was.
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<(), StudyError> {
        match self {
            Destination::File(path) => {
                let write = || {
                    // a signal ends the process before or after
                    let _whole = signals::commit();
                    let mut file = NewFile::beside(path)?;
                    file.write_all(bytes)?;
                    file.place()
                };
                write().map_err(in_file(path))
            }
            Destination::Into(path) => {
                let write = || open_existing(path)?.write_all(bytes);
                write().map_err(in_file(path))
            }
            Destination::StandardOutput => {
                let mut out = io::stdout().lock();
                match out.write_all(bytes).and_then(|()| out.flush()) {
                    // a reader that has seen enough
                    Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                    written => written.map_err(in_file(Path::new("standard output"))),
                }
            }
        }
    }
}

/// Whether a path is one of those under which a system shows what a process has open.
fn names_an_open_file(path: &Path) -> bool {
    let named = ["/dev/stdin", "/dev/stdout", "/dev/stderr"].map(Path::new);
    let in_process = path.starts_with("/proc") && path.iter().any(|part| part == "fd");
    cfg!(unix) && (named.contains(&path) || path.starts_with("/dev/fd") || in_process)
}

#[cfg(unix)]
fn same_file(found: &fs::Metadata, input: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    // every command may write to a terminal or a device that it reads from
    found.is_file()
        && fs::metadata(input)
            .is_ok_and(|input| (input.dev(), input.ino()) == (found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn same_file(found: &fs::Metadata, input: &Path) -> bool {
    let _ = (found, input);
    false
}
