//! Standard normal numbers and quantiles with the same bits on every processor.
//!
//! The functions of the standard library go to the C library, which picks instructions by processor; here
//! they come from `libm`. Sources: Marsaglia and Tsang 2000, J. Stat. Softw. 5(8), in the variant of Doornik
//! 2005 (the ziggurat, with 256 layers, as in `rand_distr`); Moshier's Cephes (the quantile).

use std::f64::consts::{PI, SQRT_2};
use std::sync::LazyLock;

use rand::{Rng, RngExt};

/// Layers of the ziggurat, and where its tail begins.
const LAYERS: usize = 256;
const TAIL: f64 = 3.654_152_885_361_009;

/// The right ends of the layers, from the lowest, and the density exp(-x^2 / 2) there.
static ZIGGURAT: LazyLock<[[f64; LAYERS + 1]; 2]> = LazyLock::new(|| {
    let density = |x: f64| libm::exp(-0.5 * x * x);
    // the area of each layer, of the lowest with the tail
    let area = TAIL * density(TAIL) + (PI / 2.0).sqrt() * libm::erfc(TAIL / SQRT_2);
    let mut ends = [0.0; LAYERS + 1];
    ends[0] = area / density(TAIL);
    ends[1] = TAIL;
    for layer in 2..LAYERS {
        let before = ends[layer - 1];
        ends[layer] = (-2.0 * libm::log(area / before + density(before))).sqrt();
    }
    [ends, ends.map(density)]
});

/// A standard normal number.
pub(crate) fn standard_normal<R: Rng + ?Sized>(rng: &mut R) -> f64 {
    let [ends, densities] = &*ZIGGURAT;
    loop {
        let bits = rng.next_u64();
        let layer = (bits & 0xff) as usize;
        // 52 bits as a number of [2, 4), then of [-1, 1)
        let u = f64::from_bits((1024 << 52) | (bits >> 12)) - 3.0;
        let x = u * ends[layer];
        if x.abs() < ends[layer + 1] {
            return x;
        }
        if layer == 0 {
            return tail(rng, u < 0.0);
        }
        let [lower, upper] = [densities[layer], densities[layer + 1]];
        if upper + (lower - upper) * rng.random::<f64>() < libm::exp(-0.5 * x * x) {
            return x;
        }
    }
}

/// A number beyond the end of the lowest layer (Marsaglia 1964).
fn tail<R: Rng + ?Sized>(rng: &mut R, negative: bool) -> f64 {
    loop {
        // numbers of (0, 1)
        let mut open =
            || f64::from_bits((1023 << 52) | (rng.next_u64() >> 12)) - (1.0 - f64::EPSILON / 2.0);
        let x = libm::log(open()) / TAIL;
        let y = libm::log(open());
        if -2.0 * y >= x * x {
            return if negative { x - TAIL } else { TAIL - x };
        }
    }
}

/// Numerator and denominator (led by 1) for |p - 1/2| <= 3/8.
#[rustfmt::skip]
const P0: [f64; 5] = [
    -59.96335010141079, 98.00107541859997, -56.67628574690703, 13.931260938727968,
    -1.2391658386738125,
];
#[rustfmt::skip]
const Q0: [f64; 8] = [
    1.9544885833814176, 4.676279128988815, 86.36024213908905, -225.46268785411937,
    200.26021238006066, -82.03722561683334, 15.90562251262117, -1.1833162112133,
];
/// For z = sqrt(-2 ln p) from 2 to 8.
#[rustfmt::skip]
const P1: [f64; 9] = [
    4.0554489230596245, 31.525109459989388, 57.16281922464213, 44.08050738932008,
    14.684956192885803, 2.1866330685079025, -0.1402560791713545, -0.03504246268278482,
    -0.0008574567851546854,
];
#[rustfmt::skip]
const Q1: [f64; 8] = [
    15.779988325646675, 45.39076351288792, 41.3172038254672, 15.04253856929075,
    2.504649462083094, -0.14218292285478779, -0.03808064076915783, -0.0009332594808954574,
];
/// For z from 8 to 64.
#[rustfmt::skip]
const P2: [f64; 9] = [
    3.2377489177694603, 6.915228890689842, 3.9388102529247444, 1.3330346081580755,
    0.20148538954917908, 0.012371663481782003, 0.00030158155350823543, 2.6580697468673755e-06,
    6.239745391849833e-09,
];
#[rustfmt::skip]
const Q2: [f64; 8] = [
    6.02427039364742, 3.6798356385616087, 1.3770209948908132, 0.21623699359449663,
    0.013420400608854318, 0.00032801446468212774, 2.8924786474538068e-06, 6.790194080099813e-09,
];

/// The number that a standard normal one is below with this probability; infinite at 0 and 1, NaN beyond.
pub(crate) fn normal_quantile(probability: f64) -> f64 {
    // exp(-2), where the tails begin
    const TAILS: f64 = 0.135_335_283_236_612_7;
    if !(0.0..=1.0).contains(&probability) {
        return f64::NAN;
    }
    let upper = probability > 1.0 - TAILS;
    let tail = if upper { 1.0 - probability } else { probability };
    if tail > TAILS {
        let from_half = tail - 0.5;
        let square = from_half * from_half;
        let bend = polynomial(0.0, &P0, square) / polynomial(1.0, &Q0, square);
        return (from_half + from_half * (square * bend)) * (2.0 * PI).sqrt();
    }
    if tail == 0.0 {
        return if upper { f64::INFINITY } else { f64::NEG_INFINITY };
    }
    let z = (-2.0 * libm::log(tail)).sqrt();
    let inverse = 1.0 / z;
    let (above, below) = if z < 8.0 { (&P1, &Q1) } else { (&P2, &Q2) };
    let rest = inverse * polynomial(0.0, above, inverse) / polynomial(1.0, below, inverse);
    let distance = z - libm::log(z) / z - rest;
    if upper { distance } else { -distance }
}

/// By Horner's rule, the coefficients from the highest power down, after this one.
fn polynomial(first: f64, rest: &[f64], x: f64) -> f64 {
    rest.iter().fold(first, |sum, coefficient| sum * x + coefficient)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_distr::StandardNormal;
    use rand_pcg::Pcg64;

    use super::*;

    #[test]
    fn numbers_are_those_of_rand_distr() {
        let (mut ours, mut theirs) = (Pcg64::seed_from_u64(1), Pcg64::seed_from_u64(1));
        let mut beyond = 0;
        for _ in 0..200_000 {
            let (x, y) = (standard_normal(&mut ours), theirs.sample::<f64, _>(StandardNormal));
            // the tables there have the area of a layer to 12 digits, and are right to 3.3e-10
            approx::assert_relative_eq!(x, y, max_relative = 1e-9);
            beyond += usize::from(x.abs() > TAIL);
        }
        // 2.6e-4 of them
        assert!((20..90).contains(&beyond), "{beyond}");
    }

    #[test]
    fn layers_are_those_of_exact_arithmetic() {
        // by mpmath with 60 digits, from the end of the lowest layer up
        let expected = [
            (0, 3.910_757_959_524_916),
            (2, 3.449_278_298_561_431),
            (3, 3.3202447338398255),
            (255, 0.215_241_895_984_883_6),
        ];
        for (layer, expected) in expected {
            approx::assert_relative_eq!(ZIGGURAT[0][layer], expected, max_relative = 1e-13);
        }
    }

    #[test]
    fn quantiles_are_right_in_the_tails() {
        // from SciPy 1.17.1: scipy.stats.norm.ppf
        for (probability, expected) in [
            (1e-12, -7.034483825301131),
            (1e-6, -4.753424308822899),
            (0.3, -0.5244005127080409),
            (0.975, 1.959963984540054),
            (1.0 - 1e-9, 5.997807019601637),
        ] {
            approx::assert_relative_eq!(
                normal_quantile(probability),
                expected,
                max_relative = 1e-14
            );
        }
        assert_eq!([0.0, 1.0].map(normal_quantile), [f64::NEG_INFINITY, f64::INFINITY]);
        assert!(normal_quantile(-0.1).is_nan() && normal_quantile(f64::NAN).is_nan());
    }
}
