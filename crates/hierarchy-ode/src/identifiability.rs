//! Which combinations of the rates a trajectory determines, and which it cannot see.
//!
//! The singular values of d(output)/dK tell how strongly the outputs depend on each of eight
//! orthogonal directions in the space of the rates. Two ranks count them.
//! - The numerical rank counts those above a tolerance, relative to the largest: what data without
//!   noise determine.
//! - The rank against noise counts those directions whose standard error is less than the spread of
//!   the prior: what these data determine. If the likelihood is exp(-J/v) with J half the sum of
//!   squared residuals whose derivatives the matrix holds, a direction with singular value s has the
//!   standard error v^1/2 / s (Gauss-Newton), and it is determined if v^1/2 / s < spread, or
//!   s spread / v^1/2 > 1: the derivative by the rates in units of the prior's spread, in units of
//!   the noise, is more than 1. This number has no unit.
//!
//! A direction n is not seen by a trajectory, at any time, if and only
//! if n1 w1 + .. + n4 w4 = 0 and n5 w5 + .. + n8 w8 = 0 all along it (conserving system: the sum of
//! the two), w being the terms of the rates in (5): the variational equations are linear in what
//! drives them. Where that holds for all pairs, the direction is exactly flat for every data set: the rank of
//! the terms as functions of the pairs, the structural rank, bounds that of every trajectory.
//! With the pair approximation w1 and w2 are proportional, and so on: 4 k1 + k2 (k as published)
//! and its like are all that matters, 4 of 8 directions.
//! Source: singular values and identifiability: Vajda, Rabitz, Walter, Lecourtier, Chem. Eng. Comm.
//! 83, 191 (1989).

use crate::combination::{RateCombination, reduced};
use crate::reactions::terms;
use crate::{ClosedModel, IdentifiableCoordinates, Misfit, OdeError, RateConstants};
use closures::Closure;
use cluster_stats::PairConcentrations;
use numerics::{dot, singular};
use std::fmt;

/// A rate is determined alone if no unseen direction moves it by more than this part.
const ALONE: f64 = 1e-6;
/// Parts of a combination outside the determined directions below this are rounding.
const ROUNDING: f64 = 1e-5;
/// Singular values of the terms below this part of the largest count as 0: closures that iterate
/// are right to about this part.
const STRUCTURAL: f64 = 1e-11;

/// What a trajectory tells about the eight rates. `to_string` says it in words.
///
/// ```
/// use closures::{PairApproximation, WithPathShares};
/// use cluster_stats::PairConcentrations;
/// use hierarchy_ode::{ClosedModel, RateConstants};
///
/// let model = ClosedModel::published(WithPathShares(PairApproximation));
/// let rates = RateConstants::from_array([0.9, 0.7, 0.3, 0.4, 0.2, 0.5, 0.6, 0.8])?;
/// let start = PairConcentrations::random_lattice(1.0 / 3.0);
/// let times: Vec<f64> = (0..=60).map(|i| f64::from(i) / 60.0).collect();
/// let found = model.identifiability(&rates, start, &times)?;
/// assert_eq!(found.rank(), 4);
/// assert!(found.to_string().contains("4 k1 + k2 is determined; k1, k2 alone are not"));
/// # Ok::<(), hierarchy_ode::OdeError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Identifiability {
    singular_values: [f64; 8],
    directions: [[f64; 8]; 8],
    tolerance: f64,
    numerical_rank: usize,
    noise: Option<Noise>,
    structural_rank: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Noise {
    /// v of the likelihood exp(-J/v).
    variance: f64,
    /// Standard deviation of the prior along any direction, in 1/time.
    spread: f64,
    rank: usize,
}

impl Identifiability {
    /// Singular values below this part of the largest count as 0 unless said otherwise: the
    /// sensitivities are right to about this part, and directions that cannot matter come out near
    /// 1e-15.
    pub const TOLERANCE: f64 = 1e-9;

    /// Of a matrix d(output)/dK, weighted or not, one row an output, columns k1..k8, such as
    /// [`Sensitivities::matrix`](crate::Sensitivities::matrix).
    ///
    /// # Errors
    /// [`OdeError::InvalidValue`] unless entries are finite, and the tolerance positive too.
    pub fn of_matrix(rows: &[[f64; 8]], tolerance: f64) -> Result<Identifiability, OdeError> {
        let tolerance = OdeError::check_positive("tolerance", tolerance, false)?;
        for entry in rows.as_flattened() {
            OdeError::check_finite("d(output)/dK", *entry)?;
        }
        let (singular_values, directions) = singular(rows);
        let numerical_rank = rank(&singular_values, tolerance);
        Ok(Identifiability {
            singular_values,
            directions,
            tolerance,
            numerical_rank,
            noise: None,
            structural_rank: None,
        })
    }

    /// The same with the rank against noise in place of the numerical one. All that depends on the
    /// rank follows: combinations, null space, coordinates and the text.
    ///
    /// `variance` is the v of the likelihood exp(-J/v): for [`Misfit::identifiability`] that of
    /// [`Misfit::noise_variance`], for [`ClosedModel::identifiability`] the variance of a measured
    /// concentration. `spread` is the standard deviation of the prior of a rate, in 1/time: that of a
    /// uniform prior is its width divided by the root of 12.
    ///
    /// ```
    /// # use closures::PairApproximation;
    /// # use cluster_stats::PairConcentrations;
    /// # use hierarchy_ode::{ClosedModel, RateConstants};
    /// let model = ClosedModel::published(PairApproximation);
    /// let rates = RateConstants::from_array([0.9, 0.7, 0.3, 0.4, 0.2, 0.5, 0.6, 0.8])?;
    /// let start = PairConcentrations::random_lattice(1.0 / 3.0);
    /// let found = model.identifiability(&rates, start, &[0.0, 0.5, 1.0])?;
    /// // rates up to 5, pairs with a standard deviation of 0.1
    /// let seen = found.against_noise(0.01, 5.0 / 12_f64.sqrt())?;
    /// assert_eq!((seen.numerical_rank(), seen.rank()), (4, 2));
    /// # Ok::<(), hierarchy_ode::OdeError>(())
    /// ```
    ///
    /// # Errors
    /// [`OdeError::InvalidValue`] unless both are finite and positive.
    pub fn against_noise(
        mut self,
        variance: f64,
        spread: f64,
    ) -> Result<Identifiability, OdeError> {
        let variance = OdeError::check_positive("noise variance", variance, false)?;
        let spread = OdeError::check_positive("spread of the prior", spread, false)?;
        self.noise = Some(Noise { variance, spread, rank: 0 });
        self.count();
        Ok(self)
    }

    /// The same with another tolerance for the numerical rank.
    ///
    /// # Errors
    /// [`OdeError::InvalidValue`] unless positive and finite.
    pub fn with_tolerance(mut self, tolerance: f64) -> Result<Identifiability, OdeError> {
        self.tolerance = OdeError::check_positive("tolerance", tolerance, false)?;
        self.count();
        Ok(self)
    }

    fn count(&mut self) {
        self.numerical_rank = rank(&self.singular_values, self.tolerance);
        if let Some(Noise { variance, spread, rank }) = &mut self.noise {
            let least = variance.sqrt() / *spread;
            let values = self.singular_values[..self.numerical_rank].iter();
            *rank = values.filter(|value| **value > least).count();
        }
    }

    /// The singular values, largest first, in the unit of the matrix.
    pub const fn singular_values(&self) -> &[f64; 8] {
        &self.singular_values
    }

    /// The direction of each singular value: unit vectors over k1..k8, orthogonal to each other.
    pub const fn directions(&self) -> &[[f64; 8]; 8] {
        &self.directions
    }

    /// How many directions are determined, 0 to 8: against noise after
    /// [`against_noise`](Self::against_noise), or else numerically.
    pub const fn rank(&self) -> usize {
        match self.noise {
            Some(noise) => noise.rank,
            None => self.numerical_rank,
        }
    }

    /// How many singular values are above the tolerance, 0 to 8: the directions that data without
    /// noise determine.
    pub const fn numerical_rank(&self) -> usize {
        self.numerical_rank
    }

    /// The rank against noise, if noise is known.
    pub fn noise_rank(&self) -> Option<usize> {
        self.noise.map(|noise| noise.rank)
    }

    /// \[noise variance, spread of the prior\] as given to [`against_noise`](Self::against_noise).
    pub fn noise(&self) -> Option<[f64; 2]> {
        self.noise.map(|noise| [noise.variance, noise.spread])
    }

    /// The standard error of the rates along each direction, in 1/time: the root of the noise
    /// variance divided by the singular value, infinite where that is 0; if noise is known.
    pub fn standard_errors(&self) -> Option<[f64; 8]> {
        let root = self.noise?.variance.sqrt();
        Some(self.singular_values.map(|value| root / value))
    }

    /// The standard error of a combination of the rates, in 1/time, from the data alone, to first
    /// order. `None` for one that is not determined, or before [`against_noise`](Self::against_noise).
    pub fn standard_error(&self, combination: &RateCombination) -> Option<f64> {
        let errors = self.standard_errors()?;
        let coefficients = combination.coefficients();
        let part = |i: usize| dot(&self.directions[i], coefficients);
        let unseen: f64 = (self.rank()..8).map(|i| part(i).powi(2)).sum();
        if unseen > (ROUNDING * ROUNDING) * dot(coefficients, coefficients) {
            return None;
        }
        let variance: f64 = (0..self.rank()).map(|i| (part(i) * errors[i]).powi(2)).sum();
        Some(variance.sqrt())
    }

    /// The part of the largest singular value below which one counts as 0.
    pub const fn tolerance(&self) -> f64 {
        self.tolerance
    }

    /// The directions that are not seen: an orthonormal basis, 8 - rank of them.
    pub fn null_space(&self) -> &[[f64; 8]] {
        &self.directions[self.rank()..]
    }

    /// How many combinations of the rates enter the equations at all (at this composition, in the
    /// conserving system): no data can determine more. `None` if only a matrix is known.
    pub const fn structural_rank(&self) -> Option<usize> {
        self.structural_rank
    }

    /// Whether the unseen directions are exactly flat, whatever the rates and the data are: the
    /// rank is the structural one. `false` too if only a matrix is known.
    pub fn is_exact(&self) -> bool {
        self.structural_rank == Some(self.rank())
    }

    /// The combinations that are determined: as many as the rank, in small integers where these
    /// exist, each of as few rates as elimination gives.
    pub fn combinations(&self) -> Vec<RateCombination> {
        reduced(&self.directions[..self.rank()])
    }

    /// The same of the unseen directions: changing the rates by these amounts changes nothing.
    pub fn free_directions(&self) -> Vec<RateCombination> {
        reduced(self.null_space())
    }

    /// Whether k`number`, from 1 to 8, is determined by itself; `false` for other numbers.
    pub fn is_determined(&self, number: usize) -> bool {
        (1..=8).contains(&number)
            && self.null_space().iter().all(|direction| direction[number - 1].abs() <= ALONE)
    }

    /// New coordinates of the rates, in which the first are determined and the rest are not seen.
    pub fn coordinates(&self) -> IdentifiableCoordinates {
        IdentifiableCoordinates::new(self.directions, self.rank())
    }
}

fn rank(singular_values: &[f64; 8], tolerance: f64) -> usize {
    let least = tolerance * singular_values[0];
    singular_values.iter().filter(|value| **value > least).count()
}

impl fmt::Display for Identifiability {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Identifiability { numerical_rank: numerical, tolerance, .. } = *self;
        let largest = self.singular_values[0];
        match self.noise {
            None => writeln!(
                formatter,
                "{numerical} of 8 directions of the rates are determined (singular values above \
                 {tolerance:e} of the largest, {largest:.3e})"
            )?,
            Some(Noise { variance, spread, rank }) => writeln!(
                formatter,
                "{rank} of 8 directions of the rates are determined against the noise (standard \
                 errors below the prior's spread, {spread:.3e}, at noise variance {variance:.3e}); \
                 without noise {numerical} would be (singular values above {tolerance:e} of the \
                 largest, {largest:.3e})"
            )?,
        }
        let list = |numbers: &[usize]| {
            numbers.iter().map(|n| format!("k{n}")).collect::<Vec<_>>().join(", ")
        };
        for combination in self.combinations() {
            let numbers: Vec<usize> = combination.rates().collect();
            let open: Vec<usize> =
                numbers.iter().copied().filter(|n| !self.is_determined(*n)).collect();
            write!(formatter, "{combination} is determined")?;
            match open.len() {
                0 => writeln!(formatter)?,
                1 => writeln!(formatter, "; {} alone is not", list(&open))?,
                _ => writeln!(formatter, "; {} alone are not", list(&open))?,
            }
        }
        let free = self.free_directions();
        if free.is_empty() {
            return writeln!(formatter, "every rate is determined");
        }
        let names: Vec<String> = free.iter().map(|free| format!("({free})")).collect();
        let names = names.join(", ");
        let little = match self.noise {
            Some(_) => "less than the noise",
            None => "next to nothing on this trajectory",
        };
        match self.structural_rank {
            Some(most) if most > self.rank() => writeln!(
                formatter,
                "moving the rates along {names} changes {little}; {most} combinations enter the \
                 equations, and better data could tell them"
            ),
            None if self.noise.is_some() => {
                writeln!(formatter, "moving the rates along {names} changes {little}")
            }
            Some(_) => writeln!(
                formatter,
                "moving the rates along {names} changes nothing, whatever the data are"
            ),
            None => writeln!(formatter, "moving the rates along {names} changes nothing"),
        }
    }
}

impl<C: Closure> ClosedModel<C> {
    /// What the pairs at `times`, with `initial` at the first, tell about the rates: singular
    /// values of d(output)/dK in the order of
    /// [`Sensitivities::matrix`](crate::Sensitivities::matrix), all with weight 1, and the rank at
    /// [`Identifiability::TOLERANCE`].
    ///
    /// # Errors
    /// As [`sensitivities`](Self::sensitivities).
    pub fn identifiability(
        &self,
        rates: &RateConstants,
        initial: PairConcentrations,
        times: &[f64],
    ) -> Result<Identifiability, OdeError> {
        let sensitivities = self.sensitivities(rates, initial, times)?;
        let mut found =
            Identifiability::of_matrix(sensitivities.matrix(), Identifiability::TOLERANCE)?;
        found.structural_rank = Some(self.structural_rank(&initial));
        Ok(found)
    }

    /// How many combinations of the rates the equations hold: the rank of the terms of the rates as
    /// functions of the pairs, from 132 possible ones (11 at this composition, in the conserving
    /// system). No data can determine more.
    fn structural_rank(&self, initial: &PairConcentrations) -> usize {
        let mut compositions = vec![initial.minus()];
        if !self.conserves_composition() {
            compositions.extend((1..12).map(|i| f64::from(i) / 12.0));
        }
        let all = compositions.into_iter().flat_map(|minus| {
            let most = minus.min(1.0 - minus).min(1.0 / 3.0);
            let unlike = (1..12).map(move |i| most * f64::from(i) / 12.0);
            unlike.map(move |unlike| PairConcentrations::of_composition(minus, unlike))
        });
        let mut rows = Vec::new();
        for terms in all.filter_map(|pairs| terms(self.closure(), &pairs).ok()) {
            let [k1, k2, k3, k4, k5, k6, k7, k8] = terms;
            if self.conserves_composition() {
                rows.push(terms);
            } else {
                rows.push([k1, k2, k3, k4, 0.0, 0.0, 0.0, 0.0]);
                rows.push([0.0, 0.0, 0.0, 0.0, k5, k6, k7, k8]);
            }
        }
        rank(&singular(&rows).0, STRUCTURAL)
    }
}

impl<C: Closure> Misfit<'_, C> {
    /// As [`ClosedModel::identifiability`], at the times of the data and with the weights of the
    /// trapezoids, so that the squares of the singular values are the curvature of J (17) where the
    /// model fits (Gauss-Newton), without the term of alpha. The rank is the numerical one:
    /// [`Identifiability::against_noise`] judges by the noise.
    ///
    /// # Errors
    /// As [`ClosedModel::sensitivities`].
    pub fn identifiability(&self, rates: &RateConstants) -> Result<Identifiability, OdeError> {
        let rows = self.sensitivities(rates)?;
        let mut found = Identifiability::of_matrix(&rows, Identifiability::TOLERANCE)?;
        found.structural_rank = Some(self.model().structural_rank(&self.samples().pairs[0]));
        Ok(found)
    }

    /// d(residuals of J)/dK: the derivatives of C++, C--, C+- at the times of the data, three rows a
    /// time, with the roots of the trapezoids' weights, whose sum is 1; in units of time; without
    /// the term of alpha. The rows of
    /// several misfits together, in [`Identifiability::of_matrix`], tell what all their data
    /// determine.
    ///
    /// # Errors
    /// As [`ClosedModel::sensitivities`].
    pub fn sensitivities(&self, rates: &RateConstants) -> Result<Vec<[f64; 8]>, OdeError> {
        let samples = self.samples();
        let at = self.model().sensitivities(rates, samples.pairs[0], &samples.times)?;
        at.weighted(&samples.weights)
    }
}
