//! The plain programs that ours are measured against: what a competent first version looks like.
//! Bytes, the energy table and `exp`, no table of thresholds; a histogram over bytes in one pass.

use rand::{Rng, RngExt};

/// A periodic triangular lattice of bytes, 1 for (+) and 0 for (-), row-major.
#[derive(Clone, Debug)]
pub struct PlainLattice {
    rows: usize,
    columns: usize,
    atoms: Vec<u8>,
}

impl PlainLattice {
    /// From +1 and -1, row-major.
    pub fn new(rows: usize, columns: usize, atoms: &[i8]) -> PlainLattice {
        let atoms = atoms.iter().map(|&atom| u8::from(atom > 0)).collect();
        PlainLattice { rows, columns, atoms }
    }

    fn site(&self, row: usize, column: usize) -> usize {
        row * self.columns + column
    }

    /// The six neighbours in ring order.
    fn ring(&self, row: usize, column: usize) -> [usize; 6] {
        let above = if row == 0 { self.rows - 1 } else { row - 1 };
        let below = if row + 1 == self.rows { 0 } else { row + 1 };
        let left = if column == 0 { self.columns - 1 } else { column - 1 };
        let right = if column + 1 == self.columns { 0 } else { column + 1 };
        [
            self.site(row, right),
            self.site(below, column),
            self.site(below, left),
            self.site(row, left),
            self.site(above, column),
            self.site(above, right),
        ]
    }

    /// So many attempts to swap a random bond; those of like atoms count.
    pub fn swap_neighbors(
        &mut self,
        attempts: usize,
        table: &[f64; 4],
        temperature: f64,
        rng: &mut impl Rng,
    ) {
        for _ in 0..attempts {
            let (row, column) = (below(rng, self.rows), below(rng, self.columns));
            let direction = below(rng, 3);
            let ring = self.ring(row, column);
            let (one, other) = (self.site(row, column), ring[direction]);
            if self.atoms[one] == self.atoms[other] {
                continue;
            }
            let around = self.ring(other / self.columns, other % self.columns);
            // the four triangles of each site that do not hold the other
            let (mut before, mut after) = (0.0, 0.0);
            let (atom, other_atom) = (self.atoms[one] as usize, self.atoms[other] as usize);
            for k in 1..5 {
                let at = |ring: &[usize; 6], k: usize| self.atoms[ring[k % 6]] as usize;
                let plus = at(&ring, direction + k) + at(&ring, direction + k + 1);
                let other_plus = at(&around, direction + 3 + k) + at(&around, direction + 4 + k);
                before += table[atom + plus] + table[other_atom + other_plus];
                after += table[other_atom + plus] + table[atom + other_plus];
            }
            let rise = after - before;
            if rise <= 0.0 || rng.random::<f64>() < libm::exp(-rise / temperature) {
                self.atoms.swap(one, other);
            }
        }
    }

    /// So many attempts to swap two random sites with unlike atoms.
    pub fn swap_anywhere(
        &mut self,
        attempts: usize,
        table: &[f64; 4],
        temperature: f64,
        rng: &mut impl Rng,
    ) {
        for _ in 0..attempts {
            let (a, b) = loop {
                let mut site = || (below(rng, self.rows), below(rng, self.columns));
                let (a, b) = (site(), site());
                if self.atoms[self.site(a.0, a.1)] != self.atoms[self.site(b.0, b.1)] {
                    break (a, b);
                }
            };
            let (one, other) = (self.site(a.0, a.1), self.site(b.0, b.1));
            let rings = [self.ring(a.0, a.1), self.ring(b.0, b.1)];
            let energy = |atoms: &[u8]| -> f64 {
                let around = |site: usize, ring: &[usize; 6]| -> f64 {
                    let plus = ring.map(|site| atoms[site] as usize);
                    let atom = atoms[site] as usize;
                    (0..6).map(|k| table[atom + plus[k] + plus[(k + 1) % 6]]).sum()
                };
                around(one, &rings[0]) + around(other, &rings[1])
            };
            let before = energy(&self.atoms);
            self.atoms.swap(one, other);
            let rise = energy(&self.atoms) - before;
            if rise > 0.0 && rng.random::<f64>() >= libm::exp(-rise / temperature) {
                self.atoms.swap(one, other);
            }
        }
    }

    /// The histogram of all pairs, chains and triangles by their number of (+), in one pass: at each
    /// site 3 bonds, 3 linear and 6 angled chains by their middle and ends, and 2 triangles.
    pub fn histogram(&self) -> PlainCounts {
        let mut counts = PlainCounts::default();
        for row in 0..self.rows {
            for column in 0..self.columns {
                let middle = self.atoms[self.site(row, column)] as usize;
                let ring = self.ring(row, column).map(|site| self.atoms[site] as usize);
                for k in 0..3 {
                    counts.pairs[middle + ring[k]] += 1;
                    counts.linear[middle][ring[k] + ring[k + 3]] += 1;
                }
                for k in 0..6 {
                    counts.angled[middle][ring[k] + ring[(k + 2) % 6]] += 1;
                }
                for k in 0..2 {
                    counts.triangles[middle + ring[k] + ring[k + 1]] += 1;
                }
            }
        }
        counts
    }
}

/// Counts by the number of (+); of chains by the middle, then by the number of (+) ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlainCounts {
    /// Bonds.
    pub pairs: [u64; 3],
    /// Linear chains.
    pub linear: [[u64; 3]; 2],
    /// Angled chains.
    pub angled: [[u64; 3]; 2],
    /// Triangles.
    pub triangles: [u64; 4],
}

/// A random number below `end`.
fn below(rng: &mut impl Rng, end: usize) -> usize {
    ((u128::from(rng.next_u64()) * end as u128) >> 64) as usize
}
