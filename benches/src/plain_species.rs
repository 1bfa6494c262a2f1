//! The plain program that the general engine is measured against: three species on the periodic
//! triangular lattice, as a competent first version for just this case has it.

use rand::{Rng, RngExt};

/// A periodic triangular lattice of bytes, each a species, row-major.
#[derive(Clone, Debug)]
pub struct PlainSpecies {
    rows: usize,
    columns: usize,
    atoms: Vec<u8>,
}

/// The energy of a pair of neighbors, by its species; symmetric.
pub type Pairs = [[f64; 3]; 3];
/// The energy of a triangle, by its species; the same in any order.
pub type Triangles = [[[f64; 3]; 3]; 3];

impl PlainSpecies {
    /// From species, row-major.
    pub fn new(rows: usize, columns: usize, atoms: &[u8]) -> PlainSpecies {
        PlainSpecies { rows, columns, atoms: atoms.to_vec() }
    }

    /// The six neighbors in ring order.
    #[inline(always)]
    fn ring(&self, row: usize, column: usize) -> [usize; 6] {
        let above = if row == 0 { self.rows - 1 } else { row - 1 };
        let below = if row + 1 == self.rows { 0 } else { row + 1 };
        let left = if column == 0 { self.columns - 1 } else { column - 1 };
        let right = if column + 1 == self.columns { 0 } else { column + 1 };
        [
            row * self.columns + right,
            below * self.columns + column,
            below * self.columns + left,
            row * self.columns + left,
            above * self.columns + column,
            above * self.columns + right,
        ]
    }

    /// So many attempts to swap a random bond, with energies of pairs.
    pub fn swap_neighbors_pairs(
        &mut self,
        attempts: usize,
        table: &Pairs,
        temperature: f64,
        rng: &mut impl Rng,
    ) {
        self.swap_neighbors(attempts, temperature, rng, |atoms, ring, skip, (from, to)| {
            // all neighbors but the other site
            let near = (1..6).map(|k| usize::from(atoms[ring[(skip + k) % 6]]));
            near.map(|near| table[to][near] - table[from][near]).sum()
        });
    }

    /// So many attempts to swap a random bond, with energies of triangles.
    pub fn swap_neighbors_triangles(
        &mut self,
        attempts: usize,
        table: &Triangles,
        temperature: f64,
        rng: &mut impl Rng,
    ) {
        self.swap_neighbors(attempts, temperature, rng, |atoms, ring, skip, (from, to)| {
            // the four triangles that do not hold the other site
            let at = |k: usize| usize::from(atoms[ring[(skip + k) % 6]]);
            (1..5).map(|k| table[to][at(k)][at(k + 1)] - table[from][at(k)][at(k + 1)]).sum()
        });
    }

    #[inline(always)]
    fn swap_neighbors(
        &mut self,
        attempts: usize,
        temperature: f64,
        rng: &mut impl Rng,
        change: impl Fn(&[u8], &[usize; 6], usize, (usize, usize)) -> f64,
    ) {
        for _ in 0..attempts {
            let (row, column) = (below(rng, self.rows), below(rng, self.columns));
            let direction = below(rng, 3);
            let ring = self.ring(row, column);
            let (one, other) = (row * self.columns + column, ring[direction]);
            let (a, b) = (usize::from(self.atoms[one]), usize::from(self.atoms[other]));
            if a == b {
                continue;
            }
            let around = self.ring(other / self.columns, other % self.columns);
            let rise = change(&self.atoms, &ring, direction, (a, b))
                + change(&self.atoms, &around, direction + 3, (b, a));
            if rise <= 0.0 || rng.random::<f64>() < libm::exp(-rise / temperature) {
                self.atoms.swap(one, other);
            }
        }
    }

    /// So many attempts to swap two random sites, with energies of pairs.
    pub fn swap_anywhere_pairs(
        &mut self,
        attempts: usize,
        table: &Pairs,
        temperature: f64,
        rng: &mut impl Rng,
    ) {
        self.swap_anywhere(attempts, temperature, rng, |atoms, site, ring| {
            let atom = usize::from(atoms[site]);
            ring.iter().map(|&near| table[atom][usize::from(atoms[near])]).sum()
        });
    }

    /// So many attempts to swap two random sites, with energies of triangles.
    pub fn swap_anywhere_triangles(
        &mut self,
        attempts: usize,
        table: &Triangles,
        temperature: f64,
        rng: &mut impl Rng,
    ) {
        self.swap_anywhere(attempts, temperature, rng, |atoms, site, ring| {
            let atom = usize::from(atoms[site]);
            let near = ring.map(|near| usize::from(atoms[near]));
            (0..6).map(|k| table[atom][near[k]][near[(k + 1) % 6]]).sum()
        });
    }

    #[inline(always)]
    fn swap_anywhere(
        &mut self,
        attempts: usize,
        temperature: f64,
        rng: &mut impl Rng,
        energy: impl Fn(&[u8], usize, &[usize; 6]) -> f64,
    ) {
        for _ in 0..attempts {
            let mut site = || (below(rng, self.rows), below(rng, self.columns));
            let (a, b) = (site(), site());
            let (one, other) = (a.0 * self.columns + a.1, b.0 * self.columns + b.1);
            if self.atoms[one] == self.atoms[other] {
                continue;
            }
            let (ring, around) = (self.ring(a.0, a.1), self.ring(b.0, b.1));
            let before = energy(&self.atoms, one, &ring) + energy(&self.atoms, other, &around);
            self.atoms.swap(one, other);
            let after = energy(&self.atoms, one, &ring) + energy(&self.atoms, other, &around);
            let rise = after - before;
            if rise > 0.0 && rng.random::<f64>() >= libm::exp(-rise / temperature) {
                self.atoms.swap(one, other);
            }
        }
    }
}

/// A random number below `end`.
fn below(rng: &mut impl Rng, end: usize) -> usize {
    ((u128::from(rng.next_u64()) * end as u128) >> 64) as usize
}
