//! Two species on the triangular lattice as a case of the general types: (+) is species 0, (-)
//! species 1, and sites have the same numbers.

use super::{ClusterEnergy, Interaction, Occupation};
use crate::{
    Atom, Configuration, Lattice, LatticeError, PeriodicLattice, Site, Species, TriangleEnergy,
    TriangularLattice,
};

impl From<&TriangularLattice> for PeriodicLattice {
    fn from(lattice: &TriangularLattice) -> PeriodicLattice {
        PeriodicLattice::new(Lattice::triangular(), &[lattice.rows(), lattice.columns()])
            .expect("at least 3 x 3 sites, where neighbours differ")
    }
}

impl TryFrom<&PeriodicLattice> for TriangularLattice {
    type Error = LatticeError;

    /// # Errors
    /// [`LatticeError::OtherLattice`] unless its neighbors are those of [`Lattice::triangular`];
    /// those of [`TriangularLattice::new`].
    fn try_from(lattice: &PeriodicLattice) -> Result<TriangularLattice, LatticeError> {
        let triangular = Lattice::triangular();
        if !lattice.lattice().has_neighbours_of(&triangular) {
            let [expected, found] = [&triangular, lattice.lattice()].map(|l| l.name().to_owned());
            return Err(LatticeError::OtherLattice { expected, found });
        }
        let [rows, columns, _] = lattice.cells();
        TriangularLattice::new(rows, columns)
    }
}

impl From<&Configuration> for Occupation {
    fn from(atoms: &Configuration) -> Occupation {
        let states = atoms.atoms().iter().map(|&atom| u8::from(atom == Atom::Minus.value()));
        let species = Species::new(&["+", "-"]).expect("two different names");
        let lattice = PeriodicLattice::from(atoms.lattice());
        Occupation::new(lattice, species, states.collect()).expect("a species on each site")
    }
}

impl TryFrom<&Occupation> for Configuration {
    type Error = LatticeError;

    /// # Errors
    /// Those of the lattice; [`LatticeError::WrongLength`] unless there are two species;
    /// [`LatticeError::OneKindOnly`].
    fn try_from(atoms: &Occupation) -> Result<Configuration, LatticeError> {
        let lattice = TriangularLattice::try_from(atoms.lattice())?;
        let (expected, found) = (2, atoms.species().len());
        if expected != found {
            return Err(LatticeError::WrongLength { name: "species", expected, found });
        }
        let kinds = [Atom::Plus.value(), Atom::Minus.value()];
        let atoms = atoms.states().iter().map(|&state| kinds[usize::from(state)]);
        Configuration::from_atoms(lattice, atoms.collect())
    }
}

impl From<&TriangleEnergy> for Interaction {
    fn from(energy: &TriangleEnergy) -> Interaction {
        let corners = [[0, 0, 0], [0, 1, 0], [1, 0, 0]].map(Site::at);
        let table = energy.table();
        let plus = |what: &[u8]| what.iter().filter(|&&species| species == 0).count();
        Interaction::from_fn(corners, 2, |what| table[plus(what)])
            .expect("four energies that were checked")
    }
}

impl TriangleEnergy {
    /// The same energy for the general engine, on a periodic triangular lattice.
    ///
    /// # Errors
    /// Those of [`ClusterEnergy::new`].
    pub fn on(&self, lattice: &TriangularLattice) -> Result<ClusterEnergy, LatticeError> {
        ClusterEnergy::new(&PeriodicLattice::from(lattice), &[Interaction::from(self)])
    }
}
