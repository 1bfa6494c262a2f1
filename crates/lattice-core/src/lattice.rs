//! The periodic triangular lattice: sites, neighbours, triangles.
#![cfg(feature = "engines")]

use crate::LatticeError;

/// Cells, borders included, are numbered in 32 bits: three columns of sites have nine of cells.
const MAX_SITES: usize = 1 << 30;

/// The periodic triangular lattice of `rows x columns` sites.
///
/// Site (r, c) has the number `r * columns + c`. Its neighbours are (r, c +- 1), (r +- 1, c),
/// (r + 1, c - 1) and (r - 1, c + 1), periodic in both directions; its two triangles are
/// {(r, c), (r, c + 1), (r + 1, c)} and {(r, c + 1), (r + 1, c), (r + 1, c + 1)}. So there are
/// 3 bonds and 2 triangles a site.
///
/// ```
/// use lattice_core::TriangularLattice;
///
/// let lattice = TriangularLattice::new(48, 48)?;
/// assert_eq!(lattice.sites(), 2304);
/// assert_eq!(lattice.neighbors_of(0), [1, 48, 95, 47, 2256, 2257]);
/// # Ok::<(), lattice_core::LatticeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriangularLattice {
    rows: usize,
    columns: usize,
}

impl TriangularLattice {
    /// The lattice of `rows x columns` sites.
    ///
    /// # Errors
    /// [`LatticeError::LatticeTooSmall`] under 3 rows or columns, where neighbours coincide;
    /// [`LatticeError::LatticeTooLarge`] at the other end.
    pub fn new(rows: usize, columns: usize) -> Result<Self, LatticeError> {
        if rows < 3 || columns < 3 {
            return Err(LatticeError::LatticeTooSmall { rows, columns });
        }
        let sites = rows.checked_mul(columns);
        match sites.filter(|&sites| sites <= MAX_SITES) {
            Some(_) => Ok(Self { rows, columns }),
            None => Err(LatticeError::LatticeTooLarge { rows, columns, limit: MAX_SITES }),
        }
    }

    /// Number of rows, at least 3.
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns, at least 3.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Number of sites, N = rows x columns.
    pub fn sites(&self) -> usize {
        self.rows * self.columns
    }

    /// The number of the site at `row` and `column`, taken periodically, so that any integers
    /// name a site.
    pub fn site(&self, row: i64, column: i64) -> usize {
        // both are at most MAX_SITES, which an i64 holds
        let row = row.rem_euclid(self.rows as i64) as usize;
        let column = column.rem_euclid(self.columns as i64) as usize;
        row * self.columns + column
    }

    /// The six neighbours of a site; any number names one, taken modulo N.
    ///
    /// The six go round the site: each is a neighbour of the next and the last of the first, so
    /// that two in a row together with the site are one of its six triangles. They start with
    /// (r, c + 1), (r + 1, c), (r + 1, c - 1); the other three are their opposites. The first three
    /// of all sites are the 3N bonds, each once.
    pub fn neighbors_of(&self, site: usize) -> [usize; 6] {
        let (rows, columns) = (self.rows, self.columns);
        let (row, column) = (site / columns % rows, site % columns);
        let (above, below) = ((row + rows - 1) % rows, (row + 1) % rows);
        let (left, right) = ((column + columns - 1) % columns, (column + 1) % columns);
        [
            row * columns + right,
            below * columns + column,
            below * columns + left,
            row * columns + left,
            above * columns + column,
            above * columns + right,
        ]
    }

    /// All 2N triangles, each once, by their corners: the two of site 0, the two of site 1, ...
    pub fn triangles(&self) -> impl Iterator<Item = [usize; 3]> + '_ {
        (0..self.sites()).flat_map(|site| {
            let [right, below, ..] = self.neighbors_of(site);
            let below_right = self.neighbors_of(below)[0];
            [[site, right, below], [right, below, below_right]]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The neighbours of (r, c) as offsets, in any order.
    const OFFSETS: [(i64, i64); 6] = [(0, 1), (0, -1), (1, 0), (-1, 0), (1, -1), (-1, 1)];

    fn shapes() -> impl Iterator<Item = TriangularLattice> {
        (3..8).flat_map(|rows| {
            (3..8).map(move |columns| TriangularLattice::new(rows, columns).unwrap())
        })
    }

    #[test]
    fn neighbors_are_those_of_the_definition_and_distinct() {
        for lattice in shapes() {
            for row in 0..lattice.rows() as i64 {
                for column in 0..lattice.columns() as i64 {
                    let mut expected: Vec<_> =
                        OFFSETS.map(|(r, c)| lattice.site(row + r, column + c)).to_vec();
                    let mut found = lattice.neighbors_of(lattice.site(row, column)).to_vec();
                    expected.sort();
                    found.sort();
                    assert_eq!(found, expected, "{lattice:?} at ({row}, {column})");
                    found.dedup();
                    assert_eq!(found.len(), 6);
                }
            }
        }
    }

    #[test]
    fn the_ring_lists_the_six_triangles_of_a_site() {
        for lattice in shapes() {
            let mut from_rings = Vec::new();
            for site in 0..lattice.sites() {
                let around = lattice.neighbors_of(site);
                for k in 0..6 {
                    let mut corners = [site, around[k], around[(k + 1) % 6]];
                    corners.sort();
                    from_rings.push(corners);
                }
            }
            let mut from_list = Vec::new();
            for mut corners in lattice.triangles() {
                corners.sort();
                from_list.extend([corners; 3]); // seen from each corner
            }
            from_rings.sort();
            from_list.sort();
            assert_eq!(from_rings, from_list, "{lattice:?}");
        }
    }

    #[test]
    fn first_three_neighbors_are_the_bonds_once_each() {
        for lattice in shapes() {
            let mut bonds: Vec<_> = (0..lattice.sites())
                .flat_map(|site| {
                    lattice.neighbors_of(site).into_iter().take(3).map(move |n| (site, n))
                })
                .map(|(a, b)| (a.min(b), a.max(b)))
                .collect();
            bonds.sort();
            bonds.dedup();
            assert_eq!(bonds.len(), 3 * lattice.sites(), "{lattice:?}");
        }
    }

    #[test]
    fn too_small_and_too_large_are_refused() {
        for (rows, columns) in [(0, 0), (2, 5), (5, 2), (1, 100), (3, 0)] {
            let error = TriangularLattice::new(rows, columns).unwrap_err();
            assert_eq!(error, LatticeError::LatticeTooSmall { rows, columns });
        }
        for (rows, columns) in [(usize::MAX, 3), (usize::MAX, usize::MAX), (40_000, 40_000)] {
            let error = TriangularLattice::new(rows, columns).unwrap_err();
            assert_eq!(error, LatticeError::LatticeTooLarge { rows, columns, limit: 1 << 30 });
        }
    }
}
