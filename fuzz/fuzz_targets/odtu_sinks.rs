//! Fuzz target: any octets through `otn::fuzz::odtu_sinks`.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| otn::fuzz::odtu_sinks(octets));
