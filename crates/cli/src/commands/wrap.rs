//! `otn wrap`: the packets of a capture in an OTN signal.
//!
//! In: a capture of Ethernet frames. Out: an OTN capture whose frames carry them by GFP-F, back to
//! back; bit errors on the line where asked for.

use std::path::PathBuf;
use std::time::Instant;

use anyhow::{Result, anyhow};
use otn_emu::channel::{BitErrorRatio, Channel};
use otn_emu::seed;
use otn_emu::traffic::Packet;
use otn_frame::{FrameClock, OtuFrame, PartsPerBillion, Signal, Tti};
use otn_map::ethernet;
use otn_map::gfp::{ClientFrame, ClientQueue, TypeHeader};
use otn_proc::remote::RemoteIndications;
use otn_proc::terminal::{Fec, LineCoding, TerminalSource};
use serde::Serialize;

use super::{Written, not_the_input};
use crate::capture::{EthernetCapture, InputCounts, LINK_OTN, OtnMetadata, PcapNgWriter};
use crate::cli::{Format, warn};
use crate::output::OutFile;
use crate::session::{Interrupt, Unit, progress};
use crate::text::grouped;
use crate::{Verdict, units};

/// Frames after the last packet: the BIP-8 of a frame travels two frames later.
const TRAILING: u64 = 3;

/// Arguments of `otn wrap`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Capture of Ethernet frames, pcap or pcapng
    pub input: PathBuf,
    /// The line: OTU1, OTU2 or OTU3
    #[arg(long, default_value = "OTU2", value_parser = signal)]
    pub signal: Signal,
    /// Mapping of the client
    #[arg(long, default_value = "gfp-f", value_parser = ["gfp-f"])]
    pub map: String,
    /// Bit error ratio of the line, 0 to 0.5
    #[arg(long, default_value = "0", value_parser = units::bit_error_ratio)]
    pub ber: BitErrorRatio,
    /// Seed of the bit errors
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Leave the frames unscrambled
    #[arg(long)]
    pub no_scramble: bool,
    /// Code in the FEC area: rs255-239 or none
    #[arg(long, default_value = "rs255-239", value_parser = fec)]
    pub fec: Fec,
    /// Add a payload FCS to each GFP frame
    #[arg(long)]
    pub pfcs: bool,
    /// Write at least this many frames; 256 show a whole multiframe
    #[arg(long, default_value_t = 256, value_name = "N")]
    pub min_frames: u64,
    /// Write the line here, as an OTN capture
    #[arg(short, long, value_name = "LINE.pcapng")]
    pub output: PathBuf,
    /// How the report is printed
    #[command(flatten)]
    pub format: Format,
}

fn signal(name: &str) -> Result<Signal, units::UnitError> {
    let known = Signal::from_name(name);
    known
        .filter(|s| matches!(s, Signal::Otu1 | Signal::Otu2 | Signal::Otu3))
        .ok_or_else(|| units::UnitError { found: name.to_string(), expected: "OTU1, OTU2 or OTU3" })
}

fn fec(name: &str) -> Result<Fec, units::UnitError> {
    Fec::from_name(name)
        .ok_or_else(|| units::UnitError { found: name.to_string(), expected: "rs255-239 or none" })
}

/// Result of `otn wrap`.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The capture.
    pub input: String,
    /// The line.
    pub output: String,
    /// The signal.
    pub signal: &'static str,
    /// Packets read and left out.
    pub packets_read: InputCounts,
    /// Packets sent.
    pub packets: u64,
    /// Their octets without FCS.
    pub octets: u64,
    /// Frames written.
    pub frames: u64,
    /// Bits flipped on the line.
    pub bits_flipped: u64,
    /// Ctrl-C ended the work early.
    pub interrupted: bool,
    /// Line bits made by a second of real time, in Gbit/s.
    pub speed_gbit_s: f64,
}

/// Packets of a capture, each as soon as the one before it is sent.
struct BackToBack {
    source: EthernetCapture,
    header: TypeHeader,
    packet: Packet,
    packets: u64,
    octets: u64,
    ended: bool,
    error: Option<anyhow::Error>,
}

impl ClientQueue for BackToBack {
    fn none_before(&self) -> usize {
        // Only a capture that has ended leaves nothing to send.
        usize::MAX
    }

    fn next(&mut self, _: usize) -> Option<ClientFrame<'_>> {
        if self.ended || self.error.is_some() {
            return None;
        }
        match self.source.next(&mut self.packet) {
            Ok(true) => {}
            Ok(false) => {
                self.ended = true;
                return None;
            }
            Err(error) => {
                self.error = Some(error);
                return None;
            }
        }
        self.packets += 1;
        self.octets += self.packet.octets.len() as u64;
        let fcs = ethernet::fcs(&self.packet.octets);
        self.packet.octets.extend_from_slice(&fcs);
        match ClientFrame::new(self.header, &self.packet.octets) {
            Ok(frame) => Some(frame),
            Err(too_long) => {
                self.error = Some(anyhow!("packet {}: {too_long}", self.packets));
                None
            }
        }
    }
}

/// Runs the command.
///
/// # Errors
/// A capture that cannot be read, an output that cannot be written.
pub fn run(arguments: &Arguments) -> Result<Verdict> {
    not_the_input(&arguments.input, &arguments.output)?;
    let interrupt = Interrupt::listen();
    let started = Instant::now();
    let source = EthernetCapture::open(&arguments.input, false)?;
    let counts = source.counts();
    let mut queue = BackToBack {
        source,
        header: TypeHeader::ethernet(arguments.pfcs),
        packet: Packet::default(),
        packets: 0,
        octets: 0,
        ended: false,
        error: None,
    };
    let (frames, bits_flipped) = write_line(arguments, &mut queue, &interrupt)?;
    let seconds = started.elapsed().as_secs_f64();
    warn(&counts.get().warnings(&arguments.input));
    let report = Report {
        input: arguments.input.display().to_string(),
        output: arguments.output.display().to_string(),
        signal: arguments.signal.name(),
        packets_read: counts.get(),
        packets: queue.packets,
        octets: queue.octets,
        frames,
        bits_flipped,
        interrupted: interrupt.requested(),
        speed_gbit_s: (frames * arguments.signal.frame_bits()) as f64 / seconds / 1e9,
    };
    arguments.format.print(&report, text)?;
    Ok(if report.interrupted { Verdict::Defective } else { Verdict::Fine })
}

/// Writes frames until every packet is sent; gives their number and the bits flipped.
fn write_line(
    arguments: &Arguments,
    queue: &mut BackToBack,
    interrupt: &Interrupt,
) -> Result<(u64, u64)> {
    let signal = arguments.signal;
    let coding = LineCoding { fec: arguments.fec, scrambled: !arguments.no_scramble };
    let path = &arguments.output;
    let mut writer = PcapNgWriter::new(OutFile::create(path)?).written(path)?;
    let description = OtnMetadata { signal, coding: Some(coding) }.to_string();
    writer.interface(LINK_OTN, "wrap", &description).written(path)?;
    let trace = Tti::new("OTN-WRAP", "OTN-UNWRAP", "otn wrap")?;
    let mut source = TerminalSource::new(coding, trace, trace);
    let mut remote = RemoteIndications::default();
    let mut channel = Channel::new(arguments.ber, seed::stream(arguments.seed, "wrap"));
    let clock = FrameClock::new(signal, PartsPerBillion::default());
    let mut frame = OtuFrame::zeroed();
    let mut flipped = Vec::new();
    let (mut frames, mut flips, mut trailing) = (0, 0, 0);
    let size = std::fs::metadata(&arguments.input).map_or(0, |m| m.len());
    let bar = progress(size, Unit::Octets);
    while frames < arguments.min_frames || trailing < TRAILING {
        if interrupt.requested() {
            break;
        }
        source.next_frame(&mut frame, queue, &mut remote);
        if let Some(error) = queue.error.take() {
            return Err(error);
        }
        flipped.clear();
        channel.transmit(frame.octets_mut(), &mut flipped);
        flips += flipped.len() as u64;
        writer.packet(0, clock.frame_start(frames).as_ns(), frame.octets()).written(path)?;
        frames += 1;
        bar.set_position(queue.octets);
        // The queue is asked between frames only: once it has ended, the last packet is sent.
        trailing += u64::from(queue.ended);
    }
    bar.finish_and_clear();
    writer.into_inner().commit()?;
    Ok((frames, flips))
}

fn text(report: &Report) -> String {
    format!(
        "{} → {}: {} packets, {} octets in {} {} frames, {} bits flipped; {:.2} Gbit/s\n",
        report.input,
        report.output,
        grouped(report.packets),
        grouped(report.octets),
        grouped(report.frames),
        report.signal,
        grouped(report.bits_flipped),
        report.speed_gbit_s
    )
}
