//! `otn fec replay`: a failed codeword of a result file, sent and decoded once more.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result, anyhow, ensure};
use otn_fec::simulate::engine::{Frame, Point, places, replay};
use serde::Serialize;

use super::code;
use crate::Verdict;
use crate::cli::Format;
use crate::commands::not_the_input;
use crate::fec_simulation::result::Campaign;
use crate::output::write_whole;

/// Arguments of `otn fec replay`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A result file of `otn fec ber`
    pub file: PathBuf,
    /// Which of its failures, from 1, counted over all points
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub failure: usize,
    /// Write the codeword, sent, received and decoded, to this file as JSON
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// How the failure is printed
    #[command(flatten)]
    pub format: Format,
}

#[derive(Serialize)]
struct Report {
    code: String,
    p: f64,
    seed: u64,
    block: u64,
    /// Places of wrong bits on the line, from 0.
    channel_errors: Vec<usize>,
    /// Places of wrong information bits behind the decoder, from 0.
    information_errors: Vec<usize>,
    /// Component codewords of the block that the decoder gave up.
    uncorrectable: u64,
}

/// The codeword itself, in hexadecimal, the first bit the most significant.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    report: &'a Report,
    information: String,
    sent: String,
    received: String,
    decoded: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    llr: Vec<f32>,
}

/// Runs the command.
///
/// # Errors
/// A file that is no result, a failure it does not have, counts of another version of the code.
pub fn run(arguments: &Arguments) -> Result<Verdict> {
    let name = arguments.file.display();
    if let Some(path) = &arguments.output {
        not_the_input(&arguments.file, path)?;
    }
    let campaign = Campaign::read(&arguments.file)?;
    let entry = code("code", &campaign.code).with_context(|| name.to_string())?;
    let known = campaign.points.iter().map(|point| point.failures.len()).sum::<usize>();
    let all = campaign.points.iter().flat_map(|p| p.failures.iter().map(move |f| (p.p, *f)));
    let picked = arguments.failure.checked_sub(1).and_then(|n| all.into_iter().nth(n));
    let (p, failure) = picked.ok_or_else(|| {
        anyhow!("{name}: found {known} failures, --failure {} is none", arguments.failure)
    })?;
    let channel = campaign.channel.channel()?.at(p);
    let channel = channel.map_err(|_| anyhow!("{name}: p {p:e} is no value of the channel"))?;
    let built = (entry.code)();
    let frame = replay(Point { code: &*built, channel, seed: failure.seed }, failure.block);
    let report = Report {
        code: campaign.code.clone(),
        p,
        seed: failure.seed,
        block: failure.block,
        channel_errors: places(&frame.sent, &frame.received, entry.block.coded),
        information_errors: places(&frame.information, &frame.decoded, entry.block.information),
        uncorrectable: frame.outcome.uncorrectable,
    };
    ensure!(
        report.information_errors.len() as u64 == failure.bit_errors,
        "{name}: found {} wrong bits again, expected {}: another version of the code counted them",
        report.information_errors.len(),
        failure.bit_errors
    );
    if let Some(path) = &arguments.output {
        write_whole(path, &serde_json::to_vec_pretty(&whole(&report, frame))?)?;
    }
    arguments.format.print(&report, text)?;
    Ok(Verdict::Fine)
}

fn whole(report: &Report, frame: Frame) -> Whole<'_> {
    Whole {
        report,
        information: hex(&frame.information),
        sent: hex(&frame.sent),
        received: hex(&frame.received),
        decoded: hex(&frame.decoded),
        llr: frame.llr,
    }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut out, octet| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{octet:02x}");
        out
    })
}

fn text(report: &Report) -> String {
    let list =
        |places: &[usize]| places.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
    format!(
        "{} at p {:e}, seed {}, codeword {}\n  wrong on the line     {}: {}\n  wrong after decoding  \
         {}: {}\n  given up              {} component codewords\n",
        report.code,
        report.p,
        report.seed,
        report.block,
        report.channel_errors.len(),
        list(&report.channel_errors),
        report.information_errors.len(),
        list(&report.information_errors),
        report.uncorrectable,
    )
}
