//! Sweeps of one lattice, a byte a cell, without a branch that depends on what the atoms are.
//!
//! *Neighbours.* An attempt costs one random number, seven loads and two stores. The whole parts of
//! the random number, scaled by rows, columns and directions in turn, are the bond; the fraction that
//! is left decides: it is uniform in steps of 3N x 2^-64 and compared with the acceptance at a
//! resolution of 2^-63. A bond is as likely as any other but for 2^-64, and the same bond undoes a
//! swap, so that detailed balance is untouched by either rounding.
//!
//! *Anywhere.* Of the N picks of a sweep those of two like atoms do nothing, and the others are
//! uniform over the pairs of a (+) and a (-). So a sweep first draws how many of N picks are of unlike
//! atoms, a binomial number, and then makes those only, from a list of the sites of either kind.
#![cfg(feature = "engines")]
#![allow(unsafe_code, reason = "neighbourhoods are read without a bounds check each")]

use rand::Rng;

use crate::{
    LatticeError, Metropolis, PlusBits, SwapRange,
    error::reserve,
    generator::{Generator, draw, draw_seeds, scale},
    metropolis::{CLASSES, NO_CHANGE, class},
    prefetch::{AHEAD, prefetch},
    torus::Torus,
    windows::{AROUND, BOND_CLASSES, BOND_LOADS, RING, SECOND, SITE_LOADS, bond_word, site_word},
};

/// The bit of a cell that says whether its site is a (+).
const PLUS: u8 = 1;

/// The bit of a cell whose site has an image. Neighbourhoods are gathered from the lowest bits of four
/// cells shifted by up to three, which this one is above.
const SEAM: u8 = 1 << 4;

/// Cells after those of the torus, because the last load of a row may start three before the end.
const MORE: usize = 4;

/// Bytes that the nearest cache of most processors holds.
const NEAR: usize = 32 << 10;

/// One configuration while it is swept, with its border.
pub(crate) struct Cells {
    torus: Torus,
    cells: Vec<u8>,
}

impl Cells {
    pub(crate) fn of(torus: Torus, atoms: &[i8]) -> Self {
        Self::in_memory(torus, atoms, Vec::new())
    }

    /// The same where memory may be short, as for what a file holds.
    pub(crate) fn try_of(torus: Torus, atoms: &[i8]) -> Result<Self, LatticeError> {
        Ok(Self::in_memory(torus, atoms, reserve(torus.cells() + MORE)?))
    }

    fn in_memory(torus: Torus, atoms: &[i8], mut cells: Vec<u8>) -> Self {
        cells.resize(torus.cells() + MORE, 0);
        for (row, atoms) in atoms.chunks_exact(torus.columns).enumerate() {
            let row = &mut cells[torus.row(row)];
            row.iter_mut().zip(atoms).for_each(|(cell, &atom)| *cell = u8::from(atom > 0));
        }
        for row in 0..torus.rows {
            for column in 0..torus.columns {
                if torus.has_images(row, column) {
                    cells[torus.cell(row, column)] |= SEAM;
                }
            }
        }
        torus.fill_border(&mut cells[..torus.cells()], 1);
        Self { torus, cells }
    }

    /// Writes the atoms back, +1 and -1.
    pub(crate) fn write(&self, atoms: &mut [i8]) {
        for (row, atoms) in atoms.chunks_exact_mut(self.torus.columns).enumerate() {
            let row = &self.cells[self.torus.row(row)];
            atoms.iter_mut().zip(row).for_each(|(atom, &cell)| *atom = 2 * (cell & PLUS) as i8 - 1);
        }
    }

    /// The atoms as bits.
    pub(crate) fn bits(&self) -> PlusBits {
        PlusBits::of(self.torus, &self.cells)
    }

    /// The same where memory may be short.
    pub(crate) fn try_bits(&self) -> Result<PlusBits, LatticeError> {
        PlusBits::try_of(self.torus, &self.cells)
    }

    pub(crate) fn sweep(&mut self, metropolis: &Metropolis, sweeps: u64, rng: &mut dyn Rng) {
        let (range, thresholds) = (metropolis.range(), metropolis.thresholds());
        let mut sites = match range {
            SwapRange::NearestNeighbor => SitesByKind::default(),
            SwapRange::Anywhere => SitesByKind::of(self.torus),
        };
        for _ in 0..sweeps {
            let mut seeds = [0; Generator::<u64>::SEEDS];
            draw_seeds(rng, &mut seeds, 1);
            let generator = Generator::from_seeds(&seeds);
            match range {
                SwapRange::NearestNeighbor if self.cells.len() <= NEAR => {
                    self.sweep_bonds::<false>(thresholds, generator);
                }
                SwapRange::NearestNeighbor => self.sweep_bonds::<true>(thresholds, generator),
                SwapRange::Anywhere => self.sweep_pairs(thresholds, &mut sites, generator),
            }
        }
    }

    /// `FAR` if the cells are more than the nearest cache holds.
    fn sweep_bonds<const FAR: bool>(
        &mut self,
        thresholds: &[u64; CLASSES],
        mut generator: Generator<u64>,
    ) {
        let torus = self.torus;
        let reach = |(rows, columns)| torus.reach(rows, columns);
        let loads: [[usize; 4]; 3] = BOND_LOADS.map(|loads| loads.map(reach));
        let seconds: [usize; 3] = SECOND.map(reach);
        let first = reach((0, 0));
        let rows = [-1, 0, 1, 2].map(|down| torus.reach(down, 0));
        let mut ahead = [(0, 0, 0, 0); AHEAD];
        for attempt in 0..torus.rows * torus.columns + if FAR { AHEAD } else { 0 } {
            let (mut row, fraction) = scale(generator.next(), torus.rows);
            let (mut column, fraction) = scale(fraction, torus.columns);
            let (mut direction, mut fraction) = scale(fraction, 3);
            if FAR {
                for place in rows {
                    prefetch(&self.cells, row * torus.stride + column + place);
                }
                let next = (row, column, direction, fraction);
                (row, column, direction, fraction) =
                    std::mem::replace(&mut ahead[attempt % AHEAD], next);
                if attempt < AHEAD {
                    continue;
                }
            }
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
            if unsafe { self.swap(one, other, accepted) } {
                self.repeat_bond(row, column, direction);
            }
        }
    }

    fn sweep_pairs(
        &mut self,
        thresholds: &[u64; CLASSES],
        sites: &mut SitesByKind,
        mut generator: Generator<u64>,
    ) {
        let torus = self.torus;
        sites.sort(torus, &self.cells);
        let SitesByKind { plus, minus, plus_count, minus_count } = sites;
        let middle = torus.reach(0, 0);
        let loads: [usize; 3] = SITE_LOADS.map(|(rows, columns)| torus.reach(rows, columns));
        let mut ahead = [(0, 0, 0); AHEAD];
        let picks = unlike_picks(*plus_count, *minus_count, &mut generator) as usize;
        for attempt in 0..picks + AHEAD {
            let (from, _) = scale(generator.next(), *plus_count);
            let (to, fraction) = scale(generator.next(), *minus_count);
            // other sites if those of the lists are exchanged before
            for cell in [plus[from], minus[to]] {
                for load in loads {
                    prefetch(&self.cells, cell as usize - middle + load);
                }
            }
            let next = (from, to, fraction);
            let (from, to, fraction) = std::mem::replace(&mut ahead[attempt % AHEAD], next);
            if attempt < AHEAD {
                continue;
            }
            let (one, other) = (plus[from] as usize, minus[to] as usize);
            let around = |cell: usize| {
                // SAFETY: the lists hold cells of sites, so that what is around them are cells, and
                // three more bytes follow every cell.
                let loads = loads.map(|load| unsafe { self.four_from(cell - middle + load) });
                i32::from(AROUND[site_word(loads)])
            };
            // what the (+) finds minus what it leaves
            let mut class = i32::from(NO_CHANGE) + around(other) - around(one);
            // SAFETY: as above.
            let seams = unsafe { self.cells.get_unchecked(one) & self.cells.get_unchecked(other) };
            if torus.adjoin(one, other) | (seams & SEAM != 0) {
                class = i32::from(self.class_nearby(one, other));
            }
            let accepted = below(fraction, thresholds[class as usize & (CLASSES - 1)]);
            let moved = (one ^ other) as u32 & (accepted as i8 as u32);
            plus[from] = one as u32 ^ moved;
            minus[to] = other as u32 ^ moved;
            // SAFETY: as above.
            if unsafe { self.swap(one, other, accepted) } {
                for cell in [one, other] {
                    let (row, column) = torus.site(cell);
                    self.repeat(row as isize, column as isize, cell);
                }
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

    /// Swaps the atoms of two cells if `accepted` is all ones rather than 0, and says whether that
    /// changed a site that has images.
    ///
    /// # Safety
    /// Both must be below `torus.cells()`.
    #[inline(always)]
    unsafe fn swap(&mut self, one: usize, other: usize, accepted: u8) -> bool {
        debug_assert!(one.max(other) < self.torus.cells());
        // SAFETY: the caller's, and there are more bytes than cells.
        unsafe {
            let (a, b) = (*self.cells.get_unchecked(one), *self.cells.get_unchecked(other));
            let changed = (a ^ b) & accepted & PLUS;
            *self.cells.get_unchecked_mut(one) = a ^ changed;
            *self.cells.get_unchecked_mut(other) = b ^ changed;
            (changed * SEAM) & (a | b) != 0
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
        for cell in self.torus.images(row, column) {
            self.cells[cell] = value;
        }
    }

    /// The class of the move of a (+) to a (-) that may be its neighbour.
    #[cold]
    #[inline(never)]
    fn class_nearby(&self, plus: usize, minus: usize) -> u8 {
        let torus = self.torus;
        let plus_site = torus.site(plus);
        let count = |cell: usize, without: Option<(usize, usize)>| {
            let (row, column) = torus.site(cell);
            let ring = RING.map(|(down, across)| {
                let cell = cell + torus.reach(down, across) - torus.reach(0, 0);
                let place = torus.wrapped(row as isize + down, column as isize + across);
                if Some(place) == without { 0 } else { (self.cells[cell] & PLUS) as i8 }
            });
            let triangles: i8 = (0..6).map(|k| ring[k] * ring[(k + 1) % 6]).sum();
            (ring.iter().sum::<i8>(), triangles)
        };
        let (broken, made) = (count(plus, None), count(minus, Some(plus_site)));
        class(made.0 - broken.0, made.1 - broken.1)
    }
}

/// The cells of the sites of either kind. Each list has room for all.
#[derive(Default)]
struct SitesByKind {
    plus: Vec<u32>,
    minus: Vec<u32>,
    plus_count: usize,
    minus_count: usize,
}

impl SitesByKind {
    fn of(torus: Torus) -> Self {
        let sites = torus.rows * torus.columns + 1;
        Self { plus: vec![0; sites], minus: vec![0; sites], plus_count: 0, minus_count: 0 }
    }

    /// Every sweep starts from lists in the order of the sites, so that a state is its atoms alone.
    fn sort(&mut self, torus: Torus, cells: &[u8]) {
        let (mut plus_count, mut minus_count) = (0, 0);
        for row in 0..torus.rows {
            let cells_of_row = torus.row(row);
            for (cell, &atom) in cells_of_row.clone().zip(&cells[cells_of_row]) {
                // both written, one kept: which one cannot be guessed
                self.plus[plus_count] = cell as u32;
                self.minus[minus_count] = cell as u32;
                plus_count += usize::from(atom & PLUS);
                minus_count += usize::from(!atom & PLUS);
            }
        }
        (self.plus_count, self.minus_count) = (plus_count, minus_count);
    }
}

/// How many of N picks of two sites, each uniform over all N, are of a (+) and a (-).
fn unlike_picks(plus: usize, minus: usize, generator: &mut Generator<u64>) -> u64 {
    let sites = plus + minus;
    let unlike = (2 * plus as u128 * minus as u128) << 32;
    // of 2^64, by two divisions of 128 bits
    let square = sites as u128 * sites as u128;
    let (high, rest) = (unlike / square, unlike % square);
    let probability = (high << 32) + (rest << 32) / square;
    let picks = |count: usize, generator: &mut Generator<u64>| {
        let used = if count < 64 { (1 << count) - 1 } else { u64::MAX };
        u64::from((draw(probability as u64, 64, generator) & used).count_ones())
    };
    let whole: u64 = (0..sites / 64).map(|_| picks(64, generator)).sum();
    whole + picks(sites % 64, generator)
}

/// All ones if the `fraction` (of 2^64) is below the `threshold` (of 2^63), else 0.
#[inline(always)]
fn below(fraction: u64, threshold: u64) -> u8 {
    ((fraction >> 1).wrapping_sub(threshold) as i64 >> 63) as u8
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{TriangleEnergy, TriangularLattice};

    #[test]
    fn fetching_ahead_changes_nothing() {
        let lattice = TriangularLattice::new(7, 11).expect("a lattice");
        let torus = Torus::new(&lattice);
        let atoms: Vec<i8> = (0..77).map(|site| if site % 3 == 0 { -1 } else { 1 }).collect();
        let energy = TriangleEnergy::absolute_charge();
        let metropolis =
            Metropolis::new(&energy, 0.7, SwapRange::NearestNeighbor).expect("a temperature");
        let (mut near, mut far) = (Cells::of(torus, &atoms), Cells::of(torus, &atoms));
        for sweep in 1..=20 {
            let generator = Generator::from_seeds(&[sweep, 2, 3, 4]);
            near.sweep_bonds::<false>(metropolis.thresholds(), generator);
            far.sweep_bonds::<true>(metropolis.thresholds(), generator);
            assert_eq!(near.cells, far.cells, "sweep {sweep}");
        }
        assert_ne!(near.cells, Cells::of(torus, &atoms).cells);
    }
}
