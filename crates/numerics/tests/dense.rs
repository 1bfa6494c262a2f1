//! Solutions that are known because the right-hand sides were made of them.

use numerics::{Cholesky, Lu, dot, eliminate};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

fn product(matrix: &[f64], x: &[f64]) -> Vec<f64> {
    matrix.chunks_exact(x.len()).map(|row| dot(row, x)).collect()
}

fn agree(found: &[f64], x: &[f64], tolerance: f64) {
    for (found, x) in found.iter().zip(x) {
        assert!((found - x).abs() < tolerance * x.abs(), "{found} {x}");
    }
}

#[test]
fn triangles_solve() {
    let mut rng = Pcg64::seed_from_u64(1);
    for n in [1, 2, 3, 8, 40] {
        let mut matrix: Vec<f64> = (0..n * n).map(|_| rng.random_range(-1.0..1.0)).collect();
        // a pivot has to be sought, but for one equation
        matrix[0] = if n == 1 { 3.0 } else { 0.0 };
        let x: Vec<f64> = (0..n).map(|i| 1.0 + i as f64).collect();
        let mut right = product(&matrix, &x);
        let mut factors = Lu::new(n);
        assert!(factors.factorize(|row, column| matrix[row * n + column]));
        factors.solve(&mut right);
        agree(&right, &x, 1e-10 * n as f64);
    }
    assert!(!Lu::new(2).factorize(|row, column| (row + 1) as f64 * column as f64));
    assert!(!Lu::new(2).factorize(|_, _| f64::NAN));
    assert!(Lu::new(0).factorize(|_, _| f64::NAN)); // no equation is no contradiction
    // det [[0, 2, 1], [1, 1, 0], [3, 0, 4]], expanded along the first row: -2 (4) + 1 (-3)
    let rows = [[0.0, 2.0, 1.0], [1.0, 1.0, 0.0], [3.0, 0.0, 4.0]];
    let mut factors = Lu::new(3);
    assert!(factors.factorize(|row, column| rows[row][column]));
    assert!((factors.pivots().product::<f64>().abs() - 11.0).abs() < 1e-13);
}

#[test]
fn small_systems_are_eliminated_where_they_stand() {
    let mut system = [[0.0, 2.0, 1.0, 7.0], [1.0, 1.0, 0.0, 3.0], [3.0, 0.0, 4.0, 15.0]];
    agree(&eliminate(&mut system, 3, 1e-12).unwrap(), &[1.0, 2.0, 3.0], 1e-14);
    // the leading rows alone
    let mut system = [[4.0, 2.0, 0.0, 8.0], [2.0, 3.0, 0.0, 8.0], [f64::NAN; 4]];
    agree(&eliminate(&mut system, 2, 1e-12).unwrap()[..2], &[1.0, 2.0], 1e-14);
    let mut dependent = [[1.0, 2.0, 3.0], [2.0, 4.0 + 1e-14, 6.0]];
    assert!(eliminate(&mut dependent, 2, 1e-12).is_none());
}

#[test]
fn factors_of_symmetric_matrices_solve_and_tell_what_is_not_positive() {
    let mut rng = Pcg64::seed_from_u64(2);
    for n in [1, 2, 5, 12] {
        let root: Vec<f64> = (0..n * n).map(|_| rng.random_range(-1.0..1.0)).collect();
        let entry = |i: usize, j: usize| {
            let (a, b) = (&root[i * n..(i + 1) * n], &root[j * n..(j + 1) * n]);
            dot(a, b) + if i == j { 1.0 } else { 0.0 }
        };
        let matrix: Vec<f64> = (0..n * n).map(|at| entry(at / n, at % n)).collect();
        let factor = Cholesky::of(n, entry, 0.0).unwrap();
        agree(&factor.matrix(), &matrix, 1e-12);
        let x: Vec<f64> = (0..n).map(|i| 1.0 + i as f64).collect();
        let mut right = product(&matrix, &x);
        factor.solve(&mut right);
        agree(&right, &x, 1e-12 * n as f64);
        let mut lu = Lu::new(n);
        assert!(lu.factorize(entry));
        let log = 0.5 * lu.pivots().map(libm::log).sum::<f64>();
        assert!((factor.log_determinant() - log).abs() < 1e-12);
        // |L^-1 L x|^2
        let (mut image, mut room) = (x.clone(), vec![0.0; n]);
        factor.multiply_in_place(&mut image);
        let norm = factor.squared_norm(&vec![0.0; n], &image, &mut room);
        assert!((norm - dot(&x, &x)).abs() < 1e-12 * norm);
    }
    for (a, b, c) in [(1.0, 2.0, 4.0), (1.0, 2.0, 3.0), (-1.0, 0.0, 1.0), (1.0, f64::NAN, 9.0)] {
        assert!(Cholesky::of(2, |i, j| [[a, b], [b, c]][i][j], 1e-13).is_none());
    }
    assert!(
        Cholesky::of(2, |i, j| [[1.0, f64::INFINITY], [f64::INFINITY, 1.0]][i][j], 0.0).is_none()
    );
}

/// A row that the first two determine is left out: the others are solved as if it were not there.
#[test]
fn dependent_rows_are_left_out() {
    let rows =
        [[4.0, 2.0, 6.0, 0.0], [2.0, 5.0, 7.0, 1.0], [6.0, 7.0, 13.0, 1.0], [0.0, 1.0, 1.0, 2.0]];
    let factor = Cholesky::semidefinite(4, |i, j| rows[i][j], 1e-13);
    let mut right = [8.0, 13.0, 21.0, 4.0];
    factor.solve(&mut right);
    let alone = [[4.0, 2.0, 0.0, 8.0], [2.0, 5.0, 1.0, 13.0], [0.0, 1.0, 2.0, 4.0]];
    let [a, b, c] = eliminate(&mut { alone }, 3, 1e-12).unwrap();
    assert_eq!(right[2], 0.0);
    agree(&[right[0], right[1], right[3]], &[a, b, c], 1e-13);
}
