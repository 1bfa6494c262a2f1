//! Independent Gaussians within walls.
//!
//! The probability between the walls, a to b in standard deviations from the mean, comes from the
//! complementary error function in the tail where both are small, and where the walls are close, so
//! that the difference would cancel, from the midpoint m: phi(m) w (1 + (m^2 - 1) w^2 / 24).

use std::f64::consts::{PI, SQRT_2};

use libm::erfc;
use rand::{Rng, RngExt};

use super::{normal, per_component::PerComponent};
use crate::gaussian::normal_quantile;
use crate::{Halt, LogDensity, McmcError, Prior, UniformBox};

/// Independent Gaussian components within the walls of a box, made by
/// [`Normal::truncated`](crate::Normal::truncated).
///
/// Normalised between the walls; beyond them a rejection with the reason
/// [`OUTSIDE_PRIOR`](crate::OUTSIDE_PRIOR). Mean and standard deviation are those of the Gaussian
/// before it was cut.
#[derive(Clone, Debug, PartialEq)]
pub struct TruncatedNormal {
    components: PerComponent<Component>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Component {
    normal: normal::Component,
    lower: f64,
    upper: f64,
    /// ln of the probability between the walls.
    log_mass: f64,
}

impl TruncatedNormal {
    pub(super) fn new(
        normal: &PerComponent<normal::Component>,
        walls: &UniformBox,
    ) -> Result<Self, McmcError> {
        let walls = walls.per_component();
        let components = match walls.dimension() {
            Some(dimension) => {
                normal.check_dimension(dimension)?;
                walls.map(|i, walls| component(i, normal.get(i), *walls))?
            }
            None => normal.map(|i, normal| {
                component(i, Some(normal), walls.get(i).copied().unwrap_or_default())
            })?,
        };
        Ok(Self { components })
    }
}

fn component(
    number: usize,
    normal: Option<&normal::Component>,
    (lower, upper): (f64, f64),
) -> Result<Component, McmcError> {
    let empty = || McmcError::EmptyTruncation { component: number, lower, upper };
    let normal = *normal.ok_or_else(empty)?;
    let standard = |x: f64| (x - normal.mean) / normal.deviation;
    let log_mass = libm::log(probability(standard(lower), standard(upper)));
    // a subnormal number has lost its digits
    if log_mass < libm::log(f64::MIN_POSITIVE) {
        return Err(empty());
    }
    Ok(Component { normal, lower, upper, log_mass })
}

/// The probability of the standard normal to be below `z`.
fn below(z: f64) -> f64 {
    0.5 * erfc(-z / SQRT_2)
}

/// The same interval, mirrored if it lies above the mean, and whether it was.
fn in_lower_tail(a: f64, b: f64) -> (f64, f64, bool) {
    if a > 0.0 { (-b, -a, true) } else { (a, b, false) }
}

/// The probability of the standard normal to be from `a` to `b`.
fn probability(a: f64, b: f64) -> f64 {
    let (a, b, _) = in_lower_tail(a, b);
    let (middle, width) = (0.5 * (a + b), b - a);
    if width * middle.abs().max(1.0) < 3e-3 {
        let bend = (middle * middle - 1.0) * width * width / 24.0;
        libm::exp(-0.5 * middle * middle) / (2.0 * PI).sqrt() * width * (1.0 + bend)
    } else if b > 0.0 {
        1.0 - below(-b) - below(a)
    } else {
        below(b) - below(a)
    }
}

/// A draw of the standard normal from `a` to `b`.
fn draw_between(a: f64, b: f64, rng: &mut dyn Rng) -> f64 {
    let (a, b, mirrored) = in_lower_tail(a, b);
    let z = if (b - a) * a.abs().max(1.0) < 1.0 {
        // nearly flat: uniform draws, thinned by the density over its largest value
        let mode = b.min(0.0);
        loop {
            let z = a + (b - a) * rng.random::<f64>();
            if libm::log(rng.random()) < 0.5 * (mode * mode - z * z) {
                break z;
            }
        }
    } else {
        let (from, to) = (below(a), below(b));
        normal_quantile(from + (to - from) * rng.random::<f64>())
    };
    if mirrored { -z } else { z }
}

impl LogDensity for TruncatedNormal {
    fn log_density(&self, point: &[f64]) -> Result<f64, Halt> {
        self.components.log_density(point, |one, x| {
            let inside = one.lower <= x && x <= one.upper;
            inside.then(|| one.normal.log_density(x) - one.log_mass)
        })
    }

    fn support(&self) -> Option<UniformBox> {
        UniformBox::of(self.components.map(|_, one| Ok((one.lower, one.upper))).ok()?)
    }
}

impl Prior for TruncatedNormal {
    fn draw(&self, dimension: usize, rng: &mut dyn Rng) -> Result<Vec<f64>, McmcError> {
        let draw = |one: &Component| {
            let normal::Component { mean, deviation } = one.normal;
            let z =
                draw_between((one.lower - mean) / deviation, (one.upper - mean) / deviation, rng);
            (mean + deviation * z).clamp(one.lower, one.upper)
        };
        Ok(self.components.all(dimension)?.map(draw).collect())
    }
}
