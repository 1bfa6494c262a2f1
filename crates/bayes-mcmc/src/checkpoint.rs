//! Checkpoints: the full state of a run in one file.
//!
//! The file begins with the first line of every [`CheckpointFormat`]. Then come a line of JSON with
//! everything but the draws, and the draws as little-endian numbers, chain after chain: points (f64),
//! log-densities (f64), stages (u8). All numbers read back to the same bits on any machine.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use whole_files::{CheckpointError, CheckpointFormat};

use crate::chain::Draws;
use crate::run::Run;

const FORMAT: CheckpointFormat = CheckpointFormat::new("bayes-mcmc-checkpoint", 1);

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
    FORMAT.write(path, &state)
}

/// Reads a run, or none if there is no such file.
pub(crate) fn load<S: DeserializeOwned>(path: &Path) -> Result<Option<Run<S>>, CheckpointError> {
    let Some(state) = FORMAT.read(path)? else { return Ok(None) };
    let other = |reason| CheckpointError::OtherState { path: path.to_owned(), reason };
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
