//! The tables of docs/reproduction.md from a directory of `mean-cluster reproduce`:
//!
//! `cargo run --release -- reproduce`
//! `cargo run --release -p tests --example reproduction_tables -- out`

#![allow(clippy::unwrap_used, clippy::print_stdout)] // a program that fails stops

use mean_cluster::closures::{Convention, Exponent, Exponents, OptimalApproximation};
use mean_cluster::cluster_stats::TripletType;
use mean_cluster::run::Run;
use mean_cluster::study::{ONE_HALF, ONE_THIRD, STOICHIOMETRIES, Study};
use std::path::Path;
use tests::markdown::table;

fn exponents(exponents: &Exponents) -> String {
    let text = Exponent::ALL.map(|exponent| match exponents.get(exponent) {
        Some(value) => format!("{:.2}", value + 0.0),
        None => "-".to_owned(),
    });
    text.join(", ")
}

/// Published, ours, the largest deviation; bold above 0.1.
fn beside(published: &Exponents, ours: &Exponents) -> [String; 3] {
    let both = Exponent::ALL.map(|exponent| (published.get(exponent), ours.get(exponent)));
    let of = |pair| if let (Some(a), Some(b)) = pair { f64::abs(a - b) } else { 0.0 };
    let deviation = both.into_iter().map(of).fold(0.0, f64::max);
    let text = format!("{deviation:.2}");
    let text = if deviation > 0.1 { format!("**{text}**") } else { text };
    [exponents(published), exponents(ours), text]
}

fn table_two(files: &Study) -> String {
    let published = [
        (ONE_HALF, OptimalApproximation::published_one_half().0),
        (ONE_THIRD, OptimalApproximation::published_one_third().0),
    ];
    let row = |triplet: TripletType| {
        let mut row = vec![format!("`{triplet}`")];
        for (x, published) in &published {
            let mut ours = files.fitted.iter();
            let ours = ours.find(|row| {
                row.convention == Convention::AsPublished
                    && row.regularization == "hard"
                    && row.calibration_x == *x
                    && row.triplet == triplet
            });
            row.extend(beside(&published.exponents(triplet), &ours.unwrap().exponents));
        }
        row
    };
    let header = ["type", "OA-1/2 published", "ours", "dev.", "OA-1/3 published", "ours", "dev."];
    let rows: Vec<Vec<String>> = TripletType::ALL.into_iter().map(row).collect();
    table(&header.map(str::to_owned), &rows)
}

fn mean_errors(files: &Study) -> String {
    let closures = [
        ("pa", "", None),
        ("oa", "hard", Some(ONE_THIRD)),
        ("oa", "hard", Some(ONE_HALF)),
        ("sa", "", None),
    ];
    let row = |x: f64| {
        let mean = |convention, keys| {
            files.errors_of(convention, keys, x).unwrap().iter().sum::<f64>() / 16.0
        };
        let published = closures.map(|keys| mean(Convention::AsPublished, keys));
        let consistent = closures.map(|keys| mean(Convention::Consistent, keys));
        let errors = published.iter().chain(&consistent).map(|error| format!("{error:.2e}"));
        let ratio = format!("{:.1}", consistent[3] / consistent[0]);
        [format!("{x:.2}")].into_iter().chain(errors).chain([ratio]).collect()
    };
    let names = ["PA", "OA-1/3", "OA-1/2", "SA"].map(str::to_owned);
    let published = names.iter().map(|name| format!("{name} as publ."));
    let header: Vec<String> = ["x".to_owned()]
        .into_iter()
        .chain(published)
        .chain(names.iter().cloned())
        .chain(["SA/PA".to_owned()])
        .collect();
    let rows: Vec<Vec<String>> = STOICHIOMETRIES.into_iter().map(row).collect();
    table(&header, &rows)
}

fn main() {
    let directory = std::env::args().nth(1).unwrap_or_else(|| "out".to_owned());
    let files = Study::read(Path::new(&directory)).unwrap();
    println!("{}\n{}", files.summary, table_two(&files));
    println!("{}", mean_errors(&files));
    for row in &files.sparse_rates {
        println!(
            "SA, x = {:.4}, {}: alpha {:.4?}, J {:.3e}",
            row.x, row.system, row.alphas, row.misfit
        );
    }
}
