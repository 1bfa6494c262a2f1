//! Kinetic Monte Carlo of rules: the exact process, event by event.
#![cfg(feature = "engines")]

mod process;
mod run;

pub use process::RuleProcess;
pub use run::KineticRun;
