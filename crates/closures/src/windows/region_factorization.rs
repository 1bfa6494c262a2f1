//! Region factorisation (Kikuchi): C(pattern) = product over regions of C(region)^c.
//!
//! Regions are the connected parts of the window with as many sites as the order, and all their
//! intersections; c = 1 - sum of c over the regions that hold this one (Moebius numbers), so that
//! every site is counted once. Exact where the regions form a tree that the correlations follow (a
//! Markov chain of that order, in one dimension); at order 1 it is [`MeanField`](super::MeanField),
//! at order 2 [`PairFactorization`](super::PairFactorization). Where regions close a loop it keeps
//! its marginals only approximately. 0 where a region is absent.
//!
//! Sources: Kikuchi, Phys. Rev. 81, 988 (1951); Yedidia, Freeman, Weiss, IEEE Trans. Inf. Theory
//! 51, 2282 (2005).

use super::{ClosureTask, ClusterClosure, PreparedClosure};
use crate::ClosureError;
use cluster_stats::lattice_core::{Lattice, Site};
use std::collections::BTreeSet;

/// Most sites of a window.
const MOST_SITES: usize = 64;

/// The cluster-variation approximation: the largest known parts of a window, over their overlaps.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RegionFactorization;

impl ClusterClosure for RegionFactorization {
    fn prepare(
        &self,
        task: &mut ClosureTask<'_>,
    ) -> Result<Box<dyn PreparedClosure>, ClosureError> {
        task.products(|task, window| {
            if window.len() > MOST_SITES {
                let (name, value) = ("sites of a window", window.len() as f64);
                return Err(ClosureError::InvalidSetting { name, value, allowed: "at most 64" });
            }
            let regions = regions(task.lattice(), window, task.order());
            let sites = |region: u64| (0..window.len()).filter(move |i| region >> i & 1 == 1);
            let sites = |region| sites(region).map(|i| window[i]).collect::<Vec<Site>>();
            Ok(regions.into_iter().map(|(region, power)| (sites(region), power)).collect())
        })
    }
}

/// The regions of a window, as bits, with their Moebius numbers where these are not 0.
fn regions(lattice: &Lattice, window: &[Site], order: usize) -> Vec<(u64, i32)> {
    let bits = |i: usize| -> u64 {
        let near =
            window.iter().enumerate().filter(|(_, other)| lattice.adjacent(window[i], **other));
        near.map(|(j, _)| 1 << j).sum()
    };
    let near: Vec<u64> = (0..window.len()).map(bits).collect();
    // connected parts, one more site at a time
    let mut parts: BTreeSet<u64> = (0..window.len()).map(|i| 1 << i).collect();
    for _ in 1..order {
        parts = parts
            .iter()
            .flat_map(|&part| {
                let beside = (0..window.len())
                    .filter(|i| part >> i & 1 == 1)
                    .fold(0, |all, i| all | near[i])
                    & !part;
                (0..window.len()).filter(move |i| beside >> i & 1 == 1).map(move |i| part | 1 << i)
            })
            .collect();
    }
    let largest: Vec<u64> = parts.iter().copied().collect();
    let mut all = parts;
    loop {
        let overlaps: BTreeSet<u64> = all
            .iter()
            .flat_map(|one| largest.iter().map(move |other| one & other))
            .filter(|overlap| *overlap != 0 && !all.contains(overlap))
            .collect();
        if overlaps.is_empty() {
            break;
        }
        all.extend(overlaps);
    }
    let mut sorted: Vec<u64> = all.into_iter().collect();
    sorted.sort_by_key(|region| std::cmp::Reverse(region.count_ones()));
    let mut numbered: Vec<(u64, i32)> = Vec::new();
    for region in sorted {
        let above = numbered.iter().filter(|(larger, _)| larger & region == region);
        let number = 1 - above.map(|(_, number)| number).sum::<i32>();
        numbered.push((region, number));
    }
    numbered.retain(|(_, number)| *number != 0);
    numbered
}
