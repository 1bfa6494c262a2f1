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

use lattice_core::{Arrangement, ConfigurationFormat as Format, CrystalLayer, FileError, Frame};
use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

/// Bytes from which on an allocation is large.
const LARGE: usize = 1024;

thread_local! {
    /// Large allocations until one fails; 0: none does.
    static LEFT: Cell<usize> = const { Cell::new(0) };
}

struct Failing;

// SAFETY: all work is the system's, or none is done and null returned, as the contract allows.
unsafe impl GlobalAlloc for Failing {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let left = LEFT.get();
        if left > 0 && layout.size() >= LARGE {
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

#[test]
fn every_large_allocation_of_the_readers_may_fail() {
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
        let path = folder.path().join("file.txt");
        std::fs::write(&path, &bytes).unwrap();
        let mut tried = 0;
        loop {
            LEFT.set(tried + 1);
            let read = Format::load_arranged(&path, &layer, arrangement);
            let is_left = LEFT.replace(0) > 0;
            if is_left {
                // there were fewer: nothing failed
                read.unwrap();
                break;
            }
            let error = read.unwrap_err();
            let is_told = matches!(&error, FileError::File { .. })
                || error.to_string().contains("no memory for");
            assert!(is_told, "{name}, allocation {tried}: {error}");
            tried += 1;
        }
        assert!(tried >= fewest, "{name}: {tried} allocations");
        println!("{name}: {tried} large allocations, each failed once");
    }
}
