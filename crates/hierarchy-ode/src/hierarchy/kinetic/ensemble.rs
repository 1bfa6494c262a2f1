//! The mean of many runs of a process, with its standard error.

use super::process::KineticProcess;
use crate::OdeError;
use crate::integration::check_times;
use cluster_stats::{ClusterNames, Counter};
use rand::SeedableRng;
use rand_pcg::Pcg64;
use rayon::prelude::*;

/// Mean concentrations of the types of a hierarchy over independent runs; made by
/// [`KineticProcess::ensemble`].
#[derive(Clone, Debug, PartialEq)]
pub struct KineticMeans {
    times: Vec<f64>,
    names: ClusterNames,
    /// Row by row.
    means: Vec<f64>,
    standard_errors: Vec<f64>,
    runs: usize,
    absorbed: usize,
    events: u64,
}

impl KineticMeans {
    /// The requested times.
    pub fn times(&self) -> &[f64] {
        &self.times
    }

    /// The names of the types: the columns, those of the hierarchy that have an equation.
    pub fn names(&self) -> &[String] {
        self.names.all()
    }

    /// The mean concentrations at each of [`times`](Self::times), per embedding.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.means.chunks_exact(self.names().len())
    }

    /// Their standard errors: the standard deviation over runs (n - 1) over the root of the number
    /// of runs.
    pub fn standard_errors(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.standard_errors.chunks_exact(self.names().len())
    }

    /// Mean and standard error of one type, by the name that the equations print, at each time.
    ///
    /// # Errors
    /// Those of [`Hierarchy::position`](crate::Hierarchy::position).
    pub fn of(&self, name: &str) -> Result<(Vec<f64>, Vec<f64>), OdeError> {
        let column = self.names.position(name)?;
        let mean = self.rows().map(|row| row[column]);
        Ok((mean.collect(), self.standard_errors().map(|row| row[column]).collect()))
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

/// What one run gave.
struct Sampled {
    concentrations: Vec<f64>,
    absorbed: bool,
    events: u64,
}

impl KineticProcess {
    /// Concentrations of the types of the hierarchy that have an equation, at increasing times from 0
    /// on, over so many independent runs from random configurations of these densities (see
    /// [`random_states`](Self::random_states)).
    ///
    /// # Errors
    /// Those of [`ensemble_from`](Self::ensemble_from) and of `random_states`.
    pub fn ensemble(
        &self,
        densities: &[f64],
        times: &[f64],
        runs: usize,
        seed: u64,
    ) -> Result<KineticMeans, OdeError> {
        let start = |rng: &mut Pcg64| self.random_states(densities, rng);
        self.ensemble_from(&start, times, runs, seed)
    }

    /// As [`ensemble`](Self::ensemble), from the configurations that `start` makes for the runs.
    /// Runs share the work of all threads, each with random numbers of its own; the same seed gives
    /// the same bits on any number of threads.
    ///
    /// # Errors
    /// [`OdeError::InvalidValue`] for fewer than 2 runs; [`OdeError::NoTimes`],
    /// [`OdeError::StartAfterFirstTime`] for a time below 0, [`OdeError::TimesNotIncreasing`]; those
    /// of `start` and of [`start`](Self::start).
    pub fn ensemble_from(
        &self,
        start: &(dyn Fn(&mut Pcg64) -> Result<Vec<u8>, OdeError> + Sync),
        times: &[f64],
        runs: usize,
        seed: u64,
    ) -> Result<KineticMeans, OdeError> {
        check_times(0.0, times)?;
        if runs < 2 {
            let (name, value, allowed) = ("runs", runs as f64, "2 or more, for a standard error");
            return Err(OdeError::InvalidValue { name, value, allowed });
        }
        let types = &self.hierarchy.types()[..self.hierarchy.equations().len()];
        let counter = Counter::new(self.hierarchy.lattice(), self.hierarchy.species().len(), types);
        let mut seeds = Pcg64::seed_from_u64(seed);
        let generators: Vec<Pcg64> = (0..runs).map(|_| Pcg64::from_rng(&mut seeds)).collect();
        let sampled: Vec<Sampled> = generators
            .into_par_iter()
            .map(|mut rng| {
                let states = start(&mut rng)?;
                let mut concentrations = Vec::with_capacity(times.len() * types.len());
                let mut counted = Ok(());
                let run = self.process.sample(states, times, &mut rng, |run| {
                    match counter.count(self.lattice(), run.states()) {
                        Ok(found) => concentrations.extend(found),
                        Err(error) => counted = Err(OdeError::from(error)),
                    }
                })?;
                counted?;
                let (absorbed, events) = (run.is_absorbed(), run.events());
                Ok(Sampled { concentrations, absorbed, events })
            })
            .collect::<Result<_, OdeError>>()?;
        let n = runs as f64;
        let column = |at: usize| sampled.iter().map(move |run| run.concentrations[at]);
        let cells = times.len() * types.len();
        let means: Vec<f64> = (0..cells).map(|at| column(at).sum::<f64>() / n).collect();
        let standard_error = |at: usize| {
            let squares: f64 = column(at).map(|value| (value - means[at]).powi(2)).sum();
            (squares / (n - 1.0) / n).sqrt()
        };
        Ok(KineticMeans {
            times: times.to_vec(),
            names: ClusterNames::of(types),
            standard_errors: (0..cells).map(standard_error).collect(),
            means,
            runs,
            absorbed: sampled.iter().filter(|run| run.absorbed).count(),
            events: sampled.iter().map(|run| run.events).sum(),
        })
    }
}
