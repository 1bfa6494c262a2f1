//! Equilibrium constants, eq. (7).
//!
//! Q1 = ^C++-/^C+-+, Q2 = C++-/C+-+ (linear), Q3 = ^C--+/^C-+-, Q4 = C--+/C-+- (linear). Each
//! divides two types of one shape, so that the path shares cancel: Q is the same in every ordered
//! convention. Where the hierarchy is in equilibrium type by type, Q1 = k1/k3, Q2 = k2/k4,
//! Q3 = k5/k7, Q4 = k6/k8. Source: Ahmadi, Foster, Protas 2022, eq. (7).

use crate::{OdeError, RateConstants};
use closures::Closure;
use cluster_stats::{PairConcentrations, TripletConcentrations, TripletType};

/// The equilibrium constants Q1..Q4, dimensionless, >= 0.
///
/// Three readings of (7) by name: measured ([`of_triplets`](Self::of_triplets)), predicted
/// ([`of_closure`](Self::of_closure)), and as ratios of rates ([`of_rates`](Self::of_rates)).
///
/// ```
/// use closures::SparseApproximation;
/// use cluster_stats::PairConcentrations;
/// use hierarchy_ode::EquilibriumConstants;
/// let pairs = PairConcentrations::random_lattice(0.3);
/// let constants = EquilibriumConstants::of_closure(&SparseApproximation, &pairs)?;
/// assert_eq!(constants.as_array(), &[1.0; 4]);
/// # Ok::<(), hierarchy_ode::OdeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EquilibriumConstants([f64; 4]);

impl EquilibriumConstants {
    /// From triplets (ordered), measured or not.
    ///
    /// # Errors
    /// [`OdeError::UndefinedEquilibriumConstant`] names the first whose denominator is 0.
    pub fn of_triplets(triplets: &TripletConcentrations) -> Result<EquilibriumConstants, OdeError> {
        use TripletType::*;
        let at = |above: TripletType, below: TripletType| (triplets[above], triplets[below]);
        EquilibriumConstants::from_ratios([
            ("∠++- / ∠+-+", at(AngPpm, AngPmp)),
            ("++- / +-+", at(LinPpm, LinPmp)),
            ("∠--+ / ∠-+-", at(AngMmp, AngMpm)),
            ("--+ / -+-", at(LinMmp, LinMpm)),
        ])
    }

    /// From the triplets that a closure assigns to these pairs (ordered): the Q(K) of (17), with
    /// the pairs of the model at the end time.
    ///
    /// # Errors
    /// [`OdeError::Closure`], and as [`of_triplets`](Self::of_triplets).
    pub fn of_closure(
        closure: &(impl Closure + ?Sized),
        pairs: &PairConcentrations,
    ) -> Result<EquilibriumConstants, OdeError> {
        EquilibriumConstants::of_triplets(&closure.chains(pairs)?)
    }

    /// The ratios k1/k3, k2/k4, k5/k7, k6/k8. The same for rates of either convention.
    ///
    /// # Errors
    /// [`OdeError::UndefinedEquilibriumConstant`] names the first whose denominator is 0.
    pub fn of_rates(rates: &RateConstants) -> Result<EquilibriumConstants, OdeError> {
        let [k1, k2, k3, k4, k5, k6, k7, k8] = *rates.as_array();
        EquilibriumConstants::from_ratios([
            ("k1 / k3", (k1, k3)),
            ("k2 / k4", (k2, k4)),
            ("k5 / k7", (k5, k7)),
            ("k6 / k8", (k6, k8)),
        ])
    }

    fn from_ratios(
        ratios: [(&'static str, (f64, f64)); 4],
    ) -> Result<EquilibriumConstants, OdeError> {
        let mut values = [0.0; 4];
        for (index, (definition, (numerator, denominator))) in ratios.into_iter().enumerate() {
            values[index] = numerator / denominator;
            if !values[index].is_finite() {
                let number = index + 1;
                return Err(OdeError::UndefinedEquilibriumConstant {
                    number,
                    definition,
                    numerator,
                    denominator,
                });
            }
        }
        Ok(EquilibriumConstants(values))
    }

    /// \[Q1, Q2, Q3, Q4\].
    pub const fn as_array(&self) -> &[f64; 4] {
        &self.0
    }

    /// The squared Euclidean distance || Q - other ||^2 of (17).
    pub fn distance_squared(&self, other: &EquilibriumConstants) -> f64 {
        self.0.iter().zip(other.0).map(|(a, b)| (a - b) * (a - b)).sum()
    }
}
