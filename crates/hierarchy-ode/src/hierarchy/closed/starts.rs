//! States to start from.

use super::super::{Pattern, PeriodicLattice};
use super::closed_hierarchy::ClosedHierarchy;
use crate::OdeError;
use crate::integration::START_SUM_TOLERANCE;
use cluster_stats::Counter;

impl ClosedHierarchy {
    /// Concentrations of the state without correlations, from the density of each species.
    ///
    /// # Errors
    /// [`OdeError::WrongLength`] unless there is one for each species;
    /// [`OdeError::ImpossibleCluster`] for one that is negative or not finite,
    /// [`OdeError::WindowSum`] unless they sum to 1 within 1e-6.
    pub fn random_start(&self, densities: &[f64]) -> Result<Vec<f64>, OdeError> {
        let names = self.hierarchy.species().names();
        let (expected, found) = (names.len(), densities.len());
        if expected != found {
            return Err(OdeError::WrongLength { name: "densities", expected, found });
        }
        for (name, &value) in names.iter().zip(densities) {
            if !(value.is_finite() && value >= 0.0) {
                return Err(OdeError::ImpossibleCluster { name: format!("C{name}"), value });
            }
        }
        let deviation = densities.iter().sum::<f64>() - 1.0;
        if deviation.abs() > START_SUM_TOLERANCE {
            return Err(OdeError::WindowSum { name: format!("C{}", names[0]), deviation });
        }
        let state = &self.hierarchy.types[self.hierarchy.state()];
        let product = |pattern: &Pattern| {
            pattern.species().iter().map(|what| densities[usize::from(*what)]).product()
        };
        Ok(state.iter().map(|one| product(&one.pattern)).collect())
    }

    /// Concentrations of the state counted on a periodic configuration, in the numbering of
    /// [`PeriodicLattice`].
    ///
    /// # Errors
    /// As [`Counter::new`] and [`Counter::count`].
    pub fn counted_start(
        &self,
        periodic: &PeriodicLattice,
        states: &[u8],
    ) -> Result<Vec<f64>, OdeError> {
        let types = &self.hierarchy.types[self.hierarchy.state()];
        let species = self.hierarchy.species().len();
        Ok(Counter::new(self.hierarchy.lattice(), species, types).count(periodic, states)?)
    }
}
