//! How exactly numbers are written, and what sum rules of such numbers may be off by.

#[cfg(feature = "lattice")]
use crate::columns::COLUMNS;
use crate::{Concentrations, SUM_RULE_TOLERANCE, StatsError, SumRule};

/// The fewest significant digits whose rounding is believed: of fewer, a broken rule is not excused.
const FEWEST_DIGITS: i32 = 3;

/// The most digits that the 19 concentrations of a file are written with: significant ones, and those
/// after the point. A number in such a file is rounded to one of the two, whichever is coarser.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Precision {
    significant: i32,
    decimals: i32,
}

impl Precision {
    /// Takes in a number as it is written.
    pub(crate) fn add(&mut self, text: &str) {
        let text = text.trim_start_matches(['+', '-']);
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let exponent: i32 = exponent.parse().unwrap_or(0);
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let length = |digits: &str| i32::try_from(digits.len()).unwrap_or(i32::MAX / 4);
        let digits = [whole, fraction].concat();
        self.significant = self.significant.max(length(digits.trim_start_matches('0')));
        self.decimals = self.decimals.max(length(fraction).saturating_sub(exponent));
    }

    /// Holds no more than so many significant digits, as floats of a few bytes do.
    pub(crate) fn limit(&mut self, significant: i32) {
        self.significant = self.significant.min(significant);
        self.decimals = self.decimals.min(significant);
    }

    /// The most that rounding changes a number by.
    fn half_unit(self, value: f64) -> f64 {
        if self.significant < FEWEST_DIGITS {
            return 0.0;
        }
        let mut leading = 0i32; // the power of ten of the first digit
        let mut rest = value.abs();
        while rest > 0.0 && rest < 1.0 && leading > -30 {
            rest *= 10.0;
            leading -= 1;
        }
        let by_digits = match value {
            0.0 => 0.0,
            _ => 0.5 * 10f64.powi((leading + 1 - self.significant).max(-30)),
        };
        by_digits.max(0.5 * 10f64.powi((-self.decimals).max(-30)))
    }

    /// Checks values and sum rules as [`Concentrations::check`], each rule to what the rounding of its
    /// numbers comes to, but no less than `tolerance`.
    pub(crate) fn check(
        self,
        concentrations: &Concentrations,
        tolerance: f64,
    ) -> Result<(), StatsError> {
        concentrations.check_range(tolerance)?;
        let mut units = concentrations.to_array().map(|value| self.half_unit(value));
        // so that the pairs of a marginal, which are subtracted, add to it
        units.iter_mut().take(3).for_each(|unit| *unit = -*unit);
        let units = Concentrations::from_array(units);
        let allowed = |rule: SumRule| {
            let of_units = rule.residual(&units);
            let rounding = match rule {
                SumRule::Marginal(..) => of_units,
                _ => (of_units + 1.0).abs(),
            };
            tolerance.max(rounding * (1.0 + SUM_RULE_TOLERANCE))
        };
        let broken = SumRule::all()
            .map(|rule| (rule, rule.residual(concentrations), allowed(rule)))
            .filter(|(_, residual, allowed)| residual.abs() > *allowed);
        match broken.max_by(|one, other| one.1.abs().total_cmp(&other.1.abs())) {
            None => Ok(()),
            Some((rule, residual, tolerance)) => {
                let pairs = concentrations.pairs;
                let unordered = pairs.plus_plus + pairs.minus_minus + pairs.plus_minus;
                if rule == SumRule::PairSum && (unordered - 1.0).abs() <= tolerance {
                    return Err(StatsError::UnorderedPairs { residual });
                }
                Err(StatsError::SumRule { rule, residual, tolerance })
            }
        }
    }

    /// What a composition column may be off by.
    pub(crate) fn composition(self, concentrations: &Concentrations, tolerance: f64) -> f64 {
        let pairs = concentrations.pairs.to_array().map(|value| self.half_unit(value));
        let sum: f64 = pairs.iter().sum();
        tolerance.max((self.half_unit(1.0 / 3.0) + sum) * (1.0 + SUM_RULE_TOLERANCE))
    }

    /// Of the values of rows, each in the fewest digits that say it.
    pub(crate) fn of_values(rows: &[[Option<f64>; COLUMNS]]) -> Precision {
        let mut precision = Precision::default();
        for value in rows.iter().flat_map(|row| &row[5..]).flatten() {
            precision.add(&value.to_string());
        }
        precision
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_counted_as_written() {
        for (text, significant, decimals) in [
            ("0.2500", 4, 4),
            ("0.0033", 2, 4),
            ("1", 1, 0),
            ("1.5e-3", 2, 4),
            ("-3E2", 1, -2),
            ("0", 0, 0),
        ] {
            let mut precision = Precision { significant: 0, decimals: i32::MIN };
            precision.add(text);
            assert_eq!(precision, Precision { significant, decimals }, "{text}");
        }
        let nine = Precision { significant: 9, decimals: 12 };
        assert_eq!(nine.half_unit(0.5), 0.5 * 10f64.powi(-9));
        assert_eq!(nine.half_unit(0.0123), 0.5 * 10f64.powi(-10));
        let four = Precision { significant: 4, decimals: 4 };
        assert_eq!(four.half_unit(0.0123), 0.5 * 10f64.powi(-4));
        assert_eq!(Precision { significant: 2, decimals: 2 }.half_unit(0.5), 0.0);
    }
}
