//! Checkpoints: the full state of a run in one file, from which it goes on as if it had never
//! stopped.
//!
//! The file is a line with the format's name and version, the length and the SHA-256 of what
//! follows, and then the state as JSON, with numbers that read back to the same bits on any machine.
#![cfg(feature = "files")]

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use whole_files::NewFile;

const NAME: &str = "mean-cluster-checkpoint";

/// The version of the format that this program writes, and the newest that it reads.
const VERSION: u32 = 1;

/// Why a checkpoint could not be written or read. The file is left as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
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
/// The state is whatever the run needs to go on: the [`Annealing`](crate::Annealing), the atoms (a
/// [`Configuration`](crate::Configuration) or an [`Ensemble`](crate::Ensemble)), the generator, and
/// what was recorded so far, as a tuple or a struct of your own.
///
/// ```
/// use std::time::Duration;
/// use lattice_core::{
///     Annealing, BlockWidth, Checkpoint, Composition, Ensemble, Schedule, SwapRange,
///     TriangleEnergy, TriangularLattice,
/// };
/// use rand_pcg::{Pcg64, rand_core::SeedableRng};
///
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("run.checkpoint");
/// let mut checkpoint = Checkpoint::new(path, Duration::from_secs(60));
/// let (mut annealing, mut atoms, mut rng, mut energies) = match checkpoint.load()? {
///     Some(state) => state,
///     None => {
///         let mut rng = Pcg64::seed_from_u64(7);
///         let (lattice, half) = (TriangularLattice::new(12, 12)?, Composition::of_minus(0.5)?);
///         let atoms = Ensemble::random(lattice, half, 64, BlockWidth::default(), &mut rng)?;
///         let schedule = Schedule::geometric(0.8, 0.1, 5)?;
///         let energy = TriangleEnergy::absolute_charge();
///         (Annealing::new(&energy, &schedule, SwapRange::Anywhere), atoms, rng, Vec::new())
///     }
/// };
/// while let Some(sample) = annealing.advance(&mut atoms, &mut rng)? {
///     energies.push(sample.energy_per_site());
///     checkpoint.save_if_due(&(&annealing, &atoms, &rng, &energies))?;
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
        let path = || self.path.clone();
        let bytes = match fs::read(&self.path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(CheckpointError::File { path: path(), source }),
        };
        let header = Header::of(&bytes).ok_or_else(|| self.foreign())?;
        if header.version > VERSION {
            let found = header.version;
            return Err(CheckpointError::Newer { path: path(), found, known: VERSION });
        }
        let state = &bytes[header.length..];
        let (expected, found) = (header.state_length, state.len());
        if found < expected {
            return Err(CheckpointError::Truncated { path: path(), expected, found });
        }
        if found > expected || hexadecimal(state) != header.checksum {
            return Err(CheckpointError::Damaged { path: path() });
        }
        serde_json::from_slice(state).map(Some).map_err(|error| CheckpointError::OtherState {
            path: path(),
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
        let in_file = |source| CheckpointError::File { path: self.path.clone(), source };
        if self.path.exists() && !self.is_ours().map_err(in_file)? {
            return Err(self.foreign());
        }
        let write = || -> io::Result<()> {
            let mut file = NewFile::beside(&self.path)?;
            writeln!(file, "{NAME} {VERSION} {} {}", state.len(), hexadecimal(&state))?;
            file.write_all(&state)?;
            file.place()
        };
        write().map_err(in_file)?;
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

    fn is_ours(&self) -> io::Result<bool> {
        let mut start = [0; NAME.len()];
        match io::Read::read_exact(&mut fs::File::open(&self.path)?, &mut start) {
            Ok(()) => Ok(start == NAME.as_bytes()),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn foreign(&self) -> CheckpointError {
        CheckpointError::NotACheckpoint { path: self.path.clone() }
    }
}

/// The first line.
struct Header {
    version: u32,
    state_length: usize,
    checksum: String,
    /// Its own length, with the end of the line.
    length: usize,
}

impl Header {
    fn of(bytes: &[u8]) -> Option<Self> {
        let end = bytes.iter().position(|&byte| byte == b'\n')?;
        let line = str::from_utf8(&bytes[..end]).ok()?;
        let mut words = line.split(' ');
        if words.next() != Some(NAME) {
            return None;
        }
        let version = words.next()?.parse().ok()?;
        // newer versions may say other things here
        let (state_length, checksum) = match version {
            ..=VERSION => (words.next()?.parse().ok()?, words.next()?.to_owned()),
            _ => (0, String::new()),
        };
        Some(Self { version, state_length, checksum, length: end + 1 })
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
