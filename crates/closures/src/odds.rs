//! Triplets from pairs and an odds ratio: a table of two or of three neighbours with given margins.
//!
//! Chain with middle j, a = C+j, b = Cj-: (a - q)(b - q) = w q^2 for q = C+j-.
//! Triangle: (C++ - q)(C+- - q)^3 = t q^3 (C-- - C+- + q) for q = T++-.
//! Both sides are monotone in q, so that every w, t > 0 has one root. The root is sought as a
//! distance from the nearer end of its interval, so that no cell is a difference of nearly equal
//! numbers: cells are right to a few units of the last place, down to 1e-100 and less.
//!
//! Source: Plackett, J. Am. Stat. Assoc. 60 (1965) for the chain (a 2 x 2 table with given
//! margins); Bartlett, J. R. Stat. Soc. Suppl. 2 (1935) for the ratio of three-way tables.

use crate::ClosureError;
use cluster_stats::PairConcentrations;

/// Logarithms of odds ratios are held to this: cells beyond are below 1e-43 times a pair.
pub(crate) const LARGEST_LOG_ODDS: f64 = 300.0;

/// How far outside the possible region pairs may lie and still get triplets, those of its edge:
/// integrators step over it by their own error.
pub(crate) const REGION_TOLERANCE: f64 = 1e-6;

/// A triangle's cells: T+++, T---, T++-, T--+.
pub(crate) type Triangle = [f64; 4];

/// \[C+j+, C-j-, C+j-\] of a chain whose middle makes the pairs a = C+j and b = Cj-, all >= 0, at
/// the odds ratio w >= 0; w = 1 is C+j- = a b / (a + b).
#[inline]
pub(crate) fn chain(a: f64, b: f64, w: f64) -> [f64; 3] {
    let (small, large) = if a < b { (a, b) } else { (b, a) };
    if small <= 0.0 {
        return [a, b, 0.0];
    }
    // in units of the larger pair: (1 - q)(r - q) = w q^2
    let (r, difference) = (small / large, (large - small) / large);
    let root = (difference * difference + 4.0 * w * r).sqrt();
    let q = 2.0 * r / (1.0 + r + root);
    // rest = r - q solves (difference + rest) rest = w q^2
    let product = w * q * q;
    let root = (difference * difference + 4.0 * product).sqrt();
    let rest = 2.0 * product / (difference + root).max(f64::MIN_POSITIVE);
    let (of_small, of_large) = (large * rest, large * (difference + rest));
    if a < b { [of_small, of_large, large * q] } else { [of_large, of_small, large * q] }
}

/// The cells of a triangle with these pairs at ln t.
///
/// # Errors
/// [`ClosureError::ImpossiblePairs`] where C+- exceeds C++ + C--: at most two of the three bonds of
/// a triangle are unlike, so that C+- <= 1/3.
#[inline]
pub(crate) fn triangle(pairs: &PairConcentrations, ln_t: f64) -> Result<Triangle, ClosureError> {
    let [pp, mm, pm] = pairs.to_array();
    // T++- lies in [low, low + width]
    let low = (pm - mm).max(0.0);
    let width = pp.min(pm) - low;
    if width <= 0.0 || width.is_nan() {
        if width < -REGION_TOLERANCE || width.is_nan() {
            return Err(ClosureError::ImpossiblePairs { pairs: *pairs, bound: "C+- <= 1/3" });
        }
        let q = (low + 0.5 * width).max(0.0);
        return Ok([(pp - q).max(0.0), (mm - pm + q).max(0.0), q, (pm - q).max(0.0)]);
    }
    let ln_t = ln_t.clamp(-LARGEST_LOG_ODDS, LARGEST_LOG_ODDS);
    // near the lower end T++- and T--- are small, near the upper one T+++ and T--+: the same
    // equation with the roles exchanged, (rise + d)^(3 or 1) ... = ratio ... (fall - d)
    let from_low = Side { cubed: low, plain: (mm - pm).max(0.0) };
    let from_high = Side { cubed: (pm - pp).max(0.0), plain: (pp - pm).max(0.0) };
    let t = libm::exp(ln_t);
    let half = 0.5 * width;
    let middle = (from_high.plain + half) / (from_low.plain + half)
        * cube((from_high.cubed + half) / (from_low.cubed + half));
    Ok(if middle < t {
        let d = distance(&from_low, &from_high, width, t);
        [
            from_high.plain + (width - d),
            from_low.plain + d,
            from_low.cubed + d,
            from_high.cubed + (width - d),
        ]
    } else {
        let d = distance(&from_high, &from_low, width, 1.0 / t);
        [
            from_high.plain + d,
            from_low.plain + (width - d),
            from_low.cubed + (width - d),
            from_high.cubed + d,
        ]
    })
}

/// The two cells that are smallest at one end: at the distance d they are these plus d.
struct Side {
    cubed: f64,
    plain: f64,
}

#[inline]
fn cube(x: f64) -> f64 {
    x * x * x
}

/// d in (0, width / 2] with (far.cubed + width - d)^3 (far.plain + width - d) =
/// t (near.cubed + d)^3 (near.plain + d): Newton in ln d, where the logarithm of the ratio of the
/// sides is monotone with a slope between -1 and -8.
#[inline]
fn distance(near: &Side, far: &Side, width: f64, t: f64) -> f64 {
    let (cubed, plain) = (far.cubed + width, far.plain + width);
    // in units of the width, as if the large cells stayed as they are
    let full = cube(cubed / width) * (plain / width) / t;
    let start = if near.cubed > near.plain {
        full / cube(near.cubed / width + 0.3)
    } else if near.plain > near.cubed {
        libm::cbrt(full / (near.plain / width + 0.3))
    } else {
        full.sqrt().sqrt()
    };
    let mut d = width * start.min(0.5);
    let (mut below, mut above) = (0.0, 0.5 * width);
    for _ in 0..100 {
        let (near_cubed, near_plain) = (near.cubed + d, near.plain + d);
        let (far_cubed, far_plain) = (cubed - d, plain - d);
        let excess = libm::log(cube(far_cubed / near_cubed) * (far_plain / near_plain) / t);
        if excess > 0.0 {
            below = d
        } else {
            above = d
        }
        let slope = 3.0 / far_cubed + 1.0 / far_plain + 3.0 / near_cubed + 1.0 / near_plain;
        let step = excess / (d * slope);
        if step.abs() < 3e-9 {
            // Newton squares the error: what is left after this step is rounding
            return d * (1.0 + step);
        }
        // Newton may leave the interval that holds the root: go half way to its end then
        d = (d * libm::exp(step)).max(0.5 * (below + d)).min(0.5 * (d + above));
    }
    d
}
