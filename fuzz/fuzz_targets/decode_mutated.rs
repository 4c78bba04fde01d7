//! Fuzz target: any octets through `otn::fuzz::decode_mutated`.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| otn::fuzz::decode_mutated(octets));
