//! `otn run` over several lines that carry one ODUk each: three nodes, and their timeline.

#[expect(dead_code, reason = "this file needs less of it than the others")]
mod common;

use common::otn_in;
use serde_json::Value;
use std::fs;

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");

/// The entries of a defect that was raised at a node, on the line from another.
fn raised<'a>(
    report: &'a Value,
    node: &str,
    from: &str,
    (layer, defect): (&str, &str),
) -> Vec<&'a Value> {
    let same = |entry: &&Value| {
        let place = entry["node"] == node && entry["from"] == from;
        place && entry["raised"] == true && entry["layer"] == layer && entry["defect"] == defect
    };
    report["timeline"].as_array().into_iter().flatten().filter(same).collect()
}

#[test]
fn the_example_with_three_nodes_tells_who_saw_what_and_when() {
    let folder = tempfile::tempdir().unwrap();
    let text = include_str!("one_odu/tandem.yaml");
    let text = text.replace("captures/", &format!("{EXAMPLES}/captures/"));
    fs::write(folder.path().join("net.yaml"), text.replace("80 ms", "20 ms")).unwrap();
    let ended = otn_in(folder.path(), &["run", "net.yaml", "-o", "out"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (1, ""));
    let report = fs::read(folder.path().join("out/report.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    // The cut begins at 5 ms and is met at dijon 1.3 ms later; dLOS needs 100 us.
    let los = raised(&report, "dijon", "paris", ("OTSi", "dLOS"));
    assert_eq!(los.len(), 1);
    assert_eq!(los[0]["at_ns"].as_u64().unwrap() / 1_000, 6_400);
    // What comes back: of the section and of TCM2 from dijon, of TCM1 and of the path from lyon.
    for (layer, node) in [("OTU", "dijon"), ("TCM2", "dijon"), ("TCM1", "lyon"), ("ODU", "lyon")] {
        let told = raised(&report, "paris", "dijon", (layer, "dBDI"));
        let answers = &told[0]["answers"];
        assert_eq!(answers["node"], node, "{layer}");
        // At least the way back, at most that and what a few frames take.
        let way = if node == "dijon" { 1_300_000 } else { 2_100_000 };
        let after = answers["after_ns"].as_u64().unwrap();
        assert!((way..way + 250_000).contains(&after), "{layer}: {after}");
    }
    let service = &report["services"][0];
    assert_eq!(service["route"], serde_json::json!(["paris-dijon", "dijon-lyon"]));
    let [out, back] = [0, 1].map(|n| &service["directions"][n]);
    assert_eq!((&back["packets_lost"], &back["from"]), (&Value::from(0), &Value::from("lyon")));
    let causes = &out["lost_by_cause"];
    let count = |cause: &str| causes[cause].as_u64().unwrap_or(0);
    assert!(count("fault") > 0 && count("maintenance") > 0, "{causes}");
    assert_eq!(count("unexplained"), 0);
    assert_eq!(out["lost"][0]["line"], "paris-dijon");
    let levels = |line: usize, direction: usize| -> Vec<u64> {
        let tandem = &report["lines"][line]["directions"][direction]["tandem"];
        let all = tandem.as_array().unwrap().iter();
        all.map(|tandem| tandem["level"].as_u64().unwrap()).collect()
    };
    // Lines by name: dijon-lyon, paris-dijon.
    let ends = [levels(0, 0), levels(0, 1), levels(1, 0), levels(1, 1)];
    assert_eq!(ends, [vec![1, 3], vec![3], vec![2], vec![1, 2]]);
    check_causes(&report);
    check_delays(&service["delays"]);
    check_performance(&report);
    for told in ["cut of paris-dijon", "lossOfSignal", "told by dijon, 1.3", "there and back"] {
        assert!(ended.stdout.contains(told), "{told}: {}", ended.stdout);
    }
    let wide: Vec<&str> = ended.stdout.lines().filter(|line| line.chars().count() > 80).collect();
    assert!(wide.is_empty(), "{wide:?}");
}

/// A receiver of the report, by the lines in the order of their names.
#[expect(clippy::unwrap_used, reason = "a part of a test")]
fn receiver(report: &Value, line: usize, node: &str) -> Value {
    let directions = report["lines"][line]["directions"].as_array().unwrap();
    directions.iter().find(|direction| direction["to"] == node).unwrap().clone()
}

/// The cut has one cause in each layer; names are those of OpenROADM's probable-cause module.
#[expect(clippy::unwrap_used, reason = "a part of a test")]
fn check_causes(report: &Value) {
    let fault = &report["faults"][0];
    assert_eq!((&fault["kind"], &fault["line"]), (&"cut".into(), &"paris-dijon".into()));
    assert_eq!(fault["towards"], serde_json::json!(["dijon"]));
    let named = |line, node: &str| -> Vec<(String, String, u64)> {
        let causes = receiver(report, line, node)["causes"].as_array().unwrap().clone();
        let one = |cause: &Value| {
            let name = format!("{} {}", cause["layer"], cause["cause"]).replace('"', "");
            let known = cause["probable_cause"].as_str().unwrap().to_string();
            (name, known, cause["raised_ns"].as_u64().unwrap())
        };
        causes.iter().map(one).collect()
    };
    let has = |list: &[(String, String, u64)], cause: &str, known: &str| -> u64 {
        let those: Vec<_> =
            list.iter().filter(|(c, k, _)| (c.as_str(), k.as_str()) == (cause, known)).collect();
        assert_eq!(those.len(), 1, "{cause} {known} in {list:?}");
        those[0].2
    };
    let dijon = named(1, "dijon");
    assert_eq!(has(&dijon, "OTSi cLOS", "lossOfSignal") / 1_000, 6_400);
    has(&dijon, "OTU cSSF", "serverSignalFail");
    has(&dijon, "TCM2 cSSF", "serverSignalFail");
    // Without light nobody asks for frames: cLOF is named once the light is back, 11.3 ms and later.
    assert!(has(&dijon, "OTU cLOF", "lossOfFrame") > 11_300_000);
    let lyon = named(0, "lyon");
    has(&lyon, "TCM1 cSSF", "alarmIndicationSignalTCM1-down");
    has(&lyon, "ODU cSSF", "serverSignalFail");
    assert!(lyon.iter().all(|(cause, ..)| !cause.starts_with("TCM3")), "{lyon:?}");
    let causes = receiver(report, 1, "paris")["causes"].as_array().unwrap().clone();
    for (layer, node) in [("OTU", "dijon"), ("TCM2", "dijon"), ("TCM1", "lyon"), ("ODU", "lyon")] {
        let those: Vec<_> = causes.iter().filter(|cause| cause["layer"] == layer).collect();
        assert_eq!((those.len(), &those[0]["cause"]), (1, &"cBDI".into()), "{layer}");
        assert_eq!(those[0]["answers"]["node"], node);
    }
}

/// Measured at 2 ms, before the cut: the path, and TCM2 over the first line.
#[expect(clippy::unwrap_used, reason = "a part of a test")]
fn check_delays(delays: &Value) {
    // Four frames of 12.191 us in dijon each way; then whole frames only: up to four more in all.
    for (n, monitor, to, lines, nodes) in
        [(0, "PM", "lyon", 4_200.0, 8.0), (1, "TCM2", "dijon", 2_600.0, 0.0)]
    {
        let delay = &delays[n];
        assert_eq!((&delay["monitor"], &delay["to"]), (&monitor.into(), &to.into()));
        assert_eq!(delay["lines_ns"].as_f64().unwrap(), lines * 1e3);
        assert_eq!((&delay["measured"], &delay["abandoned"]), (&1.into(), &0.into()));
        let one = &delay["measurements"][0];
        let (frames, us) = (one["frames"].as_f64().unwrap(), one["us"].as_f64().unwrap());
        // The clock of paris is 12 ppm fast.
        assert!((us - frames * 12.191_2).abs() < 0.2, "{delay}");
        let least = lines + nodes * 12.191;
        assert!(us >= least && us < least + 5.0 * 12.191, "{monitor}: {us} {least}");
    }
    assert_eq!(delays.as_array().unwrap().len(), 2);
}

/// What one end counts the other one is told of; frames go on until all of it has come back.
#[expect(clippy::unwrap_used, reason = "a part of a test")]
fn check_performance(report: &Value) {
    // Those that the cut has failed, and those of the line that was sound.
    let pairs = [
        ("SM", (1, "dijon"), (1, "paris"), true),
        ("SM", (0, "lyon"), (0, "dijon"), false),
        ("TCM2", (1, "dijon"), (1, "paris"), true),
        ("TCM3", (0, "lyon"), (0, "dijon"), false),
        ("PM", (0, "lyon"), (1, "paris"), true),
    ];
    for (monitor, near, far, cut) in pairs {
        let trail = |(line, node)| receiver(report, line, node)["performance"][monitor].clone();
        let (near, far) = (trail(near), trail(far));
        assert!(near["near"]["errored_blocks"].as_u64().unwrap() > 0, "{monitor}");
        assert_eq!(near["near"], far["far"], "{monitor}");
        let open = &near["open_second"];
        assert_eq!((&open["validity"], &open["near_defect"]), (&"partial".into(), &cut.into()));
        assert_eq!(near["days"], serde_json::json!([]));
    }
    let at_dijon = receiver(report, 0, "dijon")["performance"].as_object().unwrap().clone();
    assert_eq!(at_dijon.keys().collect::<Vec<_>>(), ["SM", "TCM3"]);
}

/// Errors of one direction for 1.1 s: one whole second, in registers.
#[test]
fn a_run_of_more_than_a_second_has_registers() {
    let folder = tempfile::tempdir().unwrap();
    let line = "ab: {ends: [a, b], signal: OTU1, fec: none, ber-towards: {b: 1e-6}, capture: no}";
    let text =
        format!("duration: 1.1 s\nnodes: {{a: {{}}, b: {{}}}}\nlines:\n  {line}\nservices: {{}}\n");
    fs::write(folder.path().join("net.yaml"), text).unwrap();
    let ended = otn_in(folder.path(), &["run", "net.yaml", "-o", "out"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{}", ended.stdout);
    let report = fs::read(folder.path().join("out/report.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    for monitor in ["SM", "PM"] {
        let trail = |node| receiver(&report, 0, node)["performance"][monitor].clone();
        let (b, a) = (trail("b"), trail("a"));
        let blocks = b["near"]["errored_blocks"].as_f64().unwrap();
        // 15 240 octets of the OPU and 1e-6: 11.5 % of 22 463 frames, 48 of standard deviation.
        let expected = 1.1 / 48.971e-6 * (1.0 - (-15_240.0 * 8.0 * 1e-6_f64).exp());
        assert!((blocks - expected).abs() < 240.0, "{blocks} {expected}");
        let day = &b["days"][0];
        assert_eq!((&day["elapsed"], &day["validity"]), (&1.into(), &"partial".into()));
        let count = |end: &Value, key: &str| end[key].as_u64().unwrap();
        // 15 % of the blocks of a second make it severe: 11.5 % do not.
        let [near, far] = [&day["near"], &a["days"][0]["far"]];
        for end in [near, far] {
            assert_eq!(
                (count(end, "errored_seconds"), count(end, "severely_errored_seconds")),
                (1, 0)
            );
            assert_eq!(count(end, "unavailable_seconds"), 0);
            assert_eq!(count(end, "background_block_errors"), count(end, "errored_blocks"));
        }
        let open = b["open_second"]["near_errored_blocks"].as_u64().unwrap();
        assert_eq!(open as f64 + near["errored_blocks"].as_f64().unwrap(), blocks);
        assert!((1_700..2_600).contains(&count(near, "errored_blocks")), "{near}");
        assert_eq!(b["near"], a["far"]);
        assert_eq!(count(&a["days"][0]["near"], "errored_blocks"), 0);
    }
}
