//! Rate constants and the right-hand side of the hierarchy, eqs. (5a)-(5c).
//!
//! | | angled (120 degrees) | linear (180 degrees) |
//! |---|---|---|
//! | `+-+` to `++-`, back | k1, k3 | k2, k4 |
//! | `-+-` to `--+`, back | k5, k7 | k6, k8 |
//!
//! Exact for the reactions w-u-v to w-v-u (w a neighbour of u but not of v, u and v unlike), each
//! with the rate of its class. A swap of u and v is six of these at once, so constant rates that
//! differ by class are a model; equal rates are uniform swaps of neighbours.
//! Source: Ahmadi, Foster, Protas 2022, eqs. (5a)-(5c).

use crate::OdeError;
use cluster_stats::{TripletConcentrations, TripletType};

/// The rate constants k1..k8, in 1/time, each finite and >= 0.
///
/// They multiply triplets **as the closure gives them**: ordered and per shape, or with the path
/// shares of [`WithPathShares`](closures::WithPathShares), as published. For a closure g,
/// `WithPathShares(g)` with 5/2 k (angled: k1, k3, k5, k7) and 5 k (linear: k2, k4, k6, k8) is the
/// same model as g with k.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RateConstants([f64; 8]);

impl RateConstants {
    /// From \[k1, ..., k8\].
    ///
    /// # Errors
    /// [`OdeError::InvalidRate`] names the first that is negative or not finite.
    pub fn from_array(k: [f64; 8]) -> Result<RateConstants, OdeError> {
        match k.into_iter().enumerate().find(|(_, value)| !(value.is_finite() && *value >= 0.0)) {
            Some((index, value)) => Err(OdeError::InvalidRate { number: index + 1, value }),
            None => Ok(RateConstants(k)),
        }
    }

    /// \[k1, ..., k8\].
    pub const fn as_array(&self) -> &[f64; 8] {
        &self.0
    }
}

/// The right-hand side of (5): \[dC++/dt, dC--/dt, dC+-/dt\], from **ordered** triplets.
///
/// With triplets per shape this is (5) itself, and the rates are those of the reactions. With the
/// values of a [`WithPathShares`](closures::WithPathShares) closure it is the published (8), whose
/// k is 5 (linear) or 5/2 (angled) times as large for the same motion.
///
/// dC++ + dC-- + 2 dC+- = 0 (6) whatever the rates and triplets are.
#[inline]
pub fn pair_rates(rates: &RateConstants, triplets: &TripletConcentrations) -> [f64; 3] {
    use TripletType::*;
    let [k1, k2, k3, k4, k5, k6, k7, k8] = rates.0;
    let plus = 2.0 * (k1 * triplets[AngPmp] - k3 * triplets[AngPpm])
        + (k2 * triplets[LinPmp] - k4 * triplets[LinPpm]);
    let minus = 2.0 * (k5 * triplets[AngMpm] - k7 * triplets[AngMmp])
        + (k6 * triplets[LinMpm] - k8 * triplets[LinMmp]);
    [2.0 * plus, 2.0 * minus, -(plus + minus)]
}
