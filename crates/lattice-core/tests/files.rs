//! Files of configurations: exact round trips, what ASE and NumPy write, and an error for each fault.
//!
//! `data/ase_3.29.0.xyz` was written by ASE 3.29.0: two frames of 6 x 9 sites, shuffled, wrapped,
//! with columns of its own. `data/numpy_int64_fortran.npy` is of NumPy, 5 x 7, int64, columns first.

use lattice_core::{Configuration, ConfigurationFormat as Format, CrystalLayer, FileError, Frame};
use proptest::prelude::*;
use whole_files::{NpyArray, NpyError, npy_header};

fn layer() -> CrystalLayer {
    CrystalLayer::default()
}

/// Every third site is (-), beginning with `shift`.
fn ordered(rows: usize, columns: usize, shift: usize) -> Configuration {
    let atom = |r: usize, c: usize| if (r + 2 * c + shift).is_multiple_of(3) { -1 } else { 1 };
    let rows: Vec<Vec<i8>> =
        (0..rows).map(|r| (0..columns).map(|c| atom(r, c)).collect()).collect();
    Configuration::from_rows(&rows).unwrap()
}

fn written(format: Format, frames: &[Frame]) -> Vec<u8> {
    let mut bytes = Vec::new();
    format.write(frames, &layer(), &mut bytes).unwrap();
    bytes
}

fn refused(bytes: &[u8]) -> FileError {
    Format::read(bytes, &layer()).unwrap_err()
}

fn configurations() -> impl Strategy<Value = Configuration> {
    (3usize..9, 3usize..9).prop_flat_map(|(rows, columns)| {
        let atoms = proptest::collection::vec(any::<bool>(), rows * columns);
        atoms.prop_filter_map("both kinds", move |atoms| {
            let rows: Vec<Vec<i8>> = atoms
                .chunks(columns)
                .map(|row| row.iter().map(|&plus| if plus { 1 } else { -1 }).collect())
                .collect();
            Configuration::from_rows(&rows).ok()
        })
    })
}

proptest! {
    #[test]
    fn round_trips_are_exact(
        atoms in configurations(),
        count in 1usize..4,
        time in any::<f64>().prop_filter("finite", |t| t.is_finite()),
        distance in 0.1f64..1000.0,
    ) {
        let film = vec![Frame { atoms, time: Some(time), temperature: None }; count];
        let layer = layer().with_distance(distance).unwrap().with_species("Ni", "Co").unwrap();
        for format in [Format::TextGrid, Format::Npy, Format::ExtendedXyz] {
            let mut bytes = Vec::new();
            format.write(&film, &layer, &mut bytes).unwrap();
            let read = Format::read(&bytes, &layer).unwrap();
            prop_assert_eq!(read.len(), count);
            for (read, written) in read.iter().zip(&film) {
                prop_assert_eq!(&read.atoms, &written.atoms);
                if format == Format::ExtendedXyz {
                    prop_assert_eq!(read.time, Some(time));
                }
            }
        }
    }

    #[test]
    fn no_bytes_panic(
        kind in 0usize..3,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..6),
        cut in any::<prop::sample::Index>(),
    ) {
        let formats = [Format::TextGrid, Format::Npy, Format::ExtendedXyz];
        let mut bytes = written(formats[kind], &[ordered(4, 5, 0).into(), ordered(4, 5, 1).into()]);
        for (place, byte) in changes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        bytes.truncate(cut.index(bytes.len()) + 1);
        let _ = Format::read(&bytes, &layer()); // any answer but a panic
    }
}

#[test]
fn what_ase_writes_is_read_site_by_site() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/ase_3.29.0.xyz");
    let frames = Format::load(path, &layer()).unwrap();
    assert_eq!(frames.len(), 2);
    for (k, frame) in frames.iter().enumerate() {
        assert_eq!(frame.atoms, ordered(6, 9, k));
        assert_eq!((frame.time, frame.temperature), (Some(0.5 * k as f64), Some(0.8)));
    }
}

#[test]
fn a_rotated_displaced_lattice_of_another_size_is_read() {
    let text = String::from_utf8(written(Format::ExtendedXyz, &[ordered(4, 5, 0).into()])).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    // x, y, z become y, z, x, which is a rotation; and every atom moves by 0.4 angstrom
    let turned: Vec<String> = lines[2..]
        .iter()
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            let x: f64 = words[1].parse().unwrap();
            format!("7 {} {} {} {}", words[2], words[3], x + 0.4, words[0])
        })
        .collect();
    let cell: Vec<f64> = layer().cell(ordered(4, 5, 0).lattice()).concat();
    let cell: Vec<String> =
        [1, 2, 0, 4, 5, 3, 7, 8, 6].iter().map(|&i| cell[i].to_string()).collect();
    let text = format!(
        "20\nProperties=tag:I:1:pos:R:3:species:S:1 Lattice=\"{}\"\n{}\n",
        cell.join(" "),
        turned.join("\n")
    );
    let read = Format::read(text.as_bytes(), &layer()).unwrap();
    assert_eq!(read[0].atoms, ordered(4, 5, 0));
}

#[test]
fn numbers_of_numpy_are_read_in_any_type_and_order() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/numpy_int64_fortran.npy");
    assert_eq!(Format::load(path, &layer()).unwrap()[0].atoms, ordered(5, 7, 0));
    let atoms = ordered(3, 3, 0);
    for (name, bytes_of) in [
        ("<i2", (|x| (x as i16).to_le_bytes().to_vec()) as fn(f64) -> Vec<u8>),
        (">i4", |x| (x as i32).to_be_bytes().to_vec()),
        ("<f2", |x| if x == 1.0 { vec![0, 0x3c] } else { vec![0, 0xbc] }),
        ("<f4", |x| (x as f32).to_le_bytes().to_vec()),
        (">f8", |x| x.to_be_bytes().to_vec()),
    ] {
        let mut bytes = npy_header(name, &[3, 3]);
        bytes.extend(atoms.atoms().iter().flat_map(|&atom| bytes_of(f64::from(atom))));
        assert_eq!(Format::read(&bytes, &layer()).unwrap()[0].atoms, atoms, "{name}");
    }
}

#[test]
fn grids_of_text_in_every_form() {
    let signs = "# a comment\n+-+\n++-\n-++\n\n\n-++\r\n+-+\r\n++-\r\n";
    let read = Format::read(signs.as_bytes(), &layer()).unwrap();
    assert_eq!(read.len(), 2);
    for text in [
        "1 -1 1\n+1 1 -1\n-1 1 1\n",
        "1,-1,1\n1, 1, -1\n-1;1;1",
        "+ - +\n+ + -\n- + +",
        "1.0e+00 -1.0e+00 1.0e+00\n1 1 -1.0\n-1 1 1\n",
    ] {
        let atoms = &Format::read(text.as_bytes(), &layer()).unwrap()[0].atoms;
        assert_eq!(atoms.atoms(), [1, -1, 1, 1, 1, -1, -1, 1, 1], "{text}");
    }
}

#[test]
fn faults_in_grids_are_named_with_line_and_column() {
    assert!(matches!(refused(b""), FileError::Empty));
    assert!(matches!(refused(b"# nothing\n\n"), FileError::Empty));
    for (text, expected) in [
        ("+-+\n+ 2 -\n-++\n", "line 2, column 3: \"2\" is not an atom"),
        ("+-+\n++-\n-+NaN\n", "line 3, column 1: \"-+NaN\""),
        ("+-+\n++\n-++\n", "line 2 has 2 atoms where the first row has 3"),
        ("+-\n-+\n", "the frame at line 1: a periodic lattice of 2 x 2"),
        ("+-+\n++-\n-++\n\n++\n++\n", "the frame at line 5: a periodic lattice of 2 x 2"),
        ("1,,-1\n1,,1\n1,,1\n", "line 1, column 3: \"\" is not an atom: a field between"),
        ("1,-1,\n1,1,\n-1,1,\n", "line 1, column 6: \"\" is not an atom: a field between"),
        ("1\t\t-1\n", "line 1, column 3: \"\""),
    ] {
        let error = refused(text.as_bytes()).to_string();
        assert!(error.contains(expected), "{error}");
    }
    assert!(matches!(refused(b"+-+\n\xff\n"), FileError::NotText { position: 4 }));
}

#[test]
fn faults_in_arrays_are_named_and_huge_sizes_are_not_allocated() {
    let good = written(Format::Npy, &[ordered(3, 4, 0).into()]);
    for (bytes, expected) in [
        (good[..8].to_vec(), "cut off"),
        (good[..40].to_vec(), "cut off"),
        (good[..good.len() - 1].to_vec(), "11 bytes follow"),
        ([&good[..], b"x"].concat(), "13 bytes follow"),
        (npy_header("|i1", &[1 << 40, 1 << 20]), "0 bytes follow"),
        (npy_header("<f8", &[usize::MAX, 2]), "too large"),
        (npy_header("|O", &[3, 3]), "type \"|O\""),
        (npy_header("|b1", &[3, 3]), "numpy.where(a, 1, -1)"),
        (npy_header("|i1", &[0, 3, 3]), "empty"),
        (npy_header("|i1", &[0, 0]), "too small"),
        ([npy_header("|i1", &[9]), vec![1; 9]].concat(), "rows x columns"),
        ([npy_header("|i1", &[3, 3]), vec![0; 9]].concat(), "2 * a - 1"),
        (npy_header("|i1", &[1 << 60, 0, 3]), "too small"),
    ] {
        let error = refused(&bytes).to_string();
        assert!(error.contains(expected), "{error}");
    }
    let mut nan = npy_header("<f8", &[3, 3]);
    nan.extend(
        [1.0, 1.0, 1.0, 1.0, f64::NAN, 1.0, 1.0, 1.0, 1.0f64].iter().flat_map(|x| x.to_le_bytes()),
    );
    assert!(matches!(refused(&nan), FileError::NotAnAtom { frame: 0, row: 1, column: 1, .. }));
    let nested = "(".repeat(60_000);
    let mut deep = b"\x93NUMPY\x01\x00".to_vec();
    deep.extend((nested.len() as u16).to_le_bytes());
    deep.extend(nested.bytes());
    assert!(matches!(NpyArray::parse(&deep), Err(NpyError { .. })));
}

#[test]
fn faults_in_extended_xyz_are_named() {
    let good = String::from_utf8(written(Format::ExtendedXyz, &[ordered(3, 3, 0).into()])).unwrap();
    let lines: Vec<&str> = good.lines().collect();
    let with = |line: usize, text: &str| {
        let mut lines = lines.clone();
        lines[line - 1] = text;
        refused(lines.join("\n").as_bytes())
    };
    let without = |key: &str| {
        let comment = lines[1].replace(key, "other=");
        with(2, &comment)
    };
    let cut = refused(lines[..7].join("\n").as_bytes());
    assert!(matches!(cut, FileError::Truncated { line: 1, expected: 9, found: 5, .. }), "{cut}");
    assert!(matches!(with(1, "99999999999999"), FileError::Truncated { found: 9, .. }));
    let more = [&["10"], &lines[1..], &lines[10..]].concat().join("\n");
    assert!(matches!(refused(more.as_bytes()), FileError::TwoAtoms { first: 11, second: 12, .. }));
    assert!(matches!(with(1, "99999999999999999999999"), FileError::Field { line: 1, .. }));
    assert!(matches!(without("Lattice="), FileError::MissingKey { key: "Lattice", .. }));
    assert!(matches!(without("Properties="), FileError::MissingKey { key: "Properties", .. }));
    let other = with(4, &lines[3].replace("Mn", "Co"));
    assert!(
        matches!(&other, FileError::Field { line: 4, column: 1, found, .. } if found == "Co"),
        "{other}"
    );
    assert!(matches!(with(4, "Mn nan 0 0"), FileError::Field { line: 4, column: 4, .. }));
    assert!(matches!(with(4, "Mn 1"), FileError::Field { line: 4, column: 5, .. }));
    assert!(matches!(
        with(5, lines[3]),
        FileError::TwoAtoms { first: 4, second: 5, row: 0, column: 1 }
    ));
    let between = with(4, "Mn 1.4 0 7.5");
    assert!(matches!(between, FileError::OffSite { line: 4, .. }), "{between}");
    let fixed = lines[1].replace("T T F", "T F F");
    assert!(matches!(with(2, &fixed), FileError::Field { line: 2, .. }));
    let square = "Lattice=\"9 0 0 0 9 0 0 0 15\" Properties=species:S:1:pos:R:3";
    assert!(with(2, square).to_string().contains("90.00 degrees"));
    let flat = "Lattice=\"0 0 0 0 9 0 0 0 15\" Properties=species:S:1:pos:R:3";
    assert!(matches!(with(2, flat), FileError::Cell { .. }));
    // one atom less, and the number too
    let less = [&["8"], &lines[1..10]].concat().join("\n");
    let missing = refused(less.as_bytes());
    assert!(matches!(missing, FileError::MissingSite { line: 1, row: 2, column: 2 }), "{missing}");
    let unnamed = less.replace("rows=3 columns=3", "");
    let missing = refused(unnamed.as_bytes());
    assert!(matches!(missing, FileError::MissingSite { line: 1, row: 2, column: 2 }), "{missing}");
    let few = [&["5"], &lines[1..7]].concat().join("\n").replace("rows=3 columns=3", "");
    assert!(matches!(refused(few.as_bytes()), FileError::AtomCount { atoms: 5, .. }));
}

#[test]
fn files_are_written_by_their_ending_and_older_ones_stay_if_anything_fails() {
    let folder = tempfile::tempdir().unwrap();
    let film: Vec<Frame> = vec![ordered(3, 6, 0).into(), ordered(3, 6, 1).into()];
    for name in ["a grid é.txt", "array.NPY", "film.xyz", "film.extxyz"] {
        let path = folder.path().join(name);
        Format::save(&path, &film, &layer()).unwrap();
        let read = Format::load(&path, &layer()).unwrap();
        assert_eq!(read, film, "{name}");
    }
    let path = folder.path().join("one.vasp");
    Format::save(&path, &film[..1], &layer()).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    assert!(text.contains("\nMn Li\n12 6\nDirect\n"), "{text}");
    assert_eq!(text.lines().count(), 8 + 18);
    assert!(matches!(
        Format::save(&path, &film, &layer()),
        Err(FileError::OneOnly { count: 2, .. })
    ));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    assert!(Format::load(&path, &layer()).unwrap_err().to_string().contains("written only"));
    let unknown = Format::save(folder.path().join("x.pdf"), &film, &layer());
    assert!(matches!(unknown, Err(FileError::UnknownFormat { .. })));
    assert!(matches!(Format::load("nowhere.txt", &layer()), Err(FileError::File { .. })));
}

#[test]
fn layers_that_cannot_be_are_refused() {
    for angstrom in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(layer().with_distance(angstrom).is_err() && layer().with_height(angstrom).is_err());
    }
    for (plus, minus) in [("Mn", "Mn"), ("", "Li"), ("M n", "Li")] {
        assert!(layer().with_species(plus, minus).is_err());
    }
}
