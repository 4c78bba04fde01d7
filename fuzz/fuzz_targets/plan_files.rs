//! Fuzz target: any octets through `otn_plan::fuzz::plan_files`.
#![no_main]

use std::panic;
use std::sync::Once;

static HOOK: Once = Once::new();

/// Panics of the reader of workbooks are caught where it is called and told as errors; every other one ends the run.
/// The fuzzer puts its own hook in place before the first input: only then can one be put over it.
fn let_reader_panic() {
    HOOK.call_once(|| {
        let fatal = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !info.location().is_some_and(|at| at.file().contains("calamine")) {
                fatal(info);
            }
        }));
    });
}

libfuzzer_sys::fuzz_target!(|octets: &[u8]| {
    let_reader_panic();
    otn_plan::fuzz::plan_files(octets);
});
