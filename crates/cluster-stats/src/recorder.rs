//! From annealing samples to trajectories.

use crate::{CountClusters, Record, ReplicaMean, StatsError, Trajectory};
use lattice_core::Sample;
use serde::{Deserialize, Serialize};

/// Counts every sample of an annealing run and keeps the concentrations: one trajectory a replica.
///
/// ```
/// use cluster_stats::Recorder;
/// use lattice_core::{anneal, Composition, Configuration, Schedule, SwapRange, TriangleEnergy, TriangularLattice};
/// use rand::SeedableRng;
///
/// let mut rng = rand_pcg::Pcg64::seed_from_u64(7);
/// let lattice = TriangularLattice::new(12, 12)?;
/// let mut atoms = Configuration::random(lattice, Composition::of_minus(0.5)?, &mut rng)?;
/// let schedule = Schedule::geometric(0.8, 0.1, 4)?;
/// let mut data = Recorder::new();
/// anneal(&mut atoms, &TriangleEnergy::absolute_charge(), &schedule, SwapRange::Anywhere, &mut rng, |sample| data.record(sample))?;
/// let data = data.into_trajectory()?;
/// assert_eq!(data.records().len(), 13);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Recorder {
    replicas: Vec<Vec<Record>>,
}

impl Recorder {
    /// An empty recorder.
    pub fn new() -> Recorder {
        Recorder::default()
    }

    /// Counts a sample and keeps its concentrations, for every replica it holds.
    pub fn record<C: CountClusters + ?Sized>(&mut self, sample: &Sample<'_, C>) {
        let counts = sample.atoms.count_clusters();
        self.replicas.resize_with(counts.len().max(self.replicas.len()), Vec::new);
        for (replica, counts) in counts.iter().enumerate() {
            self.replicas[replica].push(Record {
                time: sample.time,
                temperature: sample.temperature,
                energy_per_site: sample.energies.get(replica).copied(),
                concentrations: counts.concentrations(),
            });
        }
    }

    /// The trajectory of a single lattice; of an ensemble, the mean over its replicas.
    ///
    /// # Errors
    /// [`StatsError::NoSamples`] if nothing was recorded, [`StatsError::TimesNotIncreasing`] if
    /// samples of several runs were recorded into one.
    pub fn into_trajectory(self) -> Result<Trajectory, StatsError> {
        Ok(ReplicaMean::of(&self.into_trajectories()?)?.mean)
    }

    /// The trajectory of each replica.
    ///
    /// # Errors
    /// As [`into_trajectory`](Self::into_trajectory).
    pub fn into_trajectories(self) -> Result<Vec<Trajectory>, StatsError> {
        if self.replicas.is_empty() {
            return Err(StatsError::NoSamples);
        }
        self.replicas.into_iter().map(Trajectory::new).collect()
    }
}
