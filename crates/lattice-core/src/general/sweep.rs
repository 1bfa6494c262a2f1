//! The general Metropolis engine: swaps of any species on any lattice with any energy.
//!
//! A move draws two sites, independently and uniformly of all, or a bond, uniformly of all bonds.
//! If the species differ, the swap is accepted with probability min(1, exp(-dE/T)) (Metropolis et
//! al. 1953, J. Chem. Phys. 21, 1087). The draw is symmetric, so that detailed balance holds for the
//! Boltzmann distribution at fixed numbers of each species.

use rand::Rng;

use super::{Energy, Occupation};
use crate::generator::{Generator, draw_seeds, scale};
use crate::{Anneal, LatticeError, Metropolis, SwapRange};

/// One occupation is one replica. An energy that does not fit the occupation moves nothing, and the
/// energy returned is NaN; [`anneal`](crate::anneal) reports the error instead.
impl<E: Energy + Clone> Anneal<E> for Occupation {
    fn advance(&mut self, metropolis: &Metropolis<E>, sweeps: u64, rng: &mut dyn Rng) -> Vec<f64> {
        if metropolis.energy().fits(self).is_err() {
            return vec![f64::NAN];
        }
        for _ in 0..sweeps {
            // the caller's generator is called through a pointer: too slow for every move
            let mut seeds = [0; Generator::<u64>::SEEDS];
            draw_seeds(rng, &mut seeds, 1);
            self.sweep(metropolis, Generator::from_seeds(&seeds));
        }
        vec![metropolis.energy().total(self) / self.states().len() as f64]
    }

    fn fits(&self, metropolis: &Metropolis<E>) -> Result<(), LatticeError> {
        metropolis.energy().fits(self)
    }
}

impl Occupation {
    /// As many moves as there are sites.
    fn sweep<E: Energy + Clone>(
        &mut self,
        metropolis: &Metropolis<E>,
        mut generator: Generator<u64>,
    ) {
        let sites = self.states().len();
        match metropolis.range() {
            SwapRange::Anywhere => {
                for _ in 0..sites {
                    let (one, _) = scale(generator.next(), sites);
                    let (other, _) = scale(generator.next(), sites);
                    self.attempt(metropolis, one, other, &mut generator);
                }
            }
            SwapRange::NearestNeighbor => {
                let shared = self.shared_bonds();
                // a single site has none
                let Some(bonds) = shared.get().filter(|bonds| !bonds.is_empty()) else { return };
                for _ in 0..sites {
                    let [one, other] = bonds[scale(generator.next(), bonds.len()).0];
                    self.attempt(metropolis, one as usize, other as usize, &mut generator);
                }
            }
        }
    }

    #[inline(always)]
    fn attempt<E: Energy + Clone>(
        &mut self,
        metropolis: &Metropolis<E>,
        one: usize,
        other: usize,
        generator: &mut Generator<u64>,
    ) {
        if self.states()[one] == self.states()[other] {
            return;
        }
        let rise = metropolis.energy().swap_change(self, one, other);
        // a change that is no number is refused
        let accepted = rise <= 0.0 || {
            let uniform = (generator.next() >> 11) as f64 / (1_u64 << 53) as f64;
            uniform < libm::exp(-rise / metropolis.temperature())
        };
        if accepted {
            self.states_mut().swap(one, other);
        }
    }
}
