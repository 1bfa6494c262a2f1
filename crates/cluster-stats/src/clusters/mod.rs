//! Clusters of any kind on any lattice: patterns up to symmetry, their names, counting.
//!
//! | file | what is in it |
//! |---|---|
//! | `pattern` | patterns on windows of sites, canonical forms |
//! | `cluster_types` | lists of types with their names and weights |
//! | `notation` | how the names are made |
//! | `names` | types looked up by name |
//! | `trajectory`, `files` | concentrations over time, as CSV |
//! | `recorder` | from configurations to a trajectory |
//! | `counter`, `neighborhood` | concentrations of any types on a periodic configuration |

mod cluster_types;
mod counter;
#[cfg(feature = "files")]
mod files;
mod names;
mod neighborhood;
mod notation;
mod pattern;
mod recorder;
mod trajectory;

pub use cluster_types::{ClusterType, ClusterTypes};
pub use counter::Counter;
pub use names::ClusterNames;
pub use notation::latex_escaped;
pub use pattern::{Pattern, assignments, connected_windows};
pub use recorder::ClusterRecorder;
pub use trajectory::ClusterTrajectory;
