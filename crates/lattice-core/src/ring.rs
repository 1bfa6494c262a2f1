//! The (+) atoms around a site.
//!
//! The six neighbours of a site, in ring order, make a word of six bits. A (+) at the site has as
//! many (+) (+) pairs as the word has ones, and as many triangles of three (+) as the ring has two
//! ones in a row.
#![cfg(feature = "engines")]

use crate::Atom;

/// What a (+) at a site takes part in.
#[derive(Clone, Copy)]
pub(crate) struct PlusAround {
    /// (+) (+) pairs, 0 to 6.
    pub(crate) pairs: i8,
    /// Triangles of three (+), 0 to 6.
    pub(crate) triangles: i8,
}

/// For each of the 64 words.
const AROUND: [PlusAround; 64] = {
    let mut around = [PlusAround { pairs: 0, triangles: 0 }; 64];
    let mut word: usize = 0;
    while word < 64 {
        let rotated = (word >> 1) | ((word & 1) << 5);
        around[word] = PlusAround {
            pairs: word.count_ones() as i8,
            triangles: (word & rotated).count_ones() as i8,
        };
        word += 1;
    }
    around
};

/// What a (+) with these `neighbors` takes part in, if the atom at site `without` is not counted.
#[inline]
pub(crate) fn plus_around(atoms: &[i8], neighbors: [usize; 6], without: usize) -> PlusAround {
    let mut word = 0;
    for (k, site) in neighbors.into_iter().enumerate() {
        let counts = atoms[site] == Atom::Plus.value() && site != without;
        word |= usize::from(counts) << k;
    }
    AROUND[word]
}
