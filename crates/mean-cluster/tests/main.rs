//! The facade and the command as people use them: results, files, refusals, and what faults do.

#![allow(clippy::unwrap_used, clippy::panic)] // a test that fails stops
#![allow(clippy::print_stdout)] // how much was tried, for `--nocapture`

mod blocks;
mod command;
mod faults;
mod kinetic;
mod output_directory;
mod units;
