//! Log-odds closures: exact marginals and no negative value, whatever the coefficients are.
//!
//! With pairs known, triplets hold five free numbers; taken as odds ratios they are free of each
//! other and of the pairs. For a chain with middle j, w_j = C+j+ C-j- / C+j-^2, for the triangle
//! t = T+++ T--+^3 / (T++-^3 T---) (all ordered). Then
//!   ln w = ln w of the reference + coefficients . features,    ln t = coefficients . features.
//! w = 1 is the pair approximation, t = 1 the triangle of largest entropy (Kikuchi 1951).
//! Range: pairs possible on triangles, C+- <= min(C+, C-, 1/3). The triplets are valid on three
//! sites; not every such state exists on a lattice.
//! Sources: odds ratios as what margins leave free: Bartlett 1935, Plackett 1965, see `odds.rs`;
//! three-site distributions of largest entropy: Kikuchi, Phys. Rev. 81, 988 (1951).

use crate::features::{MOST_FEATURES, check_count};
use crate::odds::{LARGEST_LOG_ODDS, Triangle, chain, triangle};
use crate::reference::ring_odds;
use crate::sites::species;
use crate::{CalibrationData, Closure, ClosureError, Features, Monomials, Reference};
use cluster_stats::{PairConcentrations, Shape, TripletConcentrations, TripletType};
use std::fmt;
use std::ops::RangeInclusive;

/// One of the five odds ratios.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OddsRatio {
    /// w of linear chains with (+) in the middle: `+++`, `++-`, `-+-`.
    LinearPlus,
    /// w of linear chains with (-) in the middle: `---`, `--+`, `+-+`.
    LinearMinus,
    /// w of angled chains with (+) in the middle.
    AngledPlus,
    /// w of angled chains with (-) in the middle.
    AngledMinus,
    /// t of triangles.
    Triangle,
}

impl OddsRatio {
    /// All five, in the order of the coefficients.
    pub const ALL: [OddsRatio; 5] = [
        OddsRatio::LinearPlus,
        OddsRatio::LinearMinus,
        OddsRatio::AngledPlus,
        OddsRatio::AngledMinus,
        OddsRatio::Triangle,
    ];

    /// The types that it decides, pairs given.
    pub fn types(self) -> impl Iterator<Item = TripletType> {
        let shape = match self {
            OddsRatio::LinearPlus | OddsRatio::LinearMinus => Shape::Linear,
            OddsRatio::AngledPlus | OddsRatio::AngledMinus => Shape::Angled,
            OddsRatio::Triangle => Shape::Triangular,
        };
        let plus = matches!(self, OddsRatio::LinearPlus | OddsRatio::AngledPlus);
        TripletType::ALL.into_iter().filter(move |triplet| {
            let [_, plus_in_the_middle, _] = species(triplet.pattern());
            triplet.shape() == shape && (!shape.is_chain() || plus_in_the_middle == plus)
        })
    }

    /// Name in reports: `w linear +`, ..., `t`.
    pub const fn name(self) -> &'static str {
        match self {
            OddsRatio::LinearPlus => "w linear +",
            OddsRatio::LinearMinus => "w linear -",
            OddsRatio::AngledPlus => "w angled +",
            OddsRatio::AngledMinus => "w angled -",
            OddsRatio::Triangle => "t",
        }
    }
}

impl fmt::Display for OddsRatio {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// A log-odds closure. Calibrated by [`LogOddsFamily`](crate::LogOddsFamily), or with
/// coefficients of one's own.
///
/// Pairs that no triangle can have are [`ClosureError::ImpossiblePairs`]; up to 1e-6 outside, as
/// integrators step, it takes the edge of the region. [`Closure::chains`] has values beyond, as far
/// as chains are possible: C+- <= min(C+, C-).
///
/// ```
/// use closures::{Closure, LogOdds, PairApproximation, Reference};
/// use cluster_stats::{PairConcentrations, TripletType::{AngPpm, TriPpp}};
/// let pairs = PairConcentrations::of_composition(0.4, 0.3);
/// let classical = PairApproximation.triplets(&pairs)?;
/// // all odds ratios 1: the pair approximation's chains, the triangle of largest entropy
/// let plain = LogOdds::without_coefficients(Reference::PairApproximation).triplets(&pairs)?;
/// assert!((plain[AngPpm] - classical[AngPpm]).abs() < 1e-15);
/// assert!((plain[TriPpp] - classical[TriPpp]).abs() > 1e-3); // Kirkwood's misses its marginals
/// # Ok::<(), closures::ClosureError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct LogOdds<F = Monomials> {
    features: F,
    reference: Reference,
    /// One row a feature, one column for each of [`OddsRatio::ALL`].
    coefficients: Vec<[f64; 5]>,
    held: [(f64, f64); 2],
}

impl LogOdds<Monomials> {
    /// With all coefficients 0.
    pub fn without_coefficients(reference: Reference) -> LogOdds<Monomials> {
        let features = Monomials::default();
        let coefficients = vec![[0.0; 5]; features.names().len()];
        LogOdds { features, reference, coefficients, held: EVERYWHERE }
    }
}

/// Everything that pairs can give: s is held at -50 at least, as C+- = 0 has no logarithm.
const EVERYWHERE: [(f64, f64); 2] = [(-50.0, 50.0), (-1.0, 1.0)];

impl<F: Features> LogOdds<F> {
    /// With these coefficients, one row for each of [`OddsRatio::ALL`], in it one for each feature.
    ///
    /// # Errors
    /// [`ClosureError::FeatureCount`] for no or too many features,
    /// [`ClosureError::CoefficientCount`] for a row of another length,
    /// [`ClosureError::CoefficientNotFinite`].
    pub fn new(
        features: F,
        reference: Reference,
        coefficients: &[Vec<f64>; 5],
    ) -> Result<LogOdds<F>, ClosureError> {
        let names = features.names();
        check_count(names.len())?;
        let mut table = vec![[0.0; 5]; names.len()];
        for (ratio, row) in OddsRatio::ALL.into_iter().zip(coefficients) {
            if row.len() != names.len() {
                let (given, expected) = (row.len(), names.len());
                return Err(ClosureError::CoefficientCount { given, expected });
            }
            for ((entry, &value), name) in table.iter_mut().zip(row).zip(&names) {
                if !value.is_finite() {
                    let name = format!("{ratio}: {name}");
                    return Err(ClosureError::CoefficientNotFinite { name, value });
                }
                entry[ratio as usize] = value;
            }
        }
        Ok(LogOdds { features, reference, coefficients: table, held: EVERYWHERE })
    }

    /// Holds s and z to these ranges: beyond them the features are those of the edge. Coefficients
    /// of powers are good where they were fitted and can run away outside.
    #[must_use]
    pub fn held_to(mut self, s: RangeInclusive<f64>, z: RangeInclusive<f64>) -> LogOdds<F> {
        let ranges = [s, z].map(|range| range.into_inner());
        for ((low, high), (from, to)) in self.held.iter_mut().zip(ranges) {
            if from <= to {
                (*low, *high) = (low.max(from), high.min(to));
            }
        }
        self
    }

    /// Holds s to the range of these data, 0 included, and leaves z free: what order has not been
    /// seen is treated like the nearest that was, while compositions between and beyond those
    /// calibrated on are what the closure is for.
    #[must_use]
    pub fn held_to_order_of(self, data: &[CalibrationData<'_>]) -> LogOdds<F> {
        let records = data.iter().flat_map(|of| of.trajectory.records());
        let (mut low, mut high) = (0.0_f64, 0.0_f64);
        for record in records {
            let pairs = &record.concentrations.pairs;
            let s = libm::log(pairs.plus_minus / (pairs.plus() * pairs.minus()));
            (low, high) = (low.min(s), high.max(s)); // which drop NaN
        }
        self.held_to(low..=high, -1.0..=1.0)
    }

    /// The coefficients of one odds ratio, one for each feature.
    pub fn coefficients(&self, ratio: OddsRatio) -> Vec<f64> {
        self.coefficients.iter().map(|row| row[ratio as usize]).collect()
    }

    /// The features.
    pub fn features(&self) -> &F {
        &self.features
    }

    /// What it reduces to without coefficients.
    pub fn reference(&self) -> Reference {
        self.reference
    }

    /// coefficients . features, for each of [`OddsRatio::ALL`].
    #[inline]
    fn combinations(&self, plus: f64, minus: f64, unlike: f64) -> [f64; 5] {
        let [(s_low, s_high), (z_low, z_high)] = self.held;
        // at C+- = 0 the logarithm is -infinity, without one species NaN, which `max` drops
        let s = libm::log(unlike / (plus * minus)).max(s_low).min(s_high);
        let z = (plus - minus).max(z_low).min(z_high);
        let mut values = [0.0; MOST_FEATURES];
        let values = &mut values[..self.coefficients.len()];
        self.features.evaluate(s, z, values);
        let mut sums = [0.0; 5];
        for (value, row) in values.iter().zip(&self.coefficients) {
            for (sum, coefficient) in sums.iter_mut().zip(row) {
                *sum += coefficient * value;
            }
        }
        sums
    }
}

impl<F: Features> LogOdds<F> {
    /// The logarithms that the features add, for each of [`OddsRatio::ALL`].
    #[inline]
    fn logarithms(&self, pairs: &PairConcentrations) -> Result<[f64; 5], ClosureError> {
        let [pp, mm, pm] = pairs.to_array();
        if !(pp >= 0.0 && mm >= 0.0 && pm >= 0.0 && pp + mm + pm < f64::INFINITY) {
            return Err(ClosureError::ImpossiblePairs { pairs: *pairs, bound: "0 <= C" });
        }
        let logarithms = self.combinations(pairs.plus(), pairs.minus(), pm);
        match logarithms.iter().position(|ln| ln.is_nan()) {
            Some(index) => {
                let ratio = OddsRatio::ALL[index];
                Err(ClosureError::OddsNotANumber { ratio, pairs: *pairs })
            }
            None => Ok(logarithms.map(|ln| ln.clamp(-LARGEST_LOG_ODDS, LARGEST_LOG_ODDS))),
        }
    }

    /// All values from the logarithms; without triangle the triangular ones are 0.
    #[inline]
    fn values(
        &self,
        pairs: &PairConcentrations,
        [lin_plus, lin_minus, ang_plus, ang_minus, _]: [f64; 5],
        triangle: Option<Triangle>,
    ) -> Result<TripletConcentrations, ClosureError> {
        let [pp, mm, pm] = pairs.to_array();
        let possible = pm < pp + mm;
        let (of_plus, of_minus) = match self.reference {
            Reference::PairApproximation => ([1.0; 2], [1.0; 2]),
            Reference::TriangleRing => ring_odds(pairs, triangle.as_ref().filter(|_| possible)),
        };
        let odds = |reference: f64, ln: f64| (reference * libm::exp(ln)).min(LARGEST_ODDS);
        let [lin_ppp, lin_mpm, lin_ppm] = chain(pp, pm, odds(of_plus[0], lin_plus));
        let [lin_pmp, lin_mmm, lin_mmp] = chain(pm, mm, odds(of_minus[0], lin_minus));
        let [ang_ppp, ang_mpm, ang_ppm] = chain(pp, pm, odds(of_plus[1], ang_plus));
        let [ang_pmp, ang_mmm, ang_mmp] = chain(pm, mm, odds(of_minus[1], ang_minus));
        let [tppp, tmmm, tppm, tmmp] = triangle.unwrap_or_default();
        let values = TripletConcentrations::from_array([
            lin_ppp, lin_mmm, lin_ppm, lin_mmp, lin_pmp, lin_mpm, ang_ppp, ang_mmm, ang_ppm,
            ang_mmp, ang_pmp, ang_mpm, tppp, tmmm, tppm, tmmp,
        ]);
        ClosureError::check(values, pairs)
    }
}

impl<F: Features> Closure for LogOdds<F> {
    fn triplets(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        let logarithms = self.logarithms(pairs)?;
        self.values(pairs, logarithms, Some(triangle(pairs, logarithms[4])?))
    }

    /// Beyond C+- = 1/3 too, where no triangle is possible; see [`Reference::TriangleRing`].
    fn chains(&self, pairs: &PairConcentrations) -> Result<TripletConcentrations, ClosureError> {
        let logarithms = self.logarithms(pairs)?;
        let [pp, mm, pm] = pairs.to_array();
        let of_triangles = self.reference == Reference::TriangleRing && pm < pp + mm;
        let triangle = of_triangles.then(|| triangle(pairs, logarithms[4])).transpose()?;
        self.values(pairs, logarithms, triangle)
    }
}

/// e^[`LARGEST_LOG_ODDS`], about.
const LARGEST_ODDS: f64 = 1e130;
