//! Annealing: sweeps at falling temperatures, with samples on the way (Kirkpatrick, Gelatt, Vecchi
//! 1983).
#![cfg(feature = "engines")]

use rand::Rng;
use serde::{Deserialize, Serialize};

use crate::{LatticeError, Metropolis, Schedule, SwapEnergy, SwapRange, TriangleEnergy};

/// Atoms that can be annealed: one [`Configuration`](crate::Configuration) or an ensemble of
/// replicas, with a [`TriangleEnergy`]; an [`Occupation`](crate::Occupation) of any lattice by any
/// species, with any [`Energy`](crate::Energy).
///
/// # Contract
/// The energies are per site, finite, one for each replica, always in the same order and number (at
/// least one). 0 sweeps change nothing and only give the energies. Swaps keep each replica's
/// composition, and lead to the Boltzmann distribution of the `metropolis` given, in the swap range
/// given. All chance comes from `rng`: the same generator state gives the same result.
/// [`check_anneal_contract`](crate::check_anneal_contract) tests what can be seen from outside.
pub trait Anneal<E: SwapEnergy = TriangleEnergy> {
    /// Advances every replica by so many sweeps of N moves, and returns the energy per site of each
    /// replica afterwards.
    fn advance(&mut self, metropolis: &Metropolis<E>, sweeps: u64, rng: &mut dyn Rng) -> Vec<f64>;

    /// Checks that the energy is one for these atoms; [`Annealing`] asks before every sample.
    ///
    /// # Errors
    /// What does not fit; nothing by default.
    fn fits(&self, metropolis: &Metropolis<E>) -> Result<(), LatticeError> {
        let _ = metropolis;
        Ok(())
    }
}

impl<E: SwapEnergy, A: Anneal<E> + ?Sized> Anneal<E> for &mut A {
    fn advance(&mut self, metropolis: &Metropolis<E>, sweeps: u64, rng: &mut dyn Rng) -> Vec<f64> {
        (**self).advance(metropolis, sweeps, rng)
    }
    fn fits(&self, metropolis: &Metropolis<E>) -> Result<(), LatticeError> {
        (**self).fits(metropolis)
    }
}

impl<E: SwapEnergy, A: Anneal<E> + ?Sized> Anneal<E> for Box<A> {
    fn advance(&mut self, metropolis: &Metropolis<E>, sweeps: u64, rng: &mut dyn Rng) -> Vec<f64> {
        (**self).advance(metropolis, sweeps, rng)
    }
    fn fits(&self, metropolis: &Metropolis<E>) -> Result<(), LatticeError> {
        (**self).fits(metropolis)
    }
}

/// The atoms at one moment of an annealing.
#[derive(Debug)]
#[non_exhaustive]
pub struct Sample<'a, A: ?Sized> {
    /// Number of this sample, 0 for the initial state.
    pub index: usize,
    /// Number of samples of the whole annealing, at least 2.
    pub count: usize,
    /// The part of the annealing that has passed, `index / (count - 1)`, from 0 to 1.
    pub time: f64,
    /// The temperature that led here, in the unit of the energy; none for the initial state.
    pub temperature: Option<f64>,
    /// The energy per site of each replica; one for a [`Configuration`](crate::Configuration).
    pub energies: Vec<f64>,
    /// The atoms.
    pub atoms: &'a A,
}

impl<A: ?Sized> Sample<'_, A> {
    /// The energy per site, averaged over the replicas.
    pub fn energy_per_site(&self) -> f64 {
        self.energies.iter().sum::<f64>() / self.energies.len() as f64
    }
}

/// Anneals `atoms` by the schedule, and calls `record` with each sample, the initial state first.
///
/// For errors of your own on the way, stopping early or progress, use [`Annealing`], of which this
/// is the loop.
///
/// ```
/// use lattice_core::{
///     Composition, Configuration, Schedule, SwapRange, TriangleEnergy, TriangularLattice, anneal,
/// };
/// use rand_pcg::{Pcg64, rand_core::SeedableRng};
///
/// let mut rng = Pcg64::seed_from_u64(7);
/// let lattice = TriangularLattice::new(12, 12)?;
/// let mut atoms = Configuration::random(lattice, Composition::of_minus(0.5)?, &mut rng)?;
/// let schedule = Schedule::linear(1.0, 0.1, 10)?;
/// let mut energies = Vec::new();
/// anneal(
///     &mut atoms,
///     &TriangleEnergy::absolute_charge(),
///     &schedule,
///     SwapRange::NearestNeighbor,
///     &mut rng,
///     |sample| energies.push(sample.energy_per_site()),
/// )?;
/// assert_eq!(energies.len(), 31);
/// assert!(energies[30] < energies[0]);
/// # Ok::<(), lattice_core::LatticeError>(())
/// ```
///
/// # Errors
/// Those of [`Annealing::advance`]; none for a [`Configuration`](crate::Configuration).
pub fn anneal<E: SwapEnergy, A: Anneal<E> + ?Sized>(
    atoms: &mut A,
    energy: &E,
    schedule: &Schedule,
    range: SwapRange,
    rng: &mut dyn Rng,
    mut record: impl FnMut(&Sample<'_, A>),
) -> Result<(), LatticeError> {
    let mut annealing = Annealing::new(energy, schedule, range);
    while let Some(sample) = annealing.advance(atoms, rng)? {
        record(&sample);
    }
    Ok(())
}

/// An annealing taken sample by sample.
///
/// It knows how far the annealing is; atoms and random numbers stay with the caller, who may look at
/// them, change them, or stop, between any two samples.
///
/// ```
/// use lattice_core::{
///     Annealing, Composition, Configuration, Schedule, SwapRange, TriangleEnergy,
///     TriangularLattice,
/// };
/// use rand_pcg::{Pcg64, rand_core::SeedableRng};
///
/// let mut rng = Pcg64::seed_from_u64(7);
/// let lattice = TriangularLattice::new(12, 12)?;
/// let mut atoms = Configuration::random(lattice, Composition::of_minus(1.0 / 3.0)?, &mut rng)?;
/// let schedule = Schedule::linear(0.6, 0.1, 100)?;
/// let energy = TriangleEnergy::squared_charge();
/// let mut annealing = Annealing::new(&energy, &schedule, SwapRange::Anywhere);
/// while let Some(sample) = annealing.advance(&mut atoms, &mut rng)? {
///     if sample.energy_per_site() == 0.0 {
///         break; // the ground state: every triangle has two (+) and one (-)
///     }
/// }
/// assert_eq!(atoms.triangle_counts(), [0, 0, 288, 0]);
/// assert!(annealing.taken() < annealing.samples());
/// # Ok::<(), lattice_core::LatticeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Annealing<E = TriangleEnergy> {
    energy: E,
    schedule: Schedule,
    range: SwapRange,
    taken: usize,
    replicas: Option<usize>,
}

impl<E: SwapEnergy> Annealing<E> {
    /// An annealing before its first sample. It keeps a clone of the energy; of a large one, give a
    /// reference as the energy.
    pub fn new(energy: &E, schedule: &Schedule, range: SwapRange) -> Self {
        Self { energy: energy.clone(), schedule: schedule.clone(), range, taken: 0, replicas: None }
    }

    /// Number of samples taken.
    pub fn taken(&self) -> usize {
        self.taken
    }

    /// Number of samples of the whole annealing, the initial one included.
    pub fn samples(&self) -> usize {
        self.schedule.samples()
    }

    /// Advances the atoms to the next sample and gives it, or none when all are taken. The first is
    /// the initial state.
    ///
    /// # Errors
    /// [`LatticeError::ReplicaCount`] and [`LatticeError::ReplicaEnergy`] if the `Anneal`
    /// implementation changes its number of replicas or gives an energy that is not finite. A
    /// [`Configuration`](crate::Configuration) does neither. What [`Anneal::fits`] says.
    pub fn advance<'a, A: Anneal<E> + ?Sized>(
        &mut self,
        atoms: &'a mut A,
        rng: &mut dyn Rng,
    ) -> Result<Option<Sample<'a, A>>, LatticeError> {
        let (index, count) = (self.taken, self.samples());
        if index >= count {
            return Ok(None);
        }
        let temperature = self.schedule.temperature_of(index);
        // the initial state has none, and 0 sweeps do not depend on it
        let any = self.schedule.temperatures()[0];
        let metropolis = Metropolis::new(&self.energy, temperature.unwrap_or(any), self.range)?;
        atoms.fits(&metropolis)?;
        let sweeps = temperature.map_or(0, |_| self.schedule.sweeps_between_samples());
        let energies = atoms.advance(&metropolis, sweeps, rng);
        self.check(&energies)?;
        self.taken += 1;
        let time = index as f64 / (count - 1) as f64;
        Ok(Some(Sample { index, count, time, temperature, energies, atoms }))
    }

    fn check(&mut self, energies: &[f64]) -> Result<(), LatticeError> {
        let (sample, found) = (self.taken, energies.len());
        let expected = *self.replicas.get_or_insert(found.max(1));
        if found != expected {
            return Err(LatticeError::ReplicaCount { sample, found, expected });
        }
        match energies.iter().position(|energy| !energy.is_finite()) {
            Some(replica) => {
                Err(LatticeError::ReplicaEnergy { sample, replica, value: energies[replica] })
            }
            None => Ok(()),
        }
    }
}
