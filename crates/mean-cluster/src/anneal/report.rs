//! The report of an annealing of the user's own.

use super::Annealed;
use crate::StudyError;
use crate::figures::Figure;
use crate::page::{Page, Table, figure, file_list, settings_table, table};
use crate::settings;
use cluster_stats::{PairType, ReplicaMean, TripletType};

const FILES: [(&str, &str); 6] = [
    ("trajectory.csv", "the mean over replicas, which fit and simulate read"),
    ("replicas.csv", "every sample of every replica"),
    ("standard_errors.csv", "standard errors of the mean; absent for one replica"),
    (
        "film.*, last.*",
        "configurations: the first replica over time, and the last of every replica",
    ),
    ("figures/", "each figure as SVG and PNG, and captions.md"),
    ("manifest.toml", "version, settings, checksums of all files"),
];

/// The page of an annealing: its figures, where it began and ended, its settings.
///
/// # Errors
/// [`StudyError::Format`] for settings that TOML cannot hold.
pub(super) fn page(files: &Annealed, figures: &[Figure]) -> Result<String, StudyError> {
    let (data, settings) = (&files.mean, settings::table(&files.settings)?);
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
    Ok(Page::new("Annealing", lead)
        .section("figures", "Figures", figures.iter().map(figure).collect::<String>())
        .section("ends", "First and last", table(&ends(data, [first, last])))
        .section("settings", "Settings", settings_table(&settings, note))
        .section("files", "Files", file_list(&FILES))
        .html())
}

fn ends(data: &ReplicaMean, ends: [&cluster_stats::Record; 2]) -> Table {
    let error = data.standard_errors.as_ref().and_then(|errors| errors.last());
    let pairs = PairType::ALL.map(|pair| pair.ascii().to_owned());
    let names = pairs.into_iter().chain(TripletType::ALL.map(TripletType::ascii));
    let columns = ends.map(|record| record.concentrations.to_array());
    let errors = error.map(|error| error.concentrations.to_array());
    let rows = names.enumerate().map(|(place, name)| {
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
