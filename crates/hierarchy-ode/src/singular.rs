//! Singular values and right singular vectors of a matrix with eight columns, by one-sided Jacobi
//! rotations: pairs of columns are rotated until all are orthogonal; their lengths are the singular
//! values. Small values come out relative to their own columns, so that exactly dependent columns
//! give zeros to rounding. Source: Hestenes, J. SIAM 6, 51 (1958).

/// Singular values, largest first, and for each its direction (unit, in the space of the columns).
pub(crate) fn singular(rows: &[[f64; 8]]) -> ([f64; 8], [[f64; 8]; 8]) {
    let mut columns: [Vec<f64>; 8] =
        std::array::from_fn(|i| rows.iter().map(|row| row[i]).collect());
    let mut directions: [[f64; 8]; 8] =
        std::array::from_fn(|i| std::array::from_fn(|j| f64::from(u8::from(i == j))));
    for _ in 0..60 {
        let mut rotated = false;
        for left in 0..8 {
            for right in left + 1..8 {
                let (a, b) = (&columns[left], &columns[right]);
                let (aa, bb, ab) = (dot(a, a), dot(b, b), dot(a, b));
                if ab.abs() <= 1e-15 * (aa * bb).sqrt() {
                    continue;
                }
                rotated = true;
                let zeta = (bb - aa) / (2.0 * ab);
                let tangent = zeta.signum() / (zeta.abs() + libm::hypot(zeta, 1.0));
                let cosine = 1.0 / libm::hypot(tangent, 1.0);
                let turn = (cosine, cosine * tangent);
                let (head, tail) = columns.split_at_mut(right);
                rotate(&mut head[left], &mut tail[0], turn);
                let (head, tail) = directions.split_at_mut(right);
                rotate(&mut head[left], &mut tail[0], turn);
            }
        }
        if !rotated {
            break;
        }
    }
    let values: [f64; 8] = std::array::from_fn(|i| dot(&columns[i], &columns[i]).sqrt());
    let mut order: [usize; 8] = std::array::from_fn(|i| i);
    order.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
    (order.map(|i| values[i]), order.map(|i| directions[i]))
}

pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn rotate(a: &mut [f64], b: &mut [f64], (cosine, sine): (f64, f64)) {
    for (a, b) in a.iter_mut().zip(b) {
        (*a, *b) = (cosine * *a - sine * *b, sine * *a + cosine * *b);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_matrix() {
        // [[3, 0], [4, 5]] has singular values 3 sqrt(5) and sqrt(5), with directions (1, 1) and
        // (1, -1)
        let row = |a: f64, b: f64| [a, b, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0];
        let (values, directions) = singular(&[row(3.0, 0.0), row(4.0, 5.0)]);
        let root = 5_f64.sqrt();
        assert!((values[0] - 3.0 * root).abs() < 1e-14 && (values[1] - root).abs() < 1e-14);
        assert_eq!(&values[2..], &[0.0; 6]);
        assert!((directions[0][0] - directions[0][1]).abs() < 1e-15);
        assert!((directions[1][0] + directions[1][1]).abs() < 1e-15);
    }

    #[test]
    fn dependent_columns_give_zeros_to_rounding() {
        let row = |t: f64| {
            let (a, b) = (libm::sin(t), 1e-4 * libm::cos(t));
            [a, 4.0 * a, b, a + b, a - 1e3 * b, 0.3 * b, 0.0, b]
        };
        let rows: Vec<_> = (0..50).map(|i| row(0.1 * f64::from(i))).collect();
        let (values, directions) = singular(&rows);
        assert!(values[1] > 1e-4 * values[0] && values[2] < 1e-15 * values[0], "{values:?}");
        for (i, a) in directions.iter().enumerate() {
            for (j, b) in directions.iter().enumerate() {
                assert!((dot(a, b) - f64::from(u8::from(i == j))).abs() < 1e-14);
            }
        }
    }
}
