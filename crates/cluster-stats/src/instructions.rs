//! Which instructions count. They choose how fast a result comes, never which.
#![allow(unsafe_code, reason = "code for instructions that were detected")]

use numerics::Instructions;

use crate::bit_rows::BitRows;
use crate::population;
use crate::sums::Sums;

/// Runs `work`, compiled for these instructions as far as it is inlined, with what they do best.
///
/// # Panics
/// Where the processor does not have them.
#[inline]
pub(crate) fn run<W: Work>(instructions: Instructions, work: W) -> W::Output {
    match instructions {
        #[cfg(target_arch = "x86_64")]
        Instructions::Avx512 => Instructions::run_avx512(|| work.run(x86::Avx512)),
        #[cfg(target_arch = "x86_64")]
        Instructions::Avx2 => Instructions::run_avx2(|| work.run(x86::Avx2)),
        _ => work.run(Portable),
    }
}

/// Work that is written for any processor.
pub(crate) trait Work {
    type Output;
    fn run(self, processor: impl Processor) -> Self::Output;
}

/// What each set of instructions has its own way for.
pub(crate) trait Processor: Copy {
    /// The signs of 64 numbers, the first in the lowest bit, one for a negative.
    fn signs(self, numbers: &[i8; 64]) -> u64;

    /// The sums of a lattice of bits.
    fn sums(self, rows: BitRows<'_>) -> Sums;
}

#[derive(Clone, Copy)]
struct Portable;

impl Processor for Portable {
    /// Eight signs by one product: bit 8 i goes to bit 56 + i.
    #[inline(always)]
    fn signs(self, numbers: &[i8; 64]) -> u64 {
        let (eights, _) = numbers.as_chunks::<8>();
        eights.iter().enumerate().fold(0, |bits, (k, eight)| {
            let eight = u64::from_le_bytes(eight.map(|number| number as u8));
            let signs = eight >> 7 & 0x0101_0101_0101_0101;
            bits | (signs.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * k)
        })
    }

    #[inline(always)]
    fn sums(self, rows: BitRows<'_>) -> Sums {
        population::sums::<u64>(rows)
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{BitRows, Processor, Sums};
    use crate::{carry_save, population, site_bits};
    use std::arch::x86_64::*;

    #[derive(Clone, Copy)]
    pub(super) struct Avx2;

    impl Processor for Avx2 {
        #[inline(always)]
        fn signs(self, numbers: &[i8; 64]) -> u64 {
            let half = |k: usize| {
                // SAFETY: 32 of the 64 numbers; this is made by `run` alone, with AVX2.
                let signs = unsafe {
                    _mm256_movemask_epi8(_mm256_loadu_si256(numbers[32 * k..].as_ptr().cast()))
                };
                u64::from(signs as u32)
            };
            half(0) | half(1) << 32
        }

        #[inline(always)]
        fn sums(self, rows: BitRows<'_>) -> Sums {
            // SAFETY: this is made by `run` alone, with AVX2.
            unsafe { carry_save::sums(rows) }
        }
    }

    #[derive(Clone, Copy)]
    pub(super) struct Avx512;

    impl Processor for Avx512 {
        #[inline(always)]
        fn signs(self, numbers: &[i8; 64]) -> u64 {
            // SAFETY: the 64 numbers; this is made by `run` alone, with AVX-512.
            unsafe { _mm512_movepi8_mask(_mm512_loadu_epi8(numbers.as_ptr())) }
        }

        #[inline(always)]
        fn sums(self, rows: BitRows<'_>) -> Sums {
            population::sums::<site_bits::x86::Avx512>(rows)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Signs<'a>(&'a [i8; 64]);

    impl Work for Signs<'_> {
        type Output = u64;
        fn run(self, processor: impl Processor) -> u64 {
            processor.signs(self.0)
        }
    }

    #[test]
    fn signs_are_the_same_with_all_instructions() {
        let mut numbers = [1; 64];
        for place in 0..64 {
            numbers[place * 37 % 64] = -1;
            let expected = (0..64).map(|k| u64::from(numbers[k] < 0) << k).sum::<u64>();
            for instructions in Instructions::available() {
                assert_eq!(run(instructions, Signs(&numbers)), expected, "{instructions:?}");
            }
        }
    }
}
