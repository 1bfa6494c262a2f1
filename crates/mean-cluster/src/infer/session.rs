//! Running chains with what all of them share: settings, progress, checkpoints.

use super::InferSettings;
use crate::StudyError;
use crate::run::Work;
use bayes_mcmc::{Chains, LogDensity, McmcError, Minimum, Sampler, Sampling, Starts, minimize};
use rand::{Rng, RngExt, SeedableRng};
use rand_pcg::Pcg64;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

pub(super) struct Session<'a>(pub(super) &'a Work<'a, InferSettings>);

impl Session<'_> {
    /// Runs chains under a name, which is that of their checkpoint, until each has `draws`.
    pub(super) fn chains<S>(
        &self,
        name: &str,
        sampling: Sampling<S>,
        density: &dyn LogDensity,
        draws: usize,
    ) -> Result<Chains, StudyError>
    where
        S: Sampler + Clone + Serialize + DeserializeOwned,
    {
        let size = (self.0.settings.chains, draws);
        self.0.sample(name, size, sampling, density, self.generator(name).next_u64())
    }

    /// The least of a density, with the settings that help where no search comes to an end.
    pub(super) fn minimize(
        &self,
        density: &dyn LogDensity,
        starts: Starts,
        rng: &mut Pcg64,
    ) -> Result<Minimum, StudyError> {
        let upper = self.0.settings.upper;
        minimize(density, starts, rng).map_err(|error| match error {
            McmcError::NoStartSucceeded { starts, rejections } => {
                StudyError::NoStart { starts, reasons: rejections.to_string(), upper }
            }
            other => other.into(),
        })
    }

    /// Random numbers for a purpose: they depend on the seed and its name alone.
    pub(super) fn generator(&self, name: &str) -> Pcg64 {
        let mut hash = Sha256::new();
        hash.update(self.0.settings.seed.to_le_bytes());
        hash.update(name);
        let hash = hash.finalize();
        let word = |at: usize| {
            hash[at..at + 8].iter().fold(0_u64, |word, byte| word << 8 | u64::from(*byte))
        };
        Pcg64::seed_from_u64(word(0))
    }

    /// Where searches for the best rates start: next to rest, where every closure stays in its
    /// region, and at random in the lower tenth of the box; fast random rates may all leave.
    pub(super) fn starts(&self, rng: &mut Pcg64) -> Starts {
        let most = 0.1 * self.0.settings.upper;
        let mut points = vec![[1e-3 * most; 8]];
        let random = |_| std::array::from_fn(|_| most * rng.random::<f64>());
        points.extend((0..self.0.settings.starts).map(random));
        Starts::points(points)
    }
}
