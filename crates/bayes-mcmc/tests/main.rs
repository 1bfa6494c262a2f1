//! Samplers, priors, diagnostics and the minimizer, against moments that are known.

#![allow(clippy::unwrap_used, clippy::panic)] // a test that fails stops

mod arrival;
mod calibration;
mod checkpoint;
mod densities;
mod density;
mod diagnostics;
mod flat_directions;
mod minimize;
mod moments;
mod priors;
mod recommended;
mod sampler;
mod stationarity;
mod table;
mod transforms;
mod units;
