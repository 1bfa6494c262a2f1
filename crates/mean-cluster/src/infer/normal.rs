//! Standard normal numbers by the polar method, with the logarithm of `libm`.
//!
//! A point is drawn uniformly in the unit disk by rejection. With its squared radius s, one of its
//! coordinates times sqrt(-2 ln(s) / s) has a standard normal distribution. The other coordinate
//! gives a second, independent number, which is left out so that a generator's state says it all.
//! `rand_distr` takes exponentials and logarithms from the C library, whose last bits depend on the
//! processor.
//! Source: Marsaglia and Bray, SIAM Review 6, 260 (1964).

use rand::{Rng, RngExt};

/// Draws a number with mean 0 and variance 1.
pub(super) fn standard_normal(rng: &mut impl Rng) -> f64 {
    loop {
        let [x, y] = [(); 2].map(|()| 2.0 * rng.random::<f64>() - 1.0);
        let square = x * x + y * y;
        if square > 0.0 && square < 1.0 {
            return x * (-2.0 * libm::log(square) / square).sqrt();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_pcg::Pcg64;

    /// Parts of a normal distribution below -2, -1, 0, 1 and 2 standard deviations, and its first
    /// four moments, within five standard errors.
    #[test]
    fn it_has_the_distribution_and_the_moments_of_a_normal_one() {
        let mut rng = Pcg64::seed_from_u64(5);
        let count = 200_000;
        let draws: Vec<f64> = (0..count).map(|_| standard_normal(&mut rng)).collect();
        for limit in [-2.0, -1.0, 0.0, 1.0, 2.0] {
            let expected = 0.5 * libm::erfc(-limit / 2.0_f64.sqrt());
            let found = draws.iter().filter(|x| **x < limit).count() as f64 / f64::from(count);
            let error = (expected * (1.0 - expected) / f64::from(count)).sqrt();
            assert!((found - expected).abs() < 5.0 * error, "{limit}: {found} and {expected}");
        }
        // the variance of x^n is E x^2n - (E x^n)^2
        for (power, expected, variance) in
            [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0), (4, 3.0, 96.0_f64)]
        {
            let mean = draws.iter().map(|x| x.powi(power)).sum::<f64>() / f64::from(count);
            let error = (variance / f64::from(count)).sqrt();
            assert!((mean - expected).abs() < 5.0 * error, "x^{power}: {mean}");
        }
    }
}
