//! The right-hand side (5) against enumeration of reactions and swaps on small configurations.

use cluster_stats::{
    ClusterCounts, PairConcentrations, PairType, TripletConcentrations, TripletType,
};
use hierarchy_ode::{OdeError, RateConstants, pair_rates};
use ndarray::Array2;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

type Site = (usize, usize);

fn neighbors(grid: &Array2<i8>, (r, c): Site) -> [Site; 6] {
    let (rows, columns) = grid.dim();
    let (up, down) = ((r + rows - 1) % rows, (r + 1) % rows);
    let (left, right) = ((c + columns - 1) % columns, (c + 1) % columns);
    [(r, right), (r, left), (up, c), (down, c), (down, left), (up, right)]
}

/// Whether u is half way between w and v: a step and the same step again.
fn is_straight(grid: &Array2<i8>, w: Site, u: Site, v: Site) -> bool {
    let (rows, columns) = grid.dim();
    (w.0 + v.0) % rows == 2 * u.0 % rows && (w.1 + v.1) % columns == 2 * u.1 % columns
}

fn random_grid(rows: usize, columns: usize, rng: &mut Pcg64) -> Array2<i8> {
    let plus: f64 = rng.random_range(0.2..0.8);
    Array2::from_shape_simple_fn((rows, columns), || if rng.random_bool(plus) { 1 } else { -1 })
}

/// Site pairs (u, v) that are unlike neighbours, in both orders.
fn unlike_bonds(grid: &Array2<i8>) -> Vec<(Site, Site)> {
    let sites = grid.indexed_iter().map(|(site, _)| site);
    let bonds = sites.flat_map(|u| neighbors(grid, u).map(|v| (u, v)));
    bonds.filter(|&(u, v)| grid[u] != grid[v]).collect()
}

/// The number of the rate of w-u-v to w-v-u by its species and angle.
fn class_of(w: i8, u: i8, straight: bool) -> usize {
    let angled = match (w, u) {
        (1, -1) => 1, // +-+ to ++-
        (1, _) => 3,  // ++- to +-+
        (_, 1) => 5,  // -+- to --+
        (_, _) => 7,  // --+ to -+-
    };
    angled + usize::from(straight)
}

/// Sum over all reactions of rate times change of the pair w-u, per bond (++, --) and per
/// oriented bond (+-).
fn reactions(grid: &Array2<i8>, k: &[f64; 8]) -> [f64; 3] {
    let mut change = [0.0; 3];
    let kind = |a: i8, b: i8| match a + b {
        2 => 0,
        -2 => 1,
        _ => 2,
    };
    for (u, v) in unlike_bonds(grid) {
        let next_to_v = neighbors(grid, v);
        for w in neighbors(grid, u) {
            if w == v || next_to_v.contains(&w) {
                continue;
            }
            let rate = k[class_of(grid[w], grid[u], is_straight(grid, w, u, v)) - 1];
            change[kind(grid[w], grid[u])] -= rate;
            change[kind(grid[w], grid[v])] += rate;
        }
    }
    let bonds = 3.0 * grid.len() as f64;
    [change[0] / bonds, change[1] / bonds, change[2] / (2.0 * bonds)]
}

fn right_side(grid: &Array2<i8>, rates: &RateConstants) -> [f64; 3] {
    let counts = ClusterCounts::of_grid(grid.view()).unwrap();
    pair_rates(rates, &counts.concentrations().triplets)
}

#[test]
fn it_is_the_sum_over_all_reactions_of_a_configuration() {
    let mut rng = Pcg64::seed_from_u64(5);
    for (rows, columns) in [(5, 5), (5, 7), (6, 9), (8, 6), (12, 12)] {
        for _ in 0..8 {
            let grid = random_grid(rows, columns, &mut rng);
            let k: [f64; 8] = std::array::from_fn(|_| rng.random_range(0.0..3.0));
            let expected = reactions(&grid, &k);
            let found = right_side(&grid, &RateConstants::from_array(k).unwrap());
            assert!(expected.iter().any(|change| change.abs() > 1e-6));
            for (a, b) in found.into_iter().zip(expected) {
                assert!((a - b).abs() < 1e-12, "{rows} x {columns}: {a} and {b}");
            }
        }
    }
}

#[test]
fn with_one_rate_it_is_the_drift_of_uniform_swaps() {
    let mut rng = Pcg64::seed_from_u64(6);
    for (rows, columns) in [(5, 5), (6, 7), (9, 5)] {
        for _ in 0..4 {
            let mut grid = random_grid(rows, columns, &mut rng);
            let rate = rng.random_range(0.5..2.0);
            let found = right_side(&grid, &RateConstants::from_array([rate; 8]).unwrap());
            let before = ClusterCounts::of_grid(grid.view()).unwrap().concentrations().pairs;
            let mut expected = [0.0; 3];
            for (u, v) in unlike_bonds(&grid) {
                if grid[u] < 0 {
                    continue; // each bond once
                }
                grid.swap(u, v);
                let after = ClusterCounts::of_grid(grid.view()).unwrap().concentrations().pairs;
                for (sum, pair) in expected.iter_mut().zip(PairType::ALL) {
                    *sum += rate * (after.get(pair) - before.get(pair));
                }
                grid.swap(u, v);
            }
            for (a, b) in found.into_iter().zip(expected) {
                assert!((a - b).abs() < 1e-12, "{a} and {b}");
            }
            // swaps conserve composition
            assert!((found[0] + found[2]).abs() < 1e-13 && (found[1] + found[2]).abs() < 1e-13);
        }
    }
}

#[test]
fn pairs_keep_their_sum_for_any_rates_and_triplets() {
    let mut rng = Pcg64::seed_from_u64(7);
    for _ in 0..200 {
        let k = std::array::from_fn(|_| rng.random_range(0.0..50.0));
        let triplets = TripletConcentrations::from_fn(|_| rng.random_range(-1.0..1.0));
        let [pp, mm, pm] = pair_rates(&RateConstants::from_array(k).unwrap(), &triplets);
        assert!((pp + mm + 2.0 * pm).abs() < 1e-12);
        assert!(pp.abs() + mm.abs() > 1e-3);
    }
}

#[test]
fn each_rate_acts_with_its_coefficient_on_its_type() {
    use TripletType::*;
    // eqs. (5a)-(5c), one rate and one type at a time
    let table = [
        (AngPmp, [4.0, 0.0, -2.0]),
        (LinPmp, [2.0, 0.0, -1.0]),
        (AngPpm, [-4.0, 0.0, 2.0]),
        (LinPpm, [-2.0, 0.0, 1.0]),
        (AngMpm, [0.0, 4.0, -2.0]),
        (LinMpm, [0.0, 2.0, -1.0]),
        (AngMmp, [0.0, -4.0, 2.0]),
        (LinMmp, [0.0, -2.0, 1.0]),
    ];
    for (index, (own, coefficients)) in table.into_iter().enumerate() {
        let mut k = [0.0; 8];
        k[index] = 1.5;
        let rates = RateConstants::from_array(k).unwrap();
        for kind in TripletType::ALL {
            let mut triplets = TripletConcentrations::default();
            triplets[kind] = 0.5;
            let expected = coefficients.map(|c| if kind == own { 0.75 * c } else { 0.0 });
            assert_eq!(pair_rates(&rates, &triplets), expected, "k{} {kind}", index + 1);
        }
    }
}

#[test]
fn a_random_lattice_is_at_rest_under_uniform_swaps() {
    let rates = RateConstants::from_array([0.7; 8]).unwrap();
    for minus in [0.1, 0.5, 0.8] {
        let random = PairConcentrations::random_lattice(minus);
        let triplets = TripletConcentrations::random_lattice(minus);
        for change in pair_rates(&rates, &triplets) {
            assert!(change.abs() < 1e-15, "{random}");
        }
    }
}

#[test]
fn rates_that_are_negative_or_no_numbers_are_named() {
    for (index, bad) in [(0, -1e-9), (3, f64::NAN), (7, f64::INFINITY)] {
        let mut k = [0.5; 8];
        k[index] = bad;
        let error = RateConstants::from_array(k).unwrap_err();
        assert!(matches!(error, OdeError::InvalidRate { number, .. } if number == index + 1));
        assert!(error.to_string().contains(&format!("k{} = {bad}", index + 1)), "{error}");
        assert_eq!(error.rejection().is_some(), bad < 0.0);
    }
    let zero = RateConstants::from_array([0.0; 8]).unwrap();
    assert_eq!(zero.as_array(), &[0.0; 8]);
}
