//! Rank normalisation.

use rayon::prelude::*;

use crate::gaussian::normal_quantile;

/// Draws in ascending order, each with its place in the sequence they came from.
pub(super) struct Ordered {
    draws: Vec<(f64, u32)>,
}

impl Ordered {
    /// Sorts draws, none of which is NaN; at most 2^32 of them.
    pub(super) fn new<'a>(draws: impl Iterator<Item = &'a f64>) -> Self {
        // integers in the same order compare faster
        let mut ordered: Vec<(i64, u32)> = draws.map(|draw| key(*draw)).zip(0..).collect();
        ordered.sort_unstable_by_key(|(key, _)| *key);
        Self { draws: ordered.into_iter().map(|(key, place)| (of_key(key), place)).collect() }
    }

    /// The draws in order.
    pub(super) fn values(&self) -> Vec<f64> {
        self.draws.iter().map(|(x, _)| *x).collect()
    }

    /// The distances from the median, in ascending order; `None` if the median is infinite. The
    /// number of draws must be even, as that of split chains is.
    pub(super) fn folded(&self) -> Option<Self> {
        let (below, above) = self.draws.split_at(self.draws.len() / 2);
        let median = (below.last()?.0 + above.first()?.0) / 2.0;
        if !median.is_finite() {
            return None;
        }
        // both halves are in order already, the lower one backwards
        let distance = |(x, place): (f64, u32)| ((x - median).abs(), place);
        let mut draws = Vec::with_capacity(self.draws.len());
        let mut below = below.iter().rev().map(|draw| distance(*draw));
        let mut nearest_below = below.next();
        for draw in above.iter().map(|draw| distance(*draw)) {
            while let Some(nearer) = nearest_below.filter(|nearer| nearer.0 <= draw.0) {
                draws.push(nearer);
                nearest_below = below.next();
            }
            draws.push(draw);
        }
        draws.extend(nearest_below.into_iter().chain(below));
        Some(Self { draws })
    }

    /// The normal quantile of the rank of each draw, (rank - 3/8) / (n + 1/4) (Blom 1958), in the
    /// order of the sequence; equal draws share their average rank. `scores` are those of this number of draws.
    pub(super) fn normal_scores(&self, scores: &NormalScores) -> Vec<f64> {
        let mut values = vec![0.0; self.draws.len()];
        let mut first = 0;
        for equal in self.draws.chunk_by(|a, b| a.0 == b.0) {
            let score = scores.of(first, equal.len());
            for (_, place) in equal {
                values[*place as usize] = score;
            }
            first += equal.len();
        }
        values
    }
}

/// An integer in the order of [`f64::total_cmp`]: of negative numbers all bits but the sign are turned.
fn key(number: f64) -> i64 {
    let bits = number.to_bits() as i64;
    bits ^ ((bits >> 63) as u64 >> 1) as i64
}

/// The number of a key.
fn of_key(key: i64) -> f64 {
    f64::from_bits((key ^ ((key >> 63) as u64 >> 1) as i64) as u64)
}

/// The normal scores of all ranks of a number of draws, computed once for all that share it.
pub(crate) struct NormalScores(Vec<f64>);

impl NormalScores {
    pub(crate) fn new(total: usize) -> Self {
        let ranks = (0..total).into_par_iter();
        Self(ranks.map(|below| blom(below as f64 + 1.0, total)).collect())
    }

    /// The score that `equal` draws share, with `below` draws below them.
    fn of(&self, below: usize, equal: usize) -> f64 {
        if equal == 1 {
            return self.0[below];
        }
        // ranks count from 1
        blom(below as f64 + (equal as f64 + 1.0) / 2.0, self.0.len())
    }
}

/// The score of a rank from 1.
fn blom(rank: f64, total: usize) -> f64 {
    normal_quantile((rank - 0.375) / (total as f64 + 0.25))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores_of(draws: &[f64]) -> Vec<f64> {
        Ordered::new(draws.iter()).normal_scores(&NormalScores::new(draws.len()))
    }

    #[test]
    fn ties_share_their_average_rank() {
        let scores = scores_of(&[3.0, 1.0, 3.0, -0.0, 0.0, 7.0]);
        let quantile = |rank: f64| normal_quantile((rank - 0.375) / 6.25);
        let expected = [4.5, 3.0, 4.5, 1.5, 1.5, 6.0].map(quantile);
        for (score, expected) in scores.iter().zip(expected) {
            approx::assert_relative_eq!(*score, expected, max_relative = 1e-15);
        }
        assert_eq!(scores_of(&[3.0, 1.0, 9.0])[0], 0.0);
    }

    #[test]
    fn keys_are_in_the_order_of_numbers() {
        let numbers = [
            f64::NEG_INFINITY,
            f64::MIN,
            -1.5,
            -1e-310,
            -0.0,
            0.0,
            1e-310,
            2.0,
            f64::MAX,
            f64::INFINITY,
        ];
        assert!(numbers.is_sorted_by_key(|number| key(*number)));
        for number in numbers {
            assert_eq!(of_key(key(number)).to_bits(), number.to_bits());
        }
    }

    #[test]
    fn folding_keeps_the_order() {
        let draws = [1.0, 4.0, -3.0, 2.5, 0.5, 2.5, 9.0, -7.5];
        // the median is 1.75
        let distances = draws.map(|x| f64::abs(x - 1.75));
        let folded = Ordered::new(draws.iter()).folded().unwrap();
        assert_eq!(folded.normal_scores(&NormalScores::new(8)), scores_of(&distances));
        assert!(Ordered::new([f64::INFINITY, 1.0, f64::INFINITY, 2.0].iter()).folded().is_none());
    }
}
