//! Closures against the exact infinite lattice: squared energy, x = 1/2, where the triangular Ising
//! antiferromagnet (J = 1/4) is in equilibrium. Root mean square over the 16 types of closure minus
//! exact triplets, at the exact pairs. About a minute:
//!
//! `cargo run --release -p tests --example exact_half`

#![allow(clippy::unwrap_used, clippy::print_stdout)] // a program that fails stops

use mean_cluster::closures::{
    CalibrationData, Calibrator, Closure, ClusteringMixture, Convention, KirkwoodSuperposition,
    LogOdds, LogOddsFamily, MaximumEntropy, NormalizedKirkwood, OptimalApproximation,
    PairApproximation, PowerOne, PowerTwo, Reference, Regularization, SparseApproximation,
    calibrate_jointly,
};
use mean_cluster::cluster_stats::{
    PairConcentrations, Pattern, Recorder, ReplicaMean, Shape, TripletConcentrations,
};
use mean_cluster::lattice_core::{
    Composition, Configuration, SwapRange, TriangleEnergy, TriangularLattice, anneal,
};
use mean_cluster::study::{ONE_HALF, ONE_THIRD, StudySettings};
use rand::SeedableRng;
use rand_pcg::Pcg64;
use rayon::prelude::*;
use tests::strip::{Correlations, correlations};

fn annealed(minus: f64) -> ReplicaMean {
    let settings = StudySettings::default();
    let replica = |replica: u64| {
        let mut rng = Pcg64::seed_from_u64((minus.to_bits() >> 8) ^ replica);
        let lattice = TriangularLattice::new(settings.size, settings.size).unwrap();
        let composition = Composition::of_minus(minus).unwrap();
        let mut atoms = Configuration::random(lattice, composition, &mut rng).unwrap();
        let (energy, schedule) = (TriangleEnergy::squared_charge(), settings.schedule().unwrap());
        let mut data = Recorder::new();
        anneal(&mut atoms, &energy, &schedule, SwapRange::Anywhere, &mut rng, |s| data.record(s))
            .unwrap();
        data.into_trajectory().unwrap()
    };
    ReplicaMean::of(&(0..32).into_par_iter().map(replica).collect::<Vec<_>>()).unwrap()
}

/// The limit of widths 12, 15, 18 by Aitken, and how far the widest is from it.
fn exact(t_over_j: f64) -> (Correlations, f64) {
    let widths: Vec<Correlations> =
        [12, 15, 18].into_par_iter().map(|width| correlations(t_over_j, width)).collect();
    let limit = |of: fn(&Correlations) -> f64| {
        let [a, b, c] = [&widths[0], &widths[1], &widths[2]].map(of);
        let bend = (c - b) - (b - a);
        if bend.abs() < 1e-12 { c } else { c - (c - b).powi(2) / bend }
    };
    let found = Correlations {
        neighbor: limit(|c| c.neighbor),
        angled: limit(|c| c.angled),
        linear: limit(|c| c.linear),
    };
    let widest = &widths[2];
    let off = [
        found.neighbor - widest.neighbor,
        found.angled - widest.angled,
        found.linear - widest.linear,
    ];
    (found, off.map(f64::abs).into_iter().fold(0.0, f64::max))
}

/// Odd correlations vanish: P(s1 s2 s3) = (1 + s1 s2 <12> + s2 s3 <23> + s1 s3 <13>) / 8.
fn triplets(found: &Correlations) -> TripletConcentrations {
    TripletConcentrations::from_fn(|triplet| {
        let [i, j, k] = match triplet.pattern() {
            Pattern::Ppp | Pattern::Mmm => [1.0, 1.0, 1.0],
            Pattern::Ppm | Pattern::Mmp => [1.0, 1.0, -1.0],
            Pattern::Pmp | Pattern::Mpm => [1.0, -1.0, 1.0],
        };
        let ends = match triplet.shape() {
            Shape::Linear => found.linear,
            Shape::Angled => found.angled,
            Shape::Triangular => found.neighbor,
        };
        (1.0 + (i * j + j * k) * found.neighbor + i * k * ends) / 8.0
    })
}

fn main() {
    let data = [ONE_THIRD, ONE_HALF].map(annealed);
    let sets: Vec<CalibrationData<'_>> = data.iter().map(CalibrationData::from).collect();
    let means: Vec<_> = data.iter().map(|mean| &mean.mean).collect();
    let optimal =
        |bounds| calibrate_jointly(&means, bounds, Convention::Consistent).unwrap().formula();
    let fit = Calibrator::new().calibrate(&LogOddsFamily::default(), &sets).unwrap();
    let closures: Vec<(&str, Box<dyn Closure>)> = vec![
        ("PairApproximation", Box::new(PairApproximation)),
        ("SparseApproximation", Box::new(SparseApproximation)),
        ("OA-1/2, published", Box::new(OptimalApproximation::published_one_half().0)),
        ("OA-1/3, published", Box::new(OptimalApproximation::published_one_third().0)),
        ("OA, hard, 1/3 and 1/2", Box::new(optimal(Regularization::hard()))),
        ("OA, soft, 1/3 and 1/2", Box::new(optimal(Regularization::soft()))),
        ("KirkwoodSuperposition", Box::new(KirkwoodSuperposition)),
        ("ClusteringMixture", Box::new(ClusteringMixture::default())),
        ("NormalizedKirkwood", Box::new(NormalizedKirkwood)),
        ("PowerOne", Box::new(PowerOne)),
        ("PowerTwo", Box::new(PowerTwo)),
        ("MaximumEntropy", Box::new(MaximumEntropy)),
        ("TriangleRing alone", Box::new(LogOdds::without_coefficients(Reference::TriangleRing))),
        ("LogOdds, 1/3 and 1/2", Box::new(fit.into_closure())),
    ];
    let temperatures = [1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 10.0];
    let references: Vec<_> = temperatures.iter().map(|&t| exact(t)).collect();
    let row = |name: &str, cells: Vec<String>| println!("| {name} | {} |", cells.join(" | "));
    row("T/J", temperatures.iter().map(f64::to_string).collect());
    println!("|{}", "---|".repeat(temperatures.len() + 1));
    row("width 18 to limit", references.iter().map(|(_, off)| format!("{off:.0e}")).collect());
    for (name, closure) in &closures {
        let error = |(found, _): &(Correlations, f64)| {
            let pairs = PairConcentrations::of_composition(0.5, (1.0 - found.neighbor) / 4.0);
            let (given, exact) = (closure.triplets(&pairs).unwrap(), triplets(found));
            let squares = given.iter().map(|(kind, value)| (value - exact[kind]).powi(2));
            format!("{:.1e}", (squares.sum::<f64>() / 16.0).sqrt())
        };
        row(name, references.iter().map(error).collect());
    }
}
