//! Slice sampling of one parameter after the other, which needs no scale that could be wrong.
//!
//! A step draws a level below the density at the present point and then a point, along one parameter, at
//! which the density is above the level (Neal 2003, Ann. Stat. 31, 705). Where the density rises steadily,
//! the new point lies about half as far from the top as the old one, so that a start at any distance
//! arrives in the logarithm of the distance. The walls of a box bound each parameter alone, so that they
//! leave the interval a plain interval: a corner of a box, from which a step of all parameters at once
//! hardly ever leads upwards, stops no step along one of them.
//!
//! The interval grows by factors and is not checked for being reachable backwards: this is for the warm-up.

use rand::RngExt;
use rand_pcg::Pcg64;
use serde::{Deserialize, Serialize};

use crate::{McmcError, State, Target};

/// How often one side of an interval may grow, and the factor: up to 4^40 = 1e24 from the first guess.
const MOST_GROWTHS: usize = 40;
const GROWTH: f64 = 4.0;
/// How often an interval may shrink: it is then narrower than the rounding of its ends.
const MOST_SHRINKAGES: usize = 200;

/// Sweeps over all parameters, with the widths of the intervals they found.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Slices {
    widths: Vec<f64>,
}

impl Slices {
    /// Before the first sweep, which begins with a tenth of the box of the density, or with the size of
    /// the start where there is no box.
    pub(crate) fn new(start: &[f64], target: &Target<'_>) -> Self {
        let support = target.density().support();
        let width = |component: usize| typical_width(start, support.as_ref(), component);
        Self { widths: (0..start.len()).map(width).collect() }
    }

    /// The widths of the intervals in which the last sweep found its points, in the unit of each
    /// parameter: about 2.5 standard deviations of it with the others held.
    pub(crate) fn widths(&self) -> &[f64] {
        &self.widths
    }

    /// Draws each parameter anew, in order.
    pub(crate) fn sweep(
        &mut self,
        state: &mut State,
        target: &mut Target<'_>,
        rng: &mut Pcg64,
    ) -> Result<(), McmcError> {
        let support = target.density().support();
        state.stage = 0;
        for component in 0..state.point.len() {
            let walls = support.as_ref().and_then(|support| support.bounds(component));
            let (lower, upper) = walls.unwrap_or((f64::NEG_INFINITY, f64::INFINITY));
            // a number of (0, 1]
            let level = state.log_density + libm::log(1.0 - rng.random::<f64>());
            let x = state.point[component];
            let below = self.widths[component] * rng.random::<f64>();
            let mut ends = [x - below, x + (self.widths[component] - below)];
            for end in &mut ends {
                for _ in 0..MOST_GROWTHS {
                    *end = end.clamp(lower, upper);
                    if *end == lower || *end == upper || !end.is_finite() {
                        break;
                    }
                    state.point[component] = *end;
                    if target.log_density(&state.point)? < level {
                        break;
                    }
                    *end = x + GROWTH * (*end - x);
                }
                *end = end.clamp(lower.max(f64::MIN), upper.min(f64::MAX));
            }
            let [mut low, mut high] = ends;
            state.point[component] = x;
            for _ in 0..MOST_SHRINKAGES {
                let part = rng.random::<f64>();
                // not of the difference, which can overflow
                let proposed = ((1.0 - part) * low + part * high).clamp(low, high);
                state.point[component] = proposed;
                let log_density = target.log_density(&state.point)?;
                // equal where a far start makes the level round to the density: the old point then counts too
                if log_density >= level {
                    state.log_density = log_density;
                    state.stage = 1;
                    break;
                }
                state.point[component] = x;
                if proposed < x {
                    low = proposed;
                } else {
                    high = proposed;
                }
            }
            let width = high - low;
            if width > 0.0 && width.is_finite() {
                self.widths[component] = width;
            }
        }
        Ok(())
    }
}

/// A first guess of the scale of a component: a tenth of its box, or its own size, or the size of the largest
/// component, or 1.
pub(crate) fn typical_width(
    point: &[f64],
    support: Option<&crate::UniformBox>,
    component: usize,
) -> f64 {
    if let Some((lower, upper)) = support.and_then(|support| support.bounds(component)) {
        return 0.1 * (upper - lower);
    }
    let largest = point.iter().fold(0.0_f64, |largest, x| largest.max(x.abs()));
    let sizes = [point[component].abs(), largest];
    sizes.into_iter().find(|size| *size > 0.0).unwrap_or(1.0)
}
