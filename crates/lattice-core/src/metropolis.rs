//! Swap moves at one temperature.
//!
//! Two sites are drawn; if their atoms differ, the swap is accepted with probability
//! min(1, exp(-dE/T)) (Metropolis et al. 1953; Ahmadi, Foster, Protas 2022, eq. (1)). Both ranges
//! draw pairs of sites symmetrically, so that the equilibrium is the Boltzmann distribution at fixed
//! composition.
#![cfg(feature = "engines")]

use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::{Anneal, Configuration, Energy, LatticeError, SwapChange, TriangleEnergy};

/// The largest change of either number of a [`SwapChange`], and how many changes there are.
const REACH: i8 = 6;
const CHANGES: usize = 2 * REACH as usize + 1;

/// Room for all classes of changes, so that any byte is one.
pub(crate) const CLASSES: usize = 256;

/// The threshold of what is always accepted, 2^63.
pub(crate) const CERTAIN: u64 = 1 << 63;

/// The class of swaps that change nothing.
pub(crate) const NO_CHANGE: u8 = class(0, 0);

/// Which two sites a move may swap, of N sites.
///
/// A sweep is one move a site; moves that draw two like atoms count. An engine may leave those out if
/// it draws how many they are: one lattice does so for swaps anywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum SwapRange {
    /// Any two sites, drawn independently and uniformly of N (the same site twice counts as like
    /// atoms): fast equilibration, no physical time.
    #[default]
    Anywhere,
    /// Two neighbours, drawn uniformly of all bonds, 3N on the triangular lattice (Kawasaki 1966):
    /// diffusion.
    NearestNeighbor,
}

/// An energy that swaps can be made with: every [`Energy`], for the general engine, and
/// [`TriangleEnergy`], for the engines of two species on the triangular lattice. Implement
/// [`Energy`].
pub trait SwapEnergy: Clone {
    /// What is computed once for a temperature.
    type Prepared: Clone;

    /// Prepares the rule for a temperature, finite and above 0.
    fn prepare(&self, temperature: f64) -> Self::Prepared;
}

/// Changes have any value: nothing is known before.
impl<E: Energy + Clone> SwapEnergy for E {
    type Prepared = ();

    fn prepare(&self, _: f64) {}
}

/// Acceptances of all changes that a triangle energy can have.
#[derive(Debug, Clone, PartialEq)]
pub struct Acceptances {
    /// Probabilities by the class of the change.
    acceptance: [f64; CLASSES],
    /// The same, of 2^63: 0 and 1 are exact, the rest to 2^-63.
    thresholds: [u64; CLASSES],
}

impl SwapEnergy for TriangleEnergy {
    type Prepared = Acceptances;

    fn prepare(&self, temperature: f64) -> Acceptances {
        let mut acceptance = [0.0; CLASSES];
        for plus_pairs in -REACH..=REACH {
            for plus_triangles in -REACH..=REACH {
                let change = self.change(SwapChange::new(plus_pairs, plus_triangles));
                acceptance[usize::from(class(plus_pairs, plus_triangles))] =
                    libm::exp(-change / temperature).min(1.0);
            }
        }
        let thresholds = acceptance.map(|probability| (probability * CERTAIN as f64) as u64);
        Acceptances { acceptance, thresholds }
    }
}

/// The Metropolis rule for swaps with one energy, at one temperature and range.
///
/// Moves of your own on the triangular lattice:
///
/// ```
/// use lattice_core::*;
/// use rand::RngExt;
/// use rand_pcg::{Pcg64, rand_core::SeedableRng};
///
/// let mut rng = Pcg64::seed_from_u64(7);
/// let lattice = TriangularLattice::new(12, 12)?;
/// let mut atoms = Configuration::random(lattice, Composition::of_plus(0.5)?, &mut rng)?;
/// let energy = TriangleEnergy::squared_charge();
/// let metropolis = Metropolis::new(&energy, 0.5, SwapRange::Anywhere)?;
/// for site in 0..atoms.lattice().sites() {
///     let above = atoms.lattice().neighbors_of(site)[4]; // columns only
///     let change = atoms.swap_change(site, above)?;
///     if rng.random::<f64>() < metropolis.acceptance(change) {
///         atoms.swap(site, above)?;
///     }
/// }
/// # Ok::<(), lattice_core::LatticeError>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Metropolis<E: SwapEnergy = TriangleEnergy> {
    energy: E,
    temperature: f64,
    range: SwapRange,
    prepared: E::Prepared,
}

impl<E: SwapEnergy> Metropolis<E> {
    /// The rule for this energy at this temperature, in the unit of the energy (k_B = 1).
    ///
    /// # Errors
    /// [`LatticeError::Temperature`] unless it is finite and above 0.
    pub fn new(energy: &E, temperature: f64, range: SwapRange) -> Result<Self, LatticeError> {
        if !(temperature.is_finite() && temperature > 0.0) {
            return Err(LatticeError::Temperature { value: temperature });
        }
        let prepared = energy.prepare(temperature);
        Ok(Self { energy: energy.clone(), temperature, range, prepared })
    }

    /// The energy.
    pub fn energy(&self) -> &E {
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
}

impl Metropolis {
    /// The probability that a swap of this change is accepted, min(1, exp(-dE/T)).
    #[inline]
    pub fn acceptance(&self, swap: SwapChange) -> f64 {
        self.prepared.acceptance[usize::from(swap.class())]
    }

    /// Acceptances by class, of 2^63.
    pub(crate) fn thresholds(&self) -> &[u64; CLASSES] {
        &self.prepared.thresholds
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
                    rule.prepared.acceptance.iter().all(|p| (0.0..=1.0).contains(p)),
                    "{table:?} {temperature}"
                );
                assert_eq!(rule.acceptance(SwapChange::default()), 1.0);
            }
        }
    }
}
