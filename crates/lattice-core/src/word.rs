//! Words of bits, one bit a replica: what the bit-parallel engine asks of them.
#![cfg(feature = "engines")]

#[cfg(target_arch = "x86_64")]
pub(crate) mod x86;

/// One bit for each of many replicas, in words as wide as the processor has them. What is written
/// for any such word, see [`SiteTerms`](crate::SiteTerms), runs on all replicas at once.
pub trait ReplicaBits: Copy {
    /// Ones where both have them.
    fn and(self, other: Self) -> Self;
    /// Ones where at least one has them.
    fn or(self, other: Self) -> Self;
    /// Ones where exactly one has them.
    fn xor(self, other: Self) -> Self;
    /// Ones where this has them and the other has not.
    fn and_not(self, other: Self) -> Self;

    /// Ones where at least two of three have them.
    #[inline(always)]
    fn majority(self, b: Self, c: Self) -> Self {
        self.and(b).or(self.xor(b).and(c))
    }

    /// How many of three have a one: bits of weight 1, and of weight 2.
    #[inline(always)]
    fn full_add(self, b: Self, c: Self) -> (Self, Self) {
        (self.xor(b).xor(c), self.majority(b, c))
    }
}

/// A word of `64 x PARTS` bits, and the operations on it. Shifts, rotations and sums act on each of
/// its 64-bit parts.
pub(crate) trait Word: ReplicaBits {
    /// Number of 64-bit parts.
    const PARTS: usize;

    /// Every part the same.
    fn splat(part: u64) -> Self;
    /// From the first `PARTS` numbers.
    fn load(parts: &[u64]) -> Self;
    /// Into the first `PARTS` numbers.
    fn store(self, parts: &mut [u64]);
    fn add(self, other: Self) -> Self;
    fn shift_left<const LEFT: i32>(self) -> Self;
    /// `RIGHT` is 64 - `LEFT`, which a constant cannot be computed from yet.
    fn rotate_left<const LEFT: i32, const RIGHT: i32>(self) -> Self;
    fn is_zero(self) -> bool;

    #[inline(always)]
    fn not(self) -> Self {
        self.xor(Self::splat(u64::MAX))
    }

    /// `yes` where this has a one, `no` elsewhere.
    #[inline(always)]
    fn select(self, yes: Self, no: Self) -> Self {
        self.and(yes).or(no.and_not(self))
    }
}

impl ReplicaBits for u64 {
    #[inline(always)]
    fn and(self, other: Self) -> Self {
        self & other
    }
    #[inline(always)]
    fn or(self, other: Self) -> Self {
        self | other
    }
    #[inline(always)]
    fn xor(self, other: Self) -> Self {
        self ^ other
    }
    #[inline(always)]
    fn and_not(self, other: Self) -> Self {
        self & !other
    }
}

impl Word for u64 {
    const PARTS: usize = 1;

    #[inline(always)]
    fn splat(part: u64) -> Self {
        part
    }
    #[inline(always)]
    fn load(parts: &[u64]) -> Self {
        parts[0]
    }
    #[inline(always)]
    fn store(self, parts: &mut [u64]) {
        parts[0] = self;
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.wrapping_add(other)
    }
    #[inline(always)]
    fn shift_left<const LEFT: i32>(self) -> Self {
        self << LEFT
    }
    #[inline(always)]
    fn rotate_left<const LEFT: i32, const RIGHT: i32>(self) -> Self {
        const { assert!(LEFT + RIGHT == 64) };
        u64::rotate_left(self, LEFT as u32)
    }
    #[inline(always)]
    fn is_zero(self) -> bool {
        self == 0
    }
}

/// Words side by side. Loops rather than closures, which would not be inlined into code for
/// instructions that they do not name.
impl<W: ReplicaBits, const N: usize> ReplicaBits for [W; N] {
    #[inline(always)]
    fn and(mut self, other: Self) -> Self {
        for i in 0..N {
            self[i] = self[i].and(other[i]);
        }
        self
    }
    #[inline(always)]
    fn or(mut self, other: Self) -> Self {
        for i in 0..N {
            self[i] = self[i].or(other[i]);
        }
        self
    }
    #[inline(always)]
    fn xor(mut self, other: Self) -> Self {
        for i in 0..N {
            self[i] = self[i].xor(other[i]);
        }
        self
    }
    #[inline(always)]
    fn and_not(mut self, other: Self) -> Self {
        for i in 0..N {
            self[i] = self[i].and_not(other[i]);
        }
        self
    }
}

impl<W: Word, const N: usize> Word for [W; N] {
    const PARTS: usize = N * W::PARTS;

    #[inline(always)]
    fn splat(part: u64) -> Self {
        [W::splat(part); N]
    }
    #[inline(always)]
    fn load(parts: &[u64]) -> Self {
        let mut words = Self::splat(0);
        for i in 0..N {
            words[i] = W::load(&parts[i * W::PARTS..]);
        }
        words
    }
    #[inline(always)]
    fn store(self, parts: &mut [u64]) {
        for i in 0..N {
            self[i].store(&mut parts[i * W::PARTS..]);
        }
    }
    #[inline(always)]
    fn add(mut self, other: Self) -> Self {
        for i in 0..N {
            self[i] = self[i].add(other[i]);
        }
        self
    }
    #[inline(always)]
    fn shift_left<const LEFT: i32>(mut self) -> Self {
        for word in &mut self {
            *word = word.shift_left::<LEFT>();
        }
        self
    }
    #[inline(always)]
    fn rotate_left<const LEFT: i32, const RIGHT: i32>(mut self) -> Self {
        for word in &mut self {
            *word = word.rotate_left::<LEFT, RIGHT>();
        }
        self
    }
    #[inline(always)]
    fn is_zero(self) -> bool {
        let mut any = self[0];
        for word in &self[1..] {
            any = any.or(*word);
        }
        any.is_zero()
    }
}
