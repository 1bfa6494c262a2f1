//! The plain programs that counting clusters is measured against: all windows of up to three sites of
//! one lattice and number of species, each looked at once at every site, as a competent first version
//! for just this case has it.

/// How often each single site, ordered pair and ordered triplet occurs, by the species.
#[derive(Clone, Debug)]
pub struct Histogram<const SPECIES: usize> {
    /// By species.
    pub sites: [u64; SPECIES],
    /// Nearest neighbors.
    pub pairs: [[u64; SPECIES]; SPECIES],
    /// Straight and bent chains, the middle second, and triangles.
    pub triplets: [[[[u64; SPECIES]; SPECIES]; SPECIES]; 3],
}

const EMPTY_3: Histogram<3> =
    Histogram { sites: [0; 3], pairs: [[0; 3]; 3], triplets: [[[[0; 3]; 3]; 3]; 3] };
const EMPTY_2: Histogram<2> =
    Histogram { sites: [0; 2], pairs: [[0; 2]; 2], triplets: [[[[0; 2]; 2]; 2]; 3] };

/// The next and the last place of a periodic row.
#[inline(always)]
fn beside(at: usize, end: usize) -> (usize, usize) {
    (if at + 1 == end { 0 } else { at + 1 }, if at == 0 { end - 1 } else { at - 1 })
}

/// Three species on the triangular lattice, row-major.
pub fn triangular(rows: usize, columns: usize, atoms: &[u8]) -> Histogram<3> {
    let mut found = EMPTY_3;
    for row in 0..rows {
        let (below, above) = beside(row, rows);
        for column in 0..columns {
            let (right, left) = beside(column, columns);
            let at = |row: usize, column: usize| usize::from(atoms[row * columns + column]);
            let middle = at(row, column);
            let ring = [
                at(row, right),
                at(below, column),
                at(below, left),
                at(row, left),
                at(above, column),
                at(above, right),
            ];
            found.sites[middle] += 1;
            for k in 0..3 {
                found.pairs[middle][ring[k]] += 1;
                found.triplets[0][ring[k]][middle][ring[k + 3]] += 1;
            }
            for k in 0..6 {
                found.triplets[1][ring[k]][middle][ring[(k + 2) % 6]] += 1;
            }
            for k in 0..2 {
                found.triplets[2][ring[k]][middle][ring[k + 1]] += 1;
            }
        }
    }
    found
}

/// Two species on the square lattice, row-major.
pub fn square(rows: usize, columns: usize, atoms: &[u8]) -> Histogram<2> {
    let mut found = EMPTY_2;
    for row in 0..rows {
        let (below, above) = beside(row, rows);
        for column in 0..columns {
            let (right, left) = beside(column, columns);
            let at = |row: usize, column: usize| usize::from(atoms[row * columns + column]);
            let middle = at(row, column);
            let ring = [at(row, right), at(below, column), at(row, left), at(above, column)];
            found.sites[middle] += 1;
            for k in 0..2 {
                found.pairs[middle][ring[k]] += 1;
                found.triplets[0][ring[k]][middle][ring[k + 2]] += 1;
            }
            for k in 0..4 {
                found.triplets[1][ring[k]][middle][ring[(k + 1) % 4]] += 1;
            }
        }
    }
    found
}

/// Two species on the honeycomb lattice, cell by cell, two sites a cell.
pub fn honeycomb(rows: usize, columns: usize, atoms: &[u8]) -> Histogram<2> {
    let mut found = EMPTY_2;
    for row in 0..rows {
        let (below, above) = beside(row, rows);
        for column in 0..columns {
            let (right, left) = beside(column, columns);
            let at = |row: usize, column: usize, sublattice: usize| {
                usize::from(atoms[2 * (row * columns + column) + sublattice])
            };
            let first = [at(row, column, 1), at(above, column, 1), at(row, left, 1)];
            let second = [at(row, column, 0), at(below, column, 0), at(row, right, 0)];
            for (middle, ring) in [(at(row, column, 0), first), (at(row, column, 1), second)] {
                found.sites[middle] += 1;
                for k in 0..3 {
                    found.triplets[1][ring[k]][middle][ring[(k + 1) % 3]] += 1;
                }
            }
            for other in first {
                found.pairs[at(row, column, 0)][other] += 1;
            }
        }
    }
    found
}
