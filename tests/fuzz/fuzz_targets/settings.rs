//! The TOML file of settings, section by section.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| mean_cluster::read_settings(text));
