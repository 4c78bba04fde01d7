//! Fuzz target: any octets through `otn::fuzz::frame_decode`.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| otn::fuzz::frame_decode(octets));
