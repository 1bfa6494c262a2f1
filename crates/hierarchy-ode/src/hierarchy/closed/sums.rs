//! Many sparse sums of the same numbers.

/// A sum: positions and coefficients.
pub(super) type Sum = Vec<(usize, f64)>;

/// The value of one sum.
pub(super) fn value(sum: &[(usize, f64)], of: &[f64]) -> f64 {
    sum.iter().map(|&(at, coefficient)| coefficient * of[at]).sum()
}

/// Sums, one after the other.
#[derive(Clone, Debug, Default)]
pub(super) struct Sums {
    terms: Sum,
    ends: Vec<usize>,
}

impl Sums {
    pub(super) fn push(&mut self, sum: impl IntoIterator<Item = (usize, f64)>) {
        self.terms.extend(sum);
        self.ends.push(self.terms.len());
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The terms of all sums, for another factor in the coefficients.
    pub(super) fn terms_mut(&mut self) -> &mut [(usize, f64)] {
        &mut self.terms
    }

    #[inline]
    pub(super) fn evaluate(&self, of: &[f64], into: &mut [f64]) {
        let mut start = 0;
        for (result, &end) in into.iter_mut().zip(&self.ends) {
            *result = value(&self.terms[start..end], of);
            start = end;
        }
    }
}
