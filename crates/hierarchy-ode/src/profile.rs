//! Profile likelihoods: the least misfit over the other seven rates, along one rate.
//!
//! Where the profile is flat the data say nothing about the rate; where it rises by the wanted
//! amount on both sides they bound it. The minimum over the others, in a box, is by Levenberg's and
//! Marquardt's damped Gauss-Newton steps on the rates that do not press against a wall, from the
//! minimum at the neighbouring value: a local minimum, followed from the start that is given.
//! Sources: Raue et al., Bioinformatics 25, 1923 (2009); Marquardt, J. SIAM 11, 431 (1963).

use crate::gradient::MisfitSlope;
use crate::{Misfit, OdeError, RateConstants};
use closures::Closure;
use numerics::Cholesky;

/// Tolerances of the trajectories whose misfits are compared.
const RTOL: f64 = 1e-10;
const ATOL: f64 = 1e-13;
/// Largest number of steps for one value.
const MOST_STEPS: usize = 200;
/// A step that lowers J by less than this part of it, and by less than this, in (concentration)^2,
/// is the last.
const PROGRESS: f64 = 1e-9;
const LEAST_PROGRESS: f64 = 1e-20;

/// One value of the rate with the least misfit there.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct ProfilePoint {
    /// The value of the rate, in 1/time.
    pub value: f64,
    /// The rates of least misfit and that misfit J; `None` where no start led to a trajectory.
    pub best: Option<(RateConstants, f64)>,
    /// Whether the minimum was reached; if not, more steps would lower J.
    pub converged: bool,
}

/// The least misfit along one rate.
#[derive(Clone, Debug, PartialEq)]
pub struct RateProfile {
    number: usize,
    points: Vec<ProfilePoint>,
}

impl RateProfile {
    /// Which rate, 1 to 8.
    pub const fn number(&self) -> usize {
        self.number
    }

    /// In increasing order of the rate.
    pub fn points(&self) -> &[ProfilePoint] {
        &self.points
    }

    /// The least misfit of all.
    pub fn least(&self) -> Option<f64> {
        let misfits = self.points.iter().filter_map(|point| point.best.map(|(_, misfit)| misfit));
        misfits.min_by(f64::total_cmp)
    }

    /// The values between which the misfit is above its least by no more than `rise`, by straight
    /// lines between the points; on a side where it never rises as much, `None`: there the data do
    /// not bound the rate within the values that were tried. Values without a trajectory bound it.
    ///
    /// With the noise variance v, 1.92 v is the rise for 95 % (Raue et al. 2009).
    ///
    /// # Errors
    /// [`OdeError::InvalidValue`] unless `rise` is finite and positive.
    pub fn bounds(&self, rise: f64) -> Result<[Option<f64>; 2], OdeError> {
        let rise = OdeError::check_positive("rise", rise, false)?;
        let Some(least) = self.least() else { return Ok([None, None]) };
        let level = least + rise;
        let misfit = |point: &ProfilePoint| point.best.map_or(f64::INFINITY, |(_, misfit)| misfit);
        let best = self.points.iter().position(|point| misfit(point) == least).unwrap_or(0);
        let crossing = |inside: &ProfilePoint, outside: &ProfilePoint| {
            let part = (level - misfit(inside)) / (misfit(outside) - misfit(inside));
            inside.value + part * (outside.value - inside.value)
        };
        let below = (1..=best).rev().find(|&i| misfit(&self.points[i - 1]) > level);
        let above = (best + 1..self.points.len()).find(|&i| misfit(&self.points[i]) > level);
        Ok([
            below.map(|i| crossing(&self.points[i], &self.points[i - 1])),
            above.map(|i| crossing(&self.points[i - 1], &self.points[i])),
        ])
    }
}

impl<C: Closure> Misfit<'_, C> {
    /// The profile along k`number` at `values` (finite, strictly increasing, 0 to `largest`): at
    /// each the least misfit over the other seven rates in 0 to `largest`, followed from `best`,
    /// which should be a good fit.
    ///
    /// # Errors
    /// [`OdeError::InvalidValue`] for a number, a value or a largest rate outside its range, or a
    /// `best` outside the box; what [`evaluate`](Self::evaluate) says at `best`.
    pub fn profile(
        &self,
        number: usize,
        values: &[f64],
        best: &RateConstants,
        largest: f64,
    ) -> Result<RateProfile, OdeError> {
        let largest = OdeError::check_positive("largest rate", largest, false)?;
        if !(1..=8).contains(&number) {
            let value = number as f64;
            return Err(OdeError::InvalidValue { name: "rate number", value, allowed: "1 to 8" });
        }
        let mut previous = -1.0;
        for &value in values {
            if !(value >= 0.0 && value <= largest && value > previous) {
                let allowed = "increasing, from 0 to the largest rate";
                return Err(OdeError::InvalidValue { name: "profile value", value, allowed });
            }
            previous = value;
        }
        if let Some(&value) = best.as_array().iter().find(|k| **k > largest) {
            let allowed = "at most the largest rate";
            return Err(OdeError::InvalidValue { name: "best rate", value, allowed });
        }
        let model = self.model().at_tolerances(RTOL, ATOL);
        let misfit = self.with_model(&model);
        misfit.evaluate(best)?;
        let fixed = number - 1;
        // outwards from the value of the start, in both directions
        let middle = values.partition_point(|value| *value < best.as_array()[fixed]);
        let mut points = Vec::with_capacity(values.len());
        let mut start = *best.as_array();
        for &value in values[..middle].iter().rev() {
            points.push(misfit.profile_point(fixed, value, &mut start, best, largest)?);
        }
        points.reverse();
        let mut start = *best.as_array();
        for &value in &values[middle..] {
            points.push(misfit.profile_point(fixed, value, &mut start, best, largest)?);
        }
        Ok(RateProfile { number, points })
    }

    /// The minimum at one value from the neighbour's, or else from the first start.
    fn profile_point(
        &self,
        fixed: usize,
        value: f64,
        start: &mut [f64; 8],
        best: &RateConstants,
        largest: f64,
    ) -> Result<ProfilePoint, OdeError> {
        for mut from in [*start, *best.as_array()] {
            from[fixed] = value;
            if let Some((rates, misfit, converged)) = self.descend(fixed, from, largest)? {
                *start = rates;
                let rates = RateConstants::from_array(rates)?;
                return Ok(ProfilePoint { value, best: Some((rates, misfit)), converged });
            }
        }
        Ok(ProfilePoint { value, best: None, converged: false })
    }

    /// The rates and J at the minimum, and whether it is one; `None` if the start has no
    /// trajectory.
    fn descend(
        &self,
        fixed: usize,
        start: [f64; 8],
        largest: f64,
    ) -> Result<Option<([f64; 8], f64, bool)>, OdeError> {
        let value = |rates: [f64; 8]| {
            accept(RateConstants::from_array(rates).and_then(|rates| self.evaluate(&rates)))
        };
        let mut rates = start;
        let Some(mut misfit) = value(rates)? else { return Ok(None) };
        let mut damping = 1e-4;
        for _ in 0..MOST_STEPS {
            let Some(slope) = accept(self.slope(&RateConstants::from_array(rates)?))? else {
                return Ok(Some((rates, misfit, false)));
            };
            let before = misfit;
            loop {
                let trial = step(&slope, &rates, fixed, largest, damping);
                if trial == rates {
                    return Ok(Some((rates, misfit, true)));
                }
                match value(trial)? {
                    Some(lower) if lower < misfit => {
                        (rates, misfit) = (trial, lower);
                        damping = (0.1 * damping).max(1e-12);
                        break;
                    }
                    _ => damping *= 8.0,
                }
                if damping > 1e12 {
                    return Ok(Some((rates, misfit, true)));
                }
            }
            if before - misfit <= PROGRESS * before + LEAST_PROGRESS {
                return Ok(Some((rates, misfit, true)));
            }
        }
        Ok(Some((rates, misfit, false)))
    }
}

/// The value, or `None` for what rejects a point.
fn accept<T>(outcome: Result<T, OdeError>) -> Result<Option<T>, OdeError> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.rejection().is_some() => Ok(None),
        Err(error) => Err(error),
    }
}

/// A damped Gauss-Newton step of the rates that are free, held to the box.
fn step(
    slope: &MisfitSlope,
    rates: &[f64; 8],
    fixed: usize,
    largest: f64,
    damping: f64,
) -> [f64; 8] {
    let MisfitSlope { gradient, curvature, .. } = slope;
    let presses = |i: usize| {
        rates[i] <= 0.0 && gradient[i] >= 0.0 || rates[i] >= largest && gradient[i] <= 0.0
    };
    let free: Vec<usize> = (0..8).filter(|&i| i != fixed && !presses(i)).collect();
    let strongest = free.iter().map(|&i| curvature[i][i]).fold(0.0, f64::max);
    // damped by each rate's own curvature, and a little where it has none
    let entry = |row: usize, column: usize| {
        let (i, j) = (free[row], free[column]);
        let extra = damping * (curvature[i][i] + 1e-9 * strongest);
        curvature[i][j] + if i == j { extra } else { 0.0 }
    };
    let mut trial = *rates;
    if let Some(factor) = Cholesky::of(free.len(), entry, 0.0) {
        let mut change: Vec<f64> = free.iter().map(|&i| -gradient[i]).collect();
        factor.solve(&mut change);
        for (&i, change) in free.iter().zip(change) {
            trial[i] = (rates[i] + change).clamp(0.0, largest);
        }
    }
    trial
}
