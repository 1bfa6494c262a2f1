//! Delayed rejection that learns its kernels in the warm-up (DRAM).
//!
//! Sources: Haario, Saksman and Tamminen 2001, Bernoulli 7, 223 (covariance from the chain's history);
//! Haario et al. 2006, Stat. Comput. 16, 339 (with delayed rejection); Andrieu and Thoms 2008, Stat.
//! Comput. 18, 343 (the global scale by stochastic approximation); Neal 2003, Ann. Stat. 31, 705 (slice
//! sampling, by which chains come from their starts). The windows that forget the way
//! from the start are those of Stan.

use rand_pcg::Pcg64;
use serde::{Deserialize, Serialize};

use crate::checks::check_dimension;
use crate::covariance::RunningCovariance;
use crate::slice::Slices;
use crate::{DelayedRejection, Kernel, McmcError, Phase, Sampler, State, Target};

/// The part of first proposals to be accepted. Between the optima of 1 and of many parameters (0.44
/// and 0.234; Roberts and Rosenthal 2001, Stat. Sci. 16, 351).
const ACCEPTANCE: f64 = 0.28;
/// The first window of the warm-up, in steps for each parameter; the next are each half as long again.
const FIRST_WINDOW: usize = 10;
/// The part of the warm-up after which the covariance stays, and only the scale is tuned.
const SHAPE_UNTIL: f64 = 0.85;
/// Draws for each parameter that the kernel before a window is worth: how far the covariance of few
/// draws is drawn towards it.
const WEIGHT_BEFORE: f64 = 20.0;

/// The sweeps that end no higher than one before, after which the way from the start counts as done.
const FALLS: usize = 3;
/// The part of the warm-up's steps, and of the evaluations that they may need, that sweeps take at most.
const SWEEPS_UNTIL: f64 = 0.2;
/// The width of an interval of a sweep, in standard deviations, if the density is Gaussian.
const DEVIATIONS: f64 = 2.5;

/// Delayed-rejection adaptive Metropolis: Gaussian kernels whose covariance and scale are learned in
/// the warm-up, and in the warm-up only. With the first draw that is kept the kernels stand still, and
/// the sampler is a [`DelayedRejection`] with all its exactness.
///
/// The warm-up begins with sweeps of slice sampling, one parameter after the other (Neal 2003), until the
/// log-density no longer rises, for a fifth of the warm-up at most. They have no scale that a steep
/// slope in the corner of a box could tune to nothing, and their intervals are the first scales of the
/// kernels. The rest of the warm-up is cut into windows that grow; at the end of each the covariance of its draws becomes
/// that of the kernels, and the way from the start is forgotten. All along, the scale is tuned until
/// 28 % of the first proposals are accepted.
///
/// ```
/// use bayes_mcmc::{AdaptiveDelayedRejection, Sampling, from_fn};
///
/// # fn main() -> Result<(), bayes_mcmc::McmcError> {
/// // a narrow ridge: no scale would do for both directions
/// let ridge = from_fn(|x| {
///     Ok(-0.5 * ((x[0] + x[1]) / 0.01).powi(2) - 0.5 * ((x[0] - x[1]) / 3.0).powi(2))
/// });
/// let sampler = AdaptiveDelayedRejection::new();
/// let chains = Sampling::new(sampler).starting_at([1.0, -1.0]).sample(&ridge, 10_000, 7)?;
/// assert!(chains.summary().has_converged());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AdaptiveDelayedRejection {
    stage_scales: Vec<f64>,
    learned: Option<Learned>,
}

/// What depends on the chain.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Learned {
    sampler: DelayedRejection,
    /// The kernel of unit scale.
    shape: Kernel,
    log_scale: f64,
    window: RunningCovariance,
    window_length: usize,
    /// Steps since the shape changed, which set how fast the scale moves.
    steps: usize,
    approach: Approach,
}

/// The way from the start, by sweeps.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Approach {
    slices: Slices,
    highest: f64,
    falls: usize,
    evaluations: u64,
}

impl Default for AdaptiveDelayedRejection {
    fn default() -> Self {
        Self::new()
    }
}

impl AdaptiveDelayedRejection {
    /// Two stages, the second with steps a fifth as long (Haario et al. 2006). Nothing is to be set:
    /// the first scales come from the density around the start, by slice sampling.
    pub fn new() -> Self {
        Self { stage_scales: vec![1.0, 0.2], learned: None }
    }

    /// Stages with steps of these lengths, as multiples of the learned ones: `[1.0, 0.2, 0.04]` are
    /// three.
    ///
    /// # Errors
    /// [`McmcError::StageCount`] unless there are 1 to 255, [`McmcError::InvalidScale`] unless all are
    /// positive and finite.
    pub fn with_stages(scales: impl Into<Vec<f64>>) -> Result<Self, McmcError> {
        let scales = scales.into();
        if scales.is_empty() || scales.len() > usize::from(u8::MAX) {
            return Err(McmcError::StageCount { stages: scales.len() });
        }
        Kernel::gaussian(&scales)?;
        Ok(Self { stage_scales: scales, learned: None })
    }

    /// The kernels of the stages, as learned so far; none before the first step.
    pub fn kernels(&self) -> &[Kernel] {
        self.learned.as_ref().map_or(&[], |learned| learned.sampler.kernels())
    }
}

impl Learned {
    /// At a start, with kernels from one sweep that is not kept.
    fn new(
        start: &State,
        stage_scales: &[f64],
        target: &mut Target<'_>,
        rng: &mut Pcg64,
    ) -> Result<Self, McmcError> {
        let mut slices = Slices::new(&start.point, target);
        slices.sweep(&mut start.clone(), target, rng)?;
        let shape = shape_of(&slices)?;
        let dimension = shape.dimension();
        let log_scale = default_log_scale(dimension);
        Ok(Self {
            sampler: DelayedRejection::with_kernels(kernels(&shape, log_scale, stage_scales))?,
            shape,
            log_scale,
            window: RunningCovariance::new(dimension),
            window_length: first_window(dimension),
            steps: 0,
            approach: Approach { slices, highest: start.log_density, falls: 0, evaluations: 0 },
        })
    }

    /// A sweep, if the chain is still on its way from the start; whether it was.
    fn approach(
        &mut self,
        state: &mut State,
        stage_scales: &[f64],
        (done, of): (usize, usize),
        target: &mut Target<'_>,
        rng: &mut Pcg64,
    ) -> Result<bool, McmcError> {
        let Approach { slices, highest, falls, evaluations } = &mut self.approach;
        let most = SWEEPS_UNTIL * (of * stage_scales.len()) as f64;
        if *falls >= FALLS || *evaluations as f64 >= most || done as f64 >= SWEEPS_UNTIL * of as f64
        {
            return Ok(false);
        }
        let before = target.evaluations();
        slices.sweep(state, target, rng)?;
        *evaluations += target.evaluations() - before;
        if state.log_density > *highest {
            *highest = state.log_density;
        } else {
            *falls += 1;
        }
        self.shape = shape_of(slices)?;
        self.sampler.set_kernels(kernels(&self.shape, self.log_scale, stage_scales));
        Ok(true)
    }

    fn learn(&mut self, state: &State, stage_scales: &[f64], done: usize, of: usize) {
        self.steps += 1;
        let acceptance = libm::exp(self.sampler.first_log_acceptance());
        self.log_scale += (acceptance - ACCEPTANCE) * 3.0 / libm::pow(self.steps as f64 + 3.0, 0.6);
        self.window.add(&state.point);
        let shaped_until = (SHAPE_UNTIL * of as f64) as usize;
        let remaining = shaped_until.saturating_sub(done);
        // a window that would leave too few steps for another takes them too
        let at_end = if remaining >= self.window_length * 3 / 2 {
            self.window.count() >= self.window_length
        } else {
            done + 1 == shaped_until
        };
        if at_end && done < shaped_until {
            let dimension = self.window.dimension();
            let usual = default_log_scale(dimension);
            let before = self.shape.scaled(bounded_exp(self.log_scale - usual));
            if let Some(shape) = self.window.kernel(&before, WEIGHT_BEFORE * dimension as f64) {
                self.shape = shape;
                self.log_scale = usual;
                self.steps = 0;
            }
            self.window.clear();
            self.window_length = self.window_length * 3 / 2;
        }
        self.sampler.set_kernels(kernels(&self.shape, self.log_scale, stage_scales));
    }
}

/// The kernel of unit scale with the standard deviations that sweeps tell.
fn shape_of(slices: &Slices) -> Result<Kernel, McmcError> {
    let deviations =
        slices.widths().iter().map(|width| (width / DEVIATIONS).max(f64::MIN_POSITIVE));
    Kernel::gaussian(deviations.collect::<Vec<_>>())
}

fn first_window(dimension: usize) -> usize {
    FIRST_WINDOW * (dimension + 1)
}

/// 2.38 / sqrt(d) (Gelman, Roberts and Gilks 1996).
fn default_log_scale(dimension: usize) -> f64 {
    libm::log(2.38 / (dimension as f64).sqrt())
}

fn kernels(shape: &Kernel, log_scale: f64, stage_scales: &[f64]) -> Vec<Kernel> {
    let scale = bounded_exp(log_scale);
    stage_scales.iter().map(|stage| shape.scaled(scale * stage)).collect()
}

/// Bounded, so that a density that is flat without walls gives no infinite steps.
fn bounded_exp(log_scale: f64) -> f64 {
    libm::exp(log_scale.clamp(-300.0, 300.0))
}

impl Sampler for AdaptiveDelayedRejection {
    fn step(
        &mut self,
        state: &mut State,
        target: &mut Target<'_>,
        phase: Phase,
        rng: &mut Pcg64,
    ) -> Result<(), McmcError> {
        if self.learned.is_none() {
            self.begin(state, target, rng)?;
        }
        let Some(learned) = &mut self.learned else { return Ok(()) };
        if let Phase::WarmUp { done, of } = phase
            && learned.approach(state, &self.stage_scales, (done, of), target, rng)?
        {
            return Ok(());
        }
        learned.sampler.step(state, target, phase, rng)?;
        if let Phase::WarmUp { done, of } = phase {
            learned.learn(state, &self.stage_scales, done, of);
        }
        Ok(())
    }

    fn begin(
        &mut self,
        start: &State,
        target: &mut Target<'_>,
        rng: &mut Pcg64,
    ) -> Result<(), McmcError> {
        match self.kernels().first() {
            Some(kernel) => check_dimension("the start", kernel.dimension(), start.point.len()),
            None => {
                self.learned = Some(Learned::new(start, &self.stage_scales, target, rng)?);
                Ok(())
            }
        }
    }

    fn warm_up_draws(&self, dimension: usize) -> usize {
        // about ten windows
        1000 + 500 * dimension
    }
}
