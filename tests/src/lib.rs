//! Tests that need more than one crate: the published results on data made here, the documentation's
//! numbers against the code. They are in `tests/`.

pub mod annealed;
#[cfg(doctest)]
mod book;
pub mod infinite;
pub mod markdown;
pub mod strip;
