//! Fuzz target: any octets through `otn::fuzz::gfp_receiver`.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| otn::fuzz::gfp_receiver(octets));
