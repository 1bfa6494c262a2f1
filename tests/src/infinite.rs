//! Exact pair correlations of the triangular Ising model in zero field on the infinite lattice, by
//! the Kac-Ward determinant.
//!
//! With t = tanh K the partition function is, up to a factor, the Pfaffian of
//! A = (1/t - S) J on directed bonds: S(a, b) = +-1 where bond b starts at the end of bond a and does
//! not turn back, J swaps a bond with its reverse, with a sign. Directions are numbered 0 to 5, 60
//! degrees apart; the half turns of Kac and Ward become the sign of S: -1 where |a - b| > 3. A is
//! antisymmetric. For spins i and j at the ends of a path, s_i s_j turns t into 1/t on its bonds, so
//!   <s_i s_j> = (product of 1/t over the path) Pf(A + B)/Pf(A),   B = (t - 1/t) J on the path,
//! and Pf(A + B)/Pf(A) = Pf(B^-1 + A^-1)/Pf(B^-1), both restricted to the path: two bonds there, a
//! Pfaffian of order 4. A^-1 = -J (1/t - S)^-1 is an integral over wave vectors of an inverse of
//! order 6, whose trapezoids converge exponentially at every T > 0.
//! Sources: Kac and Ward, Phys. Rev. 88, 1332 (1952); Stephenson, J. Math. Phys. 5, 1009 (1964);
//! Cimasoni, J. Phys. A 43, 485002 (2010).

use crate::strip::Correlations;
use nalgebra::{Complex, Matrix4, Matrix6};
use std::f64::consts::TAU;

/// Steps (r, c) of the six directions, 60 degrees apart; the last three are the reverse of the first.
const STEPS: [[i32; 2]; 6] = [[0, 1], [1, 0], [1, -1], [0, -1], [-1, 0], [-1, 1]];

/// A directed bond: the site it starts at, and its direction.
type Bond = ([i32; 2], usize);

/// The bond the other way.
fn reverse(([r, c], a): Bond) -> Bond {
    let [dr, dc] = STEPS[a];
    ([r + dr, c + dc], (a + 3) % 6)
}

/// S(a, b) for bonds that meet.
fn turn(a: usize, b: usize) -> f64 {
    match a.abs_diff(b) {
        3 => 0.0,
        0..3 => 1.0,
        _ => -1.0,
    }
}

/// J(bond, reverse): 1 for the first three directions, -1 for the others.
fn orientation(a: usize) -> f64 {
    if a < 3 { 1.0 } else { -1.0 }
}

/// (1 - t S)^-1 between directed bonds at the steps used, by trapezoids of `grid` wave vectors each
/// way: the exact one on a torus of that many sites, and on the infinite lattice when `grid` is some
/// tens of correlation lengths.
struct Green {
    t: f64,
    grid: usize,
    inverses: Vec<Matrix6<Complex<f64>>>,
}

/// e^(i angle)
fn phase_of(angle: f64) -> Complex<f64> {
    Complex::new(libm::cos(angle), libm::sin(angle))
}

impl Green {
    fn new(t: f64, grid: usize) -> Green {
        let angle = |n: usize| TAU * n as f64 / grid as f64;
        let waves = (0..grid).flat_map(|i| (0..grid).map(move |j| [angle(i), angle(j)]));
        let inverse = |k: [f64; 2]| {
            let phase = |a: usize| {
                let [r, c] = STEPS[a].map(f64::from);
                phase_of(k[0] * r + k[1] * c)
            };
            let matrix = Matrix6::from_fn(|a, b| {
                let one = if a == b { 1.0 } else { 0.0 };
                Complex::from(one) - phase(a) * (t * turn(a, b))
            });
            matrix.try_inverse().expect("1 - t S has an inverse at T > 0")
        };
        Green { t, grid, inverses: waves.map(inverse).collect() }
    }

    /// Between two bonds.
    fn between(&self, (from, a): Bond, (to, b): Bond) -> f64 {
        let [r, c] = [0, 1].map(|n| f64::from(to[n] - from[n]));
        let mut sum = 0.0;
        for (index, inverse) in self.inverses.iter().enumerate() {
            let (i, j) = (index / self.grid, index % self.grid);
            let angle = TAU * (i as f64 * r + j as f64 * c) / self.grid as f64;
            sum += (inverse[(a, b)] * phase_of(-angle)).re;
        }
        sum / self.inverses.len() as f64
    }

    /// A^-1 between two bonds.
    fn pair(&self, one: Bond, other: Bond) -> f64 {
        -orientation(one.1) * self.t * self.between(reverse(one), other)
    }

    /// `<s s>` of the ends of the path of these two bonds.
    fn correlation(&self, path: [Bond; 2]) -> f64 {
        let bonds = [path[0], reverse(path[0]), path[1], reverse(path[1])];
        let change = self.t - 1.0 / self.t;
        let mut matrix = Matrix4::from_fn(|i, j| self.pair(bonds[i], bonds[j]));
        // B^-1 = -J / (t - 1/t)
        let signs = [path[0].1, path[1].1].map(orientation);
        for (n, sign) in signs.into_iter().enumerate() {
            matrix[(2 * n, 2 * n + 1)] -= sign / change;
            matrix[(2 * n + 1, 2 * n)] += sign / change;
        }
        let pfaffian = matrix[(0, 1)] * matrix[(2, 3)] - matrix[(0, 2)] * matrix[(1, 3)]
            + matrix[(0, 3)] * matrix[(1, 2)];
        let plain = signs[0] * signs[1] / (change * change);
        pfaffian / plain / (self.t * self.t)
    }

    fn neighbor(&self) -> f64 {
        let bond: Bond = ([0, 0], 0);
        let change = self.t - 1.0 / self.t;
        (1.0 - change * orientation(bond.1) * self.pair(bond, reverse(bond))) / self.t
    }
}

/// The correlations at the temperature T/J of the antiferromagnet (J = 1), by `grid` x `grid` wave
/// vectors: an error far below 1e-12 with 256 at T/J = 1.
pub fn correlations(t_over_j: f64, grid: usize) -> Correlations {
    let green = Green::new(libm::tanh(-1.0 / t_over_j), grid);
    Correlations {
        neighbor: green.neighbor(),
        angled: green.correlation([([0, 0], 0), ([0, 1], 1)]),
        linear: green.correlation([([0, 0], 0), ([0, 1], 0)]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strip;

    fn houtappel(t_over_j: f64) -> f64 {
        // <s s> = u/3, u = -d(ln Z/N)/d(1/T), as in the tests of lattice-core
        let k = -1.0 / t_over_j;
        let steps = 400;
        let angle = |i: usize| i as f64 * TAU / steps as f64;
        let mut mean = 0.0;
        for (a, b) in (0..steps).flat_map(|i| (0..steps).map(move |j| (angle(i), angle(j)))) {
            let waves = 1.5 + libm::cos(a) + libm::cos(b) + libm::cos(a + b);
            let argument =
                (libm::exp(6.0 * k) + 3.0 * libm::exp(2.0 * k)) / 4.0 - libm::sinh(2.0 * k) * waves;
            let slope =
                1.5 * (libm::exp(6.0 * k) + libm::exp(2.0 * k)) - 2.0 * libm::cosh(2.0 * k) * waves;
            mean += slope / argument / (steps * steps) as f64;
        }
        0.5 * mean / 3.0
    }

    #[test]
    fn neighbors_have_houtappels_energy_at_every_temperature() {
        for t_over_j in [0.75, 1.0, 1.5, 2.0, 4.0, 10.0] {
            let found = correlations(t_over_j, 256).neighbor;
            assert!((found - houtappel(t_over_j)).abs() < 1e-10, "{t_over_j}: {found}");
        }
    }

    #[test]
    fn strips_agree_where_their_width_no_longer_matters() {
        for (t_over_j, within) in [(3.0, 1e-5), (4.0, 1e-6), (6.0, 1e-8)] {
            let (found, strip) = (correlations(t_over_j, 64), strip::correlations(t_over_j, 12));
            let pairs = [
                (found.neighbor, strip.neighbor),
                (found.angled, strip.angled),
                (found.linear, strip.linear),
            ];
            for (a, b) in pairs {
                assert!((a - b).abs() < within, "{t_over_j}: {found:?} {strip:?}");
            }
        }
    }

    #[test]
    fn the_matrix_is_antisymmetric_and_the_grid_no_longer_matters_when_cold() {
        let green = Green::new(libm::tanh(-1.0_f64), 48);
        let bonds = [([0, 0], 0), ([0, 1], 3), ([0, 1], 1), ([1, 1], 4), ([2, 0], 5)];
        for (a, b) in bonds.iter().flat_map(|a| bonds.iter().map(move |b| (*a, *b))) {
            assert!((green.pair(a, b) + green.pair(b, a)).abs() < 1e-12, "{a:?} {b:?}");
        }
        let (coarse, fine) = (correlations(1.0, 192), correlations(1.0, 288));
        for (a, b) in [
            (coarse.neighbor, fine.neighbor),
            (coarse.angled, fine.angled),
            (coarse.linear, fine.linear),
        ] {
            assert!((a - b).abs() < 1e-12, "{coarse:?} {fine:?}");
        }
    }

    #[test]
    fn correlations_tend_to_those_of_the_ground_state() {
        // T = 0: neighbours -1/3; next ones by Stephenson's asymptotic form are of either sign
        let found = correlations(0.5, 400);
        assert!((found.neighbor + 1.0 / 3.0).abs() < 2e-3, "{found:?}");
        assert!(found.angled > 0.0 && found.linear < 0.0, "{found:?}");
    }
}
