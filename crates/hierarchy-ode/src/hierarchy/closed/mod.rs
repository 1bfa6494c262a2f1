//! Closed hierarchies: a closure of `closures` for the larger clusters, integration, steady states.
//!
//! | file | what is in it |
//! |---|---|
//! | `divisions` | what a closure is told of the events |
//! | `contract` | what a closure keeps, by trying |
//! | `marginals`, `sums` | parts of clusters as sums over the state |
//! | `moments` | independent coordinates of consistent states |
//! | `closed_hierarchy`, `starts` | the closed system, its constructors, states to start from |
//! | `system` | its right-hand side, for each way to close it |
//! | `consistent` | motions that keep conserved quantities, the projection on them |
//! | `run` | integration |
//! | `solution`, `lower` | what an integration returns, how far it is off exact equations |
//! | `steady_state`, `search` | steady states by Newton's method, their stability |
//! | `branches`, `limit` | along a rate or a concentration, and to a threshold |

mod branches;
mod closed_hierarchy;
mod consistent;
mod contract;
mod divisions;
mod limit;
mod lower;
mod marginals;
mod moments;
mod run;
mod search;
mod solution;
mod starts;
mod steady_state;
mod sums;
mod system;

pub use branches::Threshold;
pub use closed_hierarchy::ClosedHierarchy;
pub use contract::{ClusterContractReport, check_cluster_closure};
pub use solution::ClusterSolution;
pub use steady_state::SteadyState;
