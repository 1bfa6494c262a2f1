//! Pairs of sites by their distance, and the triangles of neighbors.

use std::collections::BTreeSet;

use super::{Lattice, Site};
use crate::LatticeError;

/// Distances that differ by less than this share of them are one.
const ALIKE: f64 = 1e-6;

/// Farthest cell, along each vector, in which a pair of a shell may end.
const FARTHEST: i32 = 40;

impl Lattice {
    /// Pairs of sites by distance, the nearest first: for each of the first `count` distances
    /// between sites, one pair of every kind that the symmetries tell apart. Distances are those of
    /// [`position`](Self::position); distances within a millionth of each other count as one.
    ///
    /// ```
    /// use lattice_core::Lattice;
    ///
    /// // sides, diagonals, two sides in a row
    /// let shells = Lattice::square().shells(3)?;
    /// let cells = |shell: usize| shells[shell][0].map(|site| site.cell);
    /// assert_eq!([cells(0), cells(2)], [[[0, 0, 0], [0, 1, 0]], [[0, 0, 0], [0, 2, 0]]]);
    /// # Ok::<(), lattice_core::LatticeError>(())
    /// ```
    ///
    /// # Errors
    /// [`LatticeError::InvalidValue`] for lattice vectors that depend on each other, for two sites
    /// at one place, and for shells that reach more than 40 cells.
    pub fn shells(&self, count: usize) -> Result<Vec<Vec<[Site; 2]>>, LatticeError> {
        let (vectors, positions) = self.geometry();
        let height = least_height(&vectors[..self.dimension()])?;
        let spread = (0..3).map(|i| {
            let along = || positions.iter().map(|position| position[i]);
            along().fold(f64::MIN, f64::max) - along().fold(f64::MAX, f64::min)
        });
        let spread = spread.fold(0.0, f64::max);
        for reach in 1..=FARTHEST {
            // sites in farther cells are at least this far
            let complete = (f64::from(reach + 1) - spread) * height;
            let near = self.pairs_within(reach, complete)?;
            let mut shells: Vec<(f64, BTreeSet<Vec<Site>>)> = Vec::new();
            for (distance, pair) in near {
                let full = shells.len() == count;
                match shells.last_mut() {
                    Some((last, pairs)) if distance <= *last * (1.0 + ALIKE) => {
                        pairs.insert(pair);
                    }
                    _ if full => break,
                    _ => shells.push((distance, BTreeSet::from([pair]))),
                }
            }
            // the last one may go on beyond what is complete, unless another one follows
            let whole = |(distance, _): &(f64, _)| *distance * (1.0 + ALIKE) < complete;
            if shells.len() == count && shells.iter().all(whole) {
                let ends = |pair: Vec<Site>| [pair[0], pair[1]];
                let kinds = shells.into_iter().map(|(_, pairs)| pairs.into_iter().map(ends));
                return Ok(kinds.map(Iterator::collect).collect());
            }
        }
        let allowed = "so few that they end within 40 cells";
        Err(LatticeError::InvalidValue { name: "number of shells", value: count as f64, allowed })
    }

    /// Every kind of pair nearer than `limit` whose second site is at most `reach` cells away, by
    /// distance.
    fn pairs_within(&self, reach: i32, limit: f64) -> Result<Vec<(f64, Vec<Site>)>, LatticeError> {
        let along = |axis: usize| if axis < self.dimension() { -reach..=reach } else { 0..=0 };
        let mut pairs = Vec::new();
        for sublattice in 0..self.sublattices() {
            let home = Site { cell: [0; 3], sublattice };
            let from = self.position(home);
            for x in along(0) {
                for y in along(1) {
                    for z in along(2) {
                        for other in 0..self.sublattices() {
                            let site = Site { cell: [x, y, z], sublattice: other };
                            if site == home {
                                continue;
                            }
                            let to = self.position(site);
                            let squares = (0..3).map(|i| (to[i] - from[i]) * (to[i] - from[i]));
                            let distance = squares.sum::<f64>().sqrt();
                            if distance <= ALIKE * limit {
                                let (name, allowed) = ("distance of two sites", "above 0");
                                let value = distance;
                                return Err(LatticeError::InvalidValue { name, value, allowed });
                            }
                            if distance < limit {
                                let placed = [(home, ()), (site, ())];
                                let kind = self.images(&placed).map(|(sites, _)| sites).min();
                                pairs.extend(kind.map(|kind| (distance, kind)));
                            }
                        }
                    }
                }
            }
        }
        pairs.sort_by(|(one, a), (other, b)| one.total_cmp(other).then_with(|| a.cmp(b)));
        Ok(pairs)
    }

    /// The triangles of three sites that are all neighbors: one of every kind that the symmetries
    /// tell apart, none on lattices without triangles.
    pub fn triangles(&self) -> Vec<[Site; 3]> {
        let mut kinds = BTreeSet::new();
        for sublattice in 0..self.sublattices() {
            let home = Site { cell: [0; 3], sublattice };
            for one in self.neighbours(home) {
                for other in self.neighbours(home).filter(|&other| self.adjacent(one, other)) {
                    let placed = [(home, ()), (one, ()), (other, ())];
                    kinds.extend(self.images(&placed).map(|(sites, _)| sites).min());
                }
            }
        }
        kinds.into_iter().map(|sites| [sites[0], sites[1], sites[2]]).collect()
    }
}

/// The least distance between neighboring lattice planes: that of the end of one lattice vector
/// from the space that the other vectors span.
fn least_height(vectors: &[[f64; 3]]) -> Result<f64, LatticeError> {
    let dot = |a: &[f64; 3], b: &[f64; 3]| a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    let without = |a: [f64; 3], b: &[f64; 3]| -> [f64; 3] {
        let share = dot(&a, b) / dot(b, b);
        std::array::from_fn(|i| a[i] - share * b[i])
    };
    let mut least = f64::INFINITY;
    for (index, &vector) in vectors.iter().enumerate() {
        // orthogonal directions of the others, by Gram and Schmidt
        let mut others: Vec<[f64; 3]> = Vec::new();
        for (_, &other) in vectors.iter().enumerate().filter(|(other, _)| *other != index) {
            others.push(others.iter().fold(other, without));
        }
        let rest = others.iter().fold(vector, without);
        let (height, length) = (dot(&rest, &rest).sqrt(), dot(&vector, &vector).sqrt());
        let independent = height > ALIKE * length; // false for NaN
        if !independent {
            let (name, allowed) =
                ("height of the unit cell", "above 0: vectors that are independent");
            return Err(LatticeError::InvalidValue { name, value: height, allowed });
        }
        least = least.min(height);
    }
    Ok(least)
}
