//! Linear combinations of the rates, in small integers where these exist.

use std::fmt;

/// Entries of a reduced matrix below this are 0, and this near to a fraction are the fraction.
const ROUNDING: f64 = 1e-6;
/// A rate may be eliminated if at least this part of the largest dependence is on it.
const NEARLY: f64 = 0.3;
/// Largest common denominator that is tried.
const LARGEST_DENOMINATOR: u32 = 60;

/// c1 k1 + ... + c8 k8. Prints as `4 k1 + k2`, or with four digits where no small integers exist.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateCombination {
    coefficients: [f64; 8],
    exact: bool,
}

impl RateCombination {
    /// In small integers if a multiple of the coefficients has them, to 1e-6; the first positive.
    pub(crate) fn nicest(coefficients: [f64; 8]) -> RateCombination {
        let first = coefficients.iter().find(|c| c.abs() > ROUNDING);
        let sign = if first.is_some_and(|c| *c < 0.0) { -1.0 } else { 1.0 };
        let coefficients = coefficients.map(|c| sign * c);
        for denominator in 1..=LARGEST_DENOMINATOR {
            let scaled = coefficients.map(|c| c * f64::from(denominator));
            let tolerance = ROUNDING * f64::from(denominator);
            if scaled.iter().all(|c| (c - c.round()).abs() <= tolerance) {
                // adding 0 turns -0 into +0
                return RateCombination {
                    coefficients: scaled.map(|c| c.round() + 0.0),
                    exact: true,
                };
            }
        }
        RateCombination { coefficients, exact: false }
    }

    /// \[c1, ..., c8\], dimensionless; integers if [`is_integer`](Self::is_integer), otherwise one
    /// of them is 1 or -1. The first that is not 0 is positive.
    pub const fn coefficients(&self) -> &[f64; 8] {
        &self.coefficients
    }

    /// Whether small integers were found.
    pub const fn is_integer(&self) -> bool {
        self.exact
    }

    /// The numbers, from 1, of the rates in it.
    pub fn rates(&self) -> impl Iterator<Item = usize> + '_ {
        (1..=8).filter(|number| self.coefficients[number - 1].abs() > ROUNDING)
    }

    /// Its value at these rates, in 1/time.
    pub fn value(&self, rates: &[f64; 8]) -> f64 {
        numerics::dot(&self.coefficients, rates)
    }
}

impl fmt::Display for RateCombination {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, number) in self.rates().enumerate() {
            let coefficient = self.coefficients[number - 1];
            match (index, coefficient < 0.0) {
                (0, false) => {}
                (0, true) => formatter.write_str("-")?,
                (_, false) => formatter.write_str(" + ")?,
                (_, true) => formatter.write_str(" - ")?,
            }
            match (self.exact, coefficient.abs()) {
                (_, 1.0) => write!(formatter, "k{number}")?,
                (true, size) => write!(formatter, "{size} k{number}")?,
                (false, size) => write!(formatter, "{size:.4} k{number}")?,
            }
        }
        Ok(())
    }
}

/// The space of these vectors (orthonormal) by combinations of few rates: elimination, at each step
/// of the first rate that what is left depends on not much less than on the rate it depends on most,
/// so that no coefficient runs away.
pub(crate) fn reduced(vectors: &[[f64; 8]]) -> Vec<RateCombination> {
    let mut rows = vectors.to_vec();
    let mut pivots: Vec<usize> = Vec::new();
    while pivots.len() < rows.len() {
        let done = pivots.len();
        let size =
            |column: usize| rows[done..].iter().map(|row| row[column].powi(2)).sum::<f64>().sqrt();
        let sizes: [f64; 8] = std::array::from_fn(size);
        let least = NEARLY * sizes.iter().copied().fold(0.0, f64::max);
        let Some(column) = (0..8).find(|column| sizes[*column] >= least.max(ROUNDING)) else {
            break;
        };
        let entry = |i: &usize| rows[*i][column].abs();
        let pivot = (done..rows.len()).max_by(|a, b| entry(a).total_cmp(&entry(b)));
        rows.swap(done, pivot.unwrap_or(done));
        let scale = rows[done][column];
        let row = rows[done].map(|entry| entry / scale);
        for (index, other) in rows.iter_mut().enumerate() {
            let factor = other[column];
            *other = match index == done {
                true => row,
                false => std::array::from_fn(|i| other[i] - factor * row[i]),
            };
            other[column] = f64::from(u8::from(index == done));
        }
        pivots.push(column);
    }
    let mut found: Vec<_> = pivots.into_iter().zip(rows).collect();
    found.sort_by_key(|(pivot, _)| *pivot);
    found.into_iter().map(|(_, row)| RateCombination::nicest(row)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_integers_are_found_and_other_numbers_printed() {
        let shown = |coefficients| RateCombination::nicest(coefficients).to_string();
        assert_eq!(shown([1.0, 0.25, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]), "4 k1 + k2");
        assert_eq!(shown([0.0, 1.0, -1.0 / 3.0, 0.5, 0.0, 0.0, 0.0, 0.0]), "6 k2 - 2 k3 + 3 k4");
        let root = 2_f64.sqrt();
        assert_eq!(shown([1.0, 0.0, 0.0, -root, 0.0, 0.0, 0.0, 0.0]), "k1 - 1.4142 k4");
        assert_eq!(shown([-1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0]), "k1 - k8");
    }

    #[test]
    fn elimination_separates_what_is_mixed() {
        let (a, b) = (0.6, 0.8);
        let one = [4.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0].map(|c: f64| c / 17_f64.sqrt());
        let two = [0.0, 0.0, 2.0, 1.0, 0.0, 0.0, -2.0, 0.0].map(|c: f64| c / 3.0);
        let mix = |a: f64, b: f64| std::array::from_fn(|i| a * one[i] + b * two[i]);
        let found = reduced(&[mix(a, b), mix(-b, a)]);
        let names: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(names, ["4 k1 + k2", "2 k3 + k4 - 2 k7"]);
    }
}
