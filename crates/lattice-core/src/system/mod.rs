//! Systems of any kind: lattices with their neighbours and symmetries, species, rules of change.
//!
//! | file | what is in it |
//! |---|---|
//! | `lattice` | neighbours, symmetries, the check of both |
//! | `lattices` | seven ready-made lattices |
//! | `symmetry` | the group, closed from generators or found |
//! | `periodic` | blocks of cells with periodic edges, numbers of sites |
//! | `shells` | pairs by distance, triangles of neighbours |
//! | `species` | the list of species |
//! | `rule` | local transitions and their rates |

mod lattice;
mod lattices;
mod periodic;
mod rule;
mod shells;
mod species;
mod symmetry;

pub use lattice::{Lattice, Site};
pub use periodic::PeriodicLattice;
pub use rule::{Rule, Transition};
pub use species::Species;
pub use symmetry::Symmetry;
