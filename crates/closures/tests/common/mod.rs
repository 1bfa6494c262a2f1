//! Data that the tests share.
#![allow(dead_code)] // each test file is its own program and uses a part

use cluster_stats::{
    Concentrations, PairConcentrations, PairType, Record, Trajectory, TripletConcentrations,
    TripletType,
};

/// Li1/2 Mn1/2, absolute charge deviation, 48 x 48 sites, 8 replicas, 20 geometric temperatures
/// from 0.8 to 0.1, 3 samples each: counts of clusters (unordered) summed over the replicas, from
/// a program that shares nothing with this workspace. Here C+ = C- exactly.
pub fn half() -> Trajectory {
    from_counts(include_str!("../data/half.csv"))
}

/// The same for Li1/3 Mn2/3.
pub fn third() -> Trajectory {
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
