//! Running chains with progress and checkpoints.

use super::StudySettings;
use crate::StudyError;
use crate::run::{Checkpoints, Progress, no_link};
use crate::settings::Settings;
use bayes_mcmc::{Chains, LogDensity, McmcError, Sampler, Sampling};
use serde::{Serialize, de::DeserializeOwned};

/// What the chains of one run share.
pub(crate) struct ChainRun<'a, T = StudySettings> {
    pub(crate) chains: usize,
    pub(crate) progress: &'a Progress,
    pub(crate) checkpoints: Option<&'a Checkpoints<T>>,
}

impl<T: Settings> ChainRun<'_, T> {
    /// Runs chains under a name, which is that of their checkpoint, until each has `draws`.
    ///
    /// # Errors
    /// Those of the sampler; [`StudyError::Interrupted`] when the run is asked to stop.
    pub(crate) fn sample<S>(
        &self,
        name: &str,
        sampling: Sampling<S>,
        density: &dyn LogDensity,
        draws: usize,
        seed: u64,
    ) -> Result<Chains, StudyError>
    where
        S: Sampler + Clone + Serialize + DeserializeOwned,
    {
        let bar = self.progress.start(name.to_owned(), draws.saturating_mul(self.chains) as u64);
        let shown = bar.clone();
        let mut sampling = sampling.chains(self.chains).progress(move |report| {
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

    /// An error if the run was asked to stop.
    pub(crate) fn unless_stopped(&self) -> Result<(), StudyError> {
        match self.checkpoints {
            Some(checkpoints) if checkpoints.is_stopped() => Err(StudyError::Interrupted),
            _ => Ok(()),
        }
    }
}
