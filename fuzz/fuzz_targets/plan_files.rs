//! Fuzz target: any octets through `otn_plan::fuzz::plan_files`.
#![no_main]

libfuzzer_sys::fuzz_target!(|octets: &[u8]| otn_plan::fuzz::plan_files(octets));
