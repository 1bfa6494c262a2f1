//! Which species is on each site of a periodic lattice.

use std::sync::{Arc, OnceLock};

use rand::{Rng, seq::SliceRandom};

use crate::{LatticeError, PeriodicLattice, Species, error::reserve};

/// Species of every site of a periodic lattice, of any kind: what the general engine moves.
///
/// Clones share the lattice, so that many replicas cost little more than their species.
///
/// ```
/// use lattice_core::{Lattice, Occupation, PeriodicLattice, Species};
/// use rand_pcg::{Pcg64, rand_core::SeedableRng};
///
/// let lattice = PeriodicLattice::new(Lattice::triangular(), &[12, 12])?;
/// let species = Species::new(&["Ni", "Mn", "Co"])?;
/// let mut rng = Pcg64::seed_from_u64(7);
/// let atoms = Occupation::random(lattice, species, &[1.0 / 3.0, 0.5, 1.0 / 6.0], &mut rng)?;
/// assert_eq!(atoms.counts(), [48, 72, 24]);
/// # Ok::<(), lattice_core::LatticeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Occupation {
    lattice: Arc<PeriodicLattice>,
    /// Made when they are first asked for: swaps anywhere need none.
    bonds: Arc<OnceLock<Vec<[u32; 2]>>>,
    species: Species,
    states: Vec<u8>,
}

impl Occupation {
    /// The species of each site, as positions in the list of species, in the numbering of the
    /// lattice.
    ///
    /// # Errors
    /// [`LatticeError::WrongLength`] unless there is one for each site;
    /// [`LatticeError::InvalidValue`] for one that is no species.
    pub fn new(
        lattice: impl Into<Arc<PeriodicLattice>>,
        species: Species,
        states: Vec<u8>,
    ) -> Result<Occupation, LatticeError> {
        let lattice = lattice.into();
        lattice.check_states(&states, species.len())?;
        Ok(Occupation { lattice, bonds: Arc::default(), species, states })
    }

    /// Species placed at random, as many of each as its density allows (see
    /// [`PeriodicLattice::counts_of`]). Every arrangement is equally likely.
    ///
    /// # Errors
    /// [`LatticeError::WrongLength`] unless there is a density for each species; those of
    /// [`PeriodicLattice::counts_of`]; [`LatticeError::OutOfMemory`].
    pub fn random(
        lattice: impl Into<Arc<PeriodicLattice>>,
        species: Species,
        densities: &[f64],
        rng: &mut dyn Rng,
    ) -> Result<Occupation, LatticeError> {
        let lattice = lattice.into();
        let states = random_states(&lattice, species.len(), densities, rng)?;
        Ok(Occupation { lattice, bonds: Arc::default(), species, states })
    }

    /// Puts the atoms in another order: every arrangement of them is equally likely.
    pub fn shuffle(&mut self, rng: &mut dyn Rng) {
        self.states.shuffle(rng);
    }

    /// The lattice: how sites are numbered.
    pub fn lattice(&self) -> &PeriodicLattice {
        &self.lattice
    }

    /// The list of species.
    pub fn species(&self) -> &Species {
        &self.species
    }

    /// The species of each site, as positions in the list of species.
    pub fn states(&self) -> &[u8] {
        &self.states
    }

    /// How many sites each species has.
    pub fn counts(&self) -> Vec<usize> {
        let mut counts = vec![0; self.species.len()];
        self.states.iter().for_each(|&state| counts[usize::from(state)] += 1);
        counts
    }

    /// Swaps the species of two sites.
    ///
    /// # Errors
    /// [`LatticeError::NoSuchSite`] beyond the lattice.
    pub fn swap(&mut self, one: usize, other: usize) -> Result<(), LatticeError> {
        let sites = self.states.len();
        match [one, other].into_iter().find(|&site| site >= sites) {
            Some(site) => Err(LatticeError::NoSuchSite { site, sites }),
            None => {
                self.states.swap(one, other);
                Ok(())
            }
        }
    }

    /// All bonds between neighbors, each once. Two sites of a small block may share several, and a
    /// bond that comes back to its own site is left out.
    pub fn bonds(&self) -> &[[u32; 2]] {
        self.bonds.get_or_init(|| {
            let ends = |site| self.lattice.neighbours(site).map(move |near| [site, near]);
            let all = (0..self.states.len()).flat_map(ends);
            all.filter(|[one, other]| one < other).map(|bond| bond.map(|at| at as u32)).collect()
        })
    }

    /// The bonds, shared, so that they can be read while atoms move.
    pub(super) fn shared_bonds(&self) -> Arc<OnceLock<Vec<[u32; 2]>>> {
        self.bonds();
        Arc::clone(&self.bonds)
    }

    /// The species, to be moved.
    pub(super) fn states_mut(&mut self) -> &mut [u8] {
        &mut self.states
    }
}

/// So many species at random, as many of each as its density allows; every arrangement is equally
/// likely.
pub(crate) fn random_states(
    lattice: &PeriodicLattice,
    species: usize,
    densities: &[f64],
    rng: &mut dyn Rng,
) -> Result<Vec<u8>, LatticeError> {
    let found = densities.len();
    if species != found {
        return Err(LatticeError::WrongLength { name: "densities", expected: species, found });
    }
    let counts = lattice.counts_of(densities)?;
    let mut states = reserve(lattice.sites())?;
    for (species, count) in counts.into_iter().enumerate() {
        states.resize(states.len() + count, species as u8);
    }
    states.shuffle(rng);
    Ok(states)
}
