//! The limit of a sequence that arrives with an unknown power, and how sure it is.
//!
//! Values v_k at arguments that fall by one factor r arrive as v + a r^(p k) + ..., so that their
//! differences fall by r^p, and Aitken's extrapolation v_k - d_k^2 / (d_k - d_(k-1)), d_k = v_k -
//! v_(k-1), removes the first power whatever p is. What is left falls faster, and the last change
//! of the extrapolation shows it. Source: Aitken, Proc. R. Soc. Edinburgh 46, 289 (1926).

/// Differences below this share of the value are rounding.
const ROUNDING: f64 = 1e-14;
/// By how much differences exceed that where a power can be read off them.
const CLEAR: f64 = 1e3;
/// The largest factor between two ratios of differences that belong to one power.
const ALIKE: f64 = 1.5;
/// Changes of the extrapolation below this share of the value are small enough.
const SMALL: f64 = 1e-12;
/// By what factor the error is larger than the last change of the extrapolation.
const SAFETY: f64 = 10.0;
/// Differences that fall by less than this a step: the extrapolation is not trusted, as the
/// sequence may arrive slower than by a power.
const SLOW: f64 = 0.8;

/// Values as they come.
#[derive(Debug, Default)]
pub(super) struct Limit {
    values: Vec<f64>,
}

/// What [`Limit::best`] knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Approach {
    pub(super) limit: f64,
    /// A bound of its error.
    pub(super) error: f64,
    /// By which factor the differences fall; `None` where that cannot be told.
    pub(super) ratio: Option<f64>,
}

impl Limit {
    /// Takes the next value; whether more would add nothing.
    pub(super) fn add(&mut self, value: f64) -> bool {
        self.values.push(value);
        let [.., first, second, third, fourth] = self.values[..] else { return false };
        let differences = [second - first, third - second, fourth - third].map(f64::abs);
        let [one, two, three] = differences;
        let rounding = ROUNDING * value.abs();
        let noise = three > two && two > one;
        noise || (two <= rounding && three <= rounding) || self.best().error <= SMALL * value.abs()
    }

    /// The extrapolation from the values up to the `count`-th, and by which factor their
    /// differences fell.
    fn extrapolated(&self, count: usize) -> Option<(f64, f64)> {
        let [.., first, second, third] = self.values[..count] else { return None };
        let (before, last) = (second - first, third - second);
        let ratio = last / before;
        let trusted = ratio > 0.0 && ratio < SLOW;
        trusted.then(|| (third - last * last / (last - before), ratio))
    }

    /// The last two extrapolations, if their differences fell alike: some closures arrive in
    /// oscillations, and then a small change means nothing.
    fn agreed(&self, count: usize) -> Option<[(f64, f64); 2]> {
        let (one, two) = (self.extrapolated(count - 1)?, self.extrapolated(count)?);
        let alike = (one.1 / two.1).max(two.1 / one.1) < ALIKE;
        alike.then_some([one, two])
    }

    /// The extrapolation that changed least from the one before. Where rounding has become larger
    /// than the differences, it is one from before that.
    pub(super) fn best(&self) -> Approach {
        let count = self.values.len();
        let last = self.values.last().copied().unwrap_or(f64::NAN);
        let rounding = SAFETY * ROUNDING * last.abs();
        let difference = match self.values[..] {
            [.., before, last] => (last - before).abs(),
            _ => f64::INFINITY,
        };
        if difference <= ROUNDING * last.abs() {
            // the power shows where the differences were well above rounding
            let clear = |at: &usize| {
                (self.values[at - 1] - self.values[at - 2]).abs() > CLEAR * ROUNDING * last.abs()
            };
            let ratio = (4..=count).rev().find(clear).and_then(|at| self.agreed(at));
            let ratio = ratio.map(|[_, (_, ratio)]| ratio);
            return Approach { limit: last, error: rounding + SAFETY * difference, ratio };
        }
        // no power that could be trusted: the steps still to come may all be as long as the last
        let steps = count as f64;
        let mut best = Approach { limit: last, error: SAFETY * steps * difference, ratio: None };
        for at in 4..=count {
            let Some([one, two]) = self.agreed(at) else { continue };
            // a small change by chance is no reason for trust in the one before it
            let before = self.extrapolated(at - 2).map_or(0.0, |zero| (one.0 - zero.0).abs());
            let change = (two.0 - one.0).abs().max(before * two.1.min(0.1));
            let error = SAFETY * change + rounding;
            if error < best.error {
                best = Approach { limit: two.0, error, ratio: Some(two.1) };
            }
        }
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two powers, such as a branch has that arrives with `first`.
    fn sequence(first: f64, second: f64, count: i32) -> Limit {
        let mut limit = Limit::default();
        for k in 3..3 + count {
            let x = 10_f64.powi(-k);
            if limit.add(0.2 + 0.03 * libm::pow(x, first) - 0.2 * libm::pow(x, second)) {
                break;
            }
        }
        limit
    }

    #[test]
    fn the_error_covers_the_truth_for_any_power() {
        for first in [1.0 / 4.0, 1.0 / 3.0, 0.5, 2.0 / 3.0, 1.0, 2.0] {
            for second in [1.3, 1.5, 2.0, 3.0] {
                for count in [4, 6, 10, 28] {
                    let approach = sequence(first, second * first, count).best();
                    let off = (approach.limit - 0.2).abs();
                    assert!(
                        off <= approach.error,
                        "{first} {second} {count}: {off:e} {:e}",
                        approach.error
                    );
                    if count == 28 && first >= 1.0 / 3.0 && second >= 2.0 {
                        assert!(approach.error < 1e-9, "{first} {second}: {:e}", approach.error);
                    }
                }
            }
        }
    }

    /// As regions of order 3 on the kagome lattice have them.
    #[test]
    fn oscillations_are_not_taken_for_powers() {
        for count in 5..28 {
            let mut limit = Limit::default();
            for k in 3..3 + count {
                let k = f64::from(k);
                limit.add(0.2 + 0.1 * libm::pow(10.0, -0.5 * k) * libm::cos(0.8 * k + 0.3));
            }
            let approach = limit.best();
            assert!((approach.limit - 0.2).abs() <= approach.error, "{count}: {approach:?}");
        }
    }

    #[test]
    fn logarithms_are_not_taken_for_powers() {
        let mut limit = Limit::default();
        for k in 3..30 {
            limit.add(0.2 + 0.1 / f64::from(k));
        }
        let approach = limit.best();
        assert!((approach.limit - 0.2).abs() <= approach.error, "{:e}", approach.error);
    }
}
