//! Rank normalisation.

use ndarray::Array2;
use statrs::function::erf::erfc_inv;

/// Replaces each draw by the normal quantile of its rank among all, (rank - 3/8) / (n + 1/4) (Blom
/// 1958); equal draws share their average rank.
pub(super) fn rank_normalised(draws: &Array2<f64>) -> Array2<f64> {
    let mut order: Vec<(f64, usize)> = draws.iter().copied().zip(0..).collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut scores = vec![0.0; order.len()];
    let mut first = 0;
    for equal in order.chunk_by(|a, b| a.0 == b.0) {
        // ranks count from 1
        let rank = first as f64 + (equal.len() as f64 + 1.0) / 2.0;
        let score = normal_quantile((rank - 0.375) / (order.len() as f64 + 0.25));
        for (_, place) in equal {
            scores[*place] = score;
        }
        first += equal.len();
    }
    Array2::from_shape_vec(draws.dim(), scores).expect("one score for each draw")
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
        let scores = rank_normalised(&array![[3.0, 1.0], [3.0, -0.0], [0.0, 7.0]]);
        // ranks 4.5, 3; 4.5, 1.5; 1.5, 6
        let quantile = |rank: f64| normal_quantile((rank - 0.375) / 6.25);
        let expected = [4.5, 3.0, 4.5, 1.5, 1.5, 6.0].map(quantile);
        assert_eq!(scores.as_slice(), Some(&expected[..]));
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
