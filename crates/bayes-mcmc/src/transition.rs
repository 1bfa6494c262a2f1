//! One transition of two-stage delayed-rejection Metropolis-Hastings.
//!
//! With l = ln(density), current x, first proposal y1 = x + U(-s1, s1), second y2 = x + U(-s2, s2):
//!
//! ```text
//! ln a1(x, y1)     = min(0, l(y1) - l(x))
//! ln a2(x, y1, y2) = l(y2) - l(x) + ln(1 - a1(y2, y1)) - ln(1 - a1(x, y1))
//!                    if |y1 - y2| <= s1 in every component, else a2 = 0
//! ```
//!
//! a2 is Mira's ratio, p(y2) q1(y2, y1) (1 - a1(y2, y1)) / [p(x) q1(x, y1) (1 - a1(x, y1))]; for a
//! uniform first kernel the two q1 do not cancel: q1(y2, y1) is zero unless y1 is within reach of
//! y2. Where the density is zero at y1 both a1 are zero and the test of reach still applies.
//!
//! Sources: Mira 2001, Metron 59, 231; Green and Mira 2001, Biometrika 88, 1035; Haario et al. 2006,
//! Stat. Comput. 16, 339; the setting of Ahmadi, Foster and Protas 2022, eqs. (22)-(24).

/// What one transition did; see [`delayed_rejection_step`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Transition {
    /// The stage whose proposal was accepted, 1 or 2; 0 if the chain stays where it is.
    pub stage: u8,
    /// The log-density at the state after the transition.
    pub log_density: f64,
    /// The log of the probability to accept the first proposal, in -inf..=0.
    pub log_acceptance_first: f64,
    /// The log of the probability to accept the second, in -inf..=0; negative infinity if the first
    /// was accepted.
    pub log_acceptance_second: f64,
}

/// One transition, as a pure function of the current point and its log-density (finite), the two
/// proposals, two uniform numbers of [0, 1) and the half widths `first_scales` of the first kernel,
/// all in the units of the point.
///
/// `log_density` must be finite or negative infinity; it is asked for the second proposal only if
/// the first was rejected and is within reach of the second. The new state is the proposal of the
/// returned stage, or `current` again for stage 0: a rejection repeats the point.
///
/// # Errors
/// What `log_density` returns.
#[inline]
pub fn delayed_rejection_step<E>(
    current: f64,
    [first, second]: [&[f64]; 2],
    [uniform_first, uniform_second]: [f64; 2],
    first_scales: &[f64],
    mut log_density: impl FnMut(&[f64]) -> Result<f64, E>,
) -> Result<Transition, E> {
    let at_first = log_density(first)?;
    let log_acceptance_first = log_metropolis(current, at_first);
    if log_acceptance_first == 0.0 || uniform_first.ln() < log_acceptance_first {
        return Ok(Transition {
            stage: 1,
            log_density: at_first,
            log_acceptance_first,
            log_acceptance_second: f64::NEG_INFINITY,
        });
    }
    let stay = Transition {
        stage: 0,
        log_density: current,
        log_acceptance_first,
        log_acceptance_second: f64::NEG_INFINITY,
    };
    if !within_reach(first, second, first_scales) {
        return Ok(stay);
    }
    let at_second = log_density(second)?;
    if !at_second.is_finite() {
        return Ok(stay);
    }
    let log_back = log_metropolis(at_second, at_first);
    if log_back == 0.0 {
        return Ok(stay);
    }
    let log_ratio =
        at_second - current + log_one_minus_exp(log_back) - log_one_minus_exp(log_acceptance_first);
    let log_acceptance_second = log_ratio.min(0.0);
    if uniform_second.ln() < log_ratio {
        Ok(Transition { stage: 2, log_density: at_second, log_acceptance_second, ..stay })
    } else {
        Ok(Transition { log_acceptance_second, ..stay })
    }
}

/// ln of the Metropolis probability min(1, p(to) / p(from)), from log-densities; `from` is finite,
/// and a `to` that is NaN counts as zero density (`f64::min` would accept it).
#[inline]
fn log_metropolis(from: f64, to: f64) -> f64 {
    if to.is_nan() { f64::NEG_INFINITY } else { (to - from).min(0.0) }
}

/// Whether the uniform kernel of half widths `scales` around `second` can propose `first`.
#[inline]
fn within_reach(first: &[f64], second: &[f64], scales: &[f64]) -> bool {
    first.iter().zip(second).zip(scales).all(|((a, b), scale)| (a - b).abs() <= *scale)
}

/// ln(1 - e^x) for x < 0, stable at both ends; 0 at negative infinity (Maechler 2012).
#[inline]
fn log_one_minus_exp(x: f64) -> f64 {
    if x > -std::f64::consts::LN_2 { (-x.exp_m1()).ln() } else { (-x.exp()).ln_1p() }
}

#[cfg(test)]
mod tests {
    use super::{Transition, delayed_rejection_step, log_one_minus_exp};

    #[test]
    fn log_one_minus_exp_is_stable_at_both_ends() {
        assert_eq!(log_one_minus_exp(f64::NEG_INFINITY), 0.0);
        // 1 - e^-1e-20 = 1e-20 and ln(1 - e^-50) = -e^-50, both to all digits
        approx::assert_relative_eq!(log_one_minus_exp(-1e-20), 1e-20_f64.ln(), epsilon = 1e-14);
        approx::assert_relative_eq!(log_one_minus_exp(-50.0), -(-50.0_f64).exp());
        for x in [-0.1, -0.693, -0.694, -3.0] {
            let naive = (1.0 - f64::exp(x)).ln();
            approx::assert_relative_eq!(log_one_minus_exp(x), naive, max_relative = 1e-14);
        }
    }

    /// The closure should not return NaN; if it does, nothing is accepted and nothing is NaN.
    #[test]
    fn nan_is_never_accepted() {
        let nan = f64::NAN;
        for values in [[nan, nan], [-1.0, nan], [f64::NEG_INFINITY, nan]] {
            let mut values = values.into_iter();
            let density = |_: &[f64]| values.next().ok_or(());
            let proposals: [&[f64]; 2] = [&[1.0], &[0.5]];
            let step = delayed_rejection_step(0.0, proposals, [0.999, 0.0], &[1.0], density);
            let Ok(Transition { stage, log_density, log_acceptance_second, .. }) = step else {
                panic!("asked more than twice")
            };
            assert_eq!((stage, log_density, log_acceptance_second), (0, 0.0, f64::NEG_INFINITY));
        }
    }
}
