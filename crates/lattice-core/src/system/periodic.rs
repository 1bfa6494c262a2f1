//! A block of a lattice with periodic edges, and the numbers of its sites.

use super::{Lattice, Site};
use crate::LatticeError;

/// Most sites of a periodic lattice.
const MOST_SITES: usize = 1 << 31;

/// A block of unit cells with periodic edges. Sites are numbered cell by cell, the last
/// coordinate of the cell fastest, and within a cell by sublattice.
#[derive(Clone, Debug)]
pub struct PeriodicLattice {
    lattice: Lattice,
    cells: [usize; 3],
    sites: usize,
}

impl PeriodicLattice {
    /// `cells` unit cells along each lattice vector; 1 beyond the dimension.
    ///
    /// # Errors
    /// [`LatticeError::WrongLength`] unless there is a number for each dimension;
    /// [`LatticeError::InvalidValue`] for 0 cells or more than 2^31 sites;
    /// [`LatticeError::NeighboursCoincide`] where the block is so small that two neighbours of a site,
    /// or a site and its neighbour, are one.
    pub fn new(lattice: Lattice, cells: &[usize]) -> Result<PeriodicLattice, LatticeError> {
        let periodic = PeriodicLattice::wrapped(lattice, cells)?;
        for sublattice in 0..periodic.lattice.sublattices() {
            let home = Site { cell: [0; 3], sublattice };
            let mut seen = vec![periodic.index(home)];
            for near in periodic.lattice.neighbours(home) {
                let index = periodic.index(near);
                if seen.contains(&index) {
                    return Err(LatticeError::NeighboursCoincide { cells: periodic.cells });
                }
                seen.push(index);
            }
        }
        Ok(periodic)
    }

    /// As [`new`](Self::new), also of blocks so small that two neighbours of a site are one: such
    /// sites share several bonds, and energies count every one of them.
    ///
    /// # Errors
    /// Those of [`new`](Self::new) but for [`LatticeError::NeighboursCoincide`].
    pub fn wrapped(lattice: Lattice, cells: &[usize]) -> Result<PeriodicLattice, LatticeError> {
        let (expected, found) = (lattice.dimension(), cells.len());
        if expected != found {
            return Err(LatticeError::WrongLength { name: "numbers of cells", expected, found });
        }
        let mut along = [1; 3];
        along[..found].copy_from_slice(cells);
        let product = along.iter().try_fold(lattice.sublattices(), |a, b| a.checked_mul(*b));
        let sites = product.filter(|sites| (1..=MOST_SITES).contains(sites)).ok_or_else(|| {
            let value = along.iter().map(|c| *c as f64).product::<f64>();
            LatticeError::InvalidValue {
                name: "cells",
                value,
                allowed: "at least 1, up to 2^31 sites in all",
            }
        })?;
        Ok(PeriodicLattice { lattice, cells: along, sites })
    }

    /// The lattice.
    pub fn lattice(&self) -> &Lattice {
        &self.lattice
    }

    /// The number of sites.
    pub fn sites(&self) -> usize {
        self.sites
    }

    /// Unit cells along each lattice vector, 1 beyond the dimension.
    pub fn cells(&self) -> [usize; 3] {
        self.cells
    }

    /// The number of a site of the infinite lattice, wrapped.
    pub fn index(&self, site: Site) -> usize {
        let wrapped: [usize; 3] = std::array::from_fn(|i| {
            (i64::from(site.cell[i])).rem_euclid(self.cells[i] as i64) as usize
        });
        let cell = (wrapped[0] * self.cells[1] + wrapped[1]) * self.cells[2] + wrapped[2];
        cell * self.lattice.sublattices() + site.sublattice
    }

    /// The site of a number.
    pub fn site(&self, index: usize) -> Site {
        let (cell, sublattice) =
            (index / self.lattice.sublattices(), index % self.lattice.sublattices());
        let (rest, z) = (cell / self.cells[2], cell % self.cells[2]);
        let (x, y) = (rest / self.cells[1], rest % self.cells[1]);
        Site { cell: [x, y, z].map(|c| c as i32), sublattice }
    }

    /// Checks that `states` holds one of `species` species for each site.
    ///
    /// # Errors
    /// [`LatticeError::WrongLength`] unless there is a state for each site;
    /// [`LatticeError::InvalidValue`] for a state that is no species.
    pub fn check_states(&self, states: &[u8], species: usize) -> Result<(), LatticeError> {
        let (expected, found) = (self.sites, states.len());
        if expected != found {
            return Err(LatticeError::WrongLength { name: "states", expected, found });
        }
        match states.iter().find(|state| usize::from(**state) >= species) {
            Some(&bad) => {
                let (value, allowed) = (f64::from(bad), "a species of the list, from 0");
                Err(LatticeError::InvalidValue { name: "state", value, allowed })
            }
            None => Ok(()),
        }
    }

    /// Whether sites and neighbours are numbered as on the other one.
    pub fn has_sites_of(&self, other: &PeriodicLattice) -> bool {
        self.cells == other.cells && self.lattice.has_neighbours_of(&other.lattice)
    }

    /// How many sites each species has at these densities: whole numbers nearest to density x sites
    /// that sum to all sites (largest remainders).
    ///
    /// # Errors
    /// [`LatticeError::InvalidValue`] unless each density is in \[0, 1\] and they sum to 1 within
    /// 1e-6.
    pub fn counts_of(&self, densities: &[f64]) -> Result<Vec<usize>, LatticeError> {
        let refuse = |value| {
            let allowed = "from 0 to 1, and the sum of all 1 within 1e-6";
            Err(LatticeError::InvalidValue { name: "density", value, allowed })
        };
        if let Some(&bad) = densities.iter().find(|density| !(0.0..=1.0).contains(*density)) {
            return refuse(bad);
        }
        let sum: f64 = densities.iter().sum();
        if (sum - 1.0).abs() > 1e-6 {
            return refuse(sum);
        }
        let wanted: Vec<f64> =
            densities.iter().map(|density| density / sum * self.sites as f64).collect();
        let mut counts: Vec<usize> = wanted.iter().map(|number| *number as usize).collect();
        let mut by_remainder: Vec<usize> = (0..counts.len()).collect();
        by_remainder.sort_by(|&a, &b| wanted[b].fract().total_cmp(&wanted[a].fract()));
        let missing = self.sites - counts.iter().sum::<usize>();
        for &species in by_remainder.iter().cycle().take(missing) {
            counts[species] += 1;
        }
        Ok(counts)
    }

    /// The numbers of the neighbours of a site.
    pub fn neighbours(&self, index: usize) -> impl Iterator<Item = usize> + '_ {
        self.lattice.neighbours(self.site(index)).map(|near| self.index(near))
    }
}
