//! A log-density that remembers its values in checkpoints.
//!
//! Minimiser and sampler are functions of the seed and of the values they see. Run again with these
//! at hand they go the same way in a fraction of the time, up to where they were stopped, whatever
//! state they keep.

use super::Checkpoints;
use super::checkpoints::Stage;
use crate::StudyError;
use bayes_mcmc::{Halt, LogDensity, UniformBox};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// A point: the first half of the SHA-256 of its coordinates.
type Point = [u64; 2];

/// What the density said at a point.
#[derive(Clone, Serialize, Deserialize)]
enum Answer {
    Value(f64),
    Rejected(String),
}

/// Wraps a density of a run with checkpoints.
pub(super) struct Remembered<'a, D> {
    density: D,
    checkpoints: &'a Checkpoints,
    name: String,
    known: HashMap<Point, Answer>,
    fresh: Mutex<Fresh>,
}

/// What is not yet saved.
struct Fresh {
    answers: Vec<(Point, Answer)>,
    /// Files written so far; each holds what was found since the one before.
    files: usize,
    last: Instant,
}

impl<'a, D: LogDensity> Remembered<'a, D> {
    /// With all that was saved under this name.
    pub(super) fn load(
        density: D,
        checkpoints: &'a Checkpoints,
        name: &str,
    ) -> Result<Self, StudyError> {
        let mut known = HashMap::new();
        let mut files = 0;
        while let Some(answers) = stage(checkpoints, name, files).load::<Vec<_>>()? {
            known.extend(answers);
            files += 1;
        }
        let fresh = Mutex::new(Fresh { answers: Vec::new(), files, last: Instant::now() });
        Ok(Remembered { density, checkpoints, name: name.to_owned(), known, fresh })
    }

    /// Saves what is new.
    pub(super) fn save(&self) -> Result<(), StudyError> {
        let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        self.save_answers(&mut fresh)
    }

    fn save_answers(&self, fresh: &mut Fresh) -> Result<(), StudyError> {
        if !fresh.answers.is_empty() {
            stage(self.checkpoints, &self.name, fresh.files).save(&fresh.answers)?;
            fresh.files += 1;
            fresh.answers.clear();
        }
        fresh.last = Instant::now();
        Ok(())
    }

    fn remember(&self, point: Point, answer: Answer) -> Result<(), StudyError> {
        let mut fresh = self.fresh.lock().unwrap_or_else(PoisonError::into_inner);
        fresh.answers.push((point, answer));
        if self.checkpoints.is_stopped() {
            self.save_answers(&mut fresh)?;
            return Err(StudyError::Interrupted);
        }
        if fresh.last.elapsed() >= self.checkpoints.every() {
            self.save_answers(&mut fresh)?;
        }
        Ok(())
    }
}

fn stage<'a>(checkpoints: &'a Checkpoints, name: &str, file: usize) -> Stage<'a> {
    checkpoints.stage(&format!("{name}_{file}"))
}

impl<D: LogDensity> LogDensity for Remembered<'_, D> {
    fn log_density(&self, point: &[f64]) -> Result<f64, Halt> {
        let key = key_of(point);
        match self.known.get(&key) {
            Some(Answer::Value(value)) => return Ok(*value),
            Some(Answer::Rejected(reason)) => return Err(Halt::reject(reason.clone())),
            None => {}
        }
        let answer = self.density.log_density(point);
        match &answer {
            Ok(value) if value.is_finite() => self.remember(key, Answer::Value(*value))?,
            Err(Halt::Reject(reason)) => {
                self.remember(key, Answer::Rejected(reason.to_string()))?;
            }
            _ => {}
        }
        answer
    }

    fn names(&self) -> Vec<String> {
        self.density.names()
    }

    fn support(&self) -> Option<UniformBox> {
        self.density.support()
    }
}

fn key_of(point: &[f64]) -> Point {
    let mut hash = Sha256::new();
    for coordinate in point {
        hash.update(coordinate.to_bits().to_le_bytes());
    }
    let hash = hash.finalize();
    let word =
        |at: usize| hash[at..at + 8].iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
    [word(0), word(8)]
}
