//! Counting one lattice with AVX2, which has no instruction that counts the bits of vectors: full
//! adders join the bits of all steps first, so that they are counted once in the end (Harley and
//! Seal; see Warren 2012, Hacker's Delight, section 5-1).
//!
//! SAFETY of every block here: the instructions exist, because [`sums`] says that they must, and all
//! else is called below it. Loads take slices of checked length and need no alignment.
#![allow(unsafe_code, reason = "intrinsics")]

use std::arch::x86_64::*;

use crate::bit_rows::BitRows;
use crate::sums::Sums;

/// Words in a vector.
const LANES: usize = 4;

/// Words added to the counters at once: eight steps.
const GROUP: usize = 8 * LANES;

/// Kinds of clusters that are counted, each by three terms at every site.
const CLASSES: usize = 7;

/// 256 sites of a row, one bit each.
#[derive(Clone, Copy)]
struct Bits(__m256i);

/// Where one or three of three terms hold, and where two or three do.
type Sum = (Bits, Bits);

/// A group of words in three rows, one below the other, and the word after it.
type Rows<'a> = [&'a [u64; GROUP + 1]; 3];

/// The sums of a lattice of bits.
///
/// # Safety
/// The processor has AVX2.
#[target_feature(enable = "avx2,popcnt")]
pub(crate) unsafe fn sums(lattice: BitRows<'_>) -> Sums {
    let BitRows { rows, columns, stride, words, plus } = lattice;
    let used = lattice.masks(GROUP);
    let all = rows * stride;
    let mut counters = Counters::new(all.div_ceil(GROUP));
    let (mut start, mut place) = (0, 0);
    while start + GROUP <= all {
        let rows = [0, stride, 2 * stride].map(|down| whole(&words[start + down..]));
        counters.add(rows, whole(&used[place..]));
        start += GROUP;
        place = (place + GROUP) % stride;
    }
    if start < all {
        // the last ones, with nothing after them
        let rest = all - start;
        let rows = [0, stride, 2 * stride].map(|down| {
            let mut group = [0; GROUP + 1];
            group[..=rest].copy_from_slice(&words[start + down..][..=rest]);
            group
        });
        let mut last = [0; GROUP];
        last[..rest].copy_from_slice(&used[place..][..rest]);
        counters.add(rows.each_ref(), &last);
    }
    Sums::of_classes((rows * columns) as u64, plus, counters.sums())
}

/// The first words of some, as many as asked for.
#[inline(always)]
fn whole<const N: usize>(words: &[u64]) -> &[u64; N] {
    words.first_chunk().expect("a group is within the words, of which one more follows")
}

/// One counter a class and bit.
struct Counters {
    /// Digit `k` weighs 2^k.
    digits: Vec<[Bits; CLASSES]>,
    /// Sums of 2^k steps, of weight 2^k, that wait for another such sum.
    waiting: Vec<[Sum; CLASSES]>,
    /// Groups so far.
    groups: usize,
}

impl Counters {
    /// For so many groups.
    #[inline(always)]
    fn new(groups: usize) -> Counters {
        let levels = groups.ilog2() as usize + 4;
        Counters {
            digits: vec![[Bits::ZERO; CLASSES]; levels],
            waiting: vec![[(Bits::ZERO, Bits::ZERO); CLASSES]; levels],
            groups: 0,
        }
    }

    /// Adds the sites of a group, of which `used` has ones.
    #[inline(always)]
    fn add(&mut self, rows: Rows<'_>, used: &[u64; GROUP]) {
        let around = Around::of_group(rows, used);
        let (first, more) = self.digits.split_first_chunk_mut().expect("four levels or more");
        let [ones, twos, fours] = first;
        // class by class, so that few words are alive at a time
        let mut sums = [
            sum_of_eight::<0>(&around, [ones, twos, fours]),
            sum_of_eight::<1>(&around, [ones, twos, fours]),
            sum_of_eight::<2>(&around, [ones, twos, fours]),
            sum_of_eight::<3>(&around, [ones, twos, fours]),
            sum_of_eight::<4>(&around, [ones, twos, fours]),
            sum_of_eight::<5>(&around, [ones, twos, fours]),
            sum_of_eight::<6>(&around, [ones, twos, fours]),
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
        for (class, sum) in sums.iter_mut().enumerate() {
            for (level, digits) in self.digits.iter().enumerate() {
                *sum += digits[class].ones() << level;
            }
            for (level, waiting) in self.waiting.iter().enumerate() {
                if self.groups >> level & 1 == 1 {
                    let (low, high) = waiting[class];
                    *sum += (low.ones() + 2 * high.ones()) << (level + 3);
                }
            }
        }
        sums
    }
}

/// The terms of one class in eight steps, of weight 8.
#[inline(always)]
fn sum_of_eight<const CLASS: usize>(
    around: &[Around; 8],
    [ones, twos, fours]: [&mut [Bits; CLASSES]; 3],
) -> Sum {
    let (ones, twos, fours) = (&mut ones[CLASS], &mut twos[CLASS], &mut fours[CLASS]);
    let [a, b, c, d, e, f, g, h] = around;
    let two = join_one(ones, a.terms::<CLASS>(), b.terms::<CLASS>());
    let other = join_one(ones, c.terms::<CLASS>(), d.terms::<CLASS>());
    let four = join_one(twos, two, other);
    let two = join_one(ones, e.terms::<CLASS>(), f.terms::<CLASS>());
    let other = join_one(ones, g.terms::<CLASS>(), h.terms::<CLASS>());
    join_one(fours, four, join_one(twos, two, other))
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
    let (sum, carry) = full_add([*digit, low, other_low]);
    *digit = sum;
    full_add([high, other_high, carry])
}

/// What is at and around the sites of a step, in the middle one of three rows. Every cluster is
/// counted at one site: a linear chain at its middle, others where they come by.
#[derive(Clone, Copy)]
struct Around {
    used: Bits,
    plus: Bits,
    left: Bits,
    /// To the right, below, and below to the left.
    nearest: [Bits; 3],
    /// (+) at both ends of the three linear chains around a site, added up.
    opposite: Sum,
    /// (+) at both ends of angled chains: to the right and down; from above, past the left, down; to
    /// the left and down.
    ends: [Bits; 3],
}

impl Around {
    #[inline(always)]
    fn new([above, row, below]: Rows<'_>, used: &[u64; GROUP], place: usize) -> Around {
        let used = Bits::load(&used[place..]);
        let plus = Bits::shifted::<2, 62>(row, place).and(used);
        let left = Bits::shifted::<1, 63>(row, place);
        let nearest = [
            Bits::shifted::<3, 61>(row, place),
            Bits::shifted::<2, 62>(below, place),
            Bits::shifted::<1, 63>(below, place),
        ];
        let over = Bits::shifted::<2, 62>(above, place);
        let over_right = Bits::shifted::<3, 61>(above, place);
        let opposite = full_add(and([left, over, over_right], nearest));
        let ends = [
            plus.and(Bits::shifted::<3, 61>(below, place)),
            over.and(nearest[2]).and(used),
            plus.and(Bits::load(&below[place..])),
        ];
        Around { used, plus, left, nearest, opposite, ends }
    }

    #[inline(always)]
    fn of_group(rows: Rows<'_>, used: &[u64; GROUP]) -> [Around; 8] {
        [
            Around::new(rows, used, 0),
            Around::new(rows, used, LANES),
            Around::new(rows, used, 2 * LANES),
            Around::new(rows, used, 3 * LANES),
            Around::new(rows, used, 4 * LANES),
            Around::new(rows, used, 5 * LANES),
            Around::new(rows, used, 6 * LANES),
            Around::new(rows, used, 7 * LANES),
        ]
    }

    /// The terms of a class, added up: pairs, linear chains by their ends and whole, angled chains by
    /// their ends and with either middle, triangles.
    #[inline(always)]
    fn terms<const CLASS: usize>(&self) -> Sum {
        let Around { used, plus, left, nearest, opposite: (low, high), ends } = *self;
        let [right, below, below_left] = nearest;
        match CLASS {
            0 => full_add(and([plus; 3], nearest)),
            1 => (low.and(used), high.and(used)),
            2 => (low.and(plus), high.and(plus)),
            3 => full_add(ends),
            4 => full_add(and(ends, [right, plus, below_left])),
            5 => full_add(and(ends, [below, left, left])),
            _ => {
                let first = plus.and(right).and(below);
                let second = plus.and(below).and(below_left);
                (first.xor(second), first.and(second))
            }
        }
    }
}

#[inline(always)]
fn and(a: [Bits; 3], b: [Bits; 3]) -> [Bits; 3] {
    [a[0].and(b[0]), a[1].and(b[1]), a[2].and(b[2])]
}

/// Where one or three of three have a one, and where at least two have.
#[inline(always)]
fn full_add([a, b, c]: [Bits; 3]) -> Sum {
    let unlike = a.xor(b);
    (unlike.xor(c), a.and(b).or(unlike.and(c)))
}

impl Bits {
    const ZERO: Bits = Bits(unsafe { std::mem::zeroed() });

    #[inline(always)]
    fn load(words: &[u64]) -> Bits {
        unsafe { Bits(_mm256_loadu_si256(words[..LANES].as_ptr().cast())) }
    }

    /// The words from a place on, `RIGHT` columns to the right; `LEFT` is 64 less these.
    #[inline(always)]
    fn shifted<const RIGHT: i32, const LEFT: i32>(words: &[u64; GROUP + 1], place: usize) -> Bits {
        const { assert!(RIGHT + LEFT == 64) };
        let (these, next) = (Bits::load(&words[place..]), Bits::load(&words[place + 1..]));
        unsafe {
            let these = Bits(_mm256_srli_epi64::<RIGHT>(these.0));
            these.or(Bits(_mm256_slli_epi64::<LEFT>(next.0)))
        }
    }

    #[inline(always)]
    fn and(self, other: Bits) -> Bits {
        unsafe { Bits(_mm256_and_si256(self.0, other.0)) }
    }

    #[inline(always)]
    fn or(self, other: Bits) -> Bits {
        unsafe { Bits(_mm256_or_si256(self.0, other.0)) }
    }

    #[inline(always)]
    fn xor(self, other: Bits) -> Bits {
        unsafe { Bits(_mm256_xor_si256(self.0, other.0)) }
    }

    /// How many there are.
    #[inline(always)]
    fn ones(self) -> u64 {
        let mut words = [0_u64; LANES];
        unsafe { _mm256_storeu_si256(words.as_mut_ptr().cast(), self.0) };
        words.iter().map(|word| u64::from(word.count_ones())).sum()
    }
}
