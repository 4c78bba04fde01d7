//! `otn vectors`: golden vectors for whoever verifies another implementation.
//!
//! In: clauses, a folder, a format. Out: an input and an expected output for each vector, and an
//! index with explanations and checksums. `otn vectors list` writes nothing and says what there is.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Result, bail};
use serde::Serialize;

use super::output_folder;
use crate::Verdict;
use crate::cli::Format;
use crate::vectors::files::{self, FileFormat, Index, Width};
use crate::vectors::{requirements, select};

/// Arguments of `otn vectors`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Clauses, as 11.2, g709:17, annex-d.3 or g7041; requirement ids; names of vectors; or all.
    /// With `list` before them they are only listed
    #[arg(required = true, value_name = "CLAUSE")]
    pub clauses: Vec<String>,
    /// Folder to write to; made if it is not there
    #[arg(short, long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Form of the files
    #[arg(long = "format", value_enum, default_value_t = FileFormat::Hex)]
    pub file_format: FileFormat,
    /// Bits of a word in hex and csv files, a multiple of 8; 8 if not given
    #[arg(long, value_name = "BITS")]
    pub width: Option<u32>,
    /// How the list is printed
    #[command(flatten)]
    pub format: Format,
}

/// Word that asks for a list.
const LIST: &str = "list";
/// Width of a word in bits, if none is given.
const DEFAULT_WIDTH: u32 = 8;

#[derive(Serialize)]
struct Report {
    /// Where the files are; `null` for a list.
    folder: Option<PathBuf>,
    #[serde(flatten)]
    index: Index,
}

/// Runs the command.
///
/// # Errors
/// A clause that no vector shows, a width that is none, a folder that cannot be written.
pub fn run(arguments: &Arguments) -> Result<Verdict> {
    if arguments.file_format == FileFormat::Bin && arguments.width.is_some() {
        bail!("--width: raw octets have no words, expected --format hex or csv");
    }
    let width = Width::from_bits(arguments.width.unwrap_or(DEFAULT_WIDTH))?;
    let (wanted, folder) = match (arguments.clauses.as_slice(), &arguments.out) {
        ([list, rest @ ..], None) if list == LIST => (rest, None),
        ([list, ..], Some(_)) if list == LIST => {
            bail!("-o: a list writes no files; leave out either `list` or -o")
        }
        (wanted, Some(folder)) => (wanted, Some(folder.clone())),
        (_, None) => bail!("-o: expected a folder to write to, or `otn vectors list`"),
    };
    let everything = ["all".to_string()];
    let recipes = select(if wanted.is_empty() { &everything } else { wanted })?;
    let (index, made) = files::make(&recipes, &requirements()?, arguments.file_format, width)?;
    if let Some(folder) = &folder {
        output_folder(folder)?;
        files::write(folder, &made)?;
    }
    arguments.format.print(&Report { folder, index }, text)?;
    Ok(Verdict::Fine)
}

fn text(report: &Report) -> String {
    let mut out = String::new();
    let vectors = &report.index.vectors;
    let width = vectors.iter().map(|v| v.name.len()).max().unwrap_or(0);
    for v in vectors {
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "  {:width$}  {:>6} -> {:>6} octets  {:8}  {}",
            v.name,
            v.input.octets,
            v.output.octets,
            v.confidence,
            v.requirements.first().map_or("", |r| r.id.as_str()),
        );
    }
    let _ = match &report.folder {
        Some(folder) => writeln!(out, "{} vectors in {}", vectors.len(), folder.display()),
        None => writeln!(out, "{} vectors", vectors.len()),
    };
    out
}
