//! Hierarchies: their derivation, equations, steady states, misfits and ranks.

#![allow(clippy::unwrap_used, clippy::panic)] // a test that fails stops
#![allow(clippy::print_stdout)] // what was measured, for `--nocapture`

mod closed_hierarchy;
mod cluster_closures;
mod common;
mod derivation;
mod drawing;
mod hierarchy;
mod identifiability;
mod integration;
mod kinetic_laws;
mod lower_equations;
mod mean_motion;
mod misfit;
mod names;
mod profile;
mod region;
mod sensitivity;
mod shared_rates;
mod sparse;
mod sparse_fit;
mod steady_states;
mod stiff;
mod thresholds;
mod units;
