//! The report of `otn decode` as text.

use std::fmt::Write as _;

use super::Report;
use super::supervision::{
    causes_text, performance_text, post_fec_text, round_trips_text, timeline_text,
};
use crate::channels::channel_text;
use crate::decoder::{
    ChannelReport, EthernetReport, GfpReport, GmpReport, JustificationReport, MonitoringReport,
    OduReport, OpuReport, OverheadReport, PrbsReport, StreamReport, TributaryReport, defect_lines,
};
use crate::text::grouped;

pub(super) fn text(report: &Report) -> String {
    let mut out = report.file.clone();
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
    round_trips_text(&mut out, &report.round_trips);
    report.gcc.iter().for_each(|channel| out.push_str(&channel_text(channel)));
    for file in &report.clients {
        out.push_str(&format!("  client      {file}\n"));
    }
    out
}

/// The report of one stream as text.
pub(in crate::commands) fn stream_text(out: &mut String, s: &StreamReport) {
    let name = s.interface.as_deref().map_or(String::new(), |i| format!("{i}: "));
    let from = match s.signal_from {
        "assumed" => " (assumed; --signal tells)",
        "structure" => " (by its structure)",
        _ => "",
    };
    let order = if s.lsb_first { ", bit 8 of each octet first" } else { "" };
    let polarity = if s.inverted { ", inverted" } else { "" };
    // Writing to a String cannot fail: its results are let go in this file.
    let _ = write!(out, "\n{name}{}{from}{order}{polarity}", s.signal);
    if let Some(fec) = &s.fec {
        let scrambled = if s.scrambled { "scrambled" } else { "not scrambled" };
        let _ = write!(out, ", {scrambled}, FEC {}", fec.code);
    }
    out.push('\n');
    if let Some(frames @ 1..) = s.otu_ais_frames {
        let _ = writeln!(out, "  OTU-AIS     in the place of {} frames", grouped(frames));
    }
    if let Some(lanes) = &s.lanes {
        let _ = writeln!(out, "  lanes       {}", lanes.text());
    }
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
    if let Some(sm) = &s.sm {
        monitoring_text(out, "  ", "SM", sm);
    }
    channels_text(out, "  ", &[("GCC0", s.gcc0.as_ref())]);
    odu_text(out, "  ", &s.odu);
    defects_text(out, s);
}

fn odu_text(out: &mut String, indent: &str, odu: &OduReport) {
    monitoring_text(out, indent, "PM", &odu.pm);
    let (ais, oci, lck) = (odu.maintenance.ais, odu.maintenance.oci, odu.maintenance.lck);
    if ais + oci + lck > 0 {
        let _ = writeln!(out, "{indent}{:<12}frames of AIS {ais}, OCI {oci}, LCK {lck}", odu.kind);
    }
    overhead_text(out, indent, &odu.overhead);
    payload_text(out, indent, &odu.opu);
}

/// What of the overhead is in use beside PM, in a line each.
fn overhead_text(out: &mut String, indent: &str, overhead: &OverheadReport) {
    for (level, t) in &overhead.tcm {
        let trace = t.tti.first().map_or(String::new(), |trace| {
            format!("; SAPI \"{}\" DAPI \"{}\"", trace.sapi, trace.dapi)
        });
        let _ = writeln!(
            out,
            "{indent}TCM{level}        BIP-8 violations {} in {} frames, BEI {}, BDI in {}, IAE in {}, \
             BIAE in {} frames{trace}",
            grouped(t.bip_violations),
            grouped(t.bip_mismatch_frames),
            grouped(t.bei_total),
            grouped(t.bdi_frames),
            grouped(t.iae_frames),
            grouped(t.biae_frames)
        );
        performance_text(out, indent, &format!("TCM{level}"), &t.performance);
    }
    let value = |(channel, values): (&u8, &Vec<String>)| {
        let whose = match channel {
            0 => "path".to_string(),
            1..=6 => format!("TCM{channel}"),
            _ => "server".to_string(),
        };
        format!("{whose} {}", values.join(" ").to_uppercase())
    };
    let aps: Vec<String> = overhead.aps.iter().map(value).collect();
    if !aps.is_empty() {
        let _ = writeln!(out, "{indent}APS/PCC     {}", aps.join("; "));
    }
    let reserved = |(name, values): (&&str, &Vec<String>)| format!("{name} {}", values.join(" "));
    let reserved: Vec<String> = overhead.reserved.iter().map(reserved).collect();
    if !reserved.is_empty() {
        let _ = writeln!(out, "{indent}reserved    {}", reserved.join("; ").to_uppercase());
    }
    let places = ["r2c4", "r2c14", "r3c13", "r3c14"];
    for (place, values) in places.iter().zip(overhead.exp.iter().flatten()) {
        if !values.is_empty() {
            let _ = writeln!(out, "{indent}EXP {place:<8}{}", values.join(" ").to_uppercase());
        }
    }
    let (gcc1, gcc2) = (overhead.gcc1.as_ref(), overhead.gcc2.as_ref());
    channels_text(out, indent, &[("GCC1", gcc1), ("GCC2", gcc2)]);
}

fn channels_text(out: &mut String, indent: &str, channels: &[(&str, Option<&ChannelReport>)]) {
    for (name, channel) in channels {
        if let Some(c) = channel {
            let octets = grouped(c.octets);
            let _ = writeln!(out, "{indent}{name}        {octets} octets; SHA-256 {}", c.sha256);
        }
    }
}

fn fec_text(out: &mut String, s: &StreamReport) {
    let Some(f) = &s.fec else { return };
    let Some(ber) = f.pre_fec_ber else { return };
    let _ = writeln!(
        out,
        "  FEC         {} codewords, {} corrected ({} bits, pre-FEC BER {ber:.2e}), {} uncorrectable",
        grouped(f.codewords),
        grouped(f.corrected),
        grouped(f.corrected_bits),
        grouped(f.uncorrectable)
    );
    post_fec_text(out, f);
}

fn monitoring_text(out: &mut String, indent: &str, name: &str, m: &MonitoringReport) {
    let _ = writeln!(
        out,
        "{indent}{name}          BIP-8 violations {} in {} frames, BEI {}, BDI in {} frames",
        grouped(m.bip_violations),
        grouped(m.bip_mismatch_frames),
        grouped(m.bei_total),
        grouped(m.bdi_frames)
    );
    performance_text(out, indent, name, &m.performance);
    for t in &m.tti {
        let _ = writeln!(
            out,
            "{indent}{name} TTI      SAPI \"{}\" DAPI \"{}\", {} copies",
            t.sapi, t.dapi, t.repeats
        );
    }
}

fn payload_text(out: &mut String, indent: &str, opu: &OpuReport) {
    let meaning = opu.pt_meaning.map_or(String::new(), |m| format!(" ({m})"));
    let pt = if opu.pt.is_empty() { "not seen".to_string() } else { opu.pt.join(", ") };
    let _ = writeln!(out, "{indent}payload     PT {}{meaning}", pt.to_uppercase());
    if opu.csf_frames > 0 {
        let _ = writeln!(out, "{indent}CSF         in {} multiframes", opu.csf_frames);
    }
    if let Some(g) = &opu.gfp {
        gfp_text(out, indent, g);
    }
    justification_text(out, indent, opu.justification.as_ref(), opu.gmp.as_ref());
    if let (Some(octets), Some(sha)) = (opu.client_octets, &opu.client_sha256) {
        let _ = writeln!(out, "{indent}client      {} octets; SHA-256 {sha}", grouped(octets));
    }
    if let Some(p) = &opu.prbs {
        prbs_text(out, indent, p);
    }
    if let Some(e) = &opu.ethernet {
        ethernet_text(out, indent, e);
    }
    if let Some(errors) = opu.null_errors {
        let _ = writeln!(out, "{indent}NULL        {} octets other than zero", grouped(errors));
    }
    for refused in opu.refused.iter().flatten() {
        let _ = writeln!(out, "{indent}MSI         {refused}: cannot be");
    }
    for tributary in opu.tributaries.iter().flatten() {
        tributary_text(out, indent, tributary);
    }
}

fn tributary_text(out: &mut String, indent: &str, t: &TributaryReport) {
    let slots: Vec<String> = t.slots.iter().map(ToString::to_string).collect();
    let odu = t.odu.as_ref().map_or("not known", |odu| odu.kind);
    let _ = writeln!(
        out,
        "{indent}{} port {}, slots {}: {odu}, {} frames",
        t.kind,
        t.port,
        slots.join(" "),
        grouped(t.odu.as_ref().map_or(0, |odu| odu.frames))
    );
    let below = format!("{indent}  ");
    justification_text(out, &below, t.justification.as_ref(), t.gmp.as_ref());
    if t.alignment.fas_errored_frames + t.alignment.oof_events > 0 {
        let _ = writeln!(
            out,
            "{below}alignment   FAS wrong in {}, out of frame {} times",
            grouped(t.alignment.fas_errored_frames),
            t.alignment.oof_events
        );
    }
    if let Some(odu) = t.odu.as_ref().filter(|_| t.alignment.found) {
        odu_text(out, &below, odu);
    }
}

fn justification_text(
    out: &mut String,
    indent: &str,
    justification: Option<&JustificationReport>,
    gmp: Option<&GmpReport>,
) {
    if let Some(j) = justification {
        let codes: Vec<String> =
            j.jc.iter().map(|(code, times)| format!("{code} {} times", grouped(*times))).collect();
        let _ = writeln!(out, "{indent}{}         JC {}", j.mapping, codes.join(", "));
    }
    if let Some(g) = gmp {
        let counts: Vec<String> =
            g.cm.iter()
                .take(8)
                .map(|(cm, times)| format!("{cm} {} times", grouped(*times)))
                .collect();
        let more = if g.cm.len() > 8 { ", …" } else { "" };
        let _ = writeln!(
            out,
            "{indent}GMP         m {}, Cm {}{more}; CRC-8 wrong {}, CRC-5 wrong {}",
            g.m,
            counts.join(", "),
            g.crc8_errors,
            g.crc5_errors
        );
    }
}

fn prbs_text(out: &mut String, indent: &str, p: &PrbsReport) {
    let state = if p.locked { "locked" } else { "not locked" };
    let polarity = p.polarity.unwrap_or("no polarity");
    let ber = p.ber.unwrap_or(0.0);
    let _ = writeln!(
        out,
        "{indent}PRBS-31     {state}, {polarity}, {} bits, {} wrong (BER {ber:.2e}), locked again {} times",
        grouped(p.bits),
        grouped(p.errors),
        p.relocks
    );
}

fn ethernet_text(out: &mut String, indent: &str, e: &EthernetReport) {
    let state = if e.locked { "in lock" } else { "not in lock" };
    let _ = writeln!(
        out,
        "{indent}{:<12}{state}; {} frames, {} octets, FCS wrong {}, given up {}; SHA-256 {}",
        e.pcs,
        grouped(e.frames),
        grouped(e.octets),
        e.fcs_errors,
        e.errored_frames,
        e.sha256
    );
    if e.faults > 0 {
        let now = e.link_fault.unwrap_or("none");
        let _ = writeln!(out, "{indent}Link fault  {} times; at the end {now}", e.faults);
    }
}

fn gfp_text(out: &mut String, indent: &str, g: &GfpReport) {
    let state = if g.sync { "in sync" } else { "not in sync" };
    let _ = writeln!(
        out,
        "{indent}GFP         {state}, lost {} times; cHEC repaired {}, tHEC wrong {}, idles {}",
        g.sync_losses,
        g.chec_corrected,
        g.thec_errors,
        grouped(g.idles)
    );
    let _ = writeln!(
        out,
        "{indent}Ethernet    {} frames, {} octets, FCS wrong {}; SHA-256 {}",
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
    causes_text(out, s);
    timeline_text(out, s);
}
