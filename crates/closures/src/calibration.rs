//! Calibration of the optimal approximation, eqs. (15) and (16).
//!
//! Each type by itself: minimise J of eq. (15) over its exponents, subject to
//! gamma1 + gamma2 - xi1 - xi2 = 1 and bounds.

use crate::descent::{Minimum, Objective, Sample};
use crate::exponents::{concentrations, select};
use crate::flat_set::{Sensitivity, extent};
use crate::quadratic::{Polytope, Vector};
use crate::regularization::check_equality;
use crate::starts::starts;
use crate::triplet_errors::check_samples;
use crate::{
    Closure, ClosureError, Convention, Exponent, Exponents, OptimalApproximation, Regularization,
};
use cluster_stats::{Trajectory, TripletType};
use std::fmt;

/// Where a concentration is 0 in a sample, its exponent is kept at least here, so that the closure
/// is 0 there, as the triplet is: 0^0 = 1 would make a jump at exponent 0.
const SMALLEST_EXPONENT_OF_ZERO: f64 = 1e-6;
/// Exponents this close to a bound are on it.
const ON_BOUND: f64 = 1e-9;
/// Minima whose errors differ by less than this, relative, tie.
const TIE: f64 = 1e-6;
/// Where the exponents can slide this far at the same predictions, they are not unique.
const SLIDES: f64 = 1e-6;
/// Predictions that differ by less than this, relative to the largest, are the same.
const SAME: f64 = 1e-5;

/// The calibrated exponents of all 16 types, with what is to be known about them.
#[derive(Clone, Debug, PartialEq)]
pub struct Calibration {
    fits: Vec<TripletFit>,
    regularization: Regularization,
    convention: Convention,
}

/// The calibrated exponents of one type.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct TripletFit {
    /// The type.
    pub triplet: TripletType,
    /// The exponents where the error is least; where they are not unique, those nearest the pair
    /// approximation's (Euclidean distance) of all that give the same predictions.
    pub exponents: Exponents,
    /// J of eq. (15), per unit of the data's duration; of several trajectories the mean.
    pub error: f64,
    /// The bounds that these exponents are on.
    pub active_bounds: Vec<ActiveBound>,
    /// Whether no other exponents within the bounds give the same predictions at all samples, nor
    /// other predictions with the same error (`ties`).
    pub unique: bool,
    /// How well the data hold the exponents: the smallest relative change of the predictions (root
    /// mean square over the samples) that a unit step of the exponents along the equality makes,
    /// bounds aside. 0 to 1e-9: flat; 0.01: an error of 1 % in the data can move them by about 1.
    pub sensitivity: f64,
    /// Other local minima found, with other predictions and an error within 1e-6 of the least,
    /// relative.
    pub ties: Vec<Exponents>,
}

/// An exponent that lies on one of its bounds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ActiveBound {
    /// Which.
    pub exponent: Exponent,
    /// The bound. 1e-6 in place of a lower bound of 0 where the concentration is 0 in a sample.
    pub value: f64,
}

impl fmt::Display for ActiveBound {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}={}", self.exponent, self.value)
    }
}

/// Fits the exponents of Table I to data (ordered, per shape), each type by itself: the least
/// J of eq. (15) subject to the equality of eq. (16) and the bounds.
///
/// Deterministic: damped Newton descents with exact constrained steps, from corners, edges and the
/// interior of the region and from the pair approximation's exponents. Integrals are trapezoids on
/// the sample times, divided by the duration, so that the unit of the times does not matter. Where a concentration is 0 in a sample, as in a ground state, the closure
/// vanishes there and that exponent is kept at least 1e-6.
///
/// # Errors
/// [`ClosureError::TooFewSamples`] under two samples; [`ClosureError::UnreachableEquality`] for
/// bounds that cannot meet the equality; [`ClosureError::ZeroConcentration`] where a concentration
/// is 0 in a sample and the bounds let the closure divide by it; [`ClosureError::NoFiniteError`]
/// for bounds far out.
///
/// ```
/// # use cluster_stats::{Concentrations, PairConcentrations, Record, TripletConcentrations};
/// use closures::{Closure, Convention, PairApproximation, Regularization, calibrate};
/// use cluster_stats::{Trajectory, TripletType};
/// # let record = |i: u32| {
/// #     let pairs = PairConcentrations::of_composition(0.4, 0.24 + 0.01 * f64::from(i));
/// #     let triplets = PairApproximation.triplets(&pairs).unwrap();
/// #     Record { time: f64::from(i), temperature: None, energy_per_site: None,
/// #              concentrations: Concentrations { pairs, triplets } }
/// # };
/// # let data = Trajectory::new((0..9).map(record).collect())?;
/// // `data`: a trajectory whose triplets are those of the pair approximation
/// let calibration = calibrate(&data, Regularization::hard(), Convention::Consistent)?;
/// let fit = calibration.of(TripletType::LinPpm);
/// assert!((fit.exponents.gamma1 - 1.0).abs() < 1e-6); // C++ C+- / C+
/// assert!(fit.error < 1e-20 && fit.unique);
/// let closure = calibration.closure();
/// # closure.triplets(&data.first().concentrations.pairs)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn calibrate(
    data: &Trajectory,
    regularization: Regularization,
    convention: Convention,
) -> Result<Calibration, ClosureError> {
    calibrate_jointly(&[data], regularization, convention)
}

/// As [`calibrate`], on several trajectories together: the error is the mean of their J, in which each
/// counts the same, however long it is. Where one
/// composition leaves exponents open, as C+ = C- does, another decides them.
///
/// # Errors
/// [`ClosureError::TooFewTrajectories`] without data, and those of [`calibrate`].
pub fn calibrate_jointly(
    data: &[&Trajectory],
    regularization: Regularization,
    convention: Convention,
) -> Result<Calibration, ClosureError> {
    if data.is_empty() {
        return Err(ClosureError::TooFewTrajectories { given: 0, least: 1 });
    }
    data.iter().try_for_each(|data| check_samples(data))?;
    let fits = TripletType::ALL
        .into_iter()
        .map(|triplet| fit(triplet, data, &regularization, convention))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Calibration { fits, regularization, convention })
}

impl Calibration {
    /// The fit of one type.
    pub fn of(&self, triplet: TripletType) -> &TripletFit {
        &self.fits[triplet.index()]
    }

    /// All 16, in the order of [`TripletType::ALL`].
    pub fn fits(&self) -> &[TripletFit] {
        &self.fits
    }

    /// The bounds that were kept.
    pub fn regularization(&self) -> Regularization {
        self.regularization
    }

    /// The convention of the fit.
    pub fn convention(&self) -> Convention {
        self.convention
    }

    /// The closure that was fitted: with the path shares if that was the convention.
    pub fn closure(&self) -> Box<dyn Closure> {
        self.convention.apply(self.formula())
    }

    /// The formula with the fitted exponents, without the path shares in either convention.
    pub fn formula(&self) -> OptimalApproximation {
        OptimalApproximation::of_powers(std::array::from_fn(|i| self.fits[i].exponents.powers()))
    }

    /// Mean of the errors over the 16 types (paper, eq. (30)).
    pub fn mean_error(&self) -> f64 {
        self.fits.iter().map(|fit| fit.error).sum::<f64>() / 16.0
    }
}

impl fmt::Display for Calibration {
    /// A table, one row for each type.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{} fit, mean error {:.3e}", self.convention, self.mean_error())?;
        for fit in &self.fits {
            let bounds: Vec<String> = fit.active_bounds.iter().map(ToString::to_string).collect();
            let unique = if fit.unique { "unique" } else { "not unique" };
            write!(formatter, "{:5} J = {:.3e}", fit.triplet, fit.error)?;
            for exponent in Exponent::ALL {
                match fit.exponents.get(exponent) {
                    Some(value) => write!(formatter, "  {exponent:6} {value:7.4}")?,
                    None => write!(formatter, "  {exponent:6} {:>7}", "-")?,
                }
            }
            writeln!(formatter, "  {unique}; on bounds: {}", bounds.join(" "))?;
        }
        Ok(())
    }
}

fn fit(
    triplet: TripletType,
    data: &[&Trajectory],
    regularization: &Regularization,
    convention: Convention,
) -> Result<TripletFit, ClosureError> {
    let mut polytope = regularization.polytope(triplet);
    check_equality(&polytope, triplet)?;
    let objective = objective(triplet, data, &mut polytope, convention)?;
    check_equality(&polytope, triplet)?;

    let pair_approximation = Exponents::of_pair_approximation(triplet).powers();
    let mut minima: Vec<Minimum> = Vec::new();
    for start in starts(&polytope, &pair_approximation) {
        let minimum = objective.descend(start, &polytope, &minima);
        minima.extend(minimum);
    }
    let sensitivity = Sensitivity::of(&objective.samples, &polytope);
    let away = |powers: &Vector| -> f64 {
        powers.iter().zip(&pair_approximation).map(|(a, b)| (a - b).powi(2)).sum()
    };
    let mut representatives: Vec<Vector> = least(minima, &objective)
        .into_iter()
        .map(|minimum| {
            let flat_set = sensitivity.flat_set(&minimum.powers, &polytope);
            flat_set.nearest(&pair_approximation).unwrap_or(minimum.powers)
        })
        .collect();
    representatives.sort_by(|a, b| away(a).total_cmp(&away(b)));
    let (powers, ties) =
        representatives.split_first().ok_or(ClosureError::NoFiniteError { triplet })?;

    let slides = extent(&sensitivity.flat_set(powers, &polytope), powers) > SLIDES;
    let exponents = Exponents::from_powers(triplet, powers);
    Ok(TripletFit {
        triplet,
        exponents,
        error: objective.error(powers),
        active_bounds: active_bounds(triplet, &exponents, &polytope),
        unique: ties.is_empty() && !slides,
        sensitivity: sensitivity.smallest(),
        ties: ties.iter().map(|tie| Exponents::from_powers(triplet, tie)).collect(),
    })
}

/// The error of one type as a function of its powers. Raises the lower bounds of powers of
/// concentrations that are 0 in a sample.
fn objective(
    triplet: TripletType,
    data: &[&Trajectory],
    polytope: &mut Polytope,
    convention: Convention,
) -> Result<Objective, ClosureError> {
    let mut objective =
        Objective { samples: Vec::new(), share: convention.factor(triplet), constant: 0.0 };
    let share = 1.0 / data.len() as f64;
    let samples = data.iter().flat_map(|data| {
        let weights = data.trapezoid_shares().into_iter();
        data.records().iter().zip(weights.map(move |weight| share * weight))
    });
    for (record, weight) in samples {
        let pairs = &record.concentrations.pairs;
        let data = record.concentrations.triplets[triplet];
        let bases = select(triplet, &concentrations(pairs));
        let mut vanishes = false;
        let mut logarithms = [0.0; 4];
        for (k, exponent) in Exponent::ALL.into_iter().enumerate() {
            let pinned_at_zero = polytope.lower[k] == 0.0 && polytope.upper[k] == 0.0;
            if pinned_at_zero || (vanishes && bases[k] <= 0.0 && exponent.sign() < 0.0) {
                continue;
            } else if bases[k] > 0.0 {
                logarithms[k] = libm::log(bases[k]);
            } else if polytope.upper[k] >= SMALLEST_EXPONENT_OF_ZERO && exponent.sign() > 0.0 {
                polytope.lower[k] = polytope.lower[k].max(SMALLEST_EXPONENT_OF_ZERO);
                vanishes = true;
            } else {
                return Err(ClosureError::ZeroConcentration {
                    triplet,
                    concentration: exponent.base_name(triplet),
                    exponent: polytope.lower[k],
                    pairs: *pairs,
                });
            }
        }
        if vanishes {
            objective.constant += 0.5 * weight * data * data;
        } else {
            objective.samples.push(Sample { logarithms, weight, data });
        }
    }
    Ok(objective)
}

/// The minima whose errors tie with the least, one for each set of predictions, least first.
fn least(mut minima: Vec<Minimum>, objective: &Objective) -> Vec<Minimum> {
    minima.sort_by(|a, b| a.error.total_cmp(&b.error));
    let least = minima.first().map_or(0.0, |minimum| minimum.error);
    let mut distinct: Vec<(Minimum, Vec<f64>)> = Vec::new();
    for minimum in minima.into_iter().filter(|m| m.error <= least * (1.0 + TIE)) {
        let prediction = |sample| objective.prediction(sample, &minimum.powers);
        let predictions: Vec<f64> = objective.samples.iter().map(prediction).collect();
        let largest = predictions.iter().copied().fold(0.0, f64::max);
        let same = |other: &[f64]| {
            other.iter().zip(&predictions).all(|(a, b)| (a - b).abs() <= SAME * largest)
        };
        if !distinct.iter().any(|(_, other)| same(other)) {
            distinct.push((minimum, predictions));
        }
    }
    distinct.into_iter().map(|(minimum, _)| minimum).collect()
}

fn active_bounds(
    triplet: TripletType,
    exponents: &Exponents,
    polytope: &Polytope,
) -> Vec<ActiveBound> {
    let bounds = [&polytope.lower, &polytope.upper].map(|b| Exponents::from_powers(triplet, b));
    let on_bound = |exponent: Exponent| {
        let value = exponents.get(exponent)?;
        let mut bounds = bounds.iter().filter_map(|b| b.get(exponent));
        let value = bounds.find(|bound| (bound - value).abs() <= ON_BOUND)?;
        Some(ActiveBound { exponent, value })
    };
    Exponent::ALL.into_iter().filter_map(on_bound).collect()
}
