//! The powers of the density at the levels of parallel tempering.

use serde::{Deserialize, Serialize};

use crate::Phase;

/// Steps of the warm-up before the powers are moved for the first time; then at twice as many each
/// time.
const FIRST_TUNING: usize = 100;
/// The part of the warm-up after which the powers stay, and only the samplers of the levels learn.
const TUNED_UNTIL: f64 = 0.6;
/// The least rejection a pair counts for, so that no two levels fall together.
const LEAST_REJECTION: f64 = 0.01;

/// Powers from 1 down to the hottest, and how often neighbours swapped.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Ladder {
    powers: Vec<f64>,
    /// Of each pair, since the powers moved: the sum of the probabilities to swap, and the trials.
    probabilities: Vec<(f64, u64)>,
    /// Of each pair, after the warm-up: swaps and trials.
    swaps: Vec<(u64, u64)>,
}

impl Ladder {
    /// `levels` powers in geometric progression, at least two.
    pub(crate) fn geometric(levels: usize, hottest: f64) -> Self {
        let pairs = levels - 1;
        let power = |level: usize| match level {
            0 => 1.0,
            _ => libm::pow(hottest, level as f64 / pairs as f64),
        };
        Self {
            powers: (0..levels).map(power).collect(),
            probabilities: vec![(0.0, 0); pairs],
            swaps: vec![(0, 0); pairs],
        }
    }

    pub(crate) fn powers(&self) -> &[f64] {
        &self.powers
    }

    /// Counts a trial to swap the levels `pair` and `pair + 1`.
    pub(crate) fn record(&mut self, pair: usize, probability: f64, accepted: bool, phase: Phase) {
        match phase {
            Phase::WarmUp { .. } => {
                self.probabilities[pair].0 += probability;
                self.probabilities[pair].1 += 1;
            }
            Phase::Draw => {
                self.swaps[pair].0 += u64::from(accepted);
                self.swaps[pair].1 += 1;
            }
        }
    }

    /// Whether the powers move after this step of the warm-up.
    pub(crate) fn is_due(&self, done: usize, of: usize) -> bool {
        let steps = done + 1;
        let doublings = steps / FIRST_TUNING;
        steps.is_multiple_of(FIRST_TUNING)
            && doublings.is_power_of_two()
            && steps as f64 <= TUNED_UNTIL * of as f64
    }

    /// Moves the inner powers so that all pairs will be rejected equally often, as far as the trials so
    /// far tell: rejections add up along the ladder, and each pair is given an equal share.
    pub(crate) fn tune(&mut self) {
        if self.probabilities.iter().any(|(_, trials)| *trials == 0) {
            return;
        }
        let rejection =
            |(sum, trials): &(f64, u64)| (1.0 - sum / *trials as f64).max(LEAST_REJECTION);
        let rejections: Vec<f64> = self.probabilities.iter().map(rejection).collect();
        let share = rejections.iter().sum::<f64>() / rejections.len() as f64;
        let logs: Vec<f64> = self.powers.iter().map(|power| libm::log(*power)).collect();
        let (mut pair, mut before) = (0, 0.0);
        for level in 1..rejections.len() {
            let wanted = share * level as f64;
            while before + rejections[pair] < wanted && pair + 1 < rejections.len() {
                before += rejections[pair];
                pair += 1;
            }
            let part = (wanted - before) / rejections[pair];
            self.powers[level] = libm::exp(logs[pair] + part * (logs[pair + 1] - logs[pair]));
        }
        self.probabilities.fill((0.0, 0));
    }

    /// The part of the trials that were accepted after the warm-up; NaN without trials.
    pub(crate) fn swap_rates(&self) -> Vec<f64> {
        self.swaps.iter().map(|(swaps, trials)| *swaps as f64 / *trials as f64).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejections_are_shared_equally() {
        let mut ladder = Ladder::geometric(5, 0.01);
        assert_eq!((ladder.powers()[0], ladder.powers()[4]), (1.0, 0.01));
        // what a ladder rejects between two powers, if it adds up as ln(b)^2
        let total = |power: f64| libm::log(power).powi(2) / 30.0;
        for _ in 0..30 {
            for pair in 0..4 {
                let rejection = total(ladder.powers[pair + 1]) - total(ladder.powers[pair]);
                ladder.record(pair, 1.0 - rejection, true, Phase::WarmUp { done: 0, of: 1 });
            }
            ladder.tune();
        }
        assert_eq!((ladder.powers()[0], ladder.powers()[4]), (1.0, 0.01));
        for pair in 0..4 {
            let rejection = total(ladder.powers[pair + 1]) - total(ladder.powers[pair]);
            approx::assert_relative_eq!(rejection, total(0.01) / 4.0, max_relative = 1e-6);
        }
    }

    #[test]
    fn it_moves_at_doubled_steps_and_then_stands_still() {
        let ladder = Ladder::geometric(3, 0.1);
        let due: Vec<usize> = (0..3000).filter(|done| ladder.is_due(*done, 3000)).collect();
        assert_eq!(due, [99, 199, 399, 799, 1599]);
    }
}
