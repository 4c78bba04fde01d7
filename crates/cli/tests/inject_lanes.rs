//! `otn wrap --lanes --inject` and what `otn decode --lanes` says: to the frame, by the rates alone.

mod common;

use std::path::Path;

use common::{capture, otn_in};
use serde_json::Value;

/// Start of frame `n` in ns: 130 560 bits at 255/236 x 39.813120 Gbit/s and 255/227 x 99.532800.
fn start_ns(signal: &str, n: u64) -> u64 {
    let (clients, kbit) = if signal == "OTU3" { (236, 39_813_120) } else { (227, 99_532_800) };
    n * 130_560 * clients * 1_000_000 / (255 * kbit)
}

/// A defect: name, place, raised and cleared in ns.
type Found = (String, String, u64, Option<u64>);

/// The defects of an OTU over lanes with these events.
fn defects(
    folder: &Path,
    signal: &str,
    lanes: usize,
    duration: &str,
    events: &[&str],
) -> Vec<Found> {
    let count = lanes.to_string();
    let prbs = ["wrap", "--fec", "none", "--client", "prbs", "-o", "line.bin", "--signal", signal];
    let events: Vec<&str> = events.iter().flat_map(|event| ["--inject", event]).collect();
    let lasts = ["--lanes", &count, "--duration", duration];
    let ended = otn_in(folder, &[&prbs[..], &lasts, &events].concat());
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{events:?}");
    let names: Vec<String> = (0..lanes).map(|lane| format!("line.{lane}.bin")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let ended = otn_in(folder, &[&["decode", "--lanes"], &names[..], &["--json"]].concat());
    assert_eq!(ended.code, 1);
    let report: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    let all = report["streams"][0]["defects"].as_array().expect("defects").clone();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let of = |d: &Value| {
        let raised = d["raised_ns"].as_u64().expect("a time");
        (text(&d["defect"]), text(&d["place"]), raised, d["cleared_ns"].as_u64())
    };
    all.iter().map(of).collect()
}

/// A lane frame of an OTU3 begins in every fourth frame. Five without FAS or with another marker, and
/// 3 ms; five of one marker, and 3 ms. Before 4 ms the first search is forgotten.
//= type=test g798:otl-oof-after-5
//= type=test g798:otl-loflane-3ms
//= type=test g798:otl-oor-after-5
//= type=test g798:otl-lor-3ms
#[test]
fn a_lane_without_fas_and_one_without_marker_are_lost_each_by_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    // Frame 1318 is the first from 4 ms on, 1351 from 4.1 ms, 2472 from 7.5 ms, 2505 from 7.6 ms.
    let events = ["lofl(2)@4ms:3500us", "lor(1)@4100us:3500us"];
    let found = defects(folder.path(), "OTU3", 4, "11ms", &events);
    let at = |frame| start_ns("OTU3", frame);
    let later = |frame| at(frame) + 3_000_000;
    // Lane 2 begins in frames 1318 to 1334 and, good again, 2474; lane 1 in 1353 to 1369, and good
    // again from 2505, for the fifth time in 2521.
    let expected = [
        ("dLOFLANE", "lane 2", later(1_334), later(2_474)),
        ("dLOL", "", later(1_334), at(2_521)),
        ("dLOR", "lane 1", later(1_369), later(2_521)),
    ];
    assert_eq!(found.len(), expected.len(), "{found:?}");
    for (name, place, raised, cleared) in expected {
        let of = |d: &&Found| (&d.0[..], &d.1[..]) == (name, place);
        let (.., up, down) = found.iter().find(of).expect(name);
        assert!(up.abs_diff(raised) <= 1, "{name} {up} {raised}");
        assert!(down.expect("cleared").abs_diff(cleared) <= 1, "{name} {down:?} {cleared}");
    }
}

/// Conformance case 53. Frame 3426 of an OTU4 is the first from 4 ms on, and lane 1 begins in frame
/// 3441 and each twentieth. The fifth marker of lane 0 ends its recovery; as lane 0 it is taken soon, so
/// that no lane is lost.
//= type=test g798:otl-lol-3ms
#[test]
fn two_lanes_with_one_marker_are_a_loss_of_lane_alignment_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let found = defects(folder.path(), "OTU4", 20, "8ms", &["lol@4ms:3500us"]);
    let [(name, place, raised, cleared)] = &found[..] else { panic!("{found:?}") };
    assert_eq!((&name[..], &place[..]), ("dLOL", ""));
    let expected = start_ns("OTU4", 3_441 + 4 * 20) + 3_000_000;
    assert!(raised.abs_diff(expected) <= 1, "{raised} {expected}");
    // Good again from frame 6441 on: five to give lane 0 up, five to take lane 1.
    let back = start_ns("OTU4", 6_441 + 9 * 20);
    assert!(cleared.expect("cleared").abs_diff(back) <= 1, "{cleared:?} {back}");
}

#[test]
fn dark_lanes_are_lost_all_and_come_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let found = defects(folder.path(), "OTU3", 4, "11ms", &["los@4ms:3500us"]);
    let mut lanes: Vec<_> = found.iter().filter(|d| d.0 == "dLOFLANE").collect();
    lanes.sort_by(|a, b| a.1.cmp(&b.1));
    // Lane frames begin in frames 1318 to 1321 and, good again, in 2472 to 2475, lane 2 first.
    for (lane, (_, place, raised, cleared)) in lanes.iter().enumerate() {
        assert_eq!(place, &format!("lane {lane}"));
        let order = (lane as u64 + 2) % 4;
        let out = start_ns("OTU3", 1_318 + order + 16) + 3_000_000;
        assert!(raised.abs_diff(out) <= 1, "{place} {raised} {out}");
        let back = start_ns("OTU3", 2_472 + lane as u64) + 3_000_000;
        assert!(cleared.expect("cleared").abs_diff(back) <= 1, "{place} {cleared:?} {back}");
    }
    assert_eq!(lanes.len(), 4);
    assert!(found.iter().all(|d| d.3.is_some()), "{found:?}");
}

#[test]
fn events_that_do_not_fit_the_line_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = capture("afs");
    let refused = |arguments: &[&str]| {
        let always = ["wrap", input.as_str(), "-o", "line.bin"];
        let ended = otn_in(folder.path(), &[&always[..], arguments].concat());
        assert_eq!(ended.code, 2, "{arguments:?}");
        ended.stderr
    };
    let single = refused(&["--signal", "OTU3", "--inject", "lofl(1)@1ms"]);
    assert!(single.contains("found a single line, expected --lanes"), "{single}");
    let lanes = ["--signal", "OTU3", "--lanes", "4", "--inject"];
    let lane = refused(&[&lanes[..], &["lor(4)@1ms"]].concat());
    assert!(lane.contains("found `4`, expected a lane below 4"), "{lane}");
    let cut = refused(&[&lanes[..], &["cut@1ms"]].concat());
    assert!(cut.contains("found --lanes, expected an event"), "{cut}");
    let odu = refused(&["--signal", "ODU3", "--inject", "lol@1ms"]);
    assert!(odu.contains("found an event of an OTU"), "{odu}");
}
