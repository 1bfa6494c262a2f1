//! Jumps between modes: proposals from a mixture that was learned in the warm-up.
//!
//! A [`Scout`] looks for modes in the middle of the warm-up and leaves a mixture g of what it found.
//! From then on each step proposes a point y of g, whatever the present one, and accepts it with the
//! probability of an independence sampler, min(1, p(y) g(x) / (p(x) g(y))) (Tierney 1994, Ann. Stat.
//! 22, 1701). g stands still, so that the law is exact however well it fits; where it fits badly the
//! jumps are rejected, and nothing is lost but an evaluation.

use rand::RngExt;
use rand_pcg::Pcg64;
use serde::{Deserialize, Serialize};

use super::scout::Scout;
use crate::{McmcError, State, Target};

/// The parts of the warm-up between which modes are looked for.
const FROM: f64 = 0.1;
const UNTIL: f64 = 0.7;
/// Points of the support that are looked at, for each parameter.
const CANDIDATES: usize = 1000;

/// What is known about the modes.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct ModeJumps {
    scout: Scout,
    looked: usize,
}

impl ModeJumps {
    /// Learns in step `done` of a warm-up of `of` steps, from the cold state and a hot one, with its
    /// plain log-density.
    pub(super) fn learn(
        &mut self,
        cold: &State,
        (hot, log_density): (&[f64], f64),
        (done, of): (usize, usize),
        target: &mut Target<'_>,
        rng: &mut Pcg64,
    ) -> Result<(), McmcError> {
        let part = (done + 1) as f64 / of as f64;
        if !(FROM..=UNTIL).contains(&part) {
            return Ok(());
        }
        if self.scout.is_fresh() {
            self.scout.describe(cold.clone(), target, rng)?;
        }
        self.scout.look_from(hot, log_density, target, rng)?;
        let dimension = cold.point.len();
        let wanted = (part - FROM) / (UNTIL - FROM) * (CANDIDATES * dimension) as f64;
        while (self.looked as f64) < wanted {
            self.looked += 1;
            self.scout.look_anywhere(dimension, target, rng)?;
        }
        Ok(())
    }

    /// Proposes a jump, if modes are known.
    pub(super) fn jump(
        &self,
        state: &mut State,
        target: &mut Target<'_>,
        rng: &mut Pcg64,
    ) -> Result<(), McmcError> {
        let mixture = &self.scout.mixture;
        if mixture.is_empty() {
            return Ok(());
        }
        let mut proposal = vec![0.0; state.point.len()];
        mixture.draw(&mut proposal, rng);
        let uniform: f64 = rng.random();
        let log_density = target.log_density(&proposal)?;
        if log_density == f64::NEG_INFINITY {
            return Ok(());
        }
        let here = state.log_density - mixture.log_density(&state.point);
        if libm::log(uniform) < log_density - mixture.log_density(&proposal) - here {
            *state = State { point: proposal, log_density, stage: state.stage };
        }
        Ok(())
    }
}
