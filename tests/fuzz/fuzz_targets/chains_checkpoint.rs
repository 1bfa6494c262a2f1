//! Checkpoints of chains.
#![no_main]

mod framed;

use bayes_mcmc::{DelayedRejection, Run};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((_folder, path)) = framed::file("bayes-mcmc-checkpoint", bytes) else { return };
    if let Ok(run) = Run::<DelayedRejection>::load(&path) {
        let _ = run.chains().summary();
    }
});
