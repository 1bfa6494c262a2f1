//! A run: chains that can be taken further.

mod turns;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use ndarray::Array2;
use rayon::prelude::*;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::chain::Chain;
use crate::checkpoint::{Saver, load, save};
use crate::diagnostics::{bulk_ess, r_hat};
use crate::progress::{Progress, Report};
use crate::target::{Target, Value};
use crate::{Chains, CheckpointError, LogDensity, McmcError, Sampler, State};
use turns::take_turns;

/// How long the chains run between two looks at the clock, about.
const ROUND: Duration = Duration::from_millis(150);
/// The part of a run's time that running diagnostics may take.
const DIAGNOSTICS_SHARE: f64 = 0.05;

/// What a run was asked to be. A checkpoint belongs to one plan.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Plan {
    pub(crate) seed: u64,
    pub(crate) chains: usize,
    pub(crate) warm_up: usize,
    pub(crate) starts: Vec<Vec<f64>>,
    /// The sampler as it was given, written out; empty without a checkpoint.
    pub(crate) sampler: String,
}

/// Chains on their way, made by [`Sampling::start`](crate::Sampling::start). The density stays with
/// the caller, who hands the same one to every call.
#[derive(Clone, Serialize, Deserialize)]
pub struct Run<S> {
    plan: Plan,
    names: Vec<String>,
    pub(crate) chains: Vec<Chain<S>>,
    #[serde(skip, default = "nothing")]
    progress: Option<Report>,
    #[serde(skip, default = "nothing")]
    saver: Option<Saver<S>>,
    #[serde(skip, default = "nothing")]
    stop: Option<Arc<AtomicBool>>,
}

fn nothing<T>() -> Option<T> {
    None
}

impl<S> Run<S> {
    /// The number of parameters.
    pub(crate) fn dimension(&self) -> usize {
        self.names.len()
    }

    /// The seed.
    pub fn seed(&self) -> u64 {
        self.plan.seed
    }

    /// The names of the parameters.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The draws that every chain has.
    pub fn draws(&self) -> usize {
        self.chains.iter().map(|chain| chain.draws.len()).min().unwrap_or(0)
    }

    /// The steps of the warm-up of each chain.
    pub fn warm_up(&self) -> usize {
        self.plan.warm_up
    }

    /// How often the density was asked, in all chains, the warm-up included.
    pub fn evaluations(&self) -> u64 {
        self.chains.iter().map(|chain| chain.evaluations).sum()
    }

    /// The sampler of each chain, with what it has learned.
    pub fn samplers(&self) -> impl ExactSizeIterator<Item = &S> {
        self.chains.iter().map(|chain| &chain.sampler)
    }

    /// The state of each chain.
    pub fn states(&self) -> impl ExactSizeIterator<Item = &State> {
        self.chains.iter().map(|chain| &chain.state)
    }
}

impl<S: Sampler> Run<S> {
    pub(crate) fn new(plan: Plan, names: Vec<String>, chains: Vec<Chain<S>>) -> Self {
        Self { plan, names, chains, progress: None, saver: None, stop: None }
    }

    pub(crate) fn attach(
        &mut self,
        progress: Option<Report>,
        saver: Option<Saver<S>>,
        stop: Option<Arc<AtomicBool>>,
    ) {
        self.progress = progress;
        self.saver = saver;
        self.stop = stop;
    }

    /// Goes on until every chain has `draws` draws in total; nothing happens if it has.
    ///
    /// # Errors
    /// [`McmcError::Stopped`] and [`McmcError::InfiniteDensity`] from the density, with the point,
    /// [`McmcError::InvalidSize`] if the draws do not fit in memory or are none,
    /// [`McmcError::Interrupted`] if it was asked to stop,
    /// [`McmcError::Checkpoint`] if the file cannot be written. If several chains fail the error is
    /// that of the first of them.
    pub fn in_total<D: LogDensity + ?Sized>(
        &mut self,
        density: &D,
        draws: usize,
    ) -> Result<(), McmcError> {
        self.reserve(draws)?;
        self.advance(&density, draws)?;
        match self.saver.clone() {
            Some(saver) => Ok(saver.save(self)?),
            None => Ok(()),
        }
    }

    /// Goes on until every chain has `draws` draws more than now.
    ///
    /// # Errors
    /// Those of [`in_total`](Self::in_total).
    pub fn more<D: LogDensity + ?Sized>(
        &mut self,
        density: &D,
        draws: usize,
    ) -> Result<(), McmcError> {
        self.in_total(density, self.draws().saturating_add(draws))
    }

    /// Goes on until every parameter has an R-hat of at most 1.01 and bulk and tail effective sample
    /// sizes of at least 400, or every chain has `most` draws in total; whether the first came true.
    /// It looks after 1000 draws, and then each time there are half as many again.
    ///
    /// # Errors
    /// Those of [`in_total`](Self::in_total).
    pub fn until_converged<D: LogDensity + ?Sized>(
        &mut self,
        density: &D,
        most: usize,
    ) -> Result<bool, McmcError> {
        let mut draws = 1000;
        loop {
            // looks come at the same numbers of draws however often the run was taken up again
            if draws >= self.draws() || draws >= most {
                self.in_total(density, draws.min(most))?;
                let converged = self.chains().summary().has_converged();
                if converged || draws >= most {
                    return Ok(converged);
                }
            }
            draws += draws / 2;
        }
    }

    fn reserve(&mut self, draws: usize) -> Result<(), McmcError> {
        let (chains, dimension) = (self.chains.len(), self.dimension());
        let size = |advice| McmcError::InvalidSize { chains, draws, dimension, advice };
        if draws == 0 {
            return Err(size("ask for at least one chain and one draw"));
        }
        let numbers = chains.checked_mul(draws).and_then(|rows| rows.checked_mul(dimension));
        let fits = numbers.is_some_and(|numbers| isize::try_from(numbers).is_ok())
            && self.chains.iter_mut().all(|chain| chain.draws.reserve(draws, dimension));
        if fits { Ok(()) } else { Err(size("ask for fewer draws, they do not fit in memory")) }
    }

    /// The loop: rounds of all chains in parallel, with a look at the clock in between. How long a
    /// round is has no influence on the draws.
    fn advance(&mut self, density: &dyn LogDensity, draws: usize) -> Result<(), McmcError> {
        let warm_up = self.plan.warm_up;
        let mut steps = 1_usize;
        let mut failed: Option<(usize, McmcError)> = None;
        let mut clock = DiagnosticsClock::start();
        loop {
            let round = Instant::now();
            // after a failure only the chains before it go on, whose errors would come first
            let running = failed.as_ref().map_or(self.chains.len(), |(chain, _)| *chain);
            let outcomes = take_turns(&mut self.chains[..running], steps, |chain, turn| {
                chain.advance(density, warm_up, draws, turn)
            });
            let mut done = true;
            for (chain, outcome) in outcomes.into_iter().enumerate() {
                match outcome {
                    Ok(reached) => done &= reached,
                    Err(error) => {
                        failed = Some((chain, error));
                        break;
                    }
                }
            }
            if done {
                break;
            }
            if failed.is_none() {
                self.report(draws, &mut clock);
                if let Some(mut saver) = self.saver.take() {
                    let saved = saver.save_if_due(self);
                    self.saver = Some(saver);
                    saved?;
                }
                self.stop_if_asked()?;
            }
            match round.elapsed() {
                short if short < ROUND / 2 => steps = steps.saturating_mul(2),
                long if long > ROUND * 2 => steps = (steps / 2).max(1),
                _ => {}
            }
        }
        match failed {
            Some((_, error)) => Err(error),
            None => {
                self.report(draws, &mut clock);
                Ok(())
            }
        }
    }

    fn stop_if_asked(&self) -> Result<(), McmcError> {
        if !self.stop.as_ref().is_some_and(|stop| stop.load(Ordering::Relaxed)) {
            return Ok(());
        }
        if let Some(saver) = &self.saver {
            saver.save(self)?;
        }
        Err(McmcError::Interrupted { draws: self.draws() })
    }

    fn report(&self, draws: usize, clock: &mut DiagnosticsClock) {
        let Some(report) = &self.progress else { return };
        let draws_done = self.draws();
        // the last report is of the whole run, however little time that took
        if draws_done == draws || (draws_done > 0 && clock.allows()) {
            let started = Instant::now();
            clock.figures = self.running_diagnostics(draws_done);
            clock.spent += started.elapsed();
        }
        let warmed_up = self.chains.iter().map(|chain| chain.warmed_up).min().unwrap_or(0);
        let [r_hat, bulk_ess] = clock.figures;
        report(&Progress {
            chains: self.chains.len(),
            warmed_up,
            warm_up: self.plan.warm_up,
            draws_done,
            draws,
            r_hat,
            bulk_ess,
        });
    }

    /// The largest R-hat and the smallest bulk effective sample size of the first `draws` draws.
    fn running_diagnostics(&self, draws: usize) -> [f64; 2] {
        let dimension = self.dimension();
        let figures: Vec<[f64; 2]> = (0..dimension)
            .into_par_iter()
            .map(|component| {
                let values = Array2::from_shape_fn((self.chains.len(), draws), |(chain, draw)| {
                    self.chains[chain].draws.points[draw * dimension + component]
                });
                [r_hat(values.view()), bulk_ess(values.view())]
            })
            .collect();
        // one parameter of which nothing can be said is the worst of all
        let worst = |which: usize, worse: fn(f64, f64) -> f64| {
            let figures = figures.iter().map(|figures| figures[which]);
            let either =
                |a: f64, b: f64| if a.is_nan() || b.is_nan() { f64::NAN } else { worse(a, b) };
            figures.reduce(either).unwrap_or(f64::NAN)
        };
        [worst(0, f64::max), worst(1, f64::min)]
    }

    /// The draws that every chain has, so far.
    pub fn chains(&self) -> Chains {
        Chains::of_run(&self.names, &self.chains)
    }

    /// The draws that every chain has.
    pub fn into_chains(self) -> Chains {
        Chains::of_run(&self.names, &self.chains)
    }

    pub(crate) fn check_plan(&self, plan: &Plan, path: &Path) -> Result<(), McmcError> {
        let ours = &self.plan;
        let what = match () {
            () if ours.seed != plan.seed => "seed",
            () if ours.chains != plan.chains => "number of chains",
            () if ours.warm_up != plan.warm_up => "warm-up",
            () if ours.starts != plan.starts => "starts",
            () if ours.sampler != plan.sampler => "sampler",
            () => return Ok(()),
        };
        Err(CheckpointError::OtherRun { path: path.to_owned(), what }.into())
    }

    pub(crate) fn check_density(
        &self,
        density: &dyn LogDensity,
        path: &Path,
    ) -> Result<(), McmcError> {
        let other = |what| CheckpointError::OtherRun { path: path.to_owned(), what }.into();
        let names = density.names();
        if !names.is_empty() && names != self.names {
            return Err(other("names of the parameters"));
        }
        for State { point, log_density, .. } in self.states() {
            match Target::new(density).value(point)? {
                // a sampler may have come to its value by another way, such as a power of it
                Value::Finite(value)
                    if (value - log_density).abs() <= 1e-9 * log_density.abs().max(1.0) => {}
                _ => return Err(other("density")),
            }
        }
        Ok(())
    }
}

impl<S: Sampler + Serialize + DeserializeOwned> Run<S> {
    /// Writes the run to a file, whole or not at all. [`load`](Self::load) takes it up again with the
    /// same bits, on any machine.
    ///
    /// # Errors
    /// [`CheckpointError`]; a file that was there is then left as it was.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), CheckpointError> {
        save(path.as_ref(), self)
    }

    /// The run in a file that [`save`](Self::save) or [`Sampling::checkpoint`](crate::Sampling::checkpoint)
    /// wrote, from where `more` and `in_total` go on.
    ///
    /// # Errors
    /// [`CheckpointError`], for files that are missing, foreign, newer, cut off, damaged or of another
    /// sampler.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, CheckpointError> {
        let path = path.as_ref();
        load(path)?.ok_or_else(|| CheckpointError::Missing { path: path.to_owned() })
    }
}

/// Keeps running diagnostics to a small part of the time.
struct DiagnosticsClock {
    started: Instant,
    spent: Duration,
    figures: [f64; 2],
}

impl DiagnosticsClock {
    fn start() -> Self {
        Self { started: Instant::now(), spent: Duration::ZERO, figures: [f64::NAN; 2] }
    }

    fn allows(&self) -> bool {
        self.spent.as_secs_f64() <= DIAGNOSTICS_SHARE * self.started.elapsed().as_secs_f64()
    }
}

impl<S: fmt::Debug> fmt::Debug for Run<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Run")
            .field("plan", &self.plan)
            .field("names", &self.names)
            .field("draws", &self.draws())
            .finish_non_exhaustive()
    }
}
