//! The settings of a run, for any sampler.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use rand_pcg::Pcg64;
use serde::{Serialize, de::DeserializeOwned};

use crate::chain::Chain;
use crate::chains::names_or_numbers;
use crate::checkpoint::Saver;
use crate::checks::{check_dimension, check_finite};
use crate::prior::{dimension_of, first_state, state_at};
use crate::progress::{Progress, Report};
use crate::run::{Plan, Run};
use crate::stream::stream;
use crate::{Chains, LogDensity, McmcError, Sampler, State};

/// How a sampler is run: the chains, where they start, the warm-up, checkpoints.
///
/// ```
/// use bayes_mcmc::{DelayedRejection, Kernel, Sampling, from_fn};
///
/// # fn main() -> Result<(), bayes_mcmc::McmcError> {
/// let normal = from_fn(|x| Ok(-0.5 * (x[0] * x[0] + x[1] * x[1]))).named(["a", "b"]);
/// let stages = [2.4, 1.2, 0.3].map(|scale| Kernel::gaussian([scale; 2]));
/// let stages = stages.into_iter().collect::<Result<Vec<_>, _>>()?;
/// let sampling = Sampling::new(DelayedRejection::with_kernels(stages)?)
///     .chains(4)
///     .starting_at_each([[-2.0, 2.0], [2.0, 2.0], [-2.0, -2.0], [2.0, -2.0]])
///     .warm_up(200);
/// let chains = sampling.sample(&normal, 4000, 7)?;
/// println!("{}", chains.summary());
///
/// // the same, a piece at a time
/// let mut run = sampling.start(&normal, 7)?;
/// run.more(&normal, 1000)?;
/// run.in_total(&normal, 4000)?;
/// assert_eq!(run.chains(), chains);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Sampling<S> {
    sampler: S,
    chains: usize,
    starts: Vec<Vec<f64>>,
    warm_up: Option<usize>,
    progress: Option<Report>,
    saver: Option<Saver<S>>,
}

impl<S: Sampler + Clone> Sampling<S> {
    /// Four chains of this sampler, which start at random points of the density's support unless
    /// points are given.
    pub fn new(sampler: S) -> Self {
        Self { sampler, chains: 4, starts: Vec::new(), warm_up: None, progress: None, saver: None }
    }

    /// The number of chains, 4 unless said. R-hat needs two or more.
    pub fn chains(mut self, chains: usize) -> Self {
        self.chains = chains;
        self
    }

    /// Starts every chain at this point.
    pub fn starting_at(mut self, point: impl AsRef<[f64]>) -> Self {
        self.starts = vec![point.as_ref().to_vec()];
        self
    }

    /// Starts each chain at its own point, which lets R-hat see modes that were missed. Take points
    /// that are wider spread than the posterior, such as draws of a prior or the optima of
    /// [`minimize`](crate::minimize()).
    ///
    /// Without any starts each chain draws its own, uniformly from the density's
    /// [`support`](LogDensity::support), until the density is positive there: as wide as can be.
    pub fn starting_at_each<P: AsRef<[f64]>>(
        mut self,
        points: impl IntoIterator<Item = P>,
    ) -> Self {
        self.starts = points.into_iter().map(|point| point.as_ref().to_vec()).collect();
        self
    }

    /// Steps of each chain that are not kept, before the first that is; what the sampler asks for
    /// ([`Sampler::warm_up_draws`]) unless said. Samplers that learn do so here, and only here.
    pub fn warm_up(mut self, steps: usize) -> Self {
        self.warm_up = Some(steps);
        self
    }

    /// Calls `report` a few times a second, and once at the end. It has no influence on the draws.
    pub fn progress(mut self, report: impl Fn(&Progress) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(report));
        self
    }

    /// Keeps the state of the run in a file, which is written anew every so often and at the end,
    /// whole or not at all. A run that finds its file there goes on from it, with the same bits as if
    /// it had never stopped; the draws asked for are then those *in total*. For *more* draws than a
    /// finished run has, see [`Run::more`].
    ///
    /// The file belongs to one seed, sampler and setting: others are refused.
    pub fn checkpoint(mut self, path: impl Into<PathBuf>, every: Duration) -> Self
    where
        S: Serialize + DeserializeOwned,
    {
        self.saver = Some(Saver::new(path.into(), every));
        self
    }

    /// The sampler.
    pub fn sampler(&self) -> &S {
        &self.sampler
    }

    /// Runs the chains in parallel, until they have `draws` draws each. The start itself is not
    /// stored: draw i is the state i + 1 transitions after the warm-up.
    ///
    /// Chain c runs on its own [`Pcg64`](rand_pcg::Pcg64) stream, set by `seed` and c alone: the same
    /// seed gives the same bits on any number of threads, and more chains leave the first ones as
    /// they are.
    ///
    /// # Errors
    /// [`McmcError::StartRejected`] where the density is zero at a start, [`McmcError::Stopped`] and
    /// [`McmcError::InfiniteDensity`] from the density, with the point,
    /// [`McmcError::NoStart`], [`McmcError::StartCount`], [`McmcError::Dimension`],
    /// [`McmcError::NonFinitePoint`] and [`McmcError::InvalidSize`] for the settings,
    /// [`McmcError::Checkpoint`] for the file. If several chains fail the error is that of the first
    /// of them.
    pub fn sample<D: LogDensity + ?Sized>(
        &self,
        density: &D,
        draws: usize,
        seed: u64,
    ) -> Result<Chains, McmcError> {
        let mut run = self.start(density, seed)?;
        run.in_total(density, draws)?;
        Ok(run.into_chains())
    }

    /// The run before its first step, or as its checkpoint left it.
    ///
    /// # Errors
    /// Those of [`sample`](Self::sample).
    pub fn start<D: LogDensity + ?Sized>(
        &self,
        density: &D,
        seed: u64,
    ) -> Result<Run<S>, McmcError> {
        let plan = |warm_up| -> Result<Plan, McmcError> {
            let sampler = match &self.saver {
                Some(saver) => saver.describe(&self.sampler)?,
                None => String::new(),
            };
            let starts = self.starts.clone();
            Ok(Plan { seed, chains: self.chains, warm_up, starts, sampler })
        };
        if let Some(saver) = &self.saver
            && let Some(mut run) = saver.load()?
        {
            let warm_up = self.warm_up.unwrap_or_else(|| self.suggested(run.dimension()));
            run.check_plan(&plan(warm_up)?, saver.path())?;
            run.check_density(&density, saver.path())?;
            run.attach(self.progress.clone(), self.saver.clone());
            return Ok(run);
        }
        self.check()?;
        let mut chains = Vec::new();
        for chain in 0..self.chains {
            let mut rng = stream(seed, chain);
            let state = self.first_state(&density, chain, &mut rng)?;
            chains.push(Chain::new(self.sampler.clone(), state, &density, rng)?);
        }
        let dimension = chains[0].state.point.len();
        let names = names_or_numbers(density.names(), dimension)?;
        let plan = plan(self.warm_up.unwrap_or_else(|| self.suggested(dimension)))?;
        let mut run = Run::new(plan, names, chains);
        run.attach(self.progress.clone(), self.saver.clone());
        Ok(run)
    }

    fn suggested(&self, dimension: usize) -> usize {
        self.sampler.warm_up_draws(dimension)
    }

    /// Checks what can be known before the density is asked.
    fn check(&self) -> Result<(), McmcError> {
        let starts = self.starts.len();
        if self.chains == 0 {
            let dimension = self.starts.first().map_or(0, Vec::len);
            let advice = "ask for at least one chain and one draw";
            return Err(McmcError::InvalidSize { chains: 0, draws: 0, dimension, advice });
        }
        if starts > 1 && starts != self.chains {
            return Err(McmcError::StartCount { starts, chains: self.chains });
        }
        for start in &self.starts {
            check_dimension("the start", self.starts[0].len(), start.len())?;
            check_finite(start)?;
            if start.is_empty() {
                return Err(McmcError::NoParameters);
            }
        }
        Ok(())
    }

    fn first_state(
        &self,
        density: &dyn LogDensity,
        chain: usize,
        rng: &mut Pcg64,
    ) -> Result<State, McmcError> {
        if let Some(start) = self.starts.get(chain % self.starts.len().max(1)) {
            return state_at(density, start.clone(), chain);
        }
        let support = density.support().ok_or(McmcError::NoStart)?;
        let dimension = dimension_of(density, &support)?;
        first_state(&support, density, dimension, chain, rng)
    }
}

impl<S: fmt::Debug> fmt::Debug for Sampling<S> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Sampling")
            .field("sampler", &self.sampler)
            .field("chains", &self.chains)
            .field("starts", &self.starts)
            .field("warm_up", &self.warm_up)
            .finish_non_exhaustive()
    }
}
