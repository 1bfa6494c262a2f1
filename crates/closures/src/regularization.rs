//! Bounds on the exponents of the optimal approximation.

use crate::quadratic::{Polytope, Vector};
use crate::{ClosureError, Exponent};
use cluster_stats::TripletType;
use std::ops::RangeInclusive;

/// Finite bounds are at most this: beyond it, powers of concentrations overflow.
const LARGEST: f64 = 1000.0;

/// Bounds on every gamma and every xi in the calibration problem (16). The equality
/// gamma1 + gamma2 - xi1 - xi2 = 1 holds besides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Regularization {
    gamma: (f64, f64),
    xi: (f64, f64),
}

impl Regularization {
    /// 0 <= gamma <= 2, 0 <= xi <= 2: hard regularization (paper, section IV B; its Table II).
    pub const fn hard() -> Regularization {
        Regularization { gamma: (0.0, 2.0), xi: (0.0, 2.0) }
    }

    /// 0 <= gamma <= 6, xi free: soft regularization (paper, section IV B).
    pub const fn soft() -> Regularization {
        Regularization { gamma: (0.0, 6.0), xi: (f64::NEG_INFINITY, f64::INFINITY) }
    }

    /// Bounds of one's own; an infinite bound leaves that side free.
    ///
    /// # Errors
    /// [`ClosureError::InvalidBounds`] for a bound that is NaN, a lower above the upper, a bound
    /// beyond 1000 that is not infinite, or a range at infinity. Whether the equality can be met depends on the type, so calibration says.
    ///
    /// ```
    /// use closures::Regularization;
    /// assert_eq!(Regularization::bounds(0.0..=2.0, 0.0..=2.0)?, Regularization::hard());
    /// assert!(Regularization::bounds(2.0..=0.0, 0.0..=2.0).is_err());
    /// # Ok::<(), closures::ClosureError>(())
    /// ```
    pub fn bounds(
        gamma: RangeInclusive<f64>,
        xi: RangeInclusive<f64>,
    ) -> Result<Regularization, ClosureError> {
        for (exponents, range) in [("gamma", &gamma), ("xi", &xi)] {
            let (lower, upper) = (*range.start(), *range.end());
            let usable = |bound: f64, free: f64| bound.abs() <= LARGEST || bound == free;
            if range.is_empty()
                || !usable(lower, f64::NEG_INFINITY)
                || !usable(upper, f64::INFINITY)
            {
                return Err(ClosureError::InvalidBounds { exponents, lower, upper });
            }
        }
        Ok(Regularization { gamma: (*gamma.start(), *gamma.end()), xi: (*xi.start(), *xi.end()) })
    }

    /// The bounds (lower, upper) of one exponent.
    pub const fn of(&self, exponent: Exponent) -> (f64, f64) {
        match exponent {
            Exponent::Gamma1 | Exponent::Gamma2 => self.gamma,
            Exponent::Xi1 | Exponent::Xi2 => self.xi,
        }
    }

    /// The powers this type may have: bounds and, once it is known that they can meet it, the
    /// equality.
    pub(crate) fn polytope(&self, triplet: TripletType) -> Polytope {
        let mut lower = [0.0; 4];
        let mut upper = [0.0; 4];
        let own = Exponent::ALL.into_iter().enumerate().filter(|(_, e)| e.belongs_to(triplet));
        for (k, exponent) in own {
            let (low, high) = self.of(exponent);
            // a power of the denominator is minus its exponent; 0 - x keeps +0
            (lower[k], upper[k]) =
                if exponent.sign() > 0.0 { (low, high) } else { (0.0 - high, 0.0 - low) };
        }
        Polytope { lower, upper, equalities: vec![([1.0; 4], 1.0)] }
    }
}

/// Whether the powers can sum to 1 within the bounds.
pub(crate) fn check_equality(
    polytope: &Polytope,
    triplet: TripletType,
) -> Result<(), ClosureError> {
    let sum = |bounds: &Vector| bounds.iter().sum::<f64>();
    let (lowest, highest) = (sum(&polytope.lower), sum(&polytope.upper));
    if lowest <= 1.0 && 1.0 <= highest {
        Ok(())
    } else {
        Err(ClosureError::UnreachableEquality { triplet, lowest, highest })
    }
}
