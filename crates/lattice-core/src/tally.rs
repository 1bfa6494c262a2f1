//! Sums over all sites for every replica of a block, straight from the words: vertical counters in
//! carry-save form (Harley and Seal; see Warren 2012, Hacker's Delight, section 5-1).
//!
//! A word is as wide as the processor has it: several columns of a narrow block, one of a block as
//! wide, a part of one of a wider block, which then takes several passes. A counter is such a word for
//! each binary digit. Two full adders join the numbers of two steps, of two pairs of steps, and so on,
//! so that a step costs four full adders' operations a class however many digits there are.
#![cfg(feature = "engines")]

#[cfg(target_arch = "x86_64")]
use crate::word::x86::{Avx2, Avx512};
use crate::{
    BlockWidth, Instructions,
    torus::Torus,
    word::{ReplicaBits, Word},
};

/// Words of 64 bits beyond the last cell that a step may reach: those of the widest word.
pub(crate) const SLACK: usize = 8;

/// Binary digits of a counter, more than memory has sites for. A fixed number keeps the counters, and
/// so all that is beside them on the stack, at multiples of their size.
const LEVELS: usize = 44;

/// What is counted at every site, see [`Ensemble::sum_over_sites`](crate::Ensemble::sum_over_sites).
pub trait SiteTerms<const CLASSES: usize>: Sync {
    /// How many of each class there are at a site, 0 to 3: bits of weight 1 and of weight 2, in each
    /// replica. [`ReplicaBits::full_add`] makes such a number of three bits.
    fn terms<B: ReplicaBits>(&self, patch: Patch<B>) -> [(B, B); CLASSES];
}

/// What is around a site in many replicas, one bit a replica.
#[derive(Debug, Clone, Copy)]
pub struct Patch<B> {
    /// Three rows of five columns; the site is the middle of the first.
    cells: [[B; 5]; 3],
}

impl<B: ReplicaBits> Patch<B> {
    /// The atoms `down` rows below the site (0 to 2) and `across` columns to the right (-2 to 2; to
    /// the left if negative): a one for each replica that has a (+) there.
    ///
    /// # Panics
    /// Beyond that reach.
    #[inline(always)]
    pub fn at(&self, down: usize, across: isize) -> B {
        self.cells[down][(across + 2) as usize]
    }
}

/// The sum of some terms: words of weight `w` and of weight `2 w`.
type Sum<W> = (W, W);

/// One counter a class.
struct Counters<W, const CLASSES: usize> {
    /// Digit `k` weighs 2^k.
    digits: [[W; CLASSES]; LEVELS],
    /// Sums of 2^k steps, of weight 2^k, that wait for another such sum.
    waiting: [[Sum<W>; CLASSES]; LEVELS],
    /// Fours of steps so far.
    fours: usize,
}

impl<W: Word, const CLASSES: usize> Counters<W, CLASSES> {
    #[inline(always)]
    fn new() -> Self {
        let zero = W::splat(0);
        Self {
            digits: [[zero; CLASSES]; LEVELS],
            waiting: [[(zero, zero); CLASSES]; LEVELS],
            fours: 0,
        }
    }

    /// Joins two sums of weight 2^level to one of twice the weight.
    #[inline(always)]
    fn join(
        &mut self,
        level: usize,
        mut sums: [Sum<W>; CLASSES],
        others: &[Sum<W>; CLASSES],
    ) -> [Sum<W>; CLASSES] {
        let digits = &mut self.digits[level];
        for class in 0..CLASSES {
            let ((low, high), (other_low, other_high)) = (sums[class], others[class]);
            let (digit, carry) = low.full_add(other_low, digits[class]);
            digits[class] = digit;
            sums[class] = high.full_add(other_high, carry);
        }
        sums
    }

    #[inline(always)]
    fn add_four(&mut self, mut step: impl FnMut(usize) -> [Sum<W>; CLASSES]) {
        let (first, second) = (step(0), step(1));
        let two = self.join(0, first, &second);
        let (third, fourth) = (step(2), step(3));
        let other_two = self.join(0, third, &fourth);
        let mut sums = self.join(1, two, &other_two);
        let mut level = 2;
        while self.fours >> (level - 2) & 1 == 1 {
            let others = self.waiting[level];
            sums = self.join(level, sums, &others);
            level += 1;
        }
        self.waiting[level] = sums;
        self.fours += 1;
    }

    /// The digits of all counters.
    #[inline(always)]
    fn finish(mut self) -> [[W; CLASSES]; LEVELS] {
        let zero = W::splat(0);
        for level in 2..LEVELS {
            if self.fours >> (level - 2) & 1 == 0 {
                continue;
            }
            for class in 0..CLASSES {
                let (low, mut high) = self.waiting[level][class];
                let (digit, mut carry) = self.digits[level][class].full_add(low, zero);
                self.digits[level][class] = digit;
                for digits in &mut self.digits[level + 1..] {
                    (digits[class], carry) = digits[class].full_add(carry, high);
                    high = zero;
                }
            }
        }
        self.digits
    }
}

/// The numbers at the sites of one step, from the first row's word two columns to the left on.
#[inline(always)]
fn step<W: Word, const PARTS: usize, const CLASSES: usize>(
    rows: [&[u64]; 3],
    start: usize,
    terms: &impl SiteTerms<CLASSES>,
) -> [Sum<W>; CLASSES] {
    let mut cells = [[W::splat(0); 5]; 3];
    for (cells, row) in cells.iter_mut().zip(rows) {
        let words = &row[start..][..4 * PARTS + W::PARTS];
        for (across, cell) in cells.iter_mut().enumerate() {
            *cell = W::load(&words[across * PARTS..]);
        }
    }
    terms.terms(Patch { cells })
}

/// For each replica of a block and each class, how many there are over all sites.
#[inline(always)]
fn tally<W: Word, const PARTS: usize, const CLASSES: usize>(
    words: &[u64],
    torus: Torus,
    terms: &impl SiteTerms<CLASSES>,
) -> Vec<[u64; CLASSES]> {
    let mut totals = vec![[0; CLASSES]; 64 * PARTS];
    for (pass, totals) in totals.chunks_mut(64 * W::PARTS).enumerate() {
        let digits = tally_pass::<W, PARTS, CLASSES>(words, torus, terms, pass * W::PARTS);
        read_out(digits, totals);
    }
    totals
}

/// The counters of as many parts of every cell as a word has, from a first one on.
#[inline(always)]
fn tally_pass<W: Word, const PARTS: usize, const CLASSES: usize>(
    words: &[u64],
    torus: Torus,
    terms: &impl SiteTerms<CLASSES>,
    first: usize,
) -> [[W; CLASSES]; LEVELS] {
    let zero = W::splat(0);
    let (length, stride) = (torus.columns * PARTS, W::PARTS.max(PARTS));
    let steps = length.div_ceil(stride);
    let mut counters = Counters::<W, CLASSES>::new();
    // which columns of the last step there are
    let mut used = [0; SLACK];
    used[..W::PARTS.min(length - (steps - 1) * stride)].fill(u64::MAX);
    let used = W::load(&used);
    for row in 0..torus.rows {
        let start = torus.cell(row, 0);
        let rows: [&[u64]; 3] =
            std::array::from_fn(|down| &words[(start + down * torus.stride - 2) * PARTS + first..]);
        // all steps but the last, which may have fewer columns
        let whole = (steps - 1) / 4 * 4;
        for done in (0..whole).step_by(4) {
            counters.add_four(
                #[inline(always)]
                |k| step::<W, PARTS, CLASSES>(rows, (done + k) * stride, terms),
            );
        }
        counters.add_four(
            #[inline(always)]
            |k| {
                let mut sums = [(zero, zero); CLASSES];
                if whole + k < steps {
                    sums = step::<W, PARTS, CLASSES>(rows, (whole + k) * stride, terms);
                }
                if whole + k + 1 == steps {
                    for (low, high) in &mut sums {
                        (*low, *high) = (low.and(used), high.and(used));
                    }
                }
                sums
            },
        );
    }
    counters.finish()
}

/// Adds up the counters of each replica: those of as many columns as a word has.
#[inline(always)]
fn read_out<W: Word, const CLASSES: usize>(
    digits: [[W; CLASSES]; LEVELS],
    totals: &mut [[u64; CLASSES]],
) {
    let parts = totals.len() / 64;
    for (level, digits) in digits.iter().enumerate() {
        for (class, &digit) in digits.iter().enumerate() {
            if digit.is_zero() {
                continue;
            }
            let mut words = [0; SLACK];
            digit.store(&mut words);
            for (place, word) in words[..W::PARTS].iter().enumerate() {
                let totals = &mut totals[place % parts * 64..][..64];
                for (lane, total) in totals.iter_mut().enumerate() {
                    total[class] += (word >> lane & 1) << level;
                }
            }
        }
    }
}

/// The sums over a block of this width with these instructions, which the processor must have: for
/// each replica and each class, how many there are over all sites.
pub(crate) fn tally_width<const CLASSES: usize>(
    words: &[u64],
    (torus, width): (Torus, BlockWidth),
    terms: &impl SiteTerms<CLASSES>,
    instructions: Instructions,
) -> Vec<[u64; CLASSES]> {
    /// With words of this type.
    macro_rules! tally {
        ($run:path, $word:ty) => {
            $run(
                #[inline(always)]
                || match width {
                    BlockWidth::Bits64 => tally::<$word, 1, CLASSES>(words, torus, terms),
                    BlockWidth::Bits256 => tally::<$word, 4, CLASSES>(words, torus, terms),
                    BlockWidth::Bits512 => tally::<$word, 8, CLASSES>(words, torus, terms),
                },
            )
        };
    }
    with_room(|| match instructions {
        #[cfg(target_arch = "x86_64")]
        Instructions::Avx512 => tally!(Instructions::run_avx512, Avx512),
        #[cfg(target_arch = "x86_64")]
        Instructions::Avx2 => tally!(Instructions::run_avx2, Avx2),
        _ => tally!(Instructions::run_portable, [u64; 4]),
    })
}

/// One class: the atoms themselves.
pub(crate) struct PlusAtoms;

impl SiteTerms<1> for PlusAtoms {
    #[inline(always)]
    fn terms<B: ReplicaBits>(&self, patch: Patch<B>) -> [(B, B); 1] {
        let plus = patch.at(0, 0);
        // none; this is the only word at hand to make it of
        [(plus, plus.xor(plus))]
    }
}

/// Runs the work with room on the stack: in a build that is not optimised every intermediate word
/// of the code that is inlined keeps a place of its own there, more than a thread usually has.
fn with_room<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    const ROOM: usize = 256 << 20;
    if !cfg!(debug_assertions) {
        return work();
    }
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(ROOM);
        let thread = thread.spawn_scoped(scope, work).expect("the system starts a thread");
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}
