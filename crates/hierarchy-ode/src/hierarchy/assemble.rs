//! From events to equations: merging, ordering and naming.

use super::derive::{Keys, RateKey};
use super::equations::{ClusterType, Contribution, Hierarchy, Term};
use super::notation::Notation;
use super::pattern::{Pattern, assignments};
use super::{Lattice, Rule, Species};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Merges equal terms, orders types and rates as the equations show them, and names them.
pub(super) fn assemble(
    lattice: Lattice,
    species: Species,
    rules: &[Rule],
    order: usize,
    patterns: Vec<Pattern>,
    keys: Keys,
    mut contributions: Vec<Contribution>,
) -> Hierarchy {
    let mut merged: Vec<HashMap<(usize, &Pattern), i64>> = vec![HashMap::new(); patterns.len()];
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
            terms.sort_by_key(|term| (in_order(term).0, in_order(term).1, term.cluster));
            terms
        })
        .collect();

    // constants in the order in which the equations show them, those that cancel last
    let mut shown: Vec<usize> = Vec::new();
    for rate in equations.iter().flatten().map(|term| term.rate) {
        if !shown.contains(&rate) {
            shown.push(rate);
        }
    }
    let used_rates = shown.len();
    let cancelled: Vec<usize> = (0..keys.list.len()).filter(|rate| !shown.contains(rate)).collect();
    shown.extend(cancelled);
    let place: HashMap<usize, usize> = shown.iter().copied().zip(0..).collect();
    let rates = rate_names(shown.iter().map(|&rate| &keys.list[rate]), rules);
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
    let weights = weights(&lattice, species.len(), &all);
    let notation = Notation::new(&lattice, &species, all.iter().map(Pattern::sites));
    let types = all
        .iter()
        .zip(weights)
        .map(|(pattern, weight)| ClusterType {
            pattern: pattern.clone(),
            name: notation.text(pattern),
            latex: notation.latex(pattern),
            weight,
        })
        .collect();
    Hierarchy {
        rules: rules.to_vec(),
        lattice,
        species,
        order,
        types,
        equations,
        rates,
        rate_keys,
        used_rates,
        contributions,
    }
}

/// Gains first, then by size, then by rate constant.
fn in_order(term: &Term) -> (bool, i64, usize, usize) {
    (term.coefficient < 0, -term.coefficient.abs(), term.rate, term.cluster)
}

/// Their own names, or k1, k2, ... with the names that are taken left out.
fn rate_names<'a>(keys: impl Iterator<Item = &'a RateKey>, rules: &[Rule]) -> Vec<String> {
    let taken: BTreeSet<&str> = rules.iter().filter_map(|rule| rule.rate.as_deref()).collect();
    let mut free = (1..).map(|n| format!("k{n}")).filter(|name| !taken.contains(name.as_str()));
    let mut classes: HashMap<usize, usize> = HashMap::new();
    keys.map(|key| {
        let (RateKey::Rule(rule) | RateKey::Count(rule, _) | RateKey::Class(rule, ..)) = key;
        let own = rules[*rule].rate.as_deref();
        match (own, key) {
            (None, _) => free.next().unwrap_or_default(),
            (Some(name), RateKey::Rule(_)) => name.to_owned(),
            (Some(name), RateKey::Count(_, count)) => format!("{name}{count}"),
            (Some(name), RateKey::Class(..)) => {
                let number = classes.entry(*rule).or_default();
                *number += 1;
                format!("{name}{number}")
            }
        }
    })
    .collect()
}

/// How many of the patterns on its window each type stands for.
fn weights(lattice: &Lattice, species: usize, types: &[Pattern]) -> Vec<usize> {
    let mut of_window: BTreeMap<&[super::Site], HashMap<Pattern, usize>> = BTreeMap::new();
    types
        .iter()
        .map(|one| {
            let counted = of_window.entry(one.sites()).or_insert_with(|| {
                let mut counted = HashMap::new();
                for assigned in assignments(one.sites().len(), species) {
                    let placed: Vec<_> = one.sites().iter().copied().zip(assigned).collect();
                    *counted.entry(Pattern::canonical(lattice, &placed)).or_default() += 1;
                }
                counted
            });
            counted.get(one).copied().unwrap_or(0)
        })
        .collect()
}
