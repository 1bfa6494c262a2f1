//! Data that the tests share.

use closures::{Closure, Exponent, Exponents};
use cluster_stats::{
    Concentrations, PairConcentrations, PairType, Record, Trajectory, TripletConcentrations,
    TripletType,
};
use proptest::test_runner::{Config, RngSeed};

/// Li1/2 Mn1/2, absolute charge deviation, 48 x 48 sites, 8 replicas, 20 geometric temperatures
/// from 0.8 to 0.1, 3 samples each: counts of clusters (unordered) summed over the replicas, from
/// a program that shares nothing with this workspace. Here C+ = C- exactly.
pub(crate) fn half() -> Trajectory {
    from_counts(include_str!("../data/half.csv"))
}

/// The same for Li1/3 Mn2/3.
pub(crate) fn third() -> Trajectory {
    from_counts(include_str!("../data/third.csv"))
}

fn from_counts(text: &str) -> Trajectory {
    const SITES: f64 = 48.0 * 48.0 * 8.0;
    let rows: Vec<Vec<f64>> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split(',').map(|count| count.parse().unwrap()).collect())
        .collect();
    let last = (rows.len() - 1) as f64;
    let record = |(index, row): (usize, &Vec<f64>)| {
        let pairs =
            PairType::ALL.map(|p| row[p as usize] / (3.0 * SITES * p.multiplicity() as f64));
        let triplets = TripletType::ALL.map(|t| {
            row[3 + t.index()] / (t.shape().per_site() as f64 * SITES * t.multiplicity() as f64)
        });
        let concentrations = Concentrations {
            pairs: PairConcentrations::from_array(pairs),
            triplets: TripletConcentrations::from_array(triplets),
        };
        concentrations.check(1e-12).unwrap();
        Record {
            time: index as f64 / last,
            temperature: None,
            energy_per_site: None,
            concentrations,
        }
    };
    Trajectory::new(rows.iter().enumerate().map(record).collect()).unwrap()
}

/// Samples at times 0, 1/20, ... with the triplets that a closure gives.
pub(crate) fn trajectory(
    pairs: impl Iterator<Item = PairConcentrations>,
    closure: &dyn Closure,
) -> Trajectory {
    let record = |(index, pairs): (usize, PairConcentrations)| Record {
        time: index as f64 / 20.0,
        temperature: None,
        energy_per_site: None,
        concentrations: Concentrations { pairs, triplets: closure.triplets(&pairs).unwrap() },
    };
    Trajectory::new(pairs.enumerate().map(record).collect()).unwrap()
}

/// Pairs whose composition moves too, so that all four concentrations tell.
pub(crate) fn wandering() -> impl Iterator<Item = PairConcentrations> {
    (0..=20).map(f64::from).map(|i| {
        let minus = 0.35 + 0.1 * libm::sin(0.7 * i);
        PairConcentrations::of_composition(minus, 0.2 + 0.05 * libm::cos(0.3 * i) - 0.002 * i)
    })
}

/// C- fixed, order growing.
pub(crate) fn ordering(minus: f64) -> impl Iterator<Item = PairConcentrations> {
    (0..=20).map(move |i| {
        let unlike = minus * (1.0 - minus) * (1.0 + 0.015 * f64::from(i));
        PairConcentrations::of_composition(minus, unlike)
    })
}

/// The largest difference of two sets of exponents.
pub(crate) fn distance(a: &Exponents, b: &Exponents) -> f64 {
    let difference = |e: Exponent| Some((a.get(e)? - b.get(e)?).abs());
    Exponent::ALL.into_iter().filter_map(difference).fold(0.0, f64::max)
}

/// Property tests with a fixed seed, so that they never flake.
pub(crate) fn cases(cases: u32) -> Config {
    Config { cases, rng_seed: RngSeed::Fixed(5), failure_persistence: None, ..Config::default() }
}
