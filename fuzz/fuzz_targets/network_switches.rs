//! Fuzz target: any octets through `otn::fuzz::network_switches`.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| otn::fuzz::network_switches(octets));
