//! The manifest of an output directory.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mean_cluster::output::{MANIFEST, Manifest};

fuzz_target!(|bytes: &[u8]| {
    let folder = tempfile::tempdir_in("/dev/shm").expect("a folder");
    std::fs::write(folder.path().join(MANIFEST), bytes).expect("a file");
    let _ = Manifest::read(folder.path());
});
