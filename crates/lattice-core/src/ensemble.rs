//! Many replicas at once, one bit each.
#![cfg(feature = "engines")]

mod aligned;

use rand::Rng;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::{
    Anneal, Atom, Composition, Configuration, Instructions, LatticeError, Metropolis, Patch,
    ReplicaBits, SiteTerms, TriangularLattice,
    acceptance::{OneCoupling, Rule, TwoCouplings},
    block,
    composition::check_both_kinds,
    energy::triangle_counts,
    error::reserve,
    generator::draw_seeds,
    saved::SavedEnsemble,
    start,
    tally::{PlusAtoms, SLACK, tally_width},
    torus::Torus,
};

use aligned::AlignedWords;

/// Sweeps whose seeds are drawn at once.
const SWEEPS_AT_ONCE: u64 = 64;

/// How many replicas share a word, and with it the sequence of sites that are tried.
///
/// It is part of what a seed means. Wider blocks cost less a replica where the processor has the
/// registers: 256 bits with AVX2, 512 with AVX-512.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum BlockWidth {
    /// 64 replicas.
    #[default]
    Bits64,
    /// 256 replicas.
    Bits256,
    /// 512 replicas.
    Bits512,
}

impl BlockWidth {
    /// All widths.
    pub const ALL: [Self; 3] = [Self::Bits64, Self::Bits256, Self::Bits512];

    /// Replicas in a block: 64, 256 or 512.
    pub const fn replicas(self) -> usize {
        64 * self.parts()
    }

    pub(crate) const fn parts(self) -> usize {
        match self {
            Self::Bits64 => 1,
            Self::Bits256 => 4,
            Self::Bits512 => 8,
        }
    }
}

/// Independent replicas of a lattice at one composition, annealed together.
///
/// It goes wherever a [`Configuration`] goes, with an energy for each replica; as each swap is tried
/// in all replicas of a block by a few operations on words, a replica costs 30 to 100 times less
/// than alone. Every replica has its own random start and its own random bits. A word of bits a
/// site and block is all the memory there is: 8.5 MB for 64 replicas of 1024 x 1024 sites.
///
/// Energies that count only pairs or only triangles, such as the squared and the absolute charge,
/// have the fast path; any other table is right and slower.
///
/// ```
/// use lattice_core::{
///     BlockWidth, Composition, Ensemble, Schedule, SwapRange, TriangleEnergy, TriangularLattice,
///     anneal,
/// };
/// use rand_pcg::{Pcg64, rand_core::SeedableRng};
///
/// let mut rng = Pcg64::seed_from_u64(7);
/// let lattice = TriangularLattice::new(24, 24)?;
/// let third = Composition::of_minus(1.0 / 3.0)?;
/// let mut atoms = Ensemble::random(lattice, third, 100, BlockWidth::default(), &mut rng)?;
/// let energy = TriangleEnergy::absolute_charge();
/// let schedule = Schedule::geometric(0.8, 0.1, 10)?;
/// anneal(&mut atoms, &energy, &schedule, SwapRange::Anywhere, &mut rng, |sample| {
///     assert_eq!(sample.energies.len(), 100);
///     println!("{:.2} {:.4}", sample.time, sample.energy_per_site());
/// })?;
/// let one = atoms.replica(99)?;
/// assert_eq!(one.minus_count(), 192);
/// # Ok::<(), lattice_core::LatticeError>(())
/// ```
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "SavedEnsemble", into = "SavedEnsemble")]
pub struct Ensemble {
    lattice: TriangularLattice,
    torus: Torus,
    width: BlockWidth,
    replicas: usize,
    minus_count: usize,
    /// The cells of each block, `width.parts()` numbers a cell, and some slack.
    blocks: Vec<AlignedWords>,
    instructions: Instructions,
}

impl Ensemble {
    /// So many replicas with atoms placed at random: every arrangement with the composition's number
    /// of (-) atoms is equally likely in each. They fill blocks of the given width; what is left of
    /// the last block is swept along and not reported.
    ///
    /// # Errors
    /// [`LatticeError::OneKindOnly`] if the composition leaves no atom of one kind,
    /// [`LatticeError::NoReplicas`] for 0 replicas, [`LatticeError::OutOfMemory`].
    pub fn random(
        lattice: TriangularLattice,
        composition: Composition,
        replicas: usize,
        width: BlockWidth,
        rng: &mut dyn Rng,
    ) -> Result<Self, LatticeError> {
        let minus_count = composition.minus_count(lattice.sites())?;
        let mut ensemble = Self::empty(lattice, minus_count, replicas, width)?;
        for words in &mut ensemble.blocks {
            start::randomize(words, (ensemble.torus, width), minus_count, rng);
        }
        Ok(ensemble)
    }

    /// Replicas whose words are all 0.
    pub(crate) fn empty(
        lattice: TriangularLattice,
        minus_count: usize,
        replicas: usize,
        width: BlockWidth,
    ) -> Result<Self, LatticeError> {
        if replicas == 0 {
            return Err(LatticeError::NoReplicas);
        }
        let torus = Torus::new(&lattice);
        let mut blocks = reserve(replicas.div_ceil(width.replicas()))?;
        for _ in 0..replicas.div_ceil(width.replicas()) {
            let length = torus.cells() * width.parts() + SLACK;
            blocks.push(AlignedWords::zeros(length)?);
        }
        let instructions = Instructions::best();
        Ok(Self { lattice, torus, width, replicas, minus_count, blocks, instructions })
    }

    /// The words of the sites of each block, without borders, in the order of the sites.
    pub(crate) fn words(&self) -> impl Iterator<Item = Vec<u64>> + '_ {
        let (torus, parts) = (self.torus, self.width.parts());
        self.blocks.iter().map(move |words| {
            let row = |row| {
                let cells = torus.row(row);
                &words[cells.start * parts..cells.end * parts]
            };
            (0..torus.rows).map(row).collect::<Vec<_>>().concat()
        })
    }

    /// From the words of the sites of each block.
    pub(crate) fn from_words(
        lattice: TriangularLattice,
        minus_count: usize,
        replicas: usize,
        width: BlockWidth,
        blocks: &[Vec<u64>],
    ) -> Result<Self, LatticeError> {
        check_both_kinds(minus_count, lattice.sites())?;
        let length = lattice.sites() * width.parts();
        let expected = replicas.div_ceil(width.replicas());
        if blocks.len() != expected || blocks.iter().any(|words| words.len() != length) {
            return Err(LatticeError::SavedAtoms);
        }
        let mut ensemble = Self::empty(lattice, minus_count, replicas, width)?;
        let (torus, parts) = (ensemble.torus, width.parts());
        let plus_count = (length / parts - minus_count) as u64;
        for (words, saved) in ensemble.blocks.iter_mut().zip(blocks) {
            for (row, saved) in saved.chunks_exact(torus.columns * parts).enumerate() {
                words[torus.cell(row, 0) * parts..][..saved.len()].copy_from_slice(saved);
            }
            torus.fill_border(&mut words[..torus.cells() * parts], parts);
            let counts = tally_width(words, (torus, width), &PlusAtoms, ensemble.instructions);
            if counts.iter().any(|&[count]| count != plus_count) {
                return Err(LatticeError::SavedAtoms);
            }
        }
        Ok(ensemble)
    }

    /// The same with these instructions, or lesser ones where the processor does not have them. The
    /// numbers stay the same.
    pub fn with_instructions(mut self, instructions: Instructions) -> Self {
        let possible = Instructions::available().filter(|&set| set <= instructions);
        self.instructions = possible.last().unwrap_or(Instructions::Portable);
        self
    }

    /// The lattice of every replica.
    pub fn lattice(&self) -> &TriangularLattice {
        &self.lattice
    }

    /// Number of replicas, at least 1.
    pub fn replicas(&self) -> usize {
        self.replicas
    }

    /// The width of the blocks.
    pub fn width(&self) -> BlockWidth {
        self.width
    }

    /// Number of (-) atoms of every replica.
    pub fn minus_count(&self) -> usize {
        self.minus_count
    }

    /// The composition obtained: the asked one as near as whole atoms allow.
    pub fn composition(&self) -> Composition {
        let minus = self.minus_count as f64 / self.lattice.sites() as f64;
        Composition::of_minus(minus).expect("a part of all atoms is a fraction from 0 to 1")
    }

    /// A copy of one replica, numbered from 0.
    ///
    /// # Errors
    /// [`LatticeError::NoSuchReplica`] beyond the last.
    pub fn replica(&self, replica: usize) -> Result<Configuration, LatticeError> {
        if replica >= self.replicas {
            return Err(LatticeError::NoSuchReplica { replica, replicas: self.replicas });
        }
        let words = &self.blocks[replica / self.width.replicas()];
        let (part, bit) = (replica % self.width.replicas() / 64, replica % 64);
        let mut atoms = reserve(self.lattice.sites())?;
        for row in 0..self.torus.rows {
            atoms.extend(self.torus.row(row).map(|cell| {
                let word = words[cell * self.width.parts() + part];
                let species = if word >> bit & 1 == 1 { Atom::Plus } else { Atom::Minus };
                species.value()
            }));
        }
        Configuration::from_atoms(self.lattice.clone(), atoms)
    }

    /// Sums over all sites of every replica, by counters of one bit a replica: for each replica and
    /// each class, how many there are.
    ///
    /// ```
    /// use lattice_core::{
    ///     BlockWidth, Composition, Ensemble, Patch, ReplicaBits, SiteTerms, TriangularLattice,
    /// };
    /// use rand_pcg::{Pcg64, rand_core::SeedableRng};
    ///
    /// /// (+) (+) pairs of neighbours: three bonds a site.
    /// struct PlusPairs;
    ///
    /// impl SiteTerms<1> for PlusPairs {
    ///     fn terms<B: ReplicaBits>(&self, patch: Patch<B>) -> [(B, B); 1] {
    ///         let second = [(0, 1), (1, 0), (1, -1)];
    ///         let [a, b, c] =
    ///             second.map(|(down, across)| patch.at(0, 0).and(patch.at(down, across)));
    ///         [a.full_add(b, c)]
    ///     }
    /// }
    ///
    /// let mut rng = Pcg64::seed_from_u64(7);
    /// let lattice = TriangularLattice::new(12, 12)?;
    /// let half = Composition::of_minus(0.5)?;
    /// let atoms = Ensemble::random(lattice, half, 64, BlockWidth::Bits64, &mut rng)?;
    /// let sums = atoms.sum_over_sites(&PlusPairs);
    /// assert_eq!(sums[63], [atoms.replica(63)?.plus_pairs()]);
    /// # Ok::<(), lattice_core::LatticeError>(())
    /// ```
    pub fn sum_over_sites<const CLASSES: usize>(
        &self,
        terms: &impl SiteTerms<CLASSES>,
    ) -> Vec<[u64; CLASSES]> {
        let of_block = |words: &AlignedWords| {
            tally_width(words, (self.torus, self.width), terms, self.instructions)
        };
        let mut sums = self.blocks.par_iter().map(of_block).collect::<Vec<_>>().concat();
        sums.truncate(self.replicas);
        sums
    }

    fn sweep(&mut self, metropolis: &Metropolis, sweeps: u64, rng: &mut dyn Rng) {
        let energy = metropolis.energy();
        if energy.triple_coupling() == 0.0 {
            self.sweep_by(metropolis, &OneCoupling::<false>::new(metropolis), sweeps, rng);
        } else if energy.pair_coupling() == 0.0 {
            self.sweep_by(metropolis, &OneCoupling::<true>::new(metropolis), sweeps, rng);
        } else {
            self.sweep_by(metropolis, &TwoCouplings(metropolis), sweeps, rng);
        }
    }

    fn sweep_by(
        &mut self,
        metropolis: &Metropolis,
        rule: &impl Rule,
        mut sweeps: u64,
        rng: &mut dyn Rng,
    ) {
        let (torus, parts, width) = (self.torus, self.width.parts(), self.width);
        let (instructions, range) = (self.instructions, metropolis.range());
        let (each, blocks) = (block::seeds(parts), self.blocks.len());
        while sweeps > 0 {
            let now = sweeps.min(SWEEPS_AT_ONCE);
            sweeps -= now;
            // sweep by sweep and block by block, so that sweeps may be grouped in any way
            let mut seeds = vec![0; now as usize * blocks * each];
            for seeds in seeds.chunks_exact_mut(each) {
                let (of_sites, of_bits) = seeds.split_at_mut(block::seeds(0));
                draw_seeds(rng, of_sites, 1);
                draw_seeds(rng, of_bits, parts);
            }
            self.blocks.par_iter_mut().enumerate().for_each(|(number, words)| {
                for seeds in seeds.chunks_exact(each).skip(number).step_by(blocks) {
                    block::sweep_width(words, (torus, width), (range, rule), seeds, instructions);
                }
            });
        }
    }
}

/// The same atoms in the same blocks; borders may hold cells that nothing reads.
impl PartialEq for Ensemble {
    fn eq(&self, other: &Self) -> bool {
        let shape = |e: &Self| (e.width, e.replicas, e.minus_count);
        self.lattice == other.lattice
            && shape(self) == shape(other)
            && self.words().eq(other.words())
    }
}

impl Eq for Ensemble {}

/// What the energy depends on at fixed composition.
struct PairsAndTriangles;

impl SiteTerms<2> for PairsAndTriangles {
    #[inline(always)]
    fn terms<B: ReplicaBits>(&self, patch: Patch<B>) -> [(B, B); 2] {
        let (plus, right) = (patch.at(0, 0), patch.at(0, 1));
        let (below, below_left) = (patch.at(1, 0), patch.at(1, -1));
        let pairs = [plus.and(right), plus.and(below), plus.and(below_left)];
        let triangles = [pairs[0].and(below), pairs[1].and(below_left)];
        [
            pairs[0].full_add(pairs[1], pairs[2]),
            (triangles[0].xor(triangles[1]), triangles[0].and(triangles[1])),
        ]
    }
}

impl Anneal for Ensemble {
    fn advance(&mut self, metropolis: &Metropolis, sweeps: u64, rng: &mut dyn Rng) -> Vec<f64> {
        self.sweep(metropolis, sweeps, rng);
        let sites = self.lattice.sites();
        let sums = self.sum_over_sites(&PairsAndTriangles);
        let plus = (sites - self.minus_count) as u64;
        let energy_of = |[pairs, triangles]: [u64; 2]| {
            metropolis.energy().of_counts(triangle_counts(sites, plus, pairs, triangles))
                / sites as f64
        };
        sums.into_iter().map(energy_of).collect()
    }
}
