//! What the integration of a closed hierarchy returns.

use crate::Effort;
use cluster_stats::ClusterTrajectory;

/// Concentrations of all types with an equation at the requested times, and what it took to get
/// them. It is used like its [`ClusterTrajectory`], whose columns are the types in the order of
/// [`Hierarchy::types`](crate::Hierarchy::types): the smaller clusters, which are marginals of the
/// state, and the state last.
#[derive(Clone, Debug, PartialEq)]
pub struct ClusterSolution {
    pub(super) trajectory: ClusterTrajectory,
    pub(super) conservation_drift: f64,
    pub(super) marginal_residual: f64,
    pub(super) lower_equation_residual: f64,
    pub(super) effort: Effort,
}

impl std::ops::Deref for ClusterSolution {
    type Target = ClusterTrajectory;

    fn deref(&self) -> &ClusterTrajectory {
        &self.trajectory
    }
}

impl ClusterSolution {
    /// The concentrations alone, such as to write them to a file.
    pub fn into_trajectory(self) -> ClusterTrajectory {
        self.trajectory
    }

    /// The state at the last time, from which another integration can start.
    pub fn last_state(&self, closed: &crate::ClosedHierarchy) -> Vec<f64> {
        self.last()[closed.hierarchy().state()].to_vec()
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
