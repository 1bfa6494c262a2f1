//! One transition of delayed-rejection Metropolis-Hastings with any number of stages.
//!
//! From the current point y0 = x the stages propose y1, y2, ..., yn, each by its own symmetric kernel
//! around x: K1, ..., Kn. Stage i is reached if the stages before were rejected. With p the density,
//!
//! ```text
//! W(0 -> i) = p(y0) K1(y1 - y0) (1 - a(0 -> 1)) ... K(i-1)(y(i-1) - y0) (1 - a(0 -> i-1))
//! W(i -> 0) = p(yi) K1(y(i-1) - yi) (1 - a(i -> i-1)) ... K(i-1)(y1 - yi) (1 - a(i -> 1))
//! a(0 -> i) = min(1, W(i -> 0) / W(0 -> i))
//! ```
//!
//! where W(b -> c) and a(b -> c) are the same for the part of the path between b and c, walked from b.
//! W is the flow that proposes the stages in between and rejects them; Ki itself cancels, being
//! symmetric. For box kernels the K are 0 or a constant, so that the ratio holds a test of reach.
//! With two stages this is Mira's ratio; more follow by themselves.
//!
//! Sources: Mira 2001, Metron 59, 231; Green and Mira 2001, Biometrika 88, 1035; Haario et al. 2006,
//! Stat. Comput. 16, 339; the setting of Ahmadi, Foster and Protas 2022, eqs. (22)-(24).

use crate::Kernel;

/// What one transition did; see [`delayed_rejection_step`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transition {
    /// The stage whose proposal was accepted, from 1; 0 if the chain stays where it is.
    pub stage: u8,
    /// The log-density at the state after the transition.
    pub log_density: f64,
}

/// The current point and the proposals of all stages, with what a transition finds out about them.
/// One path serves many transitions, so that none of them allocates.
#[derive(Clone, Debug)]
pub struct Path {
    dimension: usize,
    /// The points, one after the other.
    points: Vec<f64>,
    log_densities: Vec<f64>,
    /// From and to, in a square: ln W less the log-density where it starts.
    flows: Vec<f64>,
    /// The same places: ln a.
    log_acceptances: Vec<f64>,
}

impl Path {
    /// Room for the proposals of `stages` stages in `dimension` parameters.
    pub fn new(stages: usize, dimension: usize) -> Self {
        let count = stages + 1;
        Self {
            dimension,
            points: vec![0.0; count * dimension],
            log_densities: vec![f64::NEG_INFINITY; count],
            flows: vec![0.0; count * count],
            log_acceptances: vec![f64::NEG_INFINITY; count * count],
        }
    }

    /// The number of stages.
    pub fn stages(&self) -> usize {
        self.log_densities.len() - 1
    }

    /// The current point (`stage` 0), or the proposal of a stage.
    #[inline]
    pub fn point(&self, stage: usize) -> &[f64] {
        &self.points[stage * self.dimension..(stage + 1) * self.dimension]
    }

    /// The same, to be written.
    #[inline]
    pub fn point_mut(&mut self, stage: usize) -> &mut [f64] {
        &mut self.points[stage * self.dimension..(stage + 1) * self.dimension]
    }

    /// The current point, and the proposal of a stage from 1 to be written.
    #[inline]
    pub(crate) fn current_and_proposal(&mut self, stage: usize) -> (&[f64], &mut [f64]) {
        let (before, after) = self.points.split_at_mut(stage * self.dimension);
        (&before[..self.dimension], &mut after[..self.dimension])
    }

    /// The log of the probability to accept the proposal of a stage from 1 once the stages before it
    /// were rejected, in -inf..=0; negative infinity for stages that the last transition did not
    /// reach.
    #[inline]
    pub fn log_acceptance(&self, stage: usize) -> f64 {
        self.log_acceptances[stage]
    }

    /// The place of a pair in the squares.
    #[inline]
    fn pair(&self, from: usize, to: usize) -> usize {
        from * self.log_densities.len() + to
    }

    /// ln W(from -> to) from that of the path one shorter, without p(from); `near` is one step from
    /// `to` towards `from`.
    #[inline]
    fn flow(&self, kernels: &[Kernel], from: usize, near: usize) -> f64 {
        let pair = self.pair(from, near);
        // negative infinity must not meet the other sign: each of the three is at most 0
        self.flows[pair]
            + kernels[from.abs_diff(near) - 1].log_density(self.point(from), self.point(near))
            + log_one_minus_exp(self.log_acceptances[pair])
    }

    /// ln a(from -> to).
    #[inline]
    fn acceptance(&self, from: usize, to: usize) -> f64 {
        let (there, back) = (self.flows[self.pair(from, to)], self.flows[self.pair(to, from)]);
        if self.log_densities[to] + back == f64::NEG_INFINITY {
            f64::NEG_INFINITY
        } else if self.log_densities[from] + there == f64::NEG_INFINITY {
            // not for the path that was walked: there it means a step rounded to beyond its box
            if from == 0 { f64::NEG_INFINITY } else { 0.0 }
        } else {
            (self.log_densities[to] - self.log_densities[from] + (back - there)).min(0.0)
        }
    }
}

/// One transition, as a pure function of a path with its points set (the current one and all
/// proposals), the log-density at the current point (finite), one uniform number of [0, 1) and one
/// kernel for each stage.
///
/// `log_density` must be finite or negative infinity. It is asked for the proposal of a stage only if
/// the stages before were rejected, and not for a last proposal that detailed balance forbids. The
/// new state is the proposal of the returned stage, or the current point again for stage 0: a
/// rejection repeats the point. The probabilities are left in the path.
///
/// # Errors
/// What `log_density` returns.
#[inline]
pub fn delayed_rejection_step<E>(
    kernels: &[Kernel],
    path: &mut Path,
    current: f64,
    uniforms: &[f64],
    mut log_density: impl FnMut(&[f64]) -> Result<f64, E>,
) -> Result<Transition, E> {
    let stages = path.stages();
    path.log_densities[0] = current;
    path.log_acceptances[1..=stages].fill(f64::NEG_INFINITY);
    for stage in 1..=stages {
        if stage == stages && out_of_reach(kernels, path, stage) {
            break;
        }
        let value = log_density(path.point(stage))?;
        path.log_densities[stage] = if value.is_nan() { f64::NEG_INFINITY } else { value };
        extend(kernels, path, stage);
        let log_acceptance = path.log_acceptance(stage);
        if log_acceptance == 0.0 || libm::log(uniforms[stage - 1]) < log_acceptance {
            return Ok(Transition {
                stage: u8::try_from(stage).unwrap_or(u8::MAX),
                log_density: path.log_densities[stage],
            });
        }
    }
    Ok(Transition { stage: 0, log_density: current })
}

/// Whether the reversed path cannot be proposed, whatever the density at the proposal.
#[inline]
fn out_of_reach(kernels: &[Kernel], path: &Path, stage: usize) -> bool {
    (1..stage).any(|between| {
        let kernel = &kernels[stage - between - 1];
        kernel.log_density(path.point(stage), path.point(between)) == f64::NEG_INFINITY
    })
}

/// Flows and probabilities of all parts of the path that end or start at `stage`, shortest first.
#[inline]
fn extend(kernels: &[Kernel], path: &mut Path, stage: usize) {
    for other in (0..stage).rev() {
        let (there, back) = (path.pair(other, stage), path.pair(stage, other));
        let next_to_each_other = other + 1 == stage;
        path.flows[there] =
            if next_to_each_other { 0.0 } else { path.flow(kernels, other, stage - 1) };
        path.flows[back] =
            if next_to_each_other { 0.0 } else { path.flow(kernels, stage, other + 1) };
        path.log_acceptances[there] = path.acceptance(other, stage);
        path.log_acceptances[back] = path.acceptance(stage, other);
    }
}

/// ln(1 - e^x) for x <= 0, stable at both ends; 0 at negative infinity (Maechler 2012).
#[inline]
fn log_one_minus_exp(x: f64) -> f64 {
    if x > -std::f64::consts::LN_2 {
        libm::log(-libm::expm1(x))
    } else {
        libm::log1p(-libm::exp(x))
    }
}

#[cfg(test)]
mod tests {
    use super::{Path, Transition, delayed_rejection_step, log_one_minus_exp};
    use crate::Kernel;

    #[test]
    fn log_one_minus_exp_is_stable_at_both_ends() {
        assert_eq!(log_one_minus_exp(f64::NEG_INFINITY), 0.0);
        assert_eq!(log_one_minus_exp(0.0), f64::NEG_INFINITY);
        // 1 - e^-1e-20 = 1e-20 and ln(1 - e^-50) = -e^-50, both to all digits
        approx::assert_relative_eq!(log_one_minus_exp(-1e-20), libm::log(1e-20), epsilon = 1e-14);
        approx::assert_relative_eq!(log_one_minus_exp(-50.0), -libm::exp(-50.0));
        for x in [-0.1, -0.693, -0.694, -3.0] {
            let naive = libm::log(1.0 - libm::exp(x));
            approx::assert_relative_eq!(log_one_minus_exp(x), naive, max_relative = 1e-14);
        }
    }

    /// The closure should not return NaN; if it does, nothing is accepted and nothing is NaN.
    #[test]
    fn nan_is_never_accepted() {
        let nan = f64::NAN;
        let kernels = [1.0, 1.0, 1.0].map(|width| Kernel::uniform_box([width]).unwrap());
        for values in [[nan, nan, nan], [-1.0, nan, nan], [f64::NEG_INFINITY, nan, -1e3]] {
            let mut path = Path::new(3, 1);
            path.points.copy_from_slice(&[0.0, 1.0, 0.5, 0.2]);
            let mut values = values.into_iter();
            let density = |_: &[f64]| values.next().ok_or(());
            let step =
                delayed_rejection_step(&kernels, &mut path, 0.0, &[0.999, 0.0, 0.9], density);
            let Ok(Transition { stage, log_density }) = step else {
                panic!("asked more than three times")
            };
            assert_eq!((stage, log_density), (0, 0.0));
            assert!((1..=3).all(|stage| path.log_acceptance(stage) <= 0.0));
            assert_eq!(path.log_acceptance(2), f64::NEG_INFINITY);
        }
    }
}
