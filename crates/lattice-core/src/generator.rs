//! Random words inside a sweep: xoshiro256++ (Blackman and Vigna 2021, ACM Trans. Math. Softw. 47,
//! 36), one generator for each 64 bits of a word. The caller's generator seeds it anew for every
//! sweep with full states, so that what a seed means does not depend on how sweeps are grouped.
#![cfg(feature = "engines")]

use rand::Rng;

use crate::word::Word;

/// Independent generators side by side.
#[derive(Clone, Copy)]
pub(crate) struct Generator<W>([W; 4]);

impl<W: Word> Generator<W> {
    /// How many numbers seed it.
    pub(crate) const SEEDS: usize = 4 * W::PARTS;

    /// From full states: the first `PARTS` numbers are the first words of all of them, and so on.
    #[inline(always)]
    pub(crate) fn from_seeds(seeds: &[u64]) -> Self {
        let mut state = [W::splat(0); 4];
        for (k, word) in state.iter_mut().enumerate() {
            *word = W::load(&seeds[k * W::PARTS..]);
        }
        Self(state)
    }

    /// The next word, every bit of it random.
    #[inline(always)]
    pub(crate) fn next(&mut self) -> W {
        let [a, b, c, d] = self.0;
        let word = a.add(d).rotate_left::<23, 41>().add(a);
        let (c, d) = (c.xor(a), d.xor(b));
        self.0 = [a.xor(d), b.xor(c), c.xor(b.shift_left::<17>()), d.rotate_left::<45, 19>()];
        word
    }
}

/// Draws seeds of `parts` generators. A state of zeros would stay there: it has probability 2^-256
/// with a good generator, but not with every one that a caller may have.
pub(crate) fn draw_seeds(rng: &mut dyn Rng, seeds: &mut [u64], parts: usize) {
    seeds.fill_with(|| rng.next_u64());
    for states in seeds.chunks_exact_mut(4 * parts) {
        for part in 0..parts {
            if (0..4).all(|word| states[word * parts + part] == 0) {
                states[part] = 0x9e37_79b9_7f4a_7c15; // any number but 0
            }
        }
    }
}

/// The whole part of `fraction` times `factor`, and the fraction that is left, where a fraction is
/// a number of 2^64ths. A random fraction makes each whole part as likely as any other but for
/// 2^-64, and what is left is random again, in steps of `factor` x 2^-64.
#[inline(always)]
pub(crate) fn scale(fraction: u64, factor: usize) -> (usize, u64) {
    let product = u128::from(fraction) * factor as u128;
    ((product >> 64) as usize, product as u64)
}

/// All ones if a binary digit of a number, from 0 for the highest, is one; else 0.
#[inline(always)]
pub(crate) fn digit(number: u64, place: usize) -> u64 {
    0_u64.wrapping_sub(number >> (63 - place) & 1)
}

/// 64 bits, each one with the `probability`, of 2^64, of which so many digits are not 0.
pub(crate) fn draw(probability: u64, digits: usize, generator: &mut Generator<u64>) -> u64 {
    let (mut below, mut undecided) = (0, u64::MAX);
    for place in 0..digits {
        let random = generator.next();
        let threshold = digit(probability, place);
        below |= undecided & threshold & !random;
        undecided &= !(threshold ^ random);
        if undecided == 0 {
            break;
        }
    }
    below
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The first outputs from state 1, 2, 3, 4, by the authors' own program.
    #[test]
    fn words_are_those_of_the_reference() {
        let mut generator = Generator::<u64>::from_seeds(&[1, 2, 3, 4]);
        let expected = [41943041, 58720359, 3588806011781223, 3591011842654386];
        assert_eq!(expected.map(|_| generator.next()), expected);
    }

    #[test]
    fn a_state_of_zeros_is_not_used() {
        struct Zeros;
        impl rand::TryRng for Zeros {
            type Error = std::convert::Infallible;
            fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
                Ok(0)
            }
            fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
                Ok(0)
            }
            fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Self::Error> {
                bytes.fill(0);
                Ok(())
            }
        }
        let mut seeds = [1; 8];
        draw_seeds(&mut Zeros, &mut seeds, 2);
        assert!(seeds[0] != 0 && seeds[1] != 0 && seeds[2..] == [0; 6]);
    }

    #[test]
    fn scaling_splits_a_fraction() {
        assert_eq!(scale(1 << 63, 10), (5, 0));
        assert_eq!(scale(u64::MAX, 10), (9, u64::MAX - 9));
        assert_eq!(scale(u64::MAX / 3, 3), (0, u64::MAX));
    }
}
