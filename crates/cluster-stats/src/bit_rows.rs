//! Counting one lattice: one bit a site, 64 sites of a row at a time.

use std::borrow::Cow;

use ndarray::ArrayView2;
use numerics::Instructions;

use crate::instructions::{Processor, Work, run};
use crate::sums::Sums;

/// Columns repeated on either side of a row.
const BESIDE: usize = 2;

/// Words beyond the last row, so that the widest vector from any word of a row can be read.
const BEYOND: usize = 8;

/// A lattice as bits, one for (+), in rows of whole words.
///
/// Row r, from 0 to `rows + 1`, is `stride` words long; its column c, from -2 to `columns + 1`, is
/// bit `c + 2` of the row. What is beyond the lattice repeats the other side. Eight words more
/// follow the last row.
#[derive(Clone, Copy)]
pub(crate) struct BitRows<'a> {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) stride: usize,
    pub(crate) words: &'a [u64],
    /// How many sites have a (+).
    pub(crate) plus: u64,
}

/// The sums of a grid of +1 and -1; or else where another number is.
pub(crate) fn sums_of_grid(
    grid: ArrayView2<'_, i8>,
    instructions: Instructions,
) -> Result<Sums, (usize, usize)> {
    run(instructions, Grid(grid))
}

/// The sums of a lattice of bits.
#[cfg(feature = "lattice")]
pub(crate) fn sums_of_bits(rows: BitRows<'_>, instructions: Instructions) -> Sums {
    run(instructions, rows)
}

struct Grid<'a>(ArrayView2<'a, i8>);

impl Work for Grid<'_> {
    type Output = Result<Sums, (usize, usize)>;

    #[inline(always)]
    fn run(self, processor: impl Processor) -> Self::Output {
        let Grid(grid) = self;
        let (rows, columns) = grid.dim();
        let stride = (columns + 2 * BESIDE).div_ceil(64);
        let mut words = vec![0; (rows + 2) * stride + BEYOND];
        let mut plus = 0;
        for row in 0..rows {
            let atoms: &[i8] = &match grid.row(row).to_slice() {
                Some(atoms) => Cow::Borrowed(atoms),
                None => Cow::Owned(grid.row(row).to_vec()),
            };
            if !are_atoms(atoms) {
                let column = atoms.iter().position(|atom| !matches!(atom, 1 | -1));
                return Err((row, column.unwrap_or(0)));
            }
            plus += pack(atoms, &mut words[row * stride..][..stride], processor);
        }
        words.copy_within(..2 * stride, rows * stride);
        Ok(processor.sums(BitRows { rows, columns, stride, words: &words, plus }))
    }
}

/// Whether all are 1 or -1, which are 2 or 0 when one is added.
#[inline(always)]
fn are_atoms(row: &[i8]) -> bool {
    row.iter().fold(0, |others, &atom| others | (atom.wrapping_add(1) & !2)) == 0
}

impl Work for BitRows<'_> {
    type Output = Sums;

    #[inline(always)]
    fn run(self, processor: impl Processor) -> Sums {
        processor.sums(self)
    }
}

impl BitRows<'_> {
    /// Which bits of a word of a row are sites, when the first of all are; none beyond the row.
    #[inline(always)]
    pub(crate) fn sites(&self, word: usize) -> u64 {
        match self.columns.saturating_sub(64 * word) {
            sites @ 0..64 => (1 << sites) - 1,
            _ => u64::MAX,
        }
    }

    /// The words from a row on; from the last for any below it.
    #[inline(always)]
    pub(crate) fn row(&self, row: usize) -> &[u64] {
        &self.words[row.min(self.rows + 1) * self.stride..]
    }
}

/// A row as bits, one for (+), with the columns beside it; returns how many (+) it has.
#[inline(always)]
fn pack(row: &[i8], bits: &mut [u64], processor: impl Processor) -> u64 {
    let (whole, rest) = row.as_chunks::<64>();
    let (mut left_over, mut pluses) = (0, 0);
    for (word, whole) in bits.iter_mut().zip(whole) {
        let plus = !processor.signs(whole);
        pluses += u64::from(plus.count_ones());
        *word = plus << BESIDE | left_over;
        left_over = plus >> (64 - BESIDE);
    }
    let mut padded = [-1; 64];
    padded[..rest.len()].copy_from_slice(rest);
    let plus = !processor.signs(&padded);
    pluses += u64::from(plus.count_ones());
    bits[whole.len()] = plus << BESIDE | left_over;
    if let Some(word) = bits.get_mut(whole.len() + 1) {
        *word = plus >> (64 - BESIDE);
    }
    let columns = row.len();
    let at = |column: usize| u64::from(row[column] > 0);
    bits[0] |= at(columns - 2) | at(columns - 1) << 1;
    for column in 0..BESIDE {
        let place = BESIDE + columns + column;
        bits[place / 64] |= at(column) << (place % 64);
    }
    pluses
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array2, s};

    #[test]
    fn all_instructions_count_the_same_also_in_views() {
        let small = [(3, 3), (5, 60), (4, 61), (7, 64), (3, 65), (9, 126), (6, 200)];
        let large = [(512, 3), (530, 60), (300, 126), (129, 256), (70, 600), (1030, 64)];
        for (rows, columns) in small.into_iter().chain(large) {
            let cell =
                |(r, c): (usize, usize)| if (r * r + 3 * c + r * c * c) % 7 < 3 { 1 } else { -1 };
            let grid = Array2::from_shape_fn((rows, columns), cell);
            let wide = Array2::from_shape_fn((rows, 2 * columns), |(r, c)| cell((r, c / 2)));
            let expected = sums_of_grid(grid.view(), Instructions::Portable);
            assert!(expected.is_ok());
            for instructions in Instructions::available() {
                assert_eq!(sums_of_grid(grid.view(), instructions), expected, "{instructions:?}");
                assert_eq!(sums_of_grid(wide.slice(s![.., ..;2]), instructions), expected);
            }
        }
    }

    #[test]
    fn only_1_and_minus_1_are_atoms() {
        for value in i8::MIN..=i8::MAX {
            assert_eq!(are_atoms(&[1, value, -1]), value == 1 || value == -1, "{value}");
        }
    }
}
