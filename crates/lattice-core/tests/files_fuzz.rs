//! Readers under bytes that nobody would write: mutations of valid files, for minutes.
//!
//! `cargo test --release -p lattice-core files_fuzz -- --ignored --nocapture`; the environment
//! variable `FUZZ_SECONDS` says how long for each format (60).

use lattice_core::{Configuration, ConfigurationFormat as Format, CrystalLayer, Frame};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;
use std::time::{Duration, Instant};

/// Pieces that steer a reader: numbers at limits, signs, keys.
const PIECES: [&str; 22] = [
    "99999999999999999999",
    "4294967296",
    "0",
    "-1",
    "+",
    "nan",
    "inf",
    "1e308",
    "1e-320",
    "\"",
    "{",
    "\\",
    "=",
    ":",
    "Lattice=",
    "Properties=",
    "rows=",
    "pbc=",
    "species:S:1",
    "pos:R:3",
    "(",
    "\n\n",
];

fn mutate(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], rng: &mut Pcg64) {
    for _ in 0..rng.random_range(1..6) {
        let place = rng.random_range(0..=bytes.len());
        let end = rng.random_range(place..=bytes.len().min(place + 40));
        match rng.random_range(0..6) {
            0 if place < bytes.len() => bytes[place] = rng.random(),
            1 => bytes.truncate(place),
            2 => drop(bytes.drain(place..end)),
            3 => {
                let piece = PIECES[rng.random_range(0..PIECES.len())];
                bytes.splice(place..end, piece.bytes());
            }
            4 => {
                let copy = bytes[place..end].to_vec();
                bytes.splice(place..place, copy);
            }
            _ => {
                let other = &seeds[rng.random_range(0..seeds.len())];
                let from = rng.random_range(0..=other.len());
                bytes.splice(place.., other[from..].iter().copied());
            }
        }
    }
}

#[test]
#[ignore = "minutes"]
fn no_bytes_panic_for_minutes() {
    let seconds = std::env::var("FUZZ_SECONDS").ok().and_then(|text| text.parse().ok());
    let duration = Duration::from_secs(seconds.unwrap_or(60));
    let grid = |rows: usize| -> Configuration {
        let row =
            |r: usize| (0..4).map(|c| if (r + c).is_multiple_of(3) { -1 } else { 1 }).collect();
        Configuration::from_rows(&(0..rows).map(row).collect::<Vec<Vec<i8>>>()).unwrap()
    };
    let frame = |atoms| Frame { atoms, time: Some(0.5), temperature: Some(0.1) };
    let layer = CrystalLayer::default();
    for format in [Format::TextGrid, Format::Npy, Format::ExtendedXyz] {
        let seeds: Vec<Vec<u8>> = [3, 5]
            .map(|rows| {
                let mut bytes = Vec::new();
                format.write(&[frame(grid(rows)), frame(grid(rows))], &layer, &mut bytes).unwrap();
                bytes
            })
            .to_vec();
        let mut rng = Pcg64::seed_from_u64(7);
        let (start, mut runs, mut read) = (Instant::now(), 0u64, 0u64);
        while start.elapsed() < duration {
            let mut bytes = seeds[rng.random_range(0..seeds.len())].clone();
            mutate(&mut bytes, &seeds, &mut rng);
            if let Ok(frames) = Format::read(&bytes, &layer) {
                read += 1;
                // what is read is written and read again to the same
                let mut again = Vec::new();
                if format.write(&frames, &layer, &mut again).is_ok() {
                    let twice = Format::read(&again, &layer).unwrap();
                    assert!(twice.iter().zip(&frames).all(|(a, b)| a.atoms == b.atoms));
                }
            }
            runs += 1;
        }
        println!("{format:?}: {runs} files, {read} of them read, no panic");
        assert!(read > 0 && read < runs);
    }
}
