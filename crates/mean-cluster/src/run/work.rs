//! The work of a run: its settings, its progress, and its checkpoints if it has any.

use super::checkpoints::{Stage, no_link};
use super::{Checkpoints, Progress, Settings};
use crate::StudyError;
use bayes_mcmc::{Chains, LogDensity, McmcError, Sampler, Sampling};
use serde::{Serialize, de::DeserializeOwned};

/// What all stages of a run share.
#[derive(Debug)]
pub struct Work<'a, S> {
    /// The settings, which say all that it does.
    pub settings: &'a S,
    /// Where its progress is shown.
    pub progress: Progress,
    /// Where its state is saved.
    pub checkpoints: Option<&'a Checkpoints<S>>,
}

impl<'a, S: Settings> Work<'a, S> {
    /// Checks that the run was not asked to stop.
    ///
    /// # Errors
    /// [`StudyError::Interrupted`].
    pub fn unless_stopped(&self) -> Result<(), StudyError> {
        match self.checkpoints {
            Some(checkpoints) if checkpoints.is_stopped() => Err(StudyError::Interrupted),
            _ => Ok(()),
        }
    }

    /// Where the state of a stage is kept, if anywhere.
    pub(crate) fn stage(&self, name: &str) -> Option<Stage<'a, S>> {
        self.checkpoints.map(|checkpoints| checkpoints.stage(name))
    }

    /// Runs `chains` chains under a name, which is that of their checkpoint, until each has `draws`.
    ///
    /// # Errors
    /// Those of the sampler; [`StudyError::Interrupted`] when the run is asked to stop.
    pub(crate) fn sample<T>(
        &self,
        name: &str,
        (chains, draws): (usize, usize),
        sampling: Sampling<T>,
        density: &dyn LogDensity,
        seed: u64,
    ) -> Result<Chains, StudyError>
    where
        T: Sampler + Clone + Serialize + DeserializeOwned,
    {
        let bar = self.progress.start(name.to_owned(), draws.saturating_mul(chains) as u64);
        let shown = bar.clone();
        let mut sampling = sampling.chains(chains).progress(move |report| {
            shown.set_position(report.draws_done.saturating_mul(report.chains) as u64);
        });
        if let Some(checkpoints) = self.checkpoints {
            let file = checkpoints.directory().join(format!("{name}.chains"));
            no_link(&file)?;
            sampling = sampling.checkpoint(file, checkpoints.every()).stop_when(checkpoints.stop());
        }
        let sampled = sampling.sample(density, draws, seed).map_err(|error| match error {
            McmcError::Interrupted { .. } => StudyError::Interrupted,
            other => other.into(),
        })?;
        bar.finish();
        Ok(sampled)
    }
}
