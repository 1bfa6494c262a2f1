//! The exact process of a hierarchy's rules, and mean concentrations over many runs of it: what closed
//! equations are measured against.

use crate::StudyError;
use cluster_stats::{ClusterRecorder, ClusterTrajectory, Counter, StatsError};
use hierarchy_ode::Hierarchy;
use lattice_core::{LatticeError, PeriodicLattice, RuleProcess};
use rand::SeedableRng;
use rand_pcg::Pcg64;
use rayon::prelude::*;

/// The rules of a [`Hierarchy`] as a process on a periodic lattice, by `lattice-core`, with the counter
/// of its cluster types, by `cluster-stats`. The events are those that the equations count, with the
/// same rate constants, so that the equations are the mean motion of the process.
///
/// ```
/// use mean_cluster::kinetic::KineticEnsemble;
/// use mean_cluster::hierarchy_ode::{Hierarchy, Lattice, Rule, Species};
///
/// // the contact process
/// let rules = [
///     Rule::change_beside("empty", "full", "full").rate("lambda"),
///     Rule::change("full", "empty").rate("death"),
/// ];
/// let species = Species::new(&["empty", "full"])?;
/// let hierarchy = Hierarchy::derive(Lattice::square(), species, &rules, 2)?;
/// assert_eq!(hierarchy.all_rates(), ["death", "lambda"]);
/// let ensemble = KineticEnsemble::new(&hierarchy, &[32, 32], &[1.0, 0.8])?;
/// let means = ensemble.means(&[0.5, 0.5], &[0.0, 1.0, 2.0], 20, 7)?;
/// let (mean, error) = means.of("C(full)")?;
/// println!("{:.3} +- {:.3}", mean[2], error[2]);
/// # Ok::<(), mean_cluster::StudyError>(())
/// ```
#[derive(Clone, Debug)]
pub struct KineticEnsemble {
    process: RuleProcess,
    counter: Counter,
}

/// Mean concentrations over independent runs.
#[derive(Clone, Debug, PartialEq)]
pub struct KineticMeans {
    trajectory: ClusterTrajectory,
    runs: usize,
    absorbed: usize,
    events: u64,
}

impl KineticMeans {
    /// The means with their standard errors, of the types of the hierarchy that have an equation.
    pub fn trajectory(&self) -> &ClusterTrajectory {
        &self.trajectory
    }

    /// Mean and standard error of one type, by the name that the equations print, at each time.
    ///
    /// # Errors
    /// [`StudyError::Stats`] for a name that is none, or that several types could have.
    pub fn of(&self, name: &str) -> Result<(Vec<f64>, Vec<f64>), StudyError> {
        let errors = self.trajectory.error_of(name)?.unwrap_or_default();
        Ok((self.trajectory.of(name)?, errors))
    }

    /// The number of runs.
    pub fn runs(&self) -> usize {
        self.runs
    }

    /// How many runs came to a configuration in which nothing can happen any more.
    pub fn absorbed(&self) -> usize {
        self.absorbed
    }

    /// How many events all runs had.
    pub fn events(&self) -> u64 {
        self.events
    }
}

impl KineticEnsemble {
    /// The rules of `hierarchy` on `cells` unit cells along each lattice vector, periodic, with a
    /// rate constant (1/time) for each of [`Hierarchy::all_rates`]: also for what cancels in the
    /// equations.
    ///
    /// # Errors
    /// [`StudyError::Ode`] with those of [`Hierarchy::rule_rates`]; [`StudyError::Lattice`] with those
    /// of [`PeriodicLattice::new`] and [`RuleProcess::new`].
    pub fn new(
        hierarchy: &Hierarchy,
        cells: &[usize],
        rates: &[f64],
    ) -> Result<KineticEnsemble, StudyError> {
        let rules = hierarchy.rule_rates(rates)?;
        let (lattice, species) = (hierarchy.lattice(), hierarchy.species());
        let periodic = PeriodicLattice::new(lattice.clone(), cells)?;
        let types = &hierarchy.types()[..hierarchy.equations().len()];
        Ok(KineticEnsemble {
            process: RuleProcess::new(periodic, species.clone(), &rules)?,
            counter: Counter::new(lattice, species.len(), types),
        })
    }

    /// The process itself, for single runs.
    pub fn process(&self) -> &RuleProcess {
        &self.process
    }

    /// The periodic lattice: how sites are numbered.
    pub fn lattice(&self) -> &PeriodicLattice {
        self.process.lattice()
    }

    /// Mean concentrations at increasing times from 0 on, over so many independent runs from random
    /// configurations of these densities (see [`RuleProcess::random_states`]).
    ///
    /// # Errors
    /// Those of [`means_from`](Self::means_from) and of `random_states`.
    pub fn means(
        &self,
        densities: &[f64],
        times: &[f64],
        runs: usize,
        seed: u64,
    ) -> Result<KineticMeans, StudyError> {
        let start = |rng: &mut Pcg64| self.process.random_states(densities, rng);
        self.means_from(&start, times, runs, seed)
    }

    /// As [`means`](Self::means), from the configurations that `start` makes for the runs. Runs share
    /// the work of all threads, each with random numbers of its own; the same seed gives the same bits
    /// on any number of threads.
    ///
    /// # Errors
    /// [`StudyError::Setting`] for fewer than 2 runs; [`StudyError::Stats`] without times or with times
    /// that do not increase; [`StudyError::Lattice`] for a time below 0, and with those of `start` and
    /// of [`RuleProcess::start`].
    pub fn means_from(
        &self,
        start: &(dyn Fn(&mut Pcg64) -> Result<Vec<u8>, LatticeError> + Sync),
        times: &[f64],
        runs: usize,
        seed: u64,
    ) -> Result<KineticMeans, StudyError> {
        if runs < 2 {
            let (setting, allowed) = ("runs", "2 or more, for a standard error");
            return Err(StudyError::Setting { setting, value: runs.to_string(), allowed });
        }
        if let Some(at) = times.windows(2).position(|pair| pair[1] <= pair[0]) {
            let (index, time, previous) = (at + 1, times[at + 1], times[at]);
            return Err(StatsError::TimesNotIncreasing { index, time, previous }.into());
        }
        let mut seeds = Pcg64::seed_from_u64(seed);
        let generators: Vec<Pcg64> = (0..runs).map(|_| Pcg64::from_rng(&mut seeds)).collect();
        let sampled: Vec<(ClusterTrajectory, bool, u64)> = generators
            .into_par_iter()
            .map(|mut rng| {
                let states = start(&mut rng)?;
                let mut recorder = ClusterRecorder::new(&self.counter);
                let mut counted = Ok(());
                let run = self.process.sample(states, times, &mut rng, |run| {
                    let found = recorder.record(run.time(), self.lattice(), run.states());
                    counted = std::mem::replace(&mut counted, Ok(())).and(found);
                })?;
                counted?;
                Ok((recorder.into_trajectory()?, run.is_absorbed(), run.events()))
            })
            .collect::<Result<_, StudyError>>()?;
        let absorbed = sampled.iter().filter(|(_, absorbed, _)| *absorbed).count();
        let events = sampled.iter().map(|(_, _, events)| events).sum();
        let each: Vec<ClusterTrajectory> = sampled.into_iter().map(|(one, ..)| one).collect();
        Ok(KineticMeans { trajectory: ClusterTrajectory::mean_of(&each)?, runs, absorbed, events })
    }
}
