//! Each fast kernel beside its plain baseline, in turn, in one run.
//!
//! `cargo bench -p benches --bench ratios [-- [--json] [WORDS]]`; with words, only what has them all in
//! its name. Time per attempt and replica, or per site and
//! replica; of several rounds the fastest of each side.

#![allow(clippy::unwrap_used, clippy::print_stdout)] // a bench that fails stops, and prints

use benches::plain::PlainLattice;
use benches::plain_clusters;
use benches::plain_species::{Pairs, PlainSpecies, Triangles};
use cluster_stats::{ClusterTypes, CountClusters, Counter};
use lattice_core::{
    Anneal, BlockWidth, ClusterEnergy, Composition, Configuration, Ensemble, Interaction, Lattice,
    Metropolis, Occupation, PeriodicLattice, Species, SwapRange, TriangleEnergy, TriangularLattice,
};
use rand::{RngExt, SeedableRng, rngs::SmallRng};
use rand_pcg::Pcg64;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Rounds of both sides, and the least time of one side in a round.
const ROUNDS: usize = 15;
const LEAST: Duration = Duration::from_millis(8);

struct Ratio {
    name: String,
    ours: f64,
    baseline: f64,
}

fn atoms(size: usize) -> Configuration {
    let mut rng = Pcg64::seed_from_u64(7);
    let lattice = TriangularLattice::new(size, size).unwrap();
    Configuration::random(lattice, Composition::of_minus(0.5).unwrap(), &mut rng).unwrap()
}

fn ensemble(size: usize, width: BlockWidth) -> Ensemble {
    let mut rng = Pcg64::seed_from_u64(7);
    let lattice = TriangularLattice::new(size, size).unwrap();
    let half = Composition::of_minus(0.5).unwrap();
    Ensemble::random(lattice, half, width.replicas(), width, &mut rng).unwrap()
}

fn plain(size: usize) -> PlainLattice {
    PlainLattice::new(size, size, atoms(size).atoms())
}

/// Nanoseconds of one call, from as many as `LEAST` needs.
fn time(work: &mut dyn FnMut()) -> f64 {
    let (start, mut calls) = (Instant::now(), 0);
    while start.elapsed() < LEAST {
        work();
        calls += 1;
    }
    start.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
}

/// Both sides in turn; each call of a side does so many units of work.
fn compare(
    name: String,
    (ours, units): (&mut dyn FnMut(), f64),
    (baseline, baseline_units): (&mut dyn FnMut(), f64),
    rounds: usize,
) -> Ratio {
    let mut best = [f64::INFINITY; 2];
    for _ in 0..rounds {
        best[0] = best[0].min(time(ours) / units);
        best[1] = best[1].min(time(baseline) / baseline_units);
    }
    Ratio { name, ours: best[0], baseline: best[1] }
}

/// One advance of 8 sweeps, as between two samples.
const SWEEPS: u64 = 8;

fn swaps(
    name: String,
    ours: &mut dyn Anneal,
    replicas: usize,
    size: usize,
    (range, energy, temperature): (SwapRange, TriangleEnergy, f64),
    rounds: usize,
) -> Ratio {
    let metropolis = Metropolis::new(&energy, temperature, range).unwrap();
    let (mut rng, mut plain_rng) = (Pcg64::seed_from_u64(1), SmallRng::seed_from_u64(1));
    let (mut plain, table) = (plain(size), energy.table());
    let attempts = size * size;
    // both sides at the temperature, as far as 50 sweeps go
    let warm = if size > 500 { 10 } else { 50 };
    ours.advance(&metropolis, warm, &mut rng);
    let mut run_plain = |attempts| match range {
        SwapRange::NearestNeighbor => {
            plain.swap_neighbors(attempts, &table, temperature, &mut plain_rng);
        }
        SwapRange::Anywhere => {
            plain.swap_anywhere(attempts, &table, temperature, &mut plain_rng);
        }
    };
    run_plain(warm as usize * attempts);
    // half of the picks anywhere are of unlike atoms at x = 1/2, and only those count
    let useful = if range == SwapRange::Anywhere { 0.5 } else { 1.0 };
    let units = useful * (SWEEPS as usize * attempts * replicas) as f64;
    compare(
        name,
        (&mut || drop(black_box(ours.advance(&metropolis, SWEEPS, &mut rng))), units),
        (&mut || run_plain(attempts), attempts as f64),
        rounds,
    )
}

/// A comparison that has not been made yet.
type Case = (String, Box<dyn FnOnce(String) -> Ratio>);

fn all(rounds: usize) -> Vec<Case> {
    let energies = [
        ("absolute", TriangleEnergy::absolute_charge()),
        ("squared", TriangleEnergy::squared_charge()),
    ];
    let ranges =
        [("nearest neighbour", SwapRange::NearestNeighbor), ("anywhere", SwapRange::Anywhere)];
    let mut cases = Vec::new();
    for (range_name, range) in ranges {
        for (energy_name, energy) in energies {
            for temperature in [5.0, 0.5, 0.1] {
                let how = format!("{range_name}, {energy_name}, T = {temperature}");
                cases.push((how, (range, energy, temperature)));
            }
        }
    }
    let mut all: Vec<Case> = Vec::new();
    for (how, case) in cases.clone() {
        for size in [100, 1024] {
            let name = format!("one lattice, {size} x {size}, {how}");
            let run = move |name| swaps(name, &mut atoms(size), 1, size, case, rounds);
            all.push((name, Box::new(run)));
        }
    }
    for (how, case) in cases {
        for width in BlockWidth::ALL {
            let replicas = width.replicas();
            let name = format!("ensemble of {replicas}, 100 x 100, {how}");
            let run =
                move |name| swaps(name, &mut ensemble(100, width), replicas, 100, case, rounds);
            all.push((name, Box::new(run)));
        }
    }
    for (range_name, range) in ranges {
        for triangles in [false, true] {
            for temperature in [5.0, 0.5, 0.1] {
                let energy = if triangles { "triangles" } else { "pairs" };
                let name = format!(
                    "general, three species, 100 x 100, {range_name}, {energy}, T = {temperature}"
                );
                let run = move |name| general(name, range, triangles, temperature, rounds);
                all.push((name, Box::new(run)));
            }
        }
    }
    for size in [100, 1024] {
        let name = format!("counting, one lattice, {size} x {size}");
        all.push((name, Box::new(move |name| counting(name, &atoms(size), 1, size, rounds))));
        for width in BlockWidth::ALL.into_iter().take(if size == 100 { 3 } else { 1 }) {
            let replicas = width.replicas();
            let name = format!("counting, ensemble of {replicas}, {size} x {size}");
            let run = move |name| counting(name, &ensemble(size, width), replicas, size, rounds);
            all.push((name, Box::new(run)));
        }
    }
    for (what, lattice, species, sites) in [
        ("three species, triangular", Lattice::triangular(), 3, 10_000),
        ("two species, square", Lattice::square(), 2, 10_000),
        ("two species, honeycomb", Lattice::honeycomb(), 2, 20_000),
    ] {
        let name = format!("counting all windows of up to three sites, {what}, 100 x 100");
        let run = move |name| counting_types(name, lattice, species, sites, rounds);
        all.push((name, Box::new(run)));
    }
    all
}

/// Like pairs of neighbors repel.
const PAIRS: Pairs = [[0.5, 0.0, 0.1], [0.0, 0.4, 0.0], [0.1, 0.0, 0.3]];
/// Ni, Mn and Co, (q - 3)/6.
const CHARGES: [f64; 3] = [-1.0 / 6.0, 1.0 / 6.0, 0.0];

/// The general engine with pairs or with the absolute charge of triangles.
fn general(
    name: String,
    range: SwapRange,
    triangles: bool,
    temperature: f64,
    rounds: usize,
) -> Ratio {
    const SIZE: usize = 100;
    let lattice = PeriodicLattice::new(Lattice::triangular(), &[SIZE, SIZE]).unwrap();
    let energy = if triangles {
        ClusterEnergy::absolute_charge(&lattice, &CHARGES).unwrap()
    } else {
        let pairs = Interaction::pairs(lattice.lattice(), 1, &PAIRS).unwrap();
        ClusterEnergy::new(&lattice, &pairs).unwrap()
    };
    let table: Triangles = std::array::from_fn(|a| {
        std::array::from_fn(|b| {
            std::array::from_fn(|c| (CHARGES[a] + CHARGES[b] + CHARGES[c]).abs())
        })
    });
    let mut rng = Pcg64::seed_from_u64(7);
    let species = Species::new(&["Ni", "Mn", "Co"]).unwrap();
    let mut atoms = Occupation::random(lattice, species, &[0.3, 0.3, 0.4], &mut rng).unwrap();
    let mut plain = PlainSpecies::new(SIZE, SIZE, atoms.states());
    let metropolis = Metropolis::new(&energy, temperature, range).unwrap();
    let (mut rng, mut plain_rng) = (Pcg64::seed_from_u64(1), SmallRng::seed_from_u64(1));
    let attempts = SIZE * SIZE;
    let mut run_plain = |attempts| {
        let rng = &mut plain_rng;
        match (range, triangles) {
            (SwapRange::NearestNeighbor, false) => {
                plain.swap_neighbors_pairs(attempts, &PAIRS, temperature, rng);
            }
            (SwapRange::NearestNeighbor, true) => {
                plain.swap_neighbors_triangles(attempts, &table, temperature, rng);
            }
            (SwapRange::Anywhere, false) => {
                plain.swap_anywhere_pairs(attempts, &PAIRS, temperature, rng);
            }
            (SwapRange::Anywhere, true) => {
                plain.swap_anywhere_triangles(attempts, &table, temperature, rng);
            }
        }
    };
    atoms.advance(&metropolis, 50, &mut rng);
    run_plain(50 * attempts);
    let units = (SWEEPS as usize * attempts) as f64;
    compare(
        name,
        (&mut || drop(black_box(atoms.advance(&metropolis, SWEEPS, &mut rng))), units),
        (&mut || run_plain(attempts), attempts as f64),
        rounds,
    )
}

fn counting(
    name: String,
    ours: &dyn CountClusters,
    replicas: usize,
    size: usize,
    rounds: usize,
) -> Ratio {
    let plain = plain(size);
    let sites = (size * size) as f64;
    compare(
        name,
        (&mut || drop(black_box(black_box(ours).count_clusters())), sites * replicas as f64),
        (&mut || _ = black_box(black_box(&plain).histogram()), sites),
        // quick, so that a second of other work on the machine must not be all that is measured
        4 * rounds,
    )
}

/// All cluster types of up to three sites on 100 x 100 cells: those of order 2 and the windows beyond.
fn counting_types(
    name: String,
    lattice: Lattice,
    species: usize,
    sites: usize,
    rounds: usize,
) -> Ratio {
    const SIZE: usize = 100;
    let all = ["Ni", "Mn", "Co"];
    let named = Species::new(&all[..species]).unwrap();
    let types = ClusterTypes::connected(lattice.clone(), named, 3).unwrap();
    let counter = Counter::new(&lattice, species, &types);
    let periodic = PeriodicLattice::new(lattice.clone(), &[SIZE, SIZE]).unwrap();
    let mut rng = Pcg64::seed_from_u64(7);
    let atoms: Vec<u8> = (0..sites).map(|_| rng.random_range(0..species as u8)).collect();
    let plain = || {
        let atoms = black_box(&atoms[..]);
        match lattice.name() {
            "triangular" => drop(black_box(plain_clusters::triangular(SIZE, SIZE, atoms))),
            "square" => drop(black_box(plain_clusters::square(SIZE, SIZE, atoms))),
            _ => drop(black_box(plain_clusters::honeycomb(SIZE, SIZE, atoms))),
        }
    };
    let ours = || drop(black_box(counter.count(&periodic, black_box(&atoms)).unwrap()));
    let units = sites as f64;
    compare(name, (&mut || ours(), units), (&mut || plain(), units), rounds)
}

fn main() {
    let given = |flag: &str| std::env::args().any(|argument| argument == flag);
    // `cargo bench -- --test` smokes all benches: one round
    let rounds = if given("--test") { 1 } else { ROUNDS };
    // one core against one core
    let json = given("--json");
    if !json {
        println!("name, ours ns, baseline ns, ratio");
    }
    let words: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let mut objects = Vec::new();
    for (name, run) in all(rounds) {
        if !words.iter().all(|word| name.contains(word)) {
            continue;
        }
        let Ratio { name, ours, baseline } = run(name);
        let ratio = ours / baseline;
        if json {
            objects.push(format!(
                "  {{\"name\": \"{name}\", \"ours_ns\": {ours}, \"baseline_ns\": {baseline}, \
                 \"ratio\": {ratio}}}"
            ));
        } else {
            println!("{name}, {ours:.4}, {baseline:.3}, {ratio:.5} (1/{:.1})", 1.0 / ratio);
        }
    }
    if json {
        println!("[\n{}\n]", objects.join(",\n"));
    }
}
