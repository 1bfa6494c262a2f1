//! Limits of settings, and memory that is asked for before it is needed: what cannot come to an end
//! is refused before any work.

use crate::StudyError;
use lattice_core::Composition;
use std::fmt::{Debug, Display};
use std::ops::RangeInclusive;

/// Rows or columns of a square lattice of the most sites that can be numbered, 2^30.
pub(crate) const LARGEST_SIZE: usize = 1 << 15;

/// Moves of one run, of blocks of replicas or of replicas alone: at 10^9 a second 30 years.
const MOST_MOVES: f64 = 1e18;

/// Checks that a whole number is in its range, which `allowed` says in words.
///
/// # Errors
/// [`StudyError::Setting`].
pub(crate) fn within<N: PartialOrd + Display + Debug>(
    setting: &'static str,
    value: N,
    range: RangeInclusive<N>,
    allowed: &'static str,
) -> Result<(), StudyError> {
    if range.contains(&value) {
        return Ok(());
    }
    Err(StudyError::Setting { setting, value: shown(&value), allowed })
}

/// Checks that a number is finite and above 0.
///
/// # Errors
/// [`StudyError::Setting`].
pub(crate) fn positive(setting: &'static str, value: f64) -> Result<(), StudyError> {
    within(setting, value, f64::MIN_POSITIVE..=f64::MAX, "positive and finite (at least 2.3e-308)")
}

/// Checks that a fraction of (-) leaves atoms of both kinds on so many sites.
///
/// # Errors
/// [`StudyError::Setting`].
pub(crate) fn both_kinds(setting: &'static str, x: f64, sites: usize) -> Result<(), StudyError> {
    fraction(setting, x)?;
    let both = Composition::of_minus(x).and_then(|composition| composition.minus_count(sites));
    let allowed = "at least 1/sites and at most 1 - 1/sites, or there is nothing to swap";
    both.map(drop).map_err(|_| StudyError::Setting { setting, value: shown(&x), allowed })
}

/// Checks that a fraction of (-) lies between 0 and 1.
///
/// # Errors
/// [`StudyError::Setting`].
pub(crate) fn fraction(setting: &'static str, x: f64) -> Result<(), StudyError> {
    let allowed = "between 0 and 1: the fraction of (-)";
    match x > 0.0 && x < 1.0 {
        true => Ok(()),
        false => Err(StudyError::Setting { setting, value: shown(&x), allowed }),
    }
}

/// A number, without hundreds of zeros.
fn shown<N: Display + Debug>(value: &N) -> String {
    let plain = value.to_string();
    if plain.len() <= 24 { plain } else { format!("{value:?}") }
}

/// Checks that an annealing of so many sites, sweeps and samples, in so many blocks, ends.
///
/// # Errors
/// [`StudyError::Setting`] with the number of moves.
pub(crate) fn moves(
    sites: f64,
    samples: usize,
    sweeps_between_samples: u64,
    blocks: usize,
) -> Result<(), StudyError> {
    let moves = sites * samples as f64 * sweeps_between_samples as f64 * blocks as f64;
    if moves <= MOST_MOVES {
        return Ok(());
    }
    Err(StudyError::Setting {
        setting: "sweeps-between-samples",
        value: format!("{sweeps_between_samples} ({moves:.1e} moves in all)"),
        allowed: "so few that all sweeps of all samples have at most 1e18 moves; lower it, \
                  --samples-per-step, --temperature-steps or the size",
    })
}

/// Bytes of the draws of chains of the eight rates.
pub(crate) fn bytes_of_draws(chains: usize, draws: usize) -> f64 {
    chains as f64 * draws as f64 * (9 * size_of::<f64>() + 1) as f64
}

/// Checks that so many bytes, which a run holds at least, can be had. They are asked for and given
/// back; a system that promises more than it has may still end the run later.
///
/// # Errors
/// [`StudyError::Memory`]; `lower` names the settings that ask for it.
pub(crate) fn memory(bytes: f64, lower: &'static str) -> Result<(), StudyError> {
    // rounded towards 0, and to the largest number there is
    let asked = bytes as usize;
    match Vec::<u8>::new().try_reserve_exact(asked) {
        Ok(()) => Ok(()),
        Err(_) => Err(StudyError::Memory { bytes, lower }),
    }
}
