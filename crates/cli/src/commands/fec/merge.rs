//! `otn fec merge`: counts of several machines as one result.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};

use super::ber::{csv, text};
use crate::Verdict;
use crate::cli::Format;
use crate::commands::not_the_input;
use crate::fec_simulation::result::Campaign;

/// Arguments of `otn fec merge`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Result files
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// The file to write
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// Print comma-separated values
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
    /// How the result is printed
    #[command(flatten)]
    pub format: Format,
}

/// Runs the command.
///
/// # Errors
/// Files that are no results, of another code or channel, or that counted the same blocks.
pub fn run(arguments: &Arguments) -> Result<Verdict> {
    let mut files = arguments.files.iter();
    let first = files.next().context("expected a result file")?;
    ensure!(arguments.files.len() > 1, "expected two result files or more");
    for file in &arguments.files {
        not_the_input(file, &arguments.output)?;
    }
    let mut campaign = Campaign::read(first)?;
    for file in files {
        let other = Campaign::read(file)?;
        campaign.merge(&other).with_context(|| file.display().to_string())?;
    }
    campaign.write(&arguments.output)?;
    arguments.format.print(&campaign, if arguments.csv { csv } else { text })?;
    Ok(Verdict::Fine)
}
