//! Sweeps of a block of replicas: one word a site, one bit a replica (asynchronous multispin coding:
//! Bhanot, Duke, Salvador 1986, J. Stat. Phys. 44; Newman and Barkema 1999, section 5.2).
//!
//! All replicas of a block try the same pair of sites at the same time, and each decides with random
//! bits of its own. Given the pairs, the replicas are independent Markov chains, each with the right
//! equilibrium.
#![cfg(feature = "engines")]

#[cfg(target_arch = "x86_64")]
use crate::word::x86::{Avx2, Avx512};
use crate::{
    BlockWidth, Instructions, SwapRange,
    acceptance::{Chain, Ring, Rule},
    generator::{Generator, scale},
    prefetch::{AHEAD, prefetch},
    torus::Torus,
    windows::RING,
    word::Word,
};

/// How many numbers seed one sweep of a block of `parts` words of 64 bits a site: one generator of
/// sites and one of random bits for each 64 replicas.
pub(crate) fn seeds(parts: usize) -> usize {
    Generator::<u64>::SEEDS * (1 + parts)
}

/// One sweep of the `words` of a block.
#[inline(always)]
pub(crate) fn sweep<W: Word>(
    words: &mut [u64],
    torus: Torus,
    (range, rule): (SwapRange, &impl Rule),
    seeds: &[u64],
) {
    let (of_sites, of_bits) = seeds.split_at(Generator::<u64>::SEEDS);
    let generators = (Generator::from_seeds(of_sites), Generator::from_seeds(of_bits));
    match range {
        SwapRange::NearestNeighbor => sweep_bonds::<W>(words, torus, rule, generators),
        SwapRange::Anywhere => sweep_pairs::<W>(words, torus, rule, generators),
    }
}

#[inline(always)]
fn sweep_bonds<W: Word>(
    words: &mut [u64],
    torus: Torus,
    rule: &impl Rule,
    (mut sites, mut bits): (Generator<u64>, Generator<W>),
) {
    let offsets = bond_offsets(torus);
    let rows = [-1, 0, 1, 2].map(|down| torus.reach(down, 0));
    let mut ahead = [(0, 0, 0); AHEAD];
    for attempt in 0..torus.rows * torus.columns + AHEAD {
        let fraction = sites.next();
        let (row, fraction) = scale(fraction, torus.rows);
        let (column, fraction) = scale(fraction, torus.columns);
        let (direction, _) = scale(fraction, 3);
        expect::<W>(words, row * torus.stride + column, &rows, &offsets[direction]);
        let next = (row, column, direction);
        let (row, column, direction) = std::mem::replace(&mut ahead[attempt % AHEAD], next);
        if attempt < AHEAD {
            continue;
        }
        let corner = row * torus.stride + column;
        let offsets = &offsets[direction];
        let [one, other, x, a1, a2, a3, y, b1, b2, b3] = load::<W, 10>(words, corner, offsets);
        let around = (Chain([x, a1, a2, a3, y]), Chain([y, b1, b2, b3, x]));
        let swapped = rule.accept((one, other), around, &mut bits);
        one.xor(swapped).store(&mut words[(corner + offsets[0]) * W::PARTS..]);
        other.xor(swapped).store(&mut words[(corner + offsets[1]) * W::PARTS..]);
        if torus.near_seam(row, column) != 0 {
            let (down, across) = RING[direction];
            let (row, column) = (row as isize, column as isize);
            repeat::<W>(words, torus, (row, column), one.xor(swapped));
            repeat::<W>(words, torus, (row + down, column + across), other.xor(swapped));
        }
    }
}

/// The two sites of a bond, then the chains around them, by direction.
fn bond_offsets(torus: Torus) -> [[usize; 10]; 3] {
    std::array::from_fn(|direction| {
        let ring = |k: usize| RING[(direction + k) % 6];
        let beyond = |k: usize| (ring(0).0 + ring(k).0, ring(0).1 + ring(k).1);
        let sites = [
            (0, 0),
            ring(0),
            ring(1),
            ring(2),
            ring(3),
            ring(4),
            ring(5),
            beyond(5),
            beyond(0),
            beyond(1),
        ];
        sites.map(|(rows, columns)| torus.reach(rows, columns))
    })
}

#[inline(always)]
fn sweep_pairs<W: Word>(
    words: &mut [u64],
    torus: Torus,
    rule: &impl Rule,
    (mut sites, mut bits): (Generator<u64>, Generator<W>),
) {
    let mut offsets = [torus.reach(0, 0); 7];
    for (offset, (down, across)) in offsets[1..].iter_mut().zip(RING) {
        *offset = torus.reach(down, across);
    }
    let rows = [-1, 0, 1].map(|down| torus.reach(down, 0));
    let mut ahead = [((0, 0), (0, 0)); AHEAD];
    for attempt in 0..torus.rows * torus.columns + AHEAD {
        let next = (random_site(torus, &mut sites), random_site(torus, &mut sites));
        for (row, column) in [next.0, next.1] {
            expect::<W>(words, row * torus.stride + column, &rows, &offsets);
        }
        let (a, b) = std::mem::replace(&mut ahead[attempt % AHEAD], next);
        if attempt < AHEAD {
            continue;
        }
        let (corner, other_corner) = (a.0 * torus.stride + a.1, b.0 * torus.stride + b.1);
        let [one, around @ ..] = load::<W, 7>(words, corner, &offsets);
        let [other, around_other @ ..] = load::<W, 7>(words, other_corner, &offsets);
        let mut around = (Ring(around), Ring(around_other));
        if torus.nearby(a, b) {
            // the atom of one is not counted around the other
            hide(torus, a, b, &mut around.0);
            hide(torus, b, a, &mut around.1);
        }
        let swapped = rule.accept((one, other), around, &mut bits);
        if a == b {
            continue; // like atoms, of which none is swapped
        }
        one.xor(swapped).store(&mut words[torus.cell(a.0, a.1) * W::PARTS..]);
        other.xor(swapped).store(&mut words[torus.cell(b.0, b.1) * W::PARTS..]);
        if torus.near_seam(a.0, a.1) | torus.near_seam(b.0, b.1) != 0 {
            repeat::<W>(words, torus, (a.0 as isize, a.1 as isize), one.xor(swapped));
            repeat::<W>(words, torus, (b.0 as isize, b.1 as isize), other.xor(swapped));
        }
    }
}

#[inline(always)]
fn random_site(torus: Torus, generator: &mut Generator<u64>) -> (usize, usize) {
    let (row, fraction) = scale(generator.next(), torus.rows);
    let (column, _) = scale(fraction, torus.columns);
    (row, column)
}

/// Asks for cells at these distances from a corner: for wide ones, each a cache line, or else for the
/// middles of rows, whose lines hold most of them.
#[inline(always)]
fn expect<W: Word>(words: &[u64], corner: usize, rows: &[usize], cells: &[usize]) {
    for place in if W::PARTS < 8 { rows } else { cells } {
        prefetch(words, (corner + place) * W::PARTS);
    }
}

/// The words of cells at these distances from a corner.
#[inline(always)]
fn load<W: Word, const N: usize>(words: &[u64], corner: usize, offsets: &[usize; N]) -> [W; N] {
    let mut loaded = [W::splat(0); N];
    for (word, offset) in loaded.iter_mut().zip(offsets) {
        *word = W::load(&words[(corner + offset) * W::PARTS..]);
    }
    loaded
}

/// Takes the site `hidden` out of the ring of `site`.
#[cold]
fn hide<W: Word>(
    torus: Torus,
    site: (usize, usize),
    hidden: (usize, usize),
    Ring(ring): &mut Ring<W>,
) {
    for ((down, across), word) in RING.into_iter().zip(ring) {
        if torus.wrapped(site.0 as isize + down, site.1 as isize + across) == hidden {
            *word = W::splat(0);
        }
    }
}

/// Writes the word of a site to all its cells.
#[inline(always)]
fn repeat<W: Word>(words: &mut [u64], torus: Torus, (row, column): (isize, isize), word: W) {
    for cell in torus.images(row, column) {
        word.store(&mut words[cell * W::PARTS..]);
    }
}

/// One sweep of a block of this width with these instructions, which the processor must have.
pub(crate) fn sweep_width(
    words: &mut [u64],
    (torus, width): (Torus, BlockWidth),
    rule: (SwapRange, &impl Rule),
    seeds: &[u64],
    instructions: Instructions,
) {
    /// The sweep with words of this type.
    macro_rules! sweep {
        ($run:path, $word:ty) => {
            $run(
                #[inline(always)]
                || sweep::<$word>(words, torus, rule, seeds),
            )
        };
    }
    #[cfg(target_arch = "x86_64")]
    match (width, instructions) {
        (_, Instructions::Portable) => (),
        (BlockWidth::Bits64, _) => return sweep!(Instructions::run_avx2, u64),
        (BlockWidth::Bits256, _) => return sweep!(Instructions::run_avx2, Avx2),
        (BlockWidth::Bits512, Instructions::Avx2) => {
            return sweep!(Instructions::run_avx2, [Avx2; 2]);
        }
        (BlockWidth::Bits512, Instructions::Avx512) => {
            return sweep!(Instructions::run_avx512, Avx512);
        }
    }
    match width {
        BlockWidth::Bits64 => sweep!(Instructions::run_portable, u64),
        BlockWidth::Bits256 => sweep!(Instructions::run_portable, [u64; 4]),
        BlockWidth::Bits512 => sweep!(Instructions::run_portable, [u64; 8]),
    }
}
