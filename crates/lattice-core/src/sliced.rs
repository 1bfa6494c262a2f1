//! Small integers, one a replica, a word for each of their bits.
#![cfg(feature = "engines")]

use crate::word::Word;

/// Three words: the numbers 0 to 7 of all replicas, the lowest bit first.
pub(crate) type Number<W> = [W; 3];

/// How many of up to six words have a one.
#[inline(always)]
pub(crate) fn count<W: Word, const N: usize>(words: [W; N]) -> Number<W> {
    const { assert!(N == 3 || N == 4 || N == 6) };
    let (low, high) = words[0].full_add(words[1], words[2]);
    match N {
        3 => [low, high, W::splat(0)],
        4 => {
            let carry = low.and(words[3]);
            [low.xor(words[3]), high.xor(carry), high.and(carry)]
        }
        _ => {
            let (other_low, other_high) = words[N - 3].full_add(words[N - 2], words[N - 1]);
            let (two, four) = high.full_add(other_high, low.and(other_low));
            [low.xor(other_low), two, four]
        }
    }
}

/// `made` minus `broken`, modulo 8, and ones where that is negative.
#[inline(always)]
pub(crate) fn subtract<W: Word>(made: Number<W>, broken: Number<W>) -> (Number<W>, W) {
    let zero = made[0].xor(broken[0]);
    let borrow = broken[0].and_not(made[0]);
    let one = made[1].xor(broken[1]).xor(borrow);
    let borrow = made[1].not().majority(broken[1], borrow);
    let two = made[2].xor(broken[2]).xor(borrow);
    let borrow = made[2].not().majority(broken[2], borrow);
    ([zero, one, two], borrow)
}

/// Ones where the number is `value`, 0 to 7.
#[inline(always)]
pub(crate) fn equals<W: Word>(number: Number<W>, value: usize) -> W {
    let mut equal = W::splat(u64::MAX);
    for (k, bit) in number.into_iter().enumerate() {
        equal = if value >> k & 1 == 1 { equal.and(bit) } else { equal.and_not(bit) };
    }
    equal
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(value: &Number<u64>, lane: usize) -> u64 {
        (0..3).map(|bit| (value[bit] >> lane & 1) << bit).sum()
    }

    #[test]
    fn counts_and_differences_are_those_of_integers() {
        // lane i has the bits of i in six words
        let words: [u64; 6] =
            std::array::from_fn(|bit| (0..64).map(|lane| (lane >> bit & 1) << lane).sum());
        let [a, b, c, d, e, f] = words;
        let (three, four, six) = (count([a, b, c]), count([a, b, c, d]), count(words));
        let (difference, negative) = subtract(six, count([f, c, a]));
        let (back, negative_back) = subtract(count([d, e, f]), three);
        for lane in 0..64_usize {
            let ones = |mask: usize| u64::from((lane & mask).count_ones());
            assert_eq!(number(&three, lane), ones(0b111));
            assert_eq!(number(&four, lane), ones(0b1111));
            assert_eq!(number(&six, lane), ones(0b111111));
            assert_eq!(number(&difference, lane), ones(0b011010));
            assert_eq!(negative >> lane & 1, 0);
            let expected = ones(0b111000) as i64 - ones(0b000111) as i64;
            assert_eq!(number(&back, lane), expected.rem_euclid(8) as u64);
            assert_eq!(negative_back >> lane & 1, u64::from(expected < 0));
            for value in 0..8 {
                let equal = equals(back, value) >> lane & 1 == 1;
                assert_eq!(equal, number(&back, lane) == value as u64);
            }
        }
    }
}
