//! Coordinates of the rates in which what is determined is apart from what is not seen.
//!
//! K = V c with V orthogonal: the first coordinates, as many as the rank, are what a trajectory
//! determines, the others move K along directions that it cannot see. |det V| = 1, so that a
//! density of K is the same function of c. Where the unseen directions are exactly flat
//! ([`Identifiability::is_exact`](crate::Identifiability::is_exact)) the likelihood is constant in
//! the others, and their posterior is the prior, conditional on the first.

use crate::OdeError;
use numerics::dot;

/// The linear map between the rates and their coordinates, from
/// [`Identifiability::coordinates`](crate::Identifiability::coordinates).
#[derive(Clone, Debug, PartialEq)]
pub struct IdentifiableCoordinates {
    directions: [[f64; 8]; 8],
    rank: usize,
}

impl IdentifiableCoordinates {
    pub(crate) fn new(directions: [[f64; 8]; 8], rank: usize) -> IdentifiableCoordinates {
        IdentifiableCoordinates { directions, rank }
    }

    /// How many coordinates, the first, are determined.
    pub const fn rank(&self) -> usize {
        self.rank
    }

    /// The coordinates of these rates, in 1/time: [`rank`](Self::rank) determined ones, then those
    /// that are not seen.
    pub fn of_rates(&self, rates: &[f64; 8]) -> [f64; 8] {
        self.directions.map(|direction| dot(&direction, rates))
    }

    /// The rates at these coordinates. They may be negative: the prior decides.
    pub fn to_rates(&self, coordinates: &[f64; 8]) -> [f64; 8] {
        std::array::from_fn(|i| (0..8).map(|j| coordinates[j] * self.directions[j][i]).sum())
    }

    /// Of each rate, the part of its variance under a prior with equal, independent variances that
    /// lies in unseen directions: 0 for a rate that is determined, 1 for one that is not seen.
    pub fn unseen_shares(&self) -> [f64; 8] {
        let unseen = &self.directions[self.rank..];
        std::array::from_fn(|i| unseen.iter().map(|direction| direction[i].powi(2)).sum())
    }

    /// Of each rate, the part of its spread (variance) over these draws of a posterior that is the
    /// prior's alone: what is left after the best linear prediction from the determined
    /// coordinates. 0 for a rate that the data determine, whatever their noise; 1 where the data say
    /// nothing. A rate that does not vary has 0.
    ///
    /// # Errors
    /// [`OdeError::TooFewSamples`] unless there are more draws than determined coordinates plus 1;
    /// [`OdeError::InvalidValue`] for a draw that is not finite.
    pub fn prior_shares(&self, draws: &[[f64; 8]]) -> Result<[f64; 8], OdeError> {
        if draws.len() <= self.rank + 1 {
            return Err(OdeError::TooFewSamples { samples: draws.len() });
        }
        for entry in draws.as_flattened() {
            OdeError::check_finite("draw", *entry)?;
        }
        let count = draws.len() as f64;
        let centre: [f64; 8] =
            std::array::from_fn(|i| draws.iter().map(|draw| draw[i]).sum::<f64>() / count);
        let centred: Vec<[f64; 8]> =
            draws.iter().map(|draw| std::array::from_fn(|i| draw[i] - centre[i])).collect();
        let determined: Vec<Vec<f64>> = self.directions[..self.rank]
            .iter()
            .map(|direction| centred.iter().map(|draw| dot(direction, draw)).collect())
            .collect();
        // orthogonal predictors, by Gram and Schmidt, twice for rounding
        let mut predictors: Vec<Vec<f64>> = Vec::with_capacity(self.rank);
        for mut column in determined {
            let before = dot(&column, &column);
            for _ in 0..2 {
                predictors.iter().for_each(|predictor| remove(&mut column, predictor));
            }
            let after = dot(&column, &column);
            if after > 1e-24 * before {
                column.iter_mut().for_each(|value| *value /= after.sqrt());
                predictors.push(column);
            }
        }
        Ok(std::array::from_fn(|i| {
            let mut column: Vec<f64> = centred.iter().map(|draw| draw[i]).collect();
            let before = dot(&column, &column);
            predictors.iter().for_each(|predictor| remove(&mut column, predictor));
            let rounding = count * (1e-14 * centre[i]).powi(2);
            if before <= rounding { 0.0 } else { dot(&column, &column) / before }
        }))
    }
}

/// Takes the part along a unit vector away.
fn remove(column: &mut [f64], unit: &[f64]) {
    let part = dot(column, unit);
    column.iter_mut().zip(unit).for_each(|(value, unit)| *value -= part * unit);
}
