//! `otn wrap --lanes` and `otn decode --lanes` back to back: any order, skew and phase, faults.

mod common;

use std::fs;
use std::path::Path;

use common::{Ended, capture, otn_in};
use serde_json::{Value, json};

fn wrap(folder: &Path, options: &[&str]) -> Ended {
    let always = ["wrap", "--fec", "none", "-o", "line.bin"];
    otn_in(folder, &[&always[..], options].concat())
}

fn wrapped(folder: &Path, options: &[&str]) {
    let ended = wrap(folder, options);
    assert_eq!(ended.code, 0, "{options:?}: {}", ended.stderr);
    assert!(!folder.join("line.bin").exists(), "the output itself is not written");
}

/// The report of these lanes in this order of files, and the exit code.
fn decoded(folder: &Path, order: &[usize], options: &[&str]) -> (Value, i32) {
    let names: Vec<String> = order.iter().map(|lane| format!("line.{lane}.bin")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let ended =
        otn_in(folder, &[&["decode", "--lanes"], &names[..], &["--json"], options].concat());
    let report: Value = serde_json::from_str(&ended.stdout)
        .unwrap_or_else(|error| panic!("{error}: {} {}", ended.stdout, ended.stderr));
    (report["streams"][0].clone(), ended.code)
}

/// Nothing is wrong with the stream, and its PRBS came through whole.
fn assert_whole(stream: &Value, code: i32) {
    assert_eq!(stream["lanes"]["defects"], json!([]));
    assert_eq!(stream["defects"], json!([]));
    assert_eq!(stream["odu"]["mfas"]["jumps_at"], json!([]));
    let prbs = &stream["odu"]["opu"]["prbs"];
    assert_eq!((&prbs["locked"], &prbs["errors"]), (&json!(true), &json!(0)), "{prbs}");
    assert_eq!(code, 0);
}

/// Skew in the order of files, from the earliest on.
fn skew_of(order: &[usize], skew: &[u64]) -> Value {
    let least = skew.iter().min().expect("lanes");
    order.iter().map(|&lane| skew[lane] - least).collect()
}

#[test]
fn otu3_comes_back_from_four_lanes() {
    let folder = tempfile::tempdir().expect("a folder");
    let skew = "13,0,500007,32640";
    let prbs = ["--client", "prbs", "--signal", "OTU3", "--frames", "600"];
    wrapped(folder.path(), &[&prbs[..], &["--lanes", "4", "--skew", skew]].concat());
    let order = [2, 0, 3, 1];
    let (stream, code) = decoded(folder.path(), &order, &[]);
    assert_whole(&stream, code);
    assert_eq!((&stream["signal"], &stream["lanes"]["otl"]), (&json!("OTU3"), &json!("OTL3.4")));
    assert_eq!(stream["lanes"]["order"], json!(order));
    assert_eq!(stream["lanes"]["skew_bits"], skew_of(&order, &[13, 0, 500_007, 32_640]));
    assert_eq!(stream["lanes"]["files"][0], "line.2.bin");
    // The first frames before every lane has begun a frame of its own are lost, the last ones not.
    assert_eq!(stream["frames"], 597);
}

//= type=test g709:c-any-assignment
#[test]
fn otu4_comes_back_from_four_physical_lanes() {
    let folder = tempfile::tempdir().expect("a folder");
    let prbs = ["--client", "prbs", "--signal", "OTU4", "--frames", "600"];
    wrapped(folder.path(), &[&prbs[..], &["--lanes", "4", "--skew", "40003"]].concat());
    let order = [3, 1, 0, 2];
    let (stream, code) = decoded(folder.path(), &order, &[]);
    assert_whole(&stream, code);
    assert_eq!((&stream["signal"], &stream["lanes"]["otl"]), (&json!("OTU4"), &json!("OTL4.4")));
    assert_eq!(stream["lanes"]["skew_bits"], json!([120_009, 40_003, 0, 80_006]));
    assert_eq!(stream["frames"], 581);
    // Each file has its own five lanes, from another one on as the phase has it.
    let lanes = stream["lanes"]["order"].as_array().expect("lanes");
    for (file, lanes) in order.iter().zip(lanes.chunks(5)) {
        let mut lanes: Vec<u64> = lanes.iter().filter_map(Value::as_u64).collect();
        lanes.sort_unstable();
        let first = 5 * *file as u64;
        assert_eq!(lanes, (first..first + 5).collect::<Vec<u64>>());
    }
    // A capture that began in the middle of this lane.
    let path = folder.path().join("line.1.bin");
    let octets = fs::read(&path).expect("a lane");
    fs::write(&path, &octets[10_003..]).expect("written");
    let (stream, code) = decoded(folder.path(), &order, &["--signal", "OTU4"]);
    assert_whole(&stream, code);
    assert_eq!(stream["lanes"]["skew_bits"], skew_of(&order, &[80_024, 40_003, 160_030, 200_033]));
}

#[test]
fn otu4_comes_back_from_twenty_logical_lanes() {
    let folder = tempfile::tempdir().expect("a folder");
    let input = capture("afs");
    let client = [input.as_str(), "--client", "100gbase-r", "--signal", "OTU4", "--frames", "700"];
    wrapped(folder.path(), &[&client[..], &["--lanes", "20", "--skew", "1001"]].concat());
    let order: Vec<usize> = (0..20).map(|n| (7 * n + 3) % 20).collect();
    let (stream, code) = decoded(folder.path(), &order, &[]);
    assert_eq!((&stream["lanes"]["order"], code), (&json!(order), 0), "{stream}");
    let skew: Vec<u64> = (0..20).map(|lane| 1_001 * lane).collect();
    assert_eq!(stream["lanes"]["skew_bits"], skew_of(&order, &skew));
    let ethernet = &stream["odu"]["opu"]["ethernet"];
    assert_eq!((&ethernet["locked"], &ethernet["fcs_errors"]), (&json!(true), &json!(0)));
    assert_eq!((&stream["frames"], &stream["defects"]), (&json!(681), &json!([])));
    let names: Vec<String> = (0..20).map(|lane| format!("line.{lane}.bin")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let text = otn_in(folder.path(), &[&["decode", "--lanes"], &names[..]].concat()).stdout;
    let line = text.lines().find(|line| line.starts_with("  lanes ")).expect("a line");
    assert!(line.contains("OTL4.4 in 20 files, logical lanes 0 1 2 3"), "{line}");
    assert!(line.contains("skew 0 1001 2002"), "{line}");
}

#[test]
fn lanes_that_fail_are_told_of() {
    let folder = tempfile::tempdir().expect("a folder");
    // 1100 frames of an OTU3 last 3.3 ms.
    let prbs = ["--client", "prbs", "--signal", "OTU3", "--frames", "1100", "--lanes", "4"];
    wrapped(folder.path(), &prbs);
    let path = folder.path().join("line.1.bin");
    let whole = fs::read(&path).expect("a lane");
    let hidden = |from: usize, to: usize| {
        let mut octets = whole.clone();
        octets[from..to].fill(0);
        fs::write(&path, &octets).expect("written");
    };
    // Lane frames have 16320 octets, 12 us each: ten of them are gone.
    hidden(100 * 16_320, 110 * 16_320);
    let (stream, code) = decoded(folder.path(), &[0, 1, 2, 3], &[]);
    assert_eq!(code, 1);
    let defects = stream["lanes"]["defects"].as_array().expect("defects");
    let oof = defects.iter().find(|d| d["defect"] == "OOF").expect("out of frame");
    assert_eq!(oof["lane"], 1);
    let frame_ns = 3_035.0 * 4.0;
    let raised = oof["raised_ns"].as_f64().expect("a time") / frame_ns;
    let cleared = oof["cleared_ns"].as_f64().expect("a time") / frame_ns;
    assert!((104.0..107.0).contains(&raised) && (110.0..114.0).contains(&cleared), "{oof}");
    assert_eq!(stream["lanes"]["defect_times"]["OLA"], 1);
    assert_eq!(stream["lanes"]["order"], json!([0, 1, 2, 3]), "it is back");
    // A lane that ends early: the stream does, with whole frames and nothing wrong.
    fs::write(&path, &whole[..200 * 16_320 + 77]).expect("written");
    let (stream, code) = decoded(folder.path(), &[0, 1, 2, 3], &[]);
    assert_whole(&stream, code);
    assert_eq!(stream["frames"], 4 * 200 - 3);
    let files = ["line.0.bin", "line.1.bin", "line.2.bin", "line.3.bin"];
    let ended = otn_in(folder.path(), &[&["decode", "--lanes"], &files[..]].concat());
    assert!(ended.stderr.contains("line.1.bin: ends first"), "{}", ended.stderr);
    // A lane that never comes.
    hidden(0, whole.len());
    let (stream, code) = decoded(folder.path(), &[0, 1, 2, 3], &["--signal", "OTU3"]);
    assert_eq!((code, &stream["frames"]), (1, &json!(0)));
    assert_eq!(stream["lanes"]["order"], json!([0, null, 2, 3]));
    let at_3_ms = |defect: &str, lane: Value| {
        let (raised, cleared) = (json!(3_000_000), Value::Null);
        json!({"defect": defect, "lane": lane, "raised_ns": raised, "cleared_ns": cleared})
    };
    let mut expected = vec![at_3_ms("dLOFLANE", json!(1)), at_3_ms("dLOL", Value::Null)];
    let mut found = stream["lanes"]["defects"].as_array().expect("defects").clone();
    expected.sort_by_key(Value::to_string);
    found.sort_by_key(Value::to_string);
    assert_eq!(found, expected);
    // The same among the defects of the stream, each at its lane.
    let defects = stream["defects"].as_array().expect("defects").iter();
    let mut found: Vec<_> = defects.filter(|d| d["raised_ns"] == 3_000_000).cloned().collect();
    found.sort_by_key(|d| d["place"].to_string());
    let of_stream = |defect: &str, place: &str| {
        let (raised, cleared) = (json!(3_000_000), Value::Null);
        json!({"layer": "OTU", "place": place, "defect": defect, "raised_ns": raised, "cleared_ns": cleared})
    };
    assert_eq!(found, [of_stream("dLOL", ""), of_stream("dLOFLANE", "lane 1")]);
    assert_eq!(stream["defect_times"]["OTU dLOFLANE"], 1);
    assert_eq!(stream["defect_times"]["OTU dLOL"], 1);
    // The lane is the cause; that there is no alignment without it is none.
    assert_eq!(stream["cause_times"]["OTU cLOFLANE"], 1);
    assert_eq!(stream["cause_times"].get("OTU cLOL"), None);
    let causes = stream["causes"].as_array().expect("causes").iter();
    let lane: Vec<_> = causes.filter(|c| c["cause"] == "cLOFLANE").collect();
    assert_eq!((&lane[0]["place"], &lane[0]["raised_ns"]), (&json!("lane 1"), &json!(3_000_000)));
    // It is not known what these lanes are without --signal.
    let ended = otn_in(folder.path(), &[&["decode", "--lanes"], &files[..]].concat());
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("expected lanes of OTL3.4 or OTL4.4"), "{}", ended.stderr);
}

#[test]
fn numbers_that_do_not_fit_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let cases: [(&[&str], &str); 6] = [
        (&["--signal", "OTU2", "--lanes", "4"], "the signal is OTU2, expected OTU3 or OTU4"),
        (&["--signal", "OTU3", "--lanes", "20"], "found 20, expected 4 for an OTU3"),
        (&["--signal", "OTU4", "--lanes", "5"], "found 5, expected 4 or 20 for an OTU4"),
        (&["--signal", "OTU4", "--lanes", "4", "--skew", "1,2,3"], "3 numbers, expected 1 or 4"),
        (&["--signal", "OTU4", "--lanes", "4", "--skew", "1,-2,3,4"], "--skew"),
        (&["--signal", "OTU4", "--lanes", "4", "--no-scramble"], "--no-scramble"),
    ];
    for (options, expected) in cases {
        let ended = wrap(folder.path(), &[&["--client", "prbs"], options].concat());
        assert_eq!(ended.code, 2, "{options:?}");
        assert!(ended.stderr.contains(expected), "{options:?}: {}", ended.stderr);
    }
    assert_eq!(fs::read_dir(folder.path()).expect("a folder").count(), 0, "nothing was written");
    let capture_out = ["wrap", "--client", "prbs", "--signal", "OTU4", "--lanes", "4"];
    let ended = otn_in(folder.path(), &[&capture_out[..], &["-o", "a.pcapng"]].concat());
    assert_eq!(ended.code, 2);
    assert!(ended.stderr.contains("a.pcapng: lanes have no capture"), "{}", ended.stderr);
    fs::write(folder.path().join("a.bin"), [0x55; 100]).expect("written");
    let decode = |options: &[&str]| otn_in(folder.path(), &[&["decode"], options].concat());
    let cases: [(&[&str], &str); 4] = [
        (&["--lanes", "a.bin", "a.bin"], "found 2 files, expected 4 or 20"),
        (&["a.bin", "a.bin"], "found 2 files, expected one, or --lanes"),
        (
            &["--lanes", "a.bin", "a.bin", "a.bin", "a.bin", "--signal", "OTU2"],
            "found OTU2, expected OTU3 or OTU4 in 4 lanes",
        ),
        (&["--lanes", "a.bin", "a.bin", "a.bin", "none.bin"], "none.bin"),
    ];
    for (options, expected) in cases {
        let ended = decode(options);
        assert_eq!(ended.code, 2, "{options:?}");
        assert!(ended.stderr.contains(expected), "{options:?}: {}", ended.stderr);
    }
}
