//! Fuzz target: any octets through `otn::fuzz::pcs_sinks`.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| otn::fuzz::pcs_sinks(octets));
