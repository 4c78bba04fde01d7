//! `otn decode`: what is in an OTN signal.
//!
//! In: an OTN capture, raw bits or hexadecimal text. Out: a report, as text or JSON, and on request
//! the clients, one frame as a grid, or chosen octets of every frame. Exit code 1 where anything is
//! wrong with the signal.

mod clients;
mod frames;
mod supervision;
mod text;

use std::path::PathBuf;

use anyhow::{Result, bail, ensure};
use otn_frame::Signal;
use serde::Serialize;

use super::output_folder;
use crate::capture::signal_by_name;
use crate::channels::{ChannelFile, ChannelReport, ChannelTaps};
use crate::cli::{Format, warn};
use crate::decoder::{Asked, Expectations, RoundTripReport, StreamReport, decode, round_trips};
use crate::input::SignalFile;
use crate::session::{Interrupt, Unit, progress};
use crate::{Verdict, units};
use clients::ClientFolder;
use frames::FrameTap;

pub(super) use text::stream_text;

/// Arguments of `otn decode`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The signal: OTN capture (.pcapng), raw bits (.bin) or hexadecimal text (.hex)
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The files are the lanes of an OTL3.4 (4) or OTL4.4 (4 physical or 20 logical), in any order
    #[arg(long)]
    pub lanes: bool,
    /// Signal of a file that does not say what it is, such as OTU4 or ODU2e; found out if left away
    #[arg(long, value_parser = any_signal)]
    pub signal: Option<Signal>,
    /// What is expected, for the mismatch defects: sapi, dapi, tim-action=on, deg=12304/7 of section
    /// and path, or of one of them behind `sm.`, `pm.`, `tcm1.` to `tcm6.`; tcm1.mode=operational,
    /// tcm1.ltc-action=on; pt=0x21 or pt=gfp, msi=8081…, upi=01, exi=00 of the ODU nearest the line.
    /// Commas apart; a value with commas in quotes. May be given more than once
    #[arg(long, value_name = "KEY=VALUE,…")]
    pub expect: Vec<Expectations>,
    /// Bits of a word of hexadecimal text, if words may leave out leading zeros
    #[arg(long, value_name = "BITS", value_parser = clap::value_parser!(u32).range(4..=65_536))]
    pub width: Option<u32>,
    /// Write the clients found to this folder: packets as pcapng, bits as .bin
    #[arg(long, value_name = "DIR")]
    pub clients: Option<PathBuf>,
    /// Write the HDLC frames of a communication channel here, as pcapng: gcc0, gcc1, gcc2 or gcc1+2;
    /// gcc1@3.80 is that of an ODU in others, :ppp or :cisco says what the frames are
    #[arg(long, value_name = "CHANNEL=OUT.pcapng")]
    pub gcc: Vec<ChannelFile>,
    /// Print frame N, counted from 0, as an annotated grid in the place of the report
    #[arg(long, value_name = "N", conflicts_with = "watch")]
    pub frame: Option<u64>,
    /// Print fields of every frame in the place of the report: PM.TTI,JC1..JC3,MFAS,r1c15
    #[arg(long, value_name = "FIELDS")]
    pub watch: Option<String>,
    /// With --watch: only frames in which something changed
    #[arg(long, requires = "watch")]
    pub changes: bool,
    /// How the report is printed
    #[command(flatten)]
    pub format: Format,
}

/// Any signal by name, for the command line.
pub(super) fn any_signal(name: &str) -> Result<Signal, units::UnitError> {
    signal_by_name(name).ok_or_else(|| units::UnitError {
        found: name.to_string(),
        expected: "OTU1, OTU2, OTU2e, OTU3, OTU4, ODU0, ODU1, ODU2, ODU2e, ODU3, ODU4 or ODUflex",
    })
}

/// Result of `otn decode`.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The file, or the files of lanes.
    pub file: String,
    /// Ctrl-C ended the work early.
    pub interrupted: bool,
    /// Files with clients.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clients: Vec<String>,
    /// Frames in communication channels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gcc: Vec<ChannelReport>,
    /// Delays measured between the two directions of a signal.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub round_trips: Vec<RoundTripReport>,
    /// Its streams.
    pub streams: Vec<StreamReport>,
}

/// Runs the command.
///
/// # Errors
/// A file that cannot be read or is not a signal, an output that cannot be written.
pub fn run(arguments: &Arguments) -> Result<Verdict> {
    let interrupt = Interrupt::listen();
    let mut file = open(arguments)?;
    let tap = FrameTap::new(arguments)?;
    let bar = progress(file.size(), Unit::Octets);
    let folder = arguments.clients.as_ref();
    folder.map_or(Ok(()), |folder| output_folder(folder))?;
    let channels = ChannelTaps::create(&arguments.gcc, &arguments.files)?;
    let inputs = arguments.files.clone();
    let mut clients = ClientFolder::new(folder.cloned(), inputs, tap, channels);
    let advance = |octets| bar.inc(octets);
    let expected = Expectations::of(&arguments.expect);
    let asked = Asked { signal: arguments.signal, expected };
    let streams = decode(&mut file, &asked, &interrupt, &mut clients, advance)?;
    bar.finish_and_clear();
    warn(&file.take_warnings());
    let interrupted = interrupt.requested();
    let names: Vec<String> = arguments.files.iter().map(|f| f.display().to_string()).collect();
    let name = names.join(" ");
    let shown = clients.shown();
    let (clients, gcc) = clients.commit()?;
    let round_trips = round_trips(&streams);
    let report = Report { file: name, interrupted, clients, gcc, round_trips, streams };
    if let Some(number) = arguments.frame {
        let frames: u64 = report.streams.iter().map(|s| s.frames).max().unwrap_or(0);
        ensure!(shown, "--frame: found {number}, expected a number below {frames}, that of frames");
    } else if arguments.watch.is_none() {
        arguments.format.print(&report, text::text)?;
    }
    Ok(verdict(&report))
}

fn open(arguments: &Arguments) -> Result<SignalFile> {
    let (files, width) = (arguments.files.as_slice(), arguments.width);
    match files {
        _ if arguments.lanes => SignalFile::lanes(files, width, arguments.signal),
        [file] => SignalFile::open(file, width),
        _ => bail!("found {} files, expected one, or --lanes for those of lanes", files.len()),
    }
}

fn verdict(report: &Report) -> Verdict {
    let fine = !report.streams.is_empty() && report.streams.iter().all(StreamReport::is_fine);
    if fine && !report.interrupted { Verdict::Fine } else { Verdict::Defective }
}
