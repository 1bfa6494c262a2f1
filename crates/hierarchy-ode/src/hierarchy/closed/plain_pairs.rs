//! The plain pair approximation: what stands outside a known window knows of it only the site that
//! it acts on, C(W and w) = C(W) C(a, w) / C(a).
//!
//! An event changes the site a of a window W of `order` sites and depends on neighbors w of a
//! outside W. Each of these is taken to be independent of all else given a, whether it also touches
//! other sites of W or not: triangles are closed as chains around the site that changes, and the
//! thresholds of the contact process are 1/(z - 1) with pairs on every lattice. Where several events
//! need a pattern around different sites it gets the mean of their values. 0 where a pair is
//! absent. Needs order 2 or more.
//!
//! Sources: Matsuda, Ogita, Sasaki, Sato, Prog. Theor. Phys. 88, 1035 (1992); Keeling, Proc. R. Soc.
//! B 266, 859 (1999), without the correction for clustering.

use super::super::{Hierarchy, Lattice, Pattern, Site};
use super::cluster_closure::{ClosureTask, ClusterClosure, PreparedClosure};
use super::products::Products;
use crate::OdeError;
use lattice_core::Transition;

/// The pair approximation that closes triangles as chains around the site that changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlainPairApproximation;

impl ClusterClosure for PlainPairApproximation {
    fn prepare(&self, task: &mut ClosureTask<'_>) -> Result<Box<dyn PreparedClosure>, OdeError> {
        let mut products = Products::default();
        let mut ways = Vec::new();
        for pattern in task.needed() {
            let divisions = divisions(task.hierarchy(), pattern);
            if divisions.is_empty() {
                let part = task.hierarchy().types.name_of(pattern);
                return Err(OdeError::UnknownPart { part, order: task.order() });
            }
            for (window, center, outside) in &divisions {
                let mut powers = vec![(task.part(window)?, 1)];
                for &one in outside {
                    powers.push((task.part(&[*center, one])?, 1));
                }
                powers.push((task.part(&[*center])?, -(outside.len() as i32)));
                products.push(&powers);
            }
            ways.push(divisions.len());
        }
        let total = ways.iter().sum();
        Ok(Box::new(move |parts: &[f64], needed: &mut [f64]| {
            let mut values = vec![0.0; total];
            products.evaluate(parts, &mut values)?;
            let mut rest = &values[..];
            for (value, &ways) in needed.iter_mut().zip(&ways) {
                let (own, others) = rest.split_at(ways);
                *value = own.iter().sum::<f64>() / ways as f64;
                rest = others;
            }
            Ok(())
        }))
    }
}

type Placed = (Site, u8);

/// The ways to see a pattern as a known window, the site in it that an event changes, and the
/// neighbors of this site outside the window.
fn divisions(hierarchy: &Hierarchy, pattern: &Pattern) -> Vec<(Vec<Placed>, Placed, Vec<Placed>)> {
    let lattice = hierarchy.lattice();
    let kinds = hierarchy.rules.iter().filter_map(|rule| rule.resolve(hierarchy.species()).ok());
    let kinds: Vec<Transition> = kinds.collect();
    let placed = pattern.placed();
    let beyond = placed.len() - hierarchy.order;
    let mut found = Vec::new();
    for &center in &placed {
        let near: Vec<Placed> =
            placed.iter().copied().filter(|(site, _)| lattice.adjacent(*site, center.0)).collect();
        let chosen = (0..1_u64 << near.len()).filter(|bits| bits.count_ones() as usize == beyond);
        for bits in chosen {
            let outside: Vec<Placed> =
                (0..near.len()).filter(|i| bits >> i & 1 == 1).map(|i| near[i]).collect();
            let acts = |kind: &Transition| match *kind {
                Transition::Site(..) => false,
                Transition::Counted(from, ..) => from == center.1,
                Transition::Pair([a, b], [c, d]) => {
                    let changes = |own, other, becomes| {
                        own != becomes && own == center.1 && outside.iter().all(|w| w.1 == other)
                    };
                    changes(a, b, c) || changes(b, a, d)
                }
            };
            let window: Vec<Placed> =
                placed.iter().copied().filter(|one| !outside.contains(one)).collect();
            if kinds.iter().any(acts) && is_connected(lattice, &window) {
                found.push((window, center, outside));
            }
        }
    }
    found
}

fn is_connected(lattice: &Lattice, window: &[Placed]) -> bool {
    let mut reached = vec![false; window.len()];
    let mut next = vec![0];
    while let Some(at) = next.pop() {
        if !std::mem::replace(&mut reached[at], true) {
            let near = (0..window.len()).filter(|&i| lattice.adjacent(window[i].0, window[at].0));
            next.extend(near);
        }
    }
    reached.into_iter().all(|one| one)
}
