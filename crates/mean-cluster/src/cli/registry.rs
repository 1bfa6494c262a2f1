//! The commands, in the order of the help: a row each.

use super::config;
use super::count::Count;
use super::derive::Derive;
use super::fit::Fit;
use super::job;
#[cfg(feature = "figures")]
use super::redraw;
use super::rerun;
use super::row::Row;
use super::simulate::Simulate;
use super::verify;
use crate::anneal::Annealed;
use crate::compare::Comparison;
use crate::infer::Inference;
use crate::run::{Run, Settings};
use crate::study::Study;

pub(super) const ROWS: &[Row] = &[
    run::<Study>(),
    #[cfg(feature = "figures")]
    redraw::FIGURES,
    #[cfg(feature = "figures")]
    redraw::REPORT_ROW,
    run::<Comparison>(),
    run::<Inference>(),
    Row::of::<Derive>(),
    run::<Annealed>(),
    Row::of::<Count>(),
    Row::of::<Fit>(),
    Row::of::<Simulate>(),
    rerun::ROW,
    verify::ROW,
    config::CONFIG,
    config::COMPLETIONS,
];

/// A run into a directory.
const fn run<R: Run>() -> Row {
    let row = Row::plain(R::Settings::NAME, R::ABOUT, job::arguments::<R>, job::run::<R>);
    row.with_settings::<R::Settings>().with_directory(
        rerun::again::<R>,
        #[cfg(feature = "figures")]
        redraw::draw::<R>,
    )
}
