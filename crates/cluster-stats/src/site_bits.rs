//! Sites of a row as bits, as many at a time as the processor has in one word.

#[cfg(target_arch = "x86_64")]
pub(crate) mod x86;

/// One bit of weight 1 and one of weight 2 at every site.
pub(crate) type Sum<B> = (B, B);

/// Bits of as many sites of a row as a word has, and the operations on them.
pub(crate) trait SiteBits: Copy {
    /// Words of 64 sites in one of these.
    const LANES: usize;
    /// No bit.
    const ZERO: Self;

    /// From the first `LANES` words.
    fn load(words: &[u64]) -> Self;
    /// What is `RIGHT` columns to the right, of these words and the next of each; `LEFT` is 64 less
    /// these, which a constant cannot be computed from yet.
    fn shifted<const RIGHT: i32, const LEFT: i32>(self, next: Self) -> Self;
    fn and(self, other: Self) -> Self;
    fn or(self, other: Self) -> Self;
    fn xor(self, other: Self) -> Self;

    /// Where one or three of three have a one, and where at least two have.
    #[inline(always)]
    fn full_add([a, b, c]: [Self; 3]) -> Sum<Self> {
        let unlike = a.xor(b);
        (unlike.xor(c), a.and(b).or(unlike.and(c)))
    }
}

/// Words whose bits can be counted with no more than an instruction or two.
pub(crate) trait Population: SiteBits {
    /// Counts, of each word one, with those of the bits added.
    fn count(self, bits: Self) -> Self;
    /// The sum of the counts.
    fn total(self) -> u64;
}

impl SiteBits for u64 {
    const LANES: usize = 1;
    const ZERO: u64 = 0;

    #[inline(always)]
    fn load(words: &[u64]) -> u64 {
        words[0]
    }
    #[inline(always)]
    fn shifted<const RIGHT: i32, const LEFT: i32>(self, next: u64) -> u64 {
        const { assert!(RIGHT + LEFT == 64) };
        self >> RIGHT | next << LEFT
    }
    #[inline(always)]
    fn and(self, other: u64) -> u64 {
        self & other
    }
    #[inline(always)]
    fn or(self, other: u64) -> u64 {
        self | other
    }
    #[inline(always)]
    fn xor(self, other: u64) -> u64 {
        self ^ other
    }
}

impl Population for u64 {
    #[inline(always)]
    fn count(self, bits: u64) -> u64 {
        self + u64::from(bits.count_ones())
    }
    #[inline(always)]
    fn total(self) -> u64 {
        self
    }
}
