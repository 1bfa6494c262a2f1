//! Hierarchies derived by the machine: a lattice, its species, local rules and a truncation order
//! give the exact rate equations of all connected clusters up to that order.
//!
//! The probability of a pattern on a window of sites changes by the events that touch the window:
//! an event whose sites stick out brings in a larger cluster. Patterns that a symmetry or a
//! translation of the lattice maps on each other have one concentration, that of one embedding, so
//! how many there are enters only through how many events there are.
//!
//! Lattices, species and rules come from `lattice-core`.
//!
//! | file | what is in it |
//! |---|---|
//! | `pattern` | patterns on windows, canonical forms |
//! | `derive` | the events that touch a window |
//! | `assemble` | from events to equations |
//! | `equations` | the result: types, terms, contributions |
//! | `constants` | rate constants by name, which rules share one |
//! | `conservation` | what the equations conserve |
//! | `notation` | names of types, text and LaTeX |
//! | `names` | types looked up by name |
//! | `derivation_error` | what can be wrong with rules and names |
//! | `drawing` | the types as an SVG picture |
//! | `kinetic/` | the same rules as a process, and its mean concentrations |
//! | `counting` | concentrations of any type on a periodic configuration |
//! | `closed` | closures of any order, integration |

mod assemble;
mod closed;
mod conservation;
mod constants;
mod counting;
mod derivation_error;
mod derive;
mod drawing;
mod equations;
mod kinetic;
mod names;
mod notation;
mod pattern;

pub use closed::{
    ClosedHierarchy, ClosureTask, ClusterClosure, ClusterClosureFn, ClusterContractReport,
    ClusterTrajectory, FromTriplets, MaximumEntropy, MeanField, PairFactorization,
    PlainPairApproximation, PreparedClosure, RegionFactorization, SteadyState, Threshold,
    check_cluster_closure, cluster_closure_from_fn,
};
pub use conservation::ConservedQuantity;
pub use counting::Counter;
pub use derivation_error::DerivationError;
pub use equations::{ClusterType, Contribution, Hierarchy, Term};
#[cfg(feature = "kinetics")]
pub use kinetic::{KineticMeans, KineticProcess};
#[cfg(feature = "kinetics")]
pub use lattice_core::KineticRun;
pub use lattice_core::{Lattice, PeriodicLattice, Rule, Site, Species, Symmetry};
pub use pattern::Pattern;
