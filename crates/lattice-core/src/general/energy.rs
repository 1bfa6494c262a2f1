//! Energies of configurations of any species on any lattice.

use std::sync::Arc;

use crate::{LatticeError, Occupation};

/// An energy: what a configuration has, and what a swap changes, in the unit of the temperature
/// (k_B = 1).
///
/// [`ClusterEnergy`](crate::ClusterEnergy) is every sum over windows of sites with a table. An
/// energy of your own has two methods, and [`check_energy`](crate::check_energy) tells whether they
/// agree:
///
/// ```
/// use lattice_core::{
///     Energy, Lattice, Occupation, PeriodicLattice, Species, check_energy,
/// };
/// use rand_pcg::{Pcg64, rand_core::SeedableRng};
///
/// /// Each pair of unlike neighbors costs 1.
/// #[derive(Clone)]
/// struct Unlike;
///
/// impl Energy for Unlike {
///     fn total(&self, atoms: &Occupation) -> f64 {
///         let what = atoms.states();
///         let unlike = |[a, b]: &&[u32; 2]| what[*a as usize] != what[*b as usize];
///         atoms.bonds().iter().filter(unlike).count() as f64
///     }
///
///     fn swap_change(&self, atoms: &Occupation, one: usize, other: usize) -> f64 {
///         let what = atoms.states();
///         // the bond between the two sites, if there is one, stays as it is
///         let cost = |site: usize, kind: u8, without: usize| {
///             let near = atoms.lattice().neighbours(site).filter(|&near| near != without);
///             near.filter(|&near| what[near] != kind).count() as f64
///         };
///         let (a, b) = (what[one], what[other]);
///         cost(one, b, other) - cost(one, a, other) + cost(other, a, one) - cost(other, b, one)
///     }
/// }
///
/// let lattice = PeriodicLattice::new(Lattice::honeycomb(), &[6, 6])?;
/// let species = Species::new(&["a", "b", "c"])?;
/// let mut rng = Pcg64::seed_from_u64(7);
/// let atoms = Occupation::random(lattice, species, &[0.25, 0.25, 0.5], &mut rng)?;
/// let report = check_energy(&Unlike, &atoms, &mut rng)?;
/// assert!(report.largest_change >= 2.0 && report.largest_difference == 0.0);
/// # Ok::<(), lattice_core::LatticeError>(())
/// ```
///
/// # Contract
/// Both methods are functions of the lattice and of the species of its sites alone.
/// `swap_change` is the total after the swap minus the total before it, up to rounding.
pub trait Energy {
    /// The energy of the whole configuration.
    fn total(&self, atoms: &Occupation) -> f64;

    /// By how much the energy changes if two sites swap their species. Both are sites of the
    /// lattice; they may be the same or hold the same species, and then nothing changes.
    fn swap_change(&self, atoms: &Occupation, one: usize, other: usize) -> f64;

    /// Checks that the energy is one for this lattice and these species; annealing asks it first.
    ///
    /// # Errors
    /// What does not fit; nothing by default.
    fn fits(&self, atoms: &Occupation) -> Result<(), LatticeError> {
        let _ = atoms;
        Ok(())
    }
}

macro_rules! forward {
    ($($pointer:ty),*) => {$(
        impl<E: Energy + ?Sized> Energy for $pointer {
            fn total(&self, atoms: &Occupation) -> f64 {
                (**self).total(atoms)
            }
            fn swap_change(&self, atoms: &Occupation, one: usize, other: usize) -> f64 {
                (**self).swap_change(atoms, one, other)
            }
            fn fits(&self, atoms: &Occupation) -> Result<(), LatticeError> {
                (**self).fits(atoms)
            }
        }
    )*};
}

forward!(&E, Box<E>, Arc<E>);
