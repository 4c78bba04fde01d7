//! `otn run` over several lines: the example with three nodes, cut short, and its timeline.

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
    let text = fs::read_to_string(format!("{EXAMPLES}/tandem.yaml")).unwrap();
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
}
