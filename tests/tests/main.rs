//! The crates together: published results, and whether the book is true.

#![allow(clippy::unwrap_used, clippy::panic)] // a test that fails stops

mod book;
mod calibration_of_posterior;
mod closure_table;
mod documentation;
mod log_odds_gain;
mod published_results;
