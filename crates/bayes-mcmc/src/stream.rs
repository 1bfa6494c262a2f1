//! Random numbers of the chains.

use rand_pcg::Pcg64;

/// The random numbers of a chain. The seed is hashed with the chain's number, because PCG streams
/// that differ only in their stream number can be correlated.
pub(crate) fn stream(seed: u64, chain: usize) -> Pcg64 {
    let chain = chain as u64;
    let mut state = seed ^ split_mix(chain);
    let mut word = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        u128::from(split_mix(state))
    };
    Pcg64::new(word() << 64 | word(), u128::from(chain))
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
fn split_mix(mut word: u64) -> u64 {
    word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    word ^ (word >> 31)
}
