//! The motions of consistent states that keep the numbers of species which the rules conserve, and
//! the orthogonal projection on them.

use super::super::constants::group;
use super::super::{Hierarchy, Pattern, Site};
use super::marginals::Marginals;
use super::sums::Sum;
use lattice_core::Transition;
use numerics::Lu;
use std::collections::BTreeMap;

/// What elimination leaves of a sum, below this share of its size, counts as 0.
const ZERO: f64 = 1e-10;

/// The sums over species that no rule changes, with a term for each species: each row is one. Rules
/// that start from the same species with one rate constant act equally often, so that only their
/// changes together matter: the voter model conserves its densities in the mean.
fn conserved_species(hierarchy: &Hierarchy) -> Vec<Vec<f64>> {
    let species = hierarchy.species().len();
    let mut together: BTreeMap<(usize, Vec<u8>), Sum> = BTreeMap::new();
    for (number, rule) in hierarchy.rules.iter().enumerate() {
        let Ok(kind) = rule.resolve(hierarchy.species()) else { continue };
        let becomes = |from: u8, to: u8| [(usize::from(from), -1.0), (usize::from(to), 1.0)];
        // constants by class or count are several, of which each rule may need others
        let alone = if rule.is_by_class() { number } else { group(&hierarchy.rules, number) };
        let (key, change): (_, Sum) = match kind {
            Transition::Site(from, to) => ((alone, vec![from]), becomes(from, to).to_vec()),
            Transition::Counted(from, to, _) => ((number, Vec::new()), becomes(from, to).to_vec()),
            Transition::Pair([a, b], [c, d]) => {
                // on a bond of like neighbors an unlike outcome can come about in two ways
                let ways = if a == b && c != d { 2.0 } else { 1.0 };
                let change = [becomes(a, c), becomes(b, d)].concat();
                let change = change.into_iter().map(|(what, by)| (what, ways * by));
                ((alone, vec![a.min(b), a.max(b)]), change.collect())
            }
        };
        together.entry(key).or_default().extend(change);
    }
    // sums that no change changes are, like motions that keep some sums, what is orthogonal to rows
    let changes: Vec<Sum> = together.into_values().collect();
    let kept = Motions::new(species, &changes);
    kept.directions()
}

/// What the rules conserve, as sums over the state: totals of species over all sites.
pub(super) fn conserved_sums(hierarchy: &Hierarchy, marginals: &Marginals) -> Vec<Sum> {
    let cell =
        (0..hierarchy.lattice().sublattices()).map(|sublattice| Site { cell: [0; 3], sublattice });
    let cell: Vec<Site> = cell.collect();
    let rows = conserved_species(hierarchy);
    let sums = rows.iter().map(|row| {
        let mut sum: BTreeMap<usize, f64> = BTreeMap::new();
        for &site in &cell {
            for (what, factor) in (0_u8..).zip(row) {
                let one = Pattern::canonical(hierarchy.lattice(), &[(site, what)]);
                for &(at, coefficient) in marginals.of(&one).into_iter().flatten() {
                    *sum.entry(at).or_default() += factor * coefficient / cell.len() as f64;
                }
            }
        }
        sum.into_iter().collect()
    });
    sums.collect()
}

/// Independent motions of the coordinates: those that keep some sums of them.
#[derive(Clone, Debug)]
pub(super) struct Motions {
    /// How many coordinates there are.
    count: usize,
    /// The coordinates that move independently.
    free: Vec<usize>,
    /// Each other coordinate, and its change for a change by 1 of each free one.
    tied: Vec<(usize, Vec<f64>)>,
}

impl Motions {
    /// Of `count` coordinates, those that keep `sums` of them; sums that the others imply are
    /// passed over.
    pub(super) fn new(count: usize, sums: &[Sum]) -> Motions {
        // reduced rows, each 1 at its pivot and 0 at the pivots of the others
        let mut reduced: Vec<(usize, Vec<f64>)> = Vec::new();
        for sum in sums {
            let mut row = vec![0.0; count];
            sum.iter().filter(|(at, _)| *at < count).for_each(|&(at, factor)| row[at] += factor);
            let largest = |row: &[f64]| row.iter().fold(0.0_f64, |most, v| most.max(v.abs()));
            // with a constant behind the coordinates: 1 = 1 conserves nothing, to rounding
            let size = sum.iter().fold(0.0_f64, |most, (_, factor)| most.max(factor.abs()));
            for (pivot, known) in &reduced {
                let factor = row[*pivot];
                row.iter_mut().zip(known).for_each(|(a, b)| *a -= factor * b);
            }
            if largest(&row) <= ZERO * size {
                continue;
            }
            let pivot = (0..count).max_by(|a, b| row[*a].abs().total_cmp(&row[*b].abs()));
            let pivot = pivot.unwrap_or_default();
            let scale = row[pivot];
            row.iter_mut().for_each(|v| *v /= scale);
            for (_, known) in &mut reduced {
                let factor = known[pivot];
                known.iter_mut().zip(&row).for_each(|(a, b)| *a -= factor * b);
            }
            reduced.push((pivot, row));
        }
        let is_tied = |at: &usize| reduced.iter().any(|(pivot, _)| pivot == at);
        let free: Vec<usize> = (0..count).filter(|at| !is_tied(at)).collect();
        let changes = |row: &[f64]| free.iter().map(|&at| -row[at]).collect();
        let tied = reduced.iter().map(|(pivot, row)| (*pivot, changes(row))).collect();
        Motions { count, free, tied }
    }

    /// The positions of the free coordinates.
    pub(super) fn free(&self) -> &[usize] {
        &self.free
    }

    /// The change of all coordinates for a change by 1 of each free one.
    pub(super) fn directions(&self) -> Vec<Vec<f64>> {
        let unit = |one: usize| {
            let mut unit = vec![0.0; self.free.len()];
            unit[one] = 1.0;
            self.spread(&unit)
        };
        (0..self.free.len()).map(unit).collect()
    }

    /// The change of all coordinates for changes of the free ones.
    pub(super) fn spread(&self, changes: &[f64]) -> Vec<f64> {
        let mut all = vec![0.0; self.count];
        for (&at, change) in self.free.iter().zip(changes) {
            all[at] = *change;
        }
        for (at, factors) in &self.tied {
            all[*at] = factors.iter().zip(changes).map(|(factor, change)| factor * change).sum();
        }
        all
    }
}

/// The orthogonal projection on consistent motions, patterns weighted alike: a type counts as
/// often as there are patterns of it on its window.
#[derive(Clone, Debug)]
pub(super) struct Projection {
    /// Motions of the state, one for each independent motion, row by row.
    directions: Vec<Vec<f64>>,
    /// For each of them, its share of a motion of the state as a sum of that.
    shares: Vec<Vec<f64>>,
}

impl Projection {
    /// `weights` has one for each type of the state, `spread` each of these as a sum over the
    /// coordinates.
    pub(super) fn new(motions: &Motions, weights: &[f64], spread: &[Sum]) -> Projection {
        let directions = motions.directions().into_iter().map(|mut moved| {
            moved.push(0.0); // the constant does not move
            spread.iter().map(|sum| super::sums::value(sum, &moved)).collect()
        });
        let directions: Vec<Vec<f64>> = directions.collect();
        let weighted = |one: &[f64]| one.iter().zip(weights).map(|(d, w)| d * w).collect();
        let mut shares: Vec<Vec<f64>> = directions.iter().map(|one| weighted(one)).collect();
        let product = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
        let mut normal = Lu::new(directions.len());
        // independent motions have a regular normal matrix; there may be none
        if !directions.is_empty() && normal.factorize(|i, j| product(&shares[i], &directions[j])) {
            let mut column = vec![0.0; directions.len()];
            for at in 0..weights.len() {
                column.iter_mut().zip(&shares).for_each(|(v, share)| *v = share[at]);
                normal.solve(&mut column);
                column.iter().zip(&mut shares).for_each(|(v, share)| share[at] = *v);
            }
        }
        Projection { directions, shares }
    }

    pub(super) fn apply(&self, motion: &[f64], into: &mut [f64]) {
        into.fill(0.0);
        for (share, direction) in self.shares.iter().zip(&self.directions) {
            let share: f64 = share.iter().zip(motion).map(|(a, b)| a * b).sum();
            into.iter_mut().zip(direction).for_each(|(sum, d)| *sum += share * d);
        }
    }
}
