//! What the equations conserve, found by exact elimination.
//!
//! The probability of the last species at a site is 1 minus those of the others. Writing every
//! pattern so, only patterns of the other species are left, and these are independent: all
//! relations between clusters (normalisation, marginals) are used up. A sum of concentrations is
//! conserved if its rate of change then vanishes, for all rate constants and configurations.

use super::equations::Hierarchy;
use super::text::sum;
use super::{Lattice, Pattern, Site};
use crate::{DerivationError, OdeError};
use cluster_stats::assignments;
use std::collections::BTreeMap;
use std::ops::Range;

/// Most patterns that the search writes out; with them it takes about a minute.
const MOST_PATTERNS: f64 = 1e6;

/// A sum of concentrations that does not change, whatever the rate constants are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConservedQuantity {
    /// Coefficients of patterns that hold all species but the last; smallest patterns first. Their
    /// sites need not be connected.
    pub terms: Vec<(i64, Pattern)>,
    /// As text, such as `C+`.
    pub name: String,
}

type Sum<K> = BTreeMap<K, i128>;

/// The rate of change of a sum, by rate constant and pattern, and the sum itself.
type Row<'a> = (Sum<(usize, &'a Pattern)>, Sum<&'a Pattern>);

impl Hierarchy {
    /// Independent sums of concentrations that the equations conserve, the constant 1 left out.
    ///
    /// All equations count, so that a type whose equation is dC/dt = 0 is conserved. The
    /// concentration of the last species follows from the others and is left out.
    ///
    /// # Errors
    /// [`DerivationError::ConservationTooLarge`] if the types would be written as too many patterns,
    /// [`DerivationError::ConservationOverflow`] if the exact arithmetic would exceed 128 bits. The
    /// equations are as good as without.
    pub fn conserved_quantities(&self) -> Result<Vec<ConservedQuantity>, OdeError> {
        self.conserved(0..self.equations.len())
    }

    /// As [`conserved_quantities`](Self::conserved_quantities), by the equations of the types of
    /// [`state`](Self::state) alone, which a closed system solves.
    ///
    /// Where each event has one rate, this is the same list. With constants by class the equations
    /// of larger clusters contradict those of smaller ones: (5) conserves nothing, though the
    /// equations of single sites are dC/dt = 0.
    ///
    /// # Errors
    /// Those of [`conserved_quantities`](Self::conserved_quantities).
    pub fn conserved_by_state(&self) -> Result<Vec<ConservedQuantity>, OdeError> {
        self.conserved(self.state())
    }

    fn conserved(&self, of: Range<usize>) -> Result<Vec<ConservedQuantity>, OdeError> {
        let reference = self.species().len() as u8 - 1;
        let sites = self.types.iter().map(|one| one.pattern.sites().len()).max().unwrap_or(0);
        let estimate =
            self.types.len() as f64 * libm::pow(self.species().len() as f64, sites as f64);
        if estimate > MOST_PATTERNS {
            let limit = MOST_PATTERNS;
            return Err(DerivationError::ConservationTooLarge { estimate, limit }.into());
        }
        let order = self.order;
        let too_large = || OdeError::from(DerivationError::ConservationOverflow { order });
        let reduced: Vec<Sum<Pattern>> = self
            .types
            .iter()
            .map(|one| independent_patterns(self.lattice(), reference, &one.pattern))
            .collect();
        // elimination of the rates of change
        let mut rows: Vec<Row<'_>> = of
            .map(|at| {
                let mut change = Sum::new();
                for term in &self.equations[at] {
                    for (pattern, value) in &reduced[term.cluster] {
                        let value = value * i128::from(term.coefficient);
                        *change.entry((term.rate, pattern)).or_default() += value;
                    }
                }
                change.retain(|_, value| *value != 0);
                let own = reduced[at].iter().filter(|(pattern, _)| !pattern.sites().is_empty());
                (change, own.map(|(pattern, value)| (pattern, *value)).collect())
            })
            .collect();
        let mut conserved: Vec<Sum<&Pattern>> = Vec::new();
        while let Some((change, own)) = rows.pop() {
            let Some((&pivot, &value)) = change.first_key_value() else {
                conserved.push(own);
                continue;
            };
            for row in &mut rows {
                if let Some(&other) = row.0.get(&pivot) {
                    combine(&mut row.0, value, &change, other).ok_or_else(too_large)?;
                    combine(&mut row.1, value, &own, other).ok_or_else(too_large)?;
                    let factor = row.0.values().chain(row.1.values()).fold(0, |a, b| gcd(a, *b));
                    let all = row.0.values_mut().chain(row.1.values_mut());
                    all.for_each(|value| *value /= factor.max(1));
                }
            }
        }
        let independent = echelon(conserved).ok_or_else(too_large)?;
        let name = |terms: &[(i64, Pattern)]| {
            sum(terms, |(times, _)| *times, |(_, pattern)| self.types.name_of(pattern))
        };
        let named = independent.into_iter().map(|sum| {
            let terms = sum.into_iter().map(|(pattern, value)| {
                Ok((i64::try_from(value).map_err(|_| too_large())?, pattern.clone()))
            });
            let terms = terms.collect::<Result<Vec<_>, OdeError>>()?;
            Ok(ConservedQuantity { name: name(&terms), terms })
        });
        named.collect()
    }
}

/// A pattern as a sum of patterns without the reference species.
fn independent_patterns(lattice: &Lattice, reference: u8, pattern: &Pattern) -> Sum<Pattern> {
    let placed = pattern.placed();
    let (gone, kept): (Vec<_>, Vec<_>) =
        placed.into_iter().partition(|(_, what)| *what == reference);
    let mut sum = Sum::new();
    for assigned in assignments(gone.len(), usize::from(reference) + 1) {
        // the reference species stands for the 1 in 1 - (others)
        let put = gone.iter().zip(&assigned).filter(|(_, what)| **what != reference);
        let put: Vec<(Site, u8)> = put.map(|((site, _), what)| (*site, *what)).collect();
        let sign = if put.len().is_multiple_of(2) { 1 } else { -1 };
        let all: Vec<_> = kept.iter().copied().chain(put).collect();
        *sum.entry(Pattern::canonical(lattice, &all)).or_default() += sign;
    }
    sum.retain(|_, value| *value != 0);
    sum
}

/// row = row * scale - other * share; `None` on overflow.
fn combine<K: Copy + Ord>(
    row: &mut Sum<K>,
    scale: i128,
    other: &Sum<K>,
    share: i128,
) -> Option<()> {
    for value in row.values_mut() {
        *value = value.checked_mul(scale)?;
    }
    for (key, value) in other {
        let entry = row.entry(*key).or_default();
        *entry = entry.checked_sub(value.checked_mul(share)?)?;
    }
    row.retain(|_, value| *value != 0);
    Some(())
}

fn divided_by_common_factor(sum: &mut Sum<&Pattern>) {
    let factor = sum.values().fold(0, |a, b| gcd(a, *b));
    let sign = sum.values().next().map_or(1, |first| first.signum());
    for value in sum.values_mut() {
        *value /= factor * sign;
    }
}

fn gcd(a: i128, b: i128) -> i128 {
    if b == 0 { a.abs() } else { gcd(b, a % b) }
}

/// Independent sums, each without the leading patterns of the others.
fn echelon(sums: Vec<Sum<&Pattern>>) -> Option<Vec<Sum<&Pattern>>> {
    let mut found: Vec<Sum<&Pattern>> = Vec::new();
    for mut sum in sums {
        for known in &found {
            if let Some((pivot, value)) = known.first_key_value()
                && let Some(&other) = sum.get(pivot)
            {
                combine(&mut sum, *value, known, other)?;
            }
        }
        if sum.is_empty() {
            continue;
        }
        divided_by_common_factor(&mut sum);
        let (pivot, value) = sum.first_key_value().map(|(pivot, value)| (*pivot, *value))?;
        for known in &mut found {
            if let Some(&other) = known.get(&pivot) {
                combine(known, value, &sum, other)?;
                divided_by_common_factor(known);
            }
        }
        found.push(sum);
        found.sort_by(|one, other| one.keys().next().cmp(&other.keys().next()));
    }
    Some(found)
}
