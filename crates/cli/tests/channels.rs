//! HDLC frames through the communication channels of a signal: `otn wrap --gcc`, `otn decode --gcc`.

mod common;

use common::{capture, otn_in};
use otn::capture::{CaptureReader, LINK_ETHERNET, PcapNgWriter};
use serde_json::Value;
use std::fs::File;
use std::path::Path;

const PPP: i32 = 50;
const CISCO: i32 = 104;

/// Frames of some lengths, with octets that need stuffing, behind this start.
fn frames(start: &[u8], count: usize) -> Vec<Vec<u8>> {
    let octet = |n: usize, at: usize| match (n + at) % 5 {
        0 => 0xFF,
        1 => 0x7E,
        2 => 0x7D,
        _ => (n * 31 + at * 7) as u8,
    };
    (0..count)
        .map(|n| start.iter().copied().chain((0..3 * n).map(|at| octet(n, at))).collect())
        .collect()
}

fn write_capture(path: &Path, link_type: i32, frames: &[Vec<u8>]) {
    let mut writer = PcapNgWriter::new(File::create(path).expect("the folder is there"))
        .expect("it can be written");
    writer.interface(link_type, "x", "").expect("short enough");
    for (n, frame) in frames.iter().enumerate() {
        writer.packet(0, n as u64, frame).expect("short enough");
    }
}

/// Link type of the first interface, and the packets.
fn read_capture(path: &Path) -> (i32, Vec<Vec<u8>>) {
    let mut reader =
        CaptureReader::new(File::open(path).expect("it was written")).expect("a capture");
    let mut packets = Vec::new();
    while let Some(record) = reader.next_record().expect("whole") {
        packets.push(record.octets.to_vec());
    }
    (reader.interfaces()[0].link_type, packets)
}

fn json(folder: &Path, arguments: &[&str], code: i32) -> Value {
    let ended = otn_in(folder, &[arguments, &["--json"]].concat());
    assert_eq!(ended.code, code, "{}", ended.stderr);
    serde_json::from_str(&ended.stdout).expect("JSON")
}

#[test]
fn frames_go_through_three_channels_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let sent = [
        ("gcc0", PPP, frames(&[0xFF, 3, 0, 0x21], 9)),
        ("gcc1", CISCO, frames(&[0x8F, 0, 0x80, 0x35], 12)),
        ("gcc2", PPP, frames(&[0xFF, 3, 0xC0, 0x21], 5)),
    ];
    let mut wrap: Vec<String> = Vec::new();
    let mut decode: Vec<String> = Vec::new();
    for (channel, link_type, frames) in &sent {
        write_capture(&folder.join(format!("{channel}.pcapng")), *link_type, frames);
        wrap.extend(["--gcc".into(), format!("{channel}={channel}.pcapng")]);
        decode.extend(["--gcc".into(), format!("{channel}={channel}-out.pcapng")]);
    }
    let words = |words: &'static [&str], more: &[String]| -> Vec<String> {
        words.iter().map(ToString::to_string).chain(more.iter().cloned()).collect()
    };
    let wrap = words(&["wrap", "--client", "prbs", "--signal", "OTU1", "-o", "line.pcapng"], &wrap);
    let wrap: Vec<&str> = wrap.iter().map(String::as_str).collect();
    let report = json(folder, &wrap, 0);
    for (at, (channel, _, frames)) in sent.iter().enumerate() {
        let octets: usize = frames.iter().map(Vec::len).sum();
        let own = &report["gcc"][at];
        assert_eq!(
            (&own["channel"], &own["frames"]),
            (&Value::from(*channel), &frames.len().into())
        );
        assert_eq!((&own["octets"], &own["ended"]), (&octets.into(), &true.into()));
    }
    let decode = words(&["decode", "line.pcapng"], &decode);
    let decode: Vec<&str> = decode.iter().map(String::as_str).collect();
    let report = json(folder, &decode, 0);
    for (at, (channel, link_type, frames)) in sent.iter().enumerate() {
        let out = read_capture(&folder.join(format!("{channel}-out.pcapng")));
        assert_eq!(out, (*link_type, frames.clone()), "{channel}");
        let own = &report["gcc"][at];
        assert_eq!((&own["frames"], &own["fcs_bits"]), (&frames.len().into(), &16.into()));
        for wrong in ["fcs_errors", "aborted", "too_short", "too_long", "unaligned"] {
            assert_eq!(own[wrong], 0, "{channel}: {wrong}");
        }
    }
    let text = otn_in(folder, &["decode", "line.pcapng", "--gcc", "gcc1=again.pcapng"]);
    assert!(text.stdout.contains("  gcc1        12 HDLC frames, "), "{}", text.stdout);
    assert!(text.stdout.contains("(cisco, FCS of 16 bits) → again.pcapng; wrong FCS 0"));
}

#[test]
fn both_channels_of_an_odu_are_one_and_ethernet_goes_behind_ff_03() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let packets: Vec<Vec<u8>> = frames(&[2, 0, 0, 0, 0, 1], 8);
    write_capture(&folder.join("eth.pcapng"), LINK_ETHERNET, &packets);
    let wrap = ["wrap", "--client", "null", "--signal", "ODU1", "-o", "line.pcapng"];
    json(folder, &[&wrap[..], &["--gcc", "gcc1+2=eth.pcapng"]].concat(), 0);
    json(
        folder,
        &["decode", "line.pcapng", "--gcc", "gcc1+2=out.pcapng", "--gcc", "gcc1=half.pcapng"],
        0,
    );
    let expected: Vec<Vec<u8>> =
        packets.iter().map(|p| [&[0xFF, 3], p.as_slice()].concat()).collect();
    assert_eq!(read_capture(&folder.join("out.pcapng")), (PPP, expected.clone()));
    let (_, half) = read_capture(&folder.join("half.pcapng"));
    assert!(half.iter().all(|frame| !expected.contains(frame)), "half of the octets make no frame");
    json(folder, &["decode", "line.pcapng", "--gcc", "gcc1+2:cisco=out.pcapng"], 0);
    assert_eq!(read_capture(&folder.join("out.pcapng")).0, CISCO);
}

#[test]
fn bit_errors_cost_frames_and_make_none() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let sent = frames(&[0xFF, 3], 20);
    write_capture(&folder.join("in.pcapng"), PPP, &sent);
    let wrap =
        ["wrap", "--client", "null", "--signal", "ODU1", "-o", "line.pcapng", "--ber", "1e-3"];
    json(folder, &[&wrap[..], &["--gcc", "gcc1=in.pcapng"]].concat(), 0);
    let report = json(folder, &["decode", "line.pcapng", "--gcc", "gcc1=out.pcapng"], 1);
    let (_, received) = read_capture(&folder.join("out.pcapng"));
    assert!(received.iter().all(|frame| sent.contains(frame)));
    let own = &report["gcc"][0];
    assert_eq!(own["frames"], received.len());
    assert!(received.len() < sent.len() && received.len() > 5, "{own}");
}

#[test]
fn an_unused_channel_gives_an_empty_capture_and_captures_repeat() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let sent = frames(&[0xFF, 3], 4);
    write_capture(&folder.join("in.pcapng"), PPP, &sent);
    let wrap = ["wrap", "--client", "null", "--signal", "OTU1", "-o", "line.pcapng"];
    json(folder, &[&wrap[..], &["--gcc", "gcc2=in.pcapng", "--gcc-repeat"]].concat(), 0);
    json(folder, &["decode", "line.pcapng", "--gcc", "gcc1=1.pcapng", "--gcc", "gcc2=2.pcapng"], 0);
    assert_eq!(read_capture(&folder.join("1.pcapng")), (PPP, Vec::new()));
    let (_, received) = read_capture(&folder.join("2.pcapng"));
    assert!(received.len() > 3 * sent.len(), "{}", received.len());
    assert!(received.iter().zip(sent.iter().cycle()).all(|(got, sent)| got == sent));
}

#[test]
fn what_cannot_be_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write_capture(&folder.join("in.pcapng"), PPP, &frames(&[0xFF, 3], 2));
    let refused = |arguments: &[&str], says: &str| {
        let ended = otn_in(folder, arguments);
        assert_eq!(ended.code, 2, "{}", ended.stdout);
        assert!(ended.stderr.contains(says), "{}", ended.stderr);
    };
    let wrap = ["wrap", "--client", "null", "--signal", "ODU1", "-o", "line.pcapng"];
    let with = |more: &[&'static str]| [&wrap[..], more].concat();
    refused(&with(&["--gcc", "gcc0=in.pcapng"]), "gcc0: expected an OTU as signal");
    refused(
        &with(&["--gcc", "gcc1@3=in.pcapng"]),
        "gcc1@3: expected a channel of the outermost ODU",
    );
    refused(&with(&["--gcc", "gcc9=in.pcapng"]), "found `gcc9=in.pcapng`, expected CHANNEL");
    refused(&with(&["--gcc", "gcc1=none.pcapng"]), "none.pcapng");
    let twice = with(&["--gcc", "gcc2=in.pcapng", "--gcc", "gcc1+2=in.pcapng"]);
    refused(&twice, "gcc1+2: is filled twice");
    let over = [
        "wrap",
        "--client",
        "null",
        "--signal",
        "ODU1",
        "-o",
        "in.pcapng",
        "--gcc",
        "gcc1=in.pcapng",
    ];
    refused(&over, "in.pcapng: is the input");
    let example = capture("afs");
    let same = ["decode", &example, "--gcc", "gcc1=x", "--gcc", "gcc2=x"];
    refused(&same, "x stands for two channels");
}
