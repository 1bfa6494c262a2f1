//! hierarchy-ode
mod equilibrium;
mod error;
mod integration;
mod misfit;
mod model;
mod rates;
mod solution;
mod sparse_fit;
mod sparse_solution;

pub use equilibrium::EquilibriumConstants;
pub use error::OdeError;
pub use misfit::Misfit;
pub use model::ClosedModel;
pub use rates::{RateConstants, pair_rates};
pub use solution::{Effort, Solution};
pub use sparse_fit::SparseFit;
pub use sparse_solution::SparseSolution;
