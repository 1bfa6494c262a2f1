//! From the configurations of a run to a trajectory of any clusters.

use super::{ClusterTrajectory, Counter};
use crate::StatsError;
use lattice_core::PeriodicLattice;

/// Counts the configurations of a run and keeps the concentrations.
///
/// ```
/// use cluster_stats::{ClusterRecorder, ClusterTypes, Counter};
/// use cluster_stats::lattice_core::{Lattice, PeriodicLattice, Species};
///
/// let types = ClusterTypes::connected(Lattice::square(), Species::new(&["0", "1"])?, 2)?;
/// let counter = Counter::new(types.lattice(), 2, &types);
/// let periodic = PeriodicLattice::new(Lattice::square(), &[4, 4])?;
/// let mut recorder = ClusterRecorder::new(&counter);
/// let mut states = vec![0; 16];
/// for (time, full) in [(0.0, 3), (1.0, 7)] {
///     states[full] = 1;
///     recorder.record(time, &periodic, &states)?;
/// }
/// assert_eq!(recorder.into_trajectory()?.of("C1")?, [1.0 / 16.0, 2.0 / 16.0]);
/// # Ok::<(), cluster_stats::StatsError>(())
/// ```
#[derive(Clone, Debug)]
pub struct ClusterRecorder<'a> {
    counter: &'a Counter,
    times: Vec<f64>,
    temperatures: Vec<Option<f64>>,
    energies_per_site: Vec<Option<f64>>,
    values: Vec<f64>,
}

impl<'a> ClusterRecorder<'a> {
    /// An empty recorder of the types of a counter.
    pub fn new(counter: &'a Counter) -> ClusterRecorder<'a> {
        ClusterRecorder {
            counter,
            times: Vec::new(),
            temperatures: Vec::new(),
            energies_per_site: Vec::new(),
            values: Vec::new(),
        }
    }

    /// Counts a configuration: the species of each site, in the numbering of [`PeriodicLattice`].
    ///
    /// # Errors
    /// Those of [`Counter::count`].
    pub fn record(
        &mut self,
        time: f64,
        periodic: &PeriodicLattice,
        states: &[u8],
    ) -> Result<(), StatsError> {
        self.values.extend(self.counter.count(periodic, states)?);
        self.times.push(time);
        self.temperatures.push(None);
        self.energies_per_site.push(None);
        Ok(())
    }

    /// Counts a sample of annealing, with its temperature and energy.
    ///
    /// # Errors
    /// Those of [`Counter::count`].
    #[cfg(feature = "lattice")]
    pub fn record_sample(
        &mut self,
        sample: &lattice_core::Sample<'_, lattice_core::Occupation>,
    ) -> Result<(), StatsError> {
        self.record(sample.time, sample.atoms.lattice(), sample.atoms.states())?;
        let last = self.times.len() - 1;
        self.temperatures[last] = sample.temperature;
        self.energies_per_site[last] = sample.energies.first().copied();
        Ok(())
    }

    /// What was recorded.
    ///
    /// # Errors
    /// Those of [`ClusterTrajectory::new`]: without samples, or with times that do not increase.
    pub fn into_trajectory(self) -> Result<ClusterTrajectory, StatsError> {
        ClusterTrajectory::new(self.counter.names().clone(), self.times, self.values)?
            .with_conditions(self.temperatures, self.energies_per_site)
    }
}
