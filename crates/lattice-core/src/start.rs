//! Random starts of a block: every arrangement with the right number of (-) atoms equally likely.

use rand::Rng;

use crate::{
    BlockWidth, Instructions,
    generator::{Generator, draw, draw_seeds, scale},
    tally::{PlusAtoms, tally_width},
    torus::Torus,
};

/// Binary digits of the probability that an atom is drawn with.
const DIGITS: usize = 16;

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
