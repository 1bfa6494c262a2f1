//! Configurations as text grid, NPY or extended XYZ: what is read is written and read back the same.
#![no_main]

use lattice_core::{ConfigurationFormat, CrystalLayer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let layer = CrystalLayer::default();
    let Ok(frames) = ConfigurationFormat::read(bytes, &layer) else { return };
    let mut written = Vec::new();
    if ConfigurationFormat::TextGrid.write(&frames, &layer, &mut written).is_ok() {
        let again = ConfigurationFormat::read(&written, &layer).expect("what was written is read");
        let atoms = |frames: &[lattice_core::Frame]| {
            frames.iter().map(|frame| frame.atoms.atoms().to_vec()).collect::<Vec<_>>()
        };
        assert_eq!(atoms(&frames), atoms(&again));
    }
});
