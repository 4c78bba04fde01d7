//! Fuzz target: any octets through `otn_plan::fuzz::plan_files`.
#![no_main]

/// Panics of the reader of workbooks are caught where it is called and told as errors; every other one ends the run.
fn let_reader_panic() {
    let fatal = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if !info.location().is_some_and(|at| at.file().contains("calamine")) {
            fatal(info);
        }
    }));
}

libfuzzer_sys::fuzz_target!(
    init: let_reader_panic(),
    |octets: &[u8]| otn_plan::fuzz::plan_files(octets)
);
