//! Closures with parameters.

use crate::{Closure, ClosureError, Features, LogOdds, Monomials, OddsRatio, Reference};
use cluster_stats::TripletType;
use std::ops::Range;

/// A closure with parameters that data can decide: what a [`Calibrator`](crate::Calibrator) fits.
///
/// One of your own: a struct with these three methods, or [`family_from_fn`].
pub trait ClosureFamily: Sync {
    /// The closure that parameters make.
    type Member: Closure;

    /// A name for each parameter, for reports.
    fn parameters(&self) -> Vec<String>;

    /// Where the search starts, and towards which a ridge pulls: the parameters of the closure to
    /// fall back on where data say nothing, the pair approximation for instance.
    fn start(&self) -> Vec<f64>;

    /// The closure with these parameters, one for each name.
    ///
    /// # Errors
    /// For parameters that make no closure; the search then turns back.
    fn member(&self, parameters: &[f64]) -> Result<Self::Member, ClosureError>;

    /// In what order parameters are fitted, and to which types each. One stage, all parameters to
    /// all types, unless a family says otherwise.
    fn stages(&self) -> Vec<Stage> {
        vec![Stage { parameters: 0..self.start().len(), types: TripletType::ALL.to_vec() }]
    }
}

/// Parameters that are fitted together, those of later stages at their start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// Positions of the parameters.
    pub parameters: Range<usize>,
    /// The types whose errors decide them.
    pub types: Vec<TripletType>,
}

/// A family made of a function; see [`family_from_fn`].
#[derive(Clone, Debug)]
pub struct FamilyFromFn<M> {
    parameters: Vec<String>,
    start: Vec<f64>,
    member: M,
}

/// A family from names with the start of each parameter, and a function from parameters to a
/// closure.
///
/// ```
/// use closures::{Calibrator, Closure, PairApproximation, from_fn, family_from_fn};
/// # use closures::cluster_stats::*;
/// # let record = |i: u32| {
/// #     let pairs = PairConcentrations::of_composition(0.4, 0.24 + 0.01 * f64::from(i));
/// #     let mut triplets = PairApproximation.triplets(&pairs).unwrap();
/// #     triplets[TripletType::TriPpp] *= 0.7;
/// #     Record { time: f64::from(i), temperature: None, energy_per_site: None,
/// #              concentrations: Concentrations { pairs, triplets } }
/// # };
/// # let data = Trajectory::new((0..9).map(record).collect())?;
/// // the pair approximation with fewer full triangles; `data`: a trajectory with 0.7 of them
/// let family = family_from_fn([("factor", 1.0)], |p: &[f64]| {
///     let factor = p[0];
///     from_fn(move |pairs| {
///         let mut triplets = PairApproximation.triplets(pairs).expect("both species are present");
///         triplets[TripletType::TriPpp] *= factor;
///         triplets
///     })
/// });
/// let calibration = Calibrator::new().calibrate(&family, &[(&data).into()])?;
/// assert!((calibration.parameters()[0].value - 0.7).abs() < 1e-9);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn family_from_fn<'a, C, M>(
    parameters: impl IntoIterator<Item = (&'a str, f64)>,
    member: M,
) -> FamilyFromFn<M>
where
    C: Closure,
    M: Fn(&[f64]) -> C + Sync,
{
    let (parameters, start) =
        parameters.into_iter().map(|(name, start)| (name.to_owned(), start)).unzip();
    FamilyFromFn { parameters, start, member }
}

impl<C: Closure, M: Fn(&[f64]) -> C + Sync> ClosureFamily for FamilyFromFn<M> {
    type Member = C;

    fn parameters(&self) -> Vec<String> {
        self.parameters.clone()
    }

    fn start(&self) -> Vec<f64> {
        self.start.clone()
    }

    fn member(&self, parameters: &[f64]) -> Result<C, ClosureError> {
        Ok((self.member)(parameters))
    }
}

/// The [`LogOdds`] closures with given features and reference; the parameters are the
/// coefficients, those of one odds ratio after those of another.
#[derive(Clone, Debug, PartialEq)]
pub struct LogOddsFamily<F = Monomials> {
    features: F,
    reference: Reference,
}

impl Default for LogOddsFamily<Monomials> {
    /// s, s^2, s z on [`Reference::TriangleRing`].
    fn default() -> LogOddsFamily<Monomials> {
        LogOddsFamily::new(Monomials::default(), Reference::default())
    }
}

impl<F: Features + Clone> LogOddsFamily<F> {
    /// With these features and this reference.
    pub fn new(features: F, reference: Reference) -> LogOddsFamily<F> {
        LogOddsFamily { features, reference }
    }
}

impl<F: Features + Clone> ClosureFamily for LogOddsFamily<F> {
    type Member = LogOdds<F>;

    fn parameters(&self) -> Vec<String> {
        let names = self.features.names();
        let of_ratio = |ratio| names.iter().map(move |name| format!("{ratio}: {name}"));
        OddsRatio::ALL.into_iter().flat_map(of_ratio).collect()
    }

    /// All 0: the reference itself.
    fn start(&self) -> Vec<f64> {
        vec![0.0; 5 * self.features.names().len()]
    }

    fn member(&self, parameters: &[f64]) -> Result<LogOdds<F>, ClosureError> {
        let count = self.features.names().len();
        crate::features::check_count(count)?;
        if parameters.len() != 5 * count {
            let (given, expected) = (parameters.len(), 5 * count);
            return Err(ClosureError::CoefficientCount { given, expected });
        }
        let rows = std::array::from_fn(|i| parameters[i * count..(i + 1) * count].to_vec());
        LogOdds::new(self.features.clone(), self.reference, &rows)
    }

    /// Triangles first, then each chain by itself: an odds ratio is judged by the types that hold
    /// it alone. All at once, the triangles of [`Reference::TriangleRing`] would bend to please
    /// the chains, which fits better and foretells worse.
    fn stages(&self) -> Vec<Stage> {
        let count = self.features.names().len();
        let triangle_first = OddsRatio::ALL.into_iter().rev();
        let stage = |ratio: OddsRatio| {
            let first = ratio as usize * count;
            Stage { parameters: first..first + count, types: ratio.types().collect() }
        };
        triangle_first.map(stage).collect()
    }
}
