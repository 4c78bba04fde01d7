//! `otn decode` on overhead set by hand: registers and degraded seconds, delays between two directions,
//! APS words, trail traces, reserved octets.

#[expect(dead_code, reason = "this file needs less of it than the others")]
mod common;

use std::fs;
use std::path::Path;

use common::otn_in;
use otn::capture::{LINK_OTN, PcapNgWriter};
use otn_frame::layout::{APS_PCC, MON_BIP8, MON_STATUS, MON_TTI, PM, PM_TCM, RES_ODU};
use otn_frame::overhead::PayloadType;
use otn_frame::{OduFrame, PartsPerBillion, Signal, Tti};
use otn_proc::odu::source::{OduSource, PayloadSource};
use serde_json::{Value, json};

/// A frame of an ODU2, in nanoseconds.
const FRAME_NS: u64 = 12_191;

fn tti(sapi: &str) -> Tti {
    Tti::new(sapi, "TO", "").expect("short enough")
}

fn source() -> OduSource {
    let zero = PartsPerBillion::default();
    let payload = PayloadSource::Null;
    OduSource::new(Signal::Odu2, zero, PayloadType::NULL, payload, tti("PATH"))
}

/// A capture of directions, each with its frames: number, time, and what is changed in it.
struct Line(PcapNgWriter<fs::File>);

impl Line {
    fn new(folder: &Path, directions: u32) -> Self {
        let file = fs::File::create(folder.join("line.pcapng")).expect("the folder is there");
        let mut writer = PcapNgWriter::new(file).expect("it can be written");
        for n in 0..directions {
            let name = format!("port {n}");
            writer.interface(LINK_OTN, &name, "otn signal=ODU2").expect("short enough");
        }
        Self(writer)
    }

    fn frame(&mut self, direction: u32, ns: u64, frame: &OduFrame) {
        self.0.packet(direction, ns, frame.octets()).expect("short enough");
    }
}

fn decoded(folder: &Path, options: &[&str]) -> Value {
    let decoded = otn_in(folder, &[&["decode", "line.pcapng", "--json"], options].concat());
    serde_json::from_str(&decoded.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", decoded.stderr))
}

/// A frame a second, whose stamps stretch 1000 frames over 1000 seconds: every second with an errored
/// frame is an ES with one errored block. Seconds 100 to 109 are bad at the near end, 200 to 204 at
/// the far end.
//= type=test g7710:intervals
//= type=test g798:6.2.3-deg-raise
//= type=test g798:6.2.3-deg-clear
#[test]
fn registers_of_a_quarter_of_an_hour_are_those_of_the_seconds() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut line, mut source, mut frame) =
        (Line::new(folder.path(), 1), source(), OduFrame::zeroed());
    // Alignment is found before a second is a frame long.
    const FIRST: u64 = 10;
    for n in 0..FIRST + 1_000 {
        source.next_frame(&mut frame);
        let second = n.checked_sub(FIRST);
        match second {
            Some(100..110) => frame.field_mut(PM)[MON_BIP8] ^= 0x11,
            Some(200..205) => frame.field_mut(PM)[MON_STATUS] |= 0x70,
            _ => {}
        }
        let at = second.map_or(n * FRAME_NS, |second| second * 1_000_000_000 + 500_000_000);
        line.frame(0, at, &frame);
    }
    let report = decoded(folder.path(), &["--expect", "pm.deg=1/2"]);
    let stream = &report["streams"][0];
    let performance = &stream["odu"]["pm"]["performance"];
    assert_eq!(performance["near"], json!({ "errored_blocks": 10, "violations": 20 }));
    assert_eq!(performance["far"], json!({ "errored_blocks": 5, "violations": 35 }));
    let quarters = performance["quarter_hours"].as_array().expect("registers");
    let of = |n: usize, key: &str| quarters[n][key].clone();
    assert_eq!(
        (quarters.len(), of(0, "validity"), of(0, "elapsed")),
        (2, json!("complete"), json!(900))
    );
    assert_eq!((of(1, "validity"), of(1, "elapsed")), (json!("partial"), json!(99)));
    assert_eq!(of(1, "first_second"), 900);
    for (end, seconds) in [("near", 10), ("far", 5)] {
        let end = &quarters[0][end];
        assert_eq!(
            (&end["errored_seconds"], &end["errored_blocks"]),
            (&json!(seconds), &json!(seconds))
        );
        assert_eq!(end["background_block_errors"], seconds);
        assert_eq!(
            (&end["severely_errored_seconds"], &end["unavailable_seconds"]),
            (&json!(0), &json!(0))
        );
    }
    assert_eq!(performance["days"][0]["elapsed"], 999);
    assert_eq!(performance["days"][0]["near"]["errored_seconds"], 10);
    assert_eq!(performance["open_second"]["second"], 999);
    // Two bad seconds raise dDEG at their end, two good ones clear it.
    let defects = stream["defects"].as_array().expect("a list");
    let times: Vec<_> =
        defects.iter().map(|d| (&d["defect"], &d["raised_ns"], &d["cleared_ns"])).collect();
    let s = |seconds: u64| json!(seconds * 1_000_000_000);
    assert_eq!(times, [(&json!("dDEG"), &s(102), &s(112))]);
    assert_eq!(stream["causes"][0]["probable_cause"], "degradedDefect");
    let text = otn_in(folder.path(), &["decode", "line.pcapng"]).stdout;
    assert!(
        text.contains("PM near     EBC 10, violations 20; ES 10, SES 0, BBE 10, UAS 0 in 999 s"),
        "{text}"
    );
}

/// DMp is inverted in one direction with frames 100 and 400, and comes back 80 and 81 frames later;
/// a bit error at frame 300 is no inversion.
#[test]
fn the_round_trip_is_measured_between_two_directions() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut line, mut source, mut frame) =
        (Line::new(folder.path(), 2), source(), OduFrame::zeroed());
    for n in 0..600u64 {
        source.next_frame(&mut frame);
        for (direction, (first, second)) in [(180, 481), (100, 400)].into_iter().enumerate() {
            let inverted = (first..second).contains(&n) ^ (direction == 1 && n == 300);
            frame.field_mut(PM_TCM)[0] = if inverted { 0b0000_0010 } else { 0 };
            line.frame(direction as u32, n * FRAME_NS, &frame);
        }
    }
    let report = decoded(folder.path(), &[]);
    let trips = report["round_trips"].as_array().expect("two");
    let of = |n: usize| {
        let trip = &trips[n];
        let frames = (trip["frames"].as_u64().unwrap(), trip["at_ns"].as_u64().unwrap());
        (trip["bit"].as_str().unwrap(), trip["from"].as_u64(), trip["to"].as_u64(), frames)
    };
    assert_eq!(trips.len(), 2);
    assert_eq!(of(0), ("DMp", Some(1), Some(0), (80, 100 * FRAME_NS)));
    assert_eq!(of(1), ("DMp", Some(1), Some(0), (81, 400 * FRAME_NS)));
    assert_eq!(trips[0]["us"], 975.28);
    let bit = &report["streams"][1]["odu"]["delay_bits"]["p"];
    assert_eq!(bit["inverted_at"], json!([100, 300, 301, 400]));
    assert_eq!(bit["inverted_at_ns"][0], 100 * FRAME_NS);
    let timeline = report["streams"][0]["timeline"].as_array().expect("events");
    let inverted: Vec<_> =
        timeline.iter().filter(|e| e["kind"] == "delay").map(|e| &e["frame"]).collect();
    assert_eq!(inverted, [180, 481]);
    let text = otn_in(folder.path(), &["decode", "line.pcapng"]).stdout;
    assert!(
        text.contains("round trip  DMp 80 frames, 975.280 µs; stream 1 to 0, sent at 1.219100 ms"),
        "{text}"
    );
}

/// Words of a channel come with every eighth frame, and the third one counts. A trace that begins with
/// frame 256 is accepted with frame 447.
//= type=test g873.1:8.2-accept-3
//= type=test g798:8.6-tti-3
#[test]
fn accepted_words_and_traces_are_dated() {
    let folder = tempfile::tempdir().expect("a folder");
    let (mut line, mut source, mut frame) =
        (Line::new(folder.path(), 1), source(), OduFrame::zeroed());
    let other = tti("OTHER");
    for n in 0..600u64 {
        source.next_frame(&mut frame);
        match n % 8 {
            0 if n >= 80 => frame.field_mut(APS_PCC).copy_from_slice(&[0xCF, 1, 1, 0]),
            // Two words are not enough.
            3 if (203..=211).contains(&n) => frame.field_mut(APS_PCC)[0] = 0xE0,
            _ => {}
        }
        if n >= 256 {
            frame.field_mut(PM)[MON_TTI] = other.octet_at(n as u8);
        }
        frame.field_mut(RES_ODU)[1] = if n == 50 { 0xA7 } else { 0 };
        line.frame(0, n * FRAME_NS, &frame);
    }
    let report = decoded(folder.path(), &[]);
    let stream = &report["streams"][0];
    let protection = json!([{
        "place": "", "level": "path", "at_ns": 96 * FRAME_NS, "frame": 96, "word": "cf010100",
        "request": "SF", "aps_channel": true, "selective_bridge": true, "bidirectional": true,
        "revertive": true, "requested": 1, "bridged": 1,
    }]);
    assert_eq!(stream["protection"], protection);
    let text = |sapi: &str| json!({ "sapi": sapi, "dapi": "TO", "operator": "" });
    let accepted = |frame: u64, from: Value, to: &str| {
        json!({
            "place": "", "monitor": "PM", "at_ns": frame * FRAME_NS, "frame": frame,
            "from": from, "to": text(to),
        })
    };
    let traces = [accepted(191, Value::Null, "PATH"), accepted(447, text("PATH"), "OTHER")];
    assert_eq!(stream["traces"], json!(traces));
    assert_eq!(stream["odu"]["pm"]["accepted_tti"], text("OTHER"), "the sink says the same");
    assert_eq!(stream["odu"]["reserved"], json!({ "RES_ODU": ["00a7"] }));
    let text = otn_in(folder.path(), &["decode", "line.pcapng"]).stdout;
    assert!(text.contains("          96          ODU   APS SF 1/1, A B D R\n"), "{text}");
    assert!(text.contains("reserved    RES_ODU 00A7"), "{text}");
}
