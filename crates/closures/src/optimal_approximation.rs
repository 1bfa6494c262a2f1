//! The optimal approximation, Table I.
//!
//! g = C1^gamma1 C+-^gamma2 / (C+^xi1 C-^xi2) with C1 = C++ for `+++` and `++-`, C-- for `---` and
//! `--+`, C+- for `+-+` and `-+-`; each of the 16 types has its own exponents.
//! Positive for all possible pairs. In general neither the marginals nor the sums hold.
//! Source: Ahmadi, Foster, Protas 2022, section IV B, Table I; exponents, Table II.

use crate::exponents::{concentrations, select};
use crate::published::{ONE_HALF, ONE_THIRD};
use crate::quadratic::Vector;
use crate::{
    Closure, ClosureError, Convention, Exponent, Exponents, Regularization, WithPathShares,
    calibrate,
};
use cluster_stats::{PairConcentrations, Trajectory, TripletConcentrations, TripletType};
use std::f64::consts::LOG2_E;

/// The optimal approximation with given exponents, **without** the path share in front (c = 1 in
/// Table I). [`WithPathShares`] puts it there; exponents fitted `as-published` belong inside it.
///
/// A factor with exponent 0 is 1, whatever it is a power of. The value is 0 where a concentration
/// in the numerator is zero or negative, and a [`ClosureError::ZeroConcentration`] where only one
/// in the denominator is.
#[derive(Clone, Debug, PartialEq)]
pub struct OptimalApproximation {
    powers: [Vector; 16],
    /// Which concentrations have powers that need their logarithm, in the chains and in all types.
    needed: [[bool; 5]; 2],
}

impl OptimalApproximation {
    /// From the exponents of each type. The equality of eq. (16) is not demanded: the pair
    /// approximation's triangles break it.
    ///
    /// # Errors
    /// [`ClosureError::MissingExponent`], [`ClosureError::SuperfluousExponent`] or
    /// [`ClosureError::ExponentNotFinite`], for the first type where the form of Table I is not
    /// met.
    ///
    /// ```
    /// use closures::{Closure, Exponents, OptimalApproximation, PairApproximation};
    /// use cluster_stats::{PairConcentrations, TripletType::AngPpm};
    /// let same = OptimalApproximation::from_exponents(Exponents::of_pair_approximation)?;
    /// let pairs = PairConcentrations::of_composition(0.3, 0.25);
    /// let (ours, classical) = (same.triplets(&pairs)?, PairApproximation.triplets(&pairs)?);
    /// assert!((ours[AngPpm] - classical[AngPpm]).abs() < 1e-15);
    /// # Ok::<(), closures::ClosureError>(())
    /// ```
    pub fn from_exponents(
        mut exponents: impl FnMut(TripletType) -> Exponents,
    ) -> Result<OptimalApproximation, ClosureError> {
        let mut powers = [[0.0; 4]; 16];
        for triplet in TripletType::ALL {
            let given = exponents(triplet);
            given.check(triplet)?;
            powers[triplet.index()] = given.powers();
        }
        Ok(OptimalApproximation::of_powers(powers))
    }

    /// The exponents that fit these data best, per shape on both sides ([`Convention::Consistent`]):
    /// short for [`calibrate`], which also reports errors, active bounds and uniqueness.
    ///
    /// # Errors
    /// Those of [`calibrate`].
    pub fn fit(
        data: &Trajectory,
        regularization: Regularization,
    ) -> Result<OptimalApproximation, ClosureError> {
        Ok(calibrate(data, regularization, Convention::Consistent)?.formula())
    }

    /// OA-1/2: the published exponents (Table II, two decimals) fitted to Li1/2 Mn1/2 with the
    /// path shares, which are therefore on. The formula without them is the field `.0`.
    pub fn published_one_half() -> WithPathShares<OptimalApproximation> {
        WithPathShares(OptimalApproximation::of_powers(ONE_HALF.map(signed)))
    }

    /// OA-1/3: the published exponents (Table II, two decimals) fitted to Li1/3 Mn2/3 with the
    /// path shares, which are therefore on. The formula without them is the field `.0`.
    pub fn published_one_third() -> WithPathShares<OptimalApproximation> {
        WithPathShares(OptimalApproximation::of_powers(ONE_THIRD.map(signed)))
    }

    pub(crate) fn of_powers(powers: [Vector; 16]) -> OptimalApproximation {
        let needed =
            [&TripletType::ALL[..CHAINS], &TripletType::ALL].map(|types| needed(types, &powers));
        OptimalApproximation { powers, needed }
    }

    /// The exponents of one type.
    pub fn exponents(&self, triplet: TripletType) -> Exponents {
        Exponents::from_powers(triplet, &self.powers[triplet.index()])
    }
}

/// A row of Table II, exponents in the order of [`Exponent::ALL`], as powers.
fn signed([gamma1, gamma2, xi1, xi2]: Vector) -> Vector {
    [gamma1, gamma2, 0.0 - xi1, 0.0 - xi2]
}

impl OptimalApproximation {
    /// The values of these types; the others are 0.
    fn values(
        &self,
        pairs: &PairConcentrations,
        types: &[TripletType],
        needed: &[bool; 5],
    ) -> Result<TripletConcentrations, ClosureError> {
        let concentrations = concentrations(pairs);
        let logarithm = |i: usize| if needed[i] { libm::log(concentrations[i]) } else { 0.0 };
        let logarithms = std::array::from_fn(logarithm);
        let mut values = TripletConcentrations::default();
        for &triplet in types {
            let powers = &self.powers[triplet.index()];
            let bases = select(triplet, &concentrations);
            let value = product_of_powers(&bases, &select(triplet, &logarithms), powers);
            values[triplet] = value.map_err(|k| ClosureError::ZeroConcentration {
                triplet,
                concentration: Exponent::ALL[k].base_name(triplet),
                exponent: powers[k],
                pairs: *pairs,
            })?;
        }
        ClosureError::check(values, pairs)
    }
}

/// How many types are of chains; they come first.
const CHAINS: usize = 12;

impl Closure for OptimalApproximation {
    fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        self.values(pairs, &TripletType::ALL, &self.needed[1])
    }

    fn chains(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        self.values(pairs, &TripletType::ALL[..CHAINS], &self.needed[0])
    }
}

/// Which of [`concentrations`] have a power in one of these types that [`product_of_powers`] finds by
/// a logarithm.
fn needed(types: &[TripletType], powers: &[Vector; 16]) -> [bool; 5] {
    let mut needed = [false; 5];
    for &triplet in types {
        let bases = select(triplet, &[0, 1, 2, 3, 4]);
        for (base, power) in bases.into_iter().zip(&powers[triplet.index()]) {
            needed[base] |= ![0.0, 1.0, -1.0].contains(power);
        }
    }
    needed
}

/// The product of base^power with 0^0 = 1: 0 where a base that is not positive has a positive
/// power, otherwise the position of such a base with a negative power.
///
/// Powers 0, 1 and -1, which most fits have, need no exponential.
fn product_of_powers(bases: &Vector, logarithms: &Vector, powers: &Vector) -> Result<f64, usize> {
    let mut product = 1.0;
    let mut exponent = 0.0;
    let mut singular = None;
    for k in 0..4 {
        if powers[k] == 0.0 {
            continue;
        }
        if bases[k] > 0.0 || bases[k].is_nan() {
            match powers[k] {
                1.0 => product *= bases[k],
                -1.0 => product /= bases[k],
                power => exponent += power * logarithms[k],
            }
        } else if powers[k] > 0.0 {
            return Ok(0.0);
        } else {
            singular = Some(k);
        }
    }
    match singular {
        Some(position) => Err(position),
        None if exponent == 0.0 => Ok(product),
        // e^x by 2^x, which `libm` finds in two thirds of the time
        None => Ok(product * libm::exp2(LOG2_E * exponent)),
    }
}
