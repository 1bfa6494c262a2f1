//! Exact correlations of the triangular Ising antiferromagnet in zero field, J = 1, on strips that
//! are infinite one way and periodic the other, by transfer matrix: what `infinite.rs` is tested
//! against where the width no longer matters.

/// The correlations `<s s>` of neighbours, of sites at the distance of the root of 3, and of sites two apart in a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Correlations {
    /// Neighbours.
    pub neighbor: f64,
    /// Ends of an angled chain.
    pub angled: f64,
    /// Ends of a linear chain.
    pub linear: f64,
}

/// The correlations on a strip `width` sites around, at the temperature T/J. A multiple of 3 fits
/// the order; 18 agrees with infinity to 1e-6 from T/J = 2 up.
pub fn correlations(t_over_j: f64, width: usize) -> Correlations {
    let k = -1.0 / t_over_j;
    let states = 1_usize << width;
    let spin =
        |state: usize, site: usize| if state >> (site % width) & 1 == 1 { 1.0 } else { -1.0 };
    let within: Vec<f64> = (0..states)
        .map(|s| libm::exp(k * (0..width).map(|i| spin(s, i) * spin(s, i + 1)).sum::<f64>()))
        .collect();
    let weight = [-2.0, 0.0, 2.0].map(|sum: f64| libm::exp(k * sum));
    // one row on: site i of the new row next to sites i and i + 1 of the old one. Sites are replaced
    // one by one; bit `width` keeps the old site 0, which the last new one needs.
    let advance = |row: &[f64]| -> Vec<f64> {
        let mut current = vec![0.0; 2 * states];
        for (state, value) in row.iter().enumerate() {
            current[state | (state & 1) << width] = *value;
        }
        for site in 0..width {
            let mut next = vec![0.0; 2 * states];
            for (state, value) in current.iter().enumerate().filter(|(_, value)| **value != 0.0) {
                let old = state >> site & 1;
                let beside = state >> (site + 1) & 1; // at the last site the bit kept
                for new in 0..2_usize {
                    let sum = if new == 1 { old + beside } else { 2 - old - beside };
                    next[state & !(1 << site) | new << site] += value * weight[sum];
                }
            }
            current = next;
        }
        (0..states).map(|s| within[s] * (current[s] + current[s | states])).collect()
    };
    let mut ground = within.clone();
    let mut growth = 0.0;
    for _ in 0..10_000 {
        let next = advance(&ground);
        let before = growth;
        growth = next.iter().sum::<f64>() / ground.iter().sum::<f64>();
        let scale = 1.0 / next.iter().sum::<f64>();
        ground = next.into_iter().map(|value| value * scale).collect();
        if (growth - before).abs() < 1e-15 * growth {
            break;
        }
    }
    // the rows that follow: the mirror image
    let mirrored =
        |state: usize| (0..width).fold(0, |m, i| m | (state >> i & 1) << (width - 1 - i));
    let after: Vec<f64> = (0..states).map(|s| ground[mirrored(s)] / within[s]).collect();
    let norm: f64 = ground.iter().zip(&after).map(|(a, b)| a * b).sum();
    let in_row = |distance: usize| {
        let terms = (0..states).map(|s| spin(s, 0) * spin(s, distance) * ground[s] * after[s]);
        terms.sum::<f64>() / norm
    };
    let signed: Vec<f64> = ground.iter().enumerate().map(|(s, v)| spin(s, 0) * v).collect();
    let next = advance(&signed);
    let norm_next: f64 = advance(&ground).iter().zip(&after).map(|(a, b)| a * b).sum();
    let angled = (0..states).map(|s| spin(s, 1) * next[s] * after[s]).sum::<f64>() / norm_next;
    Correlations { neighbor: in_row(1), angled, linear: in_row(2) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_high_temperature_paths_of_least_length_count() {
        // -1/T between neighbours, two paths of two steps to angled ends, one to linear ones
        let found = correlations(1000.0, 8);
        assert!((found.neighbor * 1000.0 + 1.0).abs() < 0.01, "{found:?}");
        assert!((found.angled * 1e6 - 2.0).abs() < 0.1, "{found:?}");
        assert!((found.linear * 1e6 - 1.0).abs() < 0.1, "{found:?}");
    }
}
