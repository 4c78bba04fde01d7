//! Supervision from outside: conformance cases, an oracle of its own, tables that a human can review.
//!
//! Tables that are made from the equations are kept in the tree and compared. To write them anew, run
//! the tests with `OTN_REWRITE=1` and read what changed.

mod conformance;
mod masks;
mod oracle;
mod page;
mod snapshot;

use std::env;
use std::fs;
use std::path::Path;

use otn_frame::overhead::TcmLevel;
use otn_proc::place::Place;

/// Why text can be written.
const WRITES: &str = "writing to a String cannot fail";

fn level(number: u8) -> TcmLevel {
    TcmLevel::new(number).expect("levels are 1 to 6")
}

fn port(slot: usize) -> Place {
    Place::ROOT.child(slot).expect("the first stage takes any slot")
}

/// Compares a file, relative to the crate, with what the program makes, or writes it.
fn compare(file: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if env::var_os("OTN_REWRITE").is_some() {
        fs::write(&path, made).expect("the file can be written");
        return;
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    for (number, (kept, made)) in kept.lines().zip(made.lines()).enumerate() {
        assert_eq!(kept, made, "{file} line {}: see OTN_REWRITE in main.rs", number + 1);
    }
    assert_eq!(kept.lines().count(), made.lines().count(), "{file}: lines");
}
