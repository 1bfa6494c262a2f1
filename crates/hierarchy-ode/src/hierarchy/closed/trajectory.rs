//! What the integration of a closed hierarchy returns.

use crate::{Effort, OdeError};
use cluster_stats::ClusterNames;

/// Concentrations of all types with an equation at the requested times, and what it took to get
/// them.
#[derive(Clone, Debug, PartialEq)]
pub struct ClusterTrajectory {
    pub(super) times: Vec<f64>,
    pub(super) names: ClusterNames,
    /// Row by row.
    pub(super) values: Vec<f64>,
    pub(super) conservation_drift: f64,
    pub(super) marginal_residual: f64,
    pub(super) lower_equation_residual: f64,
    pub(super) effort: Effort,
}

impl ClusterTrajectory {
    /// The requested times, strictly increasing.
    pub fn times(&self) -> &[f64] {
        &self.times
    }

    /// The names of the types: the columns, in the order of [`Hierarchy::types`](crate::Hierarchy::types),
    /// those with an equation.
    pub fn names(&self) -> &[String] {
        self.names.all()
    }

    /// The concentrations at each of [`times`](Self::times), per embedding; smaller clusters are
    /// marginals of the state, which comes last.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.values.chunks_exact(self.names().len())
    }

    /// The concentrations at the last time.
    pub fn last(&self) -> &[f64] {
        &self.values[self.values.len() - self.names().len()..]
    }

    /// The state at the last time, from which another integration can start.
    pub fn last_state(&self, closed: &crate::ClosedHierarchy) -> Vec<f64> {
        self.last()[closed.hierarchy().state()].to_vec()
    }

    /// The concentration of one type, by the name that the equations print, at each time.
    ///
    /// # Errors
    /// Those of [`Hierarchy::position`](crate::Hierarchy::position).
    pub fn of(&self, name: &str) -> Result<Vec<f64>, OdeError> {
        let column = self.names.position(name)?;
        Ok(self.rows().map(|row| row[column]).collect())
    }

    /// The largest change since the start of what all rules conserve (totals of species, such as
    /// the composition under exchanges), over the requested times: 0 to rounding with closures that
    /// keep their marginals.
    pub fn conservation_drift(&self) -> f64 {
        self.conservation_drift
    }

    /// The largest difference between the shortest way to the concentration of a smaller cluster, as
    /// a marginal of the state, and another way, over the requested times: 0 to rounding with closures that keep
    /// their marginals.
    pub fn marginal_residual(&self) -> f64 {
        self.marginal_residual
    }

    /// The largest difference, in 1/time and over the requested times, between how a smaller
    /// cluster moves and what its own equation says, of those equations into which no closure
    /// enters, such as dC1/dt = z lambda C01 - C1 of the contact process: 0 to rounding in the
    /// system of [`ClosedHierarchy::new`](crate::ClosedHierarchy::new), and in any system with closures that keep their marginals.
    pub fn lower_equation_residual(&self) -> f64 {
        self.lower_equation_residual
    }

    /// Steps and evaluations.
    pub fn effort(&self) -> Effort {
        self.effort
    }
}
