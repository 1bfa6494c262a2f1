//! The motions of a state that keep its marginals consistent, its windows normalised and the
//! numbers of species that the rules conserve; and the orthogonal projection on them.

use super::super::rule::Kind;
use super::super::{Hierarchy, Pattern, Site};
use super::closed_hierarchy::ClosedHierarchy;
use super::marginals::Marginals;
use super::sums::Sum;
use nalgebra::{DMatrix, DVector};
use std::collections::BTreeMap;

/// Eigenvalues below this share of the largest count as 0.
const ZERO: f64 = 1e-10;

/// Columns that span the vectors which every row of `rows` takes to 0, orthonormal.
fn null_space(columns: usize, rows: &[Vec<f64>]) -> DMatrix<f64> {
    let mut square = DMatrix::zeros(columns, columns);
    for row in rows {
        let size = row.iter().map(|v| v * v).sum::<f64>();
        let row = DMatrix::from_row_slice(1, columns, row);
        square += row.transpose() * row / size.max(f64::MIN_POSITIVE);
    }
    let decomposed = square.symmetric_eigen();
    let largest = decomposed.eigenvalues.iter().fold(0.0_f64, |a, b| a.max(*b));
    let kept: Vec<usize> = (0..columns)
        .filter(|&i| decomposed.eigenvalues[i] <= ZERO * largest.max(f64::MIN_POSITIVE))
        .collect();
    decomposed.eigenvectors.select_columns(&kept)
}

/// The sums over species that no rule changes, with a term for each species: each row is one.
fn conserved_species(hierarchy: &Hierarchy) -> Vec<Vec<f64>> {
    let species = hierarchy.species.len();
    let changes: Vec<Vec<f64>> = hierarchy
        .rules
        .iter()
        .filter_map(|rule| rule.resolve(&hierarchy.species).ok())
        .map(|kind| {
            let mut change = vec![0.0; species];
            let mut becomes = |from: u8, to: u8| {
                change[usize::from(from)] -= 1.0;
                change[usize::from(to)] += 1.0;
            };
            match kind {
                Kind::Site(from, to) | Kind::Counted(from, to, _) => becomes(from, to),
                Kind::Pair(before, after) => {
                    becomes(before[0], after[0]);
                    becomes(before[1], after[1]);
                }
            }
            change
        })
        .collect();
    let space = null_space(species, &changes);
    space.column_iter().map(|column| column.iter().copied().collect()).collect()
}

/// What the rules conserve, as sums over the state: totals of species over all sites.
pub(super) fn conserved_sums(hierarchy: &Hierarchy, marginals: &Marginals) -> Vec<Sum> {
    let cell =
        (0..hierarchy.lattice.sublattices()).map(|sublattice| Site { cell: [0; 3], sublattice });
    let cell: Vec<Site> = cell.collect();
    let rows = conserved_species(hierarchy);
    let sums = rows.iter().map(|row| {
        let mut sum: BTreeMap<usize, f64> = BTreeMap::new();
        for &site in &cell {
            for (what, factor) in (0_u8..).zip(row) {
                let one = Pattern::canonical(&hierarchy.lattice, &[(site, what)]);
                for &(at, coefficient) in marginals.of(&one).into_iter().flatten() {
                    *sum.entry(at).or_default() += factor * coefficient / cell.len() as f64;
                }
            }
        }
        sum.into_iter().collect()
    });
    sums.collect()
}

/// The orthogonal projection on consistent motions, patterns weighted alike: a type counts as
/// often as there are patterns of it on its window.
#[derive(Clone, Debug)]
pub(super) struct Projection {
    /// Columns that span the motions, orthonormal in square roots of weights times concentrations.
    basis: DMatrix<f64>,
    /// The directions of the columns, in concentrations.
    directions: Vec<Vec<f64>>,
    roots: Vec<f64>,
    /// The projection in concentrations, column by column.
    matrix: Vec<f64>,
}

impl Projection {
    pub(super) fn new(closed: &ClosedHierarchy) -> Projection {
        let types = &closed.hierarchy.types[closed.hierarchy.state()];
        let roots: Vec<f64> = types.iter().map(|one| (one.weight as f64).sqrt()).collect();
        let rows: Vec<Vec<f64>> = closed
            .differences
            .iter()
            .chain(closed.marginals.totals())
            .chain(&closed.conserved)
            .map(|sum| {
                let mut row = vec![0.0; roots.len()];
                sum.iter().for_each(|&(at, coefficient)| row[at] = coefficient / roots[at]);
                row
            })
            .collect();
        let basis = null_space(roots.len(), &rows);
        let mut matrix = &basis * basis.transpose();
        for (i, mut row) in matrix.row_iter_mut().enumerate() {
            row.iter_mut().zip(&roots).for_each(|(value, root)| *value *= root / roots[i]);
        }
        let scaled = |column: nalgebra::DVectorView<'_, f64>| {
            column.iter().zip(&roots).map(|(v, root)| v / root).collect()
        };
        let directions = basis.column_iter().map(scaled).collect();
        let matrix = matrix.as_slice().to_vec();
        Projection { basis, directions, roots, matrix }
    }

    /// How many independent motions there are.
    pub(super) fn dimension(&self) -> usize {
        self.directions.len()
    }

    /// One of them, in concentrations.
    pub(super) fn direction(&self, index: usize) -> &[f64] {
        &self.directions[index]
    }

    /// The coordinates of the projection of a motion.
    pub(super) fn coordinates(&self, motion: &[f64]) -> DVector<f64> {
        let scaled = motion.iter().zip(&self.roots).map(|(v, root)| v * root);
        self.basis.tr_mul(&DVector::from_iterator(motion.len(), scaled))
    }

    pub(super) fn apply(&self, motion: &[f64], into: &mut [f64]) {
        into.fill(0.0);
        for (column, v) in self.matrix.chunks_exact(into.len()).zip(motion) {
            into.iter_mut().zip(column).for_each(|(sum, factor)| *sum += factor * v);
        }
    }
}
