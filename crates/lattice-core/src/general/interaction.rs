//! Interactions of clusters: a window of sites and an energy for each assignment of species.
//!
//! An interaction stands for all images of its window under the symmetries of the lattice, each
//! counted once. Pairs by shell, triangles, charges and the clusters of a cluster expansion
//! (Sanchez, Ducastelle, Gratias 1984, Physica A 128, 334) are of this form.

use crate::{Lattice, LatticeError, Site};

/// Up to here no sum over the windows of the largest lattice overflows.
pub(super) const LARGEST_ENERGY: f64 = 1e290;

/// Farthest cell of a site of a window.
const FARTHEST: i32 = 1000;

/// Most assignments of species to the sites of one window.
const MOST_STATES: usize = 1 << 20;

/// A window of sites with an energy for each assignment of species, in the unit of the temperature.
///
/// ```
/// use lattice_core::{Interaction, Lattice};
///
/// // next-nearest neighbors that are alike repel on the square lattice
/// let alike = [[1.0, 0.0], [0.0, 1.0]];
/// let diagonals = Interaction::pairs(&Lattice::square(), 2, &alike)?;
/// assert_eq!(diagonals[0].sites().len(), 2);
/// # Ok::<(), lattice_core::LatticeError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Interaction {
    sites: Vec<Site>,
    species: usize,
    energies: Vec<f64>,
}

impl Interaction {
    /// The interaction of a window: `energies[s0 + s1 q + s2 q^2 ...]` for species s0, s1, ... on
    /// the sites, of q species.
    ///
    /// # Errors
    /// [`LatticeError::InvalidValue`] for a window without sites or with more than 2^20 assignments,
    /// for a site that stands twice or is more than 1000 cells away, and for energies that are not finite or beyond 1e290;
    /// [`LatticeError::WrongLength`] unless there is an energy for each assignment.
    pub fn new(
        sites: impl Into<Vec<Site>>,
        species: usize,
        energies: impl Into<Vec<f64>>,
    ) -> Result<Interaction, LatticeError> {
        let (sites, energies) = (sites.into(), energies.into());
        let expected = states_of(&sites, species)?;
        let found = energies.len();
        if expected != found {
            let name = "energies of an interaction";
            return Err(LatticeError::WrongLength { name, expected, found });
        }
        let usable = |energy: &f64| energy.abs() <= LARGEST_ENERGY; // false for NaN
        match energies.iter().find(|energy| !usable(energy)) {
            Some(&value) => {
                let (name, allowed) = ("energy of an interaction", "finite, from -1e290 to 1e290");
                Err(LatticeError::InvalidValue { name, value, allowed })
            }
            None => Ok(Interaction { sites, species, energies }),
        }
    }

    /// The interaction of a window with an energy for the species on its sites, in their order.
    ///
    /// # Errors
    /// Those of [`new`](Self::new).
    pub fn from_fn(
        sites: impl Into<Vec<Site>>,
        species: usize,
        energy: impl Fn(&[u8]) -> f64,
    ) -> Result<Interaction, LatticeError> {
        let sites = sites.into();
        let states = states_of(&sites, species)?;
        let mut assigned = vec![0_u8; sites.len()];
        let energies = (0..states).map(|code| {
            let mut rest = code;
            for one in &mut assigned {
                *one = (rest % species) as u8;
                rest /= species;
            }
            energy(&assigned)
        });
        let energies: Vec<f64> = energies.collect();
        Interaction::new(sites, species, energies)
    }

    /// Pairs at the distance of a shell, 1 for the nearest, with the energy `matrix[a][b]` of
    /// species a and b. There are several interactions if the symmetries tell pairs of one distance
    /// apart.
    ///
    /// # Errors
    /// [`LatticeError::InvalidValue`] for shell 0, those of [`Lattice::shells`] and of
    /// [`new`](Self::new); [`LatticeError::WrongLength`] for a matrix that is not square;
    /// [`LatticeError::NotInvariant`] for one that is not symmetric.
    pub fn pairs<M: AsRef<[f64]>>(
        lattice: &Lattice,
        shell: usize,
        matrix: &[M],
    ) -> Result<Vec<Interaction>, LatticeError> {
        let species = matrix.len();
        for row in matrix {
            let found = row.as_ref().len();
            if found != species {
                let (name, expected) = ("energies in a row of a pair matrix", species);
                return Err(LatticeError::WrongLength { name, expected, found });
            }
        }
        let at = |a: usize, b: usize| matrix[a].as_ref()[b];
        for (a, b) in (0..species).flat_map(|a| (0..a).map(move |b| (a, b))) {
            let [energy, other] = [at(a, b), at(b, a)];
            if energy != other {
                let species = vec![a as u8, b as u8];
                return Err(LatticeError::NotInvariant { species, energy, other });
            }
        }
        let Some(last) = shell.checked_sub(1) else {
            let (name, allowed) = ("number of a shell", "1, for the nearest pairs, or more");
            return Err(LatticeError::InvalidValue { name, value: 0.0, allowed });
        };
        let kinds = lattice.shells(shell)?.swap_remove(last);
        let energy = |what: &[u8]| at(usize::from(what[0]), usize::from(what[1]));
        kinds.iter().map(|pair| Interaction::from_fn(*pair, species, energy)).collect()
    }

    /// All triangles of three neighbors, with an energy of the three species in any order. There
    /// are several interactions if the symmetries tell triangles apart, none if there are none.
    ///
    /// # Errors
    /// Those of [`new`](Self::new).
    pub fn triangles(
        lattice: &Lattice,
        species: usize,
        energy: impl Fn([u8; 3]) -> f64,
    ) -> Result<Vec<Interaction>, LatticeError> {
        let of_three = |what: &[u8]| energy([what[0], what[1], what[2]]);
        let kinds = lattice.triangles().into_iter();
        kinds.map(|sites| Interaction::from_fn(sites, species, of_three)).collect()
    }

    /// The charge of a cell, |sum of the charges of its sites|, by a charge for each species.
    ///
    /// In a layered oxide each oxygen is bonded to a triangle of cations of charges q and to three
    /// Li; every cation gives a sixth of its charge. The deviation from -2 is the sum of
    /// (q - 3)/6 over the triangle: give these as charges.
    ///
    /// # Errors
    /// Those of [`new`](Self::new).
    pub fn absolute_charge(
        cell: impl Into<Vec<Site>>,
        charges: &[f64],
    ) -> Result<Interaction, LatticeError> {
        Interaction::from_fn(cell, charges.len(), |what| total_charge(charges, what).abs())
    }

    /// The squared charge of a cell; see [`absolute_charge`](Self::absolute_charge).
    ///
    /// # Errors
    /// Those of [`new`](Self::new).
    pub fn squared_charge(
        cell: impl Into<Vec<Site>>,
        charges: &[f64],
    ) -> Result<Interaction, LatticeError> {
        Interaction::from_fn(cell, charges.len(), |what| total_charge(charges, what).powi(2))
    }

    /// The sites of the window.
    pub fn sites(&self) -> &[Site] {
        &self.sites
    }

    /// The number of species.
    pub fn species(&self) -> usize {
        self.species
    }

    /// The energies, by the assignments as in [`new`](Self::new).
    pub fn energies(&self) -> &[f64] {
        &self.energies
    }
}

fn total_charge(charges: &[f64], what: &[u8]) -> f64 {
    what.iter().map(|&species| charges[usize::from(species)]).sum()
}

/// How many assignments a window has.
fn states_of(sites: &[Site], species: usize) -> Result<usize, LatticeError> {
    if let Some(at) = (1..sites.len()).find(|&at| sites[..at].contains(&sites[at])) {
        let (name, allowed) = ("site of an interaction", "another one than the sites before it");
        return Err(LatticeError::InvalidValue { name, value: at as f64, allowed });
    }
    let mut cells = sites.iter().flat_map(|site| site.cell);
    if let Some(far) = cells.find(|c| c.unsigned_abs() > FARTHEST.unsigned_abs()) {
        let (name, allowed) = ("cell of a site of an interaction", "at most 1000 cells away");
        return Err(LatticeError::InvalidValue { name, value: f64::from(far), allowed });
    }
    let states = u32::try_from(sites.len()).ok().and_then(|sites| species.checked_pow(sites));
    let allowed = "of 1 or more sites and 2 or more species, at most 2^20";
    let refused = |value| {
        let name = "assignments of species to the window";
        Err(LatticeError::InvalidValue { name, value, allowed })
    };
    match states {
        Some(states) if states <= MOST_STATES && species >= 2 && !sites.is_empty() => Ok(states),
        Some(states) => refused(states as f64),
        None => refused(f64::INFINITY),
    }
}
