//! What each rate does to the pairs, and its derivatives along the pairs.
//!
//! With the term of each rate, w1 = 2 ^C+-+, w2 = C+-+, w3 = -2 ^C++-, w4 = -C++-, and w5..w8 the
//! same with (+) and (-) exchanged, (5) reads
//!   dC++/dt = 2 (k1 w1 + .. + k4 w4), dC--/dt = 2 (k5 w5 + .. + k8 w8), dC+-/dt = -(k1 w1 + .. + k8 w8).
//! A closure is a function of two numbers, because C++ + C-- + 2 C+- = 1: y = C+- and
//! z = (C++ - C--)/2, which only moves with the composition. Closures need not be defined off that
//! plane, so they are only ever asked on it.
//!
//! A closure is a black box here. Its derivatives along y and z are limits of central differences
//! of the closure's own values (not of trajectories), extrapolated by Richardson's scheme from four
//! steps to order 8 (one-sided, from six steps to order 6, where a concentration is 0). Steps are a
//! part of the distance to the nearest zero concentration, and are shortened until two orders
//! agree: about 1e-12 of the derivative for closures analytic inside the region.
//! Sources: Ahmadi, Foster, Protas 2022, eqs. (5); Ridders, Adv. Eng. Software 4, 75 (1982).

use closures::{Closure, ClosureError};
use cluster_stats::{PairConcentrations, TripletType};

/// w1..w8, dimensionless.
pub(crate) type Terms = [f64; 8];

/// Agreement of two orders at which an extrapolation ends, relative to the largest derivative.
const AGREEMENT: f64 = 1e-11;
/// Largest disagreement that still counts as a derivative.
const LARGEST_DISAGREEMENT: f64 = 1e-7;

/// Directions in (C++, C--, C+-): along y = C+-, and along z = (C++ - C--)/2.
const ALONG: [[f64; 3]; 2] = [[-1.0, -1.0, 1.0], [1.0, -1.0, 0.0]];

/// w1..w8 at these pairs.
pub(crate) fn terms(
    closure: &(impl Closure + ?Sized),
    pairs: &PairConcentrations,
) -> Result<Terms, ClosureError> {
    use TripletType::*;
    let t = closure.chains(pairs)?;
    Ok([
        2.0 * t[AngPmp],
        t[LinPmp],
        -2.0 * t[AngPpm],
        -t[LinPpm],
        2.0 * t[AngMpm],
        t[LinMpm],
        -2.0 * t[AngMmp],
        -t[LinMmp],
    ])
}

/// \[dw/dy, dw/dz\] at these pairs; `None` where the closure has no derivative.
pub(crate) fn slopes(
    closure: &(impl Closure + ?Sized),
    pairs: &PairConcentrations,
) -> Option<[Terms; 2]> {
    let [along_y, along_z] = ALONG;
    Some([slope(closure, pairs, along_y)?, slope(closure, pairs, along_z)?])
}

fn slope(
    closure: &(impl Closure + ?Sized),
    pairs: &PairConcentrations,
    direction: [f64; 3],
) -> Option<Terms> {
    let state = pairs.to_array();
    // how far to the first zero concentration
    let room = |sign: f64| {
        let gone = (0..3).filter(|&i| sign * direction[i] < 0.0).map(|i| state[i]);
        gone.fold(f64::INFINITY, f64::min)
    };
    let at = |step: f64| {
        let moved = std::array::from_fn(|i| state[i] + step * direction[i]);
        terms(closure, &PairConcentrations::from_array(moved)).ok()
    };
    let (ahead, behind) = (room(1.0), room(-1.0));
    let nearer = ahead.min(behind);
    let farther = ahead.max(behind);
    if nearer > 1e-6 * farther {
        let central = |step: f64| {
            let (plus, minus) = (at(step)?, at(-step)?);
            Some(std::array::from_fn(|i| (plus[i] - minus[i]) / (2.0 * step)))
        };
        return converge::<4>(0.1 * nearer, 4.0, central);
    }
    let here = at(0.0)?;
    let sign = if ahead > behind { 1.0 } else { -1.0 };
    let one_sided = |step: f64| {
        let there = at(sign * step)?;
        Some(std::array::from_fn(|i| (there[i] - here[i]) / (sign * step)))
    };
    converge::<6>(0.1 * farther, 2.0, one_sided)
}

/// The limit of `difference` for steps to 0: Richardson's extrapolation over halved steps, whose
/// errors fall by powers of `growth` (4 for central, 2 for one-sided differences), the first step
/// shortened until the last two orders agree.
fn converge<const LEVELS: usize>(
    first: f64,
    growth: f64,
    difference: impl Fn(f64) -> Option<Terms>,
) -> Option<Terms> {
    let mut best = (f64::INFINITY, [f64::NAN; 8]);
    let mut step = first;
    for _ in 0..6 {
        if let Some((disagreement, value)) = extrapolate::<LEVELS>(step, growth, &difference) {
            if disagreement < best.0 {
                best = (disagreement, value);
            }
            if best.0 <= AGREEMENT {
                break;
            }
        }
        step *= 0.25;
    }
    (best.0 <= LARGEST_DISAGREEMENT).then_some(best.1)
}

/// The extrapolated value, and by how much the order below it differs, relative to the largest.
fn extrapolate<const LEVELS: usize>(
    first: f64,
    growth: f64,
    difference: impl Fn(f64) -> Option<Terms>,
) -> Option<(f64, Terms)> {
    let mut row = [[0.0; 8]; LEVELS];
    let mut below = [0.0; 8];
    for level in 0..LEVELS {
        let mut value = difference(first * 0.5_f64.powi(level as i32))?;
        let mut weight = growth;
        for entry in row.iter_mut().take(level) {
            let better = std::array::from_fn(|i| value[i] + (value[i] - entry[i]) / (weight - 1.0));
            below = value;
            *entry = std::mem::replace(&mut value, better);
            weight *= growth;
        }
        row[level] = value;
    }
    let value = row[LEVELS - 1];
    let largest = value.iter().fold(f64::MIN_POSITIVE, |largest: f64, v| largest.max(v.abs()));
    let apart = (0..8).map(|i| (value[i] - below[i]).abs()).fold(0.0, f64::max);
    let disagreement = apart / largest;
    disagreement.is_finite().then_some((disagreement, value))
}
