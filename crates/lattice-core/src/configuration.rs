//! Atoms on a lattice, with the integers that their energy follows from.
#![cfg(feature = "engines")]

use ndarray::ArrayView2;
use rand::{Rng, seq::SliceRandom};
use serde::{Deserialize, Serialize};

use crate::{
    Atom, Composition, LatticeError, Metropolis, PlusBits, TriangularLattice,
    composition::check_both_kinds, energy::triangle_counts, error::reserve, metropolis::class,
    ring, saved::SavedConfiguration, single::Cells, torus::Torus,
};

const PLUS: i8 = Atom::Plus.value();
const MINUS: i8 = Atom::Minus.value();

/// Atoms of two kinds on a lattice, at least one of each; those of files may be all of one kind, and
/// then nothing swaps.
///
/// Three integers are kept up to date with every swap: the number of (-) atoms (which never
/// changes), of (+) (+) pairs of neighbours, and of triangles of three (+). Every triangle energy
/// follows from them without rounding on the way.
///
/// ```
/// use lattice_core::{Composition, Configuration, TriangleEnergy, TriangularLattice};
/// use rand_pcg::{Pcg64, rand_core::SeedableRng};
///
/// let lattice = TriangularLattice::new(6, 6)?;
/// let mut rng = Pcg64::seed_from_u64(1);
/// let atoms = Configuration::random(lattice, Composition::of_minus(0.25)?, &mut rng)?;
/// assert_eq!(atoms.minus_count(), 9);
/// assert_eq!(atoms.triangle_counts().iter().sum::<u64>(), 72);
///
/// // the ground state at x = 1/3: two (+) and one (-) in every triangle
/// let rows: Vec<Vec<i8>> =
///     (0..6).map(|r| (0..6).map(|c| if (r + 2 * c) % 3 == 0 { -1 } else { 1 }).collect()).collect();
/// let ordered = Configuration::from_rows(&rows)?;
/// assert_eq!(ordered.triangle_counts(), [0, 0, 72, 0]);
/// assert_eq!(TriangleEnergy::absolute_charge().total(&ordered), 0.0);
/// # Ok::<(), lattice_core::LatticeError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "SavedConfiguration", into = "SavedConfiguration")]
pub struct Configuration {
    lattice: TriangularLattice,
    /// Row-major, +1 or -1.
    atoms: Vec<i8>,
    /// The same atoms.
    bits: PlusBits,
    minus_count: usize,
    plus_pairs: u64,
    plus_triangles: u64,
}

/// What a swap does to the two numbers that the energy depends on at fixed composition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SwapChange {
    plus_pairs: i8,
    plus_triangles: i8,
}

impl SwapChange {
    pub(crate) const fn new(plus_pairs: i8, plus_triangles: i8) -> Self {
        Self { plus_pairs, plus_triangles }
    }

    /// The number of this change in tables.
    pub(crate) const fn class(self) -> u8 {
        class(self.plus_pairs, self.plus_triangles)
    }

    /// (+) (+) pairs of neighbours made minus broken, from -6 to 6.
    pub fn plus_pairs(self) -> i8 {
        self.plus_pairs
    }

    /// Triangles of three (+) made minus broken, from -6 to 6.
    pub fn plus_triangles(self) -> i8 {
        self.plus_triangles
    }
}

impl Configuration {
    /// Atoms placed at random: every arrangement with the composition's number of (-) atoms, see
    /// [`Composition::minus_count`], is equally likely.
    ///
    /// # Errors
    /// [`LatticeError::OneKindOnly`] if the composition leaves no atom of one kind on this lattice.
    pub fn random(
        lattice: TriangularLattice,
        composition: Composition,
        rng: &mut dyn Rng,
    ) -> Result<Self, LatticeError> {
        let sites = lattice.sites();
        let minus_count = composition.minus_count(sites)?;
        let mut atoms = reserve(sites)?;
        atoms.resize(minus_count, MINUS);
        atoms.resize(sites, PLUS);
        atoms.shuffle(rng);
        Self::from_atoms(lattice, atoms)
    }

    /// Atoms as in a grid of +1 and -1, periodic in both directions.
    ///
    /// # Errors
    /// [`LatticeError::LatticeTooSmall`] for grids under 3 x 3 (empty ones too),
    /// [`LatticeError::NotAnAtom`] for other numbers, [`LatticeError::OneKindOnly`] for atoms all of
    /// one kind.
    pub fn from_grid(grid: ArrayView2<'_, i8>) -> Result<Self, LatticeError> {
        let (rows, columns) = grid.dim();
        let lattice = TriangularLattice::new(rows, columns)?;
        let mut atoms = reserve(lattice.sites())?;
        for ((row, column), &value) in grid.indexed_iter() {
            if value != PLUS && value != MINUS {
                return Err(LatticeError::NotAnAtom { value, row, column });
            }
            atoms.push(value);
        }
        Self::from_atoms(lattice, atoms)
    }

    /// Atoms as in rows of +1 and -1, periodic in both directions.
    ///
    /// # Errors
    /// Those of [`from_grid`](Self::from_grid), and [`LatticeError::RaggedRows`] for rows of
    /// different lengths.
    pub fn from_rows<R: AsRef<[i8]>>(rows: &[R]) -> Result<Self, LatticeError> {
        let columns = rows.first().map_or(0, |row| row.as_ref().len());
        let mut values = reserve(rows.len().saturating_mul(columns))?;
        for (row, atoms) in rows.iter().enumerate() {
            let length = atoms.as_ref().len();
            if length != columns {
                return Err(LatticeError::RaggedRows { row, length, expected: columns });
            }
            values.extend_from_slice(atoms.as_ref());
        }
        let grid = ArrayView2::from_shape((rows.len(), columns), &values)
            .expect("as many values as rows times columns");
        Self::from_grid(grid)
    }

    /// Atoms, +1 or -1, in the order of the sites.
    pub(crate) fn from_atoms(
        lattice: TriangularLattice,
        atoms: Vec<i8>,
    ) -> Result<Self, LatticeError> {
        let minus_count = atoms.iter().filter(|&&atom| atom == MINUS).count();
        check_both_kinds(minus_count, lattice.sites())?;
        Self::of_any_kind(lattice, atoms)
    }

    /// The same, also of atoms that are all of one kind: they have concentrations, and no swaps.
    pub(crate) fn of_any_kind(
        lattice: TriangularLattice,
        atoms: Vec<i8>,
    ) -> Result<Self, LatticeError> {
        let minus_count = atoms.iter().filter(|&&atom| atom == MINUS).count();
        let bits = Cells::try_of(Torus::new(&lattice), &atoms)?.try_bits()?;
        let (plus_pairs, plus_triangles) = bits.plus_counts();
        Ok(Self { lattice, atoms, bits, minus_count, plus_pairs, plus_triangles })
    }

    /// The lattice the atoms are on.
    pub fn lattice(&self) -> &TriangularLattice {
        &self.lattice
    }

    /// The atoms as a grid of +1 and -1, rows x columns.
    pub fn grid(&self) -> ArrayView2<'_, i8> {
        let shape = (self.lattice.rows(), self.lattice.columns());
        ArrayView2::from_shape(shape, &self.atoms).expect("one atom a site")
    }

    /// The atoms, +1 and -1, in the order of the sites (row-major).
    pub fn atoms(&self) -> &[i8] {
        &self.atoms
    }

    /// The atoms as bits, 64 sites a word, for whoever counts many of them.
    pub fn plus_bits(&self) -> &PlusBits {
        &self.bits
    }

    /// Number of (-) atoms.
    pub fn minus_count(&self) -> usize {
        self.minus_count
    }

    /// Number of (+) atoms.
    pub fn plus_count(&self) -> usize {
        self.atoms.len() - self.minus_count
    }

    /// The composition obtained: the asked one as near as whole atoms allow.
    pub fn composition(&self) -> Composition {
        let minus = self.minus_count as f64 / self.atoms.len() as f64;
        Composition::of_minus(minus).expect("a part of all atoms is a fraction from 0 to 1")
    }

    /// Number of (+) (+) pairs of neighbours, N++, of the 3N pairs.
    pub fn plus_pairs(&self) -> u64 {
        self.plus_pairs
    }

    /// Number of triangles of three (+), N+++, of the 2N triangles.
    pub fn plus_triangles(&self) -> u64 {
        self.plus_triangles
    }

    /// Numbers of triangles with 0, 1, 2 and 3 (+) corners, of 2N in all.
    pub fn triangle_counts(&self) -> [u64; 4] {
        let (sites, plus) = (self.atoms.len(), self.plus_count() as u64);
        triangle_counts(sites, plus, self.plus_pairs, self.plus_triangles)
    }

    /// What swapping the atoms of two sites would do; nothing if they are alike.
    ///
    /// # Errors
    /// [`LatticeError::NoSuchSite`] beyond the lattice.
    pub fn swap_change(&self, first: usize, second: usize) -> Result<SwapChange, LatticeError> {
        self.check_sites([first, second])?;
        Ok(self
            .plus_and_minus(first, second)
            .map_or_else(SwapChange::default, |(plus, minus)| self.change_of_unlike(plus, minus)))
    }

    /// Swaps the atoms of two sites.
    ///
    /// # Errors
    /// [`LatticeError::NoSuchSite`] beyond the lattice.
    pub fn swap(&mut self, first: usize, second: usize) -> Result<(), LatticeError> {
        self.check_sites([first, second])?;
        if let Some((plus, minus)) = self.plus_and_minus(first, second) {
            let change = self.change_of_unlike(plus, minus);
            self.swap_unlike(plus, minus, change);
        }
        Ok(())
    }

    fn check_sites(&self, sites: [usize; 2]) -> Result<(), LatticeError> {
        match sites.into_iter().find(|&site| site >= self.atoms.len()) {
            Some(site) => Err(LatticeError::NoSuchSite { site, sites: self.atoms.len() }),
            None => Ok(()),
        }
    }

    /// The two sites, that of the (+) first, if their atoms differ.
    #[inline]
    fn plus_and_minus(&self, first: usize, second: usize) -> Option<(usize, usize)> {
        match (self.atoms[first], self.atoms[second]) {
            (PLUS, MINUS) => Some((first, second)),
            (MINUS, PLUS) => Some((second, first)),
            _ => None,
        }
    }

    /// What moving the (+) of site `plus` to site `minus` would do.
    #[inline]
    fn change_of_unlike(&self, plus: usize, minus: usize) -> SwapChange {
        let broken = ring::plus_around(&self.atoms, self.lattice.neighbors_of(plus), minus);
        let made = ring::plus_around(&self.atoms, self.lattice.neighbors_of(minus), plus);
        SwapChange::new(made.pairs - broken.pairs, made.triangles - broken.triangles)
    }

    /// Moves the (+) of site `plus` to site `minus`, whose `change` is known.
    #[inline]
    fn swap_unlike(&mut self, plus: usize, minus: usize, change: SwapChange) {
        self.atoms[plus] = MINUS;
        self.atoms[minus] = PLUS;
        let columns = self.lattice.columns();
        for site in [plus, minus] {
            self.bits.flip(site / columns, site % columns);
        }
        self.plus_pairs = self.plus_pairs.wrapping_add_signed(change.plus_pairs.into());
        self.plus_triangles = self.plus_triangles.wrapping_add_signed(change.plus_triangles.into());
    }

    /// So many sweeps of N moves each.
    pub(crate) fn sweep(&mut self, metropolis: &Metropolis, sweeps: u64, rng: &mut dyn Rng) {
        // of one kind alone there is nothing to pick
        if sweeps == 0 || self.minus_count == 0 || self.plus_count() == 0 {
            return;
        }
        let mut cells = Cells::of(Torus::new(&self.lattice), &self.atoms);
        cells.sweep(metropolis, sweeps, rng);
        cells.write(&mut self.atoms);
        self.bits = cells.bits();
        (self.plus_pairs, self.plus_triangles) = self.bits.plus_counts();
    }
}
