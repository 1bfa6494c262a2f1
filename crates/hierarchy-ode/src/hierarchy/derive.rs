//! From events to equations: for every event that touches the window of a type, the gain from
//! patterns that become it and the loss of those that cease to be it.

use super::assemble::assemble;
use super::constants::{check_rules, group};
use super::equations::{Contribution, Hierarchy};
use super::{Lattice, Pattern, Rule, Site, Species};
use crate::{DerivationError, OdeError};
use cluster_stats::{assignments, connected_windows};
use lattice_core::Transition;
use std::collections::BTreeMap;

/// Most events that are looked at; a derivation this large takes about a gigabyte.
const MOST_EVENTS: f64 = 5e6;

/// Most states of the neighbours of a site in a rule that counts them: two species at
/// coordination 8.
const MOST_NEIGHBOURHOODS: f64 = 256.0;

/// Which constant an event has.
/// The first number is that of the first rule that has the constant: rules that share a name share
/// their constants.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum RateKey {
    Rule(usize),
    Count(usize, usize),
    /// What is on the sites of the enlarged cluster before and after.
    Class(usize, Vec<Site>, Vec<(u8, u8)>),
}

impl RateKey {
    /// The first rule that has the constant.
    pub(super) fn group(&self) -> usize {
        let (RateKey::Rule(rule) | RateKey::Count(rule, _) | RateKey::Class(rule, ..)) = self;
        *rule
    }
}

impl Hierarchy {
    /// The equations of all connected clusters of 1 to `order` sites.
    ///
    /// # Errors
    /// Before any work: [`OdeError::InvalidValue`] for order 0, [`LatticeError::UnknownSpecies`](lattice_core::LatticeError::UnknownSpecies),
    /// [`LatticeError::IdleRule`](lattice_core::LatticeError::IdleRule) for a rule that changes nothing, [`DerivationError::RepeatedRule`],
    /// [`DerivationError::BadRateName`], [`DerivationError::TooManyNeighbourhoods`] for rates by count with
    /// too many neighbours or species, [`OdeError::HierarchyTooLarge`] with the estimated size.
    /// After it: [`DerivationError::RateNameClash`].
    pub fn derive(
        lattice: Lattice,
        species: Species,
        rules: &[Rule],
        order: usize,
    ) -> Result<Hierarchy, OdeError> {
        if order == 0 {
            let allowed = "1 or more sites";
            return Err(OdeError::InvalidValue { name: "order", value: 0.0, allowed });
        }
        let kinds: Vec<Transition> =
            rules.iter().map(|rule| rule.resolve(&species)).collect::<Result<_, _>>()?;
        check_rules(rules, &kinds)?;
        check_size(&lattice, &species, &kinds, order)?;
        let patterns: Vec<Pattern> = connected_windows(&lattice)
            .take(order)
            .flatten()
            .flat_map(|window| Pattern::all_on(&lattice, &window, species.len()))
            .collect();
        let mut events = Events {
            lattice: &lattice,
            species: species.len(),
            groups: (0..rules.len()).map(|rule| group(rules, rule)).collect(),
            rules,
            keys: Keys::default(),
            contributions: Vec::new(),
        };
        for (equation, pattern) in patterns.iter().enumerate() {
            for (rule, kind) in kinds.iter().enumerate() {
                events.of_rule(equation, pattern, rule, *kind);
            }
        }
        let Events { keys, contributions, .. } = events;
        assemble(lattice, species, rules, order, patterns, keys, contributions)
    }
}

/// Estimates the number of events from the first few sizes of windows and refuses too many.
fn check_size(
    lattice: &Lattice,
    species: &Species,
    kinds: &[Transition],
    order: usize,
) -> Result<(), OdeError> {
    let (coordination, species) = (lattice.coordination(), species.len());
    let neighbourhoods = libm::pow(species as f64, coordination as f64);
    let counted = kinds.iter().any(|kind| matches!(kind, Transition::Counted(..)));
    if counted && neighbourhoods > MOST_NEIGHBOURHOODS {
        let limit = MOST_NEIGHBOURHOODS;
        return Err(DerivationError::TooManyNeighbourhoods {
            species,
            coordination,
            neighbourhoods,
            limit,
        }
        .into());
    }
    let at_a_site = if counted { neighbourhoods } else { (2 * coordination) as f64 };
    let at_a_pattern = at_a_site * kinds.len().max(1) as f64 * order as f64;
    let mut smaller: Option<f64> = None;
    for (windows, size) in connected_windows(lattice).zip(1..=order) {
        let windows = windows.len() as f64;
        let growth = smaller.map_or(2.0, |smaller| (windows / smaller).max(1.0));
        smaller = Some(windows);
        let types = windows * libm::pow(species as f64, size as f64);
        let left = (order - size) as f64;
        let estimate = at_a_pattern * types * libm::pow(growth * species as f64, left);
        if at_a_pattern * types > MOST_EVENTS || (size == order && estimate > MOST_EVENTS) {
            return Err(OdeError::HierarchyTooLarge { order, estimate, limit: MOST_EVENTS });
        }
    }
    Ok(())
}

#[derive(Default)]
pub(super) struct Keys {
    pub(super) list: Vec<RateKey>,
    index: BTreeMap<RateKey, usize>,
}

impl Keys {
    fn of(&mut self, key: RateKey) -> usize {
        *self.index.entry(key.clone()).or_insert_with(|| {
            self.list.push(key);
            self.list.len() - 1
        })
    }
}

struct Events<'a> {
    lattice: &'a Lattice,
    species: usize,
    rules: &'a [Rule],
    /// For each rule the first one that has its rate constants.
    groups: Vec<usize>,
    keys: Keys,
    contributions: Vec<Contribution>,
}

/// A rule at work on one site of the window of one type.
#[derive(Clone, Copy)]
struct Place<'a> {
    equation: usize,
    window: &'a [(Site, u8)],
    rule: usize,
    site: Site,
}

impl Place<'_> {
    fn inside(&self, site: Site) -> Option<u8> {
        self.window.iter().find(|(one, _)| *one == site).map(|(_, what)| *what)
    }
}

/// An event there: the sites that change, with their species before and after.
#[derive(Default)]
struct Event<'a> {
    changes: &'a [(Site, u8, u8)],
    /// The other site, if two take part.
    partner: Option<Site>,
    /// How many neighbours are of the species that is counted, if that decides the rate.
    count: Option<usize>,
    /// Sites that only decide the rate.
    spectators: &'a [(Site, u8)],
}

impl Events<'_> {
    fn of_rule(&mut self, equation: usize, pattern: &Pattern, rule: usize, kind: Transition) {
        let window = &pattern.placed();
        for &(site, _) in window {
            let place = Place { equation, window, rule, site };
            match kind {
                Transition::Site(from, to) => {
                    self.add(place, Event { changes: &[(site, from, to)], ..Event::default() });
                }
                Transition::Pair(before, after) => self.of_bonds(place, before, after),
                Transition::Counted(from, to, counted) => {
                    self.of_neighbourhoods(place, [(site, from, to)], counted);
                }
            }
        }
    }

    /// Both ways round each bond of a site, or once where they are one event; a bond inside the
    /// window comes up from both of its sites.
    fn of_bonds(&mut self, place: Place<'_>, [a, b]: [u8; 2], [c, d]: [u8; 2]) {
        let one_event_both_ways = a == b && c == d;
        let site = place.site;
        let near: Vec<Site> = self.lattice.neighbours(site).collect();
        for near in near {
            let inside = place.inside(near).is_some();
            if inside && one_event_both_ways && near < site {
                continue;
            }
            let mut bond = |first, second| {
                let changes = &[(first, a, c), (second, b, d)];
                self.add(place, Event { changes, partner: Some(near), ..Event::default() });
            };
            bond(site, near);
            if !inside && !one_event_both_ways {
                bond(near, site);
            }
        }
    }

    /// Every state of the neighbours outside the window.
    fn of_neighbourhoods(&mut self, place: Place<'_>, changes: [(Site, u8, u8); 1], counted: u8) {
        let near: Vec<Site> = self.lattice.neighbours(place.site).collect();
        let outside = near.iter().copied().filter(|near| place.inside(*near).is_none());
        let outside: Vec<Site> = outside.collect();
        let known = near.iter().filter(|near| place.inside(**near) == Some(counted)).count();
        for assigned in assignments(outside.len(), self.species) {
            let count = Some(known + assigned.iter().filter(|what| **what == counted).count());
            let spectators: Vec<_> = outside.iter().copied().zip(assigned).collect();
            let event = Event { changes: &changes, partner: None, count, spectators: &spectators };
            self.add(place, event);
        }
    }

    /// The gain and the loss of the pattern by an event, as far as the pattern allows them.
    fn add(&mut self, place: Place<'_>, event: Event<'_>) {
        let touches = |(site, before, after): &(Site, u8, u8)| {
            place.inside(*site).is_some() && before != after
        };
        if !event.changes.iter().any(touches) {
            return;
        }
        for gain in [true, false] {
            let shown = |(_, before, after): &(Site, u8, u8)| if gain { *after } else { *before };
            let fits = |change: &(Site, u8, u8)| {
                place.inside(change.0).is_none_or(|what| what == shown(change))
            };
            if !event.changes.iter().all(fits) {
                continue;
            }
            let mut before: Vec<(Site, u8)> = place.window.to_vec();
            for (site, from, _) in event.changes {
                match before.iter_mut().find(|(one, _)| one == site) {
                    Some((_, what)) => *what = *from,
                    None => before.push((*site, *from)),
                }
            }
            before.extend_from_slice(event.spectators);
            let group = self.groups[place.rule];
            let key = if self.rules[place.rule].is_by_class() {
                let after = |site: Site, what: u8| {
                    event
                        .changes
                        .iter()
                        .find(|(one, ..)| *one == site)
                        .map_or(what, |(_, _, to)| *to)
                };
                let joint: Vec<_> =
                    before.iter().map(|&(site, what)| (site, (what, after(site, what)))).collect();
                let least = self.lattice.images(&joint).min();
                let (sites, states) = least.unwrap_or_default();
                RateKey::Class(group, sites, states)
            } else {
                event.count.map_or(RateKey::Rule(group), |count| RateKey::Count(group, count))
            };
            self.contributions.push(Contribution {
                equation: place.equation,
                rule: place.rule,
                site: place.site,
                partner: event.partner,
                gain,
                rate: self.keys.of(key),
                cluster: Pattern::canonical(self.lattice, &before),
            });
        }
    }
}
