//! Counting one lattice: one bit a site, 64 sites of a row at a time.

use std::borrow::Cow;

use ndarray::{ArrayView1, ArrayView2};

use crate::instructions::{Instructions, Work};
use crate::sums::Sums;

/// Columns repeated on either side of a row.
const BESIDE: usize = 2;

/// Words counted side by side, so that the compiler can use vectors of any length.
const LANES: usize = 8;

/// The sums of a grid of +1 and -1.
pub(crate) fn sums(grid: ArrayView2<'_, i8>, instructions: Instructions) -> Sums {
    instructions.run(Grid(grid))
}

struct Grid<'a>(ArrayView2<'a, i8>);

impl Work for Grid<'_> {
    type Output = Sums;

    #[inline(always)]
    fn run(self, signs: impl Fn(&[i8; 64]) -> u64) -> Sums {
        let Grid(grid) = self;
        let (rows, columns) = grid.dim();
        // a row starts BESIDE columns before its first site; one group more, as sites are read from
        // two words
        let words = columns.div_ceil(64).next_multiple_of(LANES);
        let stride = words + LANES;
        let mut window = [vec![0; stride], vec![0; stride], vec![0; stride]];
        for (row, bits) in window.iter_mut().enumerate() {
            pack(grid.row(row), bits, &signs);
        }

        let used = |word: usize| match columns.saturating_sub(64 * word) {
            0 => 0,
            sites if sites < 64 => (1 << sites) - 1,
            _ => u64::MAX,
        };
        let used: Vec<u64> = (0..words).map(used).collect();
        let mut counters = [[0; LANES]; 12];
        for row in 0..rows {
            for (group, used) in used.as_chunks().0.iter().enumerate() {
                let [row, down, further] = &window;
                let from = group * LANES;
                count([&row[from..], &down[from..], &further[from..]], used, &mut counters);
            }
            window.swap(0, 1);
            window.swap(1, 2);
            pack(grid.row((row + 3) % rows), &mut window[2], &signs);
        }
        let counters = counters.map(|lanes| lanes.iter().sum::<u64>());
        let [
            plus,
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

/// A row as bits, one for (+), with the columns beside it.
#[inline(always)]
fn pack(row: ArrayView1<'_, i8>, bits: &mut [u64], signs: &impl Fn(&[i8; 64]) -> u64) {
    let row: &[i8] = &match row.to_slice() {
        Some(row) => Cow::Borrowed(row),
        None => Cow::Owned(row.to_vec()),
    };
    let (whole, rest) = row.as_chunks::<64>();
    let mut left_over = 0;
    for (word, whole) in bits.iter_mut().zip(whole) {
        let plus = !signs(whole);
        *word = plus << BESIDE | left_over;
        left_over = plus >> (64 - BESIDE);
    }
    let plus = if rest.is_empty() {
        0
    } else {
        let mut padded = [-1; 64];
        padded[..rest.len()].copy_from_slice(rest);
        !signs(&padded)
    };
    bits[whole.len()] = plus << BESIDE | left_over;
    bits[whole.len() + 1] = plus >> (64 - BESIDE);
    bits[whole.len() + 2..].fill(0);
    let columns = row.len();
    let at = |column: usize| u64::from(row[column] > 0);
    bits[0] |= at(columns - 2) | at(columns - 1) << 1;
    for column in 0..BESIDE {
        let place = BESIDE + columns + column;
        bits[place / 64] |= at(column) << (place % 64);
    }
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
fn count(rows: [&[u64]; 3], used: &[u64; LANES], counters: &mut [[u64; LANES]; 12]) {
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

        counters[0][lane] += u64::from(plus.count_ones());
        counters[1][lane] += ones(pairs);
        counters[2][lane] += twos(pairs);
        counters[3][lane] += ones(linear_ends);
        counters[4][lane] += twos(linear_ends);
        counters[5][lane] += ones(linear);
        counters[6][lane] += twos(linear);
        counters[7][lane] += ones(ends);
        counters[8][lane] += twos(ends);
        counters[9][lane] += ones(angled) + ones(angled_2);
        counters[10][lane] += twos(angled) + twos(angled_2);
        counters[11][lane] +=
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
        for (rows, columns) in [(3, 3), (5, 61), (4, 62), (7, 64), (3, 65), (9, 126), (6, 200)] {
            let cell =
                |(r, c): (usize, usize)| if (r * r + 3 * c + r * c * c) % 7 < 3 { 1 } else { -1 };
            let grid = Array2::from_shape_fn((rows, columns), cell);
            let wide = Array2::from_shape_fn((rows, 2 * columns), |(r, c)| cell((r, c / 2)));
            let expected = sums(grid.view(), Instructions::Portable);
            for instructions in Instructions::available() {
                assert_eq!(sums(grid.view(), instructions), expected, "{instructions:?}");
                assert_eq!(sums(wide.slice(s![.., ..;2]), instructions), expected);
            }
        }
    }
}
