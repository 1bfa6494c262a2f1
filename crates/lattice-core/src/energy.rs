//! Energies that are sums over triangles.
//!
//! Each small triangle of the cation layer is an oxygen site: three of its six neighbours sit in
//! the layer, three are Li of the lithium layer. Each cation gives 1/6 of its charge (+4 Mn, +1 Li)
//! and oxygen has -2, so that with n (+) corners the charge deviates by
//! (4n + (3 - n) + 3)/6 - 2 = (n - 2)/2.
#![cfg(feature = "engines")]

use serde::{Deserialize, Serialize};

use crate::{Configuration, LatticeError, SwapChange};

/// Up to here no sum over the triangles of the largest lattice overflows.
const LARGEST_ENERGY: f64 = 1e290;

/// An energy that is a sum over triangles, each counted by its number n of (+) corners, in the unit
/// of the temperature (k_B = 1).
///
/// ```
/// use lattice_core::TriangleEnergy;
///
/// assert_eq!(TriangleEnergy::absolute_charge().table(), [1.0, 0.5, 0.0, 0.5]);
/// assert_eq!(TriangleEnergy::squared_charge().table(), [1.0, 0.25, 0.0, 0.25]);
/// let only_full_triangles = TriangleEnergy::new([0.0, 0.0, 0.0, 1.0])?;
/// assert_eq!(only_full_triangles.triple_coupling(), 1.0);
/// # Ok::<(), lattice_core::LatticeError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "[f64; 4]", into = "[f64; 4]")]
pub struct TriangleEnergy {
    table: [f64; 4],
}

impl TriangleEnergy {
    /// The absolute charge deviation of oxygen, |n - 2|/2: the energy that reproduces the published
    /// closures of Ahmadi, Foster and Protas 2022 (Phys. Rev. E 106, 025313), Table II.
    pub const fn absolute_charge() -> Self {
        Self { table: [1.0, 0.5, 0.0, 0.5] }
    }

    /// The squared charge deviation of oxygen, ((n - 2)/2)^2.
    ///
    /// Up to a constant at fixed composition it is the nearest-neighbour Ising antiferromagnet with
    /// J = 1/4: E = N/2 - (3/4) sum_i s_i + (1/4) sum over bonds of s_i s_j.
    pub const fn squared_charge() -> Self {
        Self { table: [1.0, 0.25, 0.0, 0.25] }
    }

    /// The energy with `table[n]` for each triangle with n (+) corners.
    ///
    /// # Errors
    /// [`LatticeError::UnusableEnergy`] for one that is not finite or beyond 1e290, where sums could
    /// overflow.
    pub fn new(table: [f64; 4]) -> Result<Self, LatticeError> {
        for (plus_corners, value) in table.into_iter().enumerate() {
            let usable = value.abs() <= LARGEST_ENERGY; // false for NaN
            if !usable {
                let limit = LARGEST_ENERGY;
                return Err(LatticeError::UnusableEnergy { plus_corners, value, limit });
            }
        }
        Ok(Self { table })
    }

    /// The energies of triangles with 0, 1, 2 and 3 (+) corners.
    pub fn table(&self) -> [f64; 4] {
        self.table
    }

    /// The energy of a (+) (+) pair of neighbours, 2 (e2 - 2 e1 + e0), in
    /// E = const + `pair_coupling` N++ + `triple_coupling` N+++ at fixed composition.
    pub fn pair_coupling(&self) -> f64 {
        let [e0, e1, e2, _] = self.table;
        2.0 * (e2 - 2.0 * e1 + e0)
    }

    /// The energy of a triangle of three (+) beyond that of its pairs, e3 - 3 e2 + 3 e1 - e0; see
    /// [`pair_coupling`](Self::pair_coupling).
    pub fn triple_coupling(&self) -> f64 {
        let [e0, e1, e2, e3] = self.table;
        e3 - 3.0 * e2 + 3.0 * e1 - e0
    }

    /// The energy of a whole configuration.
    ///
    /// It comes from the integers that the configuration keeps up to date, so it costs nothing and
    /// is bit for bit what counting anew would give.
    pub fn total(&self, configuration: &Configuration) -> f64 {
        self.of_counts(configuration.triangle_counts())
    }

    /// The energy of triangles with 0, 1, 2 and 3 (+) corners by their numbers.
    pub(crate) fn of_counts(&self, counts: [u64; 4]) -> f64 {
        self.table.iter().zip(counts).map(|(energy, count)| energy * count as f64).sum()
    }

    /// The energy of a configuration divided by its number of sites.
    pub fn per_site(&self, configuration: &Configuration) -> f64 {
        self.total(configuration) / configuration.lattice().sites() as f64
    }

    /// By how much a swap changes the energy.
    pub fn change(&self, swap: SwapChange) -> f64 {
        self.pair_coupling() * f64::from(swap.plus_pairs())
            + self.triple_coupling() * f64::from(swap.plus_triangles())
    }
}

/// Numbers of triangles with 0, 1, 2 and 3 (+) corners, from those of sites, (+) atoms, (+) (+) pairs
/// and triangles of three (+).
pub(crate) fn triangle_counts(sites: usize, plus: u64, pairs: u64, triangles: u64) -> [u64; 4] {
    // each (+) is a corner of 6 triangles, each (+) (+) pair a side of 2
    let two = 2 * pairs - 3 * triangles;
    let one = 6 * plus - 2 * two - 3 * triangles;
    let none = 2 * sites as u64 - one - two - triangles;
    [none, one, two, triangles]
}

impl Default for TriangleEnergy {
    /// [`absolute_charge`](Self::absolute_charge).
    fn default() -> Self {
        Self::absolute_charge()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charges_are_the_deviations_of_oxygen() {
        for n in 0..4 {
            let cations = (4.0 * n as f64 + (3.0 - n as f64) + 3.0) / 6.0;
            let deviation = cations - 2.0;
            assert!((TriangleEnergy::absolute_charge().table()[n] - deviation.abs()).abs() < 1e-15);
            assert!(
                (TriangleEnergy::squared_charge().table()[n] - deviation.powi(2)).abs() < 1e-15
            );
        }
    }

    #[test]
    fn couplings_are_those_of_the_charges() {
        let absolute = TriangleEnergy::absolute_charge();
        assert_eq!((absolute.pair_coupling(), absolute.triple_coupling()), (0.0, 1.0));
        let squared = TriangleEnergy::squared_charge();
        assert_eq!((squared.pair_coupling(), squared.triple_coupling()), (1.0, 0.0));
    }

    #[test]
    fn unusable_energies_are_refused_with_their_place() {
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e291] {
            for corners in 0..4 {
                let mut table = [0.0; 4];
                table[corners] = value;
                match TriangleEnergy::new(table) {
                    Err(LatticeError::UnusableEnergy { plus_corners, value: found, .. }) => {
                        assert_eq!((plus_corners, found.to_bits()), (corners, value.to_bits()));
                    }
                    other => panic!("{other:?}"),
                }
            }
        }
        assert!(TriangleEnergy::new([1e290, -1e290, 1e290, -1e290]).is_ok());
    }
}
