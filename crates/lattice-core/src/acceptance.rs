//! Which replicas accept a swap, for a whole word of replicas at once.
//!
//! Each replica compares a random number, bit by bit from the highest, with the acceptance of its
//! own change of energy. Most are decided after a bit or two, and the last of 512 after about ten,
//! so that the full resolution of 2^-64 costs nothing.
#![cfg(feature = "engines")]

use crate::{
    Metropolis, SwapChange,
    generator::{Generator, digit},
    metropolis::{CERTAIN, class},
    sliced::{Number, count, equals, subtract},
    word::Word,
};

/// The largest change of a number of pairs or triangles.
const REACH: usize = 6;

/// What is around the two sites of a swap.
pub(crate) trait Surroundings<W: Word>: Copy {
    /// The largest difference of pairs, and of triangles, between two of them.
    const MOST_PAIRS: usize;
    const MOST_TRIANGLES: usize;

    /// Neighbours that are (+).
    fn pairs(self) -> Number<W>;
    /// Triangles in which both neighbours are (+).
    fn triangles(self) -> Number<W>;
}

/// Five neighbours in a row: all but the other site of a bond. Those at the ends are neighbours of
/// both sites.
#[derive(Clone, Copy)]
pub(crate) struct Chain<W>(pub(crate) [W; 5]);

impl<W: Word> Surroundings<W> for Chain<W> {
    const MOST_PAIRS: usize = 3;
    const MOST_TRIANGLES: usize = 4;

    #[inline(always)]
    fn pairs(self) -> Number<W> {
        let [_, a, b, c, _] = self.0;
        count([a, b, c])
    }
    #[inline(always)]
    fn triangles(self) -> Number<W> {
        let [x, a, b, c, y] = self.0;
        count([x.and(a), a.and(b), b.and(c), c.and(y)])
    }
}

/// All six neighbours of a site.
#[derive(Clone, Copy)]
pub(crate) struct Ring<W>(pub(crate) [W; 6]);

impl<W: Word> Surroundings<W> for Ring<W> {
    const MOST_PAIRS: usize = REACH;
    const MOST_TRIANGLES: usize = REACH;

    #[inline(always)]
    fn pairs(self) -> Number<W> {
        count(self.0)
    }
    #[inline(always)]
    fn triangles(self) -> Number<W> {
        let [a, b, c, d, e, f] = self.0;
        count([a.and(b), b.and(c), c.and(d), d.and(e), e.and(f), f.and(a)])
    }
}

/// Decides swaps.
pub(crate) trait Rule: Sync {
    /// Ones where the swap of the atoms of two sites is accepted and changes something.
    fn accept<W: Word, S: Surroundings<W>>(
        &self,
        atoms: (W, W),
        around: (S, S),
        generator: &mut Generator<W>,
    ) -> W;
}

/// Energies that count pairs or triangles only, such as the squared and the absolute charge.
pub(crate) struct OneCoupling<const TRIANGLES: bool> {
    /// All ones if the energy falls with the number.
    falls: u64,
    /// Each bit of the acceptances of changes by 1 to 6, from the highest, all ones or 0.
    bits: [[u64; REACH]; 64],
}

impl<const TRIANGLES: bool> OneCoupling<TRIANGLES> {
    pub(crate) fn new(metropolis: &Metropolis) -> Self {
        let energy = metropolis.energy();
        let coupling = if TRIANGLES { energy.triple_coupling() } else { energy.pair_coupling() };
        let falls = coupling < 0.0;
        let thresholds: [u64; REACH] = std::array::from_fn(|i| {
            let rise = (i as i8 + 1) * if falls { -1 } else { 1 };
            let change =
                if TRIANGLES { SwapChange::new(0, rise) } else { SwapChange::new(rise, 0) };
            of_64_bits(metropolis.thresholds()[usize::from(change.class())])
        });
        let bits = std::array::from_fn(|place| thresholds.map(|number| digit(number, place)));
        Self { falls: if falls { u64::MAX } else { 0 }, bits }
    }
}

impl<const TRIANGLES: bool> Rule for OneCoupling<TRIANGLES> {
    #[inline(always)]
    fn accept<W: Word, S: Surroundings<W>>(
        &self,
        (one, other): (W, W),
        (around_one, around_other): (S, S),
        generator: &mut Generator<W>,
    ) -> W {
        let (here, there, most) = if TRIANGLES {
            (around_one.triangles(), around_other.triangles(), S::MOST_TRIANGLES)
        } else {
            (around_one.pairs(), around_other.pairs(), S::MOST_PAIRS)
        };
        let (rise, falls) = difference(one.xor(W::splat(self.falls)), here, there);
        let unlike = one.xor(other);
        let changes = rise[0].or(rise[1]).or(rise[2]);
        let uphill = unlike.and(changes).and_not(falls);
        let mut by = [W::splat(0); REACH];
        for (i, lanes) in by.iter_mut().enumerate().take(most) {
            *lanes = equals(rise, i + 1);
        }
        let accepted = decide(
            uphill,
            generator,
            #[inline(always)]
            |bit| {
                let bits = &self.bits[bit];
                let mut word = W::splat(0);
                for i in 0..most {
                    word = word.or(by[i].and(W::splat(bits[i])));
                }
                word
            },
        );
        unlike.and_not(uphill).or(accepted)
    }
}

/// Any energy: the acceptances by the class of the change, of 2^63.
pub(crate) struct TwoCouplings<'a>(pub(crate) &'a Metropolis);

impl Rule for TwoCouplings<'_> {
    #[inline(always)]
    fn accept<W: Word, S: Surroundings<W>>(
        &self,
        (one, other): (W, W),
        (around_one, around_other): (S, S),
        generator: &mut Generator<W>,
    ) -> W {
        let pairs = difference(one, around_one.pairs(), around_other.pairs());
        let triangles = difference(one, around_one.triangles(), around_other.triangles());
        let unlike = one.xor(other);
        let (mut certain, mut undecided) = (W::splat(0), W::splat(0));
        let mut uphill = [(W::splat(0), 0); (2 * REACH + 1) * (2 * REACH + 1)];
        let mut classes = 0;
        let reach = REACH as i8;
        for plus_pairs in -reach..=reach {
            let of_pairs = unlike.and(changes_by(pairs, plus_pairs));
            if of_pairs.is_zero() {
                continue;
            }
            for plus_triangles in -reach..=reach {
                let lanes = of_pairs.and(changes_by(triangles, plus_triangles));
                if lanes.is_zero() {
                    continue;
                }
                let threshold = self.0.thresholds()[usize::from(class(plus_pairs, plus_triangles))];
                if threshold == CERTAIN {
                    certain = certain.or(lanes);
                } else {
                    undecided = undecided.or(lanes);
                    uphill[classes] = (lanes, of_64_bits(threshold));
                    classes += 1;
                }
            }
        }
        let accepted = decide(
            undecided,
            generator,
            #[inline(always)]
            |bit| {
                let mut word = W::splat(0);
                for &(lanes, threshold) in &uphill[..classes] {
                    word = word.or(lanes.and(W::splat(digit(threshold, bit))));
                }
                word
            },
        );
        certain.or(accepted)
    }
}

/// What the (+) finds at its new site minus what it leaves, if `plus` says that it is here.
#[inline(always)]
fn difference<W: Word>(plus: W, here: Number<W>, there: Number<W>) -> (Number<W>, W) {
    let (mut made, mut broken) = (there, here);
    for bit in 0..3 {
        made[bit] = plus.select(there[bit], here[bit]);
        broken[bit] = plus.select(here[bit], there[bit]);
    }
    subtract(made, broken)
}

/// Ones where a difference has the `value`, -6 to 6.
#[inline(always)]
fn changes_by<W: Word>((difference, negative): (Number<W>, W), value: i8) -> W {
    let equal = equals(difference, value.rem_euclid(8) as usize);
    if value < 0 { equal.and(negative) } else { equal.and_not(negative) }
}

/// A probability of 2^63 as one of 2^64; the certain one, which no rule asks for in earnest, is
/// 2^-64 less.
fn of_64_bits(threshold: u64) -> u64 {
    if threshold == CERTAIN { u64::MAX } else { threshold << 1 }
}

/// Ones where a random number is below a threshold, which is given bit by bit from the highest;
/// only where `undecided` has ones.
#[inline(always)]
fn decide<W: Word>(
    mut undecided: W,
    generator: &mut Generator<W>,
    threshold: impl Fn(usize) -> W,
) -> W {
    let mut below = W::splat(0);
    for bit in 0..64 {
        if undecided.is_zero() {
            break;
        }
        let random = generator.next();
        let threshold = threshold(bit);
        below = below.or(undecided.and(threshold).and_not(random));
        undecided = undecided.and_not(threshold.xor(random));
    }
    below
}
