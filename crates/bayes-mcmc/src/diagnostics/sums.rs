//! Sums of many numbers, added in pairs of blocks.

/// Numbers that are added one after the other, in eight lanes.
const BLOCK: usize = 128;

/// The sum, with an error that grows with the logarithm of the length (Higham 1993). In the order of
/// NumPy, so that what is exactly constant there is so here.
pub(super) fn sum(values: &[f64]) -> f64 {
    sum_of(values, &|x| x)
}

/// The sum of a function of the values, likewise.
pub(super) fn sum_of(values: &[f64], function: &impl Fn(f64) -> f64) -> f64 {
    match values.len() {
        0..8 => values.iter().fold(-0.0, |sum, value| sum + function(*value)),
        8..=BLOCK => {
            let (rows, rest) = values.as_chunks::<8>();
            let mut lanes = rows[0].map(function);
            for row in &rows[1..] {
                for (lane, value) in lanes.iter_mut().zip(row) {
                    *lane += function(*value);
                }
            }
            let [a, b, c, d, e, f, g, h] = lanes;
            let pairs = ((a + b) + (c + d)) + ((e + f) + (g + h));
            rest.iter().fold(pairs, |sum, value| sum + function(*value))
        }
        length => {
            let half = length / 2 / 8 * 8;
            sum_of(&values[..half], function) + sum_of(&values[half..], function)
        }
    }
}

/// About the sum of the products of two sequences' deviations from `centre`, as long as the shorter one
/// but for up to seven numbers: quick, for guesses.
pub(super) fn sum_of_products(first: &[f64], second: &[f64], centre: f64) -> f64 {
    let mut lanes = [0.0; 8];
    for (first, second) in first.as_chunks::<8>().0.iter().zip(second.as_chunks::<8>().0) {
        for lane in 0..8 {
            lanes[lane] += (first[lane] - centre) * (second[lane] - centre);
        }
    }
    lanes.iter().sum()
}

/// The mean; exact for values that are all alike.
pub(super) fn mean(values: &[f64]) -> f64 {
    if !values.is_empty() && are_alike(values) {
        return values[0];
    }
    sum(values) / values.len() as f64
}

/// Whether all values are the same; no value is.
pub(super) fn are_alike(values: &[f64]) -> bool {
    values.iter().all(|value| *value == values[0])
}

/// The variance, with n - 1; NaN for a single value. Of values that are all alike it is 0, not what the
/// rounding of their mean leaves.
pub(super) fn variance(values: &[f64]) -> f64 {
    if values.len() > 1 && values[0].is_finite() && are_alike(values) {
        return 0.0;
    }
    let mean = mean(values);
    sum_of(values, &|x| (x - mean) * (x - mean)) / (values.len() as f64 - 1.0)
}
