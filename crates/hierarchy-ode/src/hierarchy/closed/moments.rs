//! Independent coordinates of consistent states: the concentrations of all patterns without one
//! species, the reference.
//!
//! A pattern that shows the reference species r at a site s is what the pattern without s leaves
//! when the other species at s are taken away: C(.., r at s, ..) = C(..) - sum over b != r of
//! C(.., b at s, ..). Repeated, this writes every concentration as a sum of concentrations without
//! the reference and of 1, the empty pattern. Two ways to a smaller cluster then agree whatever the
//! coordinates are, so that no direction is left in which marginals can drift apart. Where the
//! other species are rare, all coordinates are small and keep their relative precision.
//!
//! Source: the inclusion-exclusion of lattice-gas correlation functions; for the pairs and triplets
//! of spreading processes Matsuda et al., Prog. Theor. Phys. 88, 1035 (1992).

use super::super::{Hierarchy, Pattern, Site};
use super::marginals::Marginals;
use super::sums::Sum;
use lattice_core::Transition;
use std::collections::BTreeMap;

/// The coordinates, and every part of a window as a sum of them.
#[derive(Clone, Debug)]
pub(super) struct Moments {
    /// Their patterns, in order.
    pub(super) patterns: Vec<Pattern>,
    /// Each of them as a sum over the state.
    pub(super) of_state: Vec<Sum>,
    /// Each part of a window as a sum over the coordinates and, behind them, 1.
    pub(super) parts: BTreeMap<Pattern, Sum>,
}

impl Moments {
    pub(super) fn new(hierarchy: &Hierarchy, marginals: &Marginals, reference: u8) -> Moments {
        let without = |pattern: &&Pattern| !pattern.species().contains(&reference);
        let patterns: Vec<Pattern> = marginals.patterns().filter(without).cloned().collect();
        let shortest = |pattern| marginals.of(pattern).cloned().unwrap_or_default();
        let of_state = patterns.iter().map(shortest).collect();
        let mut expansion = Expansion { hierarchy, reference, known: BTreeMap::new() };
        for (at, pattern) in patterns.iter().enumerate() {
            expansion.known.insert(pattern.clone(), BTreeMap::from([(at, 1)]));
        }
        let empty = Pattern::canonical(hierarchy.lattice(), &[]);
        expansion.known.insert(empty, BTreeMap::from([(patterns.len(), 1)]));
        let parts = marginals.patterns().map(|pattern| {
            let sum = expansion.of(pattern.clone()).into_iter();
            (pattern.clone(), sum.map(|(at, coefficient)| (at, coefficient as f64)).collect())
        });
        let parts = parts.collect();
        Moments { patterns, of_state, parts }
    }
}

struct Expansion<'a> {
    hierarchy: &'a Hierarchy,
    reference: u8,
    known: BTreeMap<Pattern, BTreeMap<usize, i64>>,
}

impl Expansion<'_> {
    fn of(&mut self, pattern: Pattern) -> BTreeMap<usize, i64> {
        if let Some(known) = self.known.get(&pattern) {
            return known.clone();
        }
        let mut placed: Vec<(Site, u8)> = pattern.placed();
        let shown = placed.iter().position(|(_, what)| *what == self.reference);
        // a pattern without the reference is known from the start
        let at = shown.expect("patterns without the reference species are coordinates");
        let mut sum = BTreeMap::new();
        let mut add = |expansion: &mut Self, placed: &[(Site, u8)], sign: i64| {
            let part = Pattern::canonical(expansion.hierarchy.lattice(), placed);
            for (coordinate, coefficient) in expansion.of(part) {
                *sum.entry(coordinate).or_insert(0) += sign * coefficient;
            }
        };
        let reference = self.reference;
        for what in (0..self.hierarchy.species().len() as u8).filter(|what| *what != reference) {
            placed[at].1 = what;
            add(self, &placed, -1);
        }
        placed.remove(at);
        add(self, &placed, 1);
        sum.retain(|_, coefficient| *coefficient != 0);
        self.known.insert(pattern, sum.clone());
        sum
    }
}

/// The species that the rules leave alone where nothing else is, if there is just one, such as the
/// empty sites of the contact process; else the first of the list.
pub(super) fn inactive_species(hierarchy: &Hierarchy) -> u8 {
    let kinds: Vec<Transition> =
        hierarchy.rules.iter().filter_map(|rule| rule.resolve(hierarchy.species()).ok()).collect();
    let stays = |what: &u8| {
        kinds.iter().all(|kind| match *kind {
            Transition::Site(from, _) => from != *what,
            Transition::Pair(before, _) => before != [*what; 2],
            // by count 0 a site among others of its kind is taken to stay
            Transition::Counted(from, _, counted) => from != *what || counted != *what,
        })
    };
    let inactive: Vec<u8> = (0..hierarchy.species().len() as u8).filter(stays).collect();
    match inactive[..] {
        [one] => one,
        _ => 0,
    }
}
