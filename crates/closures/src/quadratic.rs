//! The least value of a quadratic on a box cut by a few planes, in four variables, exactly.
//!
//! Every minimum lies in the relative interior of some face and is stationary on it. There are at
//! most 3^4 faces (each variable free, at its lower or at its upper bound), so all are tried: no
//! iteration, no start, and an indefinite quadratic is minimised globally.

/// Four numbers, one for each exponent slot.
pub(crate) type Vector = [f64; 4];
/// Rows of a symmetric 4 x 4 matrix.
pub(crate) type Matrix = [Vector; 4];

pub(crate) fn dot(a: &Vector, b: &Vector) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Points x with lower <= x <= upper and row . x = value for each equality.
#[derive(Clone, Debug)]
pub(crate) struct Polytope {
    /// Lower bounds; may be -infinity.
    pub(crate) lower: Vector,
    /// Upper bounds; may be infinity. Equal to the lower one for a variable that is pinned.
    pub(crate) upper: Vector,
    /// Independent rows with the value each must have; at most four.
    pub(crate) equalities: Vec<(Vector, f64)>,
}

/// Bounds and equalities are met to this.
const FEASIBLE: f64 = 1e-10;
/// A face whose equations have a pivot below this, relative to their largest entry, is skipped:
/// the quadratic is flat on it, and its edges hold a minimum too.
const SINGULAR: f64 = 1e-12;

impl Polytope {
    /// Where x . H x / 2 + g . x is least; `None` if no point was found.
    ///
    /// The polytope must be bounded unless H is positive definite.
    pub(crate) fn minimize(&self, hessian: &Matrix, gradient: &Vector) -> Option<Vector> {
        let mut best: Option<(f64, Vector)> = None;
        for code in 0..81 {
            let Some(face) = self.face(code) else { continue };
            let Some(point) = self.stationary_point(face, hessian, gradient) else { continue };
            let value = quadratic(hessian, gradient, &point);
            if best.is_none_or(|(least, _)| value < least) {
                best = Some((value, point));
            }
        }
        best.map(|(_, point)| point)
    }

    /// As [`minimize`](Self::minimize), for H known to be positive semidefinite: a stationary
    /// point inside the polytope is then the minimum, and faces need not be tried.
    pub(crate) fn minimize_convex(&self, hessian: &Matrix, gradient: &Vector) -> Option<Vector> {
        let pinned = |k: usize| (self.lower[k] == self.upper[k]).then_some(self.lower[k]);
        self.stationary_point(std::array::from_fn(pinned), hessian, gradient)
            .or_else(|| self.minimize(hessian, gradient))
    }

    /// The point nearest to `target`; `None` if the polytope is empty.
    pub(crate) fn nearest(&self, target: &Vector) -> Option<Vector> {
        let identity = std::array::from_fn(|i| std::array::from_fn(|j| f64::from(i == j)));
        self.minimize(&identity, &target.map(|t| -t))
    }

    /// The same with every variable held within `radius` of `center`.
    pub(crate) fn around(&self, center: &Vector, radius: f64) -> Polytope {
        Polytope {
            lower: std::array::from_fn(|k| self.lower[k].max(center[k] - radius)),
            upper: std::array::from_fn(|k| self.upper[k].min(center[k] + radius)),
            equalities: self.equalities.clone(),
        }
    }

    /// The bound each variable is held at, `None` where it is free; no face where that bound is
    /// infinite or the variable is pinned.
    fn face(&self, code: usize) -> Option<[Option<f64>; 4]> {
        let mut face = [None; 4];
        for (k, held) in face.iter_mut().enumerate() {
            let pinned = self.lower[k] == self.upper[k];
            *held = match code / 3_usize.pow(k as u32) % 3 {
                0 if pinned => return None,
                0 => None,
                1 => Some(self.lower[k]),
                _ if pinned => return None,
                _ => Some(self.upper[k]),
            };
            if held.is_some_and(f64::is_infinite) {
                return None;
            }
        }
        Some(face)
    }

    /// Solves the Karush-Kuhn-Tucker equations of one face; `None` where they are singular or the
    /// solution leaves the polytope.
    fn stationary_point(
        &self,
        face: [Option<f64>; 4],
        hessian: &Matrix,
        gradient: &Vector,
    ) -> Option<Vector> {
        let mut point = face.map(|held| held.unwrap_or(0.0));
        let mut free = [0; 4];
        let mut count = 0;
        for (k, _) in face.iter().enumerate().filter(|(_, held)| held.is_none()) {
            free[count] = k;
            count += 1;
        }
        let (free, rows) = (&free[..count], self.equalities.len());
        if count < rows {
            return None;
        }
        // [ H  A' ] [ x      ]   [ -g - H held ]
        // [ A  0  ] [ lambda ] = [ b - A held  ]
        let mut system = [[0.0; 9]; 8];
        for (i, &k) in free.iter().enumerate() {
            for (j, &l) in free.iter().enumerate() {
                system[i][j] = hessian[k][l];
            }
            for (r, (row, _)) in self.equalities.iter().enumerate() {
                system[i][count + r] = row[k];
                system[count + r][i] = row[k];
            }
            system[i][8] = -gradient[k] - dot(&hessian[k], &point);
        }
        for (r, (row, value)) in self.equalities.iter().enumerate() {
            system[count + r][8] = value - dot(row, &point);
        }
        let solution = solve(&mut system, count + rows)?;
        for (i, &k) in free.iter().enumerate() {
            let allowed = self.lower[k] - FEASIBLE..=self.upper[k] + FEASIBLE;
            if !allowed.contains(&solution[i]) {
                return None;
            }
            point[k] = solution[i].clamp(self.lower[k], self.upper[k]);
        }
        Some(point)
    }
}

/// x . H x / 2 + g . x
pub(crate) fn quadratic(hessian: &Matrix, gradient: &Vector, point: &Vector) -> f64 {
    let curved: f64 = hessian.iter().zip(point).map(|(row, x)| x * dot(row, point)).sum();
    0.5 * curved + dot(gradient, point)
}

/// Gaussian elimination with partial pivoting on the leading `size` rows; right side in column 8.
fn solve(system: &mut [[f64; 9]; 8], size: usize) -> Option<[f64; 8]> {
    let largest =
        system[..size].iter().flat_map(|row| &row[..size]).fold(0.0, |m: f64, v| m.max(v.abs()));
    for column in 0..size {
        let pivot = (column..size)
            .max_by(|&a, &b| system[a][column].abs().total_cmp(&system[b][column].abs()))?;
        let size_of_pivot = system[pivot][column].abs();
        if size_of_pivot.is_nan() || size_of_pivot <= SINGULAR * largest {
            return None;
        }
        system.swap(column, pivot);
        let pivot_row = system[column];
        for row in &mut system[column + 1..size] {
            let factor = row[column] / pivot_row[column];
            if factor != 0.0 {
                for (entry, above) in row[column..].iter_mut().zip(&pivot_row[column..]) {
                    *entry -= factor * above;
                }
            }
        }
    }
    let mut solution = [0.0; 8];
    for i in (0..size).rev() {
        let known: f64 = (i + 1..size).map(|j| system[i][j] * solution[j]).sum();
        solution[i] = (system[i][8] - known) / system[i][i];
    }
    Some(solution)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn simplex() -> Polytope {
        Polytope {
            lower: [0.0, 0.0, -2.0, -2.0],
            upper: [2.0, 2.0, 0.0, 0.0],
            equalities: vec![([1.0; 4], 1.0)],
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            rng_seed: proptest::test_runner::RngSeed::Fixed(5),
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn no_point_of_a_dense_grid_is_lower_even_for_an_indefinite_quadratic(
            entries in prop::array::uniform10(-1.0..1.0_f64),
            gradient in prop::array::uniform4(-1.0..1.0_f64),
        ) {
            let [a, b, c, d, e, f, g, h, i, j] = entries;
            let hessian = [[a, b, c, d], [b, e, f, g], [c, f, h, i], [d, g, i, j]];
            let found = simplex().minimize(&hessian, &gradient).unwrap();
            prop_assert!((found.iter().sum::<f64>() - 1.0).abs() < 1e-9);
            let least = quadratic(&hessian, &gradient, &found);
            for code in 0..17_usize.pow(3) {
                let [a, b, c] = [code % 17, code / 17 % 17, code / 289].map(|i| i as f64 / 8.0);
                let point = [a, b, -c, 1.0 - a - b + c];
                if (-2.0..=0.0).contains(&point[3]) {
                    prop_assert!(least <= quadratic(&hessian, &gradient, &point) + 1e-9);
                }
            }
        }
    }

    #[test]
    fn the_nearest_point_lies_on_the_planes_and_an_empty_polytope_has_none() {
        let mut polytope = simplex();
        let found = polytope.nearest(&[1.0, 1.0, -1.0, 0.0]).unwrap();
        assert_eq!(found, [1.0, 1.0, -1.0, 0.0]);
        polytope.equalities.push(([0.0, 1.0, 0.0, 0.0], 0.25));
        let found = polytope.nearest(&[1.0, 1.0, -1.0, 0.0]).unwrap();
        assert!((found[1] - 0.25).abs() < 1e-12 && (found.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        polytope.lower[0] = 1.9;
        polytope.lower[1] = 0.5;
        assert!(polytope.nearest(&[0.0; 4]).is_none());
    }
}
