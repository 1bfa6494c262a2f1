//! hierarchy-ode
mod error;
mod integration;
mod model;
mod rates;
mod solution;
mod sparse_solution;

pub use error::OdeError;
pub use model::ClosedModel;
pub use rates::{RateConstants, pair_rates};
pub use solution::{Effort, Solution};
pub use sparse_solution::SparseSolution;
