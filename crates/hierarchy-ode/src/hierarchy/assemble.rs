//! From events to equations: merging, ordering and naming.

use super::constants::rate_names;
use super::derive::Keys;
use super::equations::{Contribution, Hierarchy, Term};
use super::{ClusterTypes, Lattice, Pattern, Rule, Species};
use crate::OdeError;
use std::collections::{BTreeMap, BTreeSet};

/// Merges equal terms, orders types and rates as the equations show them, and names them.
pub(super) fn assemble(
    lattice: Lattice,
    species: Species,
    rules: &[Rule],
    order: usize,
    patterns: Vec<Pattern>,
    keys: Keys,
    mut contributions: Vec<Contribution>,
) -> Result<Hierarchy, OdeError> {
    let mut merged: Vec<BTreeMap<(usize, &Pattern), i64>> = vec![BTreeMap::new(); patterns.len()];
    for one in &contributions {
        *merged[one.equation].entry((one.rate, &one.cluster)).or_default() +=
            if one.gain { 1 } else { -1 };
    }
    for terms in &mut merged {
        terms.retain(|_, coefficient| *coefficient != 0);
    }
    let known: BTreeSet<&Pattern> = patterns.iter().collect();
    let mut needed: Vec<&Pattern> =
        merged.iter().flat_map(|terms| terms.keys().map(|(_, pattern)| *pattern)).collect();
    needed.retain(|pattern| !known.contains(*pattern));
    needed.sort_by(|one, other| one.rank().cmp(&other.rank()));
    needed.dedup();
    let all: Vec<Pattern> = patterns.iter().chain(needed).cloned().collect();
    let position: BTreeMap<&Pattern, usize> = all.iter().zip(0..).collect();

    let mut equations: Vec<Vec<Term>> = merged
        .iter()
        .map(|terms| {
            let mut terms: Vec<Term> = terms
                .iter()
                .map(|(&(rate, pattern), &coefficient)| Term {
                    coefficient,
                    rate,
                    cluster: position[pattern],
                })
                .collect();
            // of equal terms first the one whose constant is of the lesser event
            let of = |term: &Term| &keys.list[term.rate];
            terms.sort_by(|a, b| {
                let key = |term| (in_order(term).0, in_order(term).1, term.cluster, of(term));
                key(a).cmp(&key(b))
            });
            terms
        })
        .collect();

    // constants in the order in which the equations show them, those that cancel last; never by
    // the order in which events came up, which depends on how the neighbors are listed
    let mut shown: Vec<usize> = Vec::new();
    for rate in equations.iter().flatten().map(|term| term.rate) {
        if !shown.contains(&rate) {
            shown.push(rate);
        }
    }
    let used_rates = shown.len();
    let mut cancelled: Vec<usize> =
        (0..keys.list.len()).filter(|rate| !shown.contains(rate)).collect();
    cancelled.sort_by(|a, b| keys.list[*a].cmp(&keys.list[*b]));
    shown.extend(cancelled);
    let place: BTreeMap<usize, usize> = shown.iter().copied().zip(0..).collect();
    let rates = rate_names(shown.iter().map(|&rate| &keys.list[rate]), rules)?;
    let rate_keys = shown.iter().map(|&rate| keys.list[rate].clone()).collect();
    for terms in &mut equations {
        for term in &mut *terms {
            term.rate = place[&term.rate];
        }
        terms.sort_by_key(in_order);
    }
    for one in &mut contributions {
        one.rate = place[&one.rate];
    }
    let types = ClusterTypes::new(lattice, species, &all);
    Ok(Hierarchy {
        rules: rules.to_vec(),
        order,
        types,
        equations,
        rates,
        rate_keys,
        used_rates,
        contributions,
    })
}

/// Gains first, then by size, then by rate constant.
fn in_order(term: &Term) -> (bool, i64, usize, usize) {
    (term.coefficient < 0, -term.coefficient.abs(), term.rate, term.cluster)
}
