//! Runs the program and finds the example captures.

use std::path::Path;
use std::process::{Command, Stdio};

/// How the program ended.
pub(crate) struct Ended {
    /// Exit code.
    pub(crate) code: i32,
    /// What it printed.
    pub(crate) stdout: String,
    /// What it complained about.
    pub(crate) stderr: String,
}

/// Runs the program in this folder.
pub(crate) fn otn_in(folder: &Path, arguments: &[&str]) -> Ended {
    let output = Command::new(env!("CARGO_BIN_EXE_otn"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("the program starts");
    let text = |octets: Vec<u8>| String::from_utf8(octets).expect("the program prints UTF-8");
    Ended {
        code: output.status.code().expect("no signal ended it"),
        stdout: text(output.stdout),
        stderr: text(output.stderr),
    }
}

/// Path of an example capture.
pub(crate) fn capture(name: &str) -> String {
    format!("{}/../../examples/captures/{name}.pcap", env!("CARGO_MANIFEST_DIR"))
}
