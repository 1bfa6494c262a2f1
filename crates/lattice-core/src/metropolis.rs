//! Swap moves at one temperature.
//!
//! Two sites are drawn; if their atoms differ, the swap is accepted with probability
//! min(1, exp(-dE/T)) (Metropolis et al. 1953; Ahmadi, Foster, Protas 2022, eq. (1)). Both ranges
//! draw pairs of sites symmetrically, so that the equilibrium is the Boltzmann distribution at fixed
//! composition.

use rand::{
    Rng, RngExt,
    distr::{Distribution, Uniform},
};

use crate::{Anneal, Configuration, LatticeError, SwapChange, TriangleEnergy};

/// The largest change of either number of a [`SwapChange`], and how many changes there are.
const REACH: i8 = 6;
const CHANGES: usize = 2 * REACH as usize + 1;

/// Which two sites a move may swap.
///
/// A sweep is one move a site; moves that draw two like atoms count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
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
    /// Probabilities by the change of N++ and of N+++.
    acceptance: [[f64; CHANGES]; CHANGES],
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
        let mut acceptance = [[0.0; CHANGES]; CHANGES];
        for plus_pairs in -REACH..=REACH {
            for plus_triangles in -REACH..=REACH {
                let change = energy.change(SwapChange::new(plus_pairs, plus_triangles));
                let (row, column) = (place(plus_pairs), place(plus_triangles));
                acceptance[row][column] = (-change / temperature).exp().min(1.0);
            }
        }
        Ok(Self { energy: *energy, temperature, range, acceptance })
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
        self.acceptance[place(swap.plus_pairs())][place(swap.plus_triangles())]
    }

    #[inline]
    fn attempt(&self, atoms: &mut Configuration, first: u32, second: u32, rng: &mut dyn Rng) {
        if let Some((plus, minus)) = atoms.plus_and_minus(first as usize, second as usize) {
            let change = atoms.change_of_unlike(plus, minus);
            let probability = self.acceptance(change);
            if probability >= 1.0 || rng.random::<f64>() < probability {
                atoms.swap_unlike(plus, minus, change);
            }
        }
    }
}

/// Where a change is in the table.
#[inline]
fn place(change: i8) -> usize {
    (change + REACH) as usize
}

/// One configuration is one replica.
impl Anneal for Configuration {
    fn advance(&mut self, metropolis: &Metropolis, sweeps: u64, rng: &mut dyn Rng) -> Vec<f64> {
        let sites = self.lattice().sites() as u32;
        let below = |end| Uniform::new(0, end).expect("a lattice has at least nine sites");
        match metropolis.range {
            SwapRange::Anywhere => {
                let any_site = below(sites);
                for _ in 0..sweeps {
                    for _ in 0..sites {
                        let (first, second) = (any_site.sample(rng), any_site.sample(rng));
                        metropolis.attempt(self, first, second, rng);
                    }
                }
            }
            SwapRange::NearestNeighbor => {
                let any_bond = below(3 * sites);
                for _ in 0..sweeps {
                    for _ in 0..sites {
                        let bond = any_bond.sample(rng);
                        let (first, direction) = (bond / 3, bond % 3);
                        let around = &self.lattice().neighbors()[first as usize];
                        let second = around[direction as usize];
                        metropolis.attempt(self, first, second, rng);
                    }
                }
            }
        }
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
                let all = rule.acceptance.as_flattened();
                assert!(all.iter().all(|p| (0.0..=1.0).contains(p)), "{table:?} {temperature}");
                assert_eq!(rule.acceptance(SwapChange::default()), 1.0);
            }
        }
    }
}
