//! `report.html`: one page that says what of the paper reproduces, what does not, and why.
//!
//! One file: figures inlined as SVG, no script, no network; it prints. Every number in it comes from
//! the files of the run, every verdict from those numbers.

mod claims;
mod page;
mod rates;
mod tables;

use crate::StudyError;
use crate::figures::Figure;
use crate::study::StudyFiles;

pub use claims::{Claim, Verdict, claims};

/// Name of the report in an output directory.
pub const REPORT: &str = "report.html";

/// The page for the files of a study and its figures.
///
/// # Errors
/// [`StudyError`] for files that do not have what a claim or a table needs.
pub fn report(files: &StudyFiles, figures: &[Figure]) -> Result<String, StudyError> {
    let claims = claims(files)?;
    let tables = tables::all(files)?;
    Ok(page::page(files, &claims, &tables, figures))
}
