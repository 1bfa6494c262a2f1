//! The tables of docs/closures.md on the rate equations, from a directory of `mean-cluster compare`:
//!
//! `cargo run --release -- compare --trials 100000 --out comparison`
//! `cargo run --release -p tests --example comparison_tables -- comparison`

#![allow(clippy::unwrap_used, clippy::print_stdout)] // a program that fails stops

use mean_cluster::compare::{Comparison, Exits, System};
use mean_cluster::run::Run;
use std::path::Path;
use tests::markdown::{composition, table};

/// A row for each closure, a column for each composition that rates are judged at.
fn by_composition(found: &Comparison, cells: impl Fn(&str) -> Vec<String>) -> String {
    let compositions = found.settings.rate_compositions().into_iter().map(composition);
    let header: Vec<String> = ["closure".to_owned()].into_iter().chain(compositions).collect();
    let row = |closure: &str| [vec![format!("`{closure}`")], cells(closure)].concat();
    let rows: Vec<Vec<String>> = found.closures().into_iter().map(row).collect();
    table(&header, &rows)
}

/// Per cent that leave, the pair that passes 0 in most, the median time.
fn leaving(row: &Exits) -> String {
    let Some(median) = row.median_exit else { return "0".to_owned() };
    let (pp, mm, pm) = (row.pp_negative, row.mm_negative, row.pm_negative);
    let all = [(pp, "++"), (mm, "--"), (pm, "+-"), (row.undefined, "?")];
    let percent = |count: u64| 100.0 * count as f64 / row.trials as f64;
    let reasons = all.iter().filter(|(count, _)| percent(*count) >= 0.005);
    let reasons: Vec<String> =
        reasons.map(|(count, pair)| format!("{:.2} {pair}", percent(*count))).collect();
    match reasons.is_empty() {
        true => format!("{:.3} ({median:.3})", percent(row.left())),
        false => format!("{} ({median:.3})", reasons.join(", ")),
    }
}

fn main() {
    let directory = std::env::args().nth(1).unwrap_or_else(|| "comparison".to_owned());
    let found = Comparison::read(Path::new(&directory)).unwrap();
    println!("{found}");
    for system in System::ALL {
        println!("Best misfit, {system}:\n");
        let misfits = |closure: &str| {
            let rows = found.rates_of(closure, system).unwrap();
            rows.iter().map(|row| format!("{:.1e}", row.misfit)).collect()
        };
        println!("{}", by_composition(&found, misfits));
        let rows = found.best_rates.iter().filter(|row| row.system == system);
        let drift = rows.map(|row| row.drift).fold(0.0, f64::max);
        println!("Largest drift, {system}: {drift:.1e}\n\nLeave, {system}:\n");
        let exits = |closure: &str| {
            found.exits_of(closure, system).unwrap().into_iter().map(leaving).collect()
        };
        println!("{}", by_composition(&found, exits));
        println!("Stay with C+- > 1/3 at a sample, per cent, {system}:\n");
        let beyond = |closure: &str| {
            let rows = found.exits_of(closure, system).unwrap();
            let percent = |row: &Exits| 100.0 * row.beyond_triangles as f64 / row.trials as f64;
            rows.into_iter().map(|row| format!("{:.2}", percent(row))).collect()
        };
        println!("{}", by_composition(&found, beyond));
        let rows = found.exits.iter().filter(|row| row.system == system);
        let (unfinished, trials) =
            rows.fold((0, 0), |(a, b), row| (a + row.unfinished, b + row.trials));
        println!("Given up, {system}: {unfinished} of {trials}\n");
    }
}
