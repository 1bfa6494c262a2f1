//! Which instructions the processor has. They choose how fast a result comes, never which.
#![cfg(feature = "engines")]
#![allow(unsafe_code, reason = "code for instructions that were detected")]

use std::sync::OnceLock;

/// Name of the environment variable that switches instruction sets off: `portable`, `avx2` or
/// `avx512` is then the most that is used.
const VARIABLE: &str = "MEAN_CLUSTER_INSTRUCTIONS";

/// Sets of instructions, each with those before it. Every one gives the same bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Instructions {
    /// What every processor of the target has.
    Portable,
    /// AVX2, with BMI and POPCNT.
    Avx2,
    /// AVX-512 F, BW, DQ, VL and VPOPCNTDQ.
    Avx512,
}

impl Instructions {
    /// All sets that this processor has, the portable one first.
    pub fn available() -> impl Iterator<Item = Self> {
        [Self::Portable, Self::Avx2, Self::Avx512].into_iter().filter(|set| set.is_available())
    }

    /// The best set that this processor has. The environment variable `MEAN_CLUSTER_INSTRUCTIONS`
    /// (`portable`, `avx2`, `avx512`) makes it a lesser one; anything else in it is passed over.
    pub fn best() -> Self {
        static BEST: OnceLock<Instructions> = OnceLock::new();
        *BEST.get_or_init(|| {
            let most = match std::env::var(VARIABLE).as_deref() {
                Ok("portable") => Self::Portable,
                Ok("avx2") => Self::Avx2,
                _ => Self::Avx512,
            };
            Self::available().filter(|&set| set <= most).last().unwrap_or(Self::Portable)
        })
    }

    #[cfg(target_arch = "x86_64")]
    fn is_available(self) -> bool {
        let avx2 = || {
            is_x86_feature_detected!("avx2")
                && is_x86_feature_detected!("bmi1")
                && is_x86_feature_detected!("bmi2")
                && is_x86_feature_detected!("popcnt")
        };
        match self {
            Self::Portable => true,
            Self::Avx2 => avx2(),
            Self::Avx512 => {
                avx2()
                    && is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512vpopcntdq")
            }
        }
    }

    #[cfg(not(target_arch = "x86_64"))]
    fn is_available(self) -> bool {
        self == Self::Portable
    }

    /// Runs `work`, compiled for these instructions as far as it is inlined; with the portable ones
    /// if the processor does not have them.
    #[inline]
    pub fn run<T>(self, work: impl FnOnce() -> T) -> T {
        #[cfg(target_arch = "x86_64")]
        if self.is_available() {
            // SAFETY: the processor has them.
            match self {
                Self::Avx512 => return unsafe { with_avx512(work) },
                Self::Avx2 => return unsafe { with_avx2(work) },
                Self::Portable => (),
            }
        }
        work()
    }

    /// Runs `work`, compiled for what every processor has.
    pub(crate) fn run_portable<T>(work: impl FnOnce() -> T) -> T {
        work()
    }

    /// Runs `work`, compiled for AVX2 alone, where [`run`](Self::run) has a copy for every set: for
    /// what is written for these instructions, or gains nothing from more.
    ///
    /// # Panics
    /// Where the processor does not have them.
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn run_avx2<T>(work: impl FnOnce() -> T) -> T {
        assert!(Self::Avx2.is_available(), "instructions are those of this processor");
        // SAFETY: the processor has them.
        unsafe { with_avx2(work) }
    }

    /// As [`run_avx2`](Self::run_avx2), for AVX-512.
    ///
    /// # Panics
    /// Where the processor does not have them.
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn run_avx512<T>(work: impl FnOnce() -> T) -> T {
        assert!(Self::Avx512.is_available(), "instructions are those of this processor");
        // SAFETY: the processor has them.
        unsafe { with_avx512(work) }
    }
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,bmi1,bmi2,popcnt")]
fn with_avx2<T>(work: impl FnOnce() -> T) -> T {
    work()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(
    enable = "avx2,bmi1,bmi2,popcnt,avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq"
)]
fn with_avx512<T>(work: impl FnOnce() -> T) -> T {
    work()
}
