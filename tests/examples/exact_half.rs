//! Closures against the exact infinite lattice: squared energy, x = 1/2, where the triangular Ising
//! antiferromagnet (J = 1/4) is in equilibrium. Root mean square over the 16 types of closure minus
//! exact triplets, at the exact pairs; and how far a strip of 15 sites around is from the infinite
//! lattice. Closures are calibrated on x = 1/3 and 1/2. Writes the table of docs/closures.md:
//!
//! `cargo run --release -p tests --example exact_half`

#![allow(clippy::unwrap_used, clippy::print_stdout)] // a program that fails stops

use mean_cluster::closures::Closure;
use mean_cluster::cluster_stats::{
    PairConcentrations, Shape, TripletConcentrations, TripletPattern,
};
use mean_cluster::compare::compared_closures;
use mean_cluster::lattice_core::TriangleEnergy;
use mean_cluster::study::{ONE_HALF, ONE_THIRD};
use rayon::prelude::*;
use tests::annealed::annealed;
use tests::infinite::correlations;
use tests::markdown;
use tests::strip::{self, Correlations};

const TEMPERATURES: [f64; 7] = [1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 10.0];

/// Wave vectors each way: more change nothing in 12 digits.
const GRID: usize = 256;

/// Odd correlations vanish: P(s1 s2 s3) = (1 + s1 s2 <12> + s2 s3 <23> + s1 s3 <13>) / 8.
fn triplets(found: &Correlations) -> TripletConcentrations {
    TripletConcentrations::from_fn(|triplet| {
        let [i, j, k] = match triplet.pattern() {
            TripletPattern::Ppp | TripletPattern::Mmm => [1.0, 1.0, 1.0],
            TripletPattern::Ppm | TripletPattern::Mmp => [1.0, 1.0, -1.0],
            TripletPattern::Pmp | TripletPattern::Mpm => [1.0, -1.0, 1.0],
        };
        let ends = match triplet.shape() {
            Shape::Linear => found.linear,
            Shape::Angled => found.angled,
            Shape::Triangular => found.neighbor,
        };
        (1.0 + (i * j + j * k) * found.neighbor + i * k * ends) / 8.0
    })
}

/// At the exact pairs.
fn error(closure: &dyn Closure, found: &Correlations) -> f64 {
    let pairs = PairConcentrations::of_composition(0.5, (1.0 - found.neighbor) / 4.0);
    let (given, exact) = (closure.triplets(&pairs).unwrap(), triplets(found));
    let squares = given.iter().map(|(kind, value)| (value - exact[kind]).powi(2));
    (squares.sum::<f64>() / 16.0).sqrt()
}

fn main() {
    let energy = TriangleEnergy::squared_charge();
    let data = [ONE_THIRD, ONE_HALF].map(|x| annealed(&energy, x, 1).unwrap());
    let exact: Vec<Correlations> =
        TEMPERATURES.into_par_iter().map(|t| correlations(t, GRID)).collect();
    let strips: Vec<Correlations> =
        TEMPERATURES.into_par_iter().map(|t| strip::correlations(t, 15)).collect();
    let row = |name: String, cells: Vec<String>| [vec![name], cells].concat();
    let eight = |of: fn(&Correlations) -> f64| {
        exact.iter().map(|found| format!("{:.8}", of(found))).collect()
    };
    let off = exact.iter().zip(&strips).map(|(a, b)| {
        let off = [a.neighbor - b.neighbor, a.angled - b.angled, a.linear - b.linear];
        format!("{:.0e}", off.map(f64::abs).into_iter().fold(0.0, f64::max))
    });
    let mut rows = vec![
        row("`<s s>`, neighbours".to_owned(), eight(|found| found.neighbor)),
        row("`<s s>`, ends of angled chains".to_owned(), eight(|found| found.angled)),
        row("`<s s>`, ends of linear chains".to_owned(), eight(|found| found.linear)),
        row("strip of 15 sites, off by".to_owned(), off.collect()),
    ];
    for compared in compared_closures(&data).unwrap() {
        let errors = exact.iter().map(|found| format!("{:.1e}", error(&compared.closure, found)));
        rows.push(row(format!("`{}`", compared.name), errors.collect()));
    }
    let header = row("T/J".to_owned(), TEMPERATURES.map(|t| t.to_string()).to_vec());
    print!("{}", markdown::table(&header, &rows));
}
