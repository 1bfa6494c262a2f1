//! The least value of a quadratic on a box cut by a few planes, in four variables, exactly.
//!
//! Every minimum lies in the relative interior of some face and is stationary on it. There are at
//! most 3^4 faces (each variable free, at its lower or at its upper bound), so all that can hold one
//! are tried: an indefinite quadratic is minimised globally.

/// Four numbers, one for each exponent slot.
pub(crate) type Vector = [f64; 4];
/// Rows of a symmetric 4 x 4 matrix.
pub(crate) type Matrix = [Vector; 4];

#[inline]
pub(crate) fn dot(a: &Vector, b: &Vector) -> f64 {
    (a[0] * b[0] + a[1] * b[1]) + (a[2] * b[2] + a[3] * b[3])
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

/// For each face what each variable is: 0 free, 1 at its lower, 2 at its upper bound.
const FACES: [[u8; 4]; 81] = {
    let mut faces = [[0; 4]; 81];
    let mut code = 0;
    while code < 81 {
        let digits = code as u8;
        faces[code] = [digits % 3, digits / 3 % 3, digits / 9 % 3, digits / 27];
        code += 1;
    }
    faces
};

impl Polytope {
    /// Where x . H x / 2 + g . x is least; `None` if no point was found.
    ///
    /// The polytope must be bounded unless H is positive definite.
    pub(crate) fn minimize(&self, hessian: &Matrix, gradient: &Vector) -> Option<Vector> {
        let mut best: Option<(f64, Vector)> = None;
        let concave = self.concave_pairs(hessian);
        for face in self.faces() {
            let free = |k: usize| face[k].is_none();
            if concave.iter().flatten().any(|&[i, j]| free(i) && free(j)) {
                continue;
            }
            let Some(point) = self.stationary_point(face, hessian, gradient) else { continue };
            let value = quadratic(hessian, gradient, &point);
            if best.is_none_or(|(least, _)| value < least) {
                best = Some((value, point));
            }
        }
        best.map(|(_, point)| point)
    }

    /// Pairs of variables that move together along the one equality, if there is one, with negative
    /// curvature: no minimum lies inside a face that leaves both free.
    fn concave_pairs(&self, hessian: &Matrix) -> [Option<[usize; 2]>; 6] {
        const PAIRS: [[usize; 2]; 6] = [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]];
        let [(row, _)] = self.equalities.as_slice() else { return [None; 6] };
        PAIRS.map(|[i, j]| {
            // along (row[j], -row[i])
            let (up, down) = (row[j], row[i]);
            let terms = [
                up * up * hessian[i][i],
                down * down * hessian[j][j],
                -2.0 * up * down * hessian[i][j],
            ];
            let [a, b, c] = terms.map(f64::abs);
            (terms.iter().sum::<f64>() < -SINGULAR * (a + b + c)).then_some([i, j])
        })
    }

    /// As [`minimize`](Self::minimize), for H known to be positive semidefinite: a point that meets
    /// the Karush-Kuhn-Tucker conditions is then the minimum. The face that holds it is sought by
    /// holding what leaves its bounds and releasing what is pushed off them; if that does not end,
    /// all faces are tried.
    pub(crate) fn minimize_convex(&self, hessian: &Matrix, gradient: &Vector) -> Option<Vector> {
        let pinned = |k: usize| self.lower[k] == self.upper[k];
        let mut face: [Option<f64>; 4] =
            std::array::from_fn(|k| pinned(k).then_some(self.lower[k]));
        for _ in 0..12 {
            let Some(point) = self.solve_face(face, hessian, gradient) else { break };
            let within: Vector =
                std::array::from_fn(|k| point[k].max(self.lower[k]).min(self.upper[k]));
            if within != point {
                face = std::array::from_fn(|k| {
                    face[k].or((within[k] != point[k]).then_some(within[k]))
                });
            } else {
                // how much each held variable pulls back from its bound
                let pull = self.pull(&face, hessian, gradient, &point)?;
                let (k, least) = (0..4)
                    .filter(|&k| !pinned(k))
                    .map(|k| (k, if face[k] == Some(self.upper[k]) { -pull[k] } else { pull[k] }))
                    .filter(|&(k, _)| face[k].is_some())
                    .min_by(|a, b| a.1.total_cmp(&b.1))
                    .unwrap_or((0, 0.0));
                if least >= 0.0 {
                    return Some(point);
                }
                face[k] = None;
            }
        }
        self.minimize(hessian, gradient)
    }

    /// The gradient plus multipliers times the equality's row, 0 where the variable is free; `None`
    /// unless there is one equality and a free variable to tell its multiplier.
    fn pull(
        &self,
        face: &[Option<f64>; 4],
        hessian: &Matrix,
        gradient: &Vector,
        point: &Vector,
    ) -> Option<Vector> {
        let [(row, _)] = self.equalities.as_slice() else { return None };
        let slope: Vector = std::array::from_fn(|k| dot(&hessian[k], point) + gradient[k]);
        let free = (0..4).find(|&k| face[k].is_none() && row[k] != 0.0)?;
        Some(std::array::from_fn(|k| slope[k] - slope[free] / row[free] * row[k]))
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

    /// The bound each variable is held at, `None` where it is free, for every face that leaves
    /// enough variables free to meet the equalities.
    fn faces(&self) -> impl Iterator<Item = [Option<f64>; 4]> {
        let rows = self.equalities.len();
        FACES.iter().filter_map(move |digits| {
            let mut face = [None; 4];
            let mut free = 0;
            for k in 0..4 {
                let bound = if digits[k] == 2 { self.upper[k] } else { self.lower[k] };
                if self.lower[k] == self.upper[k] && digits[k] != 1 {
                    return None;
                }
                if digits[k] == 0 {
                    free += 1;
                } else if bound.is_infinite() {
                    return None;
                } else {
                    face[k] = Some(bound);
                }
            }
            (free >= rows).then_some(face)
        })
    }

    /// The stationary point of one face, if it is on the polytope.
    fn stationary_point(
        &self,
        face: [Option<f64>; 4],
        hessian: &Matrix,
        gradient: &Vector,
    ) -> Option<Vector> {
        let mut point = self.solve_face(face, hessian, gradient)?;
        for k in (0..4).filter(|&k| face[k].is_none()) {
            let allowed = self.lower[k] - FEASIBLE..=self.upper[k] + FEASIBLE;
            if !allowed.contains(&point[k]) {
                return None;
            }
            point[k] = point[k].clamp(self.lower[k], self.upper[k]);
        }
        Some(point)
    }

    /// Where the quadratic is stationary on the plane of one face, bounds of free variables aside;
    /// `None` where the equations are singular. Each equality is used up to eliminate a variable.
    fn solve_face(
        &self,
        face: [Option<f64>; 4],
        hessian: &Matrix,
        gradient: &Vector,
    ) -> Option<Vector> {
        // free variables as base + sum of directions * parameters
        let mut base = face.map(|held| held.unwrap_or(0.0));
        let mut directions = [[0.0; 4]; 4];
        let mut count = 0;
        for (k, _) in face.iter().enumerate().filter(|(_, held)| held.is_none()) {
            directions[count][k] = 1.0;
            count += 1;
        }
        for (row, value) in &self.equalities {
            let along: Vector = std::array::from_fn(|i| dot(row, &directions[i]));
            let pivot = (0..count).max_by(|&a, &b| along[a].abs().total_cmp(&along[b].abs()))?;
            if along[pivot].abs() <= SINGULAR {
                return None;
            }
            let leading = directions[pivot].map(|d| d / along[pivot]);
            let missing = value - dot(row, &base);
            base = std::array::from_fn(|k| base[k] + missing * leading[k]);
            count -= 1;
            directions.swap(pivot, count);
            let along_last = along[count];
            for i in 0..count {
                let by = if i == pivot { along_last } else { along[i] };
                for k in 0..4 {
                    directions[i][k] -= by * leading[k];
                }
            }
        }
        if count == 0 {
            return Some(base);
        }
        let slope: Vector = std::array::from_fn(|k| dot(&hessian[k], &base) + gradient[k]);
        let mut system = [[0.0; 5]; 4];
        for i in 0..count {
            let image: Vector = std::array::from_fn(|k| dot(&hessian[k], &directions[i]));
            for j in 0..=i {
                system[i][j] = dot(&directions[j], &image);
                system[j][i] = system[i][j];
            }
            system[i][4] = -dot(&directions[i], &slope);
        }
        let parameters = numerics::eliminate(&mut system, count, SINGULAR)?;
        Some(std::array::from_fn(|k| {
            base[k] + (0..count).map(|i| parameters[i] * directions[i][k]).sum::<f64>()
        }))
    }
}

/// x . H x / 2 + g . x
pub(crate) fn quadratic(hessian: &Matrix, gradient: &Vector, point: &Vector) -> f64 {
    let curved: f64 = hessian.iter().zip(point).map(|(row, x)| x * dot(row, point)).sum();
    0.5 * curved + dot(gradient, point)
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
