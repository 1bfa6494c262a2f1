//! Counting one lattice by the population counts of words, where the processor counts words as wide
//! as it has them.

use crate::around::{Around, CLASSES, Line};
use crate::bit_rows::BitRows;
use crate::site_bits::Population;
use crate::sums::Sums;

/// The sums of a lattice of bits.
#[inline(always)]
pub(crate) fn sums<B: Population>(lattice: BitRows<'_>) -> Sums {
    let BitRows { rows, columns, stride, words, plus } = lattice;
    // which bits are sites, of a group from any word of a row
    let used: Vec<u64> = (0..stride).map(|word| lattice.sites(word)).collect();
    let used: Vec<u64> = used.iter().copied().cycle().take(stride + B::LANES).collect();
    let mut counts = [[B::ZERO; 2]; CLASSES];
    let mut place = 0;
    let all = rows * stride;
    let whole = all / B::LANES * B::LANES;
    // all rows are one run of words
    for first in (0..whole).step_by(B::LANES) {
        add(&mut counts, &words[first..], stride, B::load(&used[place..]));
        place += B::LANES;
        while place >= stride {
            place -= stride;
        }
    }
    if whole < all {
        // beyond the last row there are none to count
        let mut last = used[place..][..B::LANES].to_vec();
        last[all - whole..].fill(0);
        add(&mut counts, &words[whole..], stride, B::load(&last));
    }
    let classes = counts.map(|[one, two]| one.total() + 2 * two.total());
    Sums::of_classes((rows * columns) as u64, plus, classes)
}

/// Counts the sites of one word, below the first of `words`, where `used` has ones.
#[inline(always)]
fn add<B: Population>(counts: &mut [[B; 2]; CLASSES], words: &[u64], stride: usize, used: B) {
    let lines =
        [Line::of_row(words, 0), Line::of_row(words, stride), Line::of_row(words, 2 * stride)];
    let around = Around::new(lines, used);
    let terms = [
        around.terms::<0>(),
        around.terms::<1>(),
        around.terms::<2>(),
        around.terms::<3>(),
        around.terms::<4>(),
        around.terms::<5>(),
        around.terms::<6>(),
    ];
    for ([ones, twos], (one, two)) in counts.iter_mut().zip(terms) {
        (*ones, *twos) = (ones.count(one), twos.count(two));
    }
}
