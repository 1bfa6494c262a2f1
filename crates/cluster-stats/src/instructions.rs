//! Which instructions count. They choose how fast a result comes, never which.
#![allow(unsafe_code, reason = "code for instructions that were detected")]

use std::sync::OnceLock;

use crate::bit_rows::BitRows;
use crate::population;
use crate::sums::Sums;

/// Sets of instructions, each with those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Instructions {
    Portable,
    Avx2,
    Avx512,
}

impl Instructions {
    /// The sets that this processor has.
    pub(crate) fn available() -> impl Iterator<Item = Self> {
        [Self::Portable, Self::Avx2, Self::Avx512].into_iter().filter(|set| set.is_available())
    }

    /// The best of them that the environment variable `MEAN_CLUSTER_INSTRUCTIONS` allows; as in
    /// `lattice-core`, without which this crate can also be used.
    pub(crate) fn best() -> Self {
        static BEST: OnceLock<Instructions> = OnceLock::new();
        *BEST.get_or_init(|| {
            let most = match std::env::var("MEAN_CLUSTER_INSTRUCTIONS").as_deref() {
                Ok("portable") => Self::Portable,
                Ok("avx2") => Self::Avx2,
                _ => Self::Avx512,
            };
            Self::available().filter(|&set| set <= most).last().unwrap_or(Self::Portable)
        })
    }

    #[cfg(target_arch = "x86_64")]
    fn is_available(self) -> bool {
        let avx2 = || is_x86_feature_detected!("avx2") && is_x86_feature_detected!("popcnt");
        match self {
            Self::Portable => true,
            Self::Avx2 => avx2(),
            Self::Avx512 => {
                avx2()
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512vbmi2")
                    && is_x86_feature_detected!("avx512vpopcntdq")
            }
        }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn is_available(self) -> bool {
        self == Self::Portable
    }

    /// Runs `work`, compiled for these instructions as far as it is inlined, with what they do best.
    #[inline]
    pub(crate) fn run<T>(self, work: impl Work<Output = T>) -> T {
        #[cfg(target_arch = "x86_64")]
        if self.is_available() {
            // SAFETY: the processor has them.
            match self {
                Self::Avx512 => return unsafe { x86::with_avx512(work) },
                Self::Avx2 => return unsafe { x86::with_avx2(work) },
                Self::Portable => (),
            }
        }
        work.run(Portable)
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
    use super::{BitRows, Processor, Sums, Work};
    use crate::{carry_save, population, site_bits};
    use std::arch::x86_64::*;

    #[derive(Clone, Copy)]
    struct Avx2;

    impl Processor for Avx2 {
        #[inline(always)]
        fn signs(self, numbers: &[i8; 64]) -> u64 {
            let half = |k: usize| {
                // SAFETY: 32 of the 64 numbers; this is made by `with_avx2` alone.
                let signs = unsafe {
                    _mm256_movemask_epi8(_mm256_loadu_si256(numbers[32 * k..].as_ptr().cast()))
                };
                u64::from(signs as u32)
            };
            half(0) | half(1) << 32
        }

        #[inline(always)]
        fn sums(self, rows: BitRows<'_>) -> Sums {
            // SAFETY: this is made by `with_avx2` alone.
            unsafe { carry_save::sums(rows) }
        }
    }

    #[derive(Clone, Copy)]
    struct Avx512;

    impl Processor for Avx512 {
        #[inline(always)]
        fn signs(self, numbers: &[i8; 64]) -> u64 {
            // SAFETY: the 64 numbers; this is made by `with_avx512` alone.
            unsafe { _mm512_movepi8_mask(_mm512_loadu_epi8(numbers.as_ptr())) }
        }

        #[inline(always)]
        fn sums(self, rows: BitRows<'_>) -> Sums {
            population::sums::<site_bits::x86::Avx512>(rows)
        }
    }

    #[target_feature(enable = "avx2,popcnt")]
    pub(super) fn with_avx2<W: Work>(work: W) -> W::Output {
        work.run(Avx2)
    }

    #[target_feature(enable = "avx2,popcnt,avx512f,avx512bw,avx512vl,avx512vbmi2,avx512vpopcntdq")]
    pub(super) fn with_avx512<W: Work>(work: W) -> W::Output {
        work.run(Avx512)
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
                assert_eq!(instructions.run(Signs(&numbers)), expected, "{instructions:?}");
            }
        }
    }
}
