//! What `otn decode` says of each event that `otn wrap --inject` can make: defects and fault causes to
//! the frame, exit codes, `--expect`, the timeline.
//!
//! Frames are counted by hand: a frame of OTU2 lasts 12.1914 µs, so that an event at 5 ms begins with
//! frame 411 and one that ends at 15 ms has frame 1231 behind it; persistencies are those of the fact
//! sheet, sections 2 and 3.

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

/// Events from 5 ms to 15 ms in an OTU2.
fn injected(events: &[&str], options: &[&str], expect: &[&str]) -> (Value, i32) {
    let folder = tempfile::tempdir().expect("a folder");
    let events: Vec<String> = events.iter().map(|event| format!("{event}@5ms:10ms")).collect();
    let events = events.iter().flat_map(|event| ["--inject", event.as_str()]);
    let always = ["--signal", "OTU2", "--duration", "23ms"];
    let wrap: Vec<&str> = always.into_iter().chain(events).chain(options.iter().copied()).collect();
    through(folder.path(), &wrap, expect)
}

/// The one defect of a layer, the one cause, and the name of that in OpenROADM.
struct Case {
    event: String,
    expect: Option<String>,
    layer: String,
    defect: &'static str,
    /// Frames from the event to the defect, and from its end to the end of the defect.
    after: (u64, u64),
    cause: Option<(&'static str, String)>,
}

/// A trace begins with frame 448 and is accepted with the last frame of its third copy; the good one
/// begins with frame 1280.
const THREE_TRACES: (u64, u64) = (448 + 191 - FROM, 1_280 + 191 - BEHIND);
/// PSI[0] comes with frames 512, 768, 1024 and 1280, 1536, 1792.
const THREE_TYPES: (u64, u64) = (1_024 - FROM, 1_792 - BEHIND);
/// PSI[2] comes two frames later.
const THREE_FAILURES: (u64, u64) = (THREE_TYPES.0 + 2, THREE_TYPES.1 + 2);

/// Persistencies: 3 frames of STAT and BIAE, 5 of BDI and of IAE of the section.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    type Names<'a> = Option<(&'static str, &'a str)>;
    let mut case = |event: &str,
                    expect: Option<String>,
                    (layer, defect): (&str, &'static str),
                    after: (u64, u64),
                    cause: Names<'_>| {
        let cause = cause.map(|(name, probable)| (name, probable.to_string()));
        let (event, layer) = (event.to_string(), layer.to_string());
        cases.push(Case { event, expect, layer, defect, after, cause });
    };
    let bdi = Some(("cBDI", "backwardsDefectIndication"));
    let tim = Some(("cTIM", "trailTraceIdentifierMismatch"));
    let trace = |trace: &str| Some(trace.to_string());
    case("sm-bdi", None, ("OTU", "dBDI"), (4, 4), bdi);
    case("sm-iae", None, ("OTU", "dIAE"), (4, 4), None);
    case("sm-biae", None, ("OTU", "dBIAE"), (2, 2), None);
    case("sm-tim", trace("sm.sapi=OTN-WRAP"), ("OTU", "dTIM"), THREE_TRACES, tim);
    case("pm-bdi", None, ("ODU", "dBDI"), (4, 4), bdi);
    case("pm-tim", trace("pm.dapi=OTN-UNWRAP"), ("ODU", "dTIM"), THREE_TRACES, tim);
    case("odu-ais", None, ("ODU", "dAIS"), (2, 2), Some(("cSSF", "alarmIndicationSignal")));
    case("odu-oci", None, ("ODU", "dOCI"), (2, 2), Some(("cOCI", "openConnectionIndication")));
    case("odu-lck", None, ("ODU", "dLCK"), (2, 2), Some(("cLCK", "lockedDefect")));
    let plm = Some(("cPLM", "payloadMismatch"));
    case("plm", trace("pt=null"), ("OPU", "dPLM"), THREE_TYPES, plm);
    let csf = Some(("cCSF", "clientSignalFailDefect"));
    case("csf", None, ("OPU", "dCSF"), THREE_FAILURES, csf);
    for level in 1..=6 {
        for (name, defect, after, cause) in [
            ("bdi", "dBDI", (4, 4), Some(("cBDI", "backwardsDefectIndication"))),
            ("iae", "dIAE", (2, 2), None),
            ("biae", "dBIAE", (2, 2), None),
            ("tim", "dTIM", THREE_TRACES, Some(("cTIM", "trailTraceIdentifierMisMatch"))),
            ("ais", "dAIS", (2, 2), Some(("cSSF", "alarmIndicationSignal"))),
            ("oci", "dOCI", (2, 2), Some(("cOCI", "openConnectionIndication"))),
            ("lck", "dLCK", (2, 2), Some(("cLCK", "lockedDefect"))),
            ("ltc", "dLTC", (2, 2), Some(("cLTC", "lossofTandemConnection"))),
        ] {
            let expect = (name == "tim").then(|| format!("tcm{level}.sapi=TCM{level}-SRC"));
            let probable = cause.map(|(_, stem)| format!("{stem}TCM{level}-down"));
            let cause = cause.zip(probable.as_deref()).map(|((name, _), full)| (name, full));
            let (event, layer) = (format!("tcm{level}-{name}"), format!("TCM{level}"));
            case(&event, expect, (&layer, defect), after, cause);
        }
    }
    cases
}

/// Tries events that stand at the same time, each in a layer of its own.
fn try_together(cases: &[&Case]) {
    let mut options = vec!["--client", "null", "--tcm", "1,2,3,4,5,6"];
    if !cases[0].event.starts_with("tcm") {
        options.truncate(2);
    }
    let events: Vec<&str> = cases.iter().map(|case| case.event.as_str()).collect();
    let expect = cases.iter().filter_map(|case| case.expect.as_deref());
    let expect: Vec<&str> = expect.flat_map(|expect| ["--expect", expect]).collect();
    let (stream, code) = injected(&events, &options, &expect);
    let frames = |case: &Case| (FROM + case.after.0, BEHIND + case.after.1);
    let of = |case: &Case, name| {
        let (raised, cleared) = frames(case);
        span(&case.layer, "", name, raised, cleared)
    };
    let defects: Vec<_> = cases.iter().map(|case| of(case, case.defect)).collect();
    assert_eq!(spans(&stream["defects"], "defect"), defects, "{events:?}");
    for (entry, case) in stream["defects"].as_array().expect("a list").iter().zip(cases) {
        let (raised, cleared) = frames(case);
        for (key, frame) in [("raised_ns", raised), ("cleared_ns", cleared)] {
            let ns = entry[key].as_u64().expect("a time");
            assert!(ns.abs_diff(start_ns(frame)) <= 1, "{}: {key} {ns}", case.event);
        }
    }
    let causes = cases.iter().filter_map(|case| Some((case, case.cause.as_ref()?)));
    let expected: Vec<_> = causes.clone().map(|(case, (name, _))| of(case, name)).collect();
    assert_eq!(spans(&stream["causes"], "cause"), expected, "{events:?}");
    let probable: Vec<_> = causes.map(|(_, (_, probable))| json!(probable)).collect();
    let told = stream["causes"].as_array().expect("a list").iter();
    let told: Vec<_> = told.map(|cause| cause["probable_cause"].clone()).collect();
    assert_eq!(told, probable, "{events:?}");
    assert_eq!((code, &stream["timeline_left_out"]), (1, &json!(0)), "{events:?}");
}

#[test]
fn each_event_of_a_field_gives_its_defect_and_one_cause_to_the_frame() {
    let cases = cases();
    let (tandem, others): (Vec<&Case>, Vec<&Case>) =
        cases.iter().partition(|case| case.event.starts_with("tcm"));
    others.iter().for_each(|case| try_together(&[case]));
    // The same event at all levels at once: they watch side by side.
    let faults = tandem.len() / 6;
    for fault in 0..faults {
        let levels: Vec<&Case> = tandem.iter().skip(fault).step_by(faults).copied().collect();
        try_together(&levels);
    }
}

/// Events of the list that tests by other names show.
const ELSEWHERE: [&str; 12] =
    ["los", "cut", "otu-ais", "lof", "lom", "loflom", "msim", "loomfi", "lfd", "exm", "upm", "csf"];

#[test]
fn every_event_of_the_list_is_tried() {
    let folder = tempfile::tempdir().expect("a folder");
    let list = otn_in(folder.path(), &["wrap", "--inject", "list"]).stdout;
    let tried: Vec<String> = cases().into_iter().map(|case| case.event).collect();
    let mut events = 0;
    for line in list.lines() {
        let name = line.split([' ', '(', '/']).next().unwrap_or_default();
        // Counted, not raised: `errored_blocks_count_at_the_end_that_they_are_about`; dDEG takes whole
        // seconds: `registers_of_a_quarter_of_an_hour_are_those_of_the_seconds`.
        let counted = ["-bei", "-bip", "-deg"].iter().any(|end| name.ends_with(end));
        let known = counted || ELSEWHERE.contains(&name) || tried.iter().any(|event| event == name);
        assert!(known, "{name}");
        events += 1;
    }
    assert!(events > 80, "{events} events");
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
        let (stream, code) = injected(&[event], &null, &[]);
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
    let (stream, _) = injected(&["otu-ais"], &["--client", "null"], &[]);
    let lost = FROM + 4 + 246;
    let defects =
        [span("OTU", "", "dAIS", FROM, BEHIND), span("OTU", "", "dLOF", lost, BEHIND + 246)];
    assert_eq!(spans(&stream["defects"], "defect"), defects);
    let causes = spans(&stream["causes"], "cause");
    assert!(causes.contains(&span("OTU", "", "cSSF", FROM, BEHIND)));
    assert!(causes.contains(&span("ODU", "", "cSSF", FROM, BEHIND + 246)));
    let lof: Vec<_> = causes.iter().filter(|cause| cause.2 == "cLOF").collect();
    assert!(lof.iter().all(|cause| cause.3 >= BEHIND), "{lof:?}");
}

/// Darkness for 100 µs is dLOS, light for 125 µs the end of it: 8.2 and 10.3 frames.
#[test]
fn a_dark_line_is_a_cause_of_its_own_and_hides_the_loss_of_frame() {
    for event in ["los", "cut", "cut(7)"] {
        let (stream, code) = injected(&[event], &["--client", "null"], &[]);
        let causes = spans(&stream["causes"], "cause");
        let (dark, light) = (FROM + 8, BEHIND + 10);
        assert!(causes.contains(&span("OTSi", "", "cLOS", dark, light)), "{event}: {causes:?}");
        let lost: Vec<_> = causes.iter().filter(|cause| cause.2 == "cLOF").collect();
        assert!(lost.iter().all(|cause| cause.3 >= light), "{event}: {lost:?}");
        let defects = spans(&stream["defects"], "defect");
        let lof: Vec<_> = defects.iter().filter(|defect| defect.2 == "dLOF").collect();
        assert_eq!((lof.len(), lof[0].3), (1, FROM + 4 + 246), "{event}");
        assert_eq!(code, 1);
    }
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
        let (stream, code) = injected(&[event], &[&afs], &["--expect", expect]);
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

/// A frame of OTU4 lasts 1.16769 µs: 3 ms begin with frame 2570, 8 ms have frame 6852 behind them. Five
/// frames with a wrong OMFI and 3 ms later dLOOMFI: 2574 x 1.16769 µs + 3 ms = 6.00565 ms, frame 5143.
#[test]
fn a_lost_omfi_is_one_cause_and_fails_the_server_of_every_port() {
    let folder = tempfile::tempdir().expect("a folder");
    let tree = TREE.replace('2', "4").replace("payload-type: 41", "payload-type: 21");
    fs::write(folder.path().join("tree.yaml"), tree).expect("written");
    let wrap = ["--tree", "tree.yaml", "--duration", "10ms", "--inject", "loomfi@3ms:5ms"];
    let (stream, code) = through(folder.path(), &wrap, &[]);
    // It clears with the second good one.
    let loomfi = span("OPU", "", "dLOOMFI", 5_143, 6_853);
    assert_eq!(spans(&stream["defects"], "defect"), [loomfi]);
    let mut causes = spans(&stream["causes"], "cause");
    causes.sort();
    let ssf = |place| span("ODU", place, "cSSF", 5_143, 6_853);
    assert_eq!(causes, [ssf("3"), ssf("5"), span("OPU", "", "cLOOMFI", 5_143, 6_853)]);
    assert_eq!(code, 1);
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
            let (stream, code) = injected(&[&format!("{event}-{kind}")], &null, &[]);
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
