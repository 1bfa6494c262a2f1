//! A periodic lattice in memory: rows with a border that repeats the other side.
//!
//! With the border every neighbourhood is at fixed distances from its site, so that no engine takes
//! a remainder. The price is that a change near a seam is also written to its images in the border.
#![cfg(feature = "engines")]

use crate::TriangularLattice;

/// Border rows, and columns on either side: what the neighbourhood of a bond reaches.
const ABOVE: usize = 1;
const BELOW: usize = 2;
const BESIDE: usize = 2;

/// One more column on either side, which loads of four bytes touch without using it.
const LEFT: usize = BESIDE + 1;
const RIGHT: usize = BESIDE + 1;

/// Where the sites of a lattice are in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Torus {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    /// Cells from one row to the next.
    pub(crate) stride: usize,
}

impl Torus {
    pub(crate) fn new(lattice: &TriangularLattice) -> Self {
        let (rows, columns) = (lattice.rows(), lattice.columns());
        Self { rows, columns, stride: LEFT + columns + RIGHT }
    }

    /// Number of cells, border included.
    pub(crate) fn cells(&self) -> usize {
        (ABOVE + self.rows + BELOW) * self.stride
    }

    /// The cell of a site.
    #[inline(always)]
    pub(crate) fn cell(&self, row: usize, column: usize) -> usize {
        (row + ABOVE) * self.stride + column + LEFT
    }

    /// The row and column of a cell that is no border.
    pub(crate) fn site(&self, cell: usize) -> (usize, usize) {
        (cell / self.stride - ABOVE, cell % self.stride - LEFT)
    }

    /// The cells from the one above and left of the border, `ABOVE` rows and `LEFT` columns before a
    /// site, to the one so many rows and columns after the site.
    #[inline(always)]
    pub(crate) fn reach(&self, rows: isize, columns: isize) -> usize {
        debug_assert!(-(ABOVE as isize) <= rows && rows <= BELOW as isize);
        debug_assert!(-(LEFT as isize) <= columns && columns <= RIGHT as isize);
        ((ABOVE as isize + rows) * self.stride as isize + LEFT as isize + columns) as usize
    }

    /// Cells of one row of sites, without its border.
    pub(crate) fn row(&self, row: usize) -> std::ops::Range<usize> {
        let start = self.cell(row, 0);
        start..start + self.columns
    }

    /// All ones if a bond that starts here may have an image of one of its sites, else 0.
    #[inline(always)]
    pub(crate) fn near_seam(&self, row: usize, column: usize) -> u8 {
        let (row, column) = (row as isize, column as isize);
        let above = (row - 2) | (self.rows as isize - 3 - row);
        let beside = (column - 3) | (self.columns as isize - 4 - column);
        ((above | beside) >> (isize::BITS - 1)) as u8
    }

    /// Whether a site has images.
    pub(crate) fn has_images(&self, row: usize, column: usize) -> bool {
        let cells = self.images(row as isize, column as isize);
        cells.iter().any(|cell| *cell != cells[0])
    }

    /// Whether two different cells are next to each other, seams aside.
    #[inline(always)]
    pub(crate) fn adjoin(&self, one: usize, other: usize) -> bool {
        let distance = one.abs_diff(other);
        (distance == 1) | (self.stride.wrapping_sub(distance) < 2)
    }

    /// The site at a row and column that may be beyond the lattice.
    pub(crate) fn wrapped(&self, row: isize, column: isize) -> (usize, usize) {
        let (rows, columns) = (self.rows as isize, self.columns as isize);
        (row.rem_euclid(rows) as usize, column.rem_euclid(columns) as usize)
    }

    /// Whether two sites may be neighbours, or are the same.
    #[inline(always)]
    pub(crate) fn nearby(&self, from: (usize, usize), to: (usize, usize)) -> bool {
        let close = |from, to, period| {
            let steps = if to < from { to + period - from } else { to - from };
            (steps < 2) | (steps == period - 1)
        };
        close(from.0, to.0, self.rows) & close(from.1, to.1, self.columns)
    }

    /// All cells of a site, its own first and some more than once. The site may be given one row or
    /// column beyond the lattice.
    ///
    /// Without a branch: which seams a site is near cannot be guessed, and to write a cell again costs
    /// less than a wrong guess.
    #[inline(always)]
    pub(crate) fn images(&self, row: isize, column: isize) -> [usize; 6] {
        let Self { rows, columns, stride } = *self;
        let only_if = |holds: bool, distance: usize| usize::from(holds).wrapping_neg() & distance;
        let wrap = |place: isize, period: usize| {
            let place = place as usize;
            let inside = place.wrapping_add(only_if(place == usize::MAX, period));
            inside - only_if(inside == period, period)
        };
        let (row, column) = (wrap(row, rows), wrap(column, columns));
        let above = only_if(row < BELOW, rows * stride);
        let below = only_if(row + ABOVE >= rows, rows * stride);
        // a lattice has three rows, so that a site is near one of their seams at most
        let over = self.cell(row, column);
        let other_row = over + above - below;
        let right = only_if(column < BESIDE, columns);
        let left = only_if(column + BESIDE >= columns, columns);
        [over, over + right, over - left, other_row, other_row + right, other_row - left]
    }

    /// Copies the sites of `cells` to their images; a cell holds `width` entries.
    pub(crate) fn fill_border<T: Copy>(&self, cells: &mut [T], width: usize) {
        let Self { rows, columns, stride } = *self;
        for row in cells.chunks_exact_mut(stride * width).skip(ABOVE).take(rows) {
            for column in (0..LEFT).rev() {
                let from = (column + columns) * width;
                row.copy_within(from..from + width, column * width);
            }
            for column in LEFT + columns..stride {
                let from = (column - columns) * width;
                row.copy_within(from..from + width, column * width);
            }
        }
        let of_row = |row: usize| row * stride * width..(row + 1) * stride * width;
        cells.copy_within(of_row(rows), 0);
        for row in ABOVE + rows..ABOVE + rows + BELOW {
            cells.copy_within(of_row(row - rows), of_row(row).start);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn borders_repeat_the_other_side_and_images_are_all_of_them() {
        for (rows, columns) in [(3, 3), (3, 8), (7, 4), (9, 11)] {
            let lattice = TriangularLattice::new(rows, columns).unwrap();
            let torus = Torus::new(&lattice);
            let mut cells = vec![u32::MAX; 2 * torus.cells()];
            for site in 0..lattice.sites() {
                let cell = torus.cell(site / columns, site % columns);
                cells[2 * cell] = site as u32;
                cells[2 * cell + 1] = !(site as u32);
            }
            torus.fill_border(&mut cells, 2);
            let mut seen = 0;
            for site in 0..lattice.sites() {
                let (row, column) = (site / columns, site % columns);
                let mut images = torus.images(row as isize, column as isize).to_vec();
                assert_eq!(images[0], torus.cell(row, column));
                images.sort_unstable();
                images.dedup();
                for &image in &images {
                    assert_eq!(cells[2 * image..2 * image + 2], [site as u32, !(site as u32)]);
                }
                assert_eq!(torus.has_images(row, column), images.len() > 1);
                seen += images.len();
                for (r, c) in [(0, 0), (0, 1), (1, 0), (1, -1)] {
                    let (row_of_other, column_of_other) =
                        torus.wrapped(row as isize + r, column as isize + c);
                    let beyond = torus.images(row as isize + r, column as isize + c);
                    assert_eq!(
                        beyond,
                        torus.images(row_of_other as isize, column_of_other as isize)
                    );
                    if torus.has_images(row_of_other, column_of_other) {
                        assert_eq!(torus.near_seam(row, column), u8::MAX, "{torus:?} {site}");
                    }
                }
            }
            assert_eq!(seen, (rows + 3) * (columns + 4), "each cell is an image of one site");
        }
    }
}
