//! Whether the two methods of an energy agree.

use rand::{Rng, RngExt};

use super::{Energy, Occupation};
use crate::LatticeError;

/// Random arrangements, and swaps of each range in each of them.
const ARRANGEMENTS: usize = 8;
const SWAPS: usize = 64;

/// A change and the difference of totals may differ by this share of the largest of the three.
const ROUNDING: f64 = 1e-9;

/// The numbers that [`check_energy`] found, in the unit of the energy.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct EnergyReport {
    /// Swaps that were compared.
    pub swaps: usize,
    /// The largest change of a swap. If it is 0, no swap that was tried changes the energy, and the
    /// check says little.
    pub largest_change: f64,
    /// The largest difference of a change from the difference of the totals.
    pub largest_difference: f64,
}

/// Checks that the change of a swap is the total after it minus the total before it, on random
/// arrangements of these atoms and for swaps of any two sites and of neighbors. It works for every
/// energy.
///
/// There is an example at [`Energy`].
///
/// # Errors
/// [`LatticeError::EnergyContract`] with the numbers for the first swap that disagrees, and for one
/// whose change or total is not finite; what [`Energy::fits`] says.
pub fn check_energy<E: Energy + ?Sized>(
    energy: &E,
    atoms: &Occupation,
    rng: &mut dyn Rng,
) -> Result<EnergyReport, LatticeError> {
    energy.fits(atoms)?;
    let mut atoms = atoms.clone();
    let (sites, bonds) = (atoms.states().len(), atoms.bonds().to_vec());
    let mut report = EnergyReport::default();
    for _ in 0..ARRANGEMENTS {
        atoms.shuffle(rng);
        let mut before = energy.total(&atoms);
        for at in 0..2 * SWAPS {
            let [one, other] = if at % 2 == 0 || bonds.is_empty() {
                [rng.random_range(0..sites), rng.random_range(0..sites)]
            } else {
                bonds[rng.random_range(0..bonds.len())].map(|site| site as usize)
            };
            let change = energy.swap_change(&atoms, one, other);
            atoms.swap(one, other)?;
            let after = energy.total(&atoms);
            let difference = (change - (after - before)).abs();
            let scale = change.abs().max(before.abs()).max(after.abs());
            let agrees = difference <= ROUNDING * scale; // false for NaN
            if !(agrees && scale.is_finite()) {
                let sites = [one, other];
                return Err(LatticeError::EnergyContract { sites, change, before, after });
            }
            report.swaps += 1;
            report.largest_change = report.largest_change.max(change.abs());
            report.largest_difference = report.largest_difference.max(difference);
            before = after;
        }
    }
    Ok(report)
}
