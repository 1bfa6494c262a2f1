//! Layers in space: what is read is held against neighbors found by distances alone, and each kind of
//! wrong geometry is refused with what was found.

use lattice_core::{Configuration, ConfigurationFormat as Format, CrystalLayer, FileError, Frame};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

const D: f64 = 2.85;

type Vector = [f64; 3];

/// A layer as a program writes it.
#[derive(Clone)]
struct Layer {
    cell: [Vector; 3],
    atoms: Vec<(&'static str, Vector)>,
    pbc: &'static str,
}

impl Layer {
    /// C columns and R rows in the cell C a1, R a2 + s a1.
    fn sheared(rows: i32, columns: i32, shear: f64, seed: u64) -> Layer {
        let mut rng = Pcg64::seed_from_u64(seed);
        let height = 3f64.sqrt() / 2.0 * D;
        let place = |x: f64, y: f64| [D * (x + y / 2.0), height * y, 0.0];
        let mut atoms = Vec::new();
        for row in 0..rows {
            for column in 0..columns {
                let mut position = place(f64::from(column), f64::from(row));
                position[2] = 7.5;
                atoms.push((if rng.random::<bool>() { "Mn" } else { "Li" }, position));
            }
        }
        let (a, b) = (place(f64::from(columns), 0.0), place(shear, f64::from(rows)));
        Layer { cell: [a, b, [0.0, 0.0, 15.0]], atoms, pbc: "T T F" }
    }

    fn text(&self) -> String {
        let cell: Vec<String> = self.cell.concat().iter().map(f64::to_string).collect();
        let mut text = format!(
            "{}\nLattice=\"{}\" Properties=species:S:1:pos:R:3 pbc=\"{}\"\n",
            self.atoms.len(),
            cell.join(" "),
            self.pbc
        );
        for (name, [x, y, z]) in &self.atoms {
            text.push_str(&format!("{name} {x:.8} {y:.8} {z:.8}\n"));
        }
        text
    }

    fn read(&self) -> Result<Vec<Frame>, FileError> {
        Format::read(self.text().as_bytes(), &CrystalLayer::default())
    }

    fn refused(&self) -> String {
        self.read().unwrap_err().to_string()
    }

    /// Parts of (+), of pairs of neighbors that are ++ and --, and of triples of mutual neighbors that
    /// are +++: from distances between an atom and all images, without any rows or columns.
    fn by_distances(&self) -> [f64; 4] {
        let [a, b, _] = self.cell;
        let mut images = Vec::new();
        for (name, position) in &self.atoms {
            for i in -6..=6 {
                for j in -6..=6 {
                    let (i, j) = (f64::from(i), f64::from(j));
                    let image = std::array::from_fn(|k| position[k] + i * a[k] + j * b[k]);
                    images.push((*name == "Mn", image));
                }
            }
        }
        let distance = |p: &Vector, q: &Vector| {
            p.iter().zip(q).map(|(x, y)| (x - y).powi(2)).sum::<f64>().sqrt()
        };
        let [mut plus, mut pp, mut mm, mut ppp] = [0.0; 4];
        let (mut pairs, mut triples) = (0.0, 0.0);
        for (name, position) in &self.atoms {
            let is_plus = *name == "Mn";
            plus += f64::from(u8::from(is_plus));
            let near: Vec<&(bool, Vector)> = images
                .iter()
                .filter(|(_, image)| (0.1 * D..1.4 * D).contains(&distance(position, image)))
                .collect();
            assert_eq!(near.len(), 6);
            for (i, (first, at)) in near.iter().enumerate() {
                pairs += 1.0;
                pp += f64::from(u8::from(is_plus && *first));
                mm += f64::from(u8::from(!is_plus && !*first));
                for (second, other) in &near[..i] {
                    if distance(at, other) < 1.4 * D {
                        triples += 1.0;
                        ppp += f64::from(u8::from(is_plus && *first && *second));
                    }
                }
            }
        }
        [plus / self.atoms.len() as f64, pp / pairs, mm / pairs, ppp / triples]
    }

    fn check(&self) -> Configuration {
        let frames = self.read().unwrap_or_else(|error| panic!("{error}"));
        let atoms = frames[0].atoms.clone();
        let sites = atoms.lattice().sites() as f64;
        let triangles = atoms.triangle_counts();
        // 3 pairs and 2 triangles a site
        let pp = atoms.plus_pairs() as f64 / (3.0 * sites);
        let plus = atoms.plus_count() as f64 / sites;
        let found = [plus, pp, 1.0 - 2.0 * plus + pp, triangles[3] as f64 / (2.0 * sites)];
        for (found, expected) in found.iter().zip(self.by_distances()) {
            assert!((found - expected).abs() < 1e-12, "{found} {expected}");
        }
        atoms
    }
}

#[test]
fn cells_at_every_angle_have_the_neighbors_that_distances_say() {
    for (rows, columns, shear, sites) in [
        (6, 9, 0.0, 54),
        (6, 9, -6.0, 54),  // 120 degrees
        (6, 9, -3.0, 162), // rectangular: 3 copies, as 3 rows are half of 6
        (18, 9, -9.0, 162),
        (6, 3, -3.0, 18),
        (4, 7, 1.0, 4 * 49),
        (5, 6, -2.0, 5 * 12),
        (4, 4, -8.0, 16),
        (3, 3, 3.0, 9),
    ] {
        let layer = Layer::sheared(rows, columns, shear, 7);
        let atoms = layer.check();
        assert_eq!(atoms.lattice().sites(), sites, "{rows} {columns} {shear}");
        // the same with the vectors in the other order
        let [a, b, c] = layer.cell;
        Layer { cell: [b, a, c], ..layer }.check();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    #[test]
    fn noise_wrapping_shuffling_and_shifts_change_nothing(
        seed: u64, shear in -4i32..5, shift in proptest::array::uniform3(-20.0f64..20.0),
    ) {
        let plain = Layer::sheared(4, 6, f64::from(shear), seed);
        let expected = plain.by_distances();
        let mut rng = Pcg64::seed_from_u64(seed ^ 1);
        let mut layer = plain.clone();
        layer.pbc = "T T T";
        for (_, position) in &mut layer.atoms {
            let [a, b, c] = layer.cell;
            let cells: [f64; 3] = std::array::from_fn(|_| f64::from(rng.random_range(-2..=2)));
            for k in 0..3 {
                // up to 0.19 of the distance in the plane
                position[k] += 0.13 * D * (2.0 * rng.random::<f64>() - 1.0)
                    + shift[k] + cells[0] * a[k] + cells[1] * b[k] + cells[2] * c[k];
            }
        }
        for index in (1..layer.atoms.len()).rev() {
            layer.atoms.swap(index, rng.random_range(0..=index));
        }
        let atoms = &layer.read().unwrap()[0].atoms;
        let sites = atoms.lattice().sites() as f64;
        prop_assert!((atoms.plus_pairs() as f64 / (3.0 * sites) - expected[1]).abs() < 1e-12);
        let triangles = atoms.triangle_counts()[3] as f64;
        prop_assert!((triangles / (2.0 * sites) - expected[3]).abs() < 1e-12);
    }
}

#[test]
fn several_layers_are_told_by_their_heights() {
    // four thin layers, each shifted: together they fill a finer lattice
    let one = Layer::sheared(6, 9, 0.0, 3);
    let mut four = one.clone();
    four.cell[2] = [0.0, 0.0, 20.0];
    for (k, [x, y]) in [[0.5, 0.0], [0.25, 0.433], [0.75, 0.433]].iter().enumerate() {
        let shifted = one.atoms.iter().map(|(name, [px, py, z])| {
            (*name, [px + x * D, py + y * D, z + 2.5 * (k as f64 + 1.0)])
        });
        four.atoms.extend(shifted);
    }
    let message = four.refused();
    let expected = "216 atoms are at 4 heights above the plane of the first two cell vectors (54 at \
                    7.5000, 54 at 10.0000, 54 at 12.5000, 54 at 15.0000 angstrom)";
    assert!(message.contains(expected) && message.contains("a file of its own"), "{message}");
    // a second layer right above the first
    let mut two = one.clone();
    two.atoms.extend(one.atoms.iter().map(|(name, [x, y, z])| (*name, [*x, *y, z + 4.7])));
    assert!(two.refused().contains("108 atoms are at 2 heights"), "{}", two.refused());
    // a cell along the wrong direction, in which the layer stands upright
    let [a, b, c] = one.cell;
    let upright = Layer { cell: [a, c, b], ..one.clone() };
    assert!(upright.refused().contains("heights"), "{}", upright.refused());
    // thermal noise across a periodic boundary is no second layer
    let mut split = one.clone();
    split.pbc = "T T T";
    for (index, (_, position)) in split.atoms.iter_mut().enumerate() {
        position[2] = if index.is_multiple_of(2) { 0.2 } else { 14.9 };
    }
    split.read().unwrap();
    split.pbc = "T T F"; // there they are 14.7 angstrom apart
    assert!(split.refused().contains("2 heights"), "{}", split.refused());
    let mut rough = one;
    for (index, (_, position)) in rough.atoms.iter_mut().enumerate() {
        position[2] += 0.03 * D * index as f64;
    }
    assert!(rough.refused().contains("a layer is flat to"), "{}", rough.refused());
}

#[test]
fn vacancies_duplicates_and_other_lattices_are_named() {
    let one = Layer::sheared(6, 9, 0.0, 5);
    let with = |change: &dyn Fn(&mut Layer)| {
        let mut layer = one.clone();
        change(&mut layer);
        layer.refused()
    };
    let vacancy = with(&|layer| {
        layer.atoms.remove(13);
    });
    assert!(vacancy.contains("no atom on the site of row 1, column 4"), "{vacancy}");
    let double = with(&|layer| layer.atoms.push(layer.atoms[13]));
    assert!(double.contains("lines 16 and 57: two atoms are on the site of row 1"), "{double}");
    let moved = with(&|layer| layer.atoms[13] = layer.atoms[14]);
    assert!(moved.contains("lines 16 and 17: two atoms"), "{moved}");
    let off = with(&|layer| layer.atoms[13].1[0] += 0.4 * D);
    assert!(off.contains("line 16: the atom is 0.3"), "{off}");
    // of a cell that is stretched along one direction
    let stretched = with(&|layer| {
        layer.cell[1].iter_mut().for_each(|x| *x *= 1.05);
        layer.atoms.iter_mut().for_each(|(_, p)| {
            let rows = p[1] / layer.cell[1][1] * 1.05;
            p[0] += rows * layer.cell[1][0] * 0.05 / 1.05;
            p[1] *= 1.05;
        });
    });
    assert!(stretched.contains("have neighbors at 2.85"), "{stretched}");
    let flat = with(&|layer| layer.cell[1] = layer.cell[0]);
    assert!(flat.contains("span no plane"), "{flat}");
    let mut square = one.clone();
    square.cell = [[6.0 * D, 0.0, 0.0], [0.0, 6.0 * D, 0.0], [0.0, 0.0, 15.0]];
    square.atoms =
        (0..36).map(|i| ("Mn", [f64::from(i % 6) * D, f64::from(i / 6) * D, 7.5])).collect();
    assert!(
        square.refused().contains("at 90.00 degrees, have neighbors at 2.8500"),
        "{}",
        square.refused()
    );
    let ends = with(&|layer| layer.pbc = "F F F");
    assert!(ends.contains("\"F F F\" is not \"T T F\""), "{ends}");
    let oxygen = with(&|layer| {
        let oxygen =
            layer.atoms.iter().map(|(_, [x, y, z])| ("O", [*x, *y, z + 1.0])).collect::<Vec<_>>();
        layer.atoms.extend(oxygen);
    });
    assert!(oxygen.contains("\"O\" is not one of the two species"), "{oxygen}");
    assert!(oxygen.contains("54 of \"O\"") && oxygen.contains("take other atoms out"), "{oxygen}");
}
