//! Words of 256 and 512 bits in AVX2 and AVX-512 registers.
//!
//! SAFETY of every block here: the instructions exist, because values of these types are made and
//! used only below [`Instructions::run`](crate::Instructions::run) with the set that has them.
//! Loads and stores take slices of checked length and need no alignment.
#![allow(unsafe_code, reason = "intrinsics")]

use std::arch::x86_64::*;

use crate::word::{ReplicaBits, Word};

/// 256 bits; needs AVX2.
#[derive(Clone, Copy)]
pub(crate) struct Avx2(__m256i);

/// 512 bits; needs AVX-512F.
#[derive(Clone, Copy)]
pub(crate) struct Avx512(__m512i);

impl ReplicaBits for Avx2 {
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
    #[inline(always)]
    fn and_not(self, other: Self) -> Self {
        unsafe { Self(_mm256_andnot_si256(other.0, self.0)) }
    }
}

impl Word for Avx2 {
    const PARTS: usize = 4;

    #[inline(always)]
    fn splat(part: u64) -> Self {
        unsafe { Self(_mm256_set1_epi64x(part as i64)) }
    }
    #[inline(always)]
    fn load(parts: &[u64]) -> Self {
        unsafe { Self(_mm256_loadu_si256(parts[..4].as_ptr().cast())) }
    }
    #[inline(always)]
    fn store(self, parts: &mut [u64]) {
        unsafe { _mm256_storeu_si256(parts[..4].as_mut_ptr().cast(), self.0) }
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        unsafe { Self(_mm256_add_epi64(self.0, other.0)) }
    }
    #[inline(always)]
    fn shift_left<const LEFT: i32>(self) -> Self {
        unsafe { Self(_mm256_slli_epi64::<LEFT>(self.0)) }
    }
    #[inline(always)]
    fn rotate_left<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        const { assert!(LEFT + RIGHT == 64) };
        let right = unsafe { Self(_mm256_srli_epi64::<RIGHT>(self.0)) };
        self.shift_left::<LEFT>().or(right)
    }
    #[inline(always)]
    fn is_zero(self) -> bool {
        unsafe { _mm256_testz_si256(self.0, self.0) == 1 }
    }
}

impl ReplicaBits for Avx512 {
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
    fn and_not(self, other: Self) -> Self {
        unsafe { Self(_mm512_andnot_epi64(other.0, self.0)) }
    }
    #[inline(always)]
    fn majority(self, b: Self, c: Self) -> Self {
        unsafe { Self(_mm512_ternarylogic_epi64::<0xe8>(self.0, b.0, c.0)) }
    }
}

impl Word for Avx512 {
    const PARTS: usize = 8;

    #[inline(always)]
    fn splat(part: u64) -> Self {
        unsafe { Self(_mm512_set1_epi64(part as i64)) }
    }
    #[inline(always)]
    fn load(parts: &[u64]) -> Self {
        unsafe { Self(_mm512_loadu_epi64(parts[..8].as_ptr().cast())) }
    }
    #[inline(always)]
    fn store(self, parts: &mut [u64]) {
        unsafe { _mm512_storeu_epi64(parts[..8].as_mut_ptr().cast(), self.0) }
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        unsafe { Self(_mm512_add_epi64(self.0, other.0)) }
    }
    #[inline(always)]
    fn shift_left<const LEFT: i32>(self) -> Self {
        const { assert!(LEFT == 17) };
        // this intrinsic takes an unsigned constant, which LEFT cannot be cast to yet
        unsafe { Self(_mm512_slli_epi64::<17>(self.0)) }
    }
    #[inline(always)]
    fn rotate_left<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        const { assert!(LEFT + RIGHT == 64) };
        unsafe { Self(_mm512_rol_epi64::<LEFT>(self.0)) }
    }
    #[inline(always)]
    fn is_zero(self) -> bool {
        unsafe { _mm512_test_epi64_mask(self.0, self.0) == 0 }
    }
    #[inline(always)]
    fn select(self, yes: Self, no: Self) -> Self {
        unsafe { Self(_mm512_ternarylogic_epi64::<0xca>(self.0, yes.0, no.0)) }
    }
}
