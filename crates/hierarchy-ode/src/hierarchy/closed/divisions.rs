//! How the events of a hierarchy see the patterns that its equations need.

use super::super::{Hierarchy, Lattice, Pattern, Site};
use closures::Division;
use lattice_core::Transition;

type Placed = (Site, u8);

/// The ways to see a pattern as a known window, the site in it that an event changes, and the
/// neighbors of this site outside the window.
pub(super) fn divisions(hierarchy: &Hierarchy, pattern: &Pattern) -> Vec<Division> {
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
                found.push(Division { window, center, outside });
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
