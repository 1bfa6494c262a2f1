//! Neighbourhoods as small words, and what a swap does in each of them.
//!
//! A cell holds 1 for (+), 0 for (-). Loads of four cells in a row, each shifted by its number, give
//! a word with three useful columns of bits; a product and a shift bring those together.
#![cfg(feature = "engines")]

use crate::metropolis::{NO_CHANGE, class};

/// The neighbours of a site in ring order, as rows and columns.
pub(crate) const RING: [(isize, isize); 6] = [(0, 1), (1, 0), (1, -1), (0, -1), (-1, 0), (-1, 1)];

/// The second site of a bond, by its direction.
pub(crate) const SECOND: [(isize, isize); 3] = [(0, 1), (1, 0), (1, -1)];

/// Where four loads start that hold the ten sites of a bond and its neighbours, by direction.
/// Three columns of the first two are used, the second and third column of the other two.
pub(crate) const BOND_LOADS: [[(isize, isize); 4]; 3] = [
    [(-1, 0), (1, -1), (0, -2), (0, 0)],
    [(0, -1), (1, -1), (-1, -1), (2, -2)],
    [(0, -1), (1, -2), (-1, -1), (2, -3)],
];

/// The ten bits of a bond's neighbourhood from its loads, cells of one byte.
#[inline(always)]
pub(crate) fn bond_word(loads: [u32; 4]) -> usize {
    let columns = (loads[0] | loads[1] << 1 | loads[2] << 2 | loads[3] << 3) & 0x000f_0f0f;
    // columns 0, 1, 2 at bits 0, 8, 16 go to bits 24, 20, 16 and nothing else comes there
    (columns.wrapping_mul(1 << 24 | 1 << 12 | 1) >> 16 & 0x3ff) as usize
}

/// The class of the swap of a bond, by direction (the fourth is not used) and neighbourhood.
pub(crate) static BOND_CLASSES: [[u8; 1024]; 4] = {
    let mut classes = [[NO_CHANGE; 1024]; 4];
    let mut direction = 0;
    while direction < 3 {
        let mut word = 0;
        while word < 1024 {
            classes[direction][word] = bond_class(direction, word);
            word += 1;
        }
        direction += 1;
    }
    classes
};

/// Sites up to three away from the first site of a bond, which is in the middle.
type Patch = [[u8; 7]; 7];

const fn at(patch: &Patch, site: (isize, isize)) -> u8 {
    patch[(site.0 + 3) as usize][(site.1 + 3) as usize]
}

const fn bond_class(direction: usize, word: usize) -> u8 {
    let mut patch: Patch = [[0; 7]; 7];
    let mut bit = 0;
    while bit < 10 {
        let (load, column) = (bit % 4, 2 - bit as isize / 4);
        let (r, c) = BOND_LOADS[direction][load];
        patch[(r + 3) as usize][(c + column + 3) as usize] = (word >> bit & 1) as u8;
        bit += 1;
    }
    let (first, second) = ((0, 0), SECOND[direction]);
    if at(&patch, first) == at(&patch, second) {
        return NO_CHANGE;
    }
    let (plus, minus) = if at(&patch, first) == 1 { (first, second) } else { (second, first) };
    let broken = plus_around(&patch, plus);
    patch[(plus.0 + 3) as usize][(plus.1 + 3) as usize] = 0;
    let made = plus_around(&patch, minus);
    class(made.0 - broken.0, made.1 - broken.1)
}

/// (+) (+) pairs and triangles of three (+) that a (+) at the site takes part in.
const fn plus_around(patch: &Patch, site: (isize, isize)) -> (i8, i8) {
    let (mut pairs, mut triangles, mut k) = (0, 0, 0);
    while k < 6 {
        let (a, b) = (RING[k], RING[(k + 1) % 6]);
        let a = at(patch, (site.0 + a.0, site.1 + a.1)) as i8;
        let b = at(patch, (site.0 + b.0, site.1 + b.1)) as i8;
        pairs += a;
        triangles += a * b;
        k += 1;
    }
    (pairs, triangles)
}

/// Where three loads start that hold a site, in the middle, and its six neighbours.
pub(crate) const SITE_LOADS: [(isize, isize); 3] = [(-1, -1), (0, -1), (1, -1)];

/// The nine bits of a site's neighbourhood from its loads; two of them are no neighbours.
#[inline(always)]
pub(crate) fn site_word(loads: [u32; 3]) -> usize {
    let columns = (loads[0] | loads[1] << 1 | loads[2] << 2) & 0x0007_0707;
    // columns 0, 1, 2 at bits 0, 8, 16 go to bits 22, 19, 16 and nothing else comes there
    (columns.wrapping_mul(1 << 22 | 1 << 11 | 1) >> 16 & 0x1ff) as usize
}

/// What a (+) takes part in, as a distance between classes, by its neighbourhood.
pub(crate) static AROUND: [u8; 512] = {
    let mut around = [0; 512];
    let mut word = 0;
    while word < 512 {
        let mut patch: Patch = [[0; 7]; 7];
        let mut bit = 0;
        while bit < 9 {
            let (r, c) = SITE_LOADS[bit % 3];
            let column = 2 - bit as isize / 3;
            patch[(r + 3) as usize][(c + column + 3) as usize] = (word >> bit & 1) as u8;
            bit += 1;
        }
        let (pairs, triangles) = plus_around(&patch, (0, 0));
        around[word] = class(pairs, triangles) - NO_CHANGE;
        word += 1;
    }
    around
};
