//! Counting one lattice with AVX2, which has no instruction that counts the bits of vectors: full
//! adders join the bits of all steps first, so that they are counted once in the end (Harley and
//! Seal; see Warren 2012, Hacker's Delight, section 5-1).

use crate::around::{Around, CLASSES, Line};
use crate::bit_rows::BitRows;
use crate::site_bits::x86::Avx2 as Bits;
use crate::site_bits::{self, SiteBits};
use crate::sums::Sums;

/// Words in a vector.
const LANES: usize = Bits::LANES;

/// Rows whose sites are added to the counters at once.
const DEEP: usize = 4;

/// Binary digits of a counter of groups of sites, more than memory has room for. A fixed number keeps
/// the counters, and so all that is beside them on the stack, at multiples of 32 bytes.
const LEVELS: usize = 34;

type Sum = site_bits::Sum<Bits>;

/// The sums of a lattice of bits.
#[target_feature(enable = "avx2,popcnt")]
pub(crate) fn sums(lattice: BitRows<'_>) -> Sums {
    let BitRows { rows, columns, words, plus, .. } = lattice;
    let whole = columns / (64 * LANES) * LANES;
    let mut counters = Counters::NONE;
    // a vector is four words of a row, ...
    for top in (0..rows).step_by(DEEP) {
        let used = used([rows - top; LANES]);
        let mut lines = [words; DEEP + 2];
        for (line, row) in lines.iter_mut().zip(top..) {
            *line = lattice.row(row);
        }
        for place in (0..whole).step_by(LANES) {
            let [a, b, c, d, e, f] = lines;
            let lines = [
                Line::of_row(a, place),
                Line::of_row(b, place),
                Line::of_row(c, place),
                Line::of_row(d, place),
                Line::of_row(e, place),
                Line::of_row(f, place),
            ];
            counters.add(&lines, &used);
        }
    }
    // ... or one word of each of four bands of rows where the row has not as many
    let deep = rows.div_ceil(LANES);
    for top in (0..deep).step_by(DEEP) {
        let mut rows_left = [0; LANES];
        let mut lines = [[words; LANES]; DEEP + 2];
        for band in 0..LANES {
            let first = band * deep + top;
            rows_left[band] = (deep - top).min(rows.saturating_sub(first));
            for (line, row) in lines.iter_mut().zip(first..) {
                line[band] = lattice.row(row);
            }
        }
        let used = used(rows_left);
        for place in whole..columns.div_ceil(64) {
            let sites = Bits::load(&[lattice.sites(place); LANES]);
            let [first, second, third, fourth] = used;
            let used = [first.and(sites), second.and(sites), third.and(sites), fourth.and(sites)];
            let [a, b, c, d, e, f] = &lines;
            let lines = [
                line_of_bands(a, place),
                line_of_bands(b, place),
                line_of_bands(c, place),
                line_of_bands(d, place),
                line_of_bands(e, place),
                line_of_bands(f, place),
            ];
            counters.add(&lines, &used);
        }
    }
    Sums::of_classes((rows * columns) as u64, plus, counters.sums())
}

/// All bits of a lane in so many rows, and none in those below.
#[inline(always)]
fn used(rows: [usize; LANES]) -> [Bits; DEEP] {
    let mut used = [Bits::ZERO; DEEP];
    for (down, used) in used.iter_mut().enumerate() {
        let mut lanes = [0; LANES];
        for (lane, rows) in lanes.iter_mut().zip(rows) {
            *lane = if down < rows { u64::MAX } else { 0 };
        }
        *used = Bits::load(&lanes);
    }
    used
}

/// One counter a class and bit.
struct Counters {
    /// Digit `k` weighs 2^k.
    digits: [[Bits; CLASSES]; LEVELS],
    /// Sums of 2^k groups, of weight 2^(k + 2), that wait for another such sum.
    waiting: [[Sum; CLASSES]; LEVELS],
    /// Groups so far.
    groups: usize,
}

impl Counters {
    const NONE: Counters = Counters {
        digits: [[Bits::ZERO; CLASSES]; LEVELS],
        waiting: [[(Bits::ZERO, Bits::ZERO); CLASSES]; LEVELS],
        groups: 0,
    };

    /// Adds the sites of all lines but the first and the last, where `used` has ones.
    #[inline(always)]
    fn add(&mut self, lines: &[Line<Bits>; DEEP + 2], used: &[Bits; DEEP]) {
        let [a, b, c, d, e, f] = *lines;
        let around = [
            Around::new([a, b, c], used[0]),
            Around::new([b, c, d], used[1]),
            Around::new([c, d, e], used[2]),
            Around::new([d, e, f], used[3]),
        ];
        let (first, more) = self.digits.split_first_chunk_mut().expect("four levels or more");
        let [ones, twos] = first;
        // class by class, so that few words are alive at a time
        let mut sums = [
            sum_of_four::<0>(&around, [ones, twos]),
            sum_of_four::<1>(&around, [ones, twos]),
            sum_of_four::<2>(&around, [ones, twos]),
            sum_of_four::<3>(&around, [ones, twos]),
            sum_of_four::<4>(&around, [ones, twos]),
            sum_of_four::<5>(&around, [ones, twos]),
            sum_of_four::<6>(&around, [ones, twos]),
        ];
        let mut level = 0;
        while self.groups >> level & 1 == 1 {
            sums = join(&mut more[level], sums, &self.waiting[level]);
            level += 1;
        }
        self.waiting[level] = sums;
        self.groups += 1;
    }

    /// How many terms of each class held.
    #[inline(always)]
    fn sums(&self) -> [u64; CLASSES] {
        let mut sums = [0; CLASSES];
        // further digits were never written
        let levels = self.groups.ilog2() as usize + 3;
        for (class, sum) in sums.iter_mut().enumerate() {
            for level in 0..levels {
                *sum += self.digits[level][class].ones() << level;
            }
            for level in 0..levels - 2 {
                if self.groups >> level & 1 == 1 {
                    let (low, high) = self.waiting[level][class];
                    *sum += (low.ones() + 2 * high.ones()) << (level + 2);
                }
            }
        }
        sums
    }
}

/// The terms of one class in four steps, of weight 4.
#[inline(always)]
fn sum_of_four<const CLASS: usize>(
    around: &[Around<Bits>; DEEP],
    [ones, twos]: [&mut [Bits; CLASSES]; 2],
) -> Sum {
    let (ones, twos) = (&mut ones[CLASS], &mut twos[CLASS]);
    let [a, b, c, d] = around;
    let two = join_one(ones, a.terms::<CLASS>(), b.terms::<CLASS>());
    let other = join_one(ones, c.terms::<CLASS>(), d.terms::<CLASS>());
    join_one(twos, two, other)
}

#[inline(always)]
fn join(
    digits: &mut [Bits; CLASSES],
    mut sums: [Sum; CLASSES],
    others: &[Sum; CLASSES],
) -> [Sum; CLASSES] {
    for class in 0..CLASSES {
        sums[class] = join_one(&mut digits[class], sums[class], others[class]);
    }
    sums
}

/// Joins two sums, and a digit of the same weight that stays, to one of twice the weight.
#[inline(always)]
fn join_one(digit: &mut Bits, (low, high): Sum, (other_low, other_high): Sum) -> Sum {
    let (sum, carry) = Bits::full_add([low, other_low, *digit]);
    *digit = sum;
    Bits::full_add([high, other_high, carry])
}

/// The same word of several rows.
#[inline(always)]
fn line_of_bands(rows: &[&[u64]; LANES], place: usize) -> Line<Bits> {
    let (mut these, mut next) = ([0; LANES], [0; LANES]);
    for lane in 0..LANES {
        let words: &[u64; 2] = rows[lane][place..].first_chunk().expect("one word more follows");
        (these[lane], next[lane]) = (words[0], words[1]);
    }
    Line::new(Bits::load(&these), Bits::load(&next))
}
