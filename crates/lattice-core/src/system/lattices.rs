//! Seven ready-made lattices with nearest neighbours. Lengths in units of the distance of
//! neighbours.

use super::{Lattice, Site};

const fn on(sublattice: usize, cell: [i32; 3]) -> Site {
    Site { cell, sublattice }
}

const ROOT_3: f64 = 1.732_050_807_568_877_2;
const OBLIQUE: [[f64; 3]; 3] = [[1.0, 0.0, 0.0], [0.5, ROOT_3 / 2.0, 0.0], [0.0, 0.0, 1.0]];

/// Each cell and its opposite, on one sublattice.
fn both_ways(cells: &[[i32; 3]]) -> Vec<Site> {
    cells.iter().flat_map(|&cell| [on(0, cell), on(0, cell.map(|c| -c))]).collect()
}

fn made(
    name: &str,
    dimension: usize,
    neighbours: Vec<Vec<Site>>,
    vectors: [[f64; 3]; 3],
    positions: Vec<[f64; 3]>,
) -> Lattice {
    Lattice::new(name, dimension, neighbours)
        .and_then(|lattice| lattice.with_positions(vectors, positions))
        .expect("the ready-made lattices are tested")
}

impl Lattice {
    /// The triangular lattice: 6 neighbours, 12 symmetries.
    pub fn triangular() -> Lattice {
        let near = both_ways(&[[1, 0, 0], [0, 1, 0], [1, -1, 0]]);
        made("triangular", 2, vec![near], OBLIQUE, vec![[0.0; 3]])
    }

    /// The square lattice: 4 neighbours, 8 symmetries.
    pub fn square() -> Lattice {
        let near = both_ways(&[[1, 0, 0], [0, 1, 0]]);
        let vectors = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
        made("square", 2, vec![near], vectors, vec![[0.0; 3]])
    }

    /// The honeycomb lattice: 2 sites a cell, 3 neighbours, 12 symmetries.
    pub fn honeycomb() -> Lattice {
        let from_a = [[0, 0, 0], [-1, 0, 0], [0, -1, 0]];
        let neighbours = vec![
            from_a.map(|cell| on(1, cell)).to_vec(),
            from_a.map(|cell| on(0, cell.map(|c: i32| -c))).to_vec(),
        ];
        let vectors = OBLIQUE.map(|vector| vector.map(|v| v * ROOT_3));
        let third = 1.0 / 3.0;
        made("honeycomb", 2, neighbours, vectors, vec![[0.0; 3], [third, third, 0.0]])
    }

    /// The kagome lattice: 3 sites a cell, 4 neighbours, 12 symmetries.
    pub fn kagome() -> Lattice {
        let o = [0, 0, 0];
        let neighbours = vec![
            vec![on(1, o), on(1, [-1, 0, 0]), on(2, o), on(2, [0, -1, 0])],
            vec![on(0, o), on(0, [1, 0, 0]), on(2, o), on(2, [1, -1, 0])],
            vec![on(0, o), on(0, [0, 1, 0]), on(1, o), on(1, [-1, 1, 0])],
        ];
        let vectors = OBLIQUE.map(|vector| vector.map(|v| v * 2.0));
        let positions = vec![[0.0; 3], [0.5, 0.0, 0.0], [0.0, 0.5, 0.0]];
        made("kagome", 2, neighbours, vectors, positions)
    }

    /// The simple cubic lattice: 6 neighbours, 48 symmetries.
    pub fn simple_cubic() -> Lattice {
        let near = both_ways(&[[1, 0, 0], [0, 1, 0], [0, 0, 1]]);
        let vectors = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
        made("simple-cubic", 3, vec![near], vectors, vec![[0.0; 3]])
    }

    /// The face-centred cubic lattice in its primitive cell: 12 neighbours, 48 symmetries.
    pub fn face_centred_cubic() -> Lattice {
        let near =
            both_ways(&[[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, -1, 0], [0, 1, -1], [-1, 0, 1]]);
        let h = std::f64::consts::FRAC_1_SQRT_2;
        let vectors = [[0.0, h, h], [h, 0.0, h], [h, h, 0.0]];
        made("face-centred-cubic", 3, vec![near], vectors, vec![[0.0; 3]])
    }

    /// The body-centred cubic lattice in its primitive cell: 8 neighbours, 48 symmetries.
    pub fn body_centred_cubic() -> Lattice {
        let near = both_ways(&[[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]]);
        let h = 1.0 / ROOT_3;
        let vectors = [[-h, h, h], [h, -h, h], [h, h, -h]];
        made("body-centred-cubic", 3, vec![near], vectors, vec![[0.0; 3]])
    }

    /// The ready-made lattice of this name, as [`name`](Self::name) gives it.
    pub fn named(name: &str) -> Option<Lattice> {
        Some(match name {
            "triangular" => Lattice::triangular(),
            "square" => Lattice::square(),
            "honeycomb" => Lattice::honeycomb(),
            "kagome" => Lattice::kagome(),
            "simple-cubic" => Lattice::simple_cubic(),
            "face-centred-cubic" => Lattice::face_centred_cubic(),
            "body-centred-cubic" => Lattice::body_centred_cubic(),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_groups_are_those_of_the_crystals_and_keep_distances() {
        let orders = [
            (Lattice::triangular(), 6, 12),
            (Lattice::square(), 4, 8),
            (Lattice::honeycomb(), 3, 12),
            (Lattice::kagome(), 4, 12),
            (Lattice::simple_cubic(), 6, 48),
            (Lattice::face_centred_cubic(), 12, 48),
            (Lattice::body_centred_cubic(), 8, 48),
        ];
        for (lattice, coordination, order) in orders {
            assert_eq!(lattice.coordination(), coordination, "{}", lattice.name());
            assert_eq!(lattice.symmetries().len(), order, "{}", lattice.name());
            let home = |s| on(s, [0; 3]);
            let distance = |a: Site, b: Site| {
                let (a, b) = (lattice.position(a), lattice.position(b));
                (0..3).map(|i| (a[i] - b[i]).powi(2)).sum::<f64>().sqrt()
            };
            for s in 0..lattice.sublattices() {
                for near in lattice.neighbours(home(s)) {
                    assert!((distance(home(s), near) - 1.0).abs() < 1e-12, "{}", lattice.name());
                    for farther in lattice.neighbours(near) {
                        let before = distance(home(s), farther);
                        for symmetry in lattice.symmetries() {
                            let after = distance(symmetry.apply(home(s)), symmetry.apply(farther));
                            assert!((after - before).abs() < 1e-12, "{}", lattice.name());
                        }
                    }
                }
            }
            assert!(Lattice::named(lattice.name()).is_some());
        }
    }
}
