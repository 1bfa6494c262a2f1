//! Readers when the n-th large allocation fails, for every n: an error, never an abort.
//!
//! Small ones, such as the words of a line, are not failed: the standard library ends the program
//! there, and no size that a file gives is behind them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test that fails stops"
)]
#![allow(unsafe_code, reason = "an allocator that fails")]

use mean_cluster::cluster_stats::{
    ClusterTrajectory, Concentrations, Record, StatsError, Trajectory,
};
use mean_cluster::lattice_core::{
    Arrangement, ConfigurationFormat as Format, CrystalLayer, FileError, Frame,
};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Display;
use std::path::Path;

thread_local! {
    /// Bytes from which on an allocation is large.
    static LARGE: Cell<usize> = const { Cell::new(1024) };
    /// Large allocations until one fails; 0: none does.
    static LEFT: Cell<usize> = const { Cell::new(0) };
}

struct Failing;

// SAFETY: all work is the system's, or none is done and null returned, as the contract allows.
unsafe impl GlobalAlloc for Failing {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let left = LEFT.get();
        if left > 0 && layout.size() >= LARGE.get() {
            LEFT.set(left - 1);
            if left == 1 {
                return std::ptr::null_mut();
            }
        }
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Failing = Failing;

/// Reads with one large allocation after the other failing. Every error must be one that is told; at least
/// `fewest` must fail, and the reading without a failure must succeed.
fn fail_each<T, E: Display>(
    name: &str,
    fewest: usize,
    read: impl Fn() -> Result<T, E>,
    is_told: impl Fn(&E) -> bool,
) {
    let mut tried = 0;
    loop {
        LEFT.set(tried + 1);
        let end = read();
        let is_left = LEFT.replace(0) > 0;
        match end {
            // there were fewer: nothing failed
            Ok(_) if is_left => break,
            Ok(_) => panic!("{name}: allocation {tried} failed, and nothing was said"),
            Err(error) => assert!(is_told(&error), "{name}, allocation {tried}: {error}"),
        }
        tried += 1;
    }
    assert!(tried >= fewest, "{name}: {tried} allocations");
    println!("{name}: {tried} large allocations, each failed once");
}

fn write(folder: &Path, bytes: &[u8]) -> std::path::PathBuf {
    let path = folder.join("file.txt");
    std::fs::write(&path, bytes).unwrap();
    path
}

#[test]
fn every_large_allocation_of_the_readers_of_configurations_may_fail() {
    const SIDE: usize = 120;
    let layer = CrystalLayer::default();
    let text: String = (0..SIDE)
        .map(|r| {
            (0..SIDE)
                .map(|c| if (r * r + c).is_multiple_of(3) { '-' } else { '+' })
                .collect::<String>()
        })
        .map(|row| row + "\n")
        .collect();
    let frame: Frame = Format::read(text.as_bytes(), &layer).unwrap().remove(0);
    let written = |format: Format| {
        let mut bytes = Vec::new();
        format.write(std::slice::from_ref(&frame), &layer, &mut bytes).unwrap();
        bytes
    };
    let grid = Arrangement::Grid { rows: SIDE, columns: SIDE };
    let offset = Arrangement::OffsetRows { to_right: true };
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes, arrangement, fewest) in [
        ("text", written(Format::TextGrid), Arrangement::Told, 5),
        ("lines of old Macs", text.replace('\n', "\r").into_bytes(), Arrangement::Told, 6),
        ("array", written(Format::Npy), Arrangement::Told, 5),
        ("array of a shape", written(Format::Npy), grid, 5),
        ("offset rows", written(Format::Npy), offset, 6),
        ("extended XYZ", written(Format::ExtendedXyz), Arrangement::Told, 7),
    ] {
        let path = write(folder.path(), &bytes);
        fail_each(
            name,
            fewest,
            || Format::load_arranged(&path, &layer, arrangement),
            |error| {
                matches!(error, FileError::File { .. })
                    || error.to_string().contains("no memory for")
            },
        );
    }
}

#[test]
fn every_large_allocation_of_the_readers_of_trajectories_may_fail() {
    let record = |sample: u32| Record {
        time: f64::from(sample),
        temperature: None,
        energy_per_site: None,
        concentrations: Concentrations::random_lattice(0.3),
    };
    let trajectory = Trajectory::new((0..1000).map(record).collect()).unwrap();
    let (mut table, mut array) = (Vec::new(), Vec::new());
    trajectory.write_csv(&mut table).unwrap();
    trajectory.write_npy(&mut array).unwrap();
    let folder = tempfile::tempdir().unwrap();
    LARGE.set(16_384); // the crate `csv` has a buffer of 8192 bytes, whatever the file
    for (name, bytes, fewest) in [("CSV", table, 6), ("NPY", array, 3)] {
        let path = write(folder.path(), &bytes);
        fail_each(
            name,
            fewest,
            || Trajectory::load(&path),
            |error| matches!(error, StatsError::File { .. } | StatsError::OutOfMemory { .. }),
        );
    }
    let mut table = Vec::new();
    ClusterTrajectory::from(&trajectory).write_csv(&mut table).unwrap();
    let path = write(folder.path(), &table);
    fail_each(
        "CSV of any clusters",
        4,
        || ClusterTrajectory::load(&path),
        |error| matches!(error, StatsError::File { .. } | StatsError::OutOfMemory { .. }),
    );
}
