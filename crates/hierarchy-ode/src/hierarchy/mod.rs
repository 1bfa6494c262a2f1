//! Hierarchies derived by the machine: a lattice, its species, local rules and a truncation order
//! give the exact rate equations of all connected clusters up to that order.
//!
//! The probability of a pattern on a window of sites changes by the events that touch the window:
//! an event whose sites stick out brings in a larger cluster. Patterns that a symmetry or a
//! translation of the lattice maps on each other have one concentration, that of one embedding, so
//! how many there are enters only through how many events there are.
//!
//! Lattices, species and rules come from `lattice-core`, cluster types and their names from
//! `cluster-stats`.
//!
//! | file | what is in it |
//! |---|---|
//! | `derive` | the events that touch a window |
//! | `assemble` | from events to equations |
//! | `equations` | the result: types, terms, contributions |
//! | `constants` | rate constants by name, which rules share one |
//! | `conservation` | what the equations conserve |
//! | `text` | equations as text and LaTeX |
//! | `derivation_error` | what can be wrong with rules and names |
//! | `drawing` | the types as an SVG picture |
//! | `closed` | closed systems, integration |

mod assemble;
mod closed;
mod conservation;
mod constants;
mod derivation_error;
mod derive;
mod drawing;
mod equations;
mod text;

pub use closed::{
    ClosedHierarchy, ClusterContractReport, ClusterSolution, SteadyState, Threshold,
    check_cluster_closure,
};
pub use cluster_stats::{ClusterType, ClusterTypes, Pattern};
pub use conservation::ConservedQuantity;
pub use derivation_error::DerivationError;
pub use equations::{Contribution, Hierarchy, Term};
pub use lattice_core::{Lattice, PeriodicLattice, Rule, Site, Species};
