//! Fuzz target: any octets through `otn::fuzz::supervision`.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| otn::fuzz::supervision(octets));
