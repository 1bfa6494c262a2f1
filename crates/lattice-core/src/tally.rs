//! Sums over all sites for every replica of a block, straight from the words: vertical counters in
//! carry-save form (Harley and Seal; see Warren 2012, Hacker's Delight, section 5-1).
//!
//! A counter is a word for each binary digit, so that 64 replicas are counted at once. Counters of
//! neighbouring columns lie side by side, which lets the compiler use vectors of any length.

use crate::torus::Torus;

/// Words counted side by side.
const STRIP: usize = 64;

/// Digits of the counters of a few rows, and after how many rows of three terms they are full.
const DIGITS: usize = 5;
const ROWS: usize = 10;

/// Digits of the counters of many rows, and after how many times `ROWS` rows they are full.
const MORE_DIGITS: usize = 12;
const BATCHES: usize = 136;

/// Places that are left when counters of the same replicas are added: a multiple of all block widths.
const FOLDED: usize = 8;

/// Words beyond the last cell that a strip may reach.
pub(crate) const SLACK: usize = STRIP;

/// The words of a site's surroundings, one bit a replica, for
/// [`Ensemble::sum_over_sites`](crate::Ensemble::sum_over_sites).
#[derive(Debug, Clone, Copy)]
pub struct Patch<'a> {
    rows: &'a [[&'a [u64; STRIP]; 5]; 3],
    place: usize,
}

impl Patch<'_> {
    /// The atoms `down` rows below the site (0 to 2) and `across` columns to the right (-2 to 2; to
    /// the left if negative): a one for each replica that has a (+) there.
    ///
    /// # Panics
    /// Beyond that reach.
    #[inline(always)]
    pub fn at(&self, down: usize, across: isize) -> u64 {
        self.rows[down][(across + 2) as usize][self.place]
    }
}

type Digits<const COUNT: usize> = [[u64; STRIP]; COUNT];

/// For each replica of a block and each class, how many ones its three terms have over all sites.
#[inline(always)]
pub(crate) fn tally<const CLASSES: usize>(
    words: &[u64],
    torus: Torus,
    parts: usize,
    terms: &impl Fn(Patch<'_>) -> [[u64; 3]; CLASSES],
) -> Vec<[u64; CLASSES]> {
    let mut totals = vec![[0; CLASSES]; 64 * parts];
    let mut few: [Digits<DIGITS>; CLASSES] = [[[0; STRIP]; DIGITS]; CLASSES];
    let mut many: [Digits<MORE_DIGITS>; CLASSES] = [[[0; STRIP]; MORE_DIGITS]; CLASSES];
    let length = torus.columns * parts;
    for start in (0..length).step_by(STRIP) {
        let used = STRIP.min(length - start);
        for row in 0..torus.rows {
            let rows = surroundings(words, torus, parts, row, start);
            for place in 0..STRIP {
                let terms = terms(Patch { rows: &rows, place });
                for (digits, terms) in few.iter_mut().zip(terms) {
                    add_three(digits, place, terms);
                }
            }
            let (done, last) = (row + 1, row + 1 == torus.rows);
            if last || done % ROWS == 0 {
                for (few, many) in few.iter_mut().zip(&mut many) {
                    carry_over(few, many);
                }
            }
            if last || done % (ROWS * BATCHES) == 0 {
                for (class, digits) in many.iter_mut().enumerate() {
                    let lanes = fold(digits, used);
                    for (place, values) in lanes.iter().enumerate() {
                        let lanes = &mut totals[(start + place) % parts * 64..][..64];
                        for (total, value) in lanes.iter_mut().zip(values) {
                            total[class] += value;
                        }
                    }
                    *digits = [[0; STRIP]; MORE_DIGITS];
                }
            }
        }
    }
    totals
}

/// What a strip of sites sees, by rows down and columns across from -2 to 2.
#[inline(always)]
fn surroundings(
    words: &[u64],
    torus: Torus,
    parts: usize,
    row: usize,
    start: usize,
) -> [[&[u64; STRIP]; 5]; 3] {
    let mut strips = [[&[0; STRIP]; 5]; 3];
    for (down, strips) in strips.iter_mut().enumerate() {
        for (across, strip) in strips.iter_mut().enumerate() {
            let cell = torus.cell(row, 0) + down * torus.stride + across - 2;
            let words = words[cell * parts + start..].first_chunk();
            *strip = words.expect("blocks have SLACK words after their cells");
        }
    }
    strips
}

#[inline(always)]
fn add_three(digits: &mut Digits<DIGITS>, place: usize, [a, b, c]: [u64; 3]) {
    let one = a ^ b ^ c;
    let two = a & b | (a ^ b) & c;
    let carry = digits[0][place] & one;
    digits[0][place] ^= one;
    let (old, half) = (digits[1][place], two ^ carry);
    digits[1][place] = old ^ half;
    let mut carry = old & half | two & carry;
    for digit in &mut digits[2..] {
        let old = digit[place];
        digit[place] = old ^ carry;
        carry &= old;
    }
}

/// Adds the counters of a few rows to those of many, and empties them.
#[inline(always)]
fn carry_over(few: &mut Digits<DIGITS>, many: &mut Digits<MORE_DIGITS>) {
    let mut carry = [0; STRIP];
    for (k, digit) in many.iter_mut().enumerate() {
        for place in 0..STRIP {
            let (old, new) = (digit[place], if k < DIGITS { few[k][place] } else { 0 });
            let half = old ^ new;
            digit[place] = half ^ carry[place];
            carry[place] = old & new | half & carry[place];
        }
    }
    *few = [[0; STRIP]; DIGITS];
}

/// The sums of the counters at the first `used` places that are `FOLDED` apart, and with that belong
/// to the same replicas: of each, the numbers of its 64 replicas.
#[inline(always)]
fn fold(digits: &Digits<MORE_DIGITS>, used: usize) -> [[u64; 64]; FOLDED] {
    let mut sums: Digits<{ MORE_DIGITS + 3 }> = [[0; STRIP]; MORE_DIGITS + 3];
    for (sum, digit) in sums.iter_mut().zip(digits) {
        sum[..used].copy_from_slice(&digit[..used]);
    }
    let mut half = STRIP / 2;
    while half >= FOLDED {
        let mut carry = [0; STRIP / 2];
        for sum in &mut sums {
            let (low, high) = sum.split_at_mut(half);
            for place in 0..half {
                let (a, b) = (low[place], high[place]);
                low[place] = a ^ b ^ carry[place];
                carry[place] = a & b | (a ^ b) & carry[place];
            }
        }
        half /= 2;
    }
    let mut values = [[0; 64]; FOLDED];
    for (place, values) in values.iter_mut().enumerate() {
        for (k, sum) in sums.iter().enumerate() {
            for (lane, value) in values.iter_mut().enumerate() {
                *value += (sum[place] >> lane & 1) << k;
            }
        }
    }
    values
}
