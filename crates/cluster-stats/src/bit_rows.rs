//! Counting one lattice: one bit a site, 64 sites of a row at a time.

use ndarray::ArrayView2;

use crate::instructions::{Instructions, Work};
use crate::sums::Sums;

/// Columns repeated on either side of a row.
const BESIDE: usize = 2;

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
        // a row starts BESIDE columns before its first site; one more word, as sites are read from
        // two words
        let stride = (BESIDE + columns + BESIDE).div_ceil(64) + 1;
        let mut bits = vec![0; (rows + 2) * stride];
        for (row, bits) in grid.rows().into_iter().zip(bits.chunks_exact_mut(stride)) {
            match row.to_slice() {
                Some(row) => pack(row, bits, &signs),
                None => pack(&row.to_vec(), bits, &signs),
            }
        }
        bits.copy_within(..2 * stride, rows * stride);

        let words = columns.div_ceil(64);
        let mut counters = [0; 12];
        for row in 0..rows {
            let of_row = |down: usize| &bits[(row + down) * stride..][..words + 1];
            let rows = [of_row(0), of_row(1), of_row(2)];
            let last = u64::MAX >> (64 * words - columns);
            for word in 0..words {
                let used = if word + 1 == words { last } else { u64::MAX };
                count(rows, word, used, &mut counters);
            }
        }
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
fn pack(row: &[i8], bits: &mut [u64], signs: &impl Fn(&[i8; 64]) -> u64) {
    let mut put = |column: usize, plus: u64| {
        // `plus` holds no bits beyond the row
        let place = column + BESIDE;
        bits[place / 64] |= plus << (place % 64);
        bits[place / 64 + 1] |= plus >> 1 >> (63 - place % 64);
    };
    let (whole, rest) = row.as_chunks::<64>();
    for (k, whole) in whole.iter().enumerate() {
        put(64 * k, !signs(whole));
    }
    if !rest.is_empty() {
        let mut padded = [-1; 64];
        padded[..rest.len()].copy_from_slice(rest);
        put(row.len() - rest.len(), !signs(&padded));
    }
    let columns = row.len();
    let at = |column: usize| u64::from(row[column] > 0);
    bits[0] |= at(columns - 2) | at(columns - 1) << 1;
    for column in 0..BESIDE {
        let place = BESIDE + columns + column;
        bits[place / 64] |= at(column) << (place % 64);
    }
}

/// Adds what 64 sites of a row hold. Every cluster is counted at the one of its sites that comes
/// first in its direction.
#[inline(always)]
fn count(rows: [&[u64]; 3], word: usize, used: u64, counters: &mut [u64; 12]) {
    let at = |down: usize, across: isize| {
        let (row, shift) = (rows[down], (across + BESIDE as isize) as u32);
        if shift == 0 { row[word] } else { row[word] >> shift | row[word + 1] << (64 - shift) }
    };
    let plus = at(0, 0) & used;
    let (right, below, below_left) = (at(0, 1), at(1, 0), at(1, -1));
    let pairs = [plus & right, plus & below, plus & below_left];
    let linear_ends = [plus & at(0, 2), plus & at(2, 0), plus & at(2, -2)];
    let linear = [linear_ends[0] & right, linear_ends[1] & below, linear_ends[2] & below_left];
    let ends = [plus & at(1, 1), plus & at(2, -1), plus & at(1, -2)];
    let angled = [ends[0] & right, ends[1] & below, ends[2] & below_left];
    let angled_2 = [ends[0] & below, ends[1] & below_left, ends[2] & at(0, -1)];
    let triangles = [pairs[0] & below, pairs[1] & below_left];

    let mut add = |counter: usize, word: u64| counters[counter] += u64::from(word.count_ones());
    add(0, plus);
    for (counter, [a, b, c]) in [(1, pairs), (3, linear_ends), (5, linear), (7, ends)] {
        add(counter, a ^ b ^ c);
        add(counter + 1, a & b | (a ^ b) & c);
    }
    for [a, b, c] in [angled, angled_2] {
        add(9, a ^ b ^ c);
        add(10, a & b | (a ^ b) & c);
    }
    add(11, triangles[0]);
    add(11, triangles[1]);
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
