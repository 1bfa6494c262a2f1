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
    if !(width > 0.0) {
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
    let middle = ((from_high.plain + 0.5 * width) / (from_low.plain + 0.5 * width)).ln()
        + 3.0 * ((from_high.cubed + 0.5 * width) / (from_low.cubed + 0.5 * width)).ln();
    Ok(if middle < ln_t {
        let d = distance(&from_low, &from_high, width, ln_t);
        [
            from_high.plain + (width - d),
            from_low.plain + d,
            from_low.cubed + d,
            from_high.cubed + (width - d),
        ]
    } else {
        let d = distance(&from_high, &from_low, width, -ln_t);
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

/// d in (0, width / 2] with 3 ln(far.cubed + width - d) + ln(far.plain + width - d) =
/// ln_t + 3 ln(near.cubed + d) + ln(near.plain + d): Newton in ln d, where the difference of the
/// sides is monotone with a slope between -1 and -8.
#[inline]
fn distance(near: &Side, far: &Side, width: f64, ln_t: f64) -> f64 {
    let (cubed, plain) = (far.cubed + width, far.plain + width);
    // where only one of the two small cells vanishes with d, the other is nearly constant
    let full = (plain / width).ln() + 3.0 * (cubed / width).ln() - ln_t;
    let start = if near.cubed > near.plain {
        full - 3.0 * ((near.cubed + 0.1 * width) / width).ln()
    } else if near.plain > near.cubed {
        (full - ((near.plain + 0.1 * width) / width).ln()) / 3.0
    } else {
        0.25 * full
    };
    let largest = -std::f64::consts::LN_2;
    let mut x = start.min(largest);
    let (mut above, mut below) = (largest, f64::NEG_INFINITY);
    for _ in 0..60 {
        let d = width * x.exp();
        let (near_cubed, near_plain) = (near.cubed + d, near.plain + d);
        let (far_cubed, far_plain) = (cubed - d, plain - d);
        let ratio = far_cubed / near_cubed;
        let excess = (ratio * ratio * ratio * (far_plain / near_plain)).ln() - ln_t;
        if excess > 0.0 {
            below = x
        } else {
            above = x
        }
        let slope = d * (3.0 / far_cubed + 1.0 / far_plain + 3.0 / near_cubed + 1.0 / near_plain);
        let step = excess / slope;
        // Newton may leave the interval that holds the root: go half way to its end then
        x = (x + step).clamp(0.5 * (below + x), 0.5 * (x + above));
        if step.abs() < 1e-15 * (1.0 + x.abs()) {
            break;
        }
    }
    width * x.exp()
}
