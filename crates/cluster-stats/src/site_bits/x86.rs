//! Bits of 256 and 512 sites in AVX2 and AVX-512 registers. By name rather than by loops over words:
//! whether a compiler joins those to vectors depends on the rest of the function.
//!
//! SAFETY of every block here: the instructions exist, because values of these types are made and
//! used only below [`run`](crate::instructions::run) with the set that
//! has them. Loads take slices of checked length and need no alignment.
#![allow(unsafe_code, reason = "intrinsics")]

use std::arch::x86_64::*;

use super::{Population, SiteBits, Sum};

/// 256 sites; needs AVX2.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(__m256i);

/// 512 sites; needs AVX-512 F, VBMI2 and VPOPCNTDQ.
#[derive(Clone, Copy)]
pub(crate) struct Avx512(__m512i);

impl SiteBits for Avx2 {
    const LANES: usize = 4;
    const ZERO: Self = Self(unsafe { std::mem::zeroed() });

    #[inline(always)]
    fn load(words: &[u64]) -> Self {
        unsafe { Self(_mm256_loadu_si256(words[..4].as_ptr().cast())) }
    }
    #[inline(always)]
    fn shifted<const RIGHT: i32, const LEFT: i32>(self, next: Self) -> Self {
        const { assert!(RIGHT + LEFT == 64) };
        unsafe {
            let these = Self(_mm256_srli_epi64::<RIGHT>(self.0));
            these.or(Self(_mm256_slli_epi64::<LEFT>(next.0)))
        }
    }
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        unsafe { Self(_mm256_and_si256(self.0, other.0)) }
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        unsafe { Self(_mm256_or_si256(self.0, other.0)) }
    }
    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        unsafe { Self(_mm256_xor_si256(self.0, other.0)) }
    }
}

impl Avx2 {
    /// How many there are.
    #[inline(always)]
    pub(crate) fn ones(self) -> u64 {
        let mut words = [0_u64; Self::LANES];
        unsafe { _mm256_storeu_si256(words.as_mut_ptr().cast(), self.0) };
        words.iter().map(|word| u64::from(word.count_ones())).sum()
    }
}

impl SiteBits for Avx512 {
    const LANES: usize = 8;
    const ZERO: Self = Self(unsafe { std::mem::zeroed() });

    #[inline(always)]
    fn load(words: &[u64]) -> Self {
        unsafe { Self(_mm512_loadu_epi64(words[..8].as_ptr().cast())) }
    }
    #[inline(always)]
    fn shifted<const RIGHT: i32, const LEFT: i32>(self, next: Self) -> Self {
        const { assert!(RIGHT + LEFT == 64) };
        unsafe { Self(_mm512_shrdi_epi64::<RIGHT>(self.0, next.0)) }
    }
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        unsafe { Self(_mm512_and_epi64(self.0, other.0)) }
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        unsafe { Self(_mm512_or_epi64(self.0, other.0)) }
    }
    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        unsafe { Self(_mm512_xor_epi64(self.0, other.0)) }
    }
    #[inline(always)]
    fn full_add([a, b, c]: [Self; 3]) -> Sum<Self> {
        unsafe {
            let one = _mm512_ternarylogic_epi64::<0x96>(a.0, b.0, c.0);
            let two = _mm512_ternarylogic_epi64::<0xe8>(a.0, b.0, c.0);
            (Self(one), Self(two))
        }
    }
}

impl Population for Avx512 {
    #[inline(always)]
    fn count(self, bits: Self) -> Self {
        unsafe { Self(_mm512_add_epi64(self.0, _mm512_popcnt_epi64(bits.0))) }
    }
    #[inline(always)]
    fn total(self) -> u64 {
        unsafe { _mm512_reduce_add_epi64(self.0) as u64 }
    }
}
