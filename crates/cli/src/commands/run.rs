//! `otn run`: a network in virtual time carries real traffic.
//!
//! In: a network file. Out: a summary, and a report folder: what happened as JSON, tables and a page, the received
//! clients as pcapng, line signals as OTN captures. Same seed, same octets.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::Verdict;
use crate::cli::Format;
use crate::network_run;

/// Arguments of `otn run`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The network file (YAML)
    pub network: PathBuf,
    /// Write the report to this folder
    #[arg(short, long, value_name = "DIR", default_value = "otn-report")]
    pub output: PathBuf,
    /// Seed of every random stream, in place of the file's
    #[arg(long)]
    pub seed: Option<u64>,
    /// Threads on which nodes run; the result is the same for any number
    #[arg(long, value_name = "N")]
    pub threads: Option<usize>,
    /// How the summary is printed
    #[command(flatten)]
    pub format: Format,
}

/// Runs the command.
///
/// # Errors
/// A network file with a mistake, a capture that cannot be read, a folder that cannot be written.
pub fn run(arguments: &Arguments) -> Result<Verdict> {
    let Arguments { network: path, output, seed, threads, format } = arguments;
    let text = std::fs::read(path).with_context(|| path.display().to_string())?;
    let text = String::from_utf8(text)
        .with_context(|| format!("{}: expected UTF-8 text", path.display()))?;
    let (seed, threads, format) = (*seed, *threads, *format);
    network_run::run(&network_run::Options { path, output, seed, threads, format }, &text)
}
