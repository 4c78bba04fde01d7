//! What `otn decode` says about injected events: the defects, raised and cleared at the frame.

mod common;

use std::path::Path;

use common::{capture, otn_in};
use serde_json::Value;

/// Start of frame `n` of an OTU2, in ns: 130 560 bits at 255/237 x 9.953280 Gbit/s.
fn start_ns(n: u64) -> u64 {
    n * 130_560 * 237 * 1_000_000 / (255 * 9_953_280)
}

fn wrapped(folder: &Path, arguments: &[&str]) -> Value {
    let ended = otn_in(folder, &[&["wrap"], arguments, &["-o", "line.pcapng"]].concat());
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{arguments:?}");
    let decoded = otn_in(folder, &["decode", "line.pcapng", "--json"]);
    let report: Value = serde_json::from_str(&decoded.stdout).expect("JSON");
    report["streams"][0].clone()
}

/// When the defect of a layer was raised and cleared, in ns.
fn spans(stream: &Value, layer: &str, defect: &str) -> Vec<(u64, Option<u64>)> {
    let all = stream["defects"].as_array().expect("defects");
    let of = all.iter().filter(|d| d["layer"] == layer && d["defect"] == defect);
    of.map(|d| (d["raised_ns"].as_u64().expect("a time"), d["cleared_ns"].as_u64())).collect()
}

/// Runs one event in [1 ms, 2 ms), frames 83 to 164 of an OTU2, and says when its defect stood.
fn one(event: &str, layer: &str, defect: &str) -> Vec<(u64, Option<u64>)> {
    let folder = tempfile::tempdir().expect("a folder");
    let injection = format!("{event}@1ms:1ms");
    let arguments = [&capture("afs"), "--inject", &injection, "--duration", "3ms"];
    spans(&wrapped(folder.path(), &arguments), layer, defect)
}

/// A persistence of n frames raises in the n-th frame with the event and clears in the n-th without.
#[test]
fn defects_of_overhead_are_raised_and_cleared_at_the_frame() {
    for (event, layer, defect, frames) in [
        ("odu-ais", "ODU", "dAIS", 3),
        ("odu-oci", "ODU", "dOCI", 3),
        ("odu-lck", "ODU", "dLCK", 3),
        ("sm-bdi", "OTU", "dBDI", 5),
        ("pm-bdi", "ODU", "dBDI", 5),
        ("sm-iae", "OTU", "dIAE", 5),
        ("sm-biae", "OTU", "dBIAE", 3),
    ] {
        let expected = (start_ns(83 + frames - 1), Some(start_ns(165 + frames - 1)));
        assert_eq!(one(event, layer, defect), [expected], "{event}");
    }
}

#[test]
fn a_maintenance_signal_leaves_a_section_without_errors() {
    let folder = tempfile::tempdir().expect("a folder");
    for event in ["odu-ais", "odu-oci", "odu-lck"] {
        let injection = format!("{event}@1ms:1ms");
        let arguments = [&capture("afs"), "--inject", &injection, "--duration", "3ms"];
        let stream = wrapped(folder.path(), &arguments);
        assert_eq!(stream["sm"]["bip_violations"], 0, "{event}: {}", stream["sm"]);
        assert_eq!(stream["fec"]["corrected_bits"], 0, "{event}");
    }
}

/// Out of frame or multiframe with the fifth bad frame, and the defect 3 ms later, in the next frame
/// at the latest; frame 411 is the first from 5 ms on, frame 1067 the first from 13 ms on.
#[test]
fn losses_of_alignment_are_raised_three_milliseconds_after_the_fifth_frame() {
    let folder = tempfile::tempdir().expect("a folder");
    let frame_ns = 12_192;
    for (event, defect) in [("lof", "dLOF"), ("los", "dLOF"), ("lom", "dLOM")] {
        let injection = format!("{event}@5ms:8ms");
        let stream = wrapped(folder.path(), &[&capture("afs"), "--inject", &injection]);
        let spans = spans(&stream, "OTU", defect);
        let [(raised, Some(cleared))] = spans[..] else { panic!("{event}: {spans:?}") };
        let out = start_ns(411 + 4) + 3_000_000;
        assert!((out..=out + frame_ns).contains(&raised), "{event}: {raised}");
        let back = start_ns(1_067);
        // A frame to find, one to confirm, and 3 ms at most.
        assert!((back..=back + 3_000_000 + 2 * frame_ns).contains(&cleared), "{event}: {cleared}");
    }
    // Five frames in 255 never make it.
    let short = ["--inject", "lof@1ms:on=5f,off=250f,for=9ms"];
    let stream = wrapped(folder.path(), &[&[capture("afs").as_str()], &short[..]].concat());
    assert_eq!(stream["defects"], Value::Array(Vec::new()));
}

#[test]
fn pn11_raises_ais_within_a_frame() {
    let spans = one("otu-ais", "OTU", "dAIS");
    let [(raised, Some(cleared))] = spans[..] else { panic!("{spans:?}") };
    assert!((start_ns(83)..=start_ns(84)).contains(&raised), "{raised}");
    // The decoder may date the end by the last bit of the sequence.
    assert!((start_ns(165) - 1..=start_ns(166)).contains(&cleared), "{cleared}");
}

#[test]
fn loss_of_frame_delineation_lasts_as_long_as_the_headers_are_wrong() {
    let spans = one("lfd", "OPU", "dLFD");
    let [(raised, Some(cleared))] = spans[..] else { panic!("{spans:?}") };
    assert!((start_ns(83)..=start_ns(84)).contains(&raised), "{raised}");
    assert!((start_ns(165)..=start_ns(167)).contains(&cleared), "{cleared}");
}

/// PSI[2] comes in frame 258, and the first client management frame in frame 247, the first from
/// 3 ms on.
#[test]
fn a_failed_client_raises_csf() {
    let folder = tempfile::tempdir().expect("a folder");
    let arguments = [&capture("afs"), "--inject", "csf@3ms", "--duration", "4ms"];
    let spans = spans(&wrapped(folder.path(), &arguments), "OPU", "dCSF");
    let [(raised, None)] = spans[..] else { panic!("{spans:?}") };
    assert!((start_ns(247)..=start_ns(248)).contains(&raised), "{raised}");
}

/// ODU4 frames last 1.1677 us and ODU0 frames 98.354 us: OOF in the fifth, 3 ms later the defect.
#[test]
fn the_multiframe_of_an_opu4_and_an_odu_in_it_are_lost() {
    let folder = tempfile::tempdir().expect("a folder");
    let tree = "signal: ODU4\nodu: {tributaries: [{kind: ODU0, client: prbs, slots: [7]}]}";
    std::fs::write(folder.path().join("tree.yaml"), tree).unwrap();
    let run = |event: &str, layer: &str, defect: &str| {
        let arguments = ["--tree", "tree.yaml", "--inject", event, "--duration", "12ms"];
        spans(&wrapped(folder.path(), &arguments), layer, defect)
    };
    let found = run("loomfi@2ms:4ms", "OPU", "dLOOMFI");
    let [(raised, Some(cleared))] = found[..] else { panic!("{found:?}") };
    assert!((5_004_600..5_008_200).contains(&raised), "{raised}");
    assert!((6_000_000..6_005_000).contains(&cleared), "{cleared}");
    let found = run("loflom/7@2ms:4ms", "ODU", "dLOFLOM");
    let [(raised, Some(cleared))] = found[..] else { panic!("{found:?}") };
    // Some frames are on their way between the slots of two multiframes of 93.4 us.
    assert!((5_393_000..5_800_000).contains(&raised), "{raised}");
    assert!((9_000_000..9_500_000).contains(&cleared), "{cleared}");
    let found = run("odu-lck/7@2ms:4ms", "ODU", "dLCK");
    let [(raised, Some(cleared))] = found[..] else { panic!("{found:?}") };
    assert!((2_196_000..2_600_000).contains(&raised), "{raised}");
    assert!((cleared - raised).abs_diff(4_000_000) < 99_000, "{raised} {cleared}");
}
