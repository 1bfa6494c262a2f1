//! closures
mod closure;
mod error;
mod pair_approximation;
mod shares;
mod sparse_approximation;

pub use closure::Closure;
pub use error::ClosureError;
pub use pair_approximation::PairApproximation;
pub use shares::WithPathShares;
pub use sparse_approximation::SparseApproximation;
/// placeholder until the contract check is written
pub fn check_contract() {}
