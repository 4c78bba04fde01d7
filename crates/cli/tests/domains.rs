//! `otn run` of the example with tandem connections: what its head promises, from its report.

#[expect(dead_code, reason = "this file needs less of it than the others")]
mod common;

use common::otn_in;
use serde_json::Value;
use std::fs;

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples");

#[test]
fn the_example_with_tandem_connections_keeps_its_promises() {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(format!("{EXAMPLES}/tandem.yaml")).unwrap();
    let text = text.replace("captures/", &format!("{EXAMPLES}/captures/"));
    fs::write(folder.path().join("net.yaml"), text.replace("80 ms", "40 ms")).unwrap();
    let ended = otn_in(folder.path(), &["run", "net.yaml", "-o", "out"]);
    assert_eq!((ended.code, ended.stderr.as_str()), (1, ""));
    let report = fs::read(folder.path().join("out/report.json")).unwrap();
    let report: Value = serde_json::from_slice(&report).unwrap();
    let alarms = report["alarms"].as_array().unwrap();
    // One cause: no light at dijon, 1.3 ms of fibre and 100 us after the cut at 20 ms.
    let primary: Vec<&Value> = alarms.iter().filter(|alarm| alarm["primary"] == true).collect();
    assert_eq!(primary.len(), 1, "{primary:#?}");
    assert_eq!(
        (&primary[0]["fault_cause"], &primary[0]["node"]),
        (&"cLOS".into(), &"dijon".into())
    );
    assert_eq!(primary[0]["raised_ps"].as_u64().unwrap() / 1_000_000, 21_400);
    // All others go back to it, and it to the event.
    for alarm in alarms.iter().filter(|alarm| alarm["primary"] == false) {
        assert_eq!(alarm["event"], 1, "{alarm}");
        assert_eq!(alarm["causes"].as_array().unwrap().last(), Some(&primary[0]["id"]), "{alarm}");
    }
    let at = |node: &str, cause: &str, layer: &str| {
        let same = |alarm: &&Value| {
            alarm["node"] == node && alarm["fault_cause"] == cause && alarm["layer"] == layer
        };
        alarms.iter().filter(same).count()
    };
    // TCM2 came with the light; TCM1 and path see AIS; TCM3 begins behind the fault and is sound.
    assert_eq!((at("dijon", "cSSF", "TCM2"), at("lyon", "cSSF", "TCM1")), (1, 1));
    assert_eq!(at("lyon", "cSSF", "ODU"), 1);
    assert!(alarms.iter().all(|alarm| alarm["layer"] != "TCM3"));
    // paris learns of it by every level that has failed.
    for layer in ["OTU", "TCM2", "TCM1"] {
        assert_eq!(at("paris", "cBDI", layer), 1, "{layer}");
    }
    check_told_back(&report);
    check_losses(&report, &ended.stdout);
    // The way there and back is more than the lines take, and not a fifth more.
    let delays = report["services"][0]["delays"].as_array().unwrap();
    assert_eq!(delays.iter().map(|d| &d["of"]).collect::<Vec<_>>(), ["ODU1", "TCM2"]);
    for delay in delays {
        let lines = delay["lines_ps"].as_u64().unwrap();
        let measured = delay["measurements"].as_array().unwrap();
        assert!(!measured.is_empty());
        for one in measured {
            let lasts = one["lasts_ps"].as_u64().unwrap();
            assert!(lasts > lines && lasts < lines + lines / 5, "{lasts} {lines}");
        }
    }
    // Seconds of every termination point: none was whole.
    let seconds = report["performance"].as_array().unwrap().iter().filter(|b| b["period"] == "1s");
    let points: Vec<_> = seconds
        .inspect(|bin| assert_eq!(bin["validity"], "partial"))
        .map(|bin| bin["termination_point"].as_str().unwrap().to_string())
        .collect();
    assert!(points.contains(&"office ODU1 TCM3".to_string()), "{points:?}");
    // 4 line ends with section and path, 2 ends of the service, 2 of each of 3 tandem connections.
    assert_eq!(points.len(), 8 + 2 + 6, "{points:?}");
}

/// What an end tells the other one of: BDI, and what it counted.
#[expect(clippy::unwrap_used, reason = "a part of a test")]
fn check_told_back(report: &Value) {
    let alarms = report["alarms"].as_array().unwrap();
    // BDI comes back from the end of the trail: at least the way there takes, at most that and some frames.
    let raised = |node: &str, cause: &str, layer: &str| {
        let same = |alarm: &&Value| {
            alarm["node"] == node && alarm["fault_cause"] == cause && alarm["layer"] == layer
        };
        alarms.iter().find(same).unwrap()["raised_ps"].as_u64().unwrap() / 1_000_000
    };
    for (layer, end, failed, way) in [
        ("OTU", "dijon", "cSSF", 1_300),
        ("TCM2", "dijon", "cSSF", 1_300),
        ("TCM1", "lyon", "cSSF", 2_100),
    ] {
        let after = raised("paris", "cBDI", layer) - raised(end, failed, layer);
        assert!((way..way + 700).contains(&after), "{layer}: {after} us");
    }
    // What one end counts the other one is told of; frames go on until all of it has come back.
    let counted = |node: &str, point: &str, end: &str| {
        let bins = report["performance"].as_array().unwrap();
        let here = |bin: &&Value| bin["node"] == node && bin["termination_point"] == point;
        bins.iter().find(here).unwrap()[end]["errored_blocks"].as_u64().unwrap()
    };
    for (point, [near, far]) in [
        ("office ODU1", ["lyon", "paris"]),
        ("office ODU1 TCM2", ["dijon", "paris"]),
        ("office ODU1 TCM3", ["lyon", "dijon"]),
    ] {
        assert_eq!(counted(near, point, "near"), counted(far, point, "far"), "{point}");
    }
}

/// Why packets did not arrive.
#[expect(clippy::unwrap_used, reason = "a part of a test")]
fn check_losses(report: &Value, printed: &str) {
    // Every packet that is missing has its cause: the dark line, then what dijon sent on in the place of the ODU.
    let [out, back] = [0, 1].map(|n| &report["services"][0]["directions"][n]);
    assert_eq!((&back["packets"]["lost"], &back["from"]), (&0.into(), &"lyon".into()));
    let causes = &out["lost_by_cause"];
    assert_eq!(causes["unexplained"], 0, "{causes}");
    assert!(causes["dark"].as_u64() > Some(20), "{causes}");
    let all: u64 = causes.as_object().unwrap().values().filter_map(Value::as_u64).sum();
    assert_eq!(Some(all), out["packets"]["lost"].as_u64());
    let first = &out["losses"][0];
    assert_eq!((&first["cause"], &first["line"]), (&"dark".into(), &"paris-dijon".into()));
    assert!(printed.contains("paris-dijon was dark at dijon"), "{printed}");
}
