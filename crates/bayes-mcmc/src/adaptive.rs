//! Delayed rejection that learns its kernels in the warm-up (DRAM).
//!
//! Sources: Haario, Saksman and Tamminen 2001, Bernoulli 7, 223 (covariance from the chain's history);
//! Haario et al. 2006, Stat. Comput. 16, 339 (with delayed rejection); Andrieu and Thoms 2008, Stat.
//! Comput. 18, 343 (the global scale by stochastic approximation). The windows that forget the way
//! from the start are those of Stan.

use rand_pcg::Pcg64;
use serde::{Deserialize, Serialize};

use crate::checks::check_dimension;
use crate::covariance::RunningCovariance;
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

/// Trials of a first scale: up to about 4^20 from the first guess.
const LOCAL_TRIALS: usize = 20;

/// Delayed-rejection adaptive Metropolis: Gaussian kernels whose covariance and scale are learned in
/// the warm-up, and in the warm-up only. With the first draw that is kept the kernels stand still, and
/// the sampler is a [`DelayedRejection`] with all its exactness.
///
/// The warm-up is cut into windows that grow; at the end of each the covariance of its draws becomes
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
}

impl Default for AdaptiveDelayedRejection {
    fn default() -> Self {
        Self::new()
    }
}

impl AdaptiveDelayedRejection {
    /// Two stages, the second with steps a fifth as long (Haario et al. 2006). Nothing is to be set:
    /// the first scales come from the density around the start.
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
    fn new(shape: Kernel, stage_scales: &[f64]) -> Result<Self, McmcError> {
        let dimension = shape.dimension();
        let log_scale = default_log_scale(dimension);
        Ok(Self {
            sampler: DelayedRejection::with_kernels(kernels(&shape, log_scale, stage_scales))?,
            shape,
            log_scale,
            window: RunningCovariance::new(dimension),
            window_length: first_window(dimension),
            steps: 0,
        })
    }

    fn learn(&mut self, state: &State, stage_scales: &[f64], done: usize, of: usize) {
        self.steps += 1;
        let acceptance = self.sampler.first_log_acceptance().exp();
        self.log_scale += (acceptance - ACCEPTANCE) * 3.0 / (self.steps as f64 + 3.0).powf(0.6);
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

fn first_window(dimension: usize) -> usize {
    FIRST_WINDOW * (dimension + 1)
}

/// 2.38 / sqrt(d) (Gelman, Roberts and Gilks 1996).
fn default_log_scale(dimension: usize) -> f64 {
    (2.38 / (dimension as f64).sqrt()).ln()
}

fn kernels(shape: &Kernel, log_scale: f64, stage_scales: &[f64]) -> Vec<Kernel> {
    let scale = bounded_exp(log_scale);
    stage_scales.iter().map(|stage| shape.scaled(scale * stage)).collect()
}

/// Bounded, so that a density that is flat without walls gives no infinite steps.
fn bounded_exp(log_scale: f64) -> f64 {
    log_scale.clamp(-300.0, 300.0).exp()
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
        _: &mut Pcg64,
    ) -> Result<(), McmcError> {
        match self.kernels().first() {
            Some(kernel) => check_dimension("the start", kernel.dimension(), start.point.len()),
            None => {
                let shape = Kernel::gaussian(local_scales(start, target)?)?;
                self.learned = Some(Learned::new(shape, &self.stage_scales)?);
                Ok(())
            }
        }
    }

    fn warm_up_draws(&self, dimension: usize) -> usize {
        // about ten windows
        1000 + 500 * dimension
    }
}

/// For each parameter a step from the start over which the log-density changes by about one, found by
/// factors of four.
fn local_scales(start: &State, target: &mut Target<'_>) -> Result<Vec<f64>, McmcError> {
    let support = target.density().support();
    let mut point = start.point.clone();
    let mut scales = Vec::with_capacity(point.len());
    for component in 0..point.len() {
        let x = point[component];
        let width = support
            .as_ref()
            .and_then(|support| support.bounds(component))
            .map(|(lower, upper)| upper - lower);
        let mut scale = width.map_or(x.abs().max(1.0), |width| 0.1 * width);
        let mut was_short = None;
        for _ in 0..LOCAL_TRIALS {
            let (mut inside, mut far) = (false, false);
            for side in [x - scale, x + scale] {
                point[component] = side;
                let there = target.log_density(&point)?;
                // beyond a wall on one side the other still tells
                inside |= there.is_finite();
                far |= there.is_finite() && (there - start.log_density).abs() > 1.0;
            }
            let short = inside && !far;
            match was_short {
                Some(true) if !short => scale /= 4.0,
                Some(false) if short => {}
                _ => {
                    was_short = Some(short);
                    scale *= if short { 4.0 } else { 0.25 };
                    continue;
                }
            }
            break;
        }
        point[component] = x;
        scales.push(scale);
    }
    Ok(scales)
}
