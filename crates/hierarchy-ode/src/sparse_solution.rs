//! The closed system of the sparse approximation, solved in closed form, eqs. (28) and (29).
//!
//! With SA all chains of (8) are C+-, so that dC++ = 2 a1 C+-, dC-- = 2 a2 C+-,
//! dC+- = -(a1 + a2) C+-. With r = a1 + a2, m = C+-(0) and h = (1 - e^{-rt})/r (t where r = 0):
//! C+- = m e^{-rt}, C++ = C++(0) + 2 a1 m h, C-- = C--(0) + 2 a2 m h.
//! Source: Ahmadi, Foster, Protas 2022, section V.

use crate::integration::check_start;
use crate::walls::START_TOLERANCE;
use crate::{OdeError, RateConstants};
use cluster_stats::{PairConcentrations, PairType};

/// The trajectory (29) of the sparse approximation. alpha1, alpha2 in 1/time, any sign; C+ is
/// conserved where they are equal.
///
/// ```
/// use cluster_stats::PairConcentrations;
/// use hierarchy_ode::SparseSolution;
/// let start = PairConcentrations::random_lattice(1.0 / 3.0);
/// let published = SparseSolution::new(-0.083, -0.166, start)?;
/// assert!((published.at(1.0)?.plus_plus - 0.40256).abs() < 5e-6);
/// # Ok::<(), hierarchy_ode::OdeError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SparseSolution {
    alphas: [f64; 2],
    initial: PairConcentrations,
}

impl SparseSolution {
    /// The published system with these alpha1, alpha2 (1/time) and pairs (ordered) at time 0.
    ///
    /// # Errors
    /// [`OdeError::InvalidValue`] for an alpha that is not finite,
    /// [`OdeError::ImpossibleStart`] (below -1e-9), [`OdeError::StartSum`].
    pub fn new(
        alpha1: f64,
        alpha2: f64,
        initial: PairConcentrations,
    ) -> Result<SparseSolution, OdeError> {
        check_start(&initial, START_TOLERANCE)?;
        let alphas =
            [OdeError::check_finite("alpha1", alpha1)?, OdeError::check_finite("alpha2", alpha2)?];
        Ok(SparseSolution { alphas, initial })
    }

    /// The composition-conserving system: alpha1 = alpha2 = `alpha`.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn conserving(alpha: f64, initial: PairConcentrations) -> Result<SparseSolution, OdeError> {
        SparseSolution::new(alpha, alpha, initial)
    }

    /// \[alpha1, alpha2\] of rates that multiply SA **per shape**: alpha1 = 2 k1 + k2 - 2 k3 - k4,
    /// alpha2 = 2 k5 + k6 - 2 k7 - k8. The conserving system has their mean for both.
    pub fn alphas_per_shape(rates: &RateConstants) -> [f64; 2] {
        let [k1, k2, k3, k4, k5, k6, k7, k8] = *rates.as_array();
        [2.0 * (k1 - k3) + (k2 - k4), 2.0 * (k5 - k7) + (k6 - k8)]
    }

    /// \[alpha1, alpha2\] of published rates, which multiply SA **with path shares**:
    /// alpha1 = (4 k1 + k2 - 4 k3 - k4)/5, alpha2 = (4 k5 + k6 - 4 k7 - k8)/5.
    pub fn alphas_as_published(rates: &RateConstants) -> [f64; 2] {
        let [k1, k2, k3, k4, k5, k6, k7, k8] = *rates.as_array();
        [(4.0 * (k1 - k3) + (k2 - k4)) / 5.0, (4.0 * (k5 - k7) + (k6 - k8)) / 5.0]
    }

    /// \[alpha1, alpha2\], in 1/time.
    pub fn alphas(&self) -> [f64; 2] {
        self.alphas
    }

    /// The pairs at a time since the initial ones. The formula goes on where a concentration is
    /// negative; [`exit`](Self::exit) says from when on.
    ///
    /// # Errors
    /// [`OdeError::InvalidValue`] for a time that is not finite, or so far that the exponential
    /// overflows.
    pub fn at(&self, time: f64) -> Result<PairConcentrations, OdeError> {
        OdeError::check_finite("time", time)?;
        let [alpha1, alpha2] = self.alphas;
        let PairConcentrations { plus_plus, minus_minus, plus_minus } = self.initial;
        let r = alpha1 + alpha2;
        let h = if r == 0.0 { time } else { -libm::expm1(-r * time) / r };
        let pairs = PairConcentrations {
            plus_plus: plus_plus + 2.0 * alpha1 * plus_minus * h,
            minus_minus: minus_minus + 2.0 * alpha2 * plus_minus * h,
            plus_minus: plus_minus * libm::exp(-r * time),
        };
        if pairs.to_array().iter().all(|c| c.is_finite()) {
            Ok(pairs)
        } else {
            let allowed = "near enough to 0 that exp(-(alpha1 + alpha2) time) is finite";
            Err(OdeError::InvalidValue { name: "time", value: time, allowed })
        }
    }

    /// The time >= 0 after which a concentration is negative, and which one; `None` if the
    /// trajectory stays in the possible region for ever. C+- never leaves it.
    pub fn exit(&self) -> Option<(PairType, f64)> {
        let r = self.alphas[0] + self.alphas[1];
        let of = |pair, initial: f64, alpha: f64| {
            // 0 = initial + 2 alpha m h
            let h = -initial / (2.0 * alpha * self.initial.plus_minus);
            let falls = alpha < 0.0 && self.initial.plus_minus > 0.0;
            let time = if r == 0.0 { h } else { -libm::log1p(-r * h) / r };
            (falls && time.is_finite()).then_some((pair, time.max(0.0)))
        };
        let plus = of(PairType::PlusPlus, self.initial.plus_plus, self.alphas[0]);
        let minus = of(PairType::MinusMinus, self.initial.minus_minus, self.alphas[1]);
        plus.into_iter().chain(minus).min_by(|a, b| a.1.total_cmp(&b.1))
    }
}
