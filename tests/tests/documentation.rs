//! Numbers in docs/ against the code.

use mean_cluster::cluster_stats::{Normalization, Orientation, TripletConcentrations, TripletType};

#[test]
fn the_worked_numbers_of_the_conventions_are_those_of_the_code() {
    let page = include_str!("../../docs/conventions.md");
    let triplets = TripletConcentrations::random_lattice(1.0 / 3.0);
    let columns = [
        triplets.in_convention(Orientation::Ordered, Normalization::PerShape),
        triplets.in_convention(Orientation::Unordered, Normalization::PerShape),
        triplets.in_convention(Orientation::Ordered, Normalization::AllTriplets),
        triplets.in_convention(Orientation::Unordered, Normalization::AllTriplets),
    ];
    for triplet in TripletType::ALL {
        let start =
            format!("| `{}` | `{}` | {} |", triplet.ascii(), triplet, triplet.multiplicity());
        let row = page.lines().find(|line| line.starts_with(&start));
        let row = row.unwrap_or_else(|| panic!("docs/conventions.md has no row {start}"));
        let numbers: Vec<f64> =
            row[start.len()..].split('|').filter_map(|cell| cell.trim().parse().ok()).collect();
        assert_eq!(numbers.len(), 4, "{row}");
        for (number, column) in numbers.iter().zip(&columns) {
            assert!((number - column[triplet.index()]).abs() <= 5e-7, "{row}");
        }
    }
}
