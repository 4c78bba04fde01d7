//! `otn fec plot`: result files in one waterfall.

use std::path::PathBuf;

use anyhow::{Result, ensure};

use super::draw;
use crate::Verdict;
use crate::commands::not_the_input;
use crate::fec_simulation::plot::{Abscissa, Plot};
use crate::fec_simulation::result::Campaign;

/// Arguments of `otn fec plot`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Result files
    pub files: Vec<PathBuf>,
    /// Result files to draw into one picture
    #[arg(long, value_name = "FILE", num_args = 1..)]
    pub compare: Vec<PathBuf>,
    /// The picture: a name that ends in .svg or .png
    #[arg(short, long, value_name = "FILE")]
    pub output: PathBuf,
    /// What is drawn from left to right
    #[arg(long, value_enum, default_value_t)]
    pub axis: Abscissa,
}

/// Runs the command.
///
/// # Errors
/// Files that are no results, an axis that they do not have, a picture of another kind.
pub fn run(arguments: &Arguments) -> Result<Verdict> {
    let mut campaigns = Vec::new();
    for file in arguments.files.iter().chain(&arguments.compare) {
        not_the_input(file, &arguments.output)?;
        let stem = file.file_stem().unwrap_or(file.as_os_str());
        campaigns.push((stem.to_string_lossy().into_owned(), Campaign::read(file)?));
    }
    ensure!(!campaigns.is_empty(), "expected result files of `otn fec ber`");
    draw(&Plot::of(&campaigns, arguments.axis)?, &arguments.output)?;
    Ok(Verdict::Fine)
}
