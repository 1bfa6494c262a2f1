//! The TOML file of settings, section by section.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let _ = mean_cluster::check_settings(text);
});
