//! A box with finite walls: the uniform prior.

use rand::{Rng, RngExt};

use crate::{Halt, LogDensity, McmcError};

/// The label under which points beyond a [`UniformBox`] are counted.
pub const OUTSIDE_PRIOR: &str = "outside the prior";

/// The uniform density on a closed box, as a prior.
///
/// Its log-density is 0 inside (not normalised, so that a posterior's log-density is the
/// log-likelihood) and a rejection with the reason [`OUTSIDE_PRIOR`] outside. The walls are finite on
/// purpose: with an open prior a posterior need not be normalisable.
#[derive(Clone, Debug, PartialEq)]
pub struct UniformBox {
    bounds: Bounds,
}

#[derive(Clone, Debug, PartialEq)]
enum Bounds {
    Same((f64, f64)),
    Each(Vec<(f64, f64)>),
}

impl UniformBox {
    /// The box `[lower, upper]` in every component, of any dimension.
    ///
    /// # Errors
    /// [`McmcError::InvalidBounds`] unless both are finite and `lower < upper`.
    pub fn new(lower: f64, upper: f64) -> Result<Self, McmcError> {
        check(0, lower, upper)?;
        Ok(Self { bounds: Bounds::Same((lower, upper)) })
    }

    /// The box with one `(lower, upper)` for each component.
    ///
    /// # Errors
    /// [`McmcError::InvalidBounds`] unless all are finite and `lower < upper`;
    /// [`McmcError::NoParameters`] for an empty list.
    pub fn from_bounds(bounds: impl Into<Vec<(f64, f64)>>) -> Result<Self, McmcError> {
        let bounds = bounds.into();
        if bounds.is_empty() {
            return Err(McmcError::NoParameters);
        }
        for (component, &(lower, upper)) in bounds.iter().enumerate() {
            check(component, lower, upper)?;
        }
        Ok(Self { bounds: Bounds::Each(bounds) })
    }

    /// The number of components; `None` if the box fits any.
    pub fn dimension(&self) -> Option<usize> {
        match &self.bounds {
            Bounds::Same(_) => None,
            Bounds::Each(bounds) => Some(bounds.len()),
        }
    }

    /// `(lower, upper)` of a component; `None` beyond the dimension.
    pub fn bounds(&self, component: usize) -> Option<(f64, f64)> {
        match &self.bounds {
            Bounds::Same(bounds) => Some(*bounds),
            Bounds::Each(bounds) => bounds.get(component).copied(),
        }
    }

    /// Whether `point` lies in the closed box. NaN, and a point of another dimension, do not.
    #[inline]
    pub fn contains(&self, point: &[f64]) -> bool {
        match &self.bounds {
            Bounds::Same((lower, upper)) => point.iter().all(|x| (lower..=upper).contains(&x)),
            Bounds::Each(bounds) => {
                point.len() == bounds.len()
                    && point.iter().zip(bounds).all(|(x, (lower, upper))| lower <= x && x <= upper)
            }
        }
    }

    /// Draws a point of `dimension` components from the box.
    ///
    /// # Errors
    /// [`McmcError::Dimension`] if the box has another dimension.
    pub fn draw<R: Rng + ?Sized>(
        &self,
        dimension: usize,
        rng: &mut R,
    ) -> Result<Vec<f64>, McmcError> {
        self.check_dimension(dimension)?;
        let component = |(lower, upper): (f64, f64)| {
            (lower + (upper - lower) * rng.random::<f64>()).clamp(lower, upper)
        };
        Ok((0..dimension).filter_map(|i| self.bounds(i)).map(component).collect())
    }

    pub(crate) fn check_dimension(&self, dimension: usize) -> Result<(), McmcError> {
        match self.dimension() {
            Some(expected) if expected != dimension => {
                Err(McmcError::Dimension { what: "the point", expected, found: dimension })
            }
            _ => Ok(()),
        }
    }
}

fn check(component: usize, lower: f64, upper: f64) -> Result<(), McmcError> {
    // the width too: from -1e308 to 1e308 it overflows
    if lower < upper && (upper - lower).is_finite() {
        Ok(())
    } else {
        Err(McmcError::InvalidBounds { component, lower, upper })
    }
}

impl LogDensity for UniformBox {
    fn log_density(&self, point: &[f64]) -> Result<f64, Halt> {
        if self.contains(point) {
            Ok(0.0)
        } else {
            self.check_dimension(point.len())?;
            Err(Halt::reject(OUTSIDE_PRIOR))
        }
    }

    fn support(&self) -> Option<UniformBox> {
        Some(self.clone())
    }
}
