//! Singular values that are known by hand.

use numerics::{dot, singular};

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
