//! Swap moves at one temperature.
//!
//! Two sites are drawn; if their atoms differ, the swap is accepted with probability
//! min(1, exp(-dE/T)) (Metropolis et al. 1953; Ahmadi, Foster, Protas 2022, eq. (1)). Both ranges
//! draw pairs of sites symmetrically, so that the equilibrium is the Boltzmann distribution at fixed
//! composition.

use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::{Anneal, Configuration, LatticeError, SwapChange, TriangleEnergy};

/// The largest change of either number of a [`SwapChange`], and how many changes there are.
const REACH: i8 = 6;
const CHANGES: usize = 2 * REACH as usize + 1;

/// Room for all classes of changes, so that any byte is one.
pub(crate) const CLASSES: usize = 256;

/// The threshold of what is always accepted, 2^63.
pub(crate) const CERTAIN: u64 = 1 << 63;

/// The class of swaps that change nothing.
pub(crate) const NO_CHANGE: u8 = class(0, 0);

/// Which two sites a move may swap.
///
/// A sweep is one move a site; moves that draw two like atoms count. An engine may leave those out if
/// it draws how many they are: one lattice does so for swaps anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum SwapRange {
    /// Any two sites, drawn independently and uniformly of N (the same site twice counts as like
    /// atoms): fast equilibration, no physical time.
    #[default]
    Anywhere,
    /// Two neighbours, drawn uniformly of the 3N bonds (Kawasaki 1966): diffusion.
    NearestNeighbor,
}

/// The Metropolis rule for swaps with one energy, at one temperature and range.
#[derive(Debug, Clone, PartialEq)]
pub struct Metropolis {
    energy: TriangleEnergy,
    temperature: f64,
    range: SwapRange,
    /// Probabilities by the class of the change.
    acceptance: [f64; CLASSES],
    /// The same, of 2^63: 0 and 1 are exact, the rest to 2^-63.
    thresholds: [u64; CLASSES],
}

impl Metropolis {
    /// The rule for this energy at this temperature, in the unit of the energy (k_B = 1).
    ///
    /// # Errors
    /// [`LatticeError::Temperature`] unless it is finite and above 0.
    pub fn new(
        energy: &TriangleEnergy,
        temperature: f64,
        range: SwapRange,
    ) -> Result<Self, LatticeError> {
        if !(temperature.is_finite() && temperature > 0.0) {
            return Err(LatticeError::Temperature { value: temperature });
        }
        let mut acceptance = [0.0; CLASSES];
        for plus_pairs in -REACH..=REACH {
            for plus_triangles in -REACH..=REACH {
                let change = energy.change(SwapChange::new(plus_pairs, plus_triangles));
                acceptance[usize::from(class(plus_pairs, plus_triangles))] =
                    libm::exp(-change / temperature).min(1.0);
            }
        }
        let thresholds = acceptance.map(|probability| (probability * CERTAIN as f64) as u64);
        Ok(Self { energy: *energy, temperature, range, acceptance, thresholds })
    }

    /// The energy.
    pub fn energy(&self) -> &TriangleEnergy {
        &self.energy
    }

    /// The temperature, in the unit of the energy.
    pub fn temperature(&self) -> f64 {
        self.temperature
    }

    /// Which sites are swapped.
    pub fn range(&self) -> SwapRange {
        self.range
    }

    /// The probability that a swap of this change is accepted, min(1, exp(-dE/T)).
    #[inline]
    pub fn acceptance(&self, swap: SwapChange) -> f64 {
        self.acceptance[usize::from(swap.class())]
    }

    /// Acceptances by class, of 2^63.
    pub(crate) fn thresholds(&self) -> &[u64; CLASSES] {
        &self.thresholds
    }
}

/// The class of a change: a number for each pair of changes of N++ and N+++.
pub(crate) const fn class(plus_pairs: i8, plus_triangles: i8) -> u8 {
    (plus_pairs + REACH) as u8 * CHANGES as u8 + (plus_triangles + REACH) as u8
}

/// One configuration is one replica.
impl Anneal for Configuration {
    fn advance(&mut self, metropolis: &Metropolis, sweeps: u64, rng: &mut dyn Rng) -> Vec<f64> {
        self.sweep(metropolis, sweeps, rng);
        vec![metropolis.energy.per_site(self)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn probabilities_are_probabilities_at_all_extremes() {
        let tables = [[1e290, -1e290, 1e290, -1e290], [0.0, 0.0, 1e290, 0.0], [5e-324; 4]];
        for table in tables {
            for temperature in [5e-324, 1.0, f64::MAX] {
                let energy = TriangleEnergy::new(table).unwrap();
                let rule = Metropolis::new(&energy, temperature, SwapRange::Anywhere).unwrap();
                assert!(
                    rule.acceptance.iter().all(|p| (0.0..=1.0).contains(p)),
                    "{table:?} {temperature}"
                );
                assert_eq!(rule.acceptance(SwapChange::default()), 1.0);
            }
        }
    }
}
