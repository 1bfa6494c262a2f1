//! The triangular layer in space: how far apart atoms are and what they are called.

use super::FileError;
use crate::TriangularLattice;

/// A layer of atoms on the triangular lattice in space, for the files of the field.
///
/// The site of row r and column c is at c a1 + r a2, where a1 = d (1, 0, 0) and a2 = d (1/2, root(3)/2, 0)
/// with the nearest-neighbour distance d in angstrom, so that its six neighbours are at distance d. A
/// lattice of R x C sites has the cell vectors C a1, R a2 and, normal to the layer, the height of the
/// box, in whose middle the layer is. It is periodic in the plane only (`pbc="T T F"`).
///
/// Reading takes the atoms from their positions and the cell alone, so that they may be wrapped,
/// reordered, shifted together, rotated with their cell, displaced by up to a quarter of d in the plane
/// and normal to it, and have other columns; d is then that of the file. One of the first two cell
/// vectors is along a row of neighbors; the mean distances of neighbors in the three directions differ
/// by no more than about 1 %. Two layers, vacancies, two atoms on a site and other lattices are refused.
///
/// The images of R rows and C columns are those of a cell at 60 degrees. A cell at 120 degrees is read
/// along its first vector reversed. Of any other, such as a rectangular one, the fewest copies along the
/// second vector are taken whose images are those of rows and columns: a cell of 6 x 9 sites that is
/// rectangular becomes 18 x 9. Every site keeps its neighbors, so that all concentrations are the same.
#[derive(Clone, Debug, PartialEq)]
pub struct CrystalLayer {
    distance: f64,
    height: f64,
    species: [String; 2],
}

impl Default for CrystalLayer {
    /// Mn for (+) and Li for (-), [`DISTANCE`](CrystalLayer::DISTANCE) apart, in a box of
    /// [`HEIGHT`](CrystalLayer::HEIGHT).
    fn default() -> CrystalLayer {
        CrystalLayer {
            distance: CrystalLayer::DISTANCE,
            height: CrystalLayer::HEIGHT,
            species: ["Mn".to_owned(), "Li".to_owned()],
        }
    }
}

impl CrystalLayer {
    /// Nearest-neighbour distance of cations in the transition-metal layer of Li2MnO3 and its like,
    /// in angstrom: a = 4.94 angstrom over root(3), b = 8.53 angstrom over 3.
    pub const DISTANCE: f64 = 2.85;

    /// Height of the box, in angstrom: room enough that layers do not meet in programs that repeat
    /// them in all three directions.
    pub const HEIGHT: f64 = 15.0;

    /// With this nearest-neighbour distance, in angstrom.
    ///
    /// # Errors
    /// [`FileError::Layer`] unless it is from 0.1 to 1000.
    pub fn with_distance(mut self, angstrom: f64) -> Result<CrystalLayer, FileError> {
        self.distance = length("the nearest-neighbour distance", angstrom)?;
        Ok(self)
    }

    /// In a box of this height, in angstrom.
    ///
    /// # Errors
    /// [`FileError::Layer`] unless it is from 0.1 to 1000.
    pub fn with_height(mut self, angstrom: f64) -> Result<CrystalLayer, FileError> {
        self.height = length("the height of the box", angstrom)?;
        Ok(self)
    }

    /// With these chemical symbols for (+) and (-).
    ///
    /// # Errors
    /// [`FileError::Layer`] unless they differ and are of letters and digits.
    pub fn with_species(mut self, plus: &str, minus: &str) -> Result<CrystalLayer, FileError> {
        let is_name = |name: &str| {
            !name.is_empty() && name.len() <= 16 && name.chars().all(|c| c.is_ascii_alphanumeric())
        };
        if !is_name(plus) || !is_name(minus) || plus == minus {
            return Err(FileError::Layer {
                property: "the pair of species",
                value: format!("{plus:?} and {minus:?}"),
                allowed: "two different chemical symbols, such as Mn and Li",
            });
        }
        self.species = [plus.to_owned(), minus.to_owned()];
        Ok(self)
    }

    /// Nearest-neighbour distance in files that are written, in angstrom.
    pub fn distance(&self) -> f64 {
        self.distance
    }

    /// Height of the box in files that are written, in angstrom.
    pub fn height(&self) -> f64 {
        self.height
    }

    /// Chemical symbols of (+) and (-).
    pub fn species(&self) -> [&str; 2] {
        [&self.species[0], &self.species[1]]
    }

    /// The three cell vectors of a lattice, in angstrom.
    pub fn cell(&self, lattice: &TriangularLattice) -> [[f64; 3]; 3] {
        let [x, y, _] = self.position(lattice.rows(), 0);
        [[self.distance * lattice.columns() as f64, 0.0, 0.0], [x, y, 0.0], [0.0, 0.0, self.height]]
    }

    /// Where a site is, in angstrom.
    pub fn position(&self, row: usize, column: usize) -> [f64; 3] {
        let (row, column) = (row as f64, column as f64);
        let root = 3f64.sqrt() / 2.0;
        [self.distance * (column + row / 2.0), self.distance * (root * row), self.height / 2.0]
    }
}

fn length(property: &'static str, angstrom: f64) -> Result<f64, FileError> {
    if (0.1..=1000.0).contains(&angstrom) {
        Ok(angstrom)
    } else {
        let value = angstrom.to_string();
        Err(FileError::Layer { property, value, allowed: "0.1 to 1000 angstrom" })
    }
}
