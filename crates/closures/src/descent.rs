//! Least squares for one type: the error (15) as a function of the powers, and its descent.
//!
//! With L the logarithms of the concentrations at a sample, w its trapezoid weight, d its data and
//! c the share, J(p) = sum of w (c exp(L . p) - d)^2 / 2. Gradient and Hessian are exact:
//! sum of w (f - d) f L and sum of w f (2 f - d) L L', f = c exp(L . p).
//! Each step minimises the quadratic model within a box around the point, exactly
//! ([`Polytope::minimize`]); the box grows and shrinks with the model's success (trust region:
//! Conn, Gould, Toint, Trust-Region Methods, SIAM 2000, chapters 6 and 12).

use crate::quadratic::{Matrix, Polytope, Vector, dot, quadratic};

/// One sample at which the closure does not vanish.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sample {
    /// Logarithms of the concentrations; 0 where the type has no such exponent.
    pub(crate) logarithms: Vector,
    /// Weight of this time in the integral.
    pub(crate) weight: f64,
    /// The triplet's concentration, ordered, per shape.
    pub(crate) data: f64,
}

/// The error of one type as a function of its powers.
#[derive(Clone, Debug)]
pub(crate) struct Objective {
    /// Samples at which the closure does not vanish.
    pub(crate) samples: Vec<Sample>,
    /// The constant in front of the closure.
    pub(crate) share: f64,
    /// The error at the samples where the closure is 0 for all allowed powers.
    pub(crate) constant: f64,
}

struct Derivatives {
    gradient: Vector,
    hessian: Matrix,
    /// Whether every sample adds to the curvature.
    convex: bool,
}

/// An end of a descent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Minimum {
    pub(crate) powers: Vector,
    pub(crate) error: f64,
}

const MAX_STEPS: usize = 200;
/// A descent this near to a known minimum, relative in its predictions, ends there.
const SAME_BASIN: f64 = 1e-3;

impl Objective {
    /// J of eq. (15) at these powers; not finite where a power overflows.
    pub(crate) fn error(&self, powers: &Vector) -> f64 {
        let squares = self.samples.iter().map(|sample| {
            let residual = self.prediction(sample, powers) - sample.data;
            sample.weight * residual * residual
        });
        self.constant + 0.5 * squares.sum::<f64>()
    }

    /// The closure's value at a sample.
    pub(crate) fn prediction(&self, sample: &Sample, powers: &Vector) -> f64 {
        self.share * libm::exp(dot(&sample.logarithms, powers))
    }

    /// Whether a point predicts what a minimum does, to a thousandth, at about its error.
    fn leads_to(&self, point: &Minimum, minimum: &Minimum) -> bool {
        let step = std::array::from_fn(|k| point.powers[k] - minimum.powers[k]);
        (point.error - minimum.error).abs() <= SAME_BASIN * minimum.error
            && self.samples.iter().all(|s| dot(&s.logarithms, &step).abs() <= SAME_BASIN)
    }

    fn derivatives(&self, powers: &Vector) -> Derivatives {
        let mut gradient = [0.0; 4];
        let mut hessian = [[0.0; 4]; 4];
        let mut convex = true;
        for sample in &self.samples {
            let value = self.prediction(sample, powers);
            let slope = sample.weight * (value - sample.data) * value;
            let curvature = sample.weight * value * (2.0 * value - sample.data);
            convex &= curvature >= 0.0;
            for (i, log) in sample.logarithms.into_iter().enumerate() {
                gradient[i] += slope * log;
                for (entry, other) in hessian[i].iter_mut().zip(&sample.logarithms) {
                    *entry += curvature * log * other;
                }
            }
        }
        Derivatives { gradient, hessian, convex }
    }

    /// Goes down from `start`, a point of the polytope, to a local minimum on it; `None` if the
    /// error is not finite at the start, or the way leads to one of those `known`.
    pub(crate) fn descend(
        &self,
        start: Vector,
        polytope: &Polytope,
        known: &[Minimum],
    ) -> Option<Minimum> {
        let mut here = Minimum { powers: start, error: self.error(&start) };
        if !here.error.is_finite() {
            return None;
        }
        let size: f64 = self.samples.iter().map(|s| s.weight * s.data * s.data).sum();
        let mut radius = 0.5;
        let mut derivatives = self.derivatives(&here.powers);
        for _ in 0..MAX_STEPS {
            let Derivatives { gradient, hessian, convex } = &derivatives;
            // the model is centred at the point: H (x - p) + g = H x + (g - H p)
            let linear: Vector =
                std::array::from_fn(|k| gradient[k] - dot(&hessian[k], &here.powers));
            let region = polytope.around(&here.powers, radius);
            let next = if *convex {
                region.minimize_convex(hessian, &linear)
            } else {
                region.minimize(hessian, &linear)
            };
            let Some(next) = next else { break };
            // by the step itself: the difference of the model's values is rounding near a minimum
            let step: Vector = std::array::from_fn(|k| next[k] - here.powers[k]);
            let promised = -quadratic(hessian, gradient, &step);
            // below this a decrease is rounding: of the error itself, and of its terms
            let rounding = 1e-14 * here.error + 1e-15 * (here.error * size).sqrt();
            if promised.is_nan() || promised <= rounding || radius < 1e-12 {
                break;
            }
            let error = self.error(&next);
            let kept = (here.error - error) / promised;
            if error < here.error {
                here = Minimum { powers: next, error };
                if known.iter().any(|minimum| self.leads_to(&here, minimum)) {
                    return None;
                }
                derivatives = self.derivatives(&here.powers);
            }
            if kept > 0.75 {
                radius = (2.0 * radius).min(8.0);
            } else if kept.is_nan() || kept < 0.25 {
                radius *= 0.25;
            }
        }
        Some(here)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn objective() -> Objective {
        let sample = |i: i32| {
            let t = f64::from(i) / 10.0;
            let concentrations = [0.2 + 0.1 * t, 0.3 - 0.1 * t, 0.5, 0.4];
            Sample {
                logarithms: concentrations.map(libm::log),
                weight: 0.1,
                data: 0.1 + 0.05 * t * t,
            }
        };
        Objective { samples: (0..11).map(sample).collect(), share: 0.4, constant: 1e-3 }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: proptest::test_runner::RngSeed::Fixed(5),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn gradient_and_hessian_are_those_of_central_differences(
            powers in prop::array::uniform4(-1.5..1.5_f64)
        ) {
            let objective = objective();
            let Derivatives { gradient, hessian, .. } = objective.derivatives(&powers);
            let step = 1e-5;
            for k in 0..4 {
                let (mut up, mut down) = (powers, powers);
                up[k] += step;
                down[k] -= step;
                let slope = (objective.error(&up) - objective.error(&down)) / (2.0 * step);
                let scale = gradient[k].abs().max(1.0);
                prop_assert!((slope - gradient[k]).abs() < 1e-7 * scale, "{slope} {}", gradient[k]);
                let (above, below) = (objective.derivatives(&up), objective.derivatives(&down));
                for (bend, (up, down)) in
                    hessian[k].iter().zip(above.gradient.iter().zip(&below.gradient))
                {
                    let difference = (up - down) / (2.0 * step);
                    prop_assert!((bend - difference).abs() < 1e-6 * bend.abs().max(1.0));
                }
            }
        }
    }
}
