//! Parts of clusters as marginals: sums over the types of the largest windows.

use super::super::{Hierarchy, Pattern, Site};
use super::sums::{Sum, value};
use crate::OdeError;
use cluster_stats::assignments;
use std::collections::{BTreeMap, BTreeSet};

/// Every pattern on a part of a window of the state, as sums of concentrations of the state.
#[derive(Clone, Debug)]
pub(super) struct Marginals {
    /// All different sums, the shortest first. They agree on consistent states.
    ways: BTreeMap<Pattern, Vec<Sum>>,
    /// Of each window, the sum of all its patterns: 1.
    totals: Vec<Sum>,
}

impl Marginals {
    pub(super) fn new(hierarchy: &Hierarchy) -> Marginals {
        let state = &hierarchy.types[hierarchy.state()];
        let position: BTreeMap<&Pattern, usize> =
            state.iter().map(|one| &one.pattern).zip(0..).collect();
        let windows: BTreeSet<&[Site]> = state.iter().map(|one| one.pattern.sites()).collect();
        let mut ways: BTreeMap<Pattern, BTreeSet<Vec<(usize, u32)>>> = BTreeMap::new();
        let mut totals = Vec::new();
        for window in windows {
            let mut of_window = BTreeMap::new();
            let all: Vec<(Vec<u8>, usize)> = assignments(window.len(), hierarchy.species().len())
                .map(|species| {
                    let placed: Vec<_> = window.iter().copied().zip(species.clone()).collect();
                    let at = position[&Pattern::canonical(hierarchy.lattice(), &placed)];
                    *of_window.entry(at).or_insert(0.0) += 1.0;
                    (species, at)
                })
                .collect();
            totals.push(of_window.into_iter().collect());
            for kept in 1..1_u64 << window.len() {
                let kept: Vec<usize> = (0..window.len()).filter(|i| kept >> i & 1 == 1).collect();
                let mut sums: BTreeMap<Vec<(Site, u8)>, BTreeMap<usize, u32>> = BTreeMap::new();
                for (species, at) in &all {
                    let part = kept.iter().map(|&i| (window[i], species[i])).collect();
                    *sums.entry(part).or_default().entry(*at).or_default() += 1;
                }
                for (part, sum) in sums {
                    let part = Pattern::canonical(hierarchy.lattice(), &part);
                    ways.entry(part).or_default().insert(sum.into_iter().collect());
                }
            }
        }
        let sorted = ways.into_iter().map(|(part, sums)| {
            let real = |sum: Vec<(usize, u32)>| sum.into_iter().map(|(i, n)| (i, n.into()));
            let mut sums: Vec<Sum> = sums.into_iter().map(|sum| real(sum).collect()).collect();
            sums.sort_by_key(Vec::len);
            (part, sums)
        });
        Marginals { ways: sorted.collect(), totals }
    }

    /// All parts of windows, in order.
    pub(super) fn patterns(&self) -> impl Iterator<Item = &Pattern> {
        self.ways.keys()
    }

    /// The shortest sum that is the concentration of this pattern.
    pub(super) fn of(&self, part: &Pattern) -> Option<&Sum> {
        self.ways.get(part).and_then(|sums| sums.first())
    }

    /// What is 0 for consistent states: differences between two ways to a part, each once up to its
    /// sign, whatever part it is of. Multiplicities are whole numbers, so that equal ones are alike.
    pub(super) fn differences(&self) -> Vec<Sum> {
        let mut known: BTreeSet<Vec<(usize, i64)>> = BTreeSet::new();
        for sums in self.ways.values() {
            for other in &sums[1..] {
                let mut difference: BTreeMap<usize, i64> = BTreeMap::new();
                for (sum, sign) in [(other, 1), (&sums[0], -1)] {
                    for (at, coefficient) in sum {
                        *difference.entry(*at).or_default() += sign * *coefficient as i64;
                    }
                }
                difference.retain(|_, coefficient| *coefficient != 0);
                let sign = difference.first_entry().map_or(1, |first| first.get().signum());
                known.insert(difference.into_iter().map(|(at, c)| (at, sign * c)).collect());
            }
        }
        let real = |sum: Vec<(usize, i64)>| sum.into_iter().map(|(at, c)| (at, c as f64));
        known.into_iter().map(|sum| real(sum).collect()).collect()
    }

    /// Of each window, the sum that is 1.
    pub(super) fn totals(&self) -> &[Sum] {
        &self.totals
    }

    /// The largest difference between two ways to a part, and which.
    pub(super) fn residual(&self, state: &[f64]) -> (f64, Option<&Pattern>) {
        let mut worst = (0.0, None);
        for (part, sums) in self.ways.iter().filter(|(_, sums)| sums.len() > 1) {
            let values = sums.iter().map(|sum| value(sum, state));
            let (least, largest) =
                values.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
            if largest - least > worst.0 {
                worst = (largest - least, Some(part));
            }
        }
        worst
    }

    /// Refuses states in which concentrations are negative, windows do not sum to 1 or two ways to
    /// a part disagree.
    pub(super) fn check(
        &self,
        hierarchy: &Hierarchy,
        state: &[f64],
        (below, residual): (f64, f64),
    ) -> Result<(), OdeError> {
        let types = &hierarchy.types[hierarchy.state()];
        let (expected, found) = (types.len(), state.len());
        if expected != found {
            return Err(OdeError::WrongLength { name: "concentrations", expected, found });
        }
        check_possible(hierarchy, state, below)?;
        for total in &self.totals {
            let deviation = value(total, state) - 1.0;
            if deviation.abs() > residual {
                let name = types[total[0].0].name.clone();
                return Err(OdeError::WindowSum { name, deviation });
            }
        }
        match self.residual(state) {
            (worst, Some(part)) if worst > residual => {
                let part = hierarchy.types.name_of(part);
                Err(OdeError::InconsistentMarginals { part, residual: worst })
            }
            _ => Ok(()),
        }
    }
}

/// Refuses states in which concentrations are below 0 by more than `below`.
pub(super) fn check_possible(
    hierarchy: &Hierarchy,
    state: &[f64],
    below: f64,
) -> Result<(), OdeError> {
    for (one, &value) in hierarchy.types[hierarchy.state()].iter().zip(state) {
        if !value.is_finite() || value < -below {
            return Err(OdeError::ImpossibleCluster { name: one.name.clone(), value });
        }
    }
    Ok(())
}
