//! alpha1 and alpha2 of the sparse approximation by least squares over the closed form (29).
//!
//! With r = alpha1 + alpha2 and d = alpha1 - alpha2, C+- and C++ + C-- depend on r alone and
//! C++ - C-- is linear in d. The best d for each r is explicit (variable projection: Golub and
//! Pereyra 1973), and what is left is a function of one number. It is scanned over all scales that
//! the sample times can tell apart, and every minimum is polished with analytic derivatives.
//! Source of the problem: Ahmadi, Foster, Protas 2022, eqs. (17), (29) and section VII.

use crate::misfit::Samples;
use crate::{OdeError, SparseSolution};
use cluster_stats::Trajectory;

/// The global minimum of the misfit J (17), alpha = 0, over (29), with its curvature.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SparseFit {
    solution: SparseSolution,
    misfit: f64,
    curvature: Curvature,
}

/// Second derivatives of J at the minimum.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Curvature {
    /// d2J/d(alpha1, alpha2)2
    Published([[f64; 2]; 2]),
    /// d2J/dalpha2
    Conserving(f64),
}

impl SparseFit {
    /// Fits the published system: alpha1 and alpha2 free (1/time, any sign). C(0) is the first
    /// sample, integrals are trapezoids on the sample times, divided by the duration. The formula (29) is fitted as it is:
    /// ask [`SparseSolution::exit`] whether the fit stays in the possible region.
    ///
    /// # Errors
    /// [`OdeError::TooFewSamples`] under two samples, [`OdeError::NoUnlikePairs`],
    /// [`OdeError::NoMinimum`], [`OdeError::ImpossibleStart`], [`OdeError::StartSum`].
    pub fn published(data: &Trajectory) -> Result<SparseFit, OdeError> {
        let (problem, r) = Problem::minimize(data, true)?;
        let d = problem.best_difference(r);
        let Derivatives { misfit, rr, rd, dd, .. } = problem.derivatives(r, d);
        Ok(SparseFit {
            solution: SparseSolution::new(0.5 * (r + d), 0.5 * (r - d), problem.samples.pairs[0])?,
            misfit,
            curvature: Curvature::Published([
                [rr + 2.0 * rd + dd, rr - dd],
                [rr - dd, rr - 2.0 * rd + dd],
            ]),
        })
    }

    /// Fits the composition-conserving system: alpha1 = alpha2 = alpha.
    ///
    /// # Errors
    /// As [`published`](Self::published).
    pub fn conserving(data: &Trajectory) -> Result<SparseFit, OdeError> {
        let (problem, r) = Problem::minimize(data, false)?;
        let Derivatives { misfit, rr, .. } = problem.derivatives(r, 0.0);
        Ok(SparseFit {
            solution: SparseSolution::conserving(0.5 * r, problem.samples.pairs[0])?,
            misfit,
            curvature: Curvature::Conserving(4.0 * rr),
        })
    }

    /// \[alpha1, alpha2\] at the minimum, in 1/time.
    pub fn alphas(&self) -> [f64; 2] {
        self.solution.alphas()
    }

    /// The fitted trajectory; its time 0 is the first sample's.
    pub fn solution(&self) -> &SparseSolution {
        &self.solution
    }

    /// J at the minimum, in (concentration)^2, per unit of the data's duration.
    pub fn misfit(&self) -> f64 {
        self.misfit
    }

    /// The covariance of (alpha1, alpha2) for the likelihood exp(-J / `noise_variance`), from the
    /// curvature of J at the minimum (Laplace's approximation); all four entries are the variance
    /// of alpha in the conserving system. Standard errors are the roots of the diagonal.
    ///
    /// # Errors
    /// [`OdeError::InvalidValue`] unless the variance is finite and positive.
    pub fn covariance(&self, noise_variance: f64) -> Result<[[f64; 2]; 2], OdeError> {
        let variance = OdeError::check_positive("noise variance", noise_variance, false)?;
        Ok(match self.curvature {
            Curvature::Conserving(second) => [[variance / second; 2]; 2],
            Curvature::Published([[a, b], [_, c]]) => {
                let scale = variance / (a * c - b * b);
                [[c * scale, -b * scale], [-b * scale, a * scale]]
            }
        })
    }
}

/// J over (r, d), or over r with d = 0.
struct Problem {
    samples: Samples,
    free_difference: bool,
}

/// J and its derivatives with respect to r and d.
struct Derivatives {
    misfit: f64,
    r: f64,
    rr: f64,
    rd: f64,
    dd: f64,
}

impl Problem {
    /// The problem and the r of its global minimum.
    fn minimize(data: &Trajectory, free_difference: bool) -> Result<(Problem, f64), OdeError> {
        let samples = Samples::new(data)?;
        if samples.pairs[0].plus_minus <= 0.0 {
            return Err(OdeError::NoUnlikePairs);
        }
        let problem = Problem { samples, free_difference };
        let grid = problem.grid();
        let slopes: Vec<f64> = grid.iter().map(|&r| problem.slope(r)).collect();
        let minima = (1..grid.len())
            .filter(|&i| slopes[i - 1] < 0.0 && slopes[i] >= 0.0)
            .map(|i| problem.polish(grid[i - 1], grid[i]));
        let reduced = |r: f64| problem.derivatives(r, problem.best_difference(r)).misfit;
        let far = grid[grid.len() - 1];
        match minima.min_by(|a, b| reduced(*a).total_cmp(&reduced(*b))) {
            Some(r) if reduced(r) <= reduced(far) => Ok((problem, r)),
            _ => Err(OdeError::NoMinimum { sum: far }),
        }
    }

    /// Values of r between those where e^{-rt} is 0 from the second sample on and those where it
    /// nears overflow at the last, spaced evenly around 0 and by ratio far away.
    fn grid(&self) -> Vec<f64> {
        let times = &self.samples.times;
        let span = times[times.len() - 1] - times[0];
        let fastest = 40.0 / (times[1] - times[0]);
        let from = -libm::asinh(fastest.min(300.0 / span) * span);
        let to = libm::asinh(fastest * span);
        let steps = 40.0 * (to - from);
        (0..=steps as usize)
            .map(|i| libm::sinh(from + (to - from) * i as f64 / steps) / span)
            .collect()
    }

    /// dJ/dr with the best d; that d's own change does not matter, because dJ/dd = 0 there.
    fn slope(&self, r: f64) -> f64 {
        self.derivatives(r, self.best_difference(r)).r
    }

    /// The root of the slope between a place where it is negative and one where it is not: Newton
    /// steps, halving the bracket where they leave it.
    fn polish(&self, mut below: f64, mut above: f64) -> f64 {
        let mut r = 0.5 * (below + above);
        for _ in 0..200 {
            let at = self.derivatives(r, self.best_difference(r));
            if at.r < 0.0 {
                below = r
            } else {
                above = r
            }
            let curvature = at.rr - if self.free_difference { at.rd * at.rd / at.dd } else { 0.0 };
            let newton = r - at.r / curvature;
            let inside = newton > below && newton < above;
            let next = if inside { newton } else { 0.5 * (below + above) };
            if next == r || next <= below || next >= above {
                break;
            }
            r = next;
        }
        r
    }

    /// The d that minimises J for this r.
    fn best_difference(&self, r: f64) -> f64 {
        if !self.free_difference {
            return 0.0;
        }
        let Samples { times, weights, pairs } = &self.samples;
        let (mut above, mut below) = (0.0, 0.0);
        for ((time, weight), now) in times.iter().zip(weights).zip(pairs) {
            let [h, ..] = exponential_integrals(r, time - times[0]);
            above += weight * h * (difference(now) - difference(&pairs[0]));
            below += weight * h * h;
        }
        above / (2.0 * pairs[0].plus_minus * below)
    }

    /// || ||^2 over (C++, C--, C+-) is that over C+- plus half of those over C++ + C-- and
    /// C++ - C--.
    fn derivatives(&self, r: f64, d: f64) -> Derivatives {
        let Samples { times, weights, pairs } = &self.samples;
        let m = pairs[0].plus_minus;
        let mut total = Derivatives { misfit: 0.0, r: 0.0, rr: 0.0, rd: 0.0, dd: 0.0 };
        for ((time, weight), now) in times.iter().zip(weights).zip(pairs) {
            let t = time - times[0];
            let [h, h_r, h_rr] = exponential_integrals(r, t);
            let decay = libm::exp(-r * t);
            let unlike = m * decay - now.plus_minus;
            let (unlike_r, unlike_rr) = (-m * t * decay, m * t * t * decay);
            let like = 2.0 * m * r * h - (sum(now) - sum(&pairs[0]));
            let (like_r, like_rr) = (-2.0 * unlike_r, -2.0 * unlike_rr);
            let apart = 2.0 * d * m * h - (difference(now) - difference(&pairs[0]));
            let (apart_r, apart_rr) = (2.0 * d * m * h_r, 2.0 * d * m * h_rr);
            let (apart_d, apart_rd) = (2.0 * m * h, 2.0 * m * h_r);
            total.misfit += 0.5 * weight * (unlike * unlike + 0.5 * (like * like + apart * apart));
            total.r += weight * (unlike * unlike_r + 0.5 * (like * like_r + apart * apart_r));
            total.rr += weight
                * (unlike_r * unlike_r
                    + unlike * unlike_rr
                    + 0.5 * (like_r * like_r + like * like_rr)
                    + 0.5 * (apart_r * apart_r + apart * apart_rr));
            total.rd += 0.5 * weight * (apart_r * apart_d + apart * apart_rd);
            total.dd += 0.5 * weight * apart_d * apart_d;
        }
        total
    }
}

fn sum(pairs: &cluster_stats::PairConcentrations) -> f64 {
    pairs.plus_plus + pairs.minus_minus
}

fn difference(pairs: &cluster_stats::PairConcentrations) -> f64 {
    pairs.plus_plus - pairs.minus_minus
}

/// h = int_0^t e^{-rs} ds and its first two derivatives with respect to r.
fn exponential_integrals(r: f64, t: f64) -> [f64; 3] {
    let x = r * t;
    // int_0^1 u^n e^{-xu} du for n = 0, 1, 2
    let [i0, i1, i2] = if x.abs() < 1.0 {
        // the recurrence below cancels near 0; 20 terms reach rounding
        let mut term = 1.0;
        let mut sums = [0.0; 3];
        for k in 0..20 {
            for (n, sum) in sums.iter_mut().enumerate() {
                *sum += term / (k + n + 1) as f64;
            }
            term *= -x / (k + 1) as f64;
        }
        sums
    } else {
        let decay = libm::exp(-x);
        let i0 = -libm::expm1(-x) / x;
        let i1 = (i0 - decay) / x;
        [i0, i1, (2.0 * i1 - decay) / x]
    };
    [t * i0, -t * t * i1, t * t * t * i2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exponential_integrals_are_those_of_a_fine_quadrature() {
        for x in [-30.0, -3.0, -1.0, -0.99, -1e-5, 0.0, 1e-9, 0.3, 0.999, 1.0, 2.5, 40.0] {
            let t = 0.7;
            let r = x / t;
            // Gauss-Legendre, 3 nodes on each of 2000 intervals
            let node = 0.6_f64.sqrt();
            let quadrature = |power: i32| -> f64 {
                let width = t / 2000.0;
                (0..2000)
                    .flat_map(|i| {
                        [(-node, 5.0 / 18.0), (0.0, 4.0 / 9.0), (node, 5.0 / 18.0)]
                            .map(|(u, w)| (width * (i as f64 + 0.5 + 0.5 * u), w * width))
                    })
                    .map(|(s, w)| w * (-s).powi(power) * libm::exp(-r * s))
                    .sum()
            };
            for (found, power) in exponential_integrals(r, t).into_iter().zip(0..) {
                let expected = quadrature(power);
                assert!((found - expected).abs() < 1e-12 * expected.abs(), "x = {x}, n = {power}");
            }
        }
    }
}
