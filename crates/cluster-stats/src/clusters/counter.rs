//! Concentrations of any cluster types on a periodic configuration of any lattice.

use super::neighborhood::{Counted, Neighborhood, gathered};
use super::{ClusterNames, ClusterType};
use crate::StatsError;
use lattice_core::{Lattice, PeriodicLattice, Site};
use std::collections::HashMap;

/// Counts a list of cluster types; make it once, use it on many configurations. Its size is bounded
/// by the number of types, whatever the size of their windows.
#[derive(Clone, Debug)]
pub struct Counter {
    lattice: Lattice,
    neighborhoods: Vec<Neighborhood>,
    species: usize,
    /// Patterns of each type that a unit cell has room for.
    embeddings: Vec<usize>,
    names: ClusterNames,
}

impl Counter {
    /// A counter of these types, of `species` species.
    pub fn new(lattice: &Lattice, species: usize, types: &[ClusterType]) -> Counter {
        let mut position: HashMap<Vec<Site>, usize> = HashMap::new();
        let mut windows: Vec<Counted> = Vec::new();
        let mut embeddings = Vec::new();
        for (at, one) in types.iter().enumerate() {
            let images = one.pattern.embeddings(lattice);
            for image in &images {
                let sites = image.sites();
                let index = *position.entry(sites.to_vec()).or_insert_with(|| {
                    windows.push((sites.to_vec(), HashMap::new()));
                    windows.len() - 1
                });
                windows[index].1.insert(image.species().to_vec(), at);
            }
            embeddings.push(images.len());
        }
        // the largest first: most of the smaller ones then lie in a neighborhood that there is
        windows.sort_by_key(|(sites, _)| std::cmp::Reverse(sites.len()));
        let neighborhoods = gathered(lattice, species, types.len(), windows);
        let (lattice, names) = (lattice.clone(), ClusterNames::of(types));
        Counter { lattice, neighborhoods, species, embeddings, names }
    }

    /// The names of the types, in their order.
    pub fn names(&self) -> &ClusterNames {
        &self.names
    }

    /// The concentration of each type, per embedding, in \[0, 1\]. `states` holds the species of
    /// each site, in the numbering of [`PeriodicLattice`].
    ///
    /// # Errors
    /// [`StatsError::Lattice`] with those of [`PeriodicLattice::check_states`];
    /// [`StatsError::OtherLattice`] on another lattice than that of the types.
    pub fn count(&self, periodic: &PeriodicLattice, states: &[u8]) -> Result<Vec<f64>, StatsError> {
        if !periodic.lattice().has_neighbours_of(&self.lattice) {
            let names =
                [&self.lattice, periodic.lattice()].map(|lattice| lattice.name().to_owned());
            let [expected, found] = names;
            return Err(StatsError::OtherLattice { expected, found });
        }
        periodic.check_states(states, self.species)?;
        let rows = Rows::new(periodic, states);
        // behind them, what is of no type
        let mut counts = vec![0_u64; self.embeddings.len() + 1];
        for neighborhood in &self.neighborhoods {
            neighborhood.count(&rows, self.species, &mut counts);
        }
        let cells = periodic.sites() / periodic.lattice().sublattices();
        let per = |(count, embeddings): (&u64, &usize)| *count as f64 / (cells * embeddings) as f64;
        Ok(counts.iter().zip(&self.embeddings).map(per).collect())
    }
}

/// A configuration as rows of sites of one sublattice, along the last lattice vector.
pub(super) struct Rows {
    /// Rows along the first two of three axes; 1 for axes that the lattice does not have.
    pub(super) across: [usize; 2],
    /// Sites of a row.
    pub(super) length: usize,
    dimension: usize,
    /// The states of each sublattice, row by row.
    planes: Vec<Vec<u8>>,
}

impl Rows {
    fn new(periodic: &PeriodicLattice, states: &[u8]) -> Rows {
        let ([x, y, z], dimension) = (periodic.cells(), periodic.lattice().dimension());
        let (across, length) = match dimension {
            1 => ([1, 1], x),
            2 => ([1, x], y),
            _ => ([x, y], z),
        };
        let sublattices = periodic.lattice().sublattices();
        let plane = |first: usize| states[first..].iter().step_by(sublattices).copied().collect();
        let planes = if sublattices == 1 {
            vec![states.to_vec()]
        } else {
            (0..sublattices).map(plane).collect()
        };
        Rows { across, length, dimension, planes }
    }

    /// How far a site is from that of cell 0, by axes: across, across, along a row.
    pub(super) fn offset(&self, site: Site) -> [usize; 3] {
        let [x, y, z] = site.cell;
        let offset = match self.dimension {
            1 => [0, 0, x],
            2 => [0, x, y],
            _ => [x, y, z],
        };
        let axes = [self.across[0], self.across[1], self.length];
        std::array::from_fn(|axis| i64::from(offset[axis]).rem_euclid(axes[axis] as i64) as usize)
    }

    /// The row of a sublattice.
    pub(super) fn row(&self, sublattice: usize, [i, j]: [usize; 2]) -> &[u8] {
        &self.planes[sublattice][(i * self.across[1] + j) * self.length..][..self.length]
    }
}
