//! `otn unwrap`: the packets out of an OTN signal.
//!
//! In: an OTN signal. Out: a pcapng of Ethernet frames, FCS checked and removed, one interface a
//! stream; on request the GFP frames as a pcap of link type 171, descrambled, idles left out.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use otn_frame::Signal;
use otn_map::gfp::Received;
use otn_proc::place::Place;
use serde::Serialize;

use super::decode::{any_signal, stream_text};
use super::{Written, not_the_input};
use crate::Verdict;
use crate::capture::{GfpWriter, LINK_ETHERNET, PcapNgWriter};
use crate::cli::{Format, warn};
use crate::decoder::{Harvest, StreamReport, decode};
use crate::input::{SignalFile, StreamInfo};
use crate::output::OutFile;
use crate::session::{Interrupt, Unit, progress};
use crate::text::grouped;

/// Arguments of `otn unwrap`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The signal: OTN capture (.pcapng), raw bits (.bin) or hexadecimal text (.hex)
    pub file: PathBuf,
    /// Write the Ethernet frames here, as pcapng
    #[arg(short, long, value_name = "OUT.pcapng")]
    pub output: PathBuf,
    /// Write the GFP frames here, as pcap of link type 171
    #[arg(long, value_name = "GFP.pcap")]
    pub gfp: Option<PathBuf>,
    /// Signal of a file that does not say what it is, such as OTU4 or ODU2e; found out if left away
    #[arg(long, value_parser = any_signal)]
    pub signal: Option<Signal>,
    /// How the report is printed
    #[command(flatten)]
    pub format: Format,
}

/// Result of `otn unwrap`.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The signal file.
    pub file: String,
    /// The file with the Ethernet frames.
    pub output: String,
    /// Ethernet frames written.
    pub packets: u64,
    /// Ctrl-C ended the work early.
    pub interrupted: bool,
    /// What the decoder found.
    pub streams: Vec<StreamReport>,
}

struct Files {
    packets: PcapNgWriter<OutFile>,
    path: PathBuf,
    gfp: Option<(GfpWriter<OutFile>, PathBuf)>,
    count: u64,
}

impl Harvest for Files {
    fn stream(&mut self, index: usize, info: &StreamInfo) -> Result<()> {
        let fallback = format!("stream-{index}");
        let name = info.interface.as_deref().unwrap_or(&fallback);
        self.packets.interface(LINK_ETHERNET, name, "").written(&self.path)?;
        Ok(())
    }

    fn packet(&mut self, stream: usize, _: Place, stamp_ns: u64, octets: &[u8]) -> Result<()> {
        self.count += 1;
        self.packets.packet(stream as u32, stamp_ns, octets).written(&self.path)
    }

    fn gfp(&mut self, _: usize, _: Place, stamp_ns: u64, received: &Received<'_>) -> Result<()> {
        let Some((writer, path)) = &mut self.gfp else { return Ok(()) };
        writer.frame(stamp_ns, received.core, received.area).written(path)
    }
}

/// Runs the command.
///
/// # Errors
/// A file that cannot be read or is not a signal, an output that cannot be written.
pub fn run(arguments: &Arguments) -> Result<Verdict> {
    not_the_input(&arguments.file, &arguments.output)?;
    if let Some(gfp) = &arguments.gfp {
        ensure!(*gfp != arguments.output, "{}: stands for both outputs", gfp.display());
    }
    let interrupt = Interrupt::listen();
    let mut file = SignalFile::open(&arguments.file, None)?;
    let path = arguments.output.clone();
    let packets = PcapNgWriter::new(OutFile::create(&path)?).written(&path)?;
    let gfp = match &arguments.gfp {
        None => None,
        Some(path) => {
            not_the_input(&arguments.file, path)?;
            Some((GfpWriter::new(OutFile::create(path)?).written(path)?, path.clone()))
        }
    };
    let mut files = Files { packets, path, gfp, count: 0 };
    let bar = progress(file.size(), Unit::Octets);
    let asked = arguments.signal.into();
    let streams = decode(&mut file, &asked, &interrupt, &mut files, |octets| bar.inc(octets))?;
    bar.finish_and_clear();
    files.packets.into_inner().commit()?;
    if let Some((writer, _)) = files.gfp {
        writer.into_inner().commit()?;
    }
    warn(&file.take_warnings());
    let report = Report {
        file: arguments.file.display().to_string(),
        output: arguments.output.display().to_string(),
        packets: files.count,
        interrupted: interrupt.requested(),
        streams,
    };
    arguments.format.print(&report, text)?;
    let fine = !report.streams.is_empty() && report.streams.iter().all(StreamReport::is_fine);
    Ok(if fine && !report.interrupted { Verdict::Fine } else { Verdict::Defective })
}

fn text(report: &Report) -> String {
    let mut out =
        format!("{} → {}: {} packets", report.file, report.output, grouped(report.packets));
    if report.interrupted {
        out.push_str(" (interrupted: only the part read so far)");
    }
    out.push('\n');
    for stream in &report.streams {
        stream_text(&mut out, stream);
    }
    out
}
