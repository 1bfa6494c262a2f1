//! Grids, arrays and headers as people have them: right, or refused with what was found and what to do.

use lattice_core::{
    Arrangement, Configuration, ConfigurationFormat as Format, CrystalLayer, FileError, Frame,
};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use whole_files::npy_header;

fn read(bytes: &[u8]) -> Result<Vec<Frame>, FileError> {
    Format::read(bytes, &CrystalLayer::default())
}

fn read_as(bytes: &[u8], shape: &str) -> Result<Vec<Frame>, FileError> {
    Format::read_arranged(bytes, &CrystalLayer::default(), shape.parse().unwrap())
}

fn refused(bytes: &[u8]) -> String {
    read(bytes).unwrap_err().to_string()
}

/// Frames of rows x columns that swaps lead from one to the next.
fn film(frames: usize, rows: usize, columns: usize) -> Vec<Vec<i8>> {
    let mut rng = Pcg64::seed_from_u64(11);
    let mut atoms: Vec<i8> =
        (0..rows * columns).map(|i| if i.is_multiple_of(3) { -1 } else { 1 }).collect();
    (0..frames)
        .map(|_| {
            for _ in 0..atoms.len() {
                let (one, other) =
                    (rng.random_range(0..atoms.len()), rng.random_range(0..atoms.len()));
                atoms.swap(one, other);
            }
            atoms.clone()
        })
        .collect()
}

fn array(shape: &[usize], atoms: impl IntoIterator<Item = i8>) -> Vec<u8> {
    let mut bytes = npy_header("|i1", shape);
    bytes.extend(atoms.into_iter().map(|atom| atom as u8));
    bytes
}

fn is_film(read: &[Frame], film: &[Vec<i8>]) -> bool {
    read.len() == film.len() && read.iter().zip(film).all(|(a, b)| a.atoms.atoms() == &b[..])
}

#[test]
fn frames_may_stand_in_any_direction_if_the_shape_is_said() {
    let film = film(12, 6, 9);
    let first = array(&[12, 6, 9], film.concat());
    let last = array(&[6, 9, 12], (0..54).flat_map(|site| film.iter().map(move |f| f[site])));
    let middle = array(
        &[6, 12, 9],
        (0..6).flat_map(|r| film.iter().flat_map(move |f| f[r * 9..r * 9 + 9].to_vec())),
    );
    let sites = array(&[12, 54], film.concat());
    let sites_first = array(&[54, 12], (0..54).flat_map(|site| film.iter().map(move |f| f[site])));
    assert!(is_film(&read(&first).unwrap(), &film));
    for (name, bytes) in [("last", &last), ("middle", &middle), ("sites", &sites)] {
        let message = refused(bytes);
        assert!(message.contains("--shape"), "{name}: {message}");
    }
    for bytes in [&first, &last, &middle, &sites, &sites_first] {
        assert!(is_film(&read_as(bytes, "6x9").unwrap(), &film));
    }
    let message = refused(&last);
    assert!(message.contains("rows x columns x frames it stays; say --shape 6x9"), "{message}");
    // read as frames x rows x columns all the same
    let other = read_as(&last, "9x12").unwrap();
    assert_eq!((other.len(), other[0].atoms.lattice().rows()), (6, 9));
    let message = read_as(&first, "5x9").unwrap_err().to_string();
    assert!(message.contains("[12, 6, 9], which holds no configurations of 5 x 9"), "{message}");
    // text, a frame a line
    let lines: Vec<String> =
        film.iter().map(|f| f.iter().map(i8::to_string).collect::<Vec<_>>().join(" ")).collect();
    let text = lines.join("\n");
    assert!(refused(text.as_bytes()).contains("all 12 rows of 54 atoms have the same composition"));
    assert!(is_film(&read_as(text.as_bytes(), "6x9").unwrap(), &film));
    assert_eq!(read_as(text.as_bytes(), "12x54").unwrap().len(), 1);
    let one = array(&[54], film[0].clone());
    assert!(is_film(&read_as(&one, "6x9").unwrap(), &film[..1]));
}

#[test]
fn ordered_and_random_lattices_are_not_taken_for_frames() {
    let mut rng = Pcg64::seed_from_u64(2);
    for (rows, columns) in [(6, 9), (12, 54), (24, 24)] {
        // the ground state, stripes, and stripes across
        for period in [[1, 2, 3], [0, 1, 3], [1, 0, 3], [1, 1, 3]] {
            let [down, along, period] = period;
            let atom = |site: usize| {
                let place = site / columns * down + site % columns * along;
                if place.is_multiple_of(period) { -1 } else { 1 }
            };
            read(&array(&[rows, columns], (0..rows * columns).map(atom))).unwrap();
        }
        for _ in 0..200 {
            let atoms = (0..rows * columns).map(|_| if rng.random::<bool>() { 1 } else { -1 });
            read(&array(&[rows, columns], atoms.collect::<Vec<_>>())).unwrap();
        }
    }
}

/// Rows that are drawn with an offset: C++ and C+++ of triangles by the six neighbors of the drawing.
#[test]
fn offset_rows_are_told_and_read_as_drawn() {
    let drawn = "+ - - + - - + - -\n - + - - + - - + -\n- - + - - + - - +\n + - - + - - + - -\n\
                 - + - - + - - + -\n - - + - - + - - +\n";
    let message = refused(drawn.as_bytes());
    assert!(message.contains("every other of the 6 rows is indented"), "{message}");
    assert!(message.contains("--shape offset") && message.contains("--shape 6x9"), "{message}");
    let grid: Vec<Vec<i8>> = drawn
        .lines()
        .map(|l| l.split_whitespace().map(|w| if w == "+" { 1 } else { -1 }).collect())
        .collect();
    let as_stored = &read_as(drawn.as_bytes(), "6x9").unwrap()[0].atoms;
    assert_eq!(as_stored.grid().rows().into_iter().map(|r| r.to_vec()).collect::<Vec<_>>(), grid);
    // with the first rows to the right, arrays to either side
    let other: String = drawn
        .lines()
        .map(|l| l.strip_prefix(' ').map_or_else(|| format!(" {l}"), str::to_owned) + "\n")
        .collect();
    let flat = array(&[6, 9], grid.concat());
    for (bytes, shape, first_right) in [
        (drawn.as_bytes(), "offset", false),
        (other.as_bytes(), "offset", true),
        (&flat, "offset", false),
        (&flat, "offset-left", true),
    ] {
        let atoms = &read_as(bytes, shape).unwrap()[0].atoms;
        let (mut pairs, mut triangles) = (0usize, 0usize);
        for row in 0..6usize {
            for column in 0..9usize {
                let at = |r: usize, c: usize| grid[r % 6][c % 9] == 1;
                // the site half a column to the right of this one in the next row
                let is_right = row.is_multiple_of(2) == first_right;
                let right = column + usize::from(is_right);
                let (here, beside) = (at(row, column), at(row, column + 1));
                let (up_left, up_right) = (at(row + 1, right + 8), at(row + 1, right));
                pairs += [beside, up_left, up_right].iter().filter(|other| here && **other).count();
                triangles += usize::from(here && beside && up_right);
                triangles += usize::from(here && up_left && up_right);
            }
        }
        let copies = atoms.lattice().sites() / 54;
        assert_eq!(atoms.plus_pairs(), (copies * pairs) as u64, "{shape}");
        assert_eq!(atoms.plus_triangles(), (copies * triangles) as u64, "{shape}");
        assert_eq!(atoms.plus_count(), copies * 18);
    }
    let odd = array(&[5, 9], film(1, 5, 9).concat());
    let message = read_as(&odd, "offset").unwrap_err().to_string();
    assert!(message.contains("5 rows of which every other one is shifted"), "{message}");
    // numbers that are aligned are no drawing, nor is a sheared one
    read(b" 1 -1  1\n-1  1  1\n 1  1 -1\n-1 -1  1\n").unwrap();
    read(b"+ - +\n + + -\n  - + +\n").unwrap();
    for wrong in ["6", "2x9", "6x", "x", "offset-right", "9x6x2"] {
        assert!(wrong.parse::<Arrangement>().is_err(), "{wrong}");
    }
}

#[test]
fn atoms_of_one_kind_are_read_and_never_move() {
    use lattice_core::{Anneal, Metropolis, SwapRange, TriangleEnergy};
    for (text, plus) in [("+++\n+++\n+++\n", 9), ("---\n---\n---\n", 0)] {
        let mut atoms: Configuration = read(text.as_bytes()).unwrap().remove(0).atoms;
        assert_eq!((atoms.plus_count(), atoms.plus_pairs()), (plus, 3 * plus as u64));
        let before = atoms.clone();
        for range in [SwapRange::Anywhere, SwapRange::NearestNeighbor] {
            let metropolis = Metropolis::new(&TriangleEnergy::default(), 0.5, range).unwrap();
            atoms.advance(&metropolis, 3, &mut Pcg64::seed_from_u64(1));
            assert_eq!(atoms, before);
        }
        // a checkpoint is of atoms that swap
        let saved = serde_json::to_string(&atoms).unwrap();
        let error = serde_json::from_str::<Configuration>(&saved).unwrap_err().to_string();
        assert!(error.contains("there is nothing to swap"), "{error}");
    }
}

#[test]
fn headers_of_other_hands_are_read() {
    let film = film(1, 3, 6);
    let xyz = |comment: &str| {
        let mut bytes = Vec::new();
        let frame: Frame = read(&array(&[3, 6], film[0].clone())).unwrap().remove(0);
        Format::ExtendedXyz.write(&[frame], &CrystalLayer::default(), &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        text.replace(" pbc=\"T T F\"", comment)
    };
    for comment in ["", " pbc=[T, T, F]", " pbc={T T F}", " pbc=\"1 1 0\"", " pbc=\"T T T\""] {
        assert!(is_film(&read(xyz(comment).as_bytes()).unwrap(), &film), "{comment}");
    }
    let good = xyz(" pbc=\"T T F\"");
    let macs = good.replace('\n', "\r");
    let blank = format!("\n  \n{good}");
    let windows = good.replace('\n', "\r\n");
    for text in [&macs, &blank, &windows] {
        assert!(is_film(&read(text.as_bytes()).unwrap(), &film));
    }
    // names of species in a column of types or atomic numbers
    let types = good.replace("species:S:1", "type:I:1").replace("Mn ", "1 ").replace("Li ", "2 ");
    let message = refused(types.as_bytes());
    assert!(message.contains("12 of \"1\", 6 of \"2\"") && message.contains("--plus"), "{message}");
    let layer = CrystalLayer::default().with_species("1", "2").unwrap();
    assert!(is_film(&Format::read(types.as_bytes(), &layer).unwrap(), &film));
    // what NumPy of Python 2 wrote
    let mut old = b"\x93NUMPY\x01\x00\x46\x00".to_vec();
    old.extend(
        format!("{:<69}\n", "{'descr': '|i1', 'fortran_order': False, 'shape': (3L, 6L), }")
            .bytes(),
    );
    old.extend(film[0].iter().map(|atom| *atom as u8));
    assert!(is_film(&read(&old).unwrap(), &film));
    let text = film[0]
        .chunks(6)
        .map(|r| r.iter().map(|a| format!("{a}")).collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>();
    assert!(is_film(&read(text.join("\r").as_bytes()).unwrap(), &film));
    for (from, to, expected) in [
        (" pbc", " time=1.5ps pbc", "\"1.5ps\" is not a finite number, without a unit, for time"),
        (" pbc", " temperature=hot pbc", "\"hot\" is not a finite number"),
        (" pbc", " time=1 time=2 pbc", "\"2\" is not a comment with time once"),
        ("18\n", "18 atoms\n", "\"18 atoms\" is not the number of atoms"),
        ("18\n", "0\n", "\"0\" is not the number of atoms"),
        ("\nLi 0 ", "\nLi 9 0 ", "is not the end: Properties has 4 fields"),
        ("pos:R:3", "pos:R:3:pos:R:3", "once each"),
        ("species", "mass", "the species (species, element, symbols, symbol, type, Z)"),
        ("Lattice", "Cell", "the comment has no Lattice, as plain XYZ has none"),
    ] {
        let changed = good.replacen(from, to, 1);
        assert_ne!(changed, good, "{from}");
        let message = refused(changed.as_bytes());
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn files_of_other_programs_are_named() {
    for (bytes, expected) in [
        (&b"PK\x03\x04\x2d\0"[..], "a zip archive, as .npz"),
        (b"\x1f\x8b\x08\0", "compressed by gzip, which is not read; decompress it first"),
        (b"\x89HDF\r\n", "HDF5"),
        (b"\xff\xfe1\0", "UTF-16"),
        (b"ITEM: TIMESTEP\n0\n", "a dump of LAMMPS"),
        (b"# LAMMPS data file\n\n54 atoms\n", "a data file of LAMMPS"),
        (b"my layer\n\n54 atoms\n2 atom types\n", "a data file of LAMMPS"),
        (b"layer\n1.0\n9 0 0\n4 8 0\n0 0 9\nMn Li\n5 4\nDirect\n0 0 0\n", "POSCAR is written only"),
        (b"[[ 1  1 -1]\n [ 1 -1  1]\n [-1 1 1]]\n", "an array as it is printed"),
        (b"time,temperature,pp\n", "a table of concentrations"),
        (b"1 0 1\n0 1 1\n1 1 0\n", "\"0\" is not an atom: write + or -"),
        (b"101\n011\n110\n", "\"101\" is not an atom"),
        (b"9\nAtoms. Timestep: 0\nMn 0 0 0\n", "the file is cut off"),
    ] {
        let message = refused(bytes);
        assert!(message.contains(expected), "{message}");
    }
}

use proptest::prelude::*;

proptest! {
    /// Nothing in a message moves the cursor of a terminal or fills it.
    #[test]
    fn messages_are_short_and_printed(
        kind in 0usize..3,
        place in any::<prop::sample::Index>(),
        hostile in "[\u{0}-\u{9f}\u{202e}a=\"]{1,40}",
        times in 1usize..300,
    ) {
        let piece = hostile.repeat(times);
        let frame: Frame = read(&array(&[3, 6], film(1, 3, 6).concat())).unwrap().remove(0);
        let format = [Format::TextGrid, Format::Npy, Format::ExtendedXyz][kind];
        let mut bytes = Vec::new();
        format.write(&[frame], &CrystalLayer::default(), &mut bytes).unwrap();
        let at = place.index(bytes.len());
        bytes.splice(at..at, piece.bytes());
        let path = format!("/nowhere/{}", piece.replace('\0', "\u{1}"));
        let missing = Format::load(&path, &CrystalLayer::default()).unwrap_err();
        let unknown = Format::save(&path, &[], &CrystalLayer::default()).unwrap_err();
        let shape = piece.parse::<Arrangement>().map_or_else(|e| e.to_string(), |_| String::new());
        let read = read(&bytes).map_or_else(|e| e.to_string(), |_| String::new());
        for message in [read, shape, missing.to_string(), unknown.to_string()] {
            prop_assert!(message.len() < 4000, "{} bytes", message.len());
            prop_assert!(message.chars().all(|c| !c.is_control()), "{message:?}");
        }
    }
}
