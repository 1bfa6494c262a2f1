//! Kinetic Monte Carlo of the rules of a hierarchy: the exact process that its equations are the
//! mean motion of.

mod ensemble;
mod process;
mod run;

pub use ensemble::KineticMeans;
pub use process::KineticProcess;
pub use run::KineticRun;
