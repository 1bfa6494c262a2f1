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
use crate::anneal::AnnealSettings;
use crate::compare::CompareSettings;
use crate::infer::InferSettings;
#[cfg(feature = "figures")]
use crate::output::Manifest;
use crate::run::Run;
use crate::study::StudySettings;

pub(super) const ROWS: &[Row] = &[
    run::<StudySettings>(),
    #[cfg(feature = "figures")]
    redraw::FIGURES,
    #[cfg(feature = "figures")]
    redraw::REPORT_ROW,
    run::<CompareSettings>(),
    run::<InferSettings>(),
    Row::of::<Derive>(),
    run::<AnnealSettings>(),
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
    let row = Row::plain(R::NAME, R::ABOUT, job::arguments::<R>, job::run::<R>);
    row.with_settings::<R>().with_directory(
        rerun::again::<R>,
        #[cfg(feature = "figures")]
        |directory| {
            let settings = Manifest::settings_of::<R>(directory)?;
            Ok(Box::new(R::read(directory, settings)?))
        },
    )
}
