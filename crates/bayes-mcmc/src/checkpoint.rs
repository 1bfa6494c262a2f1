//! Checkpoints: the full state of a run in one file.
//!
//! The file is a line with the format's name and version, the length and the SHA-256 of what follows;
//! then a line of JSON with everything but the draws; then the draws as little-endian numbers, chain
//! after chain: points (f64), log-densities (f64), stages (u8). All numbers read back to the same bits
//! on any machine.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{fs, io, io::Write};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};
use whole_files::NewFile;

use crate::chain::Draws;
use crate::run::Run;

const NAME: &str = "bayes-mcmc-checkpoint";
/// The version that this program writes, and the newest that it reads.
const VERSION: u32 = 1;

/// Why a checkpoint could not be written or read. The file is left as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckpointError {
    /// There is no such file.
    #[error(
        "there is no checkpoint at {path}; start the run anew, or give the path it was saved to"
    )]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// A file that is no checkpoint; it is neither read nor replaced.
    #[error("{path} is no checkpoint of chains: choose another file, it is left alone")]
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
    /// A checkpoint of another sampler.
    #[error("{path} holds chains of another sampler ({reason}); give the sampler that wrote it")]
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
    /// A sampler whose state cannot be written.
    #[error("the state of the sampler cannot be written: {reason}")]
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

/// What precedes the draws.
#[derive(Serialize)]
struct HeadOut<'a, S> {
    lengths: Vec<usize>,
    run: &'a Run<S>,
}

#[derive(Deserialize)]
struct HeadIn<S> {
    lengths: Vec<usize>,
    run: Run<S>,
}

/// Writes a run to a temporary file beside `path`, which then takes its place, so that there is a
/// whole checkpoint at every moment.
pub(crate) fn save<S: Serialize>(path: &Path, run: &Run<S>) -> Result<(), CheckpointError> {
    let lengths = run.chains.iter().map(|chain| chain.draws.len()).collect();
    let mut state = serde_json::to_vec(&HeadOut { lengths, run })
        .map_err(|error| CheckpointError::Unwritable { reason: error.to_string() })?;
    state.push(b'\n');
    for chain in &run.chains {
        let Draws { points, log_densities, stages } = &chain.draws;
        state.extend(points.iter().chain(log_densities).flat_map(|number| number.to_le_bytes()));
        state.extend(stages);
    }
    let in_file = |source| CheckpointError::File { path: path.to_owned(), source };
    if path.exists() && !is_ours(path).map_err(in_file)? {
        return Err(CheckpointError::NotACheckpoint { path: path.to_owned() });
    }
    let write = || -> io::Result<()> {
        let mut file = NewFile::beside(path)?;
        writeln!(file, "{NAME} {VERSION} {} {}", state.len(), hexadecimal(&state))?;
        file.write_all(&state)?;
        file.place()
    };
    write().map_err(in_file)
}

/// Reads a run, or none if there is no such file.
pub(crate) fn load<S: DeserializeOwned>(path: &Path) -> Result<Option<Run<S>>, CheckpointError> {
    let path_of = || path.to_owned();
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(CheckpointError::File { path: path_of(), source }),
    };
    let header =
        Header::of(&bytes).ok_or_else(|| CheckpointError::NotACheckpoint { path: path_of() })?;
    if header.version > VERSION {
        let found = header.version;
        return Err(CheckpointError::Newer { path: path_of(), found, known: VERSION });
    }
    let state = &bytes[header.length..];
    let (expected, found) = (header.state_length, state.len());
    if found < expected {
        return Err(CheckpointError::Truncated { path: path_of(), expected, found });
    }
    if found > expected || hexadecimal(state) != header.checksum {
        return Err(CheckpointError::Damaged { path: path_of() });
    }
    let other = |reason: String| CheckpointError::OtherState { path: path_of(), reason };
    let end = state.iter().position(|&byte| byte == b'\n').unwrap_or(state.len());
    let HeadIn { lengths, mut run } = serde_json::from_slice::<HeadIn<S>>(&state[..end])
        .map_err(|error| other(error.to_string()))?;
    let dimension = run.dimension();
    let mut rest = state.get(end + 1..).unwrap_or_default();
    for (chain, length) in run.chains.iter_mut().zip(lengths) {
        let mut numbers = |count: usize| -> Option<Vec<f64>> {
            let (taken, after) = rest.split_at_checked(count.checked_mul(8)?)?;
            rest = after;
            Some(taken.as_chunks::<8>().0.iter().map(|bytes| f64::from_le_bytes(*bytes)).collect())
        };
        let points = length.checked_mul(dimension).and_then(&mut numbers);
        let log_densities = numbers(length);
        let stages = rest.split_at_checked(length);
        let (Some(points), Some(log_densities), Some((stages, after))) =
            (points, log_densities, stages)
        else {
            return Err(other("the draws do not fit the lengths".to_owned()));
        };
        rest = after;
        chain.draws = Draws { points, log_densities, stages: stages.to_vec() };
    }
    Ok(Some(run))
}

fn is_ours(path: &Path) -> io::Result<bool> {
    let mut start = [0; NAME.len()];
    match io::Read::read_exact(&mut fs::File::open(path)?, &mut start) {
        Ok(()) => Ok(start == NAME.as_bytes()),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error),
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

/// The file of a run, and when it is next written. The sampler's own bounds stay out of
/// [`Sampling`](crate::Sampling), whose samplers need not be serialisable.
pub(crate) struct Saver<S> {
    path: PathBuf,
    every: Duration,
    last: Instant,
    save: fn(&Path, &Run<S>) -> Result<(), CheckpointError>,
    load: fn(&Path) -> Result<Option<Run<S>>, CheckpointError>,
    describe: fn(&S) -> serde_json::Result<String>,
}

impl<S: Serialize + DeserializeOwned> Saver<S> {
    pub(crate) fn new(path: PathBuf, every: Duration) -> Self {
        let describe = serde_json::to_string::<S>;
        Self { path, every, last: Instant::now(), save: save::<S>, load: load::<S>, describe }
    }
}

impl<S> Saver<S> {
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn load(&self) -> Result<Option<Run<S>>, CheckpointError> {
        (self.load)(&self.path)
    }

    pub(crate) fn save(&self, run: &Run<S>) -> Result<(), CheckpointError> {
        (self.save)(&self.path, run)
    }

    pub(crate) fn save_if_due(&mut self, run: &Run<S>) -> Result<(), CheckpointError> {
        if self.last.elapsed() >= self.every {
            self.save(run)?;
            self.last = Instant::now();
        }
        Ok(())
    }

    /// The sampler written out, to tell one from another.
    pub(crate) fn describe(&self, sampler: &S) -> Result<String, CheckpointError> {
        (self.describe)(sampler)
            .map_err(|error| CheckpointError::Unwritable { reason: error.to_string() })
    }
}

impl<S> Clone for Saver<S> {
    fn clone(&self) -> Self {
        Self { path: self.path.clone(), ..*self }
    }
}
