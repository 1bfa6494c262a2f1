//! Sums over all sites for every replica of a block, straight from the words: vertical counters in
//! carry-save form (Harley and Seal; see Warren 2012, Hacker's Delight, section 5-1).
//!
//! Eight words are taken at a time: eight columns of 64 replicas, or one of 512. A counter is such a
//! word for each binary digit. One full adder makes a sum and a carry of the three terms of a step;
//! two more join the sums of two steps, of two pairs of steps, and so on, so that a step costs six
//! full adders' operations a class however many digits there are.

#[cfg(target_arch = "x86_64")]
use crate::word_x86::{Avx2, Avx512};
use crate::{
    BlockWidth, Instructions,
    sliced::full_add,
    torus::Torus,
    word::{ReplicaBits, Word},
};

/// Words of 64 bits that are counted at a time, a multiple of the parts of every width.
const STEP: usize = 8;

/// Words beyond the last cell that a step may reach.
pub(crate) const SLACK: usize = STEP;

/// What is counted at every site, see [`Ensemble::sum_over_sites`](crate::Ensemble::sum_over_sites).
pub trait SiteTerms<const CLASSES: usize>: Sync {
    /// Three terms of each class at a site: a one for each replica where the term holds.
    fn terms<B: ReplicaBits>(&self, patch: Patch<B>) -> [[B; 3]; CLASSES];
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
    digits: Vec<[W; CLASSES]>,
    /// Sums of 2^k steps, of weight 2^k, that wait for another such sum.
    waiting: Vec<[Sum<W>; CLASSES]>,
    /// Fours of steps so far.
    fours: usize,
}

impl<W: Word, const CLASSES: usize> Counters<W, CLASSES> {
    /// For so many fours of steps.
    #[inline(always)]
    fn new(fours: usize) -> Self {
        let zero = W::splat(0);
        // a step adds up to 3, and the counters of eight places are added in the end
        let levels = (fours.ilog2() + 8) as usize;
        Self {
            digits: vec![[zero; CLASSES]; levels],
            waiting: vec![[(zero, zero); CLASSES]; levels],
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
            let (digit, carry) = full_add(digits[class], low, other_low);
            digits[class] = digit;
            sums[class] = full_add(high, other_high, carry);
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

    /// All counters, the words of their digits from the lowest.
    #[inline(always)]
    fn finish(mut self) -> [Vec<[u64; STEP]>; CLASSES] {
        let zero = W::splat(0);
        for level in 2..self.waiting.len() {
            if self.fours >> (level - 2) & 1 == 0 {
                continue;
            }
            for class in 0..CLASSES {
                let (low, high) = self.waiting[level][class];
                let (digit, mut carry) = full_add(self.digits[level][class], low, zero);
                self.digits[level][class] = digit;
                let mut high = high;
                for digits in &mut self.digits[level + 1..] {
                    (digits[class], carry) = full_add(digits[class], carry, high);
                    high = zero;
                }
            }
        }
        let mut counters = [const { Vec::new() }; CLASSES];
        for digits in &self.digits {
            for (counter, digit) in counters.iter_mut().zip(digits) {
                let mut parts = [0; STEP];
                digit.store(&mut parts);
                counter.push(parts);
            }
        }
        counters
    }
}

/// The terms of the sites of one step, added up.
#[inline(always)]
fn step<W: Word, const PARTS: usize, const CLASSES: usize>(
    rows: [&[u64]; 3],
    step: usize,
    terms: &impl SiteTerms<CLASSES>,
) -> [Sum<W>; CLASSES] {
    let mut cells = [[W::splat(0); 5]; 3];
    for (cells, row) in cells.iter_mut().zip(rows) {
        let words = &row[step * STEP..][..4 * PARTS + STEP];
        for (across, cell) in cells.iter_mut().enumerate() {
            *cell = W::load(&words[across * PARTS..]);
        }
    }
    let mut sums = [(W::splat(0), W::splat(0)); CLASSES];
    for (sum, [a, b, c]) in sums.iter_mut().zip(terms.terms(Patch { cells })) {
        *sum = full_add(a, b, c);
    }
    sums
}

/// For each replica of a block and each class, how many ones its three terms have over all sites.
#[inline(always)]
fn tally<W: Word, const PARTS: usize, const CLASSES: usize>(
    words: &[u64],
    torus: Torus,
    terms: &impl SiteTerms<CLASSES>,
) -> Vec<[u64; CLASSES]> {
    let zero = W::splat(0);
    let length = torus.columns * PARTS;
    let (steps, rest) = (length / STEP, length % STEP);
    let mut counters = Counters::<W, CLASSES>::new(torus.rows * (steps / 4 + 1));
    let mut used = [0; STEP];
    used[..rest].fill(u64::MAX);
    let used = W::load(&used);
    for row in 0..torus.rows {
        let start = torus.cell(row, 0);
        let rows: [&[u64]; 3] =
            std::array::from_fn(|down| &words[(start + down * torus.stride - 2) * PARTS..]);
        for four in 0..steps / 4 {
            counters.add_four(
                #[inline(always)]
                |k| step::<W, PARTS, CLASSES>(rows, 4 * four + k, terms),
            );
        }
        // the last ones, of which one may be a part
        let done = steps / 4 * 4;
        if done * STEP < length {
            counters.add_four(
                #[inline(always)]
                |k| {
                    let mut sums = [(zero, zero); CLASSES];
                    if (done + k) * STEP < length {
                        sums = step::<W, PARTS, CLASSES>(rows, done + k, terms);
                    }
                    if done + k == steps {
                        for (low, high) in &mut sums {
                            (*low, *high) = (low.and(used), high.and(used));
                        }
                    }
                    sums
                },
            );
        }
    }
    let mut totals = vec![[0; CLASSES]; 64 * PARTS];
    for (class, mut digits) in counters.finish().into_iter().enumerate() {
        fold(&mut digits, PARTS);
        for (part, totals) in totals.as_chunks_mut::<64>().0.iter_mut().enumerate() {
            let mut values = [0; 64];
            for (k, digit) in digits.iter().enumerate() {
                for (lane, value) in values.iter_mut().enumerate() {
                    *value += (digit[part] >> lane & 1) << k;
                }
            }
            for (total, value) in totals.iter_mut().zip(values) {
                total[class] = value;
            }
        }
    }
    totals
}

/// Adds counters that belong to the same replicas: leaves as many as there are parts.
#[inline(always)]
fn fold(digits: &mut [[u64; STEP]], parts: usize) {
    let mut half = STEP / 2;
    while half >= parts {
        let mut carry = [0; STEP / 2];
        for digit in &mut *digits {
            let (low, high) = digit.split_at_mut(half);
            for place in 0..half {
                (low[place], carry[place]) = full_add(low[place], high[place], carry[place]);
            }
        }
        half /= 2;
    }
}

/// The sums over a block of this width with these instructions, which the processor must have: for
/// each replica and each class, how many ones its three terms have over all sites.
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
        Instructions::Avx2 => tally!(Instructions::run_avx2, [Avx2; 2]),
        _ => tally!(Instructions::run_portable, [u64; STEP]),
    })
}

/// One class: the atoms themselves.
pub(crate) struct PlusAtoms;

impl SiteTerms<1> for PlusAtoms {
    #[inline(always)]
    fn terms<B: ReplicaBits>(&self, patch: Patch<B>) -> [[B; 3]; 1] {
        let plus = patch.at(0, 0);
        // a bit that is one in none of them would do; this is the only such word at hand
        let none = plus.xor(plus);
        [[plus, none, none]]
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
