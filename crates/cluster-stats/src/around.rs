//! What is at and around the sites of a row, and the clusters there.

use crate::site_bits::{SiteBits, Sum};

/// Kinds of clusters that are counted, each by two bits at every site: the classes of
/// [`Sums::of_classes`](crate::sums::Sums::of_classes).
pub(crate) const CLASSES: usize = 7;

/// Sites of a row, shifted by no column, by one and by two.
#[derive(Clone, Copy)]
pub(crate) struct Line<B> {
    left: B,
    here: B,
    right: B,
}

impl<B: SiteBits> Line<B> {
    /// Of words and the next of each.
    #[inline(always)]
    pub(crate) fn new(these: B, next: B) -> Self {
        Line {
            left: these,
            here: these.shifted::<1, 63>(next),
            right: these.shifted::<2, 62>(next),
        }
    }

    /// Words side by side, from a place on.
    #[inline(always)]
    pub(crate) fn of_row(row: &[u64], place: usize) -> Self {
        let words = &row[place..][..B::LANES + 1];
        Line::new(B::load(words), B::load(&words[1..]))
    }
}

/// What is at and around sites of a row. A cluster is counted at its middle if it is a chain,
/// at the uppermost site of a triangle, at the upper or left one of a pair.
#[derive(Clone, Copy)]
pub(crate) struct Around<B> {
    used: B,
    plus: B,
    /// The six neighbours in their order around the site, from the right over above to the left.
    ring: [B; 6],
}

impl<B: SiteBits> Around<B> {
    /// The sites of the middle row where `used` has ones.
    #[inline(always)]
    pub(crate) fn new([above, row, below]: [Line<B>; 3], used: B) -> Self {
        let ring = [row.right, above.right, above.here, row.left, below.left, below.here];
        Around { used, plus: row.here.and(used), ring }
    }

    /// How many clusters of a class are at each site: pairs, linear chains by their ends and whole,
    /// angled chains by their ends and with either middle, triangles.
    ///
    /// Every other neighbour is the end of three angled chains; so are those between them, which
    /// have the same pairs of ends elsewhere.
    #[inline(always)]
    pub(crate) fn terms<const CLASS: usize>(&self) -> Sum<B> {
        let Around { used, plus, ring: [right, over_right, over, left, below_left, below] } = *self;
        match CLASS {
            0 => both(plus, B::full_add([right, below_left, below])),
            1 => both(used, linear_ends(self.ring)),
            2 => both(plus, linear_ends(self.ring)),
            3 => both(used, pairs_of([right, below_left, over])),
            4 => both(plus, pairs_of([right, below_left, over])),
            5 => both(plus, pairs_of([left, over_right, below])),
            _ => {
                let both_ends = right.and(below_left);
                let triangle = below.and(right.xor(below_left));
                (plus.and(triangle), plus.and(below).and(both_ends))
            }
        }
    }
}

/// How many of the three pairs of opposite neighbours are two (+).
#[inline(always)]
fn linear_ends<B: SiteBits>(ring: [B; 6]) -> Sum<B> {
    B::full_add([ring[0].and(ring[3]), ring[1].and(ring[4]), ring[2].and(ring[5])])
}

/// How many pairs of three are two (+): none, one or three.
#[inline(always)]
fn pairs_of<B: SiteBits>([a, b, c]: [B; 3]) -> Sum<B> {
    let two = a.and(b);
    (two.or(a.xor(b).and(c)), two.and(c))
}

#[inline(always)]
fn both<B: SiteBits>(mask: B, (low, high): Sum<B>) -> Sum<B> {
    (mask.and(low), mask.and(high))
}
