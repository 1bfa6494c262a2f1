//! Delayed-rejection Metropolis-Hastings: the settings, and what they start.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;

use crate::checks::{check_dimension, check_finite};
use crate::run::{Run, stream};
use crate::{Chains, LogDensity, McmcError, Rejections};

/// Where a chain stands, as told to [`DelayedRejection::progress`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// Which chain, from 0.
    pub chain: usize,
    /// The draws of this chain so far.
    pub draws_done: usize,
    /// The draws it will have.
    pub draws: usize,
}

type Report = Arc<dyn Fn(Progress) + Send + Sync>;

/// Two-stage delayed-rejection Metropolis-Hastings (DR-MH) with uniform box kernels.
///
/// From x it proposes y1 = x + U(-s1, s1); if that is rejected, y2 = x + U(-s2, s2), accepted with
/// the probability that keeps detailed balance ([`delayed_rejection_step`](crate::delayed_rejection_step) has the formula). Points
/// of zero density are rejected, never clamped or drawn again; a rejection repeats x in the chain.
/// The density is evaluated at most twice a draw.
///
/// ```
/// use bayes_mcmc::{DelayedRejection, Posterior, UniformBox, from_fn};
///
/// # fn main() -> Result<(), bayes_mcmc::McmcError> {
/// let decay = from_fn(|rate| Ok(-rate[0])).named(["rate"]);
/// let posterior = Posterior::new(UniformBox::new(0.0, 50.0)?, decay);
/// let chains = DelayedRejection::new([3.0], [1.0])?
///     .starting_at([1.0])
///     .chains(4)
///     .sample(&posterior, 20_000, 7)?;
/// assert!((chains.mean()[0] - 1.0).abs() < 0.1);
/// println!("{}", chains.summary());
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct DelayedRejection {
    first_scales: Vec<f64>,
    second_scales: Vec<f64>,
    floored: Vec<usize>,
    chains: usize,
    starts: Vec<Vec<f64>>,
    progress: Option<Report>,
}

impl DelayedRejection {
    /// Kernels with these half widths, one for each parameter and in its unit. The start is still
    /// to be given.
    ///
    /// # Errors
    /// [`McmcError::InvalidScale`] unless all are positive and finite, [`McmcError::Dimension`] if
    /// the stages differ in number, [`McmcError::NoParameters`] if they are empty.
    pub fn new(
        first_scales: impl Into<Vec<f64>>,
        second_scales: impl Into<Vec<f64>>,
    ) -> Result<Self, McmcError> {
        let (first_scales, second_scales) = (first_scales.into(), second_scales.into());
        if first_scales.is_empty() {
            return Err(McmcError::NoParameters);
        }
        check_dimension("the second scale", first_scales.len(), second_scales.len())?;
        for (stage, scales) in [(1, &first_scales), (2, &second_scales)] {
            for (component, &scale) in scales.iter().enumerate() {
                if !(scale > 0.0 && scale.is_finite()) {
                    return Err(McmcError::InvalidScale { stage, component, scale });
                }
            }
        }
        Ok(Self {
            first_scales,
            second_scales,
            floored: Vec::new(),
            chains: 4,
            starts: Vec::new(),
            progress: None,
        })
    }

    /// Half widths as fractions of the start's components: s1 = `first` |K0|, s2 = `second` |K0|,
    /// starting at K0.
    ///
    /// A component that is exactly zero, as optima on a wall are, would freeze: its scales are
    /// floored at the same fractions of the largest component; [`floored`](Self::floored) says which.
    ///
    /// # Errors
    /// [`McmcError::ZeroStart`] if all components are zero, [`McmcError::NonFinitePoint`],
    /// [`McmcError::InvalidScale`] if a fraction is not positive and finite.
    pub fn relative_to(
        start: impl AsRef<[f64]>,
        first: f64,
        second: f64,
    ) -> Result<Self, McmcError> {
        let start = start.as_ref();
        check_finite(start)?;
        let largest = start.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
        if largest == 0.0 && !start.is_empty() {
            return Err(McmcError::ZeroStart { dimension: start.len() });
        }
        let size = |x: &f64| if *x == 0.0 { largest } else { x.abs() };
        let scales = |fraction: f64| start.iter().map(|x| fraction * size(x)).collect::<Vec<_>>();
        let mut sampler = Self::new(scales(first), scales(second))?;
        sampler.floored = (0..start.len()).filter(|i| start[*i] == 0.0).collect();
        Ok(sampler.starting_at(start))
    }

    /// The published setting, s1 = 0.1 K0 and s2 = 0.01 K0 (Ahmadi, Foster and Protas 2022,
    /// Algorithm 1), starting at K0; zeros as in [`relative_to`](Self::relative_to).
    ///
    /// These steps are small: on the rate constants of that paper 1e5 draws do not converge. Look at
    /// the summary before using the result.
    ///
    /// # Errors
    /// Those of [`relative_to`](Self::relative_to).
    pub fn published(start: impl AsRef<[f64]>) -> Result<Self, McmcError> {
        Self::relative_to(start, 0.1, 0.01)
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
    /// that are wider spread than the posterior, such as draws of a [`UniformBox`](crate::UniformBox)
    /// or the optima of [`minimize`](crate::minimize).
    pub fn starting_at_each<P: AsRef<[f64]>>(
        mut self,
        points: impl IntoIterator<Item = P>,
    ) -> Self {
        self.starts = points.into_iter().map(|point| point.as_ref().to_vec()).collect();
        self
    }

    /// Calls `report` from the chains' threads after every 1000 draws of a chain and at its end.
    pub fn progress(mut self, report: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(report));
        self
    }

    /// The half widths of the two kernels, in the units of the parameters.
    pub fn scales(&self) -> [&[f64]; 2] {
        [&self.first_scales, &self.second_scales]
    }

    /// The components, from 0, whose scales were floored because the start is zero there.
    pub fn floored(&self) -> &[usize] {
        &self.floored
    }

    /// Runs the chains in parallel, `draws` draws each. The start itself is not stored: draw i is
    /// the state after i + 1 transitions.
    ///
    /// Chain c runs on its own [`Pcg64`](rand_pcg::Pcg64) stream, set by `seed` and c alone: the same seed gives the
    /// same bits on any number of threads, and more chains leave the first ones as they are.
    ///
    /// # Errors
    /// [`McmcError::StartRejected`] where the density is zero at a start, [`McmcError::Stopped`] and
    /// [`McmcError::InfiniteDensity`] from the density, with the point,
    /// [`McmcError::NoStart`], [`McmcError::StartCount`], [`McmcError::Dimension`],
    /// [`McmcError::NonFinitePoint`] and [`McmcError::InvalidSize`] for the settings. If several
    /// chains fail the error is that of the first of them.
    pub fn sample<D: LogDensity + ?Sized>(
        &self,
        density: &D,
        draws: usize,
        seed: u64,
    ) -> Result<Chains, McmcError> {
        let names = self.check(density)?;
        let mut chains = Chains::allocate(names, self.chains, draws)?;
        let lowest_failed = AtomicUsize::new(usize::MAX);
        let outcomes: Vec<Result<Rejections, McmcError>> = chains
            .storage()
            .enumerate()
            .map(|(chain, storage)| {
                let start = &self.starts[chain % self.starts.len()];
                let run = Run {
                    density,
                    chain,
                    scales: self.scales(),
                    start,
                    report: self.progress.as_deref(),
                    lowest_failed: &lowest_failed,
                };
                let outcome = run.fill(storage, stream(seed, chain));
                if outcome.is_err() {
                    lowest_failed.fetch_min(chain, Ordering::Relaxed);
                }
                outcome
            })
            .collect();
        chains.set_rejections(outcomes.into_iter().collect::<Result<_, _>>()?);
        Ok(chains)
    }

    /// Checks what can be known before the first draw; returns the names.
    fn check<D: LogDensity + ?Sized>(&self, density: &D) -> Result<Vec<String>, McmcError> {
        let dimension = self.first_scales.len();
        match self.starts.len() {
            0 => return Err(McmcError::NoStart),
            starts if starts != 1 && starts != self.chains => {
                return Err(McmcError::StartCount { starts, chains: self.chains });
            }
            _ => {}
        }
        for start in &self.starts {
            check_dimension("the start", dimension, start.len())?;
            check_finite(start)?;
        }
        let mut names = density.names();
        if names.is_empty() {
            names = (1..=dimension).map(|i| format!("x{i}")).collect();
        }
        check_dimension("the list of names", dimension, names.len())?;
        Ok(names)
    }
}

impl fmt::Debug for DelayedRejection {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("DelayedRejection")
            .field("first_scales", &self.first_scales)
            .field("second_scales", &self.second_scales)
            .field("floored", &self.floored)
            .field("chains", &self.chains)
            .field("starts", &self.starts)
            .finish_non_exhaustive()
    }
}
