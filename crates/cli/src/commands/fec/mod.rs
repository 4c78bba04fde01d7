//! `otn fec`: codes by name, bit error ratios by simulation and theory, codes on files.

pub mod ber;
pub mod codec;
pub mod list;
pub mod merge;
pub mod plot;
pub mod replay;

use std::path::Path;

use anyhow::{Context, Result, anyhow};
use clap::Subcommand;
use otn_fec::registry::{CODES, Entry, find};

use crate::Verdict;
use crate::fec_simulation::plot::{Kind, Plot};
use crate::output::write_whole;

/// Arguments of `otn fec`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// What `otn fec` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// The codes: rate, input, latency, threshold, gain, distance to Shannon, source
    ///
    /// Example: otn fec list --json
    List(list::Arguments),
    /// Simulate a code over a channel until it is enough
    ///
    /// Example: otn fec ber --code rs255-239 --p 1e-3,5e-4 --codewords 1e6 --seed 1 --json
    Ber(Box<ber::Arguments>),
    /// Add up result files of one code and channel
    ///
    /// Example: otn fec merge a.json b.json -o all.json
    Merge(merge::Arguments),
    /// A failed codeword once more: what was wrong before and behind the decoder
    ///
    /// Example: otn fec replay result.json --failure 1
    Replay(replay::Arguments),
    /// Draw result files into one waterfall, SVG or PNG
    ///
    /// Example: otn fec plot --compare a.json b.json -o both.svg
    Plot(plot::Arguments),
    /// Code a file, block by block
    ///
    /// Example: otn fec encode --code rs255-239 data.bin -o coded.bin
    Encode(codec::EncodeArguments),
    /// Decode a file, block by block
    ///
    /// Example: otn fec decode --code rs255-239 coded.bin -o data.bin
    Decode(codec::DecodeArguments),
}

/// Runs the command.
///
/// # Errors
/// Arguments or files that are wrong.
pub fn run(arguments: &Arguments) -> Result<Verdict> {
    match &arguments.command {
        Command::List(a) => list::run(a),
        Command::Ber(a) => ber::run(a),
        Command::Merge(a) => merge::run(a),
        Command::Replay(a) => replay::run(a),
        Command::Plot(a) => plot::run(a),
        Command::Encode(a) => codec::encode(a),
        Command::Decode(a) => codec::decode(a),
    }
}

/// The code of that name.
pub(crate) fn code(option: &str, name: &str) -> Result<&'static Entry> {
    find(name).ok_or_else(|| {
        let close = |entry: &&Entry| strsim::jaro_winkler(&name.to_lowercase(), entry.name);
        let nearest = CODES.iter().max_by(|a, b| close(a).total_cmp(&close(b)));
        match nearest.filter(|entry| close(entry) > 0.6) {
            Some(entry) => {
                let name_of = entry.name;
                anyhow!("{option}: found `{name}`, did you mean `{name_of}`? (otn fec list)")
            }
            None => anyhow!("{option}: found `{name}`, expected a name of `otn fec list`"),
        }
    })
}

/// Draws a plot into a file.
fn draw(plot: &Plot, path: &Path) -> Result<()> {
    let kind = Kind::of(path)?;
    let octets = plot.draw(kind).with_context(|| path.display().to_string())?;
    write_whole(path, &octets)
}
