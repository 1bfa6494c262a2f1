//! Closed hierarchies: a closure for the larger clusters, integration, steady states.
//!
//! | file | what is in it |
//! |---|---|
//! | `cluster_closure` | the trait, what a closure is asked |
//! | `mean_field`, `pair_factorization`, `region_factorization` | closures by products |
//! | `products` | their evaluation |
//! | `maximum_entropy` | the closure by projection |
//! | `from_triplets` | closures of the 16 triplets as closures of a hierarchy |
//! | `contract` | what a closure keeps, by trying |
//! | `marginals`, `sums` | parts of clusters as sums over the state |
//! | `closed_hierarchy` | the closed system, its right-hand side, starts |
//! | `consistent` | the projection on motions that keep marginals and conserved quantities |
//! | `run` | integration |
//! | `trajectory` | what an integration returns |
//! | `steady_state`, `branches` | steady states, their stability, thresholds |

mod branches;
mod closed_hierarchy;
mod cluster_closure;
mod consistent;
mod contract;
mod from_triplets;
mod marginals;
mod maximum_entropy;
mod mean_field;
mod pair_factorization;
mod products;
mod region_factorization;
mod run;
mod steady_state;
mod sums;
mod trajectory;

pub use branches::Threshold;
pub use closed_hierarchy::ClosedHierarchy;
pub use cluster_closure::{
    ClosureTask, ClusterClosure, ClusterClosureFn, PreparedClosure, cluster_closure_from_fn,
};
pub use contract::{ClusterContractReport, check_cluster_closure};
pub use from_triplets::FromTriplets;
pub use maximum_entropy::MaximumEntropy;
pub use mean_field::MeanField;
pub use pair_factorization::PairFactorization;
pub use region_factorization::RegionFactorization;
pub use steady_state::SteadyState;
pub use trajectory::ClusterTrajectory;
