//! Counting against brute force over ordered paths in the plane, and its symmetries.

use cluster_stats::{ClusterCounts, Shape, TripletConcentrations, TripletPattern, TripletType};
use ndarray::Array2;
use proptest::prelude::*;

/// Steps to the six neighbours, in rows and columns.
const STEPS: [(isize, isize); 6] = [(0, 1), (1, 0), (1, -1), (0, -1), (-1, 0), (-1, 1)];

/// Twice the scalar product of two steps in the plane, where a row is at 60 degrees to a column.
fn twice_dot((r, c): (isize, isize), (s, d): (isize, isize)) -> isize {
    2 * r * s + 2 * c * d + r * d + c * s
}

fn at(grid: &Array2<i8>, r: isize, c: isize) -> i8 {
    let (rows, columns) = grid.dim();
    grid[(r.rem_euclid(rows as isize) as usize, c.rem_euclid(columns as isize) as usize)]
}

/// Ordered, per-shape concentrations from every ordered path i-j-k, told apart by its angle.
fn brute_force(grid: &Array2<i8>) -> TripletConcentrations {
    let (rows, columns) = grid.dim();
    let mut paths = [0u64; 3];
    let mut tally = std::collections::HashMap::<(usize, [i8; 3]), u64>::new();
    for r in 0..rows as isize {
        for c in 0..columns as isize {
            for a in STEPS {
                for b in STEPS.into_iter().filter(|b| *b != a) {
                    let shape = match twice_dot(a, b) {
                        -2 => 0,
                        -1 => 1,
                        1 => 2,
                        _ => unreachable!("two steps meet at 60, 120 or 180 degrees"),
                    };
                    paths[shape] += 1;
                    let i = at(grid, r + a.0, c + a.1);
                    let k = at(grid, r + b.0, c + b.1);
                    *tally.entry((shape, [i, at(grid, r, c), k])).or_default() += 1;
                }
            }
        }
    }
    TripletConcentrations::from_fn(|triplet| {
        let shape = Shape::ALL.iter().position(|s| *s == triplet.shape()).unwrap();
        let species = match triplet.pattern() {
            TripletPattern::Ppp => [1, 1, 1],
            TripletPattern::Mmm => [-1, -1, -1],
            TripletPattern::Ppm => [1, 1, -1],
            TripletPattern::Mmp => [-1, -1, 1],
            TripletPattern::Pmp => [1, -1, 1],
            TripletPattern::Mpm => [-1, 1, -1],
        };
        *tally.get(&(shape, species)).unwrap_or(&0) as f64 / paths[shape] as f64
    })
}

fn count(grid: &Array2<i8>) -> ClusterCounts {
    ClusterCounts::of_grid(grid.view()).unwrap()
}

fn grids() -> impl Strategy<Value = Array2<i8>> {
    (3usize..9, 3usize..9).prop_flat_map(|(rows, columns)| {
        proptest::collection::vec(prop_oneof![Just(1i8), Just(-1i8)], rows * columns)
            .prop_map(move |values| Array2::from_shape_vec((rows, columns), values).unwrap())
    })
}

fn square_grids() -> impl Strategy<Value = Array2<i8>> {
    (3usize..9).prop_flat_map(|size| {
        proptest::collection::vec(prop_oneof![Just(1i8), Just(-1i8)], size * size)
            .prop_map(move |values| Array2::from_shape_vec((size, size), values).unwrap())
    })
}

/// The 12 point operations as images of (row, column): six rotations, with and without a mirror.
fn point_operations() -> Vec<[[isize; 2]; 2]> {
    let rotate = |[[a, b], [c, d]]: [[isize; 2]; 2]| [[a + c, b + d], [-a, -b]];
    let mut operations = Vec::new();
    for start in [[[1, 0], [0, 1]], [[0, 1], [1, 0]]] {
        let mut operation = start;
        for _ in 0..6 {
            operations.push(operation);
            operation = rotate(operation);
        }
    }
    operations
}

fn apply([[a, b], [c, d]]: [[isize; 2]; 2], (r, c0): (isize, isize)) -> (isize, isize) {
    (a * r + b * c0, c * r + d * c0)
}

/// Point operations that map the periods of a rows x columns torus to periods.
fn operations_of_torus(rows: isize, columns: isize) -> Vec<[[isize; 2]; 2]> {
    let is_period = |(r, c): (isize, isize)| r % rows == 0 && c % columns == 0;
    let keeps = |operation: &[[isize; 2]; 2]| {
        is_period(apply(*operation, (rows, 0))) && is_period(apply(*operation, (0, columns)))
    };
    point_operations().into_iter().filter(keeps).collect()
}

#[test]
fn the_point_operations_are_twelve_and_keep_the_neighbours() {
    let operations = point_operations();
    for operation in &operations {
        for step in STEPS {
            assert!(STEPS.contains(&apply(*operation, step)), "{operation:?}");
        }
    }
    let distinct: std::collections::HashSet<_> = operations.iter().collect();
    assert_eq!(distinct.len(), 12);
    assert_eq!(operations_of_torus(5, 5).len(), 12);
    assert!(operations_of_torus(3, 5).len() >= 2);
}

proptest! {
    #[test]
    fn counts_equal_brute_force_and_keep_every_rule(grid in grids()) {
        let found = count(&grid).concentrations();
        let expected = brute_force(&grid);
        for triplet in TripletType::ALL {
            prop_assert!((found.triplets[triplet] - expected[triplet]).abs() < 1e-15, "{}", triplet);
        }
        found.check(1e-14).unwrap();
        let plus = grid.iter().filter(|v| **v > 0).count() as f64 / grid.len() as f64;
        prop_assert!((found.pairs.plus() - plus).abs() < 1e-14);
        for shape in Shape::ALL {
            let marginals = found.triplets.pair_marginals(shape).to_array();
            for (marginal, pair) in marginals.into_iter().zip(found.pairs.to_array()) {
                prop_assert!((marginal - pair).abs() < 1e-14);
            }
        }
    }

    #[test]
    fn counts_do_not_see_translations(grid in grids(), down in 0isize..9, right in 0isize..9) {
        let moved = Array2::from_shape_fn(grid.dim(), |(r, c)| {
            at(&grid, r as isize + down, c as isize + right)
        });
        prop_assert_eq!(count(&moved), count(&grid));
    }

    #[test]
    fn counts_do_not_see_point_operations(grid in prop_oneof![grids(), square_grids()]) {
        let (rows, columns) = grid.dim();
        for operation in operations_of_torus(rows as isize, columns as isize) {
            let moved = Array2::from_shape_fn(grid.dim(), |(r, c)| {
                let (r, c) = apply(operation, (r as isize, c as isize));
                at(&grid, r, c)
            });
            prop_assert_eq!(count(&moved), count(&grid));
        }
    }

    #[test]
    fn exchanging_the_species_exchanges_the_types(grid in grids()) {
        let (one, other) = (count(&grid), count(&grid.mapv(|v| -v)));
        for triplet in TripletType::ALL {
            prop_assert_eq!(one.triplet(triplet), other.triplet(triplet.exchanged()));
        }
        prop_assert_eq!(one.concentrations().pairs.exchanged(), other.concentrations().pairs);
    }
}

#[test]
fn a_lattice_has_three_linear_six_angled_and_two_triangles_a_site() {
    let grid = Array2::from_shape_fn((4, 5), |(r, c)| if (r * c) % 2 == 0 { 1 } else { -1 });
    let counts = count(&grid);
    for shape in Shape::ALL {
        let of_shape = TripletType::ALL.into_iter().filter(|t| t.shape() == shape);
        let total: u64 = of_shape.map(|t| counts.triplet(t)).sum();
        assert_eq!(total, 20 * shape.per_site() as u64);
    }
}

#[test]
fn small_and_foreign_grids_are_refused_with_place_and_value() {
    let small = Array2::<i8>::ones((2, 5));
    let error = ClusterCounts::of_grid(small.view()).unwrap_err().to_string();
    assert!(error.contains("2 x 5"), "{error}");
    let mut foreign = Array2::<i8>::ones((4, 4));
    foreign[(2, 1)] = 0;
    let error = ClusterCounts::of_grid(foreign.view()).unwrap_err().to_string();
    assert!(error.contains("row 2, column 1") && error.contains('0'), "{error}");
    foreign[(2, 1)] = i8::MIN;
    assert!(ClusterCounts::of_grid(foreign.view()).is_err());
    assert!(ClusterCounts::of_grid(Array2::<i8>::ones((0, 0)).view()).is_err());
}
