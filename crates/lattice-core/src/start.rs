//! Starts of an ensemble: given ones, and random ones, every arrangement with the right number of (-)
//! atoms equally likely.
#![cfg(feature = "engines")]

use rand::Rng;

use crate::{
    Atom, BlockWidth, Configuration, Ensemble, Instructions, LatticeError,
    error::reserve,
    generator::{Generator, draw, draw_seeds, scale},
    tally::{PlusAtoms, tally_width},
    torus::Torus,
};

/// Binary digits of the probability that an atom is drawn with.
const DIGITS: usize = 16;

impl Ensemble {
    /// One replica for each of these configurations, in their order; what is left of the last block
    /// is swept along as copies of the first ones and not reported.
    ///
    /// # Errors
    /// [`LatticeError::NoReplicas`] without any, [`LatticeError::UnlikeReplicas`] unless all have one
    /// lattice and one number of (-) atoms, [`LatticeError::OutOfMemory`].
    pub fn from_configurations(
        configurations: &[Configuration],
        width: BlockWidth,
    ) -> Result<Self, LatticeError> {
        let first = configurations.first().ok_or(LatticeError::NoReplicas)?;
        let shape = |one: &Configuration| {
            (one.lattice().rows(), one.lattice().columns(), one.minus_count())
        };
        let expected = shape(first);
        if let Some(replica) = configurations.iter().position(|one| shape(one) != expected) {
            let found = shape(&configurations[replica]);
            return Err(LatticeError::UnlikeReplicas { replica, found, expected });
        }
        let (sites, parts) = (first.lattice().sites(), width.parts());
        let mut blocks = reserve(configurations.len().div_ceil(width.replicas()))?;
        let mut all = configurations.iter().cycle();
        for _ in 0..configurations.len().div_ceil(width.replicas()) {
            let mut words = reserve(sites * parts)?;
            words.resize(sites * parts, 0_u64);
            for (bit, configuration) in all.by_ref().take(width.replicas()).enumerate() {
                for (site, &atom) in configuration.atoms().iter().enumerate() {
                    let plus = u64::from(atom == Atom::Plus.value());
                    words[site * parts + bit / 64] |= plus << (bit % 64);
                }
            }
            blocks.push(words);
        }
        let (lattice, replicas) = (first.lattice().clone(), configurations.len());
        Self::from_words(lattice, first.minus_count(), replicas, width, &blocks)
    }
}

/// Draws every atom of every replica by itself, then changes atoms at random where a replica has too
/// many of a kind. All arrangements of one number of (-) are equally likely after either step,
/// whatever the probability: it only decides how much is left to change.
pub(crate) fn randomize(
    words: &mut [u64],
    (torus, width): (Torus, BlockWidth),
    minus_count: usize,
    rng: &mut dyn Rng,
) {
    let parts = width.parts();
    let mut seeds = [0; Generator::<u64>::SEEDS];
    draw_seeds(rng, &mut seeds, 1);
    let mut generator = Generator::<u64>::from_seeds(&seeds);
    let sites = torus.rows * torus.columns;
    let plus_count = (sites - minus_count) as u64;
    let probability = ((plus_count << DIGITS) / sites as u64) << (64 - DIGITS);
    for row in 0..torus.rows {
        let cells = torus.row(row);
        for word in &mut words[cells.start * parts..cells.end * parts] {
            *word = draw(probability, DIGITS, &mut generator);
        }
    }
    let counts = tally_width(words, (torus, width), &PlusAtoms, Instructions::best());
    for (replica, [mut count]) in counts.into_iter().enumerate() {
        let (part, bit) = (replica / 64, 1 << (replica % 64));
        while count != plus_count {
            let (row, fraction) = scale(generator.next(), torus.rows);
            let (column, _) = scale(fraction, torus.columns);
            let word = &mut words[torus.cell(row, column) * parts + part];
            if (*word & bit != 0) == (count > plus_count) {
                *word ^= bit;
                count = if count > plus_count { count - 1 } else { count + 1 };
            }
        }
    }
    let cells = torus.cells() * parts;
    torus.fill_border(&mut words[..cells], parts);
}
