//! Settings that are the same for all components, however many there are, or one for each.

use super::outside;
use crate::checks::check_dimension;
use crate::{Halt, McmcError};

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum PerComponent<T> {
    Same(T),
    Each(Vec<T>),
}

impl<T> PerComponent<T> {
    /// One for each component, made by `make` from its number and what was given.
    pub(crate) fn each<G>(
        given: Vec<G>,
        make: impl Fn(usize, G) -> Result<T, McmcError>,
    ) -> Result<Self, McmcError> {
        if given.is_empty() {
            return Err(McmcError::NoParameters);
        }
        let made = given.into_iter().enumerate().map(|(component, given)| make(component, given));
        Ok(PerComponent::Each(made.collect::<Result<_, _>>()?))
    }

    /// The number of components; none if any will do.
    pub(crate) fn dimension(&self) -> Option<usize> {
        match self {
            PerComponent::Same(_) => None,
            PerComponent::Each(each) => Some(each.len()),
        }
    }

    pub(crate) fn get(&self, component: usize) -> Option<&T> {
        match self {
            PerComponent::Same(same) => Some(same),
            PerComponent::Each(each) => each.get(component),
        }
    }

    pub(crate) fn check_dimension(&self, dimension: usize) -> Result<(), McmcError> {
        check_dimension("the point", self.dimension().unwrap_or(dimension), dimension)
    }

    /// Those of `dimension` components.
    ///
    /// # Errors
    /// [`McmcError::Dimension`] if there is another number.
    pub(crate) fn all(&self, dimension: usize) -> Result<impl Iterator<Item = &T>, McmcError> {
        self.check_dimension(dimension)?;
        Ok((0..dimension).filter_map(|component| self.get(component)))
    }

    /// The sum of a log-density of each component; where one has none, the prior ends.
    pub(crate) fn log_density(
        &self,
        point: &[f64],
        of: impl Fn(&T, f64) -> Option<f64>,
    ) -> Result<f64, Halt> {
        let mut sum = 0.0;
        for (settings, x) in self.all(point.len())?.zip(point) {
            sum += of(settings, *x).ok_or_else(outside)?;
        }
        Ok(sum)
    }

    /// The same form with other settings, made from the component's number (0 for all) and its own.
    pub(crate) fn map<U>(
        &self,
        make: impl Fn(usize, &T) -> Result<U, McmcError>,
    ) -> Result<PerComponent<U>, McmcError> {
        Ok(match self {
            PerComponent::Same(same) => PerComponent::Same(make(0, same)?),
            PerComponent::Each(each) => PerComponent::Each(
                each.iter().enumerate().map(|(i, one)| make(i, one)).collect::<Result<_, _>>()?,
            ),
        })
    }
}
