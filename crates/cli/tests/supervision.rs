//! What `otn decode` says of each event that `otn wrap --inject` can make: defects and fault causes to
//! the frame, exit codes, `--expect`, the timeline.
//!
//! Frames are counted by hand: a frame of OTU2 lasts 12.1914 µs, so that an event at 5 ms begins with
//! frame 411 and one that ends at 15 ms has frame 1231 behind it; persistencies are those of the fact
//! sheet, sections 2 and 3.

#[expect(dead_code, reason = "this file needs less of it than the others")]
mod common;

use std::fs;
use std::path::Path;

use common::{capture, otn_in};
use serde_json::{Value, json};

/// The first frame of an event and the first one behind it.
const FROM: u64 = 411;
const BEHIND: u64 = 1_231;

/// Wraps with these options and decodes; the first stream, and the exit code.
fn through(folder: &Path, wrap: &[&str], decode: &[&str]) -> (Value, i32) {
    let always = ["wrap", "--fec", "none", "-o", "line.pcapng"];
    let wrapped = otn_in(folder, &[&always[..], wrap].concat());
    assert_eq!(wrapped.code, 0, "{wrap:?}: {}", wrapped.stderr);
    let decoded = otn_in(folder, &[&["decode", "line.pcapng", "--json"], decode].concat());
    let report: Value = serde_json::from_str(&decoded.stdout)
        .unwrap_or_else(|error| panic!("{error}: {} {}", decoded.stdout, decoded.stderr));
    (report["streams"][0].clone(), decoded.code)
}

/// Layer, place, name, frame of raising and of clearing.
type Span = (String, String, String, u64, Option<u64>);

fn spans(list: &Value, name: &str) -> Vec<Span> {
    let text = |entry: &Value, key: &str| entry[key].as_str().unwrap_or("").to_string();
    let span = |e: &Value| {
        let (raised, cleared) = (e["raised_frame"].as_u64(), e["cleared_frame"].as_u64());
        (text(e, "layer"), text(e, "place"), text(e, name), raised.unwrap_or(u64::MAX), cleared)
    };
    list.as_array().expect("a list").iter().map(span).collect()
}

fn span(layer: &str, place: &str, name: &str, raised: u64, cleared: u64) -> Span {
    (layer.into(), place.into(), name.into(), raised, Some(cleared))
}

/// When frame `n` of an OTU2 begins, in nanoseconds.
fn start_ns(n: u64) -> u64 {
    let bits = u128::from(n) * 130_560;
    (bits * 237 * 1_000_000_000 / (255 * 9_953_280_000)) as u64
}

/// One event from 5 ms to 15 ms in an OTU2 with the NULL test signal.
fn injected(event: &str, options: &[&str], expect: &[&str]) -> (Value, i32) {
    let folder = tempfile::tempdir().expect("a folder");
    let event = format!("{event}@5ms:10ms");
    let always = ["--signal", "OTU2", "--duration", "25ms", "--inject", &event];
    through(folder.path(), &[&always[..], options].concat(), expect)
}

/// The one defect of a layer, the one cause, and the name of that in OpenROADM.
struct Case {
    event: &'static str,
    expect: &'static [&'static str],
    layer: &'static str,
    defect: &'static str,
    /// Frames from the event to the defect, and from its end to the end of the defect.
    after: (u64, u64),
    cause: Option<(&'static str, &'static str)>,
}

const fn case(
    event: &'static str,
    (layer, defect): (&'static str, &'static str),
    after: u64,
    cause: Option<(&'static str, &'static str)>,
) -> Case {
    Case { event, expect: &[], layer, defect, after: (after, after), cause }
}

const BDI: Option<(&str, &str)> = Some(("cBDI", "backwardsDefectIndication"));
const OCI: Option<(&str, &str)> = Some(("cOCI", "openConnectionIndication"));
const LCK: Option<(&str, &str)> = Some(("cLCK", "lockedDefect"));
const SSF: Option<(&str, &str)> = Some(("cSSF", "alarmIndicationSignal"));

/// Persistencies: 3 frames of STAT and BIAE, 5 of BDI and of IAE of the section.
const CASES: [Case; 17] = [
    case("sm-bdi", ("OTU", "dBDI"), 4, BDI),
    case("sm-iae", ("OTU", "dIAE"), 4, None),
    case("sm-biae", ("OTU", "dBIAE"), 2, None),
    case("pm-bdi", ("ODU", "dBDI"), 4, BDI),
    case("odu-ais", ("ODU", "dAIS"), 2, SSF),
    case("odu-oci", ("ODU", "dOCI"), 2, OCI),
    case("odu-lck", ("ODU", "dLCK"), 2, LCK),
    case("tcm1-bdi", ("TCM1", "dBDI"), 4, Some(("cBDI", "backwardsDefectIndicationTCM1-down"))),
    case("tcm2-iae", ("TCM2", "dIAE"), 2, None),
    case("tcm3-biae", ("TCM3", "dBIAE"), 2, None),
    case("tcm4-ais", ("TCM4", "dAIS"), 2, Some(("cSSF", "alarmIndicationSignalTCM4-down"))),
    case("tcm5-oci", ("TCM5", "dOCI"), 2, Some(("cOCI", "openConnectionIndicationTCM5-down"))),
    case("tcm6-lck", ("TCM6", "dLCK"), 2, Some(("cLCK", "lockedDefectTCM6-down"))),
    case("tcm1-ltc", ("TCM1", "dLTC"), 2, Some(("cLTC", "lossofTandemConnectionTCM1-down"))),
    // A trace begins with frame 448 and is accepted with the last frame of its third copy; the good
    // one begins with frame 1280.
    Case {
        expect: &["--expect", "sm.sapi=OTN-WRAP"],
        after: (448 + 191 - FROM, 1_280 + 191 - BEHIND),
        ..case("sm-tim", ("OTU", "dTIM"), 0, Some(("cTIM", "trailTraceIdentifierMismatch")))
    },
    Case {
        expect: &["--expect", "pm.dapi=OTN-UNWRAP"],
        after: (448 + 191 - FROM, 1_280 + 191 - BEHIND),
        ..case("pm-tim", ("ODU", "dTIM"), 0, Some(("cTIM", "trailTraceIdentifierMismatch")))
    },
    // PSI[0] comes with frames 512, 768, 1024 and 1280, 1536, 1792.
    Case {
        expect: &["--expect", "pt=null"],
        after: (1_024 - FROM, 1_792 - BEHIND),
        ..case("plm", ("OPU", "dPLM"), 0, Some(("cPLM", "payloadMismatch")))
    },
];

#[test]
fn each_event_of_a_field_gives_its_defect_and_one_cause_to_the_frame() {
    for Case { event, expect, layer, defect, after, cause } in CASES {
        let level = event.strip_prefix("tcm").map(|rest| &rest[..1]);
        let options: Vec<&str> =
            level.map(|level| ["--tcm", level]).into_iter().flatten().collect();
        let options = [&["--client", "null"], &options[..]].concat();
        let (stream, code) = injected(event, &options, expect);
        let (raised, cleared) = (FROM + after.0, BEHIND + after.1);
        let expected = [span(layer, "", defect, raised, cleared)];
        assert_eq!(spans(&stream["defects"], "defect"), expected, "{event}");
        let entry = &stream["defects"][0];
        for (key, frame) in [("raised_ns", raised), ("cleared_ns", cleared)] {
            let ns = entry[key].as_u64().expect("a time");
            assert!(ns.abs_diff(start_ns(frame)) <= 1, "{event}: {key} {ns}");
        }
        let causes = spans(&stream["causes"], "cause");
        let name = cause.map(|(name, _)| span(layer, "", name, raised, cleared));
        assert_eq!(causes, name.into_iter().collect::<Vec<_>>(), "{event}");
        let probable = cause.map(|(_, probable)| json!(probable));
        assert_eq!(stream["causes"].get(0).map(|c| c["probable_cause"].clone()), probable);
        assert_eq!(code, 1, "{event}");
        assert_eq!(stream["timeline_left_out"], 0);
    }
}

/// Five frames and 3 ms, which are 246.07 frames: the alignment goes out with the fifth wrong frame. A
/// cause in each layer: the one above has a failed server.
#[test]
fn alignment_is_lost_after_five_frames_and_three_milliseconds() {
    let null = ["--client", "null"];
    for (event, defect, cause, cleared) in [
        // In frame again from the first good one on, for 3 ms.
        ("lof", "dLOF", "cLOF", BEHIND + 246),
        // In multiframe with the second good count, at once.
        ("lom", "dLOM", "cLOM", BEHIND + 1),
    ] {
        let (stream, code) = injected(event, &null, &[]);
        let raised = FROM + 4 + 246;
        assert_eq!(
            spans(&stream["defects"], "defect"),
            [span("OTU", "", defect, raised, cleared)],
            "{event}"
        );
        let mut causes = spans(&stream["causes"], "cause");
        causes.sort();
        let both =
            [span("ODU", "", "cSSF", raised, cleared), span("OTU", "", cause, raised, cleared)];
        assert_eq!(causes, both, "{event}");
        assert_eq!(code, 1);
    }
}

/// Conformance case 9: three intervals of 8192 bits are less than a frame; dLOF follows and is no
/// cause while the AIS stands.
#[test]
fn an_otu_ais_hides_the_loss_of_frame() {
    let (stream, _) = injected("otu-ais", &["--client", "null"], &[]);
    let lost = FROM + 4 + 246;
    let defects =
        [span("OTU", "", "dAIS", FROM, BEHIND), span("OTU", "", "dLOF", lost, BEHIND + 246)];
    assert_eq!(spans(&stream["defects"], "defect"), defects);
    let causes = spans(&stream["causes"], "cause");
    assert!(causes.contains(&span("OTU", "", "cSSF", FROM, BEHIND)));
    assert!(causes.contains(&span("ODU", "", "cSSF", FROM, BEHIND + 246)));
    let lof: Vec<_> = causes.iter().filter(|cause| cause.2 == "cLOF").collect();
    assert!(lof.iter().all(|cause| cause.3 >= BEHIND), "{lof:?}");
    let (stream, code) = injected("los", &["--client", "null"], &[]);
    let los = spans(&stream["causes"], "cause");
    assert!(los.iter().any(|cause| (cause.0.as_str(), cause.2.as_str()) == ("OTSi", "cLOS")));
    assert_eq!(code, 1);
}

#[test]
fn a_client_in_gfp_has_its_own_defects() {
    let afs = capture("afs");
    for (event, expect, defect, cause, probable) in [
        ("lfd", "upi=01", "dLFD", "cLFD", json!("gfpLossOfFrameDelineation")),
        ("exm", "exi=00", "dEXM", "cEXM", Value::Null),
        ("upm", "upi=0x01", "dUPM", "cUPM", Value::Null),
        ("csf", "pt=0x05", "dCSF", "cCSF", json!("clientSignalFailDefect")),
    ] {
        let (stream, code) = injected(event, &[&afs], &["--expect", expect]);
        let defects = spans(&stream["defects"], "defect");
        assert_eq!(defects.len(), 1, "{event}: {defects:?}");
        // With the first frame of GFP behind the start of the event, an idle at the latest.
        assert_eq!((defects[0].2.as_str(), defects[0].3), (defect, FROM), "{event}");
        assert!(defects[0].4.is_some_and(|cleared| cleared >= BEHIND), "{event}: {defects:?}");
        assert_eq!(spans(&stream["causes"], "cause")[0].2, cause);
        assert_eq!(stream["causes"][0]["probable_cause"], probable);
        assert_eq!((stream["causes"].as_array().map(Vec::len), code), (Some(1), 1));
    }
}

const TREE: &str = "signal: OTU2\nodu:\n  kind: ODU2\n  payload-type: 21\n  tributaries:\n    \
                    - {kind: ODU0, slots: [3], client: prbs}\n    - {kind: ODU0, slots: [5], client: prbs}\n";

/// Events from 20 ms to 40 ms on the ODU0 in slot 3. Its frames last 98.354 µs, frame 204 is the first
/// one; on the way to the line it waits for less than 20 frames of the OTU2.
#[test]
fn a_fault_in_a_tree_is_that_of_its_port_only() {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("tree.yaml"), TREE).expect("written");
    let tree = ["--tree", "tree.yaml", "--duration", "60ms", "--inject"];
    let run = |event: &str, expect: &[&str]| {
        through(folder.path(), &[&tree[..], &[event]].concat(), expect)
    };
    let (stream, code) = run("loflom/3@20ms:20ms", &[]);
    let defects = spans(&stream["defects"], "defect");
    // (204 + 4) x 98.354 µs + 3 ms = 23.458 ms: frame 1924.
    assert_eq!((defects.len(), &defects[0].1[..], &defects[0].2[..]), (1, "3", "dLOFLOM"));
    assert!((1_915..1_945).contains(&defects[0].3), "{defects:?}");
    let causes = spans(&stream["causes"], "cause");
    let names: Vec<_> = causes.iter().map(|c| (&c.0[..], &c.1[..], &c.2[..])).collect();
    assert_eq!(names, [("ODU", "3", "cSSF"), ("ODU", "3", "cLOFLOM")]);
    assert_eq!(code, 1);

    let msi = ["--expect", "msi=c0c080c081c0c0c0"];
    let (stream, code) = run("msim/3@20ms:20ms", &msi);
    // Event from frame 1641 to 3281. PSI[4] comes with frames 1796, 2052, 2308; 3332, 3588, 3844.
    let defects = spans(&stream["defects"], "defect");
    assert_eq!(defects, [span("OPU", "3", "dMSIM", 2_308, 3_844)]);
    let causes = spans(&stream["causes"], "cause");
    assert!(causes.contains(&span("OPU", "3", "cMSIM", 2_308, 3_844)), "{causes:?}");
    assert!(causes.iter().all(|cause| cause.1 == "3"), "the other port is untouched: {causes:?}");
    assert_eq!(code, 1);
    let (stream, code) = run("msim/3@20ms:20ms", &[]);
    assert_eq!(stream["defects"], json!([]), "nothing was expected");
    assert_eq!(code, 1, "its PRBS was lost all the same");
}

#[test]
fn a_good_signal_exits_with_0_and_shows_every_counter() {
    let folder = tempfile::tempdir().expect("a folder");
    let wrap = ["--client", "null", "--signal", "OTU2", "--duration", "5ms", "--tcm", "2"];
    let expect = [
        "--expect",
        "sapi=OTN-WRAP,dapi=\"OTN-UNWRAP\",pt=0xFD",
        "--expect",
        "tcm2.sapi=TCM2-SRC,tcm2.mode=operational,tcm2.ltc-action=on",
    ];
    let (stream, code) = through(folder.path(), &wrap, &expect);
    assert_eq!((code, &stream["defects"], &stream["causes"]), (0, &json!([]), &json!([])));
    for trail in [&stream["sm"], &stream["odu"]["pm"], &stream["odu"]["tcm"]["2"]] {
        let performance = &trail["performance"];
        for end in ["near", "far"] {
            assert_eq!(performance[end], json!({ "errored_blocks": 0, "violations": 0 }));
        }
        assert_eq!(performance["open_second"]["validity"], "partial");
        assert_eq!(performance["days"], json!([]), "no whole second");
    }
    let monitors: Vec<_> =
        stream["traces"].as_array().expect("a list").iter().map(|t| &t["monitor"]).collect();
    assert_eq!(monitors, ["SM", "TCM2", "PM"]);
    assert_eq!(stream["traces"][0]["frame"], 191, "the last frame of the third copy");
    // The same signal for one who expects another trace, and tells so.
    let wrong = ["--expect", "sm.dapi=ELSEWHERE", "--expect", "sm.tim-action=on"];
    let decoded = otn_in(folder.path(), &[&["decode", "line.pcapng"], &wrong[..]].concat());
    assert_eq!(decoded.code, 1);
    assert!(
        decoded.stdout.contains("defect      OTU dTIM raised at 2.328 ms"),
        "{}",
        decoded.stdout
    );
    let refused = otn_in(folder.path(), &["decode", "line.pcapng", "--expect", "sm.pt=5"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("found `sm.pt`, expected sapi"), "{}", refused.stderr);
    let refused = otn_in(folder.path(), &["decode", "line.pcapng", "--expect", "deg=99999/7"]);
    assert_eq!(refused.code, 2);
    assert!(refused.stderr.contains("expected 1 to 82026"), "{}", refused.stderr);
}

/// Errors that are told forward and backward, in every frame from 411 to 1230.
#[test]
fn errored_blocks_count_at_the_end_that_they_are_about() {
    for (monitor, event) in [("sm", "sm"), ("pm", "pm"), ("tcm", "tcm4")] {
        let null = ["--client", "null", "--tcm", "4"];
        let frames = BEHIND - FROM;
        for (kind, near, far) in [("bip(3)", 3, 0), ("bei(5)", 0, 5)] {
            let (stream, code) = injected(&format!("{event}-{kind}"), &null, &[]);
            let odu = &stream["odu"];
            let trail = match monitor {
                "sm" => &stream["sm"],
                "pm" => &odu["pm"],
                _ => &odu["tcm"]["4"],
            };
            let end =
                |n: u64| json!({ "errored_blocks": n.min(1) * frames, "violations": n * frames });
            assert_eq!(trail["performance"]["near"], end(near), "{event}-{kind}");
            assert_eq!(trail["performance"]["far"], end(far), "{event}-{kind}");
            let open = &trail["performance"]["open_second"];
            assert_eq!(open["near_errored_blocks"], near.min(1) * frames);
            assert_eq!(open["far_errored_blocks"], far.min(1) * frames);
            assert_eq!(stream["defects"], json!([]));
            // What the far end saw is no fault of this signal.
            assert_eq!(code, i32::from(near > 0), "{event}-{kind}");
        }
    }
}

/// The timeline as a person reads it, of two events that were counted by hand above.
#[test]
fn the_timeline_is_the_one_that_was_checked_in() {
    let folder = tempfile::tempdir().expect("a folder");
    let wrap = [
        "--client",
        "null",
        "--signal",
        "OTU2",
        "--duration",
        "9ms",
        "--inject",
        "odu-ais@5ms:2ms",
        "--inject",
        "lof@5500us:on=6f,off=100f,for=150f",
    ];
    through(folder.path(), &wrap, &[]);
    let decoded = otn_in(folder.path(), &["decode", "line.pcapng"]);
    let text = decoded.stdout.split_once("  timeline").expect("a timeline").1;
    assert_eq!(format!("  timeline{text}"), include_str!("snapshots/timeline.txt"));
    assert!(decoded.stdout.lines().filter(|line| line.contains("dAIS")).all(|l| l.len() <= 80));
}
