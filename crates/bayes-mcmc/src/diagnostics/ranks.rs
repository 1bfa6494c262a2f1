//! Rank normalisation.

use ndarray::Array2;
use statrs::function::erf::erfc_inv;

/// Draws in ascending order, each with its place in the array they came from.
pub(super) struct Ordered {
    draws: Vec<(f64, usize)>,
    shape: (usize, usize),
}

impl Ordered {
    /// Sorts draws, none of which is NaN.
    pub(super) fn new(draws: &Array2<f64>) -> Self {
        let mut ordered: Vec<(f64, usize)> = draws.iter().copied().zip(0..).collect();
        ordered.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        Self { draws: ordered, shape: draws.dim() }
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
        let distance = |(x, place): &(f64, usize)| ((x - median).abs(), *place);
        let mut below = below.iter().rev().map(distance).peekable();
        let mut above = above.iter().map(distance).peekable();
        let nearer = || match (below.peek(), above.peek()) {
            (Some(low), Some(high)) if low.0 <= high.0 => below.next(),
            (Some(_), None) => below.next(),
            _ => above.next(),
        };
        Some(Self { draws: std::iter::from_fn(nearer).collect(), shape: self.shape })
    }

    /// The normal quantile of the rank of each draw, (rank - 3/8) / (n + 1/4) (Blom 1958), in the
    /// array's order; equal draws share their average rank.
    pub(super) fn normal_scores(&self) -> Array2<f64> {
        let total = self.draws.len() as f64;
        let mut scores = vec![0.0; self.draws.len()];
        let mut first = 0.0;
        for equal in self.draws.chunk_by(|a, b| a.0 == b.0) {
            let count = equal.len() as f64;
            // ranks count from 1
            let rank = first + (count + 1.0) / 2.0;
            let score = normal_quantile((rank - 0.375) / (total + 0.25));
            for (_, place) in equal {
                scores[*place] = score;
            }
            first += count;
        }
        Array2::from_shape_vec(self.shape, scores).expect("one score for each draw")
    }
}

/// The standard normal quantile at a probability strictly between 0 and 1.
fn normal_quantile(probability: f64) -> f64 {
    -std::f64::consts::SQRT_2 * erfc_inv(2.0 * probability)
}

#[cfg(test)]
mod tests {
    use ndarray::array;

    use super::*;

    #[test]
    fn ties_share_their_average_rank() {
        let scores = Ordered::new(&array![[3.0, 1.0], [3.0, -0.0], [0.0, 7.0]]).normal_scores();
        // ranks 4.5, 3; 4.5, 1.5; 1.5, 6
        let quantile = |rank: f64| normal_quantile((rank - 0.375) / 6.25);
        let expected = [4.5, 3.0, 4.5, 1.5, 1.5, 6.0].map(quantile);
        assert_eq!(scores.as_slice(), Some(&expected[..]));
    }

    #[test]
    fn folding_keeps_the_order() {
        let draws = array![[1.0, 4.0, -3.0, 2.5], [0.5, 2.5, 9.0, -7.5]];
        // the median is 1.75
        let distances = draws.mapv(|x| f64::abs(x - 1.75));
        let folded = Ordered::new(&draws).folded().unwrap();
        assert_eq!(folded.normal_scores(), Ordered::new(&distances).normal_scores());
        assert!(Ordered::new(&array![[f64::INFINITY, 1.0, f64::INFINITY, 2.0]]).folded().is_none());
    }

    #[test]
    fn normal_quantiles_are_right_in_the_tails() {
        // from SciPy 1.17.1: scipy.stats.norm.ppf
        for (probability, expected) in [
            (1e-12, -7.034483825301131),
            (1e-6, -4.753424308822899),
            (0.3, -0.5244005127080409),
            (0.975, 1.959963984540054),
            (1.0 - 1e-9, 5.997807019601637),
        ] {
            approx::assert_relative_eq!(
                normal_quantile(probability),
                expected,
                max_relative = 1e-14
            );
        }
    }
}
