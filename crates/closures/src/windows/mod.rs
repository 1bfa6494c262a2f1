//! Closures of any window: larger clusters from smaller ones, on any lattice, at any order.
//!
//! | file | what is in it |
//! |---|---|
//! | `cluster_closure` | the trait |
//! | `task` | what a closure is asked and may ask |
//! | `mean_field`, `pair_factorization`, `region_factorization` | closures by products |
//! | `plain_pairs` | pairs around the site that changes |
//! | `products` | their evaluation |
//! | `from_triplets` | closures of the 16 triplets as closures of windows |
//!
//! Maximum entropy serves both traits and has a folder of its own.

mod cluster_closure;
mod from_triplets;
mod mean_field;
mod pair_factorization;
mod plain_pairs;
mod products;
mod region_factorization;
mod task;

pub use cluster_closure::{
    ClusterClosure, ClusterClosureFn, PreparedClosure, cluster_closure_from_fn,
};
pub use from_triplets::FromTriplets;
pub use mean_field::MeanField;
pub use pair_factorization::PairFactorization;
pub use plain_pairs::PlainPairApproximation;
pub use region_factorization::RegionFactorization;
pub use task::{ClosureTask, Division};
