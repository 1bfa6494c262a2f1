//! Which instructions count. They choose how fast a result comes, never which.
#![allow(unsafe_code, reason = "code for instructions that were detected")]

use std::sync::OnceLock;

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

    /// Runs `work`, compiled for these instructions as far as it is inlined. It gets a function that
    /// gathers the signs of 64 numbers, the first in the lowest bit, one for a negative.
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
        work.run(portable_signs)
    }
}

/// Work that needs the signs of numbers as bits.
pub(crate) trait Work {
    type Output;
    fn run(self, signs: impl Fn(&[i8; 64]) -> u64) -> Self::Output;
}

/// Eight signs by one product: bit 8 i goes to bit 56 + i.
fn portable_signs(numbers: &[i8; 64]) -> u64 {
    let (eights, _) = numbers.as_chunks::<8>();
    eights.iter().enumerate().fold(0, |bits, (k, eight)| {
        let eight = u64::from_le_bytes(eight.map(|number| number as u8));
        let signs = eight >> 7 & 0x0101_0101_0101_0101;
        bits | (signs.wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * k)
    })
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::Work;
    use std::arch::x86_64::*;

    #[target_feature(enable = "avx2,popcnt")]
    pub(super) fn with_avx2<W: Work>(work: W) -> W::Output {
        work.run(
            #[inline(always)]
            |numbers| {
                let half = |k: usize| {
                    // SAFETY: 32 of the 64 numbers, and the instructions are those of the function.
                    let signs = unsafe {
                        _mm256_movemask_epi8(_mm256_loadu_si256(numbers[32 * k..].as_ptr().cast()))
                    };
                    u64::from(signs as u32)
                };
                half(0) | half(1) << 32
            },
        )
    }

    #[target_feature(enable = "avx2,popcnt,avx512f,avx512bw,avx512vl,avx512vbmi2,avx512vpopcntdq")]
    pub(super) fn with_avx512<W: Work>(work: W) -> W::Output {
        work.run(
            #[inline(always)]
            // SAFETY: the 64 numbers, and the instructions are those of the function.
            |numbers| unsafe { _mm512_movepi8_mask(_mm512_loadu_epi8(numbers.as_ptr())) },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Signs<'a>(&'a [i8; 64]);

    impl Work for Signs<'_> {
        type Output = u64;
        fn run(self, signs: impl Fn(&[i8; 64]) -> u64) -> u64 {
            signs(self.0)
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
