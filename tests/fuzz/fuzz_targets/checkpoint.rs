//! Checkpoints of lattices: as they are, or with a first line that fits, so that states are reached.
#![no_main]

use lattice_core::{Checkpoint, Configuration, Ensemble};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};
use std::time::Duration;

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, state)) = bytes.split_first() else { return };
    let checksum: String = Sha256::digest(state).iter().map(|b| format!("{b:02x}")).collect();
    let mut file = match kind % 2 {
        0 => format!("mean-cluster-checkpoint 1 {} {checksum}\n", state.len()).into_bytes(),
        _ => Vec::new(),
    };
    file.extend(state);
    let folder = tempfile::tempdir_in("/dev/shm").expect("a folder");
    let path = folder.path().join("run.checkpoint");
    std::fs::write(&path, file).expect("a file");
    let checkpoint = Checkpoint::new(path, Duration::ZERO);
    if let Ok(Some(atoms)) = checkpoint.load::<Ensemble>() {
        let _ = atoms.replica(0).expect("an ensemble has a replica").plus_pairs();
    }
    let _ = checkpoint.load::<Configuration>();
});
