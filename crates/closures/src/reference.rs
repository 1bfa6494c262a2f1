//! The odds ratios that a log-odds closure starts from.

use crate::odds::Triangle;
use cluster_stats::PairConcentrations;

/// The chains to which a [`LogOdds`](crate::LogOdds) closure with all coefficients 0 reduces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Reference {
    /// Ends that are independent given the middle: w = 1, the pair approximation.
    PairApproximation,
    /// Ends that are correlated by the ring of neighbours around the middle site, as far as
    /// triangles tell: each step along the ring from one neighbour to the next is a Markov step
    /// P(next | previous, middle) = T(previous, middle, next) / C(middle, previous). Angled
    /// chains are two steps, linear ones three. It has no coefficient; the triangles are the
    /// closure's own. Angled, it is Kikuchi's rhombus: C_ijk = sum over l of T_ijl T_jkl / C_jl
    /// (Kikuchi, Phys. Rev. 81, 988, 1951).
    ///
    /// Where C+- exceeds 1/3, and triangles of like sites are gone already, none come back: of two
    /// neighbours on the ring at most one is like the middle. That is the edge of the triangles
    /// carried on, continuous and with the right marginals, so that rate equations, which hold
    /// chains only, have a right-hand side up to C+- = min(C+, C-).
    #[default]
    TriangleRing,
}

/// Odds ratios \[linear, angled\] of chains with (+) and with (-) in the middle.
#[inline]
pub(crate) fn ring_odds(
    pairs: &PairConcentrations,
    triangle: Option<&Triangle>,
) -> ([f64; 2], [f64; 2]) {
    let [pp, mm, pm] = pairs.to_array();
    match triangle {
        Some([tppp, tmmm, tppm, tmmp]) => {
            (ring(pp, pm, *tppp, *tppm, *tmmp), ring(mm, pm, *tmmm, *tmmp, *tppm))
        }
        None => (ring(pp, pm, 0.0, pp, pm - pp), ring(mm, pm, 0.0, mm, pm - mm)),
    }
}

/// Odds ratios \[linear, angled\] of chains by the ring around a middle site that makes `like`
/// pairs with its own species and `unlike` ones, where triangles hold T(like, like) = `both` and
/// T(like, unlike) = `mixed` and T(unlike, unlike) = `neither`.
#[inline]
fn ring(like: f64, unlike: f64, both: f64, mixed: f64, neither: f64) -> [f64; 2] {
    if !(like > 0.0 && unlike > 0.0) {
        return [1.0; 2]; // a chain with one kind of pair is the same for every ratio
    }
    // two states, like and unlike; `leave` and `back` are the steps between them
    let (stay, leave) = (both / like, mixed / like);
    let (back, remain) = (mixed / unlike, neither / unlike);
    let two = [
        stay * stay + leave * back,
        (stay + remain) * leave,
        (stay + remain) * back,
        remain * remain + leave * back,
    ];
    let three = [
        stay * two[0] + leave * two[2],
        stay * two[1] + leave * two[3],
        back * two[0] + remain * two[2],
        back * two[1] + remain * two[3],
    ];
    // beyond the largest f64 the ratio is infinite, and held by the closure
    [three, two].map(|[a, b, c, d]| if a * d == 0.0 { 0.0 } else { a * d / (b * c) })
}
