//! `otn wrap`: clients in an OTN signal.
//!
//! In: a capture of Ethernet frames, a file of bits, or a tree file that names many of both. Out: an
//! OTN capture, raw bits or hexadecimal text; errors and bit errors on the line where asked for.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use otn_emu::channel::{BitErrorRatio, Channel};
use otn_emu::seed;
use otn_frame::{FrameClock, OduFrame, OtuFrame, PartsPerBillion, Signal, SimTime, Tti};
use otn_proc::odu::source::OduSource;
use otn_proc::terminal::{Fec, LineCoding, OtuSource};
use serde::Serialize;

use super::not_the_input;
use crate::capture::InputCounts;
use crate::channels::{ChannelFile, ChannelInserter, ChannelSent, sent_text};
use crate::cli::{Format, warn};
use crate::lanes::{LaneWriter, lane_paths};
use crate::session::{Interrupt, Unit, progress};
use crate::signal_writer::SignalWriter;
use crate::text::grouped;
use crate::wrap::kind::{Kind, Mapping, Nature};
use crate::wrap::tree_file::{self, ClientEntry, Inside, Tree, TreeFile};
use crate::wrap::{
    Built, ErrorInsertion, Failure, InjectArguments, Injected, Injector, Inserter, Plan, Signals,
    Status, build,
};
use crate::{Verdict, units};

/// Frames after the end of all clients: the BIP-8 of a frame travels two frames later.
const TRAILING: u64 = 3;

/// Bits of skew, so that a slip of the finger does not fill the disk.
const MAX_SKEW: u64 = 100_000_000;

/// Arguments of `otn wrap`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Capture of Ethernet frames (pcap, pcapng), or bits of a client of constant bit rate
    #[arg(required_unless_present_any = ["tree", "client", "inject"])]
    pub input: Option<PathBuf>,
    /// The signal, such as OTU2, OTU2e, ODU0 or ODUflex; if left away, the one the client belongs in
    #[arg(long, value_parser = super::decode::any_signal)]
    pub signal: Option<Signal>,
    /// What the client is: gfp-f, 10gbase-r, stm-16, fc-100, prbs, …; `--client help` lists all
    #[arg(long, alias = "map", default_value = "gfp-f", value_parser = kind)]
    pub client: Kind,
    /// Which clients sit in which ODUs and tributary slots
    #[arg(long, value_name = "TREE.yaml", conflicts_with_all = ["input", "client", "mapping", "client_ppm"])]
    pub tree: Option<PathBuf>,
    /// Mapping of stm-16, stm-64 and stm-256: amp or bmp
    #[arg(long, value_parser = mapping)]
    pub mapping: Option<Mapping>,
    /// Offset of the client's clock, in ppm
    #[arg(long, default_value = "0", value_name = "PPM", value_parser = ppm, allow_hyphen_values = true)]
    pub client_ppm: PartsPerBillion,
    /// Offset of the signal's clock, in ppm
    #[arg(long, value_name = "PPM", value_parser = ppm, allow_hyphen_values = true)]
    pub ppm: Option<PartsPerBillion>,
    /// An error: KIND@TIME, KIND@TIME:FRAMES or KIND@TIME:SHARE, KIND being fas, mfas, bip, sm-bip,
    /// pm-bip, jc-crc, msi, omfi, payload or symbols(ROW.SUBROW,COUNT); may be given more than once
    #[arg(long = "error", value_name = "KIND@TIME[:COUNT|RATE]")]
    pub errors: Vec<ErrorInsertion>,
    /// Every client fails at this time, for so many frames of its ODU or for good
    #[arg(long, value_name = "TIME[:FRAMES]")]
    pub client_fail: Option<Failure>,
    /// Put the packets of a capture into a communication channel of the OTU (gcc0) or its ODU (gcc1,
    /// gcc2, gcc1+2), as HDLC frames with FCS-16
    #[arg(long, value_name = "CHANNEL=FRAMES.pcap")]
    pub gcc: Vec<ChannelFile>,
    /// Send the captures of --gcc again and again
    #[arg(long, requires = "gcc")]
    pub gcc_repeat: bool,
    /// Events: alarms of every layer.
    #[command(flatten)]
    pub inject: InjectArguments,
    /// Bit error ratio of the line, 0 to 0.5
    #[arg(long, default_value = "0", value_parser = units::bit_error_ratio)]
    pub ber: BitErrorRatio,
    /// Seed of the bit errors
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Leave the frames unscrambled
    #[arg(long)]
    pub no_scramble: bool,
    /// Code in the FEC area of an OTU: rs255-239 or none
    #[arg(long, default_value = "rs255-239", value_parser = fec)]
    pub fec: Fec,
    /// Add a payload FCS to each GFP frame
    #[arg(long)]
    pub pfcs: bool,
    /// Write at least this many frames; 256 show a whole multiframe
    #[arg(long, default_value_t = 256, value_name = "N")]
    pub min_frames: u64,
    /// Write exactly this many frames, whether the clients are through or not
    #[arg(long, value_name = "N", conflicts_with = "min_frames")]
    pub frames: Option<u64>,
    /// Write the signal here: an OTN capture, raw bits (.bin) or hexadecimal text (.hex)
    #[arg(
        short,
        long,
        value_name = "LINE.pcapng",
        required = false,
        required_unless_present = "inject",
        default_value_if("inject", "list", "-")
    )]
    pub output: PathBuf,
    /// Bits of a word of hexadecimal text, a multiple of 8
    #[arg(long, default_value_t = 128, value_name = "BITS")]
    pub width: u32,
    /// Write the lanes instead, a file each (line.0.bin): 4 of OTU3 or OTU4, or the 20 logical of OTU4
    #[arg(long, value_name = "N")]
    pub lanes: Option<u8>,
    /// Bits by which each lane is late; one number: lane i is i times that late
    #[arg(long, value_name = "BITS,…", requires = "lanes", value_delimiter = ',',
        value_parser = clap::value_parser!(u64).range(..=MAX_SKEW))]
    pub skew: Vec<u64>,
    /// How the report is printed
    #[command(flatten)]
    pub format: Format,
}

fn kind(name: &str) -> Result<Kind, String> {
    let message = || format!("found `{name}`, expected one of {}", Kind::names());
    Kind::from_name(name).ok_or_else(message)
}

fn mapping(name: &str) -> Result<Mapping, units::UnitError> {
    match name.to_ascii_lowercase().as_str() {
        "amp" => Ok(Mapping::Amp),
        "bmp" => Ok(Mapping::Bmp),
        _ => Err(units::UnitError { found: name.to_string(), expected: "amp or bmp" }),
    }
}

fn ppm(text: &str) -> Result<PartsPerBillion, units::UnitError> {
    if text.parse::<f64>().is_ok() {
        return units::frequency_offset(&format!("{text} ppm"));
    }
    units::frequency_offset(text)
}

fn fec(name: &str) -> Result<Fec, units::UnitError> {
    Fec::from_name(name)
        .ok_or_else(|| units::UnitError { found: name.to_string(), expected: "rs255-239 or none" })
}

/// A client and what it sent.
#[derive(Debug, Serialize)]
pub struct ClientReport {
    /// Its kind, and the tributary port.
    pub client: String,
    /// Packets sent.
    pub packets: u64,
    /// Their octets without FCS, or octets of a file of bits.
    pub octets: u64,
    /// All of its input was sent.
    pub ended: bool,
}

/// Result of `otn wrap`.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The capture or file of bits.
    pub input: Option<String>,
    /// The tree file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tree: Option<String>,
    /// The line.
    pub output: String,
    /// The files of lanes, where these were written in the place of the output.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lanes: Vec<String>,
    /// The signal.
    pub signal: &'static str,
    /// Packets read and left out.
    pub packets_read: InputCounts,
    /// Packets sent, of all clients.
    pub packets: u64,
    /// Octets sent, of all clients.
    pub octets: u64,
    /// Clients with an input.
    pub clients: Vec<ClientReport>,
    /// Frames in communication channels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gcc: Vec<ChannelSent>,
    /// Frames written.
    pub frames: u64,
    /// Errors inserted.
    pub errors_inserted: u64,
    /// Events injected, and the frames that each changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub injected: Vec<Injected>,
    /// Bits flipped on the line.
    pub bits_flipped: u64,
    /// Ctrl-C ended the work early.
    pub interrupted: bool,
    /// Line bits made by a second of real time, in Gbit/s.
    pub speed_gbit_s: f64,
}

/// What makes the frames.
enum Source {
    Otu(Box<OtuSource>),
    Odu(Box<OduSource>),
}

/// A signal ready to be made.
struct Made {
    signal: Signal,
    coding: LineCoding,
    source: Source,
    clients: Signals,
    channels: ChannelInserter,
    clock: FrameClock,
    injector: Injector,
    /// No failure of a client begins or ends later.
    failures_over: SimTime,
    /// Frames in which everything that was sent is on the line.
    trailing: u64,
    /// Frames that are written at least.
    least: u64,
}

/// Runs the command.
///
/// # Errors
/// An input that cannot be read, a tree that cannot be, an output that cannot be written.
pub fn run(arguments: &Arguments) -> Result<Verdict> {
    if arguments.inject.list(arguments.format)? {
        return Ok(Verdict::Fine);
    }
    let channels = arguments.gcc.iter().map(|channel| &channel.path);
    for input in arguments.input.iter().chain(&arguments.tree).chain(channels) {
        for path in outputs(arguments)? {
            not_the_input(input, &path)?;
        }
    }
    let interrupt = Interrupt::listen();
    let started = Instant::now();
    let mut made = make(arguments)?;
    let written = write_line(arguments, &mut made, &interrupt)?;
    let seconds = started.elapsed().as_secs_f64();
    let report = report(arguments, &made, &written, &interrupt, seconds);
    if let Some(input) = &arguments.input {
        warn(&report.packets_read.warnings(input));
    }
    arguments.format.print(&report, text)?;
    Ok(if report.interrupted { Verdict::Defective } else { Verdict::Fine })
}

/// The tree of the arguments where there is no file: one client.
fn single(arguments: &Arguments) -> Tree {
    let client = ClientEntry {
        kind: arguments.client,
        mapping: arguments.mapping,
        offset: arguments.client_ppm,
        input: arguments.input.clone(),
    };
    Tree {
        odu: None,
        offset: arguments.ppm.unwrap_or_default(),
        tti: None,
        mfas: None,
        csf: false,
        fails: None,
        inside: Inside::Client(client),
        at: serde_saphyr::Location::UNKNOWN,
    }
}

fn make(arguments: &Arguments) -> Result<Made> {
    let trace = Tti::new("OTN-WRAP", "OTN-UNWRAP", "otn wrap")?;
    let file = match &arguments.tree {
        None => None,
        Some(path) => {
            let name = || path.display().to_string();
            let text = std::fs::read_to_string(path).with_context(name)?;
            Some(tree_file::read(path, &text)?)
        }
    };
    let (mut tree, file_signal, section, name) = match file {
        None => (single(arguments), None, None, String::new()),
        Some(TreeFile { signal, tti, root, file }) => (root, signal, tti, file),
    };
    tree.offset = arguments.ppm.unwrap_or(tree.offset);
    for input in inputs(&tree) {
        not_the_input(input, &arguments.output)?;
    }
    let signal = signal(arguments.signal.or(file_signal), &tree)?;
    let (pfcs, fails) = (arguments.pfcs, arguments.client_fail);
    let plan = Plan { file: &name, tti: trace, pfcs, fails, repeats: arguments.inject.repeats() };
    let Built { source: mut odu, clients, failures_over } = build(plan, &tree, Some(signal.odu()))?;
    // A client by BMP gives the ODU its clock, and an ODUflex(CBR) its rate.
    let signal = if signal.is_otu() { signal } else { odu.signal() };
    let clock = FrameClock::new(signal, odu.offset());
    let injector = arguments.inject.attach(signal, arguments.lanes.is_some(), &mut odu)?;
    let coding = LineCoding { fec: arguments.fec, scrambled: !arguments.no_scramble };
    let channels = ChannelInserter::open(&arguments.gcc, signal.is_otu(), arguments.gcc_repeat)?;
    let (trailing, least) = lengths(&tree, signal, &clock);
    let last_error = arguments.errors.iter().map(ErrorInsertion::from).max();
    let until_error = last_error.map_or(0, |at| frames_in(&clock, signal, at) + TRAILING);
    let least = least.max(until_error).max(arguments.min_frames);
    let source = if signal.is_otu() {
        Source::Otu(Box::new(OtuSource::new(coding, section.unwrap_or(trace), odu)))
    } else {
        let of_otu = arguments.errors.iter().any(ErrorInsertion::needs_otu);
        ensure!(!of_otu, "--error: found one that needs an OTU; the signal is {signal}");
        Source::Odu(Box::new(odu))
    };
    Ok(Made {
        signal,
        coding,
        source,
        clients,
        channels,
        clock,
        injector,
        failures_over,
        trailing,
        least,
    })
}

/// The signal asked for, else the one that the tree belongs in.
fn signal(asked: Option<Signal>, tree: &Tree) -> Result<Signal> {
    if let Some(signal) = asked {
        return Ok(signal);
    }
    let home = match &tree.inside {
        Inside::Client(client) => tree.odu.or(client.kind.odu()),
        Inside::Tributaries { .. } => tree.odu,
    };
    let is_default = matches!(&tree.inside, Inside::Client(c) if c.kind.odu().is_none()
        && !matches!(c.kind.nature, Nature::Oci | Nature::Lck | Nature::Ais));
    match home {
        Some(odu) => {
            let around = |s: &Signal| s.is_otu() && s.odu() == odu;
            Ok(Signal::ALL.into_iter().find(around).unwrap_or(odu))
        }
        None if is_default => Ok(Signal::Otu2),
        None => bail!("--signal: expected the signal that carries this"),
    }
}

/// Time for which octets are on their way through each stage of multiplexing: two multiframes, and
/// four frames of the slowest ODU there is.
const STAGE: SimTime = SimTime::from_ns(600_000);
/// Time in which each ODU of a tree shows its payload structure, and some frames behind it.
const SHOWN: SimTime = SimTime::from_ns(2_000_000);

/// Stages of multiplexing.
fn stages(tree: &Tree) -> u64 {
    match &tree.inside {
        Inside::Client(_) => 0,
        Inside::Tributaries { tributaries, .. } => {
            1 + tributaries.iter().map(|t| stages(&t.tree)).max().unwrap_or(0)
        }
    }
}

/// Frames that begin within this time.
fn frames_in(clock: &FrameClock, signal: Signal, time: SimTime) -> u64 {
    clock.first_bit_from(time).div_ceil(signal.frame_bits())
}

/// Frames after the end of all clients, and the least number of frames of a tree.
fn lengths(tree: &Tree, signal: Signal, clock: &FrameClock) -> (u64, u64) {
    let stages = stages(tree);
    let of = |time: SimTime| frames_in(clock, signal, time);
    let on_the_way = of(SimTime::from_ps(stages * STAGE.as_ps()));
    let coded =
        matches!(&tree.inside, Inside::Client(c) if matches!(c.kind.nature, Nature::Ethernet(..)));
    let trailing = TRAILING + on_the_way + if coded { 8 } else { 0 };
    let least = if stages > 0 { on_the_way + of(SHOWN) } else { 0 };
    (trailing, least)
}

/// The inputs of a tree.
fn inputs(tree: &Tree) -> Vec<&Path> {
    match &tree.inside {
        Inside::Client(client) => client.input.as_deref().into_iter().collect(),
        Inside::Tributaries { tributaries, .. } => {
            tributaries.iter().flat_map(|t| inputs(&t.tree)).collect()
        }
    }
}

/// What was written.
struct Written {
    frames: u64,
    bits_flipped: u64,
    errors: u64,
}

/// The files that will be written.
fn outputs(arguments: &Arguments) -> Result<Vec<PathBuf>> {
    match arguments.lanes {
        Some(lanes) => lane_paths(&arguments.output, lanes.into()),
        None => Ok(vec![arguments.output.clone()]),
    }
}

fn writer(arguments: &Arguments, made: &Made) -> Result<SignalWriter> {
    let (path, width) = (&arguments.output, arguments.width);
    let Some(lanes) = arguments.lanes else {
        return SignalWriter::create(path, made.signal, made.coding, width);
    };
    let skew = &arguments.skew;
    let writer = LaneWriter::create(path, made.signal, made.coding, width, lanes.into(), skew)?;
    Ok(SignalWriter::lanes(path, writer))
}

/// Writes frames until every client is through.
fn write_line(arguments: &Arguments, made: &mut Made, interrupt: &Interrupt) -> Result<Written> {
    let mut writer = writer(arguments, made)?;
    let mut channel = Channel::new(arguments.ber, seed::stream(arguments.seed, "wrap"));
    let mut inserter = Inserter::new(&arguments.errors, made.clock);
    let (mut otu, mut odu) = (OtuFrame::zeroed(), OduFrame::zeroed());
    let mut flipped = Vec::new();
    let (mut frames, mut flips, mut trailing) = (0, 0, 0);
    let bar = progress(size(&made.clients, arguments), Unit::Octets);
    let (exactly, least) = (arguments.frames.or(made.injector.frames()), made.least);
    let enough = made.trailing;
    let through = |frames: u64, trailing: u64| match exactly {
        Some(exactly) => frames >= exactly,
        None => frames >= least && trailing >= enough,
    };
    while !through(frames, trailing) && !interrupt.requested() {
        flipped.clear();
        let octets = match &mut made.source {
            Source::Otu(source) => {
                source.next_clear_frame(&mut otu);
                made.channels.clear(&mut otu)?;
                inserter.clear(frames, &mut otu);
                made.injector.clear(frames, &mut otu);
                made.coding.put_on_line(&mut otu);
                inserter.line(frames, &mut otu);
                made.injector.coded(frames, &mut otu);
                channel.transmit(otu.octets_mut(), &mut flipped);
                made.injector.received(frames, &mut otu);
                otu.octets()
            }
            Source::Odu(source) => {
                source.next_frame(&mut odu);
                made.channels.clear(&mut odu)?;
                inserter.clear(frames, &mut odu);
                channel.transmit(odu.octets_mut(), &mut flipped);
                odu.octets()
            }
        };
        let at = made.clock.frame_start(frames);
        writer.frame_on_lanes(at, octets, |lanes| made.injector.lanes(frames, lanes))?;
        flips += flipped.len() as u64;
        frames += 1;
        for (_, client) in &made.clients {
            if let Some(error) = client.error.take() {
                return Err(error);
            }
        }
        let sent: u64 = made.clients.iter().map(|(_, client)| client.octets.get()).sum();
        bar.set_position(sent);
        // Clients are asked between frames only: once all have ended, the last one is sent.
        let now = made.clock.frame_start(frames);
        let gone = |client: &Status| client.gone_at.get().is_some_and(|at| at <= now);
        let ended = |client: &Status| client.ended.get() || gone(client);
        let over = made.failures_over <= now && made.channels.ended();
        trailing += u64::from(over && made.clients.iter().all(|(_, client)| ended(client)));
    }
    bar.finish_and_clear();
    writer.commit()?;
    for error in inserter.idle() {
        warn(&[format!("--error {error}: nothing was inserted in {frames} frames")]);
    }
    for idle in made.injector.report().iter().filter(|injected| injected.frames == 0) {
        warn(&[format!("--inject {}: nothing was changed in {frames} frames", idle.event)]);
    }
    Ok(Written { frames, bits_flipped: flips, errors: inserter.inserted() })
}

/// Octets of all inputs, for a progress bar.
fn size(clients: &Signals, arguments: &Arguments) -> u64 {
    let of = |path: &Path| std::fs::metadata(path).map_or(0, |m| m.len());
    arguments.input.as_deref().map_or(clients.len() as u64, of)
}

fn report(
    arguments: &Arguments,
    made: &Made,
    written: &Written,
    interrupt: &Interrupt,
    seconds: f64,
) -> Report {
    let clients: Vec<ClientReport> = made
        .clients
        .iter()
        .map(|(name, status)| ClientReport {
            client: name.clone(),
            packets: status.packets.get(),
            octets: status.octets.get(),
            ended: status.ended.get(),
        })
        .collect();
    let shown = |path: &PathBuf| path.display().to_string();
    let lanes = arguments.lanes.and_then(|n| lane_paths(&arguments.output, n.into()).ok());
    let lanes = lanes.unwrap_or_default();
    Report {
        input: arguments.input.as_ref().map(shown),
        tree: arguments.tree.as_ref().map(shown),
        output: shown(&arguments.output),
        lanes: lanes.iter().map(shown).collect(),
        signal: made.signal.name(),
        packets_read: made.clients.first().map(|(_, s)| s.counts.get()).unwrap_or_default(),
        packets: clients.iter().map(|c| c.packets).sum(),
        octets: clients.iter().map(|c| c.octets).sum(),
        clients,
        gcc: made.channels.report(),
        frames: written.frames,
        errors_inserted: written.errors,
        injected: made.injector.report(),
        bits_flipped: written.bits_flipped,
        interrupted: interrupt.requested(),
        speed_gbit_s: (written.frames * made.signal.frame_bits()) as f64 / seconds / 1e9,
    }
}

fn text(report: &Report) -> String {
    let from = report.input.as_deref().or(report.tree.as_deref()).unwrap_or("test signal");
    let output = match report.lanes.as_slice() {
        [first, .., last] => format!("{first} … {last}"),
        _ => report.output.clone(),
    };
    let mut out = format!(
        "{from} → {}: {} packets, {} octets in {} {} frames, {} bits flipped; {:.2} Gbit/s\n",
        output,
        grouped(report.packets),
        grouped(report.octets),
        grouped(report.frames),
        report.signal,
        grouped(report.bits_flipped),
        report.speed_gbit_s
    );
    if report.tree.is_some() {
        for c in &report.clients {
            let rest = if c.ended { "" } else { ", not all of it" };
            out.push_str(&format!(
                "  {}: {} packets, {} octets{rest}\n",
                c.client,
                grouped(c.packets),
                grouped(c.octets)
            ));
        }
    }
    report.gcc.iter().for_each(|channel| out.push_str(&sent_text(channel)));
    for Injected { event, frames } in &report.injected {
        out.push_str(&format!("  {event}: {} frames changed\n", grouped(*frames)));
    }
    if report.errors_inserted > 0 {
        out.push_str(&format!("  errors inserted in {} frames\n", grouped(report.errors_inserted)));
    }
    out
}
