//! What can go wrong.

use crate::{Exponent, OddsRatio};
use cluster_stats::{PairConcentrations, Shape, TripletConcentrations, TripletType};

/// Errors of `closures`.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClosureError {
    /// A closure whose value is not a finite number at these pairs.
    #[error(
        "the closure gives {value} for {triplet} at {pairs}; a zero concentration stands in a denominator, or the pairs lie outside the possible region"
    )]
    NotFinite {
        /// The type.
        triplet: TripletType,
        /// What came out.
        value: f64,
        /// Where.
        pairs: PairConcentrations,
    },
    /// A concentration that is zero, or negative, under a negative power.
    #[error(
        "{triplet} has {concentration} to the power {exponent}, and {concentration} is not positive at {pairs}; keep that exponent at 0, or stay where this concentration is present"
    )]
    ZeroConcentration {
        /// The type.
        triplet: TripletType,
        /// `C++`, `C--`, `C+-`, `C+` or `C-`.
        concentration: &'static str,
        /// Its power, negative; in calibration the lowest that the bounds allow.
        exponent: f64,
        /// Where.
        pairs: PairConcentrations,
    },
    /// An exponent that Table I asks for and that was not given.
    #[error("{triplet} needs the exponent {exponent}; give it, 0 if the factor should drop out")]
    MissingExponent {
        /// The type.
        triplet: TripletType,
        /// The exponent.
        exponent: Exponent,
    },
    /// An exponent that the form of Table I has no place for.
    #[error("{triplet} has no exponent {exponent}, and {value} was given; leave it out")]
    SuperfluousExponent {
        /// The type.
        triplet: TripletType,
        /// The exponent.
        exponent: Exponent,
        /// What was given.
        value: f64,
    },
    /// An exponent that is infinite or not a number.
    #[error("the exponent {exponent} of {triplet} is {value}; it must be finite")]
    ExponentNotFinite {
        /// The type.
        triplet: TripletType,
        /// The exponent.
        exponent: Exponent,
        /// What was given.
        value: f64,
    },
    /// Bounds that hold no number, or only enormous ones.
    #[error(
        "the bounds {lower} <= {exponents} <= {upper} cannot be used; the lower must not exceed the upper, and each be within 1000 of 0, or infinite to leave its side free"
    )]
    InvalidBounds {
        /// `gamma` or `xi`.
        exponents: &'static str,
        /// Lower bound.
        lower: f64,
        /// Upper bound.
        upper: f64,
    },
    /// Bounds within which the exponents cannot meet the equality of eq. (16).
    #[error(
        "the bounds keep the sum of gamma minus the sum of xi of {triplet} between {lowest} and {highest}, and it must be 1; widen them"
    )]
    UnreachableEquality {
        /// The type.
        triplet: TripletType,
        /// The least the sum can be.
        lowest: f64,
        /// The most the sum can be.
        highest: f64,
    },
    /// Bounds so wide or so far out that no start has a finite error.
    #[error(
        "no exponents of {triplet} within the bounds were found at which the error (15) is a finite number; bounds of a few units suffice"
    )]
    NoFiniteError {
        /// The type.
        triplet: TripletType,
    },
    /// Pairs that no configuration has.
    #[error(
        "no configuration has {pairs}: {bound} is broken; of the three bonds of a triangle at most two are unlike"
    )]
    ImpossiblePairs {
        /// The pairs.
        pairs: PairConcentrations,
        /// What possible pairs keep.
        bound: &'static str,
    },
    /// Features that gave no number.
    #[error(
        "the features give no number for {ratio} at {pairs}; each must be finite for s in [-50, 50], z in [-1, 1], or be held to a range"
    )]
    OddsNotANumber {
        /// Which odds ratio.
        ratio: OddsRatio,
        /// Where.
        pairs: PairConcentrations,
    },
    /// No features, or too many.
    #[error("{features} features were given; 1 to {most} can be used")]
    FeatureCount {
        /// How many.
        features: usize,
        /// The most.
        most: usize,
    },
    /// A monomial that does not vanish on a random lattice, or of a huge power.
    #[error(
        "s^{of_s} z^{of_z} cannot be a feature: the power of s must be 1 to 20, that of z 0 to 20"
    )]
    FeaturePowers {
        /// Power of s.
        of_s: u8,
        /// Power of z.
        of_z: u8,
    },
    /// Coefficients or parameters of another number than there are features or names.
    #[error("{given} coefficients were given for {expected}")]
    CoefficientCount {
        /// Given.
        given: usize,
        /// Wanted.
        expected: usize,
    },
    /// A coefficient or parameter that is infinite or not a number.
    #[error("{name} is {value}; it must be finite")]
    CoefficientNotFinite {
        /// Which.
        name: String,
        /// What was given.
        value: f64,
    },
    /// A setting outside its range.
    #[error("{name} is {value}, but must be {allowed}")]
    InvalidSetting {
        /// Which.
        name: &'static str,
        /// What was given.
        value: f64,
        /// What is allowed.
        allowed: &'static str,
    },
    /// Too few trajectories.
    #[error("{given} trajectories were given, and at least {least} are needed")]
    TooFewTrajectories {
        /// Given.
        given: usize,
        /// Needed.
        least: usize,
    },
    /// Triplets that no proportional fitting brings to the pair marginals.
    #[error(
        "the closure's {shape} triplets at {pairs} do not reach the pair marginals in {sweeps} sweeps (they miss by {residual:e}): it gives 0, or less, where these pairs need a triplet"
    )]
    NotProjectable {
        /// The shape.
        shape: Shape,
        /// The pairs.
        pairs: PairConcentrations,
        /// Sweeps done.
        sweeps: u32,
        /// The largest deviation of a marginal.
        residual: f64,
    },
    /// A closure that asks for what the order does not hold.
    #[error(
        "the closure asks for {part}, which no connected cluster of {order} sites holds; raise the order or take another closure"
    )]
    UnknownPart {
        /// The part.
        part: String,
        /// The largest number of sites of a known cluster.
        order: usize,
    },
    /// A closure for another kind of hierarchy.
    #[error("the closure does not fit the hierarchy: {reason}")]
    DoesNotFit {
        /// Why.
        reason: &'static str,
    },
    /// A window with too many states to fit a distribution on.
    #[error(
        "a distribution on {sites} sites has {estimate:e} states, up to {limit} are fitted; take a closure by products, or fewer species or rules that reach less far than order {order}"
    )]
    WindowTooLarge {
        /// Sites of the window.
        sites: usize,
        /// The largest number of sites of a known cluster.
        order: usize,
        /// States of them all.
        estimate: f64,
        /// The limit.
        limit: f64,
    },
    /// Marginals that no distribution on a larger window was found for.
    #[error(
        "no distribution on the window of {window} has the known marginals: after {sweeps} iterations one is off by {residual:e}; start elsewhere, raise the order, or close with `ClosedHierarchy::new`, which keeps marginals consistent"
    )]
    NoDistribution {
        /// A type on the window.
        window: String,
        /// Sweeps and Newton steps of the fit.
        sweeps: u32,
        /// The largest difference left.
        residual: f64,
    },
    /// A trajectory too short for an integral over time.
    #[error("the errors (15) are integrals over time and need at least 2 samples, not {samples}")]
    TooFewSamples {
        /// Samples given.
        samples: usize,
    },
}

impl ClosureError {
    /// Passes the values on if all are finite.
    #[inline]
    pub(crate) fn check(
        values: TripletConcentrations,
        pairs: &PairConcentrations,
    ) -> Result<TripletConcentrations, ClosureError> {
        let of = values.to_array();
        // sums tell: infinities and NaN stay in them; four, which do not wait for each other
        let sum = |i: usize| (of[i] + of[i + 4]) + (of[i + 8] + of[i + 12]);
        if ((sum(0) + sum(1)) + (sum(2) + sum(3))).is_finite() {
            return Ok(values);
        }
        match ClosureError::first_not_finite(TripletConcentrations::from_array(of), *pairs) {
            Some(error) => Err(error),
            None => Ok(values),
        }
    }

    #[cold]
    fn first_not_finite(
        values: TripletConcentrations,
        pairs: PairConcentrations,
    ) -> Option<ClosureError> {
        let (triplet, value) = values.iter().find(|(_, value)| !value.is_finite())?;
        Some(ClosureError::NotFinite { triplet, value, pairs })
    }
}
