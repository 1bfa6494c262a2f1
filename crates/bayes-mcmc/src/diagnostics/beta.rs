//! Quantiles of the beta distribution, for shapes from 1 to many millions.

use std::f64::consts::PI;

/// The quantile at `probability` (strictly between 0 and 1) of the beta distribution with two shapes
/// of at least 1; NaN if one is NaN. Newton's steps, held in a bracket.
pub(super) fn beta_quantile(probability: f64, [a, b]: [f64; 2]) -> f64 {
    if !(a >= 1.0 && b >= 1.0 && (a + b).is_finite()) {
        return f64::NAN;
    }
    let (mut low, mut high) = (0.0, 1.0);
    let mut x = a / (a + b);
    for _ in 0..200 {
        let excess = cumulative(x, a, b) - probability;
        if excess > 0.0 {
            high = x;
        } else {
            low = x;
        }
        let slope = power_term(x, a, b) / (x * (1.0 - x));
        let newton = x - excess / slope;
        let next = if newton > low && newton < high { newton } else { (low + high) / 2.0 };
        if (next - x).abs() <= 4.0 * f64::EPSILON * x || next == low || next == high {
            return next;
        }
        x = next;
    }
    x
}

/// The regularised incomplete beta function, by the continued fraction (DLMF 8.17.22) where it
/// converges fast.
fn cumulative(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        0.0
    } else if x >= 1.0 {
        1.0
    } else if x > (a + 1.0) / (a + b + 2.0) {
        1.0 - power_term(x, a, b) * fraction(1.0 - x, b, a) / b
    } else {
        power_term(x, a, b) * fraction(x, a, b) / a
    }
}

/// x^a (1 - x)^b / B(a, b), with the large parts of the exponents taken away beforehand.
fn power_term(x: f64, a: f64, b: f64) -> f64 {
    let sum = a + b;
    let away = x * sum - a;
    let exponent = a * libm::log1p(away / a) + b * libm::log1p(-away / b);
    let rest = stirling_rest(sum) - stirling_rest(a) - stirling_rest(b);
    (a * b / (2.0 * PI * sum)).sqrt() * libm::exp(exponent + rest)
}

/// ln Gamma(z) less (z - 1/2) ln z - z + ln(2 pi)/2, for z >= 1.
fn stirling_rest(z: f64) -> f64 {
    if z < 15.0 {
        return libm::lgamma(z) - ((z - 0.5) * libm::log(z) - z + libm::log(2.0 * PI) / 2.0);
    }
    let inverse = 1.0 / (z * z);
    (1.0 / 12.0
        - inverse
            * (1.0 / 360.0
                - inverse * (1.0 / 1260.0 - inverse * (1.0 / 1680.0 - inverse / 1188.0))))
        / z
}

/// The continued fraction, by Lentz's method; it takes about the root of the larger shape in terms.
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    let guard =
        |value: f64| if value.abs() < f64::MIN_POSITIVE { f64::MIN_POSITIVE } else { value };
    let terms = 1000 + (10.0 * a.max(b).sqrt()) as usize;
    let mut c = 1.0;
    let mut d = 1.0 / guard(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for term in 1..terms {
        let m = term as f64;
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        for numerator in [even, odd] {
            d = 1.0 / guard(1.0 + numerator * d);
            c = guard(1.0 + numerator / c);
            value *= c * d;
        }
        if (c * d - 1.0).abs() < f64::EPSILON {
            break;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCIPY: [(f64, [f64; 2], f64); 11] = [
        (0.1586553, [1.0, 81.0], 0.0021304906561882934),
        (0.8413447, [1.0, 81.0], 0.022472308573948753),
        (0.1586553, [3.5, 1.0], 0.5909604990279964),
        (0.5, [2.0, 2.0], 0.5),
        (0.1586553, [15.2, 285.0], 0.03810065997047999),
        (0.8413447, [201.0, 201.0], 0.5249377093475641),
        (0.8413447, [5001.5, 95001.5], 0.050702760142715624),
        (0.1586553, [200000.0, 200000.0], 0.49920943073547397),
        (0.8413447, [1.0, 1000000.0], 1.8410196599616855e-06),
        (0.1586553, [9500000.0, 500000.0], 0.9499310797889575),
        (1e-06, [40.0, 3.0], 0.6268173271773553),
    ];

    #[test]
    fn quantiles_are_those_of_scipy() {
        // SciPy 1.17.1: scipy.stats.beta.ppf
        for (probability, shape, expected) in SCIPY {
            let found = beta_quantile(probability, shape);
            approx::assert_relative_eq!(found, expected, max_relative = 1e-12);
        }
        assert!(beta_quantile(0.1, [f64::NAN, 2.0]).is_nan());
    }
}
