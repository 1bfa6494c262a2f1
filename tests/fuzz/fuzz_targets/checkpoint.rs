//! Checkpoints of lattices.
#![no_main]

mod framed;

use lattice_core::{Configuration, Ensemble};
use libfuzzer_sys::fuzz_target;
use std::time::Duration;
use whole_files::Checkpoint;

fuzz_target!(|bytes: &[u8]| {
    let Some((_folder, path)) = framed::file("mean-cluster-checkpoint", bytes) else { return };
    let checkpoint = Checkpoint::new(path, Duration::ZERO);
    if let Ok(Some(atoms)) = checkpoint.load::<Ensemble>() {
        let _ = atoms.replica(0).expect("an ensemble has a replica").plus_pairs();
    }
    let _ = checkpoint.load::<Configuration>();
});
