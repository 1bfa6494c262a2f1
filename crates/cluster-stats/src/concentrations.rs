//! Pairs and triplets together, and the rules that tie them.

use crate::{
    PairConcentrations, Shape, StatsError, TripletConcentrations, TripletPattern, TripletType,
};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The concentrations of one configuration, or a mean over several: pairs and triplets, both
/// **ordered and per shape**.
#[derive(Clone, Copy, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct Concentrations {
    /// The three pair types.
    pub pairs: PairConcentrations,
    /// The 16 triplet types.
    pub triplets: TripletConcentrations,
}

/// A linear relation that holds on every periodic lattice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SumRule {
    /// C++ + C-- + 2 C+- = 1 (3b)
    PairSum,
    /// The triplets of one shape sum to 1 with their multiplicities (2).
    ShapeSum(Shape),
    /// Two triplets of a shape that differ in one end site sum to the pair they share; the pattern
    /// names the first of the two, e.g. `++-` for C++- + C-+- = C+-.
    Marginal(Shape, TripletPattern),
}

impl SumRule {
    /// All rules: 1 for pairs, 3 shape sums, 4 marginals for each chain shape, 3 for triangles.
    pub fn all() -> impl Iterator<Item = SumRule> {
        let sums = Shape::ALL.into_iter().map(SumRule::ShapeSum);
        let marginals = Shape::ALL.into_iter().flat_map(|shape| {
            let chain_only = shape.is_chain().then_some(TripletPattern::Mmp);
            let patterns = [TripletPattern::Ppp, TripletPattern::Ppm, TripletPattern::Mmm]
                .into_iter()
                .chain(chain_only);
            patterns.map(move |pattern| SumRule::Marginal(shape, pattern))
        });
        std::iter::once(SumRule::PairSum).chain(sums).chain(marginals)
    }

    /// Left side minus right side; 0 where the rule holds.
    pub fn residual(self, concentrations: &Concentrations) -> f64 {
        match self {
            SumRule::PairSum => concentrations.pairs.deviation(),
            SumRule::ShapeSum(shape) => concentrations.triplets.shape_sum(shape) - 1.0,
            SumRule::Marginal(shape, pattern) => {
                let at = |p| TripletType::of(shape, p).map_or(0.0, |t| concentrations.triplets[t]);
                let second = marginal_partner(shape, pattern);
                at(pattern) + at(second) - marginal_pair(pattern, &concentrations.pairs)
            }
        }
    }
}

fn marginal_partner(shape: Shape, pattern: TripletPattern) -> TripletPattern {
    match (pattern, shape.is_chain()) {
        (TripletPattern::Ppp, _) => TripletPattern::Ppm,
        (TripletPattern::Mmm, _) => TripletPattern::Mmp,
        (TripletPattern::Mmp, _) => TripletPattern::Pmp,
        (_, true) => TripletPattern::Mpm,
        (_, false) => TripletPattern::Mmp,
    }
}

fn marginal_pair(pattern: TripletPattern, pairs: &PairConcentrations) -> f64 {
    match pattern {
        TripletPattern::Ppp => pairs.plus_plus,
        TripletPattern::Mmm => pairs.minus_minus,
        _ => pairs.plus_minus,
    }
}

impl fmt::Display for SumRule {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SumRule::PairSum => formatter.write_str("pp + mm + 2 pm = 1"),
            SumRule::ShapeSum(shape) => write!(formatter, "{shape} triplets sum to 1"),
            SumRule::Marginal(shape, pattern) => {
                let name = |p| TripletType::of(*shape, p).map_or_else(String::new, |t| t.ascii());
                let pair = match pattern {
                    TripletPattern::Ppp => "pp",
                    TripletPattern::Mmm => "mm",
                    _ => "pm",
                };
                let second = marginal_partner(*shape, *pattern);
                write!(formatter, "{} + {} = {pair}", name(*pattern), name(second))
            }
        }
    }
}

impl Concentrations {
    /// The concentrations of an infinite random lattice with the fraction `minus` of (-).
    pub fn random_lattice(minus: f64) -> Concentrations {
        Concentrations {
            pairs: PairConcentrations::random_lattice(minus),
            triplets: TripletConcentrations::random_lattice(minus),
        }
    }

    /// The rule that is broken most, with its residual.
    pub fn worst_residual(&self) -> (SumRule, f64) {
        SumRule::all()
            .map(|rule| (rule, rule.residual(self)))
            .max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()))
            .expect("there are rules")
    }

    /// Checks that every value lies in [0, 1] and every sum rule holds, both within `tolerance`.
    ///
    /// # Errors
    /// [`StatsError::OutOfRange`] with the name and the value, or [`StatsError::SumRule`] with the
    /// rule and its residual.
    pub fn check(&self, tolerance: f64) -> Result<(), StatsError> {
        self.check_range(tolerance)?;
        let (rule, residual) = self.worst_residual();
        if residual.abs() > tolerance {
            return Err(StatsError::SumRule { rule, residual, tolerance });
        }
        Ok(())
    }

    /// Checks that every value is a number in [0, 1] within `tolerance`.
    ///
    /// # Errors
    /// [`StatsError::OutOfRange`] with the name and the value.
    pub fn check_range(&self, tolerance: f64) -> Result<(), StatsError> {
        let allowed = -tolerance..=1.0 + tolerance;
        match self.named_values().find(|(_, value)| !allowed.contains(value)) {
            Some((name, value)) => Err(StatsError::OutOfRange { name, value }),
            None => Ok(()),
        }
    }

    fn named_values(&self) -> impl Iterator<Item = (String, f64)> + '_ {
        let pairs = crate::PairType::ALL.map(|p| (p.ascii().to_owned(), self.pairs.get(p)));
        pairs.into_iter().chain(self.triplets.iter().map(|(t, v)| (t.ascii(), v)))
    }

    /// Pairs, then triplets, as one array of 19 in the order of the files.
    pub fn to_array(&self) -> [f64; 19] {
        let (pairs, triplets) = (self.pairs.to_array(), self.triplets.to_array());
        std::array::from_fn(|i| if i < 3 { pairs[i] } else { triplets[i - 3] })
    }

    /// The inverse of [`to_array`](Self::to_array). Not checked.
    pub fn from_array(values: [f64; 19]) -> Concentrations {
        Concentrations {
            pairs: PairConcentrations::from_array([values[0], values[1], values[2]]),
            triplets: TripletConcentrations::from_array(std::array::from_fn(|i| values[i + 3])),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifteen_rules_hold_for_a_random_lattice_and_a_broken_one_is_named() {
        assert_eq!(SumRule::all().count(), 15);
        let mut state = Concentrations::random_lattice(0.3);
        state.check(1e-14).unwrap();
        state.triplets[TripletType::AngMpm] += 1e-3;
        let error = state.check(1e-9).unwrap_err().to_string();
        assert!(error.contains("ang_ppm + ang_mpm = pm") || error.contains("angled"), "{error}");
        assert_eq!(Concentrations::from_array(state.to_array()), state);
    }

    #[test]
    fn not_a_number_and_negative_values_are_out_of_range() {
        for bad in [f64::NAN, -1e-3, 1.5, f64::INFINITY] {
            let mut state = Concentrations::random_lattice(0.3);
            state.triplets[TripletType::TriMmp] = bad;
            let error = state.check(1e-9).unwrap_err();
            assert!(matches!(&error, StatsError::OutOfRange { name, .. } if name == "tri_mmp"));
        }
    }
}
