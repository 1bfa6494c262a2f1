//! The search for modes in the warm-up.
//!
//! A mode that is found is described by a short chain of its own from there: its best point, its mean
//! and its covariance. Then candidates are looked at, points of the support and states of the hot
//! levels: from a candidate the density is followed on the straight line to the best point of each
//! known mode. If it falls on the way, on every line, the candidate belongs to none of them; a climb
//! leads from it to the top, and if that too lies beyond a valley it is a new mode. Most candidates
//! cost six evaluations, so that thousands are looked at: a narrow mode is the nearest for few of
//! them.
//!
//! What comes of it is a proposal only, so that nothing here needs to be exact.

use rand_pcg::Pcg64;
use serde::{Deserialize, Serialize};

use super::mixture::{Component, Mixture};
use crate::covariance::RunningCovariance;
use crate::gaussian::standard_normal;
use crate::{AdaptiveDelayedRejection, McmcError, Phase, Prior, Sampler, State, Target};

/// Places on a line where the density is looked at.
const LOOKS: usize = 6;
/// A fall of the log-density that is a valley.
const VALLEY: f64 = 1.0;
/// The most modes, and the most climbs that may end at known ones.
const MOST_MODES: usize = 16;
const MOST_CLIMBS: usize = 100;
/// Steps of a climb for each parameter.
const CLIMB_STEPS: usize = 60;
/// Draws of a mode's own chain for each parameter.
const CHAIN_DRAWS: usize = 1000;
/// Draws that tell the weight of a mode.
const WEIGHT_DRAWS: usize = 500;

/// What is known about the modes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Scout {
    pub(super) mixture: Mixture,
    tops: Vec<Top>,
    climbs: usize,
    /// Own chains so far, also those that told nothing.
    chains: usize,
}

/// The best point of a mode, and the standard deviations around it.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Top {
    point: Vec<f64>,
    log_density: f64,
    deviations: Vec<f64>,
}

impl Scout {
    /// Whether the first mode is still to be described.
    pub(super) fn is_fresh(&self) -> bool {
        self.chains == 0
    }

    /// Draws a candidate from the support, if there is one, and looks at it.
    pub(super) fn look_anywhere(
        &mut self,
        dimension: usize,
        target: &mut Target<'_>,
        rng: &mut Pcg64,
    ) -> Result<(), McmcError> {
        let Some(walls) = target.density().support() else { return Ok(()) };
        let point = walls.draw(dimension, rng)?;
        let log_density = target.log_density(&point)?;
        if log_density.is_finite() {
            self.look_from(&point, log_density, target, rng)?;
        }
        Ok(())
    }

    /// Looks for a mode uphill of a point with this (finite) log-density.
    pub(super) fn look_from(
        &mut self,
        point: &[f64],
        log_density: f64,
        target: &mut Target<'_>,
        rng: &mut Pcg64,
    ) -> Result<(), McmcError> {
        let full = self.chains >= MOST_MODES || self.climbs >= MOST_CLIMBS;
        // without a first mode there is nothing to compare with
        if full || self.tops.is_empty() || self.is_known(point, log_density, target)? {
            return Ok(());
        }
        self.climbs += 1;
        let state = self.climb(point, log_density, target, rng)?;
        if self.is_known(&state.point, state.log_density, target)? {
            return Ok(());
        }
        self.describe(state, target, rng)
    }

    /// Whether the line to the best point of a known mode has no valley.
    fn is_known(
        &self,
        point: &[f64],
        log_density: f64,
        target: &mut Target<'_>,
    ) -> Result<bool, McmcError> {
        for top in &self.tops {
            let mut highest = log_density;
            let mut valley = false;
            for look in 1..=LOOKS {
                let part = look as f64 / (LOOKS + 1) as f64;
                let between = point.iter().zip(&top.point).map(|(x, top)| x + part * (top - x));
                let there = target.log_density(&between.collect::<Vec<_>>())?;
                highest = highest.max(there);
                valley = there < highest - VALLEY;
                if valley {
                    break;
                }
            }
            if !valley && top.log_density >= highest - VALLEY {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Uphill by random steps that grow when they succeed and shrink when they do not (Rechenberg
    /// 1973), of the shape of the widest known deviations.
    fn climb(
        &self,
        point: &[f64],
        log_density: f64,
        target: &mut Target<'_>,
        rng: &mut Pcg64,
    ) -> Result<State, McmcError> {
        let mut state = State { point: point.to_vec(), log_density, stage: 0 };
        let Some(Top { deviations, .. }) = self.tops.first() else { return Ok(state) };
        let mut scale = 1.0;
        for _ in 0..CLIMB_STEPS * point.len() {
            let step = |(x, deviation): (&f64, &f64)| x + scale * deviation * standard_normal(rng);
            let proposed: Vec<f64> = state.point.iter().zip(deviations).map(step).collect();
            let there = target.log_density(&proposed)?;
            if there > state.log_density {
                state = State { point: proposed, log_density: there, stage: 0 };
                scale *= 1.5;
            } else {
                // one success in five keeps the scale
                scale *= libm::pow(1.5, -0.25);
            }
        }
        Ok(state)
    }

    /// A chain from `state` that stays in its mode, and what it says about it.
    pub(super) fn describe(
        &mut self,
        mut state: State,
        target: &mut Target<'_>,
        rng: &mut Pcg64,
    ) -> Result<(), McmcError> {
        self.chains += 1;
        let dimension = state.point.len();
        let mut sampler = AdaptiveDelayedRejection::new();
        let mut best = state.clone();
        let mut points = RunningCovariance::new(dimension);
        let of = sampler.warm_up_draws(dimension);
        for done in 0..of + CHAIN_DRAWS * dimension {
            let warming = done < of;
            let phase = if warming { Phase::WarmUp { done, of } } else { Phase::Draw };
            sampler.step(&mut state, target, phase, rng)?;
            if state.log_density > best.log_density {
                best = state.clone();
            }
            if !warming {
                points.add(&state.point);
            }
        }
        let Some(mut component) = Component::of(&points) else { return Ok(()) };
        let mut log_ratios = Vec::with_capacity(WEIGHT_DRAWS);
        let mut drawn = vec![0.0; dimension];
        for _ in 0..WEIGHT_DRAWS {
            component.draw(&mut drawn, rng);
            log_ratios.push(target.log_density(&drawn)? - component.log_density(&drawn));
        }
        let largest = log_ratios.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if largest.is_finite() {
            let sum: f64 = log_ratios.iter().map(|ratio| libm::exp(ratio - largest)).sum();
            component.set_log_weight(largest + libm::log(sum / WEIGHT_DRAWS as f64));
            self.mixture.push(component);
            let deviations = points.standard_deviations();
            self.tops.push(Top { point: best.point, log_density: best.log_density, deviations });
        }
        Ok(())
    }
}
