//! The exponents of Table I: which type has which, and of what they are powers.

use crate::ClosureError;
use crate::quadratic::Vector;
use cluster_stats::{PairConcentrations, TripletPattern, TripletType};
use std::fmt;

/// One of the four exponents a type of Table I can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Exponent {
    /// Of C++ (`+++`, `++-`), C-- (`---`, `--+`) or C+- (`+-+`, `-+-`), in the numerator.
    Gamma1,
    /// Of C+- in the numerator of `++-` and `--+`.
    Gamma2,
    /// Of C+, in the denominator.
    Xi1,
    /// Of C-, in the denominator.
    Xi2,
}

impl Exponent {
    /// All four, in the order of Table II.
    pub const ALL: [Exponent; 4] =
        [Exponent::Gamma1, Exponent::Gamma2, Exponent::Xi1, Exponent::Xi2];

    /// Name in files: `gamma1`, `gamma2`, `xi1`, `xi2`.
    pub const fn ascii(self) -> &'static str {
        match self {
            Exponent::Gamma1 => "gamma1",
            Exponent::Gamma2 => "gamma2",
            Exponent::Xi1 => "xi1",
            Exponent::Xi2 => "xi2",
        }
    }

    /// Whether Table I gives this type this exponent: gamma1 to all, gamma2 to `++-` and `--+`,
    /// xi1 to all but `---`, xi2 to all but `+++`.
    pub const fn belongs_to(self, triplet: TripletType) -> bool {
        let pattern = triplet.pattern();
        match self {
            Exponent::Gamma1 => true,
            Exponent::Gamma2 => matches!(pattern, TripletPattern::Ppm | TripletPattern::Mmp),
            Exponent::Xi1 => !matches!(pattern, TripletPattern::Mmm),
            Exponent::Xi2 => !matches!(pattern, TripletPattern::Ppp),
        }
    }

    /// +1 in the numerator, -1 in the denominator.
    pub(crate) const fn sign(self) -> f64 {
        match self {
            Exponent::Gamma1 | Exponent::Gamma2 => 1.0,
            Exponent::Xi1 | Exponent::Xi2 => -1.0,
        }
    }

    /// Name of the concentration it is a power of.
    pub(crate) const fn base_name(self, triplet: TripletType) -> &'static str {
        match (self, triplet.pattern()) {
            (Exponent::Gamma1, TripletPattern::Ppp | TripletPattern::Ppm) => "C++",
            (Exponent::Gamma1, TripletPattern::Mmm | TripletPattern::Mmp) => "C--",
            (Exponent::Gamma1 | Exponent::Gamma2, _) => "C+-",
            (Exponent::Xi1, _) => "C+",
            (Exponent::Xi2, _) => "C-",
        }
    }
}

impl fmt::Display for Exponent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.ascii())
    }
}

/// C++, C--, C+-, C+, C-: what the closures of Table I are made of.
pub(crate) fn concentrations(pairs: &PairConcentrations) -> [f64; 5] {
    let [pp, mm, pm] = pairs.to_array();
    [pp, mm, pm, pairs.plus(), pairs.minus()]
}

/// Of five values in the order of [`concentrations`], the four that belong to the exponents of
/// this type, in the order of [`Exponent::ALL`]; those of exponents it has not are there too.
pub(crate) const fn select<T: Copy>(triplet: TripletType, of: &[T; 5]) -> [T; 4] {
    let first = match triplet.pattern() {
        TripletPattern::Ppp | TripletPattern::Ppm => of[0],
        TripletPattern::Mmm | TripletPattern::Mmp => of[1],
        TripletPattern::Pmp | TripletPattern::Mpm => of[2],
    };
    [first, of[2], of[3], of[4]]
}

/// The exponents of one type (paper, Table I): g = C1^gamma1 C+-^gamma2 / (C+^xi1 C-^xi2), C1
/// being C++, C-- or C+-, see [`Exponent::Gamma1`]. `None` for an exponent that the type has not.
///
/// xi1 is always of C+ and xi2 always of C-. Where the paper's table has one xi column, that of
/// `---` is our xi2.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exponents {
    /// Of C++, C-- or C+-.
    pub gamma1: f64,
    /// Of C+-.
    pub gamma2: Option<f64>,
    /// Of C+.
    pub xi1: Option<f64>,
    /// Of C-.
    pub xi2: Option<f64>,
}

impl Exponents {
    /// One exponent; `None` if it is not there.
    pub const fn get(&self, exponent: Exponent) -> Option<f64> {
        match exponent {
            Exponent::Gamma1 => Some(self.gamma1),
            Exponent::Gamma2 => self.gamma2,
            Exponent::Xi1 => self.xi1,
            Exponent::Xi2 => self.xi2,
        }
    }

    /// gamma1 + gamma2 - xi1 - xi2, which calibration holds at 1 (paper, eq. (16)). The pair
    /// approximation has 1 for chains and 0 for triangles.
    pub fn balance(&self) -> f64 {
        self.powers().iter().sum()
    }

    /// The exponents of the pair approximation (paper, Table II, columns PA): with
    /// [`OptimalApproximation::from_exponents`](crate::OptimalApproximation::from_exponents) they
    /// give [`PairApproximation`](crate::PairApproximation), for triangles too.
    ///
    /// A chain's denominator is its middle site: C+ for `+++`, `++-`, `-+-`, C- for the others.
    pub fn of_pair_approximation(triplet: TripletType) -> Exponents {
        let powers = match (triplet.shape().is_chain(), triplet.pattern()) {
            (true, TripletPattern::Ppp) => [2.0, 0.0, -1.0, 0.0],
            (true, TripletPattern::Mmm) => [2.0, 0.0, 0.0, -1.0],
            (true, TripletPattern::Ppm) => [1.0, 1.0, -1.0, 0.0],
            (true, TripletPattern::Mmp) => [1.0, 1.0, 0.0, -1.0],
            (true, TripletPattern::Pmp) => [2.0, 0.0, 0.0, -1.0],
            (true, TripletPattern::Mpm) => [2.0, 0.0, -1.0, 0.0],
            (false, TripletPattern::Ppp) => [3.0, 0.0, -3.0, 0.0],
            (false, TripletPattern::Mmm) => [3.0, 0.0, 0.0, -3.0],
            (false, TripletPattern::Ppm) => [1.0, 2.0, -2.0, -1.0],
            (false, _) => [1.0, 2.0, -1.0, -2.0],
        };
        Exponents::from_powers(triplet, &powers)
    }

    /// The powers of the four [`concentrations`]: the exponents with the sign of their side of the fraction, 0 for
    /// those that are not there.
    pub(crate) fn powers(&self) -> Vector {
        // 0 - xi and not -xi, so that 0 stays +0
        let below = |xi: Option<f64>| xi.map_or(0.0, |xi| 0.0 - xi);
        [self.gamma1, self.gamma2.unwrap_or(0.0), below(self.xi1), below(self.xi2)]
    }

    pub(crate) fn from_powers(triplet: TripletType, powers: &Vector) -> Exponents {
        // adding 0 turns -0 into +0
        let own =
            |exponent: Exponent, value: f64| exponent.belongs_to(triplet).then_some(value + 0.0);
        Exponents {
            gamma1: powers[0] + 0.0,
            gamma2: own(Exponent::Gamma2, powers[1]),
            xi1: own(Exponent::Xi1, -powers[2]),
            xi2: own(Exponent::Xi2, -powers[3]),
        }
    }

    /// Checks that exactly the exponents of this type are there, and finite.
    pub(crate) fn check(&self, triplet: TripletType) -> Result<(), ClosureError> {
        for exponent in Exponent::ALL {
            match (self.get(exponent), exponent.belongs_to(triplet)) {
                (None, true) => return Err(ClosureError::MissingExponent { triplet, exponent }),
                (Some(value), false) => {
                    return Err(ClosureError::SuperfluousExponent { triplet, exponent, value });
                }
                (Some(value), true) if !value.is_finite() => {
                    return Err(ClosureError::ExponentNotFinite { triplet, exponent, value });
                }
                _ => {}
            }
        }
        Ok(())
    }
}

impl fmt::Display for Exponents {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let present = Exponent::ALL.into_iter().filter_map(|e| self.get(e).map(|v| (e, v)));
        for (index, (exponent, value)) in present.enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(formatter, "{separator}{exponent} = {value}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_balance_of_the_pair_approximation_is_one_for_chains_and_zero_for_triangles() {
        for triplet in TripletType::ALL {
            let exponents = Exponents::of_pair_approximation(triplet);
            exponents.check(triplet).unwrap();
            assert_eq!(exponents.balance(), f64::from(triplet.shape().is_chain()), "{triplet}");
            assert_eq!(Exponents::from_powers(triplet, &exponents.powers()), exponents);
        }
    }

    #[test]
    fn a_missing_a_superfluous_and_an_infinite_exponent_are_named() {
        let good = Exponents::of_pair_approximation(TripletType::LinPmp);
        let missing = Exponents { xi2: None, ..good }.check(TripletType::LinPmp).unwrap_err();
        assert!(missing.to_string().contains("xi2"), "{missing}");
        let extra = Exponents { gamma2: Some(1.0), ..good }.check(TripletType::LinPmp);
        assert!(matches!(
            extra,
            Err(ClosureError::SuperfluousExponent { exponent: Exponent::Gamma2, .. })
        ));
        let infinite = Exponents { xi1: Some(f64::INFINITY), ..good }.check(TripletType::LinPmp);
        assert!(matches!(infinite, Err(ClosureError::ExponentNotFinite { .. })));
    }
}
