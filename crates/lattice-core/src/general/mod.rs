//! Swap moves of any species on any lattice with any energy.
//!
//! | file | what is in it |
//! |---|---|
//! | `occupation` | species of every site of a periodic lattice |
//! | `energy` | the trait of energies |
//! | `interaction` | windows with a table: pairs by shell, triangles, charges, cluster expansions |
//! | `blocks` | windows at a site put together into tables |
//! | `cluster_energy` | sums of interactions, prepared for swaps |
//! | `sweep` | the Metropolis engine |
//! | `check` | whether an energy's two methods agree |
//! | `convert` | two species on the triangular lattice as a case of these |
#![cfg(feature = "engines")]

mod blocks;
mod check;
mod cluster_energy;
mod convert;
mod energy;
mod interaction;
mod occupation;
mod sweep;

pub use check::{EnergyReport, check_energy};
pub use cluster_energy::ClusterEnergy;
pub use energy::Energy;
pub use interaction::Interaction;
pub use occupation::Occupation;
pub(crate) use occupation::random_states;
