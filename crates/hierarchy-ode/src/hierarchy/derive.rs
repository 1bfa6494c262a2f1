//! From events to equations: for every event that touches the window of a type, the gain from
//! patterns that become it and the loss of those that cease to be it.

use super::assemble::assemble;
use super::equations::{Contribution, Hierarchy};
use super::pattern::{Pattern, assignments, canonical, grown, patterns_on, windows};
use super::rule::Kind;
use super::{Lattice, Rule, Site, Species};
use crate::OdeError;
use std::collections::HashMap;

/// Most events that are looked at; a derivation this large takes about a gigabyte.
const MOST_EVENTS: f64 = 5e6;

/// Most states of the neighbours of a site in a rule that counts them: two species at
/// coordination 8.
const MOST_NEIGHBOURHOODS: f64 = 256.0;

/// Which constant an event has.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(super) enum RateKey {
    Rule(usize),
    Count(usize, usize),
    /// What is on the sites of the enlarged cluster before and after.
    Class(usize, Vec<Site>, Vec<(u8, u8)>),
}

impl Hierarchy {
    /// The equations of all connected clusters of 1 to `order` sites.
    ///
    /// # Errors
    /// Before any work: [`OdeError::InvalidValue`] for order 0, [`OdeError::UnknownSpecies`],
    /// [`OdeError::IdleRule`] for a rule that changes nothing, [`OdeError::TooManyNeighbourhoods`]
    /// for rates by count with too many neighbours or species, [`OdeError::HierarchyTooLarge`]
    /// with the estimated size.
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
        let kinds: Vec<Kind<u8>> =
            rules.iter().map(|rule| rule.resolve(&species)).collect::<Result<_, _>>()?;
        check_size(&lattice, &species, &kinds, order)?;
        let patterns: Vec<Pattern> = windows(&lattice, order)
            .iter()
            .flatten()
            .flat_map(|window| patterns_on(&lattice, window, species.len()))
            .collect();
        let mut events = Events {
            lattice: &lattice,
            species: species.len(),
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
        Ok(assemble(lattice, species, rules, order, patterns, keys, contributions))
    }
}

/// Estimates the number of events from the first few sizes of windows and refuses too many.
fn check_size(
    lattice: &Lattice,
    species: &Species,
    kinds: &[Kind<u8>],
    order: usize,
) -> Result<(), OdeError> {
    let (coordination, species) = (lattice.coordination(), species.len());
    let neighbourhoods = (species as f64).powf(coordination as f64);
    let counted = kinds.iter().any(|kind| matches!(kind, Kind::Counted(..)));
    if counted && neighbourhoods > MOST_NEIGHBOURHOODS {
        let limit = MOST_NEIGHBOURHOODS;
        return Err(OdeError::TooManyNeighbourhoods {
            species,
            coordination,
            neighbourhoods,
            limit,
        });
    }
    let at_a_site = if counted { neighbourhoods } else { (2 * coordination) as f64 };
    let at_a_pattern = at_a_site * kinds.len().max(1) as f64 * order as f64;
    let mut sizes = windows(lattice, 1);
    let mut growth = 2.0_f64;
    for size in 1.. {
        let last = &sizes[size - 1];
        let types = last.len() as f64 * (species as f64).powf(size as f64);
        let left = (order - size) as f64;
        let estimate = at_a_pattern * types * (growth * species as f64).powf(left);
        if at_a_pattern * types > MOST_EVENTS || (size == order && estimate > MOST_EVENTS) {
            return Err(OdeError::HierarchyTooLarge { order, estimate, limit: MOST_EVENTS });
        }
        if size == order {
            return Ok(());
        }
        let next = grown(lattice, last);
        growth = (next.len() as f64 / last.len() as f64).max(1.0);
        sizes.push(next);
    }
    Ok(())
}

#[derive(Default)]
pub(super) struct Keys {
    pub(super) list: Vec<RateKey>,
    index: HashMap<RateKey, usize>,
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
    keys: Keys,
    contributions: Vec<Contribution>,
}

/// An event of a rule on some sites: each with its species before and after.
struct Event<'a> {
    equation: usize,
    rule: usize,
    count: Option<usize>,
    site: Site,
    partner: Option<Site>,
    changes: &'a [(Site, u8, u8)],
    /// Sites that only decide the rate.
    spectators: &'a [(Site, u8)],
}

impl Events<'_> {
    fn of_rule(&mut self, equation: usize, pattern: &Pattern, rule: usize, kind: Kind<u8>) {
        let window = pattern.placed();
        let inside = |site: Site| window.iter().any(|(one, _)| *one == site);
        for &(site, _) in &window {
            match kind {
                Kind::Site(from, to) => {
                    let changes = [(site, from, to)];
                    let (count, partner, spectators) = (None, None, &[] as &[_]);
                    self.add(
                        &window,
                        Event {
                            equation,
                            rule,
                            count,
                            site,
                            partner,
                            changes: &changes,
                            spectators,
                        },
                    );
                }
                Kind::Pair([a, b], [c, d]) => {
                    let one_event_both_ways = a == b && c == d;
                    for near in self.lattice.neighbours(site).collect::<Vec<_>>() {
                        // inside the window each ordered pair comes up from both of its sites
                        let mut roles = vec![(site, near)];
                        if !inside(near) && !one_event_both_ways {
                            roles.push((near, site));
                        }
                        if inside(near) && one_event_both_ways && near < site {
                            continue;
                        }
                        for (first, second) in roles {
                            let changes = [(first, a, c), (second, b, d)];
                            let (count, partner, spectators) = (None, Some(near), &[] as &[_]);
                            self.add(
                                &window,
                                Event {
                                    equation,
                                    rule,
                                    count,
                                    site,
                                    partner,
                                    changes: &changes,
                                    spectators,
                                },
                            );
                        }
                    }
                }
                Kind::Counted(from, to, counted) => {
                    let near: Vec<Site> = self.lattice.neighbours(site).collect();
                    let outside: Vec<Site> = near.iter().copied().filter(|n| !inside(*n)).collect();
                    for assigned in assignments(outside.len(), self.species) {
                        let spectators: Vec<_> = outside.iter().copied().zip(assigned).collect();
                        let around = |n: &&Site| {
                            let all = window.iter().chain(&spectators);
                            all.into_iter().any(|(one, what)| one == *n && *what == counted)
                        };
                        let count = Some(near.iter().filter(around).count());
                        let (partner, changes) = (None, [(site, from, to)]);
                        self.add(
                            &window,
                            Event {
                                equation,
                                rule,
                                count,
                                site,
                                partner,
                                changes: &changes,
                                spectators: &spectators,
                            },
                        );
                    }
                }
            }
        }
    }

    /// The gain and the loss of the pattern on `window` by an event at given sites, as far as the
    /// pattern allows them.
    fn add(&mut self, window: &[(Site, u8)], event: Event<'_>) {
        let inside =
            |site: Site| window.iter().find(|(one, _)| *one == site).map(|(_, what)| *what);
        let touches =
            |(site, before, after): &(Site, u8, u8)| inside(*site).is_some() && before != after;
        if !event.changes.iter().any(touches) {
            return;
        }
        for gain in [true, false] {
            let shown = |(_, before, after): &(Site, u8, u8)| if gain { *after } else { *before };
            let fits =
                |change: &(Site, u8, u8)| inside(change.0).is_none_or(|what| what == shown(change));
            if !event.changes.iter().all(fits) {
                continue;
            }
            let mut before: Vec<(Site, u8)> = window.to_vec();
            for (site, from, _) in event.changes {
                match before.iter_mut().find(|(one, _)| one == site) {
                    Some((_, what)) => *what = *from,
                    None => before.push((*site, *from)),
                }
            }
            before.extend_from_slice(event.spectators);
            let key = if self.rules[event.rule].by_class {
                let after = |site: Site, what: u8| {
                    event
                        .changes
                        .iter()
                        .find(|(one, ..)| *one == site)
                        .map_or(what, |(_, _, to)| *to)
                };
                let joint: Vec<_> =
                    before.iter().map(|&(site, what)| (site, (what, after(site, what)))).collect();
                let (sites, states) = canonical(self.lattice, &joint);
                RateKey::Class(event.rule, sites, states)
            } else {
                event
                    .count
                    .map_or(RateKey::Rule(event.rule), |count| RateKey::Count(event.rule, count))
            };
            self.contributions.push(Contribution {
                equation: event.equation,
                rule: event.rule,
                site: event.site,
                partner: event.partner,
                gain,
                rate: self.keys.of(key),
                cluster: Pattern::canonical(self.lattice, &before),
            });
        }
    }
}
