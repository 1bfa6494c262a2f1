//! A lattice as its neighbours: for each site of the unit cell, which sites are next to it.

use super::symmetry::{self, Symmetry};
use crate::LatticeError;

/// Largest coordinate of a cell that a neighbour may have.
const FARTHEST: i32 = 1000;

/// A site of the infinite lattice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Site {
    /// The unit cell, in lattice vectors; coordinates beyond the dimension are 0.
    pub cell: [i32; 3],
    /// Which site of the cell, from 0.
    pub sublattice: usize,
}

impl Site {
    /// The site of a lattice with one site a cell, or that of the first sublattice.
    pub const fn at(cell: [i32; 3]) -> Site {
        Site { cell, sublattice: 0 }
    }

    /// The same site, `cells` farther.
    #[must_use]
    pub fn shifted(self, cells: [i32; 3]) -> Site {
        let [x, y, z] = self.cell;
        let cell = [x + cells[0], y + cells[1], z + cells[2]];
        Site { cell, sublattice: self.sublattice }
    }
}

/// An infinite periodic lattice: neighbours of each site of the unit cell, and the symmetries that
/// map neighbours on neighbours.
///
/// ```
/// use lattice_core::{Lattice, Site};
///
/// // seven ready-made ones
/// assert_eq!(Lattice::triangular().symmetries().len(), 12);
///
/// // and your own by its neighbours: the square lattice again
/// let cells = [[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]];
/// let lattice = Lattice::new("mine", 2, vec![cells.map(Site::at).to_vec()])?;
/// assert_eq!(lattice.symmetries().len(), 8);
/// # Ok::<(), lattice_core::LatticeError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Lattice {
    name: String,
    dimension: usize,
    neighbours: Vec<Vec<Site>>,
    symmetries: Vec<Symmetry>,
    vectors: [[f64; 3]; 3],
    positions: Vec<[f64; 3]>,
}

impl Lattice {
    /// A lattice of `dimension` 1 to 3 with the given neighbours of the sites of cell (0, 0, 0),
    /// one list a sublattice. Its point group is found: all symmetries of the neighbourhood,
    /// which may be more than those of the crystal (give those with
    /// [`with_symmetries`](Self::with_symmetries) then).
    ///
    /// # Errors
    /// [`LatticeError::InvalidValue`] for a dimension that is not 1, 2 or 3;
    /// [`LatticeError::BadNeighbour`] for a neighbour that is the site itself, is repeated, lies on a
    /// sublattice that is not there, outside the dimension or more than 1000 cells away, or whose
    /// opposite is missing; [`LatticeError::NotConnected`] if the neighbours do not reach every site.
    pub fn new(
        name: impl Into<String>,
        dimension: usize,
        neighbours: Vec<Vec<Site>>,
    ) -> Result<Lattice, LatticeError> {
        if !(1..=3).contains(&dimension) {
            let value = dimension as f64;
            return Err(LatticeError::InvalidValue {
                name: "dimension",
                value,
                allowed: "1, 2 or 3",
            });
        }
        check_neighbours(dimension, &neighbours)?;
        let symmetries = symmetry::find(dimension, &neighbours)?;
        let vectors = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
        let step = 1.0 / neighbours.len() as f64;
        let positions = (0..neighbours.len()).map(|s| [step * s as f64, 0.0, 0.0]).collect();
        Ok(Lattice { name: name.into(), dimension, neighbours, symmetries, vectors, positions })
    }

    /// With the group that these symmetries generate in place of the one that was found.
    ///
    /// # Errors
    /// [`LatticeError::NotASymmetry`] for one that does not map neighbours on neighbours.
    pub fn with_symmetries(mut self, generators: &[Symmetry]) -> Result<Lattice, LatticeError> {
        self.symmetries = symmetry::close(&self.neighbours, generators)?;
        Ok(self)
    }

    /// With lattice vectors and positions of the sublattices (in lattice vectors), in any unit of
    /// length. Drawings use them, and names of types to tell straight chains of three from bent ones.
    ///
    /// # Errors
    /// [`LatticeError::WrongLength`] unless there is one position for each sublattice;
    /// [`LatticeError::InvalidValue`] for a number that is not finite.
    pub fn with_positions(
        mut self,
        vectors: [[f64; 3]; 3],
        positions: Vec<[f64; 3]>,
    ) -> Result<Lattice, LatticeError> {
        let (expected, found) = (self.neighbours.len(), positions.len());
        if expected != found {
            return Err(LatticeError::WrongLength { name: "positions", expected, found });
        }
        for value in vectors.iter().chain(&positions).flatten() {
            if !value.is_finite() {
                let (name, value) = ("lattice vectors and positions", *value);
                return Err(LatticeError::InvalidValue { name, value, allowed: "finite" });
            }
        }
        (self.vectors, self.positions) = (vectors, positions);
        Ok(self)
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its dimension, 1 to 3.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// Sites in a unit cell.
    pub fn sublattices(&self) -> usize {
        self.neighbours.len()
    }

    /// The largest number of neighbours of a site.
    pub fn coordination(&self) -> usize {
        self.neighbours.iter().map(Vec::len).max().unwrap_or(0)
    }

    /// The neighbours of a site.
    pub fn neighbours(&self, site: Site) -> impl Iterator<Item = Site> + '_ {
        self.neighbours[site.sublattice].iter().map(move |near| near.shifted(site.cell))
    }

    /// Whether two sites are neighbours.
    pub fn adjacent(&self, one: Site, other: Site) -> bool {
        self.neighbours(one).any(|site| site == other)
    }

    /// Whether sites and neighbours are numbered as on the other one, whatever the names, positions
    /// and point groups.
    pub fn has_neighbours_of(&self, other: &Lattice) -> bool {
        (self.dimension, &self.neighbours) == (other.dimension, &other.neighbours)
    }

    /// The symmetries modulo translations, the identity among them.
    pub fn symmetries(&self) -> &[Symmetry] {
        &self.symmetries
    }

    /// The images of labelled sites under each of the [`symmetries`](Self::symmetries), sorted by
    /// site and translated so that the first site is in cell (0, 0, 0). Several symmetries may give
    /// the same image.
    pub fn images<'a, T: Copy + Ord>(
        &'a self,
        placed: &'a [(Site, T)],
    ) -> impl Iterator<Item = (Vec<Site>, Vec<T>)> + 'a {
        self.symmetries.iter().map(|symmetry| {
            let image = placed.iter().map(|&(site, label)| (symmetry.apply(site), label));
            let mut image: Vec<(Site, T)> = image.collect();
            image.sort_unstable();
            let back = image.first().map_or([0; 3], |(site, _)| site.cell.map(|c| -c));
            image.into_iter().map(|(site, label)| (site.shifted(back), label)).unzip()
        })
    }

    /// The lattice vectors and the positions of the sublattices in lattice vectors.
    pub(super) fn geometry(&self) -> (&[[f64; 3]; 3], &[[f64; 3]]) {
        (&self.vectors, &self.positions)
    }

    /// Where a site is, in the unit of the lattice vectors.
    pub fn position(&self, site: Site) -> [f64; 3] {
        let within = self.positions[site.sublattice];
        let along: [f64; 3] = std::array::from_fn(|i| f64::from(site.cell[i]) + within[i]);
        std::array::from_fn(|k| (0..3).map(|i| along[i] * self.vectors[i][k]).sum())
    }
}

fn check_neighbours(dimension: usize, neighbours: &[Vec<Site>]) -> Result<(), LatticeError> {
    for (sublattice, list) in neighbours.iter().enumerate() {
        let home = Site { cell: [0; 3], sublattice };
        for (index, &near) in list.iter().enumerate() {
            let bad =
                |reason| Err(LatticeError::BadNeighbour { sublattice, neighbour: near, reason });
            if near == home {
                return bad("is the site itself");
            }
            if near.sublattice >= neighbours.len() {
                return bad("is on a sublattice that the lattice does not have");
            }
            if near.cell[dimension..].iter().any(|&c| c != 0) {
                return bad("has a coordinate beyond the dimension");
            }
            if near.cell.iter().any(|c| c.unsigned_abs() > FARTHEST.unsigned_abs()) {
                return bad("is more than 1000 cells away");
            }
            if list[..index].contains(&near) {
                return bad("is listed twice");
            }
            let back = Site { cell: near.cell.map(|c| -c), sublattice };
            if !neighbours[near.sublattice].contains(&back) {
                return bad("does not have the site as its neighbour: list the opposite too");
            }
        }
    }
    Ok(())
}
