//! The report of an annealing of the user's own.

use super::Annealed;
use crate::figures::Figure;
use crate::output::names;
use crate::page::{Page, Table, table};
use cluster_stats::ReplicaMean;

const FILES: [(&str, &str); 5] = [
    ("trajectory.csv", "the mean over replicas, which fit and simulate read"),
    ("replicas.csv", "every sample of every replica"),
    ("standard_errors.csv", "standard errors of the mean; absent for one replica"),
    (
        "film.*, last.*",
        "configurations: the first replica over time, and the last of every replica",
    ),
    ("figures/", "each figure as SVG and PNG, and captions.md"),
];

/// The page of an annealing: its figures, where it began and ended, its settings.
pub(super) fn page(files: &Annealed, figures: &[Figure]) -> String {
    let data = &files.mean;
    let (first, last) = (data.mean.first(), data.mean.last());
    let pairs = first.concentrations.pairs;
    let lead = format!(
        "{} lattices at C₋ = {:.4}, annealed by mean-cluster {}. Concentrations are ordered and per \
         shape.",
        data.replicas,
        pairs.minus(),
        env!("CARGO_PKG_VERSION")
    );
    let note = "The same settings give the same bytes on any number of threads.";
    Page::new("Annealing", lead)
        .figures(figures)
        .section("ends", "First and last", table(&ends(data, [first, last])))
        .settings(&files.settings, note)
        .files(&FILES)
        .html()
}

fn ends(data: &ReplicaMean, ends: [&cluster_stats::Record; 2]) -> Table {
    let error = data.standard_errors.as_ref().and_then(|errors| errors.last());
    let columns = ends.map(|record| record.concentrations.to_array());
    let errors = error.map(|error| error.concentrations.to_array());
    let rows = names().into_iter().enumerate().map(|(place, name)| {
        let error =
            errors.map_or_else(|| "–".to_owned(), |errors| format!("{:.1e}", errors[place]));
        vec![name, format!("{:.5}", columns[0][place]), format!("{:.5}", columns[1][place]), error]
    });
    let note = format!(
        "At times {} and {}; the standard error is that of the last.",
        ends[0].time, ends[1].time
    );
    let header = ["concentration", "first", "last", "standard error"];
    Table::new("Concentrations before and after", &note, &header, rows.collect())
}
