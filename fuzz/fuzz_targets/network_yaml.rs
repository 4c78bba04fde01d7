//! Fuzz target: any octets through `otn::fuzz::network_yaml`.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| otn::fuzz::network_yaml(octets));
