//! Concentrations of any cluster types on a periodic configuration of any lattice.

use super::{ClusterType, Lattice, PeriodicLattice, Site};
use crate::OdeError;
use std::collections::HashMap;

/// Most entries of a table by the code of an assignment; larger windows look theirs up.
const LARGEST_TABLE: usize = 1 << 14;

/// Which type each assignment of species to the sites of a window is.
#[derive(Clone, Debug)]
enum Types {
    ByCode(Vec<Option<usize>>),
    BySpecies(HashMap<Vec<u8>, usize>),
}

/// Counts a list of cluster types; make it once, use it on many configurations. Its size is bounded
/// by the number of types, whatever the size of their windows.
#[derive(Clone, Debug)]
pub struct Counter {
    lattice: Lattice,
    /// For each different image of a window: its sites and their types.
    windows: Vec<(Vec<Site>, Types)>,
    species: usize,
    /// Patterns of each type that a unit cell has room for.
    embeddings: Vec<usize>,
}

impl Counter {
    /// A counter of these types, of `species` species.
    pub fn new(lattice: &Lattice, species: usize, types: &[ClusterType]) -> Counter {
        let mut position: HashMap<Vec<Site>, usize> = HashMap::new();
        let mut windows: Vec<(Vec<Site>, Types)> = Vec::new();
        let mut embeddings = Vec::new();
        for (at, one) in types.iter().enumerate() {
            let images = one.pattern.embeddings(lattice);
            for image in &images {
                let sites = image.sites();
                let index = *position.entry(sites.to_vec()).or_insert_with(|| {
                    let codes = species.checked_pow(sites.len() as u32);
                    let table = codes.filter(|codes| *codes <= LARGEST_TABLE);
                    let table = table.map(|codes| Types::ByCode(vec![None; codes]));
                    let table = table.unwrap_or_else(|| Types::BySpecies(HashMap::new()));
                    windows.push((sites.to_vec(), table));
                    windows.len() - 1
                });
                match &mut windows[index].1 {
                    Types::ByCode(table) => table[code(species, image.species())] = Some(at),
                    Types::BySpecies(table) => {
                        table.insert(image.species().to_vec(), at);
                    }
                }
            }
            embeddings.push(images.len());
        }
        Counter { lattice: lattice.clone(), windows, species, embeddings }
    }

    /// The concentration of each type, per embedding, in \[0, 1\]. `states` holds the species of
    /// each site, in the numbering of [`PeriodicLattice`].
    ///
    /// # Errors
    /// [`OdeError::Lattice`] with those of [`PeriodicLattice::check_states`];
    /// [`OdeError::OtherLattice`] on another lattice than that of the types.
    pub fn count(&self, periodic: &PeriodicLattice, states: &[u8]) -> Result<Vec<f64>, OdeError> {
        if !periodic.lattice().has_neighbours_of(&self.lattice) {
            let names =
                [&self.lattice, periodic.lattice()].map(|lattice| lattice.name().to_owned());
            let [expected, found] = names;
            return Err(OdeError::OtherLattice { expected, found });
        }
        periodic.check_states(states, self.species)?;
        let cells = periodic.sites() / periodic.lattice().sublattices();
        let mut counts = vec![0_u64; self.embeddings.len()];
        let mut seen = Vec::new();
        for (sites, types) in &self.windows {
            for cell in 0..cells {
                let home = periodic.site(cell * periodic.lattice().sublattices()).cell;
                let at = |site: &Site| states[periodic.index(site.shifted(home))];
                let found = match types {
                    Types::ByCode(table) => {
                        let next = |code, site| code * self.species + usize::from(at(site));
                        table[sites.iter().rev().fold(0, next)]
                    }
                    Types::BySpecies(table) => {
                        seen.clear();
                        seen.extend(sites.iter().map(at));
                        table.get(&seen).copied()
                    }
                };
                if let Some(found) = found {
                    counts[found] += 1;
                }
            }
        }
        let per = |(count, embeddings): (&u64, &usize)| *count as f64 / (cells * embeddings) as f64;
        Ok(counts.iter().zip(&self.embeddings).map(per).collect())
    }
}

fn code(species: usize, what: &[u8]) -> usize {
    what.iter().rev().fold(0, |code, what| code * species + usize::from(*what))
}
