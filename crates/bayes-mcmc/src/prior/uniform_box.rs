//! A box with finite walls: the uniform prior.

use rand::{Rng, RngExt};

use super::{outside, per_component::PerComponent};
use crate::{Halt, LogDensity, McmcError, Prior};

/// The uniform density on a closed box, as a prior.
///
/// Its log-density is 0 inside (not normalised, so that a posterior's log-density is the
/// log-likelihood) and a rejection with the reason [`OUTSIDE_PRIOR`](crate::OUTSIDE_PRIOR) outside.
/// The walls are finite on purpose: with an open prior a posterior need not be normalisable.
#[derive(Clone, Debug, PartialEq)]
pub struct UniformBox {
    bounds: PerComponent<(f64, f64)>,
}

impl UniformBox {
    /// The box `[lower, upper]` in every component, of any dimension.
    ///
    /// # Errors
    /// [`McmcError::InvalidBounds`] unless both are finite and `lower < upper`.
    pub fn new(lower: f64, upper: f64) -> Result<Self, McmcError> {
        let bounds = PerComponent::Same(check_bounds(0, (lower, upper))?);
        Ok(Self { bounds })
    }

    /// Positive parameters up to `upper`: the box `[0, upper]` in every component, of any dimension.
    ///
    /// # Errors
    /// [`McmcError::InvalidBounds`] unless `upper` is positive and finite.
    pub fn positive(upper: f64) -> Result<Self, McmcError> {
        Self::new(0.0, upper)
    }

    /// The box with one `(lower, upper)` for each component.
    ///
    /// # Errors
    /// [`McmcError::InvalidBounds`] unless all are finite and `lower < upper`;
    /// [`McmcError::NoParameters`] for an empty list.
    pub fn from_bounds(bounds: impl Into<Vec<(f64, f64)>>) -> Result<Self, McmcError> {
        Ok(Self { bounds: PerComponent::each(bounds.into(), check_bounds)? })
    }

    /// The number of components; `None` if the box fits any.
    pub fn dimension(&self) -> Option<usize> {
        self.bounds.dimension()
    }

    /// `(lower, upper)` of a component; `None` beyond the dimension.
    pub fn bounds(&self, component: usize) -> Option<(f64, f64)> {
        self.bounds.get(component).copied()
    }

    /// Whether `point` lies in the closed box. NaN, and a point of another dimension, do not.
    #[inline]
    pub fn contains(&self, point: &[f64]) -> bool {
        match &self.bounds {
            PerComponent::Same((lower, upper)) => {
                point.iter().all(|x| (lower..=upper).contains(&x))
            }
            PerComponent::Each(bounds) => {
                point.len() == bounds.len()
                    && point.iter().zip(bounds).all(|(x, (lower, upper))| lower <= x && x <= upper)
            }
        }
    }

    /// The bounds, the same or one for each component.
    pub(crate) fn per_component(&self) -> &PerComponent<(f64, f64)> {
        &self.bounds
    }

    /// The box of other bounds, made from those of each component; none unless they are an interval
    /// in every component.
    pub(crate) fn mapped(&self, map: impl Fn(usize, (f64, f64)) -> (f64, f64)) -> Option<Self> {
        Self::of(self.bounds.map(|component, pair| Ok(map(component, *pair))).ok()?)
    }

    /// The box of these bounds, which may be anything; none unless they are an interval in every
    /// component.
    pub(crate) fn of(bounds: PerComponent<(f64, f64)>) -> Option<Self> {
        bounds.map(|component, pair| check_bounds(component, *pair)).ok()?;
        Some(Self { bounds })
    }
}

pub(crate) fn check_bounds(
    component: usize,
    (lower, upper): (f64, f64),
) -> Result<(f64, f64), McmcError> {
    // the width too: from -1e308 to 1e308 it overflows
    if lower < upper && (upper - lower).is_finite() {
        Ok((lower, upper))
    } else {
        Err(McmcError::InvalidBounds { component, lower, upper })
    }
}

impl LogDensity for UniformBox {
    fn log_density(&self, point: &[f64]) -> Result<f64, Halt> {
        if self.contains(point) {
            Ok(0.0)
        } else {
            self.bounds.check_dimension(point.len())?;
            Err(outside())
        }
    }

    fn support(&self) -> Option<UniformBox> {
        Some(self.clone())
    }
}

impl Prior for UniformBox {
    fn draw(&self, dimension: usize, rng: &mut dyn Rng) -> Result<Vec<f64>, McmcError> {
        let component = |(lower, upper): &(f64, f64)| {
            (lower + (upper - lower) * rng.random::<f64>()).clamp(*lower, *upper)
        };
        Ok(self.bounds.all(dimension)?.map(component).collect())
    }
}
