//! Symmetries of a lattice modulo translations, closed from generators or found.

use super::Site;
use crate::LatticeError;
use std::collections::HashSet;

/// A map of the lattice on itself: the site of sublattice `s` in cell `c` goes to
/// `images[s]` shifted by `matrix` times `c`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Symmetry {
    /// What it does to cells; rows give the new coordinates.
    pub matrix: [[i32; 3]; 3],
    /// Where the sites of cell (0, 0, 0) go.
    pub images: Vec<Site>,
}

const UNIT: [[i32; 3]; 3] = [[1, 0, 0], [0, 1, 0], [0, 0, 1]];

fn times(matrix: &[[i32; 3]; 3], v: [i32; 3]) -> [i32; 3] {
    matrix.map(|row| row[0] * v[0] + row[1] * v[1] + row[2] * v[2])
}

impl Symmetry {
    /// Where a site goes.
    pub fn apply(&self, site: Site) -> Site {
        self.images[site.sublattice].shifted(times(&self.matrix, site.cell))
    }

    /// First `self`, then `next`, translated so that the first sublattice stays in its cell.
    fn then(&self, next: &Symmetry) -> Symmetry {
        let columns = UNIT.map(|unit| times(&next.matrix, times(&self.matrix, unit)));
        let matrix = std::array::from_fn(|row| std::array::from_fn(|column| columns[column][row]));
        let images = self.images.iter().map(|&site| next.apply(site)).collect();
        Symmetry { matrix, images }.anchored()
    }

    fn anchored(mut self) -> Symmetry {
        let back = self.images[0].cell.map(|c| -c);
        self.images = self.images.iter().map(|site| site.shifted(back)).collect();
        self
    }

    /// The first bond that is not mapped on a bond.
    fn broken_bond(&self, neighbours: &[Vec<Site>]) -> Option<(usize, Site)> {
        let bonds = neighbours.iter().enumerate();
        bonds.flat_map(|(s, list)| list.iter().map(move |near| (s, *near))).find(|(s, near)| {
            let (from, to) = (self.images[*s], self.apply(*near));
            let back = to.shifted(from.cell.map(|c| -c));
            !neighbours[from.sublattice].contains(&back)
        })
    }
}

/// The group that `generators` generate.
pub(super) fn close(
    neighbours: &[Vec<Site>],
    generators: &[Symmetry],
) -> Result<Vec<Symmetry>, LatticeError> {
    for (index, one) in generators.iter().enumerate() {
        let (expected, found) = (neighbours.len(), one.images.len());
        if expected != found {
            return Err(LatticeError::WrongLength {
                name: "images of a symmetry",
                expected,
                found,
            });
        }
        if let Some(site) = one.images.iter().find(|site| site.sublattice >= expected) {
            let value = site.sublattice as f64;
            let allowed = "one of the lattice's";
            return Err(LatticeError::InvalidValue { name: "sublattice", value, allowed });
        }
        let entries =
            one.matrix.as_flattened().iter().chain(one.images.iter().flat_map(|s| &s.cell));
        if let Some(large) = entries.copied().find(|entry| entry.unsigned_abs() > 1000) {
            let allowed = "an integer from -1000 to 1000";
            let (name, value) = ("an entry of a symmetry", f64::from(large));
            return Err(LatticeError::InvalidValue { name, value, allowed });
        }
        let mut reached: Vec<usize> = one.images.iter().map(|site| site.sublattice).collect();
        reached.sort_unstable();
        reached.dedup();
        let broken = one.broken_bond(neighbours);
        if broken.is_some() || reached.len() < expected {
            let (sublattice, neighbour) = broken.unwrap_or((0, one.images[0]));
            return Err(LatticeError::NotASymmetry { index, sublattice, neighbour });
        }
    }
    let identity: Vec<Site> =
        (0..neighbours.len()).map(|sublattice| Site { cell: [0; 3], sublattice }).collect();
    let mut group = vec![Symmetry { matrix: UNIT, images: identity }];
    let mut done = 0;
    while done < group.len() {
        for generator in generators {
            let product = group[done].then(generator);
            if !group.contains(&product) {
                group.push(product);
            }
        }
        done += 1;
    }
    group.sort();
    Ok(group)
}

/// All symmetries: independent translations that join sites of one sublattice go to such
/// translations at the same distance in bonds, and the other sublattices follow bond by bond.
pub(super) fn find(
    dimension: usize,
    neighbours: &[Vec<Site>],
) -> Result<Vec<Symmetry>, LatticeError> {
    let translations: Vec<_> =
        (0..neighbours.len()).map(|s| translations(dimension, s, neighbours)).collect();
    let basis = independent(dimension, &translations[0])
        .filter(|_| reached_sublattices(neighbours) == neighbours.len())
        .ok_or(LatticeError::NotConnected { dimension })?;
    let mut group = Vec::new();
    for (image, choices) in translations.iter().enumerate() {
        for matrix in matrices(dimension, &basis, choices) {
            let mut images = vec![None; neighbours.len()];
            images[0] = Some(Site { cell: [0; 3], sublattice: image });
            complete(&matrix, images, neighbours, &mut group);
        }
    }
    group.sort();
    group.dedup();
    Ok(group)
}

/// A cell and how many bonds away its site is.
type Translation = ([i32; 3], usize);

/// Cells in which the site of sublattice `s` is found again, shell by shell until they span the
/// space.
fn translations(dimension: usize, s: usize, neighbours: &[Vec<Site>]) -> Vec<Translation> {
    let home = Site { cell: [0; 3], sublattice: s };
    let mut known = HashSet::from([home]);
    let (mut shell, mut found) = (vec![home], Vec::new());
    for bonds in 1..=2 * neighbours.len() {
        let mut next = Vec::new();
        for site in shell {
            for near in neighbours[site.sublattice].iter().map(|near| near.shifted(site.cell)) {
                if known.insert(near) {
                    next.push(near);
                }
            }
        }
        found.extend(next.iter().filter(|at| at.sublattice == s).map(|at| (at.cell, bonds)));
        if independent(dimension, &found).is_some() {
            break;
        }
        shell = next;
    }
    found
}

/// How many sublattices the first one is connected to, itself included.
fn reached_sublattices(neighbours: &[Vec<Site>]) -> usize {
    let mut reached = vec![0];
    let mut done = 0;
    while done < reached.len() {
        for near in &neighbours[reached[done]] {
            if !reached.contains(&near.sublattice) {
                reached.push(near.sublattice);
            }
        }
        done += 1;
    }
    reached.len()
}

fn determinant([a, b, c]: &[[i32; 3]; 3]) -> i64 {
    let [a, b, c] = [a, b, c].map(|v| v.map(i64::from));
    a[0] * (b[1] * c[2] - b[2] * c[1]) - a[1] * (b[0] * c[2] - b[2] * c[0])
        + a[2] * (b[0] * c[1] - b[1] * c[0])
}

/// The first `dimension` independent translations, the missing directions filled with unit
/// vectors.
fn independent(dimension: usize, among: &[Translation]) -> Option<Vec<Translation>> {
    let mut chosen: Vec<Translation> = Vec::new();
    for &one in among {
        if chosen.len() < dimension && rank_grows(&chosen, one.0) {
            chosen.push(one);
        }
    }
    (chosen.len() == dimension).then_some(chosen)
}

fn rank_grows(chosen: &[Translation], v: [i32; 3]) -> bool {
    let cross = |a: [i32; 3], b: [i32; 3]| {
        [[1, 2], [2, 0], [0, 1]]
            .map(|[i, j]| i64::from(a[i]) * i64::from(b[j]) - i64::from(a[j]) * i64::from(b[i]))
    };
    match chosen {
        [] => v != [0; 3],
        [a] => cross(a.0, v) != [0; 3],
        [a, b, ..] => determinant(&[a.0, b.0, v]) != 0,
    }
}

/// The integer matrices of determinant 1 or -1 that take the basis to translations at the same
/// distances.
fn matrices(
    dimension: usize,
    basis: &[Translation],
    choices: &[Translation],
) -> Vec<[[i32; 3]; 3]> {
    let mut filled = UNIT;
    for (i, (cell, _)) in basis.iter().enumerate() {
        filled[i] = *cell;
    }
    let scale = determinant(&filled);
    let mut found = Vec::new();
    let mut images = UNIT;
    let mut index = vec![0; dimension];
    'tuples: loop {
        let fits = (0..dimension).all(|i| choices[index[i]].1 == basis[i].1);
        if fits {
            for i in 0..dimension {
                images[i] = choices[index[i]].0;
            }
            found.extend(quotient(&filled, &images, scale));
        }
        for one in &mut index {
            *one += 1;
            if *one < choices.len() {
                continue 'tuples;
            }
            *one = 0;
        }
        return found;
    }
}

/// The matrix that takes each vector of `from` (determinant `scale`) to that of `to`, if it is one
/// of integers with determinant 1 or -1.
fn quotient(from: &[[i32; 3]; 3], to: &[[i32; 3]; 3], scale: i64) -> Option<[[i32; 3]; 3]> {
    // Cramer's rule: entry (row, column) is the determinant of `from` with coordinate `column`
    // of each vector replaced by coordinate `row` of its image, over the determinant of `from`
    let mut matrix = [[0; 3]; 3];
    for (row, entries) in matrix.iter_mut().enumerate() {
        for (column, entry) in entries.iter_mut().enumerate() {
            let mut replaced = *from;
            for (vector, image) in replaced.iter_mut().zip(to) {
                vector[column] = image[row];
            }
            let value = determinant(&replaced);
            if value % scale != 0 {
                return None;
            }
            *entry = i32::try_from(value / scale).ok()?;
        }
    }
    (determinant(&matrix).abs() == 1).then_some(matrix)
}

/// Adds to `group` every symmetry with this matrix and these images of some sublattices.
fn complete(
    matrix: &[[i32; 3]; 3],
    images: Vec<Option<Site>>,
    neighbours: &[Vec<Site>],
    group: &mut Vec<Symmetry>,
) {
    let next = images.iter().enumerate().find_map(|(s, image)| {
        let image = (*image)?;
        let near = neighbours[s].iter().find(|near| images[near.sublattice].is_none())?;
        Some((image, *near))
    });
    let Some((image, near)) = next else {
        let images = images.into_iter().flatten().collect();
        let one = Symmetry { matrix: *matrix, images };
        let mut reached: Vec<_> = one.images.iter().map(|site| site.sublattice).collect();
        reached.sort_unstable();
        reached.dedup();
        if reached.len() == neighbours.len() && one.broken_bond(neighbours).is_none() {
            group.push(one.anchored());
        }
        return;
    };
    for candidate in &neighbours[image.sublattice] {
        let moved = times(matrix, near.cell);
        let at = candidate.shifted(image.cell).shifted(moved.map(|c| -c));
        let mut images = images.clone();
        images[near.sublattice] = Some(at);
        complete(matrix, images, neighbours, group);
    }
}
