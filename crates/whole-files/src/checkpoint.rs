//! Checkpoints: the full state of a run in one file, from which it goes on as if it had never
//! stopped.
//!
//! The file is a line with the format's name and version, the length and the SHA-256 of what
//! follows, and then the state: JSON for [`Checkpoint`], with numbers that read back to the same bits
//! on any machine, or any bytes for a [`CheckpointFormat`].

use crate::NewFile;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The format of [`Checkpoint`].
const FORMAT: CheckpointFormat = CheckpointFormat::new("mean-cluster-checkpoint", 1);

/// Why a checkpoint could not be written or read. The file is left as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// There is no such file, where one is asked for.
    #[error(
        "there is no checkpoint at {path}; start the run anew, or give the path it was saved to"
    )]
    Missing {
        /// The file.
        path: PathBuf,
    },

    /// A file that is no checkpoint; it is neither read nor replaced.
    #[error("{path} is no checkpoint: choose another file, it is left alone")]
    NotACheckpoint {
        /// The file.
        path: PathBuf,
    },

    /// A checkpoint of a newer program.
    #[error(
        "{path} has checkpoint format {found}, and this program reads up to {known}: go on with the \
         newer program that wrote it"
    )]
    Newer {
        /// The file.
        path: PathBuf,
        /// Its version.
        found: u32,
        /// The newest version that is known.
        known: u32,
    },

    /// A checkpoint that lost its end.
    #[error("{path} is cut off: it holds {found} of {expected} bytes; take another copy of it")]
    Truncated {
        /// The file.
        path: PathBuf,
        /// Bytes that should follow the first line.
        expected: usize,
        /// Bytes that do.
        found: usize,
    },

    /// A checkpoint that was changed after it was written.
    #[error("{path} is damaged: its checksum is wrong; take another copy of it")]
    Damaged {
        /// The file.
        path: PathBuf,
    },

    /// A checkpoint of another kind of run.
    #[error("{path} holds the state of another kind of run ({reason})")]
    OtherState {
        /// The file.
        path: PathBuf,
        /// What does not fit.
        reason: String,
    },

    /// A checkpoint of a run with other settings.
    #[error(
        "{path} belongs to a run with another {what}; give it another file, or go on with the \
         settings that wrote it"
    )]
    OtherRun {
        /// The file.
        path: PathBuf,
        /// What differs.
        what: &'static str,
    },

    /// A state that cannot be written, such as one with numbers that are not finite.
    #[error("the state of the run cannot be written: {reason}")]
    Unwritable {
        /// Why.
        reason: String,
    },

    /// No permission, no space, and the like.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// A file that holds the state of a run, and when it is next written.
///
/// The state is whatever the run needs to go on, as a tuple or a struct of your own: where it is, its
/// generator, and what was recorded so far.
///
/// ```
/// use std::time::Duration;
/// use whole_files::Checkpoint;
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("run.checkpoint");
/// let mut checkpoint = Checkpoint::new(path, Duration::from_secs(60));
/// let (mut terms, mut sum) = checkpoint.load()?.unwrap_or((0_u32, 0.0));
/// while terms < 1000 {
///     terms += 1;
///     sum += 1.0 / f64::from(terms);
///     checkpoint.save_if_due(&(terms, sum))?;
/// }
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Checkpoint {
    path: PathBuf,
    every: Duration,
    last: Instant,
}

impl Checkpoint {
    /// The file at `path`, to be written every so often. Nothing is read or written yet.
    pub fn new(path: impl Into<PathBuf>, every: Duration) -> Self {
        Self { path: path.into(), every, last: Instant::now() }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the state, or none if there is no such file.
    ///
    /// # Errors
    /// [`CheckpointError`], for files that are foreign, newer, cut off, damaged, of another kind of
    /// run, or cannot be read.
    pub fn load<T: DeserializeOwned>(&self) -> Result<Option<T>, CheckpointError> {
        let Some(state) = FORMAT.read(&self.path)? else { return Ok(None) };
        serde_json::from_slice(&state).map(Some).map_err(|error| CheckpointError::OtherState {
            path: self.path.clone(),
            reason: error.to_string(),
        })
    }

    /// Writes the state: to a temporary file beside it, which then takes its place, so that there is
    /// a whole checkpoint at every moment.
    ///
    /// # Errors
    /// [`CheckpointError::NotACheckpoint`] if another file is in its place,
    /// [`CheckpointError::Unwritable`], [`CheckpointError::File`]; an earlier one is then left.
    pub fn save<T: Serialize>(&mut self, state: &T) -> Result<(), CheckpointError> {
        let state = serde_json::to_vec(state)
            .map_err(|error| CheckpointError::Unwritable { reason: error.to_string() })?;
        FORMAT.write(&self.path, &state)?;
        self.last = Instant::now();
        Ok(())
    }

    /// Writes the state if the last time was long enough ago; says whether it did.
    ///
    /// # Errors
    /// Those of [`save`](Self::save).
    pub fn save_if_due<T: Serialize>(&mut self, state: &T) -> Result<bool, CheckpointError> {
        let due = self.last.elapsed() >= self.every;
        if due {
            self.save(state)?;
        }
        Ok(due)
    }
}

/// The first line of the files of one kind: it has the name, the version, and the length and the
/// SHA-256 of the state, which follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckpointFormat {
    name: &'static str,
    version: u32,
}

impl CheckpointFormat {
    /// A format by its name, without spaces, and the version that is written, which is also the newest
    /// that is read.
    pub const fn new(name: &'static str, version: u32) -> CheckpointFormat {
        CheckpointFormat { name, version }
    }

    /// Reads the bytes of a state, or none if there is no such file.
    ///
    /// # Errors
    /// [`CheckpointError`], for files that are foreign, newer, cut off, damaged, or cannot be read.
    pub fn read(&self, path: &Path) -> Result<Option<Vec<u8>>, CheckpointError> {
        let path_of = || path.to_owned();
        let mut bytes = match fs::read(path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(CheckpointError::File { path: path_of(), source }),
        };
        let foreign = || CheckpointError::NotACheckpoint { path: path_of() };
        let header = self.header(&bytes).ok_or_else(foreign)?;
        if header.version > self.version {
            let (found, known) = (header.version, self.version);
            return Err(CheckpointError::Newer { path: path_of(), found, known });
        }
        let state = bytes.split_off(header.length);
        let (expected, found) = (header.state_length, state.len());
        if found < expected {
            return Err(CheckpointError::Truncated { path: path_of(), expected, found });
        }
        if found > expected || hexadecimal(&state) != header.checksum {
            return Err(CheckpointError::Damaged { path: path_of() });
        }
        Ok(Some(state))
    }

    /// Writes the bytes of a state: to a temporary file beside `path`, which then takes its place, so
    /// that there is a whole checkpoint at every moment.
    ///
    /// # Errors
    /// [`CheckpointError::NotACheckpoint`] if another file is in its place,
    /// [`CheckpointError::File`]; an earlier one is then left.
    pub fn write(&self, path: &Path, state: &[u8]) -> Result<(), CheckpointError> {
        let in_file = |source| CheckpointError::File { path: path.to_owned(), source };
        if path.exists() && !self.begins(path).map_err(in_file)? {
            return Err(CheckpointError::NotACheckpoint { path: path.to_owned() });
        }
        let write = || -> io::Result<()> {
            let mut file = NewFile::beside(path)?;
            let CheckpointFormat { name, version } = self;
            writeln!(file, "{name} {version} {} {}", state.len(), hexadecimal(state))?;
            file.write_all(state)?;
            file.place()
        };
        write().map_err(in_file)
    }

    fn begins(&self, path: &Path) -> io::Result<bool> {
        let mut start = vec![0; self.name.len()];
        match io::Read::read_exact(&mut fs::File::open(path)?, &mut start) {
            Ok(()) => Ok(start == self.name.as_bytes()),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn header(&self, bytes: &[u8]) -> Option<Header> {
        let end = bytes.iter().position(|&byte| byte == b'\n')?;
        let line = str::from_utf8(&bytes[..end]).ok()?;
        let mut words = line.split(' ');
        if words.next() != Some(self.name) {
            return None;
        }
        let version = words.next()?.parse().ok()?;
        // newer versions may say other things here
        let (state_length, checksum) = if version <= self.version {
            (words.next()?.parse().ok()?, words.next()?.to_owned())
        } else {
            (0, String::new())
        };
        Some(Header { version, state_length, checksum, length: end + 1 })
    }
}

/// What the first line says.
struct Header {
    version: u32,
    state_length: usize,
    checksum: String,
    /// Its own length, with the end of the line.
    length: usize,
}

fn hexadecimal(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
