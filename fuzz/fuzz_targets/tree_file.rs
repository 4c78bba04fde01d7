//! Fuzz target: any octets through `otn::fuzz::tree_file`.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| otn::fuzz::tree_file(octets));
