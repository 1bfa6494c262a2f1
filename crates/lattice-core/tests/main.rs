//! Lattices, energies, engines and files of configurations.

#![allow(clippy::unwrap_used, clippy::panic)] // a test that fails stops
#![allow(clippy::print_stdout)] // what was measured, for `--nocapture`

mod annealing;
mod arrangements;
mod bad_input;
mod binder;
mod boltzmann;
mod checkpoint;
mod counts;
mod ensemble;
mod ensemble_boltzmann;
mod ensemble_exact;
mod exact;
mod files;
mod files_fuzz;
mod general;
mod geometry;
mod ground_state;
mod houtappel;
mod moves;
mod rules;
