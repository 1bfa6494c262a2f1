//! What an error means for a sampler, and checks of single numbers.

use crate::OdeError;
use closures::ClosureError;

impl OdeError {
    /// Whether the error belongs to one point in parameter space: `Some` short reason, for
    /// counting, if a sampler or optimiser should reject the point and go on; `None` if the model,
    /// the data or a setting is wrong and going on makes no sense.
    ///
    /// ```
    /// use hierarchy_ode::{OdeError, RateConstants};
    /// let negative = RateConstants::from_array([-1.0; 8]).unwrap_err();
    /// assert_eq!(negative.rejection(), Some("negative rate"));
    /// assert_eq!(OdeError::NoTimes.rejection(), None);
    /// ```
    pub fn rejection(&self) -> Option<&'static str> {
        match self {
            OdeError::InvalidRate { value, .. } if *value < 0.0 => Some("negative rate"),
            // a closure that has no place in the model is no matter of one point
            OdeError::Closure(
                ClosureError::UnknownPart { .. }
                | ClosureError::DoesNotFit { .. }
                | ClosureError::WindowTooLarge { .. }
                | ClosureError::InvalidSetting { .. },
            ) => None,
            OdeError::Closure(_)
            | OdeError::ClosureOnTrajectory { .. }
            | OdeError::ClusterNotFinite { .. }
            | OdeError::ClusterClosureOnTrajectory { .. } => Some("closure undefined"),
            OdeError::LeftPossibleRegion { .. } | OdeError::ClusterBecameNegative { .. } => {
                Some("left the possible region")
            }
            OdeError::TooManySteps { .. } => Some("too many steps"),
            OdeError::StepUnderflow { .. } => Some("step underflow"),
            OdeError::NotDifferentiable { .. } => Some("closure not differentiable"),
            OdeError::UndefinedEquilibriumConstant { .. } => Some("equilibrium constant undefined"),
            OdeError::NoSteadyState { .. } => Some("no steady state"),
            _ => None,
        }
    }

    /// `value` if it is finite and not negative (`zero` allowed) or positive.
    pub(crate) fn check_positive(
        name: &'static str,
        value: f64,
        zero: bool,
    ) -> Result<f64, OdeError> {
        let allowed = if zero { "finite and not negative" } else { "finite and positive" };
        if value.is_finite() && (value > 0.0 || zero && value == 0.0) {
            Ok(value)
        } else {
            Err(OdeError::InvalidValue { name, value, allowed })
        }
    }

    /// `value` if it is finite.
    pub(crate) fn check_finite(name: &'static str, value: f64) -> Result<f64, OdeError> {
        if value.is_finite() {
            Ok(value)
        } else {
            Err(OdeError::InvalidValue { name, value, allowed: "finite" })
        }
    }
}
