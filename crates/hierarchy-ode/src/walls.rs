//! What counts as a possible concentration for the integrators, for starts, steps and rows alike.
//!
//! Right-hand sides see 0 in place of a negative concentration (see `integration.rs`), so that one
//! which only fades has no rate of change beyond the wall and would stay there, slightly negative,
//! for ever. A step that is accurate but overshoots the wall is therefore taken again at half the
//! length, down to rounding ([`ROUNDING`]). A concentration that is really carried across has a
//! negative rate of change at the wall too: it is let through, and the trajectory ends once it is
//! below 0 by more than the tolerance. Rows show 0 for what is below 0 by less than the tolerance.
//!
//! A start may be negative by what the solver itself lets through, its tolerance, or by
//! [`START_TOLERANCE`]; the state then begins at 0.

/// A concentration above minus this is 0 but for rounding. Concentrations are sums of terms of at
/// most 1; 1e-14 is the rounding of 50 of them.
pub(crate) const ROUNDING: f64 = 1e-14;

/// Once steps have been implicit, what counts as rounding, as a share of the absolute tolerance: a
/// concentration that a fast reaction holds near 0 is found with the error of the others, and the
/// steps could not be longer than the fast time if it had to stay above 0 by itself.
const SHARE_OF_TOLERANCE: f64 = 0.1;

/// What counts as rounding below 0, see [`ROUNDING`].
pub(crate) fn rounding(atol: f64, is_implicit: bool) -> f64 {
    if is_implicit { ROUNDING.max(SHARE_OF_TOLERANCE * atol) } else { ROUNDING }
}

/// Initial concentrations may be negative by this, or by the tolerance of the solver where that is
/// larger: the rounding that measured ones may have.
pub(crate) const START_TOLERANCE: f64 = 1e-9;

/// A concentration is carried across the wall if its rate of change there is at least this share
/// of its mean rate of change during the step.
const CARRIED: f64 = 1e-3;

/// Whether a concentration that was possible before a step of this length is negative after it and
/// was not carried there: its slope at the end, where the right-hand side saw it as 0, does not
/// lead outwards.
#[inline]
pub(crate) fn overshoots(
    length: f64,
    before: &[f64],
    after: &[f64],
    slope: &[f64],
    rounding: f64,
) -> bool {
    let mut overshoots = false;
    for i in 0..after.len() {
        if after[i] < -rounding && before[i] >= -rounding {
            overshoots |= slope[i] * length > CARRIED * (after[i] - before[i]);
        }
    }
    overshoots
}

/// Whether a row has a concentration below 0 by more than rounding although the step it is in
/// begins and ends with possible ones: then the step is to end at the row.
pub(crate) fn dips(before: &[f64], after: &[f64], row: &[f64], rounding: f64) -> bool {
    let below = |c: f64| c < -rounding;
    (0..row.len()).any(|i| below(row[i]) && !below(before[i]) && !below(after[i]))
}

/// Replaces rounding below 0 by 0.
pub(crate) fn round_up(row: &mut [f64], rounding: f64) {
    row.iter_mut().filter(|c| **c < 0.0 && **c >= -rounding).for_each(|c| *c = 0.0);
}
