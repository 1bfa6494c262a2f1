//! The discrete Fourier transform of lengths 2^a 3^b 5^c.
//!
//! X_k = sum_j x_j exp(-2 pi i j k / n), not normalized, by stages of radix 4, 2, 3 and 5 that leave
//! the result in order (Stockham's autosort). Sines and cosines come from `libm`: libraries take them
//! from the C library, whose last bits depend on the processor.
//! Source: Van Loan, Computational Frameworks for the Fast Fourier Transform (SIAM, 1992), section 1.7.

use std::f64::consts::PI;
use std::ops::{Add, Mul, Sub};

/// A complex number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Complex {
    pub(super) re: f64,
    pub(super) im: f64,
}

impl Complex {
    pub(super) fn norm_sqr(self) -> f64 {
        self.re * self.re + self.im * self.im
    }

    /// The number times -i.
    fn turned(self) -> Complex {
        Complex { re: self.im, im: -self.re }
    }

    fn scaled(self, by: f64) -> Complex {
        Complex { re: by * self.re, im: by * self.im }
    }
}

impl Add for Complex {
    type Output = Complex;
    fn add(self, other: Complex) -> Complex {
        Complex { re: self.re + other.re, im: self.im + other.im }
    }
}

impl Sub for Complex {
    type Output = Complex;
    fn sub(self, other: Complex) -> Complex {
        Complex { re: self.re - other.re, im: self.im - other.im }
    }
}

impl Mul for Complex {
    type Output = Complex;
    fn mul(self, other: Complex) -> Complex {
        Complex {
            re: self.re * other.re - self.im * other.im,
            im: self.re * other.im + self.im * other.re,
        }
    }
}

/// A transform of one length, ready to be used many times.
pub(super) struct Fourier {
    length: usize,
    stages: Vec<Stage>,
}

/// A stage, with the powers 0 to radix - 1 of each of its roots of unity.
enum Stage {
    Two(Vec<[Complex; 2]>),
    Three(Vec<[Complex; 3]>),
    Four(Vec<[Complex; 4]>),
    Five(Vec<[Complex; 5]>),
}

impl Fourier {
    /// The transform of a length that has no prime factors but 2, 3 and 5.
    pub(super) fn new(length: usize) -> Fourier {
        let roots: Vec<Complex> = (0..length).map(|k| root(k, length)).collect();
        let mut left = length;
        let mut stages = Vec::new();
        while left > 1 {
            let radix = [4, 2, 3, 5].into_iter().find(|radix| left.is_multiple_of(*radix));
            let stage = match radix.expect("lengths have no other prime factors") {
                2 => Stage::Two(powers(&roots, left)),
                3 => Stage::Three(powers(&roots, left)),
                4 => Stage::Four(powers(&roots, left)),
                _ => Stage::Five(powers(&roots, left)),
            };
            left /= stage.radix();
            stages.push(stage);
        }
        Fourier { length, stages }
    }

    /// The number of values that are transformed.
    pub(super) fn len(&self) -> usize {
        self.length
    }

    /// Transforms `values`, with `room` to work in; both have the length of the transform.
    pub(super) fn transform(&self, values: &mut Vec<Complex>, room: &mut Vec<Complex>) {
        let mut stride = 1;
        for stage in &self.stages {
            match stage {
                Stage::Two(roots) => pass(values, room, stride, roots, two),
                Stage::Three(roots) => pass(values, room, stride, roots, three),
                Stage::Four(roots) => pass(values, room, stride, roots, four),
                Stage::Five(roots) => pass(values, room, stride, roots, five),
            }
            std::mem::swap(values, room);
            stride *= stage.radix();
        }
    }
}

impl Stage {
    fn radix(&self) -> usize {
        match self {
            Stage::Two(_) => 2,
            Stage::Three(_) => 3,
            Stage::Four(_) => 4,
            Stage::Five(_) => 5,
        }
    }
}

/// exp(-2 pi i k / n)
fn root(k: usize, n: usize) -> Complex {
    let (sine, cosine) = libm::sincos(-2.0 * PI * k as f64 / n as f64);
    Complex { re: cosine, im: sine }
}

/// For each p below n/R, the powers 0 to R - 1 of exp(-2 pi i p / n), of roots of a multiple of n.
fn powers<const R: usize>(roots: &[Complex], n: usize) -> Vec<[Complex; R]> {
    let step = roots.len() / n;
    (0..n / R).map(|p| std::array::from_fn(|k| roots[step * p * k])).collect()
}

/// One stage: for each root and each of `stride` places, R values that are equally far apart are
/// transformed, turned and written side by side.
#[inline(always)]
fn pass<const R: usize>(
    from: &[Complex],
    to: &mut [Complex],
    stride: usize,
    roots: &[[Complex; R]],
    transform: impl Fn([Complex; R]) -> [Complex; R],
) {
    let apart = stride * roots.len();
    let parts: [&[Complex]; R] = std::array::from_fn(|j| &from[j * apart..(j + 1) * apart]);
    if stride == 1 {
        // the same without the loop over one place
        for ((p, root), into) in roots.iter().enumerate().zip(to.chunks_exact_mut(R)) {
            let values = transform(parts.map(|part| part[p]));
            into[0] = values[0];
            for k in 1..R {
                into[k] = values[k] * root[k];
            }
        }
        return;
    }
    for ((p, root), into) in roots.iter().enumerate().zip(to.chunks_exact_mut(R * stride)) {
        let parts = parts.map(|part| &part[p * stride..(p + 1) * stride]);
        let mut rest = into;
        let into: [&mut [Complex]; R] = std::array::from_fn(|_| {
            let (one, others) = std::mem::take(&mut rest).split_at_mut(stride);
            rest = others;
            one
        });
        for q in 0..stride {
            let values = transform(parts.map(|part| part[q]));
            into[0][q] = values[0];
            for k in 1..R {
                into[k][q] = values[k] * root[k];
            }
        }
    }
}

#[inline(always)]
fn two([a, b]: [Complex; 2]) -> [Complex; 2] {
    [a + b, a - b]
}

#[inline(always)]
fn three([a, b, c]: [Complex; 3]) -> [Complex; 3] {
    const SINE: f64 = 0.866_025_403_784_438_6; // of 2 pi / 3
    let sum = b + c;
    let (even, odd) = (a - sum.scaled(0.5), (b - c).turned().scaled(SINE));
    [a + sum, even + odd, even - odd]
}

#[inline(always)]
fn four([a, b, c, d]: [Complex; 4]) -> [Complex; 4] {
    let (ac, a_c, bd, b_d) = (a + c, a - c, b + d, (b - d).turned());
    [ac + bd, a_c + b_d, ac - bd, a_c - b_d]
}

#[inline(always)]
fn five([a, b, c, d, e]: [Complex; 5]) -> [Complex; 5] {
    // cosines and sines of 2 pi / 5 and of 4 pi / 5
    const COSINES: [f64; 2] = [0.309_016_994_374_947_45, -0.809_016_994_374_947_5];
    const SINES: [f64; 2] = [0.951_056_516_295_153_5, 0.587_785_252_292_473_1];
    let (be, cd) = (b + e, c + d);
    let (b_e, c_d) = ((b - e).turned(), (c - d).turned());
    let even1 = a + be.scaled(COSINES[0]) + cd.scaled(COSINES[1]);
    let even2 = a + be.scaled(COSINES[1]) + cd.scaled(COSINES[0]);
    let odd1 = b_e.scaled(SINES[0]) + c_d.scaled(SINES[1]);
    let odd2 = b_e.scaled(SINES[1]) - c_d.scaled(SINES[0]);
    [a + be + cd, even1 + odd1, even2 + odd2, even2 - odd2, even1 - odd1]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(length: usize) -> Vec<Complex> {
        let value = |k: usize| ((k * k + 3 * k) % 17) as f64 - 8.0;
        (0..length).map(|k| Complex { re: value(k), im: value(k + 5) }).collect()
    }

    #[test]
    fn it_is_the_sum_of_its_definition() {
        for length in
            [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 16, 18, 30, 32, 40, 50, 54, 64, 100, 108, 120]
        {
            let given = values(length);
            let (mut found, mut room) = (given.clone(), given.clone());
            Fourier::new(length).transform(&mut found, &mut room);
            for (k, found) in found.iter().enumerate() {
                let terms =
                    given.iter().enumerate().map(|(j, x)| *x * root(j * k % length, length));
                let expected = terms.fold(Complex::default(), Add::add);
                let apart = (*found - expected).norm_sqr().sqrt();
                assert!(apart < 1e-13 * length as f64, "{length}, {k}: {found:?}, {expected:?}");
            }
        }
    }

    /// The transform of a wave is one value, and of the transform the mirrored values: lengths as
    /// of long chains.
    #[test]
    fn long_transforms_are_right_to_rounding() {
        for length in [27 << 12, 25 << 12, 1 << 17, 15 << 13] {
            let wave = 12_345;
            let mut found: Vec<Complex> =
                (0..length).map(|j| root(j * wave % length, length)).collect();
            let mut room = found.clone();
            let fourier = Fourier::new(length);
            fourier.transform(&mut found, &mut room);
            for (k, value) in found.iter().enumerate() {
                let expected = if k == length - wave { length as f64 } else { 0.0 };
                let apart = (*value - Complex { re: expected, im: 0.0 }).norm_sqr().sqrt();
                assert!(apart < 1e-10 * (length as f64).sqrt(), "{length}, {k}: {value:?}");
            }
            let given = values(length);
            let mut found = given.clone();
            fourier.transform(&mut found, &mut room);
            fourier.transform(&mut found, &mut room);
            for (k, value) in found.iter().enumerate() {
                let expected = given[(length - k) % length].scaled(length as f64);
                assert!((*value - expected).norm_sqr().sqrt() < 1e-13 * 10.0 * length as f64);
            }
        }
    }
}
