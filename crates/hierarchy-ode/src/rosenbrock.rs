//! The implicit method for stiff equations: Rodas5P, a Rosenbrock method of order 5(4) with eight
//! stages, L-stable and stiffly accurate, dense output of order 4, made against the loss of order
//! on stiff problems. One Jacobian and one factorization a step, and no iteration.
//!
//! With W = 1/(gamma h) - df/dy, stage i solves
//!   W k_i = f(y + sum_j a_ij k_j) + sum_j c_ij k_j / h,
//! the end is the argument of the last stage + k_8, and k_8 estimates the error. The Jacobian is
//! made of differences, central where there is room on both sides of the state.
//!
//! Sources: Steinebach, BIT Numer. Math. 63, 27 (2023): method and coefficients; Hairer and Wanner,
//! Solving Ordinary Differential Equations II (1996), section IV.7: this form of the stages.

use crate::motion::Motion;
use numerics::Lu;

pub(crate) const STAGES: usize = 8;

const GAMMA: f64 = 0.21193756319429014;

/// a_ij of stages 2 to 6; stages 7 and 8 go on from the argument of the one before by its k.
const A: [[f64; 5]; 5] = [
    [3.0, 0.0, 0.0, 0.0, 0.0],
    [2.849394379747939, 0.45842242204463923, 0.0, 0.0, 0.0],
    [-6.954028509809101, 2.489845061869568, -10.358996098473584, 0.0, 0.0],
    [2.8029986275628964, 0.5072464736228206, -0.3988312541770524, -0.04721187230404641, 0.0],
    [
        -7.502846399306121,
        2.561846144803919,
        -11.627539656261098,
        -0.18268767659942256,
        0.030198172008377946,
    ],
];

/// c_ij of stages 2 to 8.
const C: [[f64; 7]; 7] = [
    [-14.155112264123755, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [-17.97296035885952, -2.859693295451294, 0.0, 0.0, 0.0, 0.0, 0.0],
    [147.12150275711716, -1.41221402718213, 71.68940251302358, 0.0, 0.0, 0.0, 0.0],
    [165.43517024871676, -0.4592823456491126, 42.90938336958603, -5.961986721573306, 0.0, 0.0, 0.0],
    [
        24.854864614690072,
        -3.0009227002832186,
        47.4931110020768,
        5.5814197821558125,
        -0.6610691825249471,
        0.0,
        0.0,
    ],
    [
        30.91273214028599,
        -3.1208243349937974,
        77.79954646070892,
        34.28646028294783,
        -19.097331116725623,
        -28.087943162872662,
        0.0,
    ],
    [
        37.80277123390563,
        -3.2571969029072276,
        112.26918849496327,
        66.9347231244047,
        -40.06618937091002,
        -54.66780262877968,
        -9.48861652309627,
    ],
];

/// Weights of the stages in the three coefficients of the interpolant beyond its ends.
const DENSE: [[f64; STAGES]; 3] = [
    [
        25.948786856663858,
        -2.5579724845846235,
        10.433815404888879,
        -2.3679251022685204,
        0.524948541321073,
        1.1241088310450404,
        0.4272876194431874,
        -0.17202221070155493,
    ],
    [
        -9.91568850695171,
        -0.9689944594115154,
        3.0438037242978453,
        -24.495224566215796,
        20.176138334709044,
        15.98066361424651,
        -6.789040303419874,
        -6.710236069923372,
    ],
    [
        11.419903575922262,
        2.8879645146136994,
        72.92137995996029,
        80.12511834622643,
        -52.072871366152654,
        -59.78993625266729,
        -0.15582684282751913,
        4.883087185713722,
    ],
];

/// Half the distance of the differences, in concentrations: this share of the concentration, where
/// truncation and rounding of central differences are alike, and at least the floor: a tenth of
/// the tolerance, within bounds.
const SHARE: f64 = 3e-5;
const FLOORS: [f64; 2] = [1e-12, 3e-10];

/// A rate of change below this many roundings of its own terms is 0.
const AT_REST: f64 = 8.0 * f64::EPSILON;

/// What a step by the implicit method needs.
pub(crate) struct Rosenbrock {
    size: usize,
    floor: f64,
    /// How the concentrations change with each number of the state, one after the other.
    directions: Vec<f64>,
    /// Column by column: entry (row, column) at column * size + row.
    jacobian: Vec<f64>,
    /// Whether it is that at the state from which the next step starts.
    pub(crate) jacobian_is_current: bool,
    factorized: Lu,
    stages: [Vec<f64>; STAGES],
    moved: Vec<f64>,
    there: Vec<f64>,
}

/// A state with its slope and its concentrations.
#[derive(Clone, Copy)]
pub(crate) struct At<'a> {
    pub(crate) state: &'a [f64],
    pub(crate) slope: &'a [f64],
    pub(crate) concentrations: &'a [f64],
}

impl Rosenbrock {
    /// Room for this many equations and concentrations.
    pub(crate) fn new(motion: &impl Motion, size: usize, most: usize, atol: f64) -> Rosenbrock {
        let zeros = || vec![0.0; size];
        let mut directions = vec![0.0; size * most];
        let mut one = zeros();
        for (i, direction) in directions.chunks_exact_mut(most).enumerate() {
            one[i] = 1.0;
            motion.changes(&one, direction);
            one[i] = 0.0;
        }
        Rosenbrock {
            size,
            floor: (0.1 * atol).clamp(FLOORS[0], FLOORS[1]),
            directions,
            jacobian: vec![0.0; size * size],
            jacobian_is_current: false,
            factorized: Lu::new(size),
            stages: std::array::from_fn(|_| zeros()),
            moved: zeros(),
            there: zeros(),
        }
    }

    /// Makes the Jacobian, unless it is known. False where the right-hand side, which is false
    /// where it has no value, has none nearby.
    pub(crate) fn differentiate(
        &mut self,
        at: At<'_>,
        mut slope: impl FnMut(&[f64], &mut [f64]) -> bool,
    ) -> bool {
        if self.jacobian_is_current {
            return true;
        }
        let (n, most) = (self.size, at.concentrations.len());
        let Rosenbrock { jacobian, directions, moved, there, floor, .. } = self;
        moved.copy_from_slice(at.state);
        let columns = jacobian.chunks_exact_mut(n).zip(directions.chunks_exact(most));
        for (i, (column, direction)) in columns.enumerate() {
            let moving = || at.concentrations.iter().zip(direction).filter(|(_, d)| **d != 0.0);
            let step = moving()
                .map(|(c, d)| (SHARE * c.max(0.0) + *floor) / d.abs())
                .fold(f64::INFINITY, f64::min);
            // the state is rounded when it is moved
            let (up, down) = (at.state[i] + step, at.state[i] - step);
            let (up_by, down_by) = (up - at.state[i], at.state[i] - down);
            let possible = |by: f64| moving().all(|(c, d)| c + by * d >= 0.0 || by * d > 0.0);
            let (ahead, behind) = (possible(up_by), possible(-down_by));
            // where there is no room on either side the right-hand side sees walls
            let (ahead, behind) = (ahead || !behind, behind || !ahead);
            column.copy_from_slice(at.slope);
            if ahead {
                moved[i] = up;
                if !slope(moved, column) {
                    return false;
                }
            }
            there.copy_from_slice(at.slope);
            if behind {
                moved[i] = down;
                if !slope(moved, there) {
                    return false;
                }
            }
            moved[i] = at.state[i];
            let by = if ahead { up_by } else { 0.0 } + if behind { down_by } else { 0.0 };
            column.iter_mut().zip(&*there).for_each(|(a, b)| *a = (*a - b) / by);
        }
        self.jacobian_is_current = true;
        true
    }

    /// Whether the slope is nothing but the rounding of its own terms.
    pub(crate) fn is_at_rest(&mut self, at: At<'_>) -> bool {
        let terms = &mut self.there;
        terms.fill(0.0);
        for (column, y) in self.jacobian.chunks_exact(self.size).zip(at.state) {
            terms.iter_mut().zip(column).for_each(|(sum, entry)| *sum += (entry * y).abs());
        }
        at.slope.iter().zip(terms).all(|(slope, terms)| slope.abs() <= AT_REST * *terms)
    }

    /// An upper bound of the eigenvalues of the Jacobian, in 1/time.
    pub(crate) fn fastest(&self) -> f64 {
        self.jacobian.iter().map(|entry| entry * entry).sum::<f64>().sqrt()
    }

    /// Tries a step of this length: writes the end and the estimated error. False where the
    /// right-hand side has no value, or the equations for the stages have no solution.
    pub(crate) fn attempt(
        &mut self,
        h: f64,
        at: At<'_>,
        end: &mut [f64],
        error: &mut [f64],
        mut slope: impl FnMut(&[f64], &mut [f64]) -> bool,
    ) -> bool {
        let n = self.size;
        let Rosenbrock { jacobian, factorized, stages, .. } = self;
        let diagonal = 1.0 / (GAMMA * h);
        let entry = |row: usize, column: usize| {
            (if row == column { diagonal } else { 0.0 }) - jacobian[column * n + row]
        };
        if !factorized.factorize(entry) {
            return false;
        }
        let per_h = 1.0 / h;
        end.copy_from_slice(at.state);
        for stage in 0..STAGES {
            let (known, rest) = stages.split_at_mut(stage);
            let own = &mut rest[0];
            if stage == 0 {
                own.copy_from_slice(at.slope);
            } else {
                match A.get(stage - 1) {
                    Some(weights) => {
                        for i in 0..n {
                            let sum: f64 = known.iter().zip(weights).map(|(k, a)| a * k[i]).sum();
                            end[i] = at.state[i] + sum;
                        }
                    }
                    None => end.iter_mut().zip(&known[stage - 1]).for_each(|(y, k)| *y += k),
                }
                if !slope(end, own) {
                    return false;
                }
                let weights = &C[stage - 1];
                for i in 0..n {
                    let sum: f64 = known.iter().zip(weights).map(|(k, c)| c * k[i]).sum();
                    own[i] += sum * per_h;
                }
            }
            factorized.solve(own);
        }
        let last = &stages[STAGES - 1];
        end.iter_mut().zip(last).for_each(|(y, k)| *y += k);
        error.copy_from_slice(last);
        end.iter().all(|y| y.is_finite())
    }

    /// The coefficients of the interpolant of number `i` but the first, for the polynomial of the
    /// explicit method.
    pub(crate) fn bends(&self, i: usize, change: f64) -> [f64; 4] {
        let [bend, third, fourth] = DENSE.map(|weights| {
            self.stages.iter().zip(weights).map(|(k, weight)| weight * k[i]).sum::<f64>()
        });
        // third + along fourth, with along = 1 - back
        [change, bend, third + fourth, -fourth]
    }
}
