//! `report.html`: one page that says what of the paper reproduces, what does not, and why; or how
//! closures compare, or what data say about the rates.
//!
//! One file: figures inlined as SVG, no network; it prints. Every number in it comes from the files of
//! the run, every verdict from those numbers. Its script only adds: values under the pointer, and keys
//! of legends that take their series out and put them back.

mod annealing;
mod claims;
mod comparison;
mod inference;
mod page;
mod rates;
mod study;
mod tables;
mod winning;

pub use annealing::of_annealing;
pub use claims::{Claim, Verdict, claims};
pub use comparison::of_comparison;
pub use inference::of_inference;
pub use study::report;

/// Name of the report in an output directory.
pub const REPORT: &str = "report.html";
