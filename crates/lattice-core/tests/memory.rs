//! What an ensemble takes: every byte that is asked of the allocator.
#![allow(clippy::unwrap_used, reason = "helpers of tests are tests")]
#![allow(unsafe_code, reason = "an allocator that counts")]

use std::{
    alloc::{GlobalAlloc, Layout, System},
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};

use lattice_core::{
    Anneal, BlockWidth, Composition, Ensemble, Metropolis, SwapRange, TriangleEnergy,
    TriangularLattice,
};
use rand_pcg::{Pcg64, rand_core::SeedableRng};

struct Counting;

static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

// SAFETY: all work is the system's.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let now = NOW.fetch_add(layout.size(), Relaxed) + layout.size();
        MOST.fetch_max(now, Relaxed);
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn an_ensemble_of_64_at_1024_squared_is_made_and_swept_in_16_megabytes() {
    let mut rng = Pcg64::seed_from_u64(1);
    let lattice = TriangularLattice::new(1024, 1024).unwrap();
    let half = Composition::of_minus(0.5).unwrap();
    let mut atoms = Ensemble::random(lattice, half, 64, BlockWidth::Bits64, &mut rng).unwrap();
    for range in [SwapRange::Anywhere, SwapRange::NearestNeighbor] {
        let metropolis = Metropolis::new(&TriangleEnergy::default(), 0.5, range).unwrap();
        atoms.advance(&metropolis, 1, &mut rng);
    }
    let most = MOST.load(Relaxed);
    assert!(most < 16_000_000, "{most} bytes");
    assert!(most >= 8 << 20, "a word a site was not counted: {most} bytes");
}
