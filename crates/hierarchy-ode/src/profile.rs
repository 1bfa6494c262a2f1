//! Profile likelihoods: the least misfit over the other seven rates, along one rate.
//!
//! Where the profile is flat the data say nothing about the rate; where it rises by the wanted
//! amount on both sides they bound it. The minimum over the others, in a box, is by the
//! Levenberg-Marquardt steps of `numerics`, from the minimum at the neighbouring value: a local
//! minimum, followed from the start that is given.
//! Source: Raue et al., Bioinformatics 25, 1923 (2009).

use crate::{Misfit, OdeError, RateConstants};
use closures::Closure;
use numerics::{Derivatives, Descent, SumOfSquares};
use std::cmp::Ordering;

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
        let descent = Descent {
            bounds: [0.0, largest],
            steps: MOST_STEPS,
            progress: [PROGRESS, LEAST_PROGRESS],
        };
        let others = start.iter().enumerate().filter(|(i, _)| *i != fixed).map(|(_, k)| *k);
        let mut along = Along { misfit: self, fixed, value: start[fixed] };
        let found = accept(descent.minimize(&mut along, others.collect()))?;
        Ok(found.map(|found| (along.rates(&found.point), found.value, found.converged)))
    }
}

/// J as a function of the rates but one.
struct Along<'a, 'm, C> {
    misfit: &'a Misfit<'m, C>,
    fixed: usize,
    value: f64,
}

impl<C> Along<'_, '_, C> {
    /// All eight rates.
    fn rates(&self, others: &[f64]) -> [f64; 8] {
        std::array::from_fn(|i| match i.cmp(&self.fixed) {
            Ordering::Less => others[i],
            Ordering::Equal => self.value,
            Ordering::Greater => others[i - 1],
        })
    }
}

impl<C: Closure> SumOfSquares for Along<'_, '_, C> {
    type Error = OdeError;

    fn value(&mut self, others: &[f64]) -> Result<f64, OdeError> {
        self.misfit.evaluate(&RateConstants::from_array(self.rates(others))?)
    }

    fn derivatives(&mut self, others: &[f64]) -> Result<Option<Derivatives>, OdeError> {
        let rates = RateConstants::from_array(self.rates(others))?;
        let Some(slope) = accept(self.misfit.slope(&rates))? else { return Ok(None) };
        let free = |all: &[f64; 8]| -> Vec<f64> {
            (0..8).filter(|i| *i != self.fixed).map(|i| all[i]).collect()
        };
        let rows = (0..8).filter(|i| *i != self.fixed).map(|i| free(&slope.curvature[i]));
        Ok(Some(Derivatives { gradient: free(&slope.gradient), curvature: rows.collect() }))
    }

    fn turns_back(&self, error: &OdeError) -> bool {
        error.rejection().is_some()
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
