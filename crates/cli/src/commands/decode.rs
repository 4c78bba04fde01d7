//! `otn decode`: what is in an OTN signal.
//!
//! In: an OTN capture, raw bits or hexadecimal text. Out: a report, as text or JSON, and on request
//! the packets. Exit code 1 where anything is wrong with the signal.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Result;
use otn_frame::Signal;
use serde::Serialize;

use super::{Written, output_folder};
use crate::capture::{LINK_ETHERNET, PcapNgWriter};
use crate::cli::{Format, warn};
use crate::decoder::{Harvest, MonitoringReport, ReportOnly, StreamReport, decode, defect_lines};
use crate::input::{SignalFile, StreamInfo};
use crate::output::OutFile;
use crate::session::{Interrupt, Unit, progress};
use crate::text::grouped;
use crate::{Verdict, units};

/// Arguments of `otn decode`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The signal: OTN capture (.pcapng), raw bits (.bin) or hexadecimal text (.hex)
    pub file: PathBuf,
    /// Signal of a file that does not say what it is: OTU1, OTU2, OTU3 or OTU4
    #[arg(long, default_value = "OTU2", value_parser = otu)]
    pub signal: Signal,
    /// Write the clients found to this folder
    #[arg(long, value_name = "DIR")]
    pub clients: Option<PathBuf>,
    /// How the report is printed
    #[command(flatten)]
    pub format: Format,
}

/// An OTUk by name.
pub(super) fn otu(name: &str) -> Result<Signal, units::UnitError> {
    Signal::from_name(name).filter(|s| s.is_otu()).ok_or_else(|| units::UnitError {
        found: name.to_string(),
        expected: "OTU1, OTU2, OTU3 or OTU4",
    })
}

/// Result of `otn decode`.
#[derive(Debug, Serialize)]
pub struct Report {
    /// The file.
    pub file: String,
    /// Ctrl-C ended the work early.
    pub interrupted: bool,
    /// Its streams.
    pub streams: Vec<StreamReport>,
}

/// Packets of each stream, a file each.
struct ClientFolder {
    folder: PathBuf,
    files: Vec<PcapNgWriter<OutFile>>,
}

impl Harvest for ClientFolder {
    fn stream(&mut self, index: usize, info: &StreamInfo) -> Result<()> {
        let path = self.folder.join(format!("client-{index}.pcapng"));
        let mut writer = PcapNgWriter::new(OutFile::create(&path)?).written(&path)?;
        let name = info.interface.as_deref().unwrap_or("");
        writer.interface(LINK_ETHERNET, name, "Ethernet by GFP-F").written(&path)?;
        self.files.push(writer);
        Ok(())
    }

    fn packet(&mut self, stream: usize, stamp_ns: u64, octets: &[u8]) -> Result<()> {
        self.files[stream].packet(0, stamp_ns, octets).written(&self.folder)
    }
}

/// Runs the command.
///
/// # Errors
/// A file that cannot be read or is not a signal, an output that cannot be written.
pub fn run(arguments: &Arguments) -> Result<Verdict> {
    let interrupt = Interrupt::listen();
    let mut file = SignalFile::open(&arguments.file)?;
    let bar = progress(file.size(), Unit::Octets);
    let advance = |octets| bar.inc(octets);
    let streams = match &arguments.clients {
        None => decode(&mut file, arguments.signal, &interrupt, &mut ReportOnly, advance)?,
        Some(folder) => {
            output_folder(folder)?;
            let mut clients = ClientFolder { folder: folder.clone(), files: Vec::new() };
            let streams = decode(&mut file, arguments.signal, &interrupt, &mut clients, advance)?;
            for writer in clients.files {
                writer.into_inner().commit()?;
            }
            streams
        }
    };
    bar.finish_and_clear();
    warn(&file.take_warnings());
    let interrupted = interrupt.requested();
    let name = arguments.file.display().to_string();
    let report = Report { file: name, interrupted, streams };
    arguments.format.print(&report, |r| text(&arguments.file, r))?;
    Ok(verdict(&report))
}

fn verdict(report: &Report) -> Verdict {
    let fine = !report.streams.is_empty() && report.streams.iter().all(StreamReport::is_fine);
    if fine && !report.interrupted { Verdict::Fine } else { Verdict::Defective }
}

fn text(file: &Path, report: &Report) -> String {
    let mut out = format!("{}", file.display());
    if report.interrupted {
        out.push_str(" (interrupted: only the part read so far)");
    }
    out.push('\n');
    if report.streams.is_empty() {
        out.push_str("  no stream in this capture\n");
    }
    for stream in &report.streams {
        stream_text(&mut out, stream);
    }
    out
}

/// The report of one stream as text.
pub(super) fn stream_text(out: &mut String, s: &StreamReport) {
    let name = s.interface.as_deref().map_or(String::new(), |i| format!("{i}: "));
    let assumed = if s.signal_assumed { " (assumed; --signal tells)" } else { "" };
    let scrambled = if s.scrambled { "scrambled" } else { "not scrambled" };
    // Writing to a String cannot fail: its results are let go in this function.
    let _ = writeln!(out, "\n{name}{}{assumed}, {scrambled}, FEC {}", s.signal, s.fec.code);
    let a = &s.alignment;
    let Some(bit_offset) = a.bit_offset else {
        let _ = writeln!(out, "  alignment   no frame found");
        defects_text(out, s);
        return;
    };
    let _ = writeln!(
        out,
        "  alignment   first frame at bit {}, {} frames; FAS wrong in {}, out of frame {} times",
        grouped(bit_offset),
        grouped(s.frames),
        grouped(a.fas_errored_frames),
        a.oof_events
    );
    let m = &s.odu.mfas;
    let first = m.first.map_or("-".to_string(), |f| format!("{f:02X}"));
    let _ = writeln!(out, "  multiframe  first MFAS {first}, {} jumps", m.jumps_at.len());
    fec_text(out, s);
    monitoring_text(out, "SM", &s.sm);
    monitoring_text(out, "PM", &s.odu.pm);
    let (ais, oci, lck) = (s.odu.maintenance.ais, s.odu.maintenance.oci, s.odu.maintenance.lck);
    if ais + oci + lck > 0 {
        let _ = writeln!(out, "  {}        frames of AIS {ais}, OCI {oci}, LCK {lck}", s.odu.kind);
    }
    payload_text(out, s);
    defects_text(out, s);
}

fn fec_text(out: &mut String, s: &StreamReport) {
    let f = &s.fec;
    let Some(ber) = f.pre_fec_ber else { return };
    let _ = writeln!(
        out,
        "  FEC         {} codewords, {} corrected ({} bits, pre-FEC BER {ber:.2e}), {} uncorrectable",
        grouped(f.codewords),
        grouped(f.corrected),
        grouped(f.corrected_bits),
        grouped(f.uncorrectable)
    );
}

fn monitoring_text(out: &mut String, name: &str, m: &MonitoringReport) {
    let _ = writeln!(
        out,
        "  {name}          BIP-8 violations {} in {} frames, BEI {}, BDI in {} frames",
        grouped(m.bip_violations),
        grouped(m.bip_mismatch_frames),
        grouped(m.bei_total),
        grouped(m.bdi_frames)
    );
    for t in &m.tti {
        let _ = writeln!(
            out,
            "  {name} TTI      SAPI \"{}\" DAPI \"{}\", {} copies",
            t.sapi, t.dapi, t.repeats
        );
    }
}

fn payload_text(out: &mut String, s: &StreamReport) {
    let opu = &s.odu.opu;
    let meaning = opu.pt_meaning.map_or(String::new(), |m| format!(" ({m})"));
    let pt = if opu.pt.is_empty() { "not seen".to_string() } else { opu.pt.join(", ") };
    let _ = writeln!(out, "  payload     PT {}{meaning}", pt.to_uppercase());
    let Some(g) = &opu.gfp else { return };
    let state = if g.sync { "in sync" } else { "not in sync" };
    let _ = writeln!(
        out,
        "  GFP         {state}, lost {} times; cHEC repaired {}, tHEC wrong {}, idles {}",
        g.sync_losses,
        g.chec_corrected,
        g.thec_errors,
        grouped(g.idles)
    );
    let _ = writeln!(
        out,
        "  Ethernet    {} frames, {} octets, FCS wrong {}; SHA-256 {}",
        grouped(g.ethernet_frames),
        grouped(g.ethernet_octets),
        g.fcs_errors,
        g.sha256
    );
}

fn defects_text(out: &mut String, s: &StreamReport) {
    if s.defects.is_empty() {
        let _ = writeln!(out, "  defects     none");
    }
    for line in defect_lines(&s.defects, &s.defect_times) {
        let _ = writeln!(out, "  defect      {line}");
    }
}
