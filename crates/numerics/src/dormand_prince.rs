//! The stages of the explicit Runge-Kutta method of Dormand and Prince, order 5(4), with dense output
//! of order 4, for autonomous equations.
//!
//! A vector is anything that holds numbers. Arrays stay in registers, where the equations are inlined;
//! a `Vec` takes any number of equations. Both give the same bits.
//!
//! Sources: Dormand and Prince, J. Comput. Appl. Math. 6, 19 (1980); Hairer, Norsett, Wanner,
//! Solving Ordinary Differential Equations I (1993), sections II.4 to II.6.

/// Weights of stages 1, 2, ... in stages 2 to 6.
const A2: [f64; 1] = [1.0 / 5.0];
const A3: [f64; 2] = [3.0 / 40.0, 9.0 / 40.0];
const A4: [f64; 3] = [44.0 / 45.0, -56.0 / 15.0, 32.0 / 9.0];
const A5: [f64; 4] = [19372.0 / 6561.0, -25360.0 / 2187.0, 64448.0 / 6561.0, -212.0 / 729.0];
const A6: [f64; 5] =
    [9017.0 / 3168.0, -355.0 / 33.0, 46732.0 / 5247.0, 49.0 / 176.0, -5103.0 / 18656.0];
/// Weights of stages 1, 3, 4, 5, 6 in the result.
const RESULT: [f64; 5] =
    [35.0 / 384.0, 500.0 / 1113.0, 125.0 / 192.0, -2187.0 / 6784.0, 11.0 / 84.0];
/// Error estimate and fourth-order term of the interpolant: weights of stages 1, 3, 4, 5, 6, 7.
const ERROR: [f64; 6] = [
    71.0 / 57600.0,
    -71.0 / 16695.0,
    71.0 / 1920.0,
    -17253.0 / 339200.0,
    22.0 / 525.0,
    -1.0 / 40.0,
];
const DENSE: [f64; 6] = [
    -12715105075.0 / 11282082432.0,
    87487479700.0 / 32700410799.0,
    -10690763975.0 / 1880347072.0,
    701980252875.0 / 199316789632.0,
    -1453857185.0 / 822651844.0,
    69997945.0 / 29380423.0,
];

/// Autonomous equations. A type of its own can ask to be inlined, which a closure cannot.
pub trait RightSide<V> {
    /// Writes dy/dt at y; false where it has no value.
    fn slope(&mut self, state: &V, into: &mut V) -> bool;
}

impl<V, F: FnMut(&V, &mut V) -> bool> RightSide<V> for F {
    #[inline(always)]
    fn slope(&mut self, state: &V, into: &mut V) -> bool {
        self(state, into)
    }
}

/// What holds the numbers of a state: an array or a `Vec`.
pub trait Vector: AsRef<[f64]> + AsMut<[f64]> {
    /// Writes y + h (w1 k1 + w2 k2 + ...), summed in this order.
    fn along<const TERMS: usize>(
        into: &mut Self,
        y: &Self,
        h: f64,
        weights: &[f64; TERMS],
        slopes: [&Self; TERMS],
    );
}

/// Term after term, in registers: the sum is ready soon after the last slope, the last to be known.
impl<const N: usize> Vector for [f64; N] {
    #[inline(always)]
    fn along<const TERMS: usize>(
        into: &mut Self,
        y: &Self,
        h: f64,
        weights: &[f64; TERMS],
        slopes: [&Self; TERMS],
    ) {
        let mut sum = *y;
        for (weight, slope) in weights.iter().zip(slopes) {
            let weight = h * weight;
            for i in 0..N {
                sum[i] += weight * slope[i];
            }
        }
        *into = sum;
    }
}

/// Number after number, in one pass through memory.
impl Vector for Vec<f64> {
    #[inline(always)]
    fn along<const TERMS: usize>(
        into: &mut Self,
        y: &Self,
        h: f64,
        weights: &[f64; TERMS],
        slopes: [&Self; TERMS],
    ) {
        let n = into.len();
        let (y, slopes) = (&y[..n], slopes.map(|slope| &slope[..n]));
        let weights = weights.map(|weight| h * weight);
        for (i, into) in into.iter_mut().enumerate() {
            let mut sum = y[i];
            for (weight, slope) in weights.iter().zip(&slopes) {
                sum += weight * slope[i];
            }
            *into = sum;
        }
    }
}

/// Stages of the last step that was tried.
#[derive(Clone, Copy, Debug)]
pub struct Stages<V> {
    /// Slopes of stages 2 to 6.
    slopes: [V; 5],
    /// Where stage 6 is evaluated: at the same time as the end, but elsewhere.
    sixth: V,
}

impl<V: Vector> Stages<V> {
    /// Makes room for vectors like those that `zero` makes.
    #[inline(always)]
    pub fn new(zero: impl Fn() -> V) -> Stages<V> {
        Stages { slopes: std::array::from_fn(|_| zero()), sixth: zero() }
    }

    /// Tries a step of length `h` from `y` with slope `k1`: writes the end, the slope there and the
    /// estimated error. False where the right-hand side has no value; what is written is then of no use.
    #[inline(always)]
    pub fn attempt(
        &mut self,
        h: f64,
        (y, k1): (&V, &V),
        (end, k7): (&mut V, &mut V),
        error: &mut V,
        right_side: &mut impl RightSide<V>,
    ) -> bool {
        let Stages { slopes: [k2, k3, k4, k5, k6], sixth } = self;
        // the end is not known before the last stage: until then it is where slopes are asked for
        V::along(end, y, h, &A2, [k1]);
        if !right_side.slope(end, k2) {
            return false;
        }
        V::along(end, y, h, &A3, [k1, k2]);
        if !right_side.slope(end, k3) {
            return false;
        }
        V::along(end, y, h, &A4, [k1, k2, k3]);
        if !right_side.slope(end, k4) {
            return false;
        }
        V::along(end, y, h, &A5, [k1, k2, k3, k4]);
        if !right_side.slope(end, k5) {
            return false;
        }
        V::along(sixth, y, h, &A6, [k1, k2, k3, k4, k5]);
        if !right_side.slope(sixth, k6) {
            return false;
        }
        V::along(end, y, h, &RESULT, [k1, k3, k4, k5, k6]);
        if !right_side.slope(end, k7) {
            return false;
        }
        let slopes = [k1, k3, k4, k5, k6, k7].map(|k| k.as_ref());
        for (i, error) in error.as_mut().iter_mut().enumerate() {
            *error = h * weighted(&ERROR, &slopes, i);
        }
        true
    }

    /// Returns the largest eigenvalue of the Jacobian times the length of the last step, as two slopes
    /// at its end tell it; NaN where they do not differ.
    ///
    /// Source: Hairer and Wanner, Solving Ordinary Differential Equations II (1996), section IV.2.
    pub fn stiffness(&self, h: f64, end: &V, k7: &V) -> f64 {
        let apart = |a: &V, b: &V| -> f64 {
            a.as_ref().iter().zip(b.as_ref()).map(|(a, b)| (a - b) * (a - b)).sum()
        };
        h * (apart(k7, &self.slopes[4]) / apart(end, &self.sixth)).sqrt()
    }

    /// Returns the coefficients of the interpolant of number `i` but the first, which is y: of
    /// y + along (c1 + back (c2 + along (c3 + back c4))), with `along` from 0 to 1 through the step
    /// and `back` = 1 - `along`. `change` is that of number `i` in the step.
    #[inline(always)]
    pub fn bends(&self, i: usize, h: f64, change: f64, k1: &V, k7: &V) -> [f64; 4] {
        let [_, k3, k4, k5, k6] = &self.slopes;
        let slopes = [k1, k3, k4, k5, k6, k7].map(|k| k.as_ref());
        let bend = h * slopes[0][i] - change;
        let third = change - bend - h * slopes[5][i];
        let fourth = h * weighted(&DENSE, &slopes, i);
        [change, bend, third, fourth]
    }
}

#[inline(always)]
fn weighted(weights: &[f64; 6], slopes: &[&[f64]; 6], i: usize) -> f64 {
    (0..6).map(|j| weights[j] * slopes[j][i]).sum()
}
