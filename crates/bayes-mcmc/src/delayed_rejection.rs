//! Delayed-rejection Metropolis-Hastings with fixed kernels.

use rand::RngExt;
use rand_pcg::Pcg64;
use serde::{Deserialize, Serialize};

use crate::checks::{check_dimension, check_finite};
use crate::transition::{Path, delayed_rejection_step};
use crate::{Chains, Kernel, LogDensity, McmcError, Phase, Sampler, Sampling, State, Target};

/// Delayed-rejection Metropolis-Hastings (DR-MH) with fixed kernels, any number of stages.
///
/// From x it proposes y1 by the first kernel; if that is rejected, y2 by the second, and so on, each
/// accepted with the probability that keeps detailed balance ([`delayed_rejection_step`] has the
/// formula). Points of zero density are rejected, never clamped or drawn again; a rejection repeats
/// x in the chain. The density is evaluated at most once a stage.
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
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct DelayedRejection {
    kernels: Vec<Kernel>,
    floored: Vec<usize>,
    start: Option<Vec<f64>>,
    #[serde(skip)]
    room: Option<Room>,
}

/// What a step writes to, made once.
#[derive(Clone, Debug)]
struct Room {
    path: Path,
    uniforms: Vec<f64>,
}

impl DelayedRejection {
    /// Two stages with box kernels of these half widths, one for each parameter and in its unit.
    ///
    /// # Errors
    /// [`McmcError::InvalidScale`] unless all are positive and finite, [`McmcError::Dimension`] if
    /// the stages differ in number, [`McmcError::NoParameters`] if they are empty.
    pub fn new(
        first_scales: impl Into<Vec<f64>>,
        second_scales: impl Into<Vec<f64>>,
    ) -> Result<Self, McmcError> {
        Self::with_kernels([
            Kernel::uniform_box(first_scales)?,
            Kernel::uniform_box(second_scales)?,
        ])
    }

    /// One stage for each kernel: 1 to 255 of them. One is plain Metropolis.
    ///
    /// # Errors
    /// [`McmcError::StageCount`] for another number, [`McmcError::Dimension`] if they differ in
    /// their number of parameters.
    pub fn with_kernels(kernels: impl Into<Vec<Kernel>>) -> Result<Self, McmcError> {
        let kernels = kernels.into();
        if kernels.is_empty() || kernels.len() > usize::from(u8::MAX) {
            return Err(McmcError::StageCount { stages: kernels.len() });
        }
        for kernel in &kernels {
            check_dimension("a kernel", kernels[0].dimension(), kernel.dimension())?;
        }
        Ok(Self { kernels, floored: Vec::new(), start: None, room: None })
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
        sampler.start = Some(start.to_vec());
        Ok(sampler)
    }

    /// The published setting, s1 = 0.1 K0 and s2 = 0.01 K0 (Ahmadi, Foster and Protas 2022,
    /// Algorithm 1), starting at K0; zeros as in [`relative_to`](Self::relative_to).
    ///
    /// These steps are small: on the rate constants of that paper 1e5 draws do not converge. Look at
    /// the summary before using the result; use a sampler that learns instead.
    ///
    /// # Errors
    /// Those of [`relative_to`](Self::relative_to).
    pub fn published(start: impl AsRef<[f64]>) -> Result<Self, McmcError> {
        Self::relative_to(start, 0.1, 0.01)
    }

    /// A run of this many chains; [`Sampling::chains`].
    pub fn chains(self, chains: usize) -> Sampling<Self> {
        self.into_sampling().chains(chains)
    }

    /// A run that starts every chain at this point; [`Sampling::starting_at`].
    pub fn starting_at(self, point: impl AsRef<[f64]>) -> Sampling<Self> {
        self.into_sampling().starting_at(point)
    }

    /// A run that starts each chain at its own point; [`Sampling::starting_at_each`].
    pub fn starting_at_each<P: AsRef<[f64]>>(
        self,
        points: impl IntoIterator<Item = P>,
    ) -> Sampling<Self> {
        self.into_sampling().starting_at_each(points)
    }

    /// Four chains of `draws` draws; [`Sampling::sample`].
    ///
    /// # Errors
    /// Those of [`Sampling::sample`].
    pub fn sample<D: LogDensity + ?Sized>(
        &self,
        density: &D,
        draws: usize,
        seed: u64,
    ) -> Result<Chains, McmcError> {
        self.clone().into_sampling().sample(density, draws, seed)
    }

    fn into_sampling(mut self) -> Sampling<Self> {
        match self.start.take() {
            Some(start) => Sampling::new(self).starting_at(start),
            None => Sampling::new(self),
        }
    }

    /// The kernels, one for each stage.
    pub fn kernels(&self) -> &[Kernel] {
        &self.kernels
    }

    /// The components, from 0, whose scales were floored because the start is zero there.
    pub fn floored(&self) -> &[usize] {
        &self.floored
    }

    pub(crate) fn set_kernels(&mut self, kernels: Vec<Kernel>) {
        self.kernels = kernels;
    }

    /// The log of the probability with which the last step accepted, or would have accepted, its
    /// first proposal.
    pub(crate) fn first_log_acceptance(&self) -> f64 {
        self.room.as_ref().map_or(f64::NEG_INFINITY, |room| room.path.log_acceptance(1))
    }
}

impl Sampler for DelayedRejection {
    #[inline]
    fn step(
        &mut self,
        state: &mut State,
        target: &mut Target<'_>,
        _: Phase,
        rng: &mut Pcg64,
    ) -> Result<(), McmcError> {
        let stages = self.kernels.len();
        let Room { path, uniforms } = self.room.get_or_insert_with(|| Room {
            path: Path::new(stages, self.kernels[0].dimension()),
            uniforms: vec![0.0; stages],
        });
        path.point_mut(0).copy_from_slice(&state.point);
        // always the same random numbers a step, whether used or not
        for (stage, kernel) in (1..).zip(&self.kernels) {
            let (current, proposal) = path.current_and_proposal(stage);
            kernel.propose(current, proposal, rng);
        }
        uniforms.fill_with(|| rng.random());
        let transition =
            delayed_rejection_step(&self.kernels, path, state.log_density, uniforms, |point| {
                target.log_density(point)
            })?;
        state.stage = transition.stage;
        state.log_density = transition.log_density;
        state.point.copy_from_slice(path.point(usize::from(transition.stage)));
        Ok(())
    }

    fn begin(&mut self, start: &State, _: &mut Target<'_>, _: &mut Pcg64) -> Result<(), McmcError> {
        check_dimension("the start", self.kernels[0].dimension(), start.point.len())
    }
}
