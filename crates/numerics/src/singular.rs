//! Singular values and right singular vectors of a matrix with few columns, by one-sided Jacobi
//! rotations: pairs of columns are rotated until all are orthogonal; their lengths are the singular
//! values. Small values come out relative to their own columns, so that exactly dependent columns
//! give zeros to rounding. Source: Hestenes, J. SIAM 6, 51 (1958).

use crate::dot;

/// Returns the singular values, largest first, and for each its direction (unit, in the space of the
/// columns).
pub fn singular<const N: usize>(rows: &[[f64; N]]) -> ([f64; N], [[f64; N]; N]) {
    let mut columns: [Vec<f64>; N] =
        std::array::from_fn(|i| rows.iter().map(|row| row[i]).collect());
    let mut directions: [[f64; N]; N] =
        std::array::from_fn(|i| std::array::from_fn(|j| f64::from(u8::from(i == j))));
    for _ in 0..60 {
        let mut rotated = false;
        for left in 0..N {
            for right in left + 1..N {
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
    let values: [f64; N] = std::array::from_fn(|i| dot(&columns[i], &columns[i]).sqrt());
    let mut order: [usize; N] = std::array::from_fn(|i| i);
    order.sort_by(|a, b| values[*b].total_cmp(&values[*a]));
    (order.map(|i| values[i]), order.map(|i| directions[i]))
}

fn rotate(a: &mut [f64], b: &mut [f64], (cosine, sine): (f64, f64)) {
    for (a, b) in a.iter_mut().zip(b) {
        (*a, *b) = (cosine * *a - sine * *b, sine * *a + cosine * *b);
    }
}
