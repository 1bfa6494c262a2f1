//! Limits of settings, and memory that is asked for before it is needed: what cannot come to an end
//! is refused before any work.

use crate::StudyError;
use std::fmt::Display;
use std::ops::RangeInclusive;

/// Rows or columns of a square lattice of the most sites that can be numbered, 2^30.
pub(crate) const LARGEST_SIZE: usize = 1 << 15;

/// Moves of one run, of blocks of replicas or of replicas alone: at 10^9 a second 30 years.
const MOST_MOVES: f64 = 1e18;

/// Checks that a whole number is in its range, which `allowed` says in words.
///
/// # Errors
/// [`StudyError::Setting`].
pub(crate) fn within<N: PartialOrd + Display>(
    setting: &'static str,
    value: N,
    range: RangeInclusive<N>,
    allowed: &'static str,
) -> Result<(), StudyError> {
    if range.contains(&value) {
        return Ok(());
    }
    Err(StudyError::Setting { setting, value: value.to_string(), allowed })
}

/// Checks that a number is finite and above 0.
///
/// # Errors
/// [`StudyError::Setting`].
pub(crate) fn positive(setting: &'static str, value: f64) -> Result<(), StudyError> {
    within(setting, value, f64::MIN_POSITIVE..=f64::MAX, "finite and above 0 (at least 2.3e-308)")
}

/// Checks that a fraction of atoms lies between 0 and 1.
///
/// # Errors
/// [`StudyError::Setting`].
pub(crate) fn fraction(setting: &'static str, value: f64) -> Result<(), StudyError> {
    match value > 0.0 && value < 1.0 {
        true => Ok(()),
        false => Err(StudyError::Setting {
            setting,
            value: value.to_string(),
            allowed: "between 0 and 1: the fraction of (-)",
        }),
    }
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
