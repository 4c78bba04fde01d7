//! Fuzz target: any octets through `otn::fuzz::capture_input`.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| otn::fuzz::capture_input(octets));
