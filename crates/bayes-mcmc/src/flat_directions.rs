//! Densities between walls that hardly change along known directions.
//!
//! A density that sees r combinations of d parameters alone is flat in d - r directions, which only the
//! walls of a box end. Steps of full dimension then mostly hit walls. Here each round of a step is
//! 1. a walk along the flat directions, d - r times to a uniform point of the chord through the box
//!    (hit-and-run), accepted as one proposal: chords are as likely from either end, so that the ratio is
//!    that of the densities, 1 where the directions are flat;
//! 2. a step of an inner sampler, which may learn how far to go where directions are flat in a part of
//!    the box alone;
//! 3. a move of all parameters away from the lower walls or towards them by one factor f, ln f normal,
//!    accepted with f^d p(new)/p(old): rates that only run a clock faster meet no wall at 0.
//!
//! All leave any density invariant; that directions are flat matters to speed alone.
//! Sources: Smith, Oper. Res. 32, 1296 (1984), for hit-and-run; Liu and Sabatti, Biometrika 87, 353
//! (2000), for moves by a factor.

use numerics::dot;
use rand::RngExt;
use rand_pcg::Pcg64;
use serde::{Deserialize, Serialize};

use crate::checks::check_dimension;
use crate::gaussian::standard_normal;
use crate::{McmcError, Phase, Sampler, State, Target};

/// Rounds of a step unless said.
const ROUNDS: usize = 10;
/// Parts of a direction that are smaller than this are rounding.
const ROUNDING: f64 = 1e-9;

/// Samples a density between walls of which some directions are known to be flat or nearly so: long
/// moves along these, and steps of another sampler.
///
/// ```
/// use bayes_mcmc::{AdaptiveDelayedRejection, FlatDirections, Posterior, Sampling, UniformBox, from_fn};
///
/// # fn main() -> Result<(), bayes_mcmc::McmcError> {
/// // only the sum is seen
/// let sum = from_fn(|k| Ok(-0.5 * ((k[0] + k[1] + k[2] - 4.0) / 0.1).powi(2)));
/// let posterior = Posterior::new(UniformBox::from_bounds([(0.0, 5.0); 3])?, sum);
/// let flat = [[1.0, -1.0, 0.0], [0.0, 1.0, -1.0]];
/// let sampler = FlatDirections::new(AdaptiveDelayedRejection::new(), [(0.0, 5.0); 3], flat)?;
/// let chains = Sampling::new(sampler).sample(&posterior, 1000, 7)?;
/// assert!(chains.summary().has_converged());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct FlatDirections<S> {
    sampler: S,
    walls: Vec<(f64, f64)>,
    /// Orthonormal, in units of the widths of the box.
    flat: Vec<Vec<f64>>,
    rounds: usize,
}

impl<S: Sampler> FlatDirections<S> {
    /// `sampler` for the steps between, `(lower, upper)` of each parameter, and directions, of any
    /// length, with a number for each parameter. Directions that depend on others add nothing.
    ///
    /// # Errors
    /// [`McmcError::InvalidBounds`], [`McmcError::NoParameters`]; [`McmcError::Dimension`] and
    /// [`McmcError::NonFinitePoint`] for the directions, and [`McmcError::Dimension`] if every
    /// direction is flat.
    pub fn new<D: AsRef<[f64]>>(
        sampler: S,
        walls: impl Into<Vec<(f64, f64)>>,
        directions: impl IntoIterator<Item = D>,
    ) -> Result<Self, McmcError> {
        let walls = walls.into();
        crate::UniformBox::from_bounds(walls.clone())?;
        let dimension = walls.len();
        let mut flat: Vec<Vec<f64>> = Vec::new();
        for direction in directions {
            let direction = direction.as_ref();
            check_dimension("the direction", dimension, direction.len())?;
            crate::checks::check_finite(direction)?;
            // in units of the box, so that no unit of a parameter is small beside another
            let scaled =
                direction.iter().zip(&walls).map(|(d, (lower, upper))| d / (upper - lower));
            add_orthogonal(&mut flat, &scaled.collect::<Vec<_>>());
        }
        if flat.len() == dimension {
            return Err(McmcError::Dimension {
                what: "the space of flat directions",
                expected: dimension - 1,
                found: dimension,
            });
        }
        Ok(Self { sampler, walls, flat, rounds: ROUNDS })
    }

    /// Rounds of each step, 10 unless said: more make draws that depend less on each other, at their
    /// price.
    ///
    /// # Errors
    /// [`McmcError::InvalidSize`] for none.
    pub fn with_rounds(mut self, rounds: usize) -> Result<Self, McmcError> {
        if rounds == 0 {
            let advice = "ask for at least one round a step";
            let dimension = self.walls.len();
            return Err(McmcError::InvalidSize { chains: 0, draws: 0, dimension, advice });
        }
        self.rounds = rounds;
        Ok(self)
    }

    /// A walk of as many chords as there are flat directions; none where a point is off the box.
    fn walk(&self, point: &[f64], rng: &mut Pcg64) -> Option<Vec<f64>> {
        let mut point = point.to_vec();
        for _ in 0..self.flat.len() {
            let mut direction = vec![0.0; point.len()];
            for flat in &self.flat {
                let part = standard_normal(rng);
                direction.iter_mut().zip(flat).for_each(|(to, from)| *to += part * from);
            }
            let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
            for ((x, d), (lower, upper)) in point.iter().zip(&mut direction).zip(&self.walls) {
                if d.abs() > ROUNDING {
                    *d *= upper - lower;
                    let (a, b) = ((lower - x) / *d, (upper - x) / *d);
                    low = low.max(a.min(b));
                    high = high.min(a.max(b));
                } else {
                    *d = 0.0;
                }
            }
            if !(low <= 0.0 && 0.0 <= high && (high - low).is_finite()) {
                return None;
            }
            let length = low + (high - low) * rng.random::<f64>();
            let moved = point.iter_mut().zip(&direction).zip(&self.walls);
            // rounding may put an end of the chord just behind the wall
            moved.for_each(|((x, d), (lower, upper))| *x = (*x + length * d).clamp(*lower, *upper));
        }
        Some(point)
    }

    /// All parameters farther from their lower walls by one factor, and the log of its power.
    fn stretch(&self, point: &[f64], rng: &mut Pcg64) -> (Vec<f64>, f64) {
        // long and short moves in turn of chance
        let scale: f64 = rng.random();
        let log_factor = scale * standard_normal(rng);
        let factor = libm::exp(log_factor);
        let moved = point.iter().zip(&self.walls);
        let moved = moved.map(|(x, (lower, _))| lower + factor * (x - lower)).collect();
        (moved, point.len() as f64 * log_factor)
    }
}

impl<S: Sampler> Sampler for FlatDirections<S> {
    fn step(
        &mut self,
        state: &mut State,
        target: &mut Target<'_>,
        phase: Phase,
        rng: &mut Pcg64,
    ) -> Result<(), McmcError> {
        check_dimension("the start", self.walls.len(), state.point.len())?;
        let mut stage = 0;
        for _ in 0..self.rounds {
            if !self.flat.is_empty()
                && let Some(point) = self.walk(&state.point, rng)
            {
                let log_density = target.log_density(&point)?;
                if libm::log(rng.random()) < log_density - state.log_density {
                    (state.point, state.log_density) = (point, log_density);
                    stage = stage.max(1);
                }
            }
            self.sampler.step(state, target, phase, rng)?;
            stage = stage.max(state.stage);
            let (point, log_ratio) = self.stretch(&state.point, rng);
            let log_density = target.log_density(&point)?;
            if libm::log(rng.random()) < log_density - state.log_density + log_ratio {
                (state.point, state.log_density) = (point, log_density);
                stage = stage.max(1);
            }
        }
        state.stage = stage;
        Ok(())
    }

    fn begin(
        &mut self,
        start: &State,
        target: &mut Target<'_>,
        rng: &mut Pcg64,
    ) -> Result<(), McmcError> {
        check_dimension("the start", self.walls.len(), start.point.len())?;
        self.sampler.begin(start, target, rng)
    }

    fn warm_up_draws(&self, dimension: usize) -> usize {
        self.sampler.warm_up_draws(dimension).div_ceil(self.rounds).max(100)
    }
}

/// Adds what a vector has orthogonal to a basis, as a unit vector; nothing if that is rounding.
fn add_orthogonal(basis: &mut Vec<Vec<f64>>, vector: &[f64]) {
    let before = dot(vector, vector).sqrt();
    let mut rest = vector.to_vec();
    for _ in 0..2 {
        for unit in basis.iter() {
            let part = dot(unit, &rest);
            rest.iter_mut().zip(unit).for_each(|(x, u)| *x -= part * u);
        }
    }
    let length = dot(&rest, &rest).sqrt();
    if length > ROUNDING * before {
        rest.iter_mut().for_each(|x| *x /= length);
        basis.push(rest);
    }
}
