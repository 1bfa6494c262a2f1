//! Checkpoints of chains: as they are, or with a first line that fits, so that states are reached.
#![no_main]

use bayes_mcmc::{DelayedRejection, Run};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};

fuzz_target!(|bytes: &[u8]| {
    let Some((kind, state)) = bytes.split_first() else { return };
    let checksum: String = Sha256::digest(state).iter().map(|b| format!("{b:02x}")).collect();
    let mut file = match kind % 2 {
        0 => format!("bayes-mcmc-checkpoint 1 {} {checksum}\n", state.len()).into_bytes(),
        _ => Vec::new(),
    };
    file.extend(state);
    let folder = tempfile::tempdir_in("/dev/shm").expect("a folder");
    let path = folder.path().join("run.chains");
    std::fs::write(&path, file).expect("a file");
    if let Ok(run) = Run::<DelayedRejection>::load(&path) {
        let _ = run.chains().summary();
    }
});
