//! Closures, their contract and their calibration.

#![allow(clippy::unwrap_used, clippy::panic)] // a test that fails stops

mod calibration;
mod calibrator;
mod common;
mod contract;
mod edge_cases;
mod field;
mod log_odds;
mod windows;
