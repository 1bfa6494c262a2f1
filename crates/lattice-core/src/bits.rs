//! One configuration as bits, 64 sites a word, for whoever counts.
#![cfg(feature = "engines")]

use crate::{Instructions, LatticeError, error::reserve, torus::Torus};

/// Rows below the lattice, and columns on either side of it, that repeat the other side.
const BELOW: usize = 2;
const BESIDE: usize = 2;

/// Words after the last row, so that vectors of 8 words and the one after them can be read.
const AFTER: usize = 8;

/// The atoms as bits, a one for each (+), with two rows and columns beyond the seams.
///
/// Row r, from 0 to `rows + 1`, is [`stride`](Self::stride) words long; its column c, from -2 to
/// `columns + 1`, is bit `c + 2`, counted from the lowest bit of its first word. What is beyond the
/// lattice repeats the other side. The rest of a row, and 8 words after the last, are zeros.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlusBits {
    rows: usize,
    columns: usize,
    stride: usize,
    words: Vec<u64>,
}

/// Number of words of a lattice.
fn word_count(torus: Torus) -> usize {
    (torus.rows + BELOW) * (torus.columns + 2 * BESIDE).div_ceil(64) + AFTER
}

impl PlusBits {
    /// From cells whose lowest bits are 1 and 0 and whose borders are filled.
    pub(crate) fn of(torus: Torus, cells: &[u8]) -> Self {
        Self::in_memory(torus, cells, Vec::new())
    }

    /// The same where memory may be short, as for what a file holds.
    pub(crate) fn try_of(torus: Torus, cells: &[u8]) -> Result<Self, LatticeError> {
        Ok(Self::in_memory(torus, cells, reserve(word_count(torus))?))
    }

    fn in_memory(torus: Torus, cells: &[u8], mut words: Vec<u64>) -> Self {
        let Torus { rows, columns, .. } = torus;
        let width = columns + 2 * BESIDE;
        let stride = width.div_ceil(64);
        words.resize(word_count(torus), 0);
        for (row, words) in words[..(rows + BELOW) * stride].chunks_exact_mut(stride).enumerate() {
            let (whole, rest) = cells[torus.cell(row, 0) - BESIDE..][..width].as_chunks::<64>();
            words.iter_mut().zip(whole).for_each(|(word, cells)| *word = pack(cells));
            if !rest.is_empty() {
                let mut cells = [0; 64];
                cells[..rest.len()].copy_from_slice(rest);
                words[stride - 1] = pack(&cells);
            }
        }
        Self { rows, columns, stride, words }
    }

    /// Words from one row to the next: as many as `columns + 4` bits need.
    pub fn stride(&self) -> usize {
        self.stride
    }

    /// All words: `rows + 2` rows and 8 zeros.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// Exchanges the kind of the atom of a site.
    pub(crate) fn flip(&mut self, row: usize, column: usize) {
        let Self { rows, columns, stride, .. } = *self;
        for row in (row..rows + BELOW).step_by(rows) {
            // the first image that is not before the border
            let first = if column + BESIDE >= columns {
                column + BESIDE - columns
            } else {
                column + BESIDE
            };
            for place in (first..columns + 2 * BESIDE).step_by(columns) {
                self.words[row * stride + place / 64] ^= 1 << (place % 64);
            }
        }
    }

    /// Numbers of (+) (+) pairs and of triangles of three (+).
    pub(crate) fn plus_counts(&self) -> (u64, u64) {
        Instructions::best().run(
            #[inline(always)]
            || {
                let (mut pairs, mut triangles) = (0, 0);
                for row in 0..self.rows {
                    let row = &self.words[row * self.stride..];
                    for word in 0..self.stride {
                        // the bits of sites, of those to the right, ...
                        let sites = self.columns - (64 * word).min(self.columns);
                        let used = if sites < 64 { (1 << sites) - 1 } else { u64::MAX };
                        let of = |word: usize, right: usize| {
                            row[word] >> right | row[word + 1] << (64 - right)
                        };
                        let (plus, right) = (of(word, 2) & used, of(word, 3));
                        let (below, below_left) =
                            (of(word + self.stride, 2), of(word + self.stride, 1));
                        let ones = |word: u64| u64::from(word.count_ones());
                        pairs += ones(plus & right) + ones(plus & below) + ones(plus & below_left);
                        triangles += ones(plus & right & below) + ones(plus & below & below_left);
                    }
                }
                (pairs, triangles)
            },
        )
    }
}

/// The lowest bits of 64 cells: eight by one product, which brings bit 8 i to bit 56 + i.
#[inline(always)]
fn pack(cells: &[u8; 64]) -> u64 {
    let (eights, _) = cells.as_chunks::<8>();
    eights.iter().enumerate().fold(0, |bits, (k, &eight)| {
        let lowest = u64::from_le_bytes(eight) & 0x0101_0101_0101_0101;
        let gathered = lowest.wrapping_mul(0x0102_0408_1020_4080) >> 56;
        bits | gathered << (8 * k)
    })
}
