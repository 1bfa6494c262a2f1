//! Counting one lattice: one bit a site, 64 sites of a row at a time.

use std::borrow::Cow;

use ndarray::ArrayView2;

use crate::instructions::{Instructions, Processor, Work};
use crate::sums::Sums;

/// Columns repeated on either side of a row.
const BESIDE: usize = 2;

/// Words counted side by side, so that the compiler can use vectors of any length.
const LANES: usize = 8;

/// A lattice as bits, one for (+), in rows of whole words.
///
/// Row r, from 0 to `rows + 1`, is `stride` words long; its column c, from -2 to `columns + 1`, is
/// bit `c + 2` of the row. What is beyond the lattice repeats the other side. `LANES` words more
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
    instructions.run(Grid(grid))
}

/// The sums of a lattice of bits.
#[cfg(feature = "lattice")]
pub(crate) fn sums_of_bits(rows: BitRows<'_>, instructions: Instructions) -> Sums {
    instructions.run(rows)
}

struct Grid<'a>(ArrayView2<'a, i8>);

impl Work for Grid<'_> {
    type Output = Result<Sums, (usize, usize)>;

    #[inline(always)]
    fn run(self, processor: impl Processor) -> Self::Output {
        let Grid(grid) = self;
        let (rows, columns) = grid.dim();
        let stride = (columns + 2 * BESIDE).div_ceil(64);
        let mut words = vec![0; (rows + 2) * stride + LANES];
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

    /// The sums by the population counts of words.
    #[inline(always)]
    pub(crate) fn sums_by_population(self) -> Sums {
        let Self { rows, columns, stride, words, plus } = self;
        // of a group from any word of a row
        let used: Vec<u64> = (0..stride).map(|word| self.sites(word)).collect();
        let used: Vec<u64> = used.iter().copied().cycle().take(stride + LANES).collect();
        let mut counters = [[0; LANES]; 11];
        let mut place = 0;
        let (down, further) = (stride, 2 * stride);
        let all = rows * stride;
        let (groups, rest) = (all / LANES, all % LANES);
        for group in 0..groups {
            let words = &words[group * LANES..];
            let rows = [words, &words[down..], &words[further..]];
            let used = used[place..].first_chunk().expect("the masks of a group from any word");
            count(rows, used, &mut counters);
            place += LANES;
            while place >= stride {
                place -= stride;
            }
        }
        if rest > 0 {
            let words = &words[groups * LANES..];
            // beyond the last row there are none to count
            let mut last = [0; LANES];
            last[..rest].copy_from_slice(&used[place..][..rest]);
            count([words, &words[down..], &words[further..]], &last, &mut counters);
        }
        let counters = counters.map(|lanes| lanes.iter().sum::<u64>());
        let [
            pairs,
            pairs_2,
            linear_ends,
            linear_ends_2,
            linear,
            linear_2,
            ends,
            ends_2,
            angled,
            angled_2,
            triangles,
        ] = counters;
        Sums {
            sites: (rows * columns) as u64,
            plus,
            pairs: pairs + 2 * pairs_2,
            linear_ends: linear_ends + 2 * linear_ends_2,
            linear: linear + 2 * linear_2,
            // both middles of two sites that are next but one
            angled_ends: 2 * (ends + 2 * ends_2),
            angled: angled + 2 * angled_2,
            triangles,
        }
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

/// Words and the one after each of them.
type Pair<'a> = (&'a [u64; LANES], &'a [u64; LANES]);

#[inline(always)]
fn pair(row: &[u64]) -> Pair<'_> {
    let whole = "a row has a group more than its sites need";
    (row.first_chunk().expect(whole), row[1..].first_chunk().expect(whole))
}

/// The sites so many columns to the right, less `BESIDE`, of a lane.
#[inline(always)]
fn shifted<const SHIFT: u32>((words, next): Pair<'_>, lane: usize) -> u64 {
    if SHIFT == 0 { words[lane] } else { words[lane] >> SHIFT | next[lane] << (64 - SHIFT) }
}

/// Adds what `LANES` x 64 sites of a row hold. Every cluster is counted at the one of its sites that
/// comes first in its direction.
#[inline(always)]
fn count(rows: [&[u64]; 3], used: &[u64; LANES], counters: &mut [[u64; LANES]; 11]) {
    let [row, down, further] = [pair(rows[0]), pair(rows[1]), pair(rows[2])];
    for lane in 0..LANES {
        let plus = shifted::<2>(row, lane) & used[lane];
        let (left, right) = (shifted::<1>(row, lane), shifted::<3>(row, lane));
        let (below, below_left) = (shifted::<2>(down, lane), shifted::<1>(down, lane));
        let pairs = [plus & right, plus & below, plus & below_left];
        let linear_ends = [
            plus & shifted::<4>(row, lane),
            plus & shifted::<2>(further, lane),
            plus & shifted::<0>(further, lane),
        ];
        let linear = [linear_ends[0] & right, linear_ends[1] & below, linear_ends[2] & below_left];
        let ends = [
            plus & shifted::<3>(down, lane),
            plus & shifted::<1>(further, lane),
            plus & shifted::<0>(down, lane),
        ];
        let angled = [ends[0] & right, ends[1] & below, ends[2] & below_left];
        let angled_2 = [ends[0] & below, ends[1] & below_left, ends[2] & left];
        let triangles = [pairs[0] & below, pairs[1] & below_left];

        counters[0][lane] += ones(pairs);
        counters[1][lane] += twos(pairs);
        counters[2][lane] += ones(linear_ends);
        counters[3][lane] += twos(linear_ends);
        counters[4][lane] += ones(linear);
        counters[5][lane] += twos(linear);
        counters[6][lane] += ones(ends);
        counters[7][lane] += twos(ends);
        counters[8][lane] += ones(angled) + ones(angled_2);
        counters[9][lane] += twos(angled) + twos(angled_2);
        counters[10][lane] +=
            u64::from(triangles[0].count_ones()) + u64::from(triangles[1].count_ones());
    }
}

/// Places where one or three words have a one; where two or three have.
#[inline(always)]
fn ones([a, b, c]: [u64; 3]) -> u64 {
    u64::from((a ^ b ^ c).count_ones())
}

#[inline(always)]
fn twos([a, b, c]: [u64; 3]) -> u64 {
    u64::from((a & b | (a ^ b) & c).count_ones())
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
