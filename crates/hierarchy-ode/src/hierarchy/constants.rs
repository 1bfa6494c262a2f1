//! Rate constants: which rules share one, what each is called, values by name.

use super::derive::RateKey;
use super::{Hierarchy, Rule};
use crate::{DerivationError, OdeError};
use lattice_core::{LatticeError, Transition};
use std::collections::{BTreeMap, BTreeSet};

/// The first rule that has the rate constants of this one: rules whose constants have one name
/// share them.
pub(super) fn group(rules: &[Rule], rule: usize) -> usize {
    let name = rules[rule].rate_name();
    let first = rules.iter().position(|one| one.rate_name() == name);
    first.filter(|_| name.is_some()).unwrap_or(rule)
}

/// The constants' own names, or k1, k2, ... with the names that are taken left out.
///
/// # Errors
/// [`DerivationError::RateNameClash`] where two constants would have one name.
pub(super) fn rate_names<'a>(
    keys: impl Iterator<Item = &'a RateKey> + Clone,
    rules: &[Rule],
) -> Result<Vec<String>, OdeError> {
    let mut classes: BTreeMap<usize, usize> = BTreeMap::new();
    let own = keys.clone().map(|key| {
        let name = rules[key.group()].rate_name()?;
        Some(match key {
            RateKey::Rule(_) => name.to_owned(),
            RateKey::Count(_, count) => format!("{name}{count}"),
            RateKey::Class(group, ..) => {
                let number = classes.entry(*group).or_default();
                *number += 1;
                format!("{name}{number}")
            }
        })
    });
    let own: Vec<Option<String>> = own.collect();
    let mut taken: BTreeMap<&str, usize> = BTreeMap::new();
    for (key, name) in keys.zip(&own) {
        let Some(name) = name else { continue };
        if let Some(first) = taken.insert(name, key.group()) {
            let [first, second] = [first, key.group()].map(|rule| rules[rule].to_string());
            let name = name.clone();
            return Err(DerivationError::RateNameClash { name, first, second }.into());
        }
    }
    // the bare name of a rule by count or class stays its own, too: k1 is no automatic name then
    let bare: BTreeSet<&str> = rules.iter().filter_map(Rule::rate_name).collect();
    let free = |name: &String| !taken.contains_key(name.as_str()) && !bare.contains(name.as_str());
    let mut automatic = (1..).map(|number| format!("k{number}")).filter(free);
    let named = own.iter().map(|name| match name {
        Some(name) => name.clone(),
        None => automatic.next().unwrap_or_default(),
    });
    Ok(named.collect())
}

/// Whether names of rate constants can be shown, and no rule is there twice.
pub(super) fn check_rules(rules: &[Rule], kinds: &[Transition]) -> Result<(), DerivationError> {
    for (second, rule) in rules.iter().enumerate() {
        if let Some(name) = rule.rate_name() {
            let digit = name.starts_with(|c: char| c.is_ascii_digit());
            if name.is_empty() || digit || name.contains(char::is_whitespace) {
                let (rule, name) = (rule.to_string(), name.to_owned());
                return Err(DerivationError::BadRateName { rule, name });
            }
        }
        let same = |first: &usize| {
            let constant = |rule: &Rule| (rule.rate_name().map(str::to_owned), rule.is_by_class());
            kinds[*first].is_event_of(kinds[second]) && constant(&rules[*first]) == constant(rule)
        };
        if let Some(first) = (0..second).find(same) {
            let (rule, first, second) = (rule.to_string(), first + 1, second + 1);
            return Err(DerivationError::RepeatedRule { rule, first, second });
        }
    }
    Ok(())
}

impl Hierarchy {
    /// Rate constants in the order of [`rates`](Self::rates), from their names and values in
    /// 1/time. Every name is given exactly once; the constants of events that cancel in all
    /// equations (the rest of [`all_rates`](Self::all_rates)) may be given or left out.
    ///
    /// # Errors
    /// [`DerivationError::RateNames`] with the names that are missing, doubled or unknown;
    /// [`OdeError::InvalidRate`] for a value that is negative or not finite.
    pub fn rates_by_name(&self, named: &[(&str, f64)]) -> Result<Vec<f64>, OdeError> {
        let times = |wanted: &str| named.iter().filter(|(name, _)| *name == wanted).count();
        let missing = self.rates().iter().filter(|name| times(name) == 0).cloned().collect();
        let given: BTreeSet<&str> = named.iter().map(|(name, _)| *name).collect();
        let known = |name: &str| self.all_rates().iter().any(|known| known == name);
        let of = |wanted: &dyn Fn(&str) -> bool| -> Vec<String> {
            given.iter().filter(|name| wanted(name)).map(ToString::to_string).collect()
        };
        let repeated = of(&|name| known(name) && times(name) > 1);
        let unknown = of(&|name| !known(name));
        let missing: Vec<String> = missing;
        if !(missing.is_empty() && repeated.is_empty() && unknown.is_empty()) {
            let known = self.rates().to_vec();
            return Err(DerivationError::RateNames { missing, repeated, unknown, known }.into());
        }
        let value = |rate: &String| named.iter().find(|(name, _)| name == rate);
        let values: Vec<f64> =
            self.rates().iter().filter_map(value).map(|(_, value)| *value).collect();
        self.check_rates(&values)?;
        Ok(values)
    }

    /// Each rule with its rate constants, from one (1/time) for each of
    /// [`all_rates`](Self::all_rates), also for what cancels in the equations: what
    /// `lattice_core::RuleProcess` takes, the exact process of which the equations are the mean motion. A
    /// rule has one constant, or one for each number of neighbors from 0 on.
    ///
    /// # Errors
    /// [`LatticeError::ClassRates`] for a rule with a constant for each class, as one event is in several
    /// classes at once, six on the triangular lattice; [`OdeError::WrongLength`],
    /// [`OdeError::InvalidRate`].
    pub fn rule_rates(&self, rates: &[f64]) -> Result<Vec<(Rule, Vec<f64>)>, OdeError> {
        if let Some(rule) = self.rules.iter().find(|rule| rule.is_by_class()) {
            return Err(LatticeError::ClassRates { rule: rule.to_string() }.into());
        }
        check_constants(rates, self.all_rates().len())?;
        let of_rule = |(number, rule): (usize, &Rule)| {
            let constants_of = group(&self.rules, number);
            let mut own: Vec<(usize, f64)> = Vec::new();
            for (key, &rate) in self.rate_keys.iter().zip(rates) {
                match key {
                    RateKey::Rule(of) if *of == constants_of => own.push((0, rate)),
                    RateKey::Count(of, count) if *of == constants_of => own.push((*count, rate)),
                    _ => {}
                }
            }
            own.sort_by_key(|(count, _)| *count);
            (rule.clone(), own.into_iter().map(|(_, rate)| rate).collect())
        };
        Ok(self.rules.iter().enumerate().map(of_rule).collect())
    }

    pub(super) fn check_rates(&self, rates: &[f64]) -> Result<(), OdeError> {
        check_constants(rates, self.used_rates)
    }
}

/// Whether there are so many rate constants, finite and not negative.
fn check_constants(rates: &[f64], expected: usize) -> Result<(), OdeError> {
    let found = rates.len();
    if expected != found {
        return Err(OdeError::WrongLength { name: "rate constants", expected, found });
    }
    match rates.iter().position(|rate| !(rate.is_finite() && *rate >= 0.0)) {
        Some(at) => Err(OdeError::InvalidRate { number: at + 1, value: rates[at] }),
        None => Ok(()),
    }
}
