//! The commands, one module each: arguments, work, report, text.

pub mod clauses;
#[cfg(target_os = "linux")]
pub mod ctl;
pub mod decode;
pub mod design;
pub mod fec;
pub mod gmp;
pub mod live;
pub mod plan;
pub mod run;
pub mod transmit;
pub mod unwrap;
pub mod vectors;
pub mod whatif;
pub mod wrap;

use std::path::Path;

use anyhow::{Context, Result, bail, ensure};

use crate::output;

/// Refuses to write over a file that is read: the two paths lead to the same file.
pub(crate) fn not_the_input(input: &Path, out: &Path) -> Result<()> {
    let same = match (input.canonicalize(), out.canonicalize()) {
        (Ok(input), Ok(out)) => input == out,
        (Err(_), _) | (_, Err(_)) => false,
    };
    ensure!(!same, "{}: is the input, expected another name for the output", out.display());
    Ok(())
}

/// Makes the folder for outputs, and refuses a file of that name.
pub(crate) fn output_folder(path: &Path) -> Result<()> {
    if path.exists() && !path.is_dir() {
        bail!("{}: found a file, expected a folder", path.display());
    }
    output::folder(path)
}

/// Context of a failed write.
pub(crate) trait Written<T> {
    /// Names the file.
    fn written(self, path: &Path) -> Result<T>;
}

impl<T> Written<T> for std::io::Result<T> {
    fn written(self, path: &Path) -> Result<T> {
        self.with_context(|| format!("{}: cannot be written", path.display()))
    }
}
