//! Dense solves, singular values, Runge-Kutta stages.

#![allow(clippy::unwrap_used)] // a test that fails stops

mod dense;
mod dormand_prince;
mod least_squares;
mod singular;
