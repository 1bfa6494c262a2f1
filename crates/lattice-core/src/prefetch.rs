//! Asking for memory before it is needed: the sites of the next attempts are known, what the atoms
//! there are is not, and a lattice beyond the caches would be waited for at every attempt.
#![cfg(feature = "engines")]
#![allow(unsafe_code, reason = "the instruction takes a pointer")]

/// Attempts between the one that is made and the one whose sites are asked for.
pub(crate) const AHEAD: usize = 4;

/// Brings the cache line of an entry near, which there need not be.
#[inline(always)]
pub(crate) fn prefetch<T>(entries: &[T], place: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a hint at any address, which neither reads nor faults, in every such processor.
        unsafe { _mm_prefetch::<_MM_HINT_T0>(entries.as_ptr().wrapping_add(place).cast()) }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (entries, place);
}
