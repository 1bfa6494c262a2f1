//! Closed hierarchies: a closure for the larger clusters, integration, steady states.
//!
//! | file | what is in it |
//! |---|---|
//! | `cluster_closure` | the trait, what a closure is asked |
//! | `mean_field`, `pair_factorization`, `region_factorization` | closures by products |
//! | `plain_pairs` | pairs around the site that changes |
//! | `products` | their evaluation |
//! | `maximum_entropy`, `fitting` | the closure by projection |
//! | `from_triplets` | closures of the 16 triplets as closures of a hierarchy |
//! | `contract` | what a closure keeps, by trying |
//! | `marginals`, `sums` | parts of clusters as sums over the state |
//! | `moments` | independent coordinates of consistent states |
//! | `closed_hierarchy`, `starts` | the closed system, its constructors, states to start from |
//! | `system` | its right-hand side, for each way to close it |
//! | `consistent` | motions that keep conserved quantities, the projection on them |
//! | `run` | integration |
//! | `trajectory`, `lower` | what an integration returns, how far it is off exact equations |
//! | `steady_state`, `search` | steady states by Newton's method, their stability |
//! | `branches`, `limit` | along a rate or a concentration, and to a threshold |

mod branches;
mod closed_hierarchy;
mod cluster_closure;
mod consistent;
mod contract;
mod fitting;
mod from_triplets;
mod limit;
mod lower;
mod marginals;
mod maximum_entropy;
mod mean_field;
mod moments;
mod pair_factorization;
mod plain_pairs;
mod products;
mod region_factorization;
mod run;
mod search;
mod starts;
mod steady_state;
mod sums;
mod system;
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
pub use plain_pairs::PlainPairApproximation;
pub use region_factorization::RegionFactorization;
pub use steady_state::SteadyState;
pub use trajectory::ClusterTrajectory;
