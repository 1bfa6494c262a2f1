//! Sweeps of one lattice, a byte a cell, without a branch that depends on what the atoms are.
//!
//! An attempt costs one random number, seven or eight loads and two stores. The whole parts of the
//! random number, scaled by rows, columns and directions in turn, are the bond; the fraction that is
//! left decides: it is uniform in steps of 3N x 2^-64 and compared with the acceptance at a
//! resolution of 2^-63. A bond is as likely as any other but for 2^-64, and the same bond undoes a
//! swap, so that detailed balance is untouched by either rounding.
#![allow(unsafe_code, reason = "neighbourhoods are read without a bounds check each")]

use rand::Rng;

use crate::{
    Metropolis, PlusBits, SwapRange,
    generator::{Generator, draw_seeds, scale},
    metropolis::{CLASSES, NO_CHANGE, class},
    torus::Torus,
    windows::{AROUND, BOND_CLASSES, BOND_LOADS, RING, SECOND, SITE_LOADS, bond_word, site_word},
};

/// One configuration while it is swept: 1 for (+), 0 for (-), with its border.
pub(crate) struct Cells {
    torus: Torus,
    cells: Vec<u8>,
}

impl Cells {
    pub(crate) fn of(torus: Torus, atoms: &[i8]) -> Self {
        // four more, because the last load of a row may start three cells before the end
        let mut cells = vec![0; torus.cells() + 4];
        for (row, atoms) in atoms.chunks_exact(torus.columns).enumerate() {
            let row = &mut cells[torus.row(row)];
            row.iter_mut().zip(atoms).for_each(|(cell, &atom)| *cell = u8::from(atom > 0));
        }
        torus.fill_border(&mut cells[..torus.cells()], 1);
        Self { torus, cells }
    }

    /// Writes the atoms back, +1 and -1.
    pub(crate) fn write(&self, atoms: &mut [i8]) {
        for (row, atoms) in atoms.chunks_exact_mut(self.torus.columns).enumerate() {
            let row = &self.cells[self.torus.row(row)];
            atoms.iter_mut().zip(row).for_each(|(atom, &cell)| *atom = 2 * cell as i8 - 1);
        }
    }

    /// The atoms as bits.
    pub(crate) fn bits(&self) -> PlusBits {
        PlusBits::of(self.torus, &self.cells)
    }

    pub(crate) fn sweep(&mut self, metropolis: &Metropolis, rng: &mut dyn Rng) {
        let mut seeds = [0; Generator::<u64>::SEEDS];
        draw_seeds(rng, &mut seeds, 1);
        let generator = Generator::from_seeds(&seeds);
        match metropolis.range() {
            SwapRange::NearestNeighbor => self.sweep_bonds(metropolis.thresholds(), generator),
            SwapRange::Anywhere => self.sweep_pairs(metropolis.thresholds(), generator),
        }
    }

    fn sweep_bonds(&mut self, thresholds: &[u64; CLASSES], mut generator: Generator<u64>) {
        let torus = self.torus;
        let reach = |(rows, columns)| torus.reach(rows, columns);
        let loads: [[usize; 4]; 3] = BOND_LOADS.map(|loads| loads.map(reach));
        let seconds: [usize; 3] = SECOND.map(reach);
        let first = reach((0, 0));
        for _ in 0..torus.rows * torus.columns {
            let fraction = generator.next();
            let (row, fraction) = scale(fraction, torus.rows);
            let (column, fraction) = scale(fraction, torus.columns);
            let (direction, fraction) = scale(fraction, 3);
            let corner = row * torus.stride + column;
            // SAFETY: `scale` gives whole parts below its factor, so `direction` is below 3 and
            // `corner` plus anything that `reach` gives is a cell; three more bytes follow every
            // cell, the last ones included.
            let (one, other, word) = unsafe {
                let loads = loads.get_unchecked(direction);
                (
                    corner + first,
                    corner + *seconds.get_unchecked(direction),
                    bond_word(loads.map(|offset| self.four_from(corner + offset))),
                )
            };
            let class = BOND_CLASSES[direction & 3][word];
            let accepted = below(fraction, thresholds[usize::from(class)]);
            // SAFETY: as above.
            let changed = unsafe { self.swap(one, other, accepted) };
            if changed & torus.near_seam(row, column) != 0 {
                self.repeat_bond(row, column, direction);
            }
        }
    }

    fn sweep_pairs(&mut self, thresholds: &[u64; CLASSES], mut generator: Generator<u64>) {
        let torus = self.torus;
        let reach = |(rows, columns)| torus.reach(rows, columns);
        let loads: [usize; 3] = SITE_LOADS.map(reach);
        for _ in 0..torus.rows * torus.columns {
            let mut sites = [(0, 0, 0, 0); 2];
            let mut fraction = 0;
            for site in &mut sites {
                fraction = generator.next();
                let row;
                (row, fraction) = scale(fraction, torus.rows);
                let column;
                (column, fraction) = scale(fraction, torus.columns);
                let corner = row * torus.stride + column;
                // SAFETY: `scale` gives whole parts below its factor, so `corner` plus anything that
                // `reach` gives is a cell; three more bytes follow every cell.
                let word =
                    site_word(loads.map(|offset| unsafe { self.four_from(corner + offset) }));
                *site = (row, column, torus.cell(row, column), i32::from(AROUND[word]));
            }
            let [(row, column, one, around), (other_row, other_column, other, other_around)] =
                sites;
            // what the (+) finds minus what it leaves; for like atoms the class does not matter
            let toward = 2 * i32::from(self.cells[one]) - 1;
            let mut class = i32::from(NO_CHANGE) + toward * (other_around - around);
            if torus.nearby((row, column), (other_row, other_column)) {
                class = i32::from(self.class_nearby(one, other));
            }
            let accepted = below(fraction, thresholds[class as usize & (CLASSES - 1)]);
            // SAFETY: both are cells of sites.
            let changed = unsafe { self.swap(one, other, accepted) };
            let seam = torus.near_seam(row, column) | torus.near_seam(other_row, other_column);
            if changed & seam != 0 {
                self.repeat(row as isize, column as isize, one);
                self.repeat(other_row as isize, other_column as isize, other);
            }
        }
    }

    /// Four cells in a row, the first in the lowest byte.
    ///
    /// # Safety
    /// `cell` must be below `torus.cells()`.
    #[inline(always)]
    unsafe fn four_from(&self, cell: usize) -> u32 {
        debug_assert!(cell < self.torus.cells());
        // SAFETY: there are four more bytes than cells.
        u32::from_le(unsafe { self.cells.as_ptr().add(cell).cast::<u32>().read_unaligned() })
    }

    /// Swaps two cells if `accepted` is all ones rather than 0, and says in all ones or 0 whether
    /// that changed them.
    ///
    /// # Safety
    /// Both must be below `torus.cells()`.
    #[inline(always)]
    unsafe fn swap(&mut self, one: usize, other: usize, accepted: u8) -> u8 {
        debug_assert!(one.max(other) < self.torus.cells());
        // SAFETY: the caller's, and there are more bytes than cells.
        unsafe {
            let (a, b) = (*self.cells.get_unchecked(one), *self.cells.get_unchecked(other));
            let changed = (a ^ b) & accepted;
            *self.cells.get_unchecked_mut(one) = a ^ changed;
            *self.cells.get_unchecked_mut(other) = b ^ changed;
            changed
        }
    }
}

impl Cells {
    /// Copies both ends of a bond that was swapped to their images.
    #[cold]
    #[inline(never)]
    fn repeat_bond(&mut self, row: usize, column: usize, direction: usize) {
        let (down, across) = SECOND[direction];
        let corner = row * self.torus.stride + column;
        let (row, column) = (row as isize, column as isize);
        self.repeat(row, column, corner + self.torus.reach(0, 0));
        self.repeat(row + down, column + across, corner + self.torus.reach(down, across));
    }

    /// Copies the cell `from` of a site to all cells of that site.
    fn repeat(&mut self, row: isize, column: isize, from: usize) {
        let value = self.cells[from];
        let (cells, count) = self.torus.images(row, column);
        for &cell in &cells[..count] {
            self.cells[cell] = value;
        }
    }

    /// The class of the swap of two sites that may be neighbours, or the same.
    #[cold]
    #[inline(never)]
    fn class_nearby(&mut self, one: usize, other: usize) -> u8 {
        let (plus, minus) = match (self.cells[one], self.cells[other]) {
            (1, 0) => (one, other),
            (0, 1) => (other, one),
            _ => return NO_CHANGE,
        };
        let torus = self.torus;
        let plus_site = torus.site(plus);
        let count = |cell: usize, without: Option<(usize, usize)>| {
            let (row, column) = torus.site(cell);
            let ring = RING.map(|(down, across)| {
                let cell = cell + torus.reach(down, across) - torus.reach(0, 0);
                let place = torus.wrapped(row as isize + down, column as isize + across);
                if Some(place) == without { 0 } else { self.cells[cell] as i8 }
            });
            let triangles: i8 = (0..6).map(|k| ring[k] * ring[(k + 1) % 6]).sum();
            (ring.iter().sum::<i8>(), triangles)
        };
        let (broken, made) = (count(plus, None), count(minus, Some(plus_site)));
        class(made.0 - broken.0, made.1 - broken.1)
    }
}

/// All ones if the `fraction` (of 2^64) is below the `threshold` (of 2^63), else 0.
#[inline(always)]
fn below(fraction: u64, threshold: u64) -> u8 {
    ((fraction >> 1).wrapping_sub(threshold) as i64 >> 63) as u8
}
